//! A year's flows as a flow diagram.

use super::{ReportError, Study, figure};
use crate::base::ids::Id;
use crate::engine::ways_of;
use crate::model::Model;
use crate::model::stage::Dest;
use crate::present::chart::{Sankey, SankeyFlow, SankeyNode};
use crate::present::format;
use crate::present::html::Figure;
use crate::present::table::{Cell, Column, Kind, Table};

/// Most columns of stages, so that the picture stays readable.
const MOST_COLUMNS: usize = 8;
/// Flows below this share of the largest stage are left out of the picture, not of its data.
const THIN: f64 = 0.0013;
/// A flow sets the order of columns if it makes up this share of what comes into a stage.
const WEIGHTY: f64 = 0.12;

/// The mean flows of the first year; `None` for a model without months.
pub(super) fn sankey(study: &Study<'_>) -> Result<Option<Figure>, ReportError> {
    let model = study.network.model();
    let layout = study.network.layout();
    let periods = layout.period_edges().len().saturating_sub(1);
    if model.run.periods != crate::model::run::Periods::Months || periods < 12 || model.stages.is_empty() {
        return Ok(None);
    }
    let nodes = Nodes::new(model);
    let flows = nodes.flows(study);
    let largest = (0..nodes.names.len()).map(|n| inflow(&flows, n)).fold(0.0, f64::max);
    let thick: Vec<Flow> = flows.iter().copied().filter(|f| f.2 >= THIN * largest).collect();
    if thick.is_empty() {
        return Ok(None);
    }
    let place = if model.place.is_empty() { String::new() } else { format!(", {}", model.place) };
    let year = study.network.calendar().map_or_else(String::new, |c| {
        let end = layout.period_edges().get(12).and_then(|t| c.date_of(*t)?.yesterday().ok());
        end.map_or_else(String::new, |d| format!(", year to {}", format::date(d)))
    });
    let subtitle = format!("Children who move in a year, mean of the model{place}{year}");
    let drawing = Sankey { title: subtitle.clone(), ..nodes.diagram(&thick) }
        .drawing()
        .map_err(|e| ReportError::Chart("flows".into(), e))?;
    let mut figure =
        figure(drawing, headline(&nodes, &flows), subtitle.clone(), nodes.table(&flows, &subtitle));
    let left_out = flows.len() - thick.len();
    if left_out > 0 {
        let least = format::count((THIN * largest).ceil());
        figure.notes.push(format!(
            "{left_out} flows of fewer than {least} children are left out of the picture; its data hold them."
        ));
    }
    Ok(Some(figure))
}

/// From, to, children a year.
type Flow = (usize, usize, f64);

fn inflow(flows: &[Flow], node: usize) -> f64 {
    flows.iter().filter(|f| f.1 == node).map(|f| f.2).sum()
}

/// What share of those who arrive goes straight out again.
fn headline(nodes: &Nodes<'_>, flows: &[Flow]) -> String {
    let come: f64 = flows.iter().filter(|f| f.0 == nodes.arrivals).map(|f| f.2).sum();
    let busiest = flows.iter().filter(|f| nodes.exit[f.1]).max_by(|a, b| a.2.total_cmp(&b.2));
    match busiest {
        Some(f) if come > 0.0 => {
            let words: Vec<&str> = nodes.names[f.1].split_whitespace().take(4).collect();
            format!("{} in 100 arrivals end as: {}", format::count(100.0 * f.2 / come), words.join(" "))
        }
        _ => "Where children go in a year".to_string(),
    }
}

/// The nodes of the picture: stages drawn together, arrivals, exits.
struct Nodes<'a> {
    model: &'a Model,
    names: Vec<String>,
    exit: Vec<bool>,
    stage: Vec<usize>,
    exits: Vec<usize>,
    arrivals: usize,
}

impl<'a> Nodes<'a> {
    fn new(model: &'a Model) -> Nodes<'a> {
        let mut nodes = Nodes {
            model,
            names: vec!["Arrivals and returns".to_string()],
            exit: vec![false],
            stage: Vec::new(),
            exits: Vec::new(),
            arrivals: 0,
        };
        for stage in model.stages.iter() {
            let name = stage.shown_as.clone().unwrap_or_else(|| short(&stage.title));
            let at = nodes.named(name, false);
            nodes.stage.push(at);
        }
        for exit in model.exits.iter() {
            let at = nodes.named(short(&exit.title), true);
            nodes.exits.push(at);
        }
        nodes
    }

    fn named(&mut self, name: String, exit: bool) -> usize {
        let known = (0..self.names.len()).find(|&i| self.names[i] == name && self.exit[i] == exit);
        known.unwrap_or_else(|| {
            self.names.push(name);
            self.exit.push(exit);
            self.names.len() - 1
        })
    }

    /// Children a year between nodes, in the first year, the mean over replications.
    fn flows(&self, study: &Study<'_>) -> Vec<Flow> {
        let layout = study.network.layout();
        let year = |measure: &str, of: &str, part: &str| -> f64 {
            let month = |p: usize| {
                let column = layout.find("stage", measure, of, part, Some(p));
                column.and_then(|c| study.rows.values.column(c).mean()).unwrap_or(0.0)
            };
            (0..12).map(month).sum()
        };
        let mut flows: Vec<Flow> = Vec::new();
        let mut add = |from: usize, to: usize, value: f64| {
            if from == to || value < 0.5 {
                return;
            }
            match flows.iter_mut().find(|f| f.0 == from && f.1 == to) {
                Some(flow) => flow.2 += value,
                None => flows.push((from, to, value)),
            }
        };
        for (id, stage) in self.model.stages.pairs() {
            let at = self.stage[id.index()];
            add(self.arrivals, at, year("arrived", &stage.name, "") + year("returned", &stage.name, ""));
            for dest in ways_of(stage) {
                let to = match dest {
                    Dest::Stage(s) => self.stage[s.index()],
                    Dest::Exit(e) => self.exits[e.index()],
                };
                add(at, to, year("to", &stage.name, crate::engine::dest_name(self.model, dest)));
            }
        }
        flows
    }

    /// Columns by the longest way along the order of the file, over flows that weigh.
    fn columns(&self, flows: &[Flow]) -> Vec<usize> {
        let mut depth = vec![0usize; self.names.len()];
        for to in 1..self.names.len() {
            let total = inflow(flows, to);
            for &(from, _, value) in flows.iter().filter(|f| f.1 == to && f.0 < to) {
                if value >= WEIGHTY * total {
                    depth[to] = depth[to].max(depth[from] + 1);
                }
            }
            depth[to] = depth[to].min(MOST_COLUMNS);
        }
        let last = (0..depth.len()).filter(|i| !self.exit[*i]).map(|i| depth[i]).max().unwrap_or(0) + 1;
        (0..depth.len()).map(|i| if self.exit[i] { last } else { depth[i] }).collect()
    }

    fn diagram(&self, flows: &[Flow]) -> Sankey {
        let columns = self.columns(flows);
        let node =
            |i: usize| SankeyNode { name: self.names[i].clone(), column: columns[i], exit: self.exit[i] };
        Sankey {
            id: "flows".into(),
            nodes: (0..self.names.len()).map(node).collect(),
            flows: flows.iter().map(|&(from, to, value)| SankeyFlow { from, to, value }).collect(),
            ..Sankey::default()
        }
    }

    fn table(&self, flows: &[Flow], title: &str) -> Table {
        let columns = vec![
            Column::new("from", "From", Kind::Text),
            Column::new("to", "To", Kind::Text),
            Column::new("children", "Children", Kind::Count),
        ];
        let mut table = Table::new("flows", title, columns);
        for &(from, to, value) in flows {
            table.row(vec![Cell::text(&self.names[from]), Cell::text(&self.names[to]), Cell::Number(value)]);
        }
        table
    }
}

/// A title without what is said in brackets or after a comma.
fn short(title: &str) -> String {
    title.split([',', '(', ':', ';']).next().unwrap_or(title).trim().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_shortened_at_the_first_mark() {
        assert_eq!(short("Support (targeted early help)"), "Support");
        assert_eq!(short("Closed, no further action"), "Closed");
    }
}
