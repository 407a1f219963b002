//! Named measures, worked out replication by replication from the columns of a row.

use super::costs::{Costs, Periods, Weight};
use super::estimate::{Summariser, Summary};
use super::run::Rows;
use crate::base::ids::StageId;
use crate::base::time::SimTime;
use crate::engine::{Layout, dest_name, part_names};
use crate::model::Model;
use crate::model::measure::{Measure, Near, Published, ServiceCount, What};
use crate::model::run::Parts;
use crate::model::selector::Condition;
use crate::model::staff::Figure;
use ndarray::{Array1, Array2};
use serde::Serialize;

/// A named measure over the run.
#[derive(Clone, Debug)]
pub struct Measured {
    /// Index into the model's measures.
    pub measure: usize,
    /// Replications by reporting periods.
    pub periods: Array2<f64>,
    /// Replications by years from time 0; empty unless periods are months.
    pub years: Array2<f64>,
    /// Each replication over the whole run: the total of what happens, or its share; the mean over
    /// the ends of the periods for what is counted at a moment.
    pub whole: Array1<f64>,
    /// Against what is published, for the periods that lie inside the run.
    pub compared: Vec<Compared>,
}

/// A published figure beside the model's.
#[derive(Clone, Debug, Serialize)]
pub struct Compared {
    /// The period as written.
    pub period: String,
    /// The published figure.
    pub published: f64,
    /// Its source.
    pub source: String,
    /// The model's.
    pub model: Summary,
    /// Whether the mean is as near as asked; `None` if nothing was asked.
    pub near: Option<bool>,
    /// Whether the figure stands in for one that is not published.
    pub stand_in: bool,
}

/// A column to add: (index in a period's block, sign).
type Term = (usize, f64);

/// A count as columns: flows are added over periods, stocks are taken at the last.
enum Terms {
    Flow(Vec<Term>),
    Stock(Vec<Term>),
    /// Each column by what one of it counts for, added over periods.
    Weighted(Vec<Weight>),
    /// A column's mean over the periods that have it.
    Mean(usize),
    One,
}

/// Works out every named measure of a model.
pub fn measure_all(model: &Model, layout: &Layout, rows: &Rows, level: f64) -> Vec<Measured> {
    let reader = Reader { model, layout, rows, along: Periods::new(model, layout) };
    let mut summariser = Summariser::of(level, rows);
    model.measures.iter().enumerate().map(|(i, m)| reader.measure(i, m, &mut summariser)).collect()
}

/// Values of measures over spans that are made of reporting periods (a moment: from = to): replications by span; `None` if
/// a span is not.
pub fn values_over(
    model: &Model,
    layout: &Layout,
    rows: &Rows,
    spans: &[(usize, SimTime, SimTime)],
) -> Option<Array2<f64>> {
    let reader = Reader { model, layout, rows, along: Periods::new(model, layout) };
    let mut out = Array2::zeros((rows.numbers.len(), spans.len()));
    for (j, &(measure, from, to)) in spans.iter().enumerate() {
        let measure = model.measures.get(measure)?;
        let (first, last) = reader.periods(from, to)?;
        let top = reader.terms(&measure.what);
        let bottom = measure.of.as_ref().map(|of| reader.terms(of));
        for (r, x) in out.column_mut(j).iter_mut().enumerate() {
            let over = bottom.as_ref().map_or(1.0, |b| reader.value(b, r, first, last));
            let top = reader.value(&top, r, first, last);
            *x = if bottom.is_some() && over <= 0.0 { f64::NAN } else { top / over };
        }
    }
    Some(out)
}

struct Reader<'a> {
    model: &'a Model,
    layout: &'a Layout,
    rows: &'a Rows,
    along: Periods,
}

impl Reader<'_> {
    fn measure(&self, index: usize, measure: &Measure, summariser: &mut Summariser) -> Measured {
        let top = self.terms(&measure.what);
        let bottom = measure.of.as_ref().map(|of| self.terms(of));
        let periods = self.layout.period_edges().len().saturating_sub(1);
        let value = |replication: usize, from: usize, to: usize| {
            let over = bottom.as_ref().map_or(1.0, |b| self.value(b, replication, from, to));
            let top = self.value(&top, replication, from, to);
            if bottom.is_some() && over <= 0.0 { f64::NAN } else { top / over }
        };
        let n = self.rows.numbers.len();
        let by_period = Array2::from_shape_fn((n, periods), |(r, p)| value(r, p, p + 1));
        let monthly = self.model.run.periods == crate::model::run::Periods::Months;
        let years = if monthly { periods / 12 } else { 0 };
        let by_year = Array2::from_shape_fn((n, years), |(r, y)| value(r, 12 * y, 12 * y + 12));
        let whole = (0..n).map(|r| self.whole(&top, bottom.as_ref(), r, periods)).collect();
        let compared = measure
            .published
            .iter()
            .filter_map(|p| {
                let (from, to) = self.span(p)?;
                let values: ndarray::Array1<f64> = (0..n).map(|r| value(r, from, to)).collect();
                let model = summariser.summary(values.view());
                Some(Compared {
                    period: p.period.clone(),
                    published: p.value,
                    source: p.source.clone(),
                    near: measure.near.map(|near| is_near(near, p.value, model.point)),
                    stand_in: p.stand_in,
                    model,
                })
            })
            .collect();
        Measured { measure: index, periods: by_period, years: by_year, whole, compared }
    }

    /// First and last + 1 reporting period of a published figure, if it lies inside the run.
    fn span(&self, published: &Published) -> Option<(usize, usize)> {
        self.periods(published.from, published.to)
    }

    /// First and last + 1 reporting period between two times; of a moment, the period that it ends.
    fn periods(&self, from: SimTime, to: SimTime) -> Option<(usize, usize)> {
        let edges = self.layout.period_edges();
        let at = |t: SimTime| edges.binary_search(&t).ok();
        let last = at(to)?;
        let first = if from == to { last.checked_sub(1)? } else { at(from)? };
        (first < last).then_some((first, last))
    }

    /// A replication over the whole run.
    fn whole(&self, top: &Terms, bottom: Option<&Terms>, replication: usize, periods: usize) -> f64 {
        let over = |terms: &Terms| match terms {
            Terms::Stock(_) => {
                let sum: f64 = (0..periods).map(|p| self.value(terms, replication, p, p + 1)).sum();
                sum / periods.max(1) as f64
            }
            _ => self.value(terms, replication, 0, periods),
        };
        match bottom.map(over) {
            None => over(top),
            Some(bottom) if bottom > 0.0 => over(top) / bottom,
            Some(_) => f64::NAN,
        }
    }

    fn value(&self, terms: &Terms, replication: usize, from: usize, to: usize) -> f64 {
        let stride = self.layout.period_stride();
        let row = self.rows.values.row(replication);
        let sum = |terms: &[Term], period: usize| -> f64 {
            terms.iter().map(|&(i, sign)| sign * row.get(period * stride + i).copied().unwrap_or(0.0)).sum()
        };
        match terms {
            Terms::One => 1.0,
            Terms::Stock(terms) => sum(terms, to - 1),
            Terms::Flow(terms) => (from..to).map(|p| sum(terms, p)).sum(),
            Terms::Mean(i) => {
                let known = (from..to).filter_map(|p| row.get(p * stride + i)).filter(|x| x.is_finite());
                let (sum, n) = known.fold((0.0, 0.0), |(sum, n), x| (sum + x, n + 1.0));
                if n > 0.0 { sum / n } else { f64::NAN }
            }
            Terms::Weighted(weights) => (from..to)
                .map(|p| {
                    let one = |w: &Weight| {
                        self.along.value(w, p) * row.get(p * stride + w.at).copied().unwrap_or(0.0)
                    };
                    weights.iter().map(one).sum::<f64>()
                })
                .sum(),
        }
    }

    /// The column of one part of the cases of a stage.
    fn of_part(&self, measure: &str, stage: StageId, part: Condition) -> Option<Term> {
        let place = Parts::of(self.model).place(part, stage)?;
        let name = part_names(self.model).into_iter().nth(place)?;
        self.layout.find("stage", measure, &self.model.stages[stage].name, &name, Some(0)).map(|i| (i, 1.0))
    }

    fn terms(&self, what: &What) -> Terms {
        let m = self.model;
        let stage = |id: &crate::base::ids::StageId| m.stages[*id].name.as_str();
        let column = |measure: &str, of: &str, part: &str, sign: f64| {
            self.layout.find("stage", measure, of, part, Some(0)).map(|i| (i, sign))
        };
        let stream = |measure: &str, of: &str, part: &str, sign: f64| {
            self.layout.find("stream", measure, of, part, Some(0)).map(|i| (i, sign))
        };
        let spell = |measure: &str, of: &str, part: &str, sign: f64| {
            self.layout.find("group", measure, of, part, Some(0)).map(|i| (i, sign))
        };
        let group = |g: usize| m.groups.get(g).map_or("", |g| g.name.as_str());
        match what {
            What::One => Terms::One,
            What::Children(stages) => Terms::Stock(
                stages.iter().filter_map(|s| column("children_end", stage(s), "", 1.0)).collect(),
            ),
            What::Starts(stages) => {
                let mut terms: Vec<Term> =
                    stages.iter().filter_map(|s| column("asked", stage(s), "", 1.0)).collect();
                terms.extend(self.inside(stages, -1.0));
                Terms::Flow(terms)
            }
            What::StartsOf(stage, parts) => {
                Terms::Flow(parts.iter().filter_map(|p| self.of_part("asked", *stage, *p)).collect())
            }
            What::ChildrenOf(stages, parts) => Terms::Stock(
                stages
                    .iter()
                    .flat_map(|s| parts.iter().filter_map(|p| self.of_part("children_end", *s, *p)))
                    .collect(),
            ),
            What::Ends(stages) => {
                let mut terms = self.moves(stages, |_| true, 1.0);
                terms.extend(self.inside(stages, -1.0));
                Terms::Flow(terms)
            }
            What::Moves(from, to) => Terms::Flow(self.moves(from, |dest| to.contains(&dest), 1.0)),
            What::Arrivals(streams) => Terms::Flow(
                streams.iter().filter_map(|s| stream("arrived", &m.streams[*s].name, "", 1.0)).collect(),
            ),
            What::InTimeTo(from, to) => {
                let mut terms = Vec::new();
                for s in from {
                    for dest in to {
                        terms.extend(column("to_in_time", stage(s), dest_name(m, *dest), 1.0));
                    }
                }
                Terms::Flow(terms)
            }
            What::InTime(s) => Terms::Flow(column("in_time", stage(s), "", 1.0).into_iter().collect()),
            What::EndedInBand { group: g, band } => {
                Terms::Flow(spell("ended_in_band", group(*g), &band.to_string(), 1.0).into_iter().collect())
            }
            What::OpenInBand { group: g, band } => {
                Terms::Stock(spell("open_in_band", group(*g), &band.to_string(), 1.0).into_iter().collect())
            }
            What::Again(g) => Terms::Flow(spell("again", group(*g), "", 1.0).into_iter().collect()),
            What::GroupStarts(g) => Terms::Flow(spell("started", group(*g), "", 1.0).into_iter().collect()),
            What::GroupEnds(g) => Terms::Flow(spell("ended", group(*g), "", 1.0).into_iter().collect()),
            What::Staff { figure: Figure::Cost, role, team } => {
                Terms::Weighted(self.costs().staff(*role, *team).into_iter().collect())
            }
            What::Staff { figure, role, team } => self.staff(*figure, *role, *team),
            What::Weeks(stages) => Terms::Weighted(self.costs().weeks(stages)),
            What::Cost { stages, services, roles } => {
                Terms::Weighted(self.costs().all(stages, services, roles))
            }
            What::Met { stage: s, from, to } => Terms::Flow(
                (*from..=*to).filter_map(|n| column("workers_met", stage(s), &n.to_string(), 1.0)).collect(),
            ),
            What::Service(s, count) => {
                let name = m.services.get(*s).map_or("", |s| s.name.as_str());
                let measure = ServiceCount::ALL.iter().find(|c| c.2 == *count).map_or("", |c| c.1);
                let column = self.layout.find("service", measure, name, count.part(), Some(0));
                if let (ServiceCount::Wait | ServiceCount::LongWait, Some(i)) = (count, column) {
                    return Terms::Mean(i);
                }
                let terms = column.map(|i| (i, 1.0)).into_iter().collect();
                if count.is_stock() { Terms::Stock(terms) } else { Terms::Flow(terms) }
            }
            What::GroupChildren(g) => {
                Terms::Stock(spell("children_end", group(*g), "", 1.0).into_iter().collect())
            }
        }
    }

    fn costs(&self) -> Costs<'_> {
        Costs { model: self.model, layout: self.layout }
    }

    /// A figure about staff that is no cost.
    fn staff(&self, figure: Figure, role: usize, team: Option<usize>) -> Terms {
        let Some(staff) = &self.model.staff else { return Terms::Flow(Vec::new()) };
        let role = staff.roles.get(role).map_or("", |r| r.name.as_str());
        let (column, part) = figure.column();
        let found = match team.and_then(|t| staff.teams.get(t)) {
            Some(team) => self.layout.find("staff", column, &format!("{}/{role}", team.name), part, Some(0)),
            None => self.layout.find("role", column, role, part, Some(0)),
        };
        if let (Figure::Wait, Some(i)) = (figure, found) {
            return Terms::Mean(i);
        }
        Terms::Stock(found.into_iter().map(|i| (i, 1.0)).collect())
    }

    /// Moves between two of these stages.
    fn inside(&self, stages: &[crate::base::ids::StageId], sign: f64) -> Vec<Term> {
        use crate::model::stage::Dest;
        self.moves(stages, |dest| matches!(dest, Dest::Stage(s) if stages.contains(&s)), sign)
    }

    fn moves(
        &self,
        from: &[crate::base::ids::StageId],
        to: impl Fn(crate::model::stage::Dest) -> bool,
        sign: f64,
    ) -> Vec<Term> {
        from.iter()
            .flat_map(|&s| crate::engine::ways_of(&self.model.stages[s]).into_iter().map(move |d| (s, d)))
            .filter(|(_, dest)| to(*dest))
            .filter_map(|(s, dest)| {
                let of = &self.model.stages[s].name;
                self.layout.find("stage", "to", of, dest_name(self.model, dest), Some(0)).map(|i| (i, sign))
            })
            .collect()
    }
}

fn is_near(near: Near, published: f64, model: Option<f64>) -> bool {
    let Some(model) = model else { return false };
    match near {
        Near::Relative(share) => (model - published).abs() <= share * published.abs(),
        Near::Absolute(by) => (model - published).abs() <= by,
    }
}
