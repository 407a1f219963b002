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
    /// As many a month as one future of a forecast says, another in each replication.
    Forecast(Forecast),
}

/// Futures of a forecast, in CASES a month.
#[derive(Clone, Debug)]
pub struct Forecast {
    /// Cases in each forecast month, one list a path, all as long.
    pub paths: Vec<Vec<f64>>,
    /// The calendar months of the run with its warm-up, in order without a gap.
    pub months: Vec<ForecastMonth>,
}

/// A calendar month of a run that follows a forecast.
#[derive(Clone, Debug, PartialEq)]
pub struct ForecastMonth {
    /// Months since the beginning of year 0: what the luck of its families hangs on.
    pub number: u32,
    /// Its first moment, which may lie before the run.
    pub from: SimTime,
    /// The first moment of the next month, which may lie after the run.
    pub to: SimTime,
    /// How many cases come in the whole of it.
    pub count: Count,
    /// (from, factor on the count) in order, the first from its beginning or before.
    pub times: Vec<(SimTime, f64)>,
}

/// How many cases come in a calendar month.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Count {
    /// About this many, by chance (Poisson): the usual, before anything is known.
    Usual(f64),
    /// This many in every replication.
    Known(f64),
    /// As many as the path says in the month with this index.
    Ahead(usize),
}

impl ForecastMonth {
    /// The factor at a moment.
    pub fn times_at(&self, at: SimTime) -> f64 {
        let step = self.times.partition_point(|t| t.0 <= at).max(1) - 1;
        self.times.get(step).map_or(1.0, |t| t.1)
    }
}

impl Forecast {
    /// Cases in a month in a replication (from 1), before its factor: it follows path
    /// `(replication - 1) mod paths`.
    pub fn cases(&self, month: &ForecastMonth, replication: u64) -> f64 {
        let at = replication.saturating_sub(1).checked_rem(self.paths.len() as u64).unwrap_or(0);
        month.count.of(self.paths.get(at as usize).map_or(&[], Vec::as_slice))
    }

    /// Cases a day from each time on, in the mean over all paths.
    pub fn mean_rates(&self) -> Vec<(SimTime, f64)> {
        let mean = mean_path(&self.paths);
        let mut out = Vec::with_capacity(self.months.len());
        for month in &self.months {
            let per_day = month.count.of(&mean) / (month.to - month.from).days();
            out.push((month.from, per_day * month.times_at(month.from)));
            let later = month.times.iter().filter(|t| t.0 > month.from && t.0 < month.to);
            out.extend(later.map(|t| (t.0, per_day * t.1)));
        }
        out
    }
}

impl Count {
    fn of(self, path: &[f64]) -> f64 {
        match self {
            Count::Usual(cases) | Count::Known(cases) => cases,
            Count::Ahead(month) => path.get(month).copied().unwrap_or(0.0),
        }
    }
}

/// The mean of each month over paths.
pub(super) fn mean_path(paths: &[Vec<f64>]) -> Vec<f64> {
    let months = paths.first().map_or(0, Vec::len);
    let n = paths.len().max(1) as f64;
    (0..months).map(|m| paths.iter().filter_map(|p| p.get(m)).sum::<f64>() / n).collect()
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
