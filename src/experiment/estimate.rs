//! From replications to estimates with their uncertainty.

use super::ignorance::{Split, split};
use super::run::Rows;
use crate::stats::interval::student;
use crate::stats::moments::Moments;
use ndarray::ArrayView1;
use serde::Serialize;

/// Probabilities at which the spread over replications is given.
pub const SPREAD: [f64; 7] = [0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975];

/// A mean over replications with its interval, and how far single replications lie apart.
///
/// The interval is about the mean (chance in the simulation, which more replications shrink); the
/// spread is about one future (chance in the world, which they do not).
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct Summary {
    /// Mean over the replications; `None` where none had anything to measure.
    pub point: Option<f64>,
    /// Its standard error.
    pub se: Option<f64>,
    /// Low end of Student's interval.
    pub low: Option<f64>,
    /// High end.
    pub high: Option<f64>,
    /// Level of the interval.
    pub level: f64,
    /// Replications that had something to measure.
    pub n: u64,
    /// Quantiles over replications at [`SPREAD`].
    pub spread: [Option<f64>; 7],
    /// Chance apart from ignorance, if the replications had draws of the model's numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub split: Option<Split>,
}

/// Makes summaries at one level, remembering Student's factor.
#[derive(Clone, Debug)]
pub struct Summariser {
    level: f64,
    factors: std::collections::BTreeMap<usize, f64>,
    draws: Vec<u64>,
}

impl Summariser {
    /// For intervals at `level`.
    pub fn new(level: f64) -> Summariser {
        Summariser { level, factors: Default::default(), draws: Vec::new() }
    }

    /// For the columns of these rows: with draws, chance and ignorance are told apart, and the standard error is that of
    /// a mean over draws.
    pub fn of(level: f64, rows: &Rows) -> Summariser {
        Summariser { draws: rows.draws.clone(), ..Summariser::new(level) }
    }

    /// For replications that used these draws of the model's numbers, in their order; as [`Summariser::new`] without any.
    pub fn drawn(level: f64, draws: &[u64]) -> Summariser {
        Summariser { draws: draws.to_vec(), ..Summariser::new(level) }
    }

    /// Summarises one number a replication; NaN where there was nothing to measure.
    pub fn summary(&mut self, values: ArrayView1<'_, f64>) -> Summary {
        let mut present: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
        let n = present.len();
        let moments: Moments = present.iter().copied().collect();
        let nested = (self.draws.len() == values.len()).then(|| split(values, &self.draws)).flatten();
        let alone = moments.variance().filter(|_| n > 1).map(|v| (v / n as f64).sqrt());
        let se = nested.as_ref().map_or(alone, |n| Some(n.se));
        let independent = nested.as_ref().map_or(n, |n| n.draws);
        let level = self.level;
        let half = se.map(|se| {
            let factor = self.factors.entry(independent).or_insert_with(|| student(independent, level));
            if se > 0.0 { se * *factor } else { 0.0 }
        });
        let point = moments.mean();
        present.sort_by(f64::total_cmp);
        Summary {
            point,
            se,
            low: point.zip(half).map(|(p, h)| p - h),
            high: point.zip(half).map(|(p, h)| p + h),
            level,
            n: n as u64,
            spread: SPREAD.map(|p| quantile(&present, p)),
            split: nested.map(|n| n.split),
        }
    }
}

/// Quantile by linear interpolation between order statistics (type 7 of Hyndman & Fan 1996).
pub fn quantile(sorted: &[f64], p: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let at = p.clamp(0.0, 1.0) * last as f64;
    let (below, part) = (at.floor() as usize, at - at.floor());
    let (a, b) = (*sorted.get(below)?, *sorted.get((below + 1).min(last))?);
    Some(a + (b - a) * part)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::arr1;

    /// By hand: mean 3, sd 1.5811, se 0.7071, t(4, 0.975) = 2.7764.
    #[test]
    fn a_small_sample_by_hand() {
        let s = Summariser::new(0.95).summary(arr1(&[1.0, 2.0, f64::NAN, 3.0, 4.0, 5.0]).view());
        assert_eq!((s.n, s.point), (5, Some(3.0)));
        assert!((s.se.unwrap() - 0.5f64.sqrt()).abs() < 1e-12);
        assert!((s.low.unwrap() - (3.0 - 2.776_445_105_198 * 0.5f64.sqrt())).abs() < 1e-8);
        assert_eq!(s.spread[3], Some(3.0));
        assert!((s.spread[0].unwrap() - 1.1).abs() < 1e-12);
    }

    #[test]
    fn nothing_to_measure_is_said() {
        let s = Summariser::new(0.9).summary(arr1(&[f64::NAN]).view());
        assert_eq!((s.n, s.point, s.se), (0, None, None));
        let one = Summariser::new(0.9).summary(arr1(&[2.0]).view());
        assert_eq!((one.point, one.se, one.low), (Some(2.0), None, None));
    }
}
