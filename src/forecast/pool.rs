//! Calibration shared by a batch of series, never with an error that was not yet known.

use super::backtest::{Trial, scores};
use super::month::Month;
use super::series::Series;
use crate::stats::series::conformal::{Score, Shape, own_scale};
use crate::stats::series::member::Method;
use std::collections::BTreeMap;

/// The shapes of a method's errors by the month they were known in.
#[derive(Clone, Debug, Default)]
pub struct Pool {
    shapes: BTreeMap<(Method, Month), Shape>,
}

impl Pool {
    /// Learns the shape of each of `methods` as known at each month that is an origin of any
    /// series, or the month after its end.
    #[must_use]
    pub fn learn(series: &[Series], trials: &[Vec<Trial>], methods: &[Method]) -> Self {
        let mut months: Vec<Month> = Vec::new();
        for (one, tried) in series.iter().zip(trials) {
            months.push(one.end());
            months.extend(tried.iter().map(|t| one.start.plus(t.origin as i32)));
        }
        months.sort_unstable();
        months.dedup();
        let wanted: Vec<(Method, Month)> =
            methods.iter().flat_map(|&m| months.iter().map(move |&at| (m, at))).collect();
        let shapes = super::parallel::map(&wanted, |_, &(method, at)| {
            let known: Vec<Vec<Score>> = series
                .iter()
                .zip(trials)
                .map(|(s, t)| scores(t, method, usize::try_from(at.since(s.start)).unwrap_or(0)))
                .collect();
            let slices: Vec<&[Score]> = known.iter().map(Vec::as_slice).collect();
            Shape::pooled(&slices)
        });
        Self { shapes: wanted.into_iter().zip(shapes).collect() }
    }

    /// The shape for a method at a month, and the series' own scale from its errors known then. A
    /// forecast between the mean and naive has the mean's shape, and a scale of its own.
    #[must_use]
    pub fn calibration(
        &self,
        method: Method,
        series: &Series,
        trials: &[Trial],
        known: usize,
    ) -> (Shape, f64) {
        let month = series.start.plus(i32::try_from(known).unwrap_or(i32::MAX));
        let of = if method == Method::Leaning { Method::Combination } else { method };
        let shape = self.shapes.get(&(of, month)).cloned().unwrap_or_default();
        (shape, own_scale(&scores(trials, method, known), None))
    }
}
