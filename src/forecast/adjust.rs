//! What working days and school days do to a month, beyond the month of the year.
//!
//! The counts are compared with their own trend and month effects on the log scale; what is left
//! is regressed on how far the month's working days, and the share of them in term, differ from
//! that month's usual. Few months are informative, so the effects are shrunk: referrals come in
//! on working days (prior elasticity one, give or take a half), and the effect of term time is
//! anybody's guess (prior none, give or take a half).

use super::calendar::{school_days, working_days};
use super::month::Month;
use crate::stats::series::decompose::{month_effects, moving_average};
use crate::stats::series::least_squares::solve_positive;
use serde::Serialize;
use std::sync::OnceLock;

/// Elasticities of the month's count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Effects {
    /// Per cent for one per cent more working days than usual in that month.
    pub working_days: f64,
    /// Change in the logarithm for all rather than none of the working days in term.
    pub school_days: f64,
}

/// Prior means and standard deviations.
const PRIOR: [(f64, f64); 2] = [(1.0, 0.5), (0.0, 0.5)];
/// The years over which the usual is averaged.
const USUAL: i32 = 10;

/// Logarithm of working days, and the share of them in term, minus their averages for the same
/// month over the years around.
#[must_use]
pub fn unusual(month: Month) -> [f64; 2] {
    let at = month.since(Month::FIRST);
    usize::try_from(at).ok().and_then(|i| table().get(i).copied()).unwrap_or_default()
}

/// All months that can be named, worked out once: a forecast asks for the same few hundred many
/// thousand times.
fn table() -> &'static [[f64; 2]] {
    static TABLE: OnceLock<Vec<[f64; 2]>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let years = Month::FIRST.plus(-12 * USUAL);
        let span = 12 * (300 + 2 * USUAL);
        let all: Vec<[f64; 2]> = (0..span).map(|t| measures(years.plus(t))).collect();
        let reach = 12 * USUAL.unsigned_abs() as usize;
        (reach..all.len() - reach)
            .map(|t| {
                let mut out = all[t];
                for other in all[t - reach..=t + reach].iter().step_by(12) {
                    for (slot, value) in out.iter_mut().zip(other) {
                        *slot -= value / f64::from(2 * USUAL + 1);
                    }
                }
                out
            })
            .collect()
    })
}

fn measures(month: Month) -> [f64; 2] {
    let working = working_days(month).max(1.0);
    [libm::log(working), school_days(month) / working]
}

impl Effects {
    /// What each of `months` months from `start` is multiplied by.
    #[must_use]
    pub fn factors(&self, start: Month, months: usize) -> Vec<f64> {
        if *self == Self::default() {
            return vec![1.0; months];
        }
        (0..months)
            .map(|t| {
                let [working, school] = unusual(start.plus(t as i32));
                libm::exp(self.working_days * working + self.school_days * school)
            })
            .collect()
    }
}

/// Estimates the effects from observed months (`kept`; `complete` has the gaps filled). No effect
/// under three years, or where any value is under five, when logarithms of counts mislead.
#[must_use]
pub fn calendar_effects(start: Month, kept: &[Option<f64>], complete: &[f64]) -> Effects {
    if kept.len() < 36 || complete.iter().any(|&v| v < 5.0) {
        return Effects::default();
    }
    let logs: Vec<f64> = complete.iter().map(|&v| libm::log(v)).collect();
    let trend = moving_average(&logs, 12);
    let Some(season) = month_effects(&logs, 12, false) else {
        return Effects::default();
    };
    let rows: Vec<([f64; 2], f64)> = kept
        .iter()
        .enumerate()
        .filter_map(|(t, v)| {
            let level = (*v).and(trend.get(t).copied().flatten())?;
            let rest = logs.get(t)? - level - season.get(t % 12)?;
            Some((unusual(start.plus(t as i32)), rest))
        })
        .collect();
    let noise = robust_variance(&rows);
    let mut normal = [0.0; 4];
    let mut right = [0.0; 2];
    for (i, (mean, sd)) in PRIOR.iter().enumerate() {
        normal[i * 3] = noise / (sd * sd);
        right[i] = noise / (sd * sd) * mean;
    }
    for (x, y) in &rows {
        for i in 0..2 {
            right[i] += x[i] * y;
            for j in 0..2 {
                normal[i * 2 + j] += x[i] * x[j];
            }
        }
    }
    match solve_positive(&mut normal, &right).as_deref() {
        Some([working, school]) => Effects { working_days: *working, school_days: *school },
        _ => Effects::default(),
    }
}

fn robust_variance(rows: &[([f64; 2], f64)]) -> f64 {
    let mut sizes: Vec<f64> = rows.iter().map(|r| r.1.abs()).collect();
    sizes.sort_by(f64::total_cmp);
    let middle = sizes.get(sizes.len() / 2).copied().unwrap_or(0.0);
    (1.4826 * middle).max(0.01) * (1.4826 * middle).max(0.01)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_an_elasticity_that_is_there() {
        let start = Month::new(2010, 1).unwrap();
        let truth = Effects { working_days: 1.4, school_days: 0.3 };
        let y: Vec<f64> = truth.factors(start, 150).iter().map(|f| 500.0 * f).collect();
        let kept: Vec<Option<f64>> = y.iter().copied().map(Some).collect();
        let found = calendar_effects(start, &kept, &y);
        assert!((found.working_days - 1.4).abs() < 0.15, "{found:?}");
        assert!((found.school_days - 0.3).abs() < 0.1, "{found:?}");
        assert_eq!(calendar_effects(start, &kept[..30], &y[..30]), Effects::default());
    }

    #[test]
    fn easter_in_march_is_unusual() {
        let march = unusual(Month::new(2024, 3).unwrap());
        let april = unusual(Month::new(2024, 4).unwrap());
        assert!(march[0] < -0.05 && april[0] > 0.05, "{march:?} {april:?}");
    }
}
