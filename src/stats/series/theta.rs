//! The dynamic optimised theta model (Fiorucci, Pellegrini, Louzada, Petropoulos & Koehler 2016).
//!
//! A line that is re-estimated with every observation, and exponential smoothing of the
//! theta-weighted deviations from it. The season, where the autocorrelation shows one at 90 %, is
//! taken out by ratios (differences if the data touch zero) and put back.

use super::decompose::{autocorrelations, month_effects};
use super::least_squares::{Effort, minimise, squash, unsquash};
use super::path::{Path, estimation};

/// A fitted theta model.
#[derive(Clone, Debug)]
pub struct Theta {
    /// Smoothing of the level, 0.1 to 0.99.
    pub alpha: f64,
    /// The weight of local curvature, at least 1.
    pub theta: f64,
    state: State,
    sigma: f64,
    season: Season,
    length: usize,
}

#[derive(Clone, Debug)]
enum Season {
    None,
    Ratios(Vec<f64>),
    Differences(Vec<f64>),
}

impl Season {
    fn remove(&self, t: usize, value: f64) -> f64 {
        match self {
            Self::None => value,
            Self::Ratios(s) => value / s[t % s.len()].max(0.01),
            Self::Differences(s) => value - s[t % s.len()],
        }
    }

    fn restore(&self, t: usize, value: f64) -> f64 {
        match self {
            Self::None => value,
            Self::Ratios(s) => value * s[t % s.len()].max(0.01),
            Self::Differences(s) => value + s[t % s.len()],
        }
    }
}

/// The level, the running mean and slope, and the power (1 - alpha)^t after `count` values.
#[derive(Clone, Copy, Debug)]
struct State {
    level: f64,
    mean: f64,
    slope: f64,
    power: f64,
    count: f64,
}

impl State {
    const fn start(level: f64) -> Self {
        Self { level, mean: 0.0, slope: 0.0, power: 1.0, count: 0.0 }
    }

    #[inline]
    fn forecast(&self, alpha: f64, weight: f64) -> f64 {
        if self.count == 0.0 {
            return self.level;
        }
        let intercept = self.mean - self.slope * (self.count + 1.0) / 2.0;
        let line = intercept * self.power + self.slope * (1.0 - self.power * (1.0 - alpha)) / alpha;
        self.level + weight * line
    }

    #[inline]
    fn update(&mut self, alpha: f64, value: f64) {
        let t = self.count + 1.0;
        if t > 1.5 {
            self.slope = ((t - 2.0) * self.slope + 6.0 * (value - self.mean) / t) / (t + 1.0);
        }
        self.level = alpha * value + (1.0 - alpha) * self.level;
        self.mean += (value - self.mean) / t;
        self.power *= 1.0 - alpha;
        self.count = t;
    }
}

/// Whether the autocorrelation at the period stands out at 90 % (the test of the M3 theta entry).
#[must_use]
pub fn is_seasonal(y: &[f64], period: usize) -> bool {
    if period < 2 || y.len() < 2 * period + 2 {
        return false;
    }
    let r = autocorrelations(y, period);
    let Some((last, before)) = r.split_last() else {
        return false;
    };
    let sum: f64 = before.iter().map(|v| v * v).sum();
    last.abs() > 1.645 * ((1.0 + 2.0 * sum) / y.len() as f64).sqrt()
}

/// Fits the model; needs at least six finite values.
#[must_use]
pub fn fit(y: &[f64], period: usize, effort: Effort) -> Option<Theta> {
    let n = y.len();
    if n < 6 || y.iter().any(|v| !v.is_finite()) {
        return None;
    }
    let season = if is_seasonal(y, period) {
        let ratios = if y.iter().all(|&v| v > 0.0) { month_effects(y, period, true) } else { None };
        match ratios.filter(|s| s.iter().all(|&v| v > 0.01)) {
            Some(ratios) => Season::Ratios(ratios),
            None => month_effects(y, period, false).map_or(Season::None, Season::Differences),
        }
    } else {
        Season::None
    };
    let scale = y.iter().map(|v| v.abs()).sum::<f64>() / n as f64;
    if scale <= 0.0 {
        return None;
    }
    let adjusted: Vec<f64> = y.iter().enumerate().map(|(t, &v)| season.remove(t, v) / scale).collect();
    let unpack = |p: &[f64]| {
        let alpha = squash(p[0], 0.1, 0.99);
        let theta = 1.0 + libm::exp(p[1].min(30.0));
        (alpha, theta, p[2])
    };
    let run = |p: &[f64], out: &mut [f64]| {
        let (alpha, theta, level) = unpack(p);
        filter(&adjusted, alpha, theta, level, out);
        true
    };
    let best = [0.5, 0.2]
        .iter()
        .filter_map(|&alpha| {
            let start = [unsquash(alpha, 0.1, 0.99), 0.0, adjusted[0] / 2.0];
            minimise(&start, n, effort, run)
        })
        .min_by(|a, b| a.sum_of_squares.total_cmp(&b.sum_of_squares))?;
    let (alpha, theta, level) = unpack(&best.parameters);
    let mut errors = vec![0.0; n];
    let mut state = filter(&adjusted, alpha, theta, level, &mut errors);
    let squares: f64 = errors.iter().skip(2).map(|e| e * e).sum();
    let sigma = (squares / (n as f64 - 4.0).max(1.0)).sqrt() * scale * estimation(3, n);
    state.level *= scale;
    state.mean *= scale;
    state.slope *= scale;
    Some(Theta { alpha, theta, state, sigma, season, length: n })
}

/// One pass; errors of the first two values are left out of the fit, as the slope needs two.
fn filter(y: &[f64], alpha: f64, theta: f64, level: f64, out: &mut [f64]) -> State {
    let weight = 1.0 - 1.0 / theta;
    let mut state = State::start(level);
    for (t, (&value, slot)) in y.iter().zip(out.iter_mut()).enumerate() {
        let error = value - state.forecast(alpha, weight);
        *slot = if t < 2 { 0.0 } else { error };
        state.update(alpha, value);
    }
    state
}

impl Path for Theta {
    fn path(&self, z: &[f64], out: &mut [f64]) {
        let weight = 1.0 - 1.0 / self.theta;
        let mut state = self.state;
        for (h, slot) in out.iter_mut().enumerate() {
            let shock = self.sigma * z.get(h).copied().unwrap_or(0.0);
            let value = state.forecast(self.alpha, weight) + shock;
            state.update(self.alpha, value);
            *slot = self.season.restore(self.length + h, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::series::path::mean;

    #[test]
    fn the_running_slope_is_least_squares() {
        let y = [3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0];
        let mut state = State::start(0.0);
        for &v in &y {
            state.update(0.5, v);
        }
        let (_, slope) = super::super::decompose::line(&y);
        assert!((state.slope - slope).abs() < 1e-12);
    }

    #[test]
    fn a_straight_line_continues_and_a_short_series_is_refused() {
        let y: Vec<f64> = (0..40).map(|t| 100.0 + 2.0 * f64::from(t)).collect();
        let fit = fit(&y, 12, Effort::FULL).unwrap();
        let next = mean(&fit, 3);
        assert!((next[0] - 180.0).abs() < 3.0, "{next:?}");
        assert!(super::fit(&y[..5], 12, Effort::FULL).is_none());
        assert!(super::fit(&[0.0; 20], 12, Effort::FULL).is_none());
    }
}
