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

/// Months over which the weight of a test halves: what a method did lately says more of what it
/// will do.
const HALF: f64 = 6.0;

/// How much a test counts whose origin lies `back` months before the end.
#[must_use]
pub fn weight(back: usize) -> f64 {
    libm::exp2(-(back as f64) / HALF)
}

/// How well one method did. In the errors and scores a test counts the more the later it is (half as
/// much for every six months back); coverage counts all months alike.
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
    weight: f64,
    absolute: f64,
    scaled: f64,
    square: f64,
    wis: f64,
    msis: f64,
    inside_80: f64,
    inside_95: f64,
}

impl Sums {
    fn add(&mut self, other: &Self) {
        self.months += other.months;
        self.weight += other.weight;
        self.absolute += other.absolute;
        self.scaled += other.scaled;
        self.square += other.square;
        self.wis += other.wis;
        self.msis += other.msis;
        self.inside_80 += other.inside_80;
        self.inside_95 += other.inside_95;
    }

    fn scores(&self) -> Option<Scores> {
        let (n, w) = (self.months, self.weight);
        (n > 0.0 && w > 0.0).then(|| Scores {
            months: n as usize,
            mase: self.scaled / w,
            rmsse: (self.square / w).sqrt(),
            wis: self.wis / w,
            msis: self.msis / w,
            cover_80: self.inside_80 / n,
            cover_95: self.inside_95 / n,
            absolute_error: self.absolute / w,
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
    let rows = methods.into_iter().filter_map(|m| row(series, trials, pool, m)).collect();
    Backtest { origins: origins.len(), rows }
}

/// Scores one method's trials; nothing where it has none.
#[must_use]
pub fn row(series: &Series, trials: &[Trial], pool: &Pool, method: Method) -> Option<Row> {
    let mut origins: Vec<usize> = trials.iter().filter(|t| t.method == method).map(|t| t.origin).collect();
    origins.sort_unstable();
    origins.dedup();
    let mut all = Sums::default();
    let mut bands = [Sums::default(); 4];
    for origin in origins {
        let weight = weight(series.values.len().saturating_sub(origin));
        let history = fill(series.values.get(..origin)?);
        let scale = absolute_scale(&history, 12).unwrap_or(1.0);
        let square = square_scale(&history, 12).unwrap_or(1.0);
        let (shape, own) = pool.calibration(method, series, trials, origin);
        for t in trials.iter().filter(|t| t.method == method && t.origin == origin) {
            let interval = |coverage: f64| {
                let (low, high) = central(coverage);
                let at = |z| t.forecast.quantile(z, t.ahead, &shape, own);
                (coverage, at(low), at(high))
            };
            let three = [interval(0.5), interval(0.8), interval(0.95)];
            let error = (t.actual - t.forecast.mean).abs();
            let inside = |i: (f64, f64, f64)| f64::from(u8::from(t.actual >= i.1 && t.actual <= i.2));
            let found = Sums {
                months: 1.0,
                weight,
                absolute: weight * error,
                scaled: weight * error / scale,
                square: weight * error * error / (square * square),
                wis: weight * weighted_interval_score(t.actual, t.forecast.mean, &three) / scale,
                msis: weight * interval_score(t.actual, three[2].1, three[2].2, 0.95) / scale,
                inside_80: inside(three[1]),
                inside_95: inside(three[2]),
            };
            all.add(&found);
            bands[band(t.ahead)].add(&found);
        }
    }
    Some(Row { method, all: all.scores()?, bands: bands.map(|b| b.scores()) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forecast::marginal::Marginal;
    use crate::forecast::month::Month;

    /// By hand: errors of 1 six months back and of 3 twelve months back, on a history whose usual yearly
    /// change is 2. The later counts twice: (2 x 1 + 1 x 3) / 3 / 2.
    #[test]
    fn later_tests_count_more() {
        let values: Vec<Option<f64>> = (0..48).map(|t| Some(100.0 + 2.0 * f64::from(t / 12))).collect();
        let series = Series::new("a", Month::new(2020, 1).unwrap(), values);
        let trial = |origin: usize, error: f64| Trial {
            method: Method::Theta,
            origin,
            ahead: 1,
            forecast: Marginal { mean: 100.0, sd: 10.0, non_negative: true },
            actual: 100.0 + error,
        };
        let found =
            row(&series, &[trial(42, 1.0), trial(36, -3.0)], &Pool::default(), Method::Theta).unwrap();
        assert!((found.all.mase - 5.0 / 6.0).abs() < 1e-12, "{}", found.all.mase);
        assert!((found.all.absolute_error - 5.0 / 3.0).abs() < 1e-12);
        assert!((found.all.rmsse - (11.0f64 / 3.0).sqrt() / 2.0).abs() < 1e-12, "{}", found.all.rmsse);
        assert_eq!((found.all.months, found.all.cover_80), (2, 1.0));
    }
}
