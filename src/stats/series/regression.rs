//! Negative-binomial regression with recent months weighing more.
//!
//! log mu = X b, variance mu + a mu^2 (NB2; Hilbe 2011), fitted by iteratively reweighted least
//! squares with the dispersion from Pearson residuals. A small ridge keeps sparse designs solvable.
//! What the covariates leave is carried forward as an autoregression of the Pearson residuals
//! (Cameron & Trivedi 2013, ch. 7), so one bad month does not vanish the next.

use super::least_squares::solve_positive;
use super::path::Path;

/// The covariates, one row a month, history first and future after it.
#[derive(Clone, Debug)]
pub struct Design {
    /// Columns in each row.
    pub width: usize,
    /// Rows end to end.
    pub rows: Vec<f64>,
}

impl Design {
    fn row(&self, t: usize) -> Option<&[f64]> {
        self.rows.get(t * self.width..(t + 1) * self.width)
    }
}

/// A fitted regression with its future means.
#[derive(Clone, Debug)]
pub struct Counts {
    /// Coefficients on the log scale, in the order of the design's columns.
    pub coefficients: Vec<f64>,
    /// Extra variance: variance = mean + dispersion * mean^2.
    pub dispersion: f64,
    /// Lag-one correlation of the Pearson residuals, 0 to 0.9.
    pub persistence: f64,
    /// Fitted means of the history.
    pub fitted: Vec<f64>,
    future: Vec<f64>,
    last: f64,
}

/// Fits weighted counts `y` (missing ones left out of the fit) on the design. `weights` and `y`
/// have one value a month of history; rows beyond are the future. `ridge` is the prior precision
/// of each coefficient (0 for none). Nothing if shapes disagree or the system cannot be solved.
#[must_use]
pub fn fit(y: &[Option<f64>], weights: &[f64], design: &Design, ridge: &[f64]) -> Option<Counts> {
    let (n, k) = (y.len(), design.width);
    let observed = y.iter().flatten().count();
    if k == 0 || weights.len() != n || ridge.len() != k || observed < 6 || design.rows.len() < n * k {
        return None;
    }
    let mean = y.iter().flatten().sum::<f64>() / observed as f64;
    if mean.is_nan() || mean <= 0.0 {
        return None;
    }
    let mut b = vec![0.0; k];
    let mut mu: Vec<f64> = y.iter().map(|v| 0.5 * (v.unwrap_or(mean).max(0.0) + mean)).collect();
    let mut eta: Vec<f64> = mu.iter().map(|&m| libm::log(m)).collect();
    let mut dispersion = 0.0;
    for round in 0..30 {
        let (mut normal, mut right) = (vec![0.0; k * k], vec![0.0; k]);
        for i in 0..k {
            normal[i * k + i] = ridge[i];
        }
        for t in 0..n {
            let Some(value) = y[t] else { continue };
            let row = design.row(t)?;
            let weight = weights[t] * mu[t] / (1.0 + dispersion * mu[t]);
            let working = eta[t] + (value - mu[t]) / mu[t];
            for i in 0..k {
                right[i] += weight * row[i] * working;
                for j in 0..=i {
                    normal[i * k + j] += weight * row[i] * row[j];
                }
            }
        }
        let next = solve_positive(&mut normal, &right)?;
        let change = next.iter().zip(&b).map(|(a, c)| (a - c).abs()).fold(0.0, f64::max);
        b = next;
        for t in 0..n {
            eta[t] = predict(design.row(t)?, &b).clamp(-20.0, 20.0);
            mu[t] = libm::exp(eta[t]).max(1e-8);
        }
        let spread = overdispersion(y, weights, &mu, k);
        let settled = (spread - dispersion).abs() < 1e-8 * (1.0 + dispersion);
        dispersion = spread;
        if round > 2 && change < 1e-8 && settled {
            break;
        }
    }
    let future = (n..design.rows.len() / k)
        .map(|t| design.row(t).map(|row| libm::exp(predict(row, &b).clamp(-20.0, 20.0))))
        .collect::<Option<Vec<f64>>>()?;
    let (persistence, last) = residual_memory(y, &mu, dispersion);
    Some(Counts { coefficients: b, dispersion, persistence, fitted: mu, future, last })
}

fn predict(row: &[f64], b: &[f64]) -> f64 {
    row.iter().zip(b).map(|(x, c)| x * c).sum()
}

/// The moment estimate of the dispersion (Breslow 1984): Pearson's statistic equals its degrees
/// of freedom.
fn overdispersion(y: &[Option<f64>], weights: &[f64], mu: &[f64], k: usize) -> f64 {
    let kept: Vec<(f64, f64, f64)> =
        y.iter().zip(weights).zip(mu).filter_map(|((v, &w), &m)| v.map(|v| (v, w, m))).collect();
    let total: f64 = kept.iter().map(|p| p.1).sum();
    let squares: f64 = kept.iter().map(|p| p.1 * p.1).sum();
    // Effective months behind unequal weights (Kish).
    let effective = total * total / squares.max(1e-300);
    let target = total * (1.0 - k as f64 / effective).max(0.2);
    let pearson =
        |a: f64| -> f64 { kept.iter().map(|(v, w, m)| w * (v - m) * (v - m) / (m + a * m * m)).sum() };
    if pearson(0.0) <= target {
        return 0.0;
    }
    let (mut low, mut high) = (0.0, 1.0);
    while pearson(high) > target && high < 1e6 {
        high *= 4.0;
    }
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if pearson(middle) > target {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

/// Lag-one correlation of Pearson residuals, shrunk as if four further pairs had none, and the last residual.
fn residual_memory(y: &[Option<f64>], mu: &[f64], a: f64) -> (f64, f64) {
    let r: Vec<Option<f64>> =
        y.iter().zip(mu).map(|(v, m)| v.map(|v| (v - m) / (m + a * m * m).sqrt())).collect();
    let (mut cross, mut square, mut pairs) = (0.0, 0.0, 0.0_f64);
    for pair in r.windows(2) {
        if let [Some(x), Some(z)] = pair {
            cross += x * z;
            square += x * x;
            pairs += 1.0;
        }
    }
    let raw = if square > 0.0 { cross / square } else { 0.0 };
    let last = r.last().copied().flatten().unwrap_or(0.0);
    ((raw * pairs / (pairs + 4.0)).clamp(0.0, 0.9), last)
}

impl Path for Counts {
    fn path(&self, z: &[f64], out: &mut [f64]) {
        let keep = self.persistence;
        let fresh = (1.0 - keep * keep).sqrt();
        let mut residual = self.last;
        for (h, slot) in out.iter_mut().enumerate() {
            let shock = z.get(h).copied().unwrap_or(0.0);
            residual = keep * residual + fresh * shock;
            let m = self.future.get(h).or(self.future.last()).copied().unwrap_or(0.0);
            *slot = m + residual * (m + self.dispersion * m * m).sqrt();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn group_means_are_the_fit_of_a_dummy_design() {
        // Two groups: the likelihood's means are the group means, whatever the dispersion.
        let y = [4.0, 9.0, 6.0, 11.0, 5.0, 10.0, 5.0, 12.0].map(Some);
        let rows: Vec<f64> = (0..10).flat_map(|t| [1.0, f64::from(t % 2)]).collect();
        let design = Design { width: 2, rows };
        let fit = fit(&y, &[1.0; 8], &design, &[0.0; 2]).unwrap();
        assert!((fit.fitted[0] - 5.0).abs() < 1e-6 && (fit.fitted[1] - 10.5).abs() < 1e-6);
        assert_eq!(fit.dispersion, 0.0);
        assert!((fit.future[0] - 5.0).abs() < 1e-6);
    }

    #[test]
    fn the_dispersion_makes_pearson_equal_its_freedom() {
        let y: Vec<Option<f64>> = (0..40).map(|t| Some(f64::from((t * t * 31) % 60))).collect();
        let design = Design { width: 1, rows: vec![1.0; 40] };
        let fit = fit(&y, &[1.0; 40], &design, &[0.0]).unwrap();
        let m = fit.fitted[0];
        let variance = m + fit.dispersion * m * m;
        let pearson: f64 = y.iter().flatten().map(|v| (v - m) * (v - m) / variance).sum();
        assert!((pearson - 39.0).abs() < 1e-4, "{pearson}");
    }

    #[test]
    fn refuses_what_cannot_be_fitted() {
        let design = Design { width: 1, rows: vec![1.0; 10] };
        assert!(fit(&[Some(0.0); 10], &[1.0; 10], &design, &[0.0]).is_none());
        assert!(fit(&[Some(1.0); 4], &[1.0; 4], &design, &[0.0]).is_none());
        assert!(fit(&[Some(1.0); 10], &[1.0; 9], &design, &[0.0]).is_none());
    }
}
