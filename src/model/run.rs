//! When a run begins and ends, and how often it is repeated.

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
