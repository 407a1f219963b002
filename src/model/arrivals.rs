//! Streams of arrivals.

use super::case::{Given, NeedShares};
use crate::base::ids::StageId;
use crate::base::time::{SimTime, Span};
use crate::stats::dist::Dist;

/// A stream of arriving families.
#[derive(Clone, Debug)]
pub struct Stream {
    /// Name in the file; part of the key of its random numbers.
    pub name: String,
    /// Name for readers.
    pub title: String,
    /// First stage, with probabilities.
    pub to: Vec<(StageId, f64)>,
    /// When families arrive.
    pub arrivals: Arrivals,
    /// Children in a family, if other than the model's; `[(1, 1.0)]` for single arrivals.
    pub families: Option<Vec<(u8, f64)>>,
    /// Share of each age band, if other than the model's.
    pub ages: Option<Vec<f64>>,
    /// Attributes given, if other than the model's.
    pub given: Given,
    /// Needs, if other than the model's.
    pub needs: NeedShares,
}

/// When families arrive.
#[derive(Clone, Debug)]
pub enum Arrivals {
    /// A Poisson process with a rate that may change.
    Rate(Rate),
    /// A renewal process: gaps in days between arrivals.
    Gaps(Dist),
    /// At these times.
    At(Vec<Arrival>),
}

/// The rate of a Poisson stream, in CASES a day (the engine divides by the mean family size).
#[derive(Clone, Debug)]
pub struct Rate {
    /// (from, cases a day): from each time on; first entry from the beginning.
    pub steps: Vec<(SimTime, f64)>,
    /// The steps repeat with this period.
    pub repeat: Option<Span>,
    /// Cases a day by age band over time, in place of `steps`, for rates per population.
    pub by_age: Vec<(SimTime, Vec<f64>)>,
    /// Multiplies the rate in each calendar month, January first; scaled so that a year's
    /// total is kept.
    pub months: Option<[f64; 12]>,
    /// Standard deviation of a gamma multiplier of mean 1, drawn anew each month (each 30 days
    /// in a model without dates); 0 for a plain Poisson stream.
    pub varies: f64,
}

/// One listed arrival.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// When.
    pub at: SimTime,
    /// Children who arrive together; drawn if `None`.
    pub children: Option<u8>,
    /// Attributes given.
    pub given: Given,
}
