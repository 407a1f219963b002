//! One forecast from one origin: prepare, fit every member, average them.

use super::design::count_regression;
use super::marginal::Marginal;
use super::prepare::{Prepared, prepare};
use super::series::{Calendar, Options, Series};
use crate::stats::series::least_squares::Effort;
use crate::stats::series::member::{Fitted, Method, fit};
use crate::stats::series::path::{Path, mean, spread};

/// A method's forecast before calibration.
#[derive(Clone, Debug)]
pub struct Projection {
    /// The method.
    pub method: Method,
    /// The months ahead.
    pub months: Vec<Marginal>,
    /// Form, orders or parameters.
    pub detail: String,
}

/// All forecasts from one origin.
#[derive(Clone, Debug)]
pub struct Origin {
    /// The data they were fitted to.
    pub prepared: Prepared,
    /// Naive, seasonal naive (where there is a year), the members that could be fitted, and last
    /// their combination.
    pub projections: Vec<Projection>,
    /// The fitted members of the combination.
    pub members: Vec<(Method, Fitted)>,
}

/// The combination as one model: the mean of the members' paths under the same shocks.
pub struct Combined<'a>(pub &'a [(Method, Fitted)]);

impl Path for Combined<'_> {
    fn path(&self, z: &[f64], out: &mut [f64]) {
        out.fill(0.0);
        let mut one = vec![0.0; out.len()];
        let share = 1.0 / self.0.len().max(1) as f64;
        for (_, member) in self.0 {
            member.path(z, &mut one);
            for (sum, value) in out.iter_mut().zip(&one) {
                *sum += share * value;
            }
        }
    }
}

/// Forecasts `horizon` months from the first `known` months of a series. Nothing with under six
/// usable months.
#[must_use]
pub fn project(
    series: &Series,
    known: usize,
    horizon: usize,
    options: &Options,
    effort: Effort,
) -> Option<Origin> {
    let prepared = prepare(series, known, horizon, options)?;
    let y = &prepared.values;
    let mut members: Vec<(Method, Fitted)> = Vec::with_capacity(5);
    for method in Method::MEMBERS {
        members.extend(fit(method, y, 12, effort).map(|m| (method, m)));
    }
    if options.calendar == Calendar::England {
        let counts = count_regression(&prepared, horizon);
        members.extend(counts.map(|m| (Method::CountRegression, Fitted::Counts(m.into()))));
    }
    let mut projections = Vec::with_capacity(members.len() + 3);
    for method in [Method::Naive, Method::SeasonalNaive] {
        // Last year again means last year's months as they were, calendar and all; where the series
        // follows a population, as they were for each person.
        if let Some(naive) = fit(method, &prepared.per_head(), 12, effort) {
            projections.push(summary(
                method,
                &naive,
                &prepared,
                &prepared.population,
                horizon,
                naive.detail(),
            ));
        }
    }
    if members.is_empty() {
        members.extend(fit(Method::Naive, y, 12, effort).map(|m| (Method::Naive, m)));
    }
    let factor = &prepared.factor;
    for (method, member) in members.iter().filter(|m| m.0 != Method::Naive) {
        projections.push(summary(*method, member, &prepared, factor, horizon, member.detail()));
    }
    let detail = format!("mean of {}", members.len());
    let combined = Combined(&members);
    projections.push(summary(Method::Combination, &combined, &prepared, factor, horizon, detail));
    Some(Origin { prepared, projections, members })
}

fn summary<M: Path>(
    method: Method,
    model: &M,
    prepared: &Prepared,
    factor: &[f64],
    horizon: usize,
    detail: String,
) -> Projection {
    let future = factor.iter().skip(prepared.values.len());
    let (centre, width) = (mean(model, horizon), spread(model, horizon));
    let recent = recent_level(prepared);
    let months = centre
        .into_iter()
        .zip(width)
        .zip(future)
        .map(|((m, s), f)| {
            let value = m * f;
            let value = if prepared.non_negative { value.max(0.0) } else { value };
            // A series that has never moved still may: at least a count's own scatter.
            let sd = if s > 0.0 { s * f } else { value.max(recent).sqrt() };
            Marginal {
                mean: if value.is_finite() { value } else { recent },
                sd: if sd.is_finite() { sd } else { recent.max(1.0) },
                non_negative: prepared.non_negative,
            }
        })
        .collect();
    Projection { method, months, detail }
}

/// The mean of the last year; where nothing ever happened, one event over the whole history.
fn recent_level(prepared: &Prepared) -> f64 {
    let n = prepared.values.len();
    let year = n.clamp(1, 12);
    let sum: f64 = prepared.values.iter().skip(n - n.min(12)).sum();
    (sum / year as f64).max(1.0 / n.max(1) as f64)
}
