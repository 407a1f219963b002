//! How often to difference.

use crate::stats::series::decompose::{seasonal_strength, variance};

/// The difference of `y` at `lag`.
#[must_use]
pub fn difference(y: &[f64], lag: usize) -> Vec<f64> {
    y.iter().skip(lag).zip(y).map(|(now, then)| now - then).collect()
}

/// The KPSS statistic for a level (Kwiatkowski, Phillips, Schmidt & Shin 1992), Bartlett window of
/// 3 sqrt(n) / 13 lags; zero for a constant series.
#[must_use]
pub fn kpss(y: &[f64]) -> f64 {
    let n = y.len();
    if n < 3 {
        return 0.0;
    }
    let nf = n as f64;
    let mean = y.iter().sum::<f64>() / nf;
    let e: Vec<f64> = y.iter().map(|v| v - mean).collect();
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let lags = (3.0 * nf.sqrt() / 13.0) as usize;
    let mut long_run = e.iter().map(|v| v * v).sum::<f64>();
    for lag in 1..=lags {
        let product: f64 = e.iter().zip(e.iter().skip(lag)).map(|(a, b)| a * b).sum();
        long_run += 2.0 * (1.0 - lag as f64 / (lags as f64 + 1.0)) * product;
    }
    let (mut sum, mut total) = (0.0, 0.0);
    for v in &e {
        sum += v;
        total += sum * sum;
    }
    if long_run <= 0.0 { 0.0 } else { total / (nf * long_run) }
}

/// The ordinary and seasonal differences (d, D): seasonal where the season is strong (above
/// 0.64), then ordinary until KPSS no longer rejects at 5 %, at most two in all.
#[must_use]
pub fn differences(y: &[f64], period: usize) -> (usize, usize) {
    let seasonal =
        usize::from(y.len() >= 2 * period + 6 && period > 1 && seasonal_strength(y, period) > 0.64);
    let mut w = if seasonal == 1 { difference(y, period) } else { y.to_vec() };
    let mut ordinary = 0;
    while ordinary + seasonal < 2 && w.len() > 10 && variance(&w) > 0.0 && kpss(&w) > 0.463 {
        w = difference(&w, 1);
        ordinary += 1;
    }
    (ordinary, seasonal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kpss_by_hand() {
        // 1 2 3 4: deviations -1.5 -.5 .5 1.5, partial sums -1.5 -2 -1.5 0, squares 8.5;
        // no lags at n = 4, long-run sum 5; 8.5 / (4 * 5).
        assert!((kpss(&[1.0, 2.0, 3.0, 4.0]) - 0.425).abs() < 1e-12);
    }

    #[test]
    fn a_steep_line_is_differenced_once_and_a_strong_season_seasonally() {
        let noise = |t: usize| ((t * 7919) % 101) as f64 / 101.0;
        let line: Vec<f64> = (0..100).map(|t| 3.0 * t as f64 + noise(t)).collect();
        assert_eq!(differences(&line, 12), (1, 0));
        let season: Vec<f64> = (0..100).map(|t| 50.0 * (t % 12) as f64 + noise(t)).collect();
        assert_eq!(differences(&season, 12), (0, 1));
        let level: Vec<f64> = (0..100).map(noise).collect();
        assert_eq!(differences(&level, 12), (0, 0));
    }
}
