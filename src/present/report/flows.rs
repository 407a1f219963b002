//! A year's flows as a flow diagram.

use super::{ReportError, Study, figure};
use crate::base::ids::{Id, StageId};
use crate::engine::ways_of;
use crate::model::Model;
use crate::model::stage::Dest;
use crate::present::chart::{Sankey, SankeyFlow, SankeyNode};
use crate::present::format;
use crate::present::html::Figure;
use crate::present::table::{Cell, Column, Kind, Table};

/// Most columns of stages, so that the picture stays readable.
const MOST_COLUMNS: usize = 8;

/// The mean flows of the last whole year; `None` for a model without months.
pub(super) fn sankey(study: &Study<'_>) -> Result<Option<Figure>, ReportError> {
    let model = study.network.model();
    let layout = study.network.layout();
    let periods = layout.period_edges().len().saturating_sub(1);
    if model.run.periods != crate::model::run::Periods::Months || periods < 12 || model.stages.is_empty() {
        return Ok(None);
    }
    // the first year: the one that is held against published figures
    let mean = |kind: &str, measure: &str, of: &str, part: &str| -> f64 {
        let per_month = |p: usize| {
            layout
                .find(kind, measure, of, part, Some(p))
                .and_then(|c| study.rows.values.column(c).mean())
                .unwrap_or(0.0)
        };
        (0..12).map(per_month).sum()
    };
    let mut edges: Vec<(usize, usize, f64)> = Vec::new();
    let stages = model.stages.len();
    for (id, stage) in model.stages.pairs() {
        for dest in ways_of(stage) {
            let part = crate::engine::dest_name(model, dest);
            let value = mean("stage", "to", &stage.name, part);
            let to = match dest {
                Dest::Stage(s) => s.index(),
                Dest::Exit(e) => stages + e.index(),
            };
            if value >= 0.5 {
                edges.push((id.index(), to, value));
            }
        }
    }
    let start = stages + model.exits.len();
    let mut arrivals: Vec<(usize, f64)> = Vec::new();
    for (i, stage) in model.stages.iter().enumerate() {
        let come = mean("stage", "arrived", &stage.name, "") + mean("stage", "returned", &stage.name, "");
        if come >= 0.5 {
            arrivals.push((i, come));
        }
    }
    edges.extend(arrivals.iter().map(|&(s, v)| (start, s, v)));
    let columns = columns(model, &edges);
    let diagram = diagram(model, &edges, &columns);
    let place = if model.place.is_empty() { String::new() } else { format!(", {}", model.place) };
    let year = study.network.calendar().map_or_else(String::new, |c| {
        let end = layout.period_edges().get(12).and_then(|t| c.date_of(*t)?.yesterday().ok());
        end.map_or_else(String::new, |d| format!(", year to {}", format::date(d)))
    });
    let subtitle = format!("Children who move in a year, mean of the model{place}{year}");
    let drawing = Sankey { title: subtitle.clone(), ..diagram }
        .drawing()
        .map_err(|e| ReportError::Chart("flows".into(), e))?;
    let busiest = edges
        .iter()
        .filter(|e| e.0 != start)
        .max_by(|a, b| a.2.total_cmp(&b.2))
        .map_or_else(String::new, |e| name(model, e.1));
    let headline = format!("Most moves in a year lead to: {busiest}");
    Ok(Some(figure(drawing, headline, subtitle.clone(), table(model, &edges, &subtitle))))
}

/// The short name of a node.
fn name(model: &Model, node: usize) -> String {
    let stages = model.stages.len();
    let title = if node < stages {
        model.stages[StageId::new(node)].title.as_str()
    } else {
        model.exits.iter().nth(node - stages).map_or("Arrivals", |e| e.title.as_str())
    };
    let short = title.split([',', '(', ':', ';']).next().unwrap_or(title).trim();
    short.to_string()
}

/// Columns by the longest way along the order of the file, cut to [`MOST_COLUMNS`].
fn columns(model: &Model, edges: &[(usize, usize, f64)]) -> Vec<usize> {
    let stages = model.stages.len();
    let mut depth = vec![0usize; stages];
    for (i, _) in model.stages.iter().enumerate() {
        for &(from, to, _) in edges.iter().filter(|e| e.1 == i && e.0 < i) {
            depth[to] = depth[to].max(depth[from] + 1);
        }
    }
    // equal depths are kept, long chains are squeezed
    let deepest = depth.iter().copied().max().unwrap_or(0);
    if deepest + 1 > MOST_COLUMNS {
        for d in &mut depth {
            *d = *d * (MOST_COLUMNS - 1) / deepest;
        }
    }
    depth
}

fn diagram(model: &Model, edges: &[(usize, usize, f64)], depth: &[usize]) -> Sankey {
    let stages = model.stages.len();
    let total = stages + model.exits.len() + 1;
    let used: Vec<bool> = (0..total).map(|i| edges.iter().any(|e| e.0 == i || e.1 == i)).collect();
    let last = depth.iter().copied().max().unwrap_or(0) + 2;
    let mut index = vec![usize::MAX; total];
    let mut nodes = Vec::new();
    for (i, _) in used.iter().enumerate().filter(|u| *u.1) {
        index[i] = nodes.len();
        let (column, exit) = if i < stages {
            (depth[i] + 1, false)
        } else if i + 1 == total {
            (0, false)
        } else {
            (last, true)
        };
        nodes.push(SankeyNode { name: name(model, i), column, exit });
    }
    let flows = edges
        .iter()
        .map(|&(from, to, value)| SankeyFlow { from: index[from], to: index[to], value })
        .filter(|f| f.from != usize::MAX && f.to != usize::MAX)
        .collect();
    Sankey { id: "flows".into(), nodes, flows, ..Sankey::default() }
}

fn table(model: &Model, edges: &[(usize, usize, f64)], title: &str) -> Table {
    let columns = vec![
        Column::new("from", "From", Kind::Text),
        Column::new("to", "To", Kind::Text),
        Column::new("children", "Children", Kind::Count),
    ];
    let mut table = Table::new("flows", title, columns);
    for &(from, to, value) in edges {
        table.row(vec![Cell::text(&name(model, from)), Cell::text(&name(model, to)), Cell::Number(value)]);
    }
    table
}
