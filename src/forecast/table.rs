//! The backtest as a table: each method, over all months ahead and by band.

use super::backtest::Trial;
use super::pool::Pool;
use super::prepare::fill;
use super::series::Series;
use crate::stats::series::conformal::{band, central};
use crate::stats::series::member::Method;
use crate::stats::series::score::{absolute_scale, interval_score, square_scale, weighted_interval_score};
use serde::Serialize;

/// The names of the bands of months ahead.
pub const BANDS: [&str; 4] = ["1 to 3", "4 to 6", "7 to 12", "over 12"];

/// How well one method did.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Scores {
    /// Months judged.
    pub months: usize,
    /// Mean absolute error over the history's mean absolute change from the same month a year before.
    pub mase: f64,
    /// Root mean square error over the history's root mean square change from a year before.
    pub rmsse: f64,
    /// Weighted interval score (median, 50, 80 and 95 %) in the same unit as MASE.
    pub wis: f64,
    /// Mean scaled interval score at 95 %.
    pub msis: f64,
    /// Share of months inside the 80 % interval.
    pub cover_80: f64,
    /// Share of months inside the 95 % interval.
    pub cover_95: f64,
    /// Mean absolute error in the series' own unit.
    pub absolute_error: f64,
}

/// One row of the table.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// The method.
    pub method: Method,
    /// Over all months ahead.
    pub all: Scores,
    /// By band of months ahead, in the order of [`BANDS`]; none where nothing was judged.
    pub bands: [Option<Scores>; 4],
    /// MASE at each origin, earliest first.
    pub by_origin: Vec<f64>,
}

/// The whole table.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Backtest {
    /// Origins used.
    pub origins: usize,
    /// One row a method that has trials.
    pub rows: Vec<Row>,
}

impl Backtest {
    /// The row of a method.
    #[must_use]
    pub fn row(&self, method: Method) -> Option<&Row> {
        self.rows.iter().find(|r| r.method == method)
    }
}

#[derive(Clone, Copy, Default)]
struct Sums {
    months: f64,
    absolute: f64,
    scaled: f64,
    square: f64,
    wis: f64,
    msis: f64,
    inside_80: f64,
    inside_95: f64,
}

impl Sums {
    fn scores(&self) -> Option<Scores> {
        let n = self.months;
        (n > 0.0).then(|| Scores {
            months: n as usize,
            mase: self.scaled / n,
            rmsse: (self.square / n).sqrt(),
            wis: self.wis / n,
            msis: self.msis / n,
            cover_80: self.inside_80 / n,
            cover_95: self.inside_95 / n,
            absolute_error: self.absolute / n,
        })
    }
}

/// Scores every method's trials. Intervals at each origin are calibrated only with errors known
/// by then.
#[must_use]
pub fn tabulate(series: &Series, trials: &[Trial], pool: &Pool) -> Backtest {
    let mut origins: Vec<usize> = trials.iter().map(|t| t.origin).collect();
    origins.sort_unstable();
    origins.dedup();
    let mut methods: Vec<Method> = trials.iter().map(|t| t.method).collect();
    methods.sort_unstable();
    methods.dedup();
    let rows = methods.into_iter().filter_map(|m| row(series, trials, pool, m, &origins)).collect();
    Backtest { origins: origins.len(), rows }
}

fn row(series: &Series, trials: &[Trial], pool: &Pool, method: Method, origins: &[usize]) -> Option<Row> {
    let mut all = Sums::default();
    let mut bands = [Sums::default(); 4];
    let mut by_origin = Vec::with_capacity(origins.len());
    for &origin in origins {
        let history = fill(series.values.get(..origin)?);
        let scale = absolute_scale(&history, 12).unwrap_or(1.0);
        let square = square_scale(&history, 12).unwrap_or(1.0);
        let mut here = Sums::default();
        let (shape, own) = pool.calibration(method, series, trials, origin);
        for t in trials.iter().filter(|t| t.method == method && t.origin == origin) {
            let interval = |coverage: f64| {
                let (low, high) = central(coverage);
                let at = |z| t.forecast.quantile(z, t.ahead, &shape, own);
                (coverage, at(low), at(high))
            };
            let three = [interval(0.5), interval(0.8), interval(0.95)];
            let inside = |i: (f64, f64, f64)| f64::from(u8::from(t.actual >= i.1 && t.actual <= i.2));
            let error = (t.actual - t.forecast.mean).abs();
            for sums in [&mut all, &mut here, &mut bands[band(t.ahead)]] {
                sums.months += 1.0;
                sums.absolute += error;
                sums.scaled += error / scale;
                sums.square += error * error / (square * square);
                sums.wis += weighted_interval_score(t.actual, t.forecast.mean, &three) / scale;
                sums.msis += interval_score(t.actual, three[2].1, three[2].2, 0.95) / scale;
                sums.inside_80 += inside(three[1]);
                sums.inside_95 += inside(three[2]);
            }
        }
        by_origin.extend(here.scores().map(|s| s.mase));
    }
    Some(Row { method, all: all.scores()?, bands: bands.map(|b| b.scores()), by_origin })
}
