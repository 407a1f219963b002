//! When a run begins and ends, and how often it is repeated.

use super::Model;
use super::selector::Condition;
use crate::base::ids::{AttributeId, Id, NeedId, StageId};
use crate::base::time::Span;
use jiff::civil::Date;

/// The plan of a run.
#[derive(Clone, Debug)]
pub struct RunPlan {
    /// The date of time 0; `None` for a model without dates.
    pub starts: Option<Date>,
    /// Time simulated before time 0 and not measured.
    pub warm_up: Span,
    /// Length of the measured run.
    pub length: Span,
    /// How the measured run is divided for reporting.
    pub periods: Periods,
    /// The stated window `(from, to]` for whole-run statistics; the measured run if `None`.
    pub window: Option<(Span, Span)>,
    /// Replications when the command does not say.
    pub replications: u32,
    /// Seed when the command does not say.
    pub seed: u64,
    /// Level of intervals, such as 0.95.
    pub level: f64,
    /// Most events in one replication; more stop the run with an error.
    pub most_events: u64,
    /// Report censuses, flows and waits by age band.
    pub by_age: bool,
    /// Report them by need.
    pub by_need: bool,
    /// Report them by these attributes (indices into the model's attributes).
    pub by_attribute: Vec<u16>,
    /// Attributes among them that are reported at these stages alone.
    pub by_at: Vec<(u16, Vec<StageId>)>,
}

/// Parts of the cases (age bands, needs, attribute values) that a run reports, in the order in which they are reported.
#[derive(Clone, Debug, Default)]
pub struct Parts {
    /// What each is.
    pub conditions: Vec<Condition>,
    /// Stages (by index) at which alone each is reported; all if `None`.
    pub at: Vec<Option<Vec<StageId>>>,
}

impl Parts {
    /// Those that a model reports.
    #[must_use]
    pub fn of(model: &Model) -> Parts {
        let (run, mut out) = (&model.run, Parts::default());
        let ages = if run.by_age { model.ages.len() } else { 0 };
        let needs = if run.by_need { model.needs.len() } else { 0 };
        out.conditions.extend((0..ages).map(|a| Condition::Age(u8::try_from(a).unwrap_or(u8::MAX))));
        out.conditions.extend((0..needs).map(|n| Condition::Need(NeedId::new(n))));
        out.at.resize(out.conditions.len(), None);
        for &a in &run.by_attribute {
            let id = AttributeId(a);
            let values = model.attributes.iter().nth(usize::from(a)).map_or(0, |a| a.values.len());
            let at = run.by_at.iter().find(|b| b.0 == a).map(|b| b.1.clone());
            let value = |v: usize| Condition::Attribute(id, u8::try_from(v).unwrap_or(u8::MAX));
            out.conditions.extend((0..values).map(value));
            out.at.resize(out.conditions.len(), at);
        }
        out
    }

    /// Whether a part is reported at a stage.
    #[must_use]
    pub fn reported(&self, part: usize, stage: StageId) -> bool {
        self.at.get(part).is_some_and(|at| at.as_ref().is_none_or(|stages| stages.contains(&stage)))
    }

    /// The place of a part that is reported at a stage.
    #[must_use]
    pub fn place(&self, condition: Condition, stage: StageId) -> Option<usize> {
        let part = self.conditions.iter().position(|c| *c == condition)?;
        self.reported(part, stage).then_some(part)
    }
}

/// How the measured run is divided.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Periods {
    /// Calendar months; needs dates.
    Months,
    /// Equal spans; the last may be shorter.
    Every(Span),
    /// Not at all.
    Whole,
}
