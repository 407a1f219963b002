//! How good a forecast was.
//!
//! Scales: in-sample mean absolute (for MASE, MSIS, WIS) and root mean square (RMSSE) differences
//! from the same month a year before (Hyndman & Koehler 2006; Makridakis et al. 2020).

/// The mean absolute seasonal difference; the lag-one difference for under a year and a month.
/// Nothing if it is zero or there are under two values.
#[must_use]
pub fn absolute_scale(y: &[f64], period: usize) -> Option<f64> {
    scale(y, period, f64::abs).filter(|s| *s > 0.0)
}

/// The root mean square seasonal difference, as [`absolute_scale`].
#[must_use]
pub fn square_scale(y: &[f64], period: usize) -> Option<f64> {
    scale(y, period, |d| d * d).map(f64::sqrt).filter(|s| *s > 0.0)
}

fn scale(y: &[f64], period: usize, cost: impl Fn(f64) -> f64) -> Option<f64> {
    let lag = if y.len() > period { period } else { 1 };
    let n = y.len().checked_sub(lag).filter(|&n| n > 0)?;
    let sum: f64 = y.iter().skip(lag).zip(y).map(|(now, then)| cost(now - then)).sum();
    Some(sum / n as f64)
}

/// The interval score (Gneiting & Raftery 2007) of a central interval of the given coverage.
#[must_use]
pub fn interval_score(actual: f64, low: f64, high: f64, coverage: f64) -> f64 {
    let miss = (low - actual).max(0.0) + (actual - high).max(0.0);
    (high - low) + 2.0 / (1.0 - coverage) * miss
}

/// The weighted interval score (Bracher et al. 2021) of a median and central intervals
/// (coverage, low, high).
#[must_use]
pub fn weighted_interval_score(actual: f64, median: f64, intervals: &[(f64, f64, f64)]) -> f64 {
    let sum: f64 = intervals
        .iter()
        .map(|&(coverage, low, high)| (1.0 - coverage) / 2.0 * interval_score(actual, low, high, coverage))
        .sum();
    (0.5 * (actual - median).abs() + sum) / (intervals.len() as f64 + 0.5)
}

/// Symmetric percentage error, 0 to 200; zero where both are zero.
#[must_use]
pub fn symmetric_percentage(actual: f64, forecast: f64) -> f64 {
    let size = actual.abs() + forecast.abs();
    if size > 0.0 { 200.0 * (actual - forecast).abs() / size } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_and_scores_by_hand() {
        assert_eq!(absolute_scale(&[1.0, 2.0, 4.0, 3.0], 2), Some(2.0));
        assert_eq!(square_scale(&[1.0, 2.0, 4.0, 3.0], 2), Some(5.0_f64.sqrt()));
        assert_eq!(absolute_scale(&[1.0, 3.0], 12), Some(2.0));
        assert_eq!(absolute_scale(&[2.0; 30], 12), None);
        // Width 4, missed by 1 at 95 %: 4 + 40.
        assert!((interval_score(11.0, 6.0, 10.0, 0.95) - 44.0).abs() < 1e-9);
        // (0.5 * 3 + 0.025 * 44) / 1.5
        let wis = weighted_interval_score(11.0, 8.0, &[(0.95, 6.0, 10.0)]);
        assert!((wis - (1.5 + 1.1) / 1.5).abs() < 1e-9);
        assert!((symmetric_percentage(1.0, 3.0) - 100.0).abs() < 1e-12);
    }
}
