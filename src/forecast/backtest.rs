//! The rolling-origin backtest: what would have been forecast, against what came.

use super::marginal::Marginal;
use super::project::project;
use super::series::{Options, Series, Treatment};
use crate::stats::series::conformal::Score;
use crate::stats::series::least_squares::Effort;
use crate::stats::series::member::Method;

/// A past forecast of one month by one method.
#[derive(Clone, Copy, Debug)]
pub struct Trial {
    /// The method.
    pub method: Method,
    /// Months of history it was given.
    pub origin: usize,
    /// Months ahead, from 1.
    pub ahead: usize,
    /// What it said.
    pub forecast: Marginal,
    /// What came.
    pub actual: f64,
}

/// The origins, latest first: every six months back (three in a series under six years), while
/// two thirds of the history are left to learn from: a method given much less than it has now
/// would be judged by errors it no longer makes.
#[must_use]
pub fn origins(months: usize, count: usize) -> Vec<usize> {
    let step = if months >= 72 { 6 } else { 3 };
    let least = (2 * months).div_ceil(3).max(6);
    (1..=count).map_while(|k| months.checked_sub(k * step).filter(|&o| o >= least)).collect()
}

/// Runs the backtest of a series: every method at every origin, with nothing but the months
/// before it. Months in a named dip, and missing ones, are not judged.
#[must_use]
pub fn backtest(series: &Series, options: &Options) -> Vec<Trial> {
    let n = series.values.len();
    let mut trials = Vec::new();
    for origin in origins(n, options.origins) {
        let horizon = options.horizon.min(n - origin);
        let known = last_known(series, origin, options);
        let lead = origin - known;
        let Some(found) = project(series, known, lead + horizon, options, Effort::SEARCH) else {
            continue;
        };
        for projection in &found.projections {
            for (h, forecast) in projection.months.iter().skip(lead).enumerate() {
                let Some(actual) = judged(series, origin + h, options) else {
                    continue;
                };
                trials.push(Trial {
                    method: projection.method,
                    origin,
                    ahead: h + 1,
                    forecast: *forecast,
                    actual,
                });
            }
        }
    }
    trials
}

/// How many of the first `at` months there are up to the last that is observed and fully reported:
/// forecasts start from there, so a missing end widens them.
#[must_use]
pub fn last_known(series: &Series, at: usize, options: &Options) -> usize {
    let reported = at.saturating_sub(options.incomplete);
    let head = series.values.get(..reported).unwrap_or(&[]);
    head.iter().rposition(Option::is_some).map_or(0, |last| last + 1)
}

/// The value of a month that counts in the backtest.
#[must_use]
pub fn judged(series: &Series, at: usize, options: &Options) -> Option<f64> {
    let value = series.values.get(at).copied().flatten()?;
    let month = series.start.plus(at as i32);
    let dipped =
        options.shocks.iter().any(|s| s.treatment == Treatment::Dip && month >= s.from && month <= s.to);
    (!dipped).then_some(value)
}

/// The scores of one method among errors that were known after `known` months.
#[must_use]
pub fn scores(trials: &[Trial], method: Method, known: usize) -> Vec<Score> {
    trials
        .iter()
        .filter(|t| t.method == method && t.origin + t.ahead <= known)
        .map(|t| Score { origin: t.origin, ahead: t.ahead, z: t.forecast.score(t.actual) })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forecast::month::Month;

    #[test]
    fn origins_leave_enough_to_learn_from() {
        assert_eq!(origins(144, 6), vec![138, 132, 126, 120, 114, 108]);
        assert_eq!(origins(50, 6), vec![47, 44, 41, 38, 35]);
        assert_eq!(origins(14, 6), vec![11]);
        assert!(origins(6, 6).is_empty());
    }

    #[test]
    fn a_forecast_knows_nothing_of_what_came_after() {
        let start = Month::new(2015, 1).unwrap();
        let mut values: Vec<Option<f64>> = (0..60).map(|t| Some(80.0 + f64::from(t * 13 % 29))).collect();
        let options = Options { horizon: 12, origins: 6, ..Options::default() };
        let before = backtest(&Series::new("a", start, values.clone()), &options);
        for value in values.iter_mut().skip(48) {
            *value = value.map(|v| v * 3.0);
        }
        let after = backtest(&Series::new("a", start, values), &options);
        let at = |trials: &[Trial]| -> Vec<(f64, f64)> {
            trials.iter().filter(|t| t.origin <= 48).map(|t| (t.forecast.mean, t.forecast.sd)).collect()
        };
        assert!(!at(&before).is_empty());
        assert_eq!(at(&before), at(&after));
    }
}
