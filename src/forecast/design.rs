//! The covariates of the count regression.

use super::prepare::Prepared;
use crate::stats::series::regression::{Counts, Design, fit};

/// Recent months weigh more: a month this many months old weighs half.
const HALF_LIFE: f64 = 30.0;
/// The trend of the last years is carried on with this much kept each month, so it flattens out.
const DAMPING: f64 = 0.95;

/// Negative-binomial regression on level, damped recent trend and month of the year. The calendar
/// is divided out beforehand, shocks are left out of the fit. Nothing under three years.
#[must_use]
pub fn count_regression(prepared: &Prepared, horizon: usize) -> Option<Counts> {
    let n = prepared.values.len();
    if n < 36 || !prepared.non_negative {
        return None;
    }
    let y: Vec<Option<f64>> =
        prepared.values.iter().zip(&prepared.filled).map(|(v, &gone)| (!gone).then_some(*v)).collect();
    let weights: Vec<f64> = (0..n).map(|t| libm::exp2(-((n - 1 - t) as f64) / HALF_LIFE)).collect();
    // Years before now; the future flattens geometrically.
    let ahead = |h: usize| (1.0 - libm::pow(DAMPING, h as f64)) / (1.0 - DAMPING) * DAMPING;
    let time = |t: usize| {
        if t < n { (t as f64 - (n as f64 - 1.0)) / 12.0 } else { ahead(t + 1 - n) / 12.0 }
    };
    let width = 14;
    let mut rows = Vec::with_capacity((n + horizon) * width);
    for t in 0..n + horizon {
        let mut row = [0.0; 14];
        row[0] = 1.0;
        row[1] = time(t);
        row[2 + t % 12] = 1.0;
        rows.extend(row);
    }
    // Months are deviations from the level with a prior of about 30 per cent; the slope has a
    // prior of about 10 per cent a year. In units of a month's information, its mean count.
    let mean = prepared.values.iter().sum::<f64>() / n as f64;
    let information = mean.clamp(1.0, 30.0);
    let mut ridge = [information * 0.1; 14];
    ridge[0] = 0.0;
    ridge[1] = information * 1.0;
    fit(&y, &weights, &Design { width, rows }, &ridge)
}
