//! How large chance is, as a surface of the numbers.

use super::emulate::{basis, dot};
use crate::calibrate::moments::matrix::Matrix;

/// A variance: its logarithm is a surface of second order in the numbers, fitted to the variances found at the points as a gamma
/// law has them (McCullagh & Nelder 1989, ch. 8), which may be nought.
pub(super) struct Chance {
    coefficients: Vec<f64>,
    /// Whether products of numbers are terms.
    products: bool,
    /// The logarithm stays within what was seen.
    low: f64,
    high: f64,
}

/// Ridge on the coefficients of a log variance but its level, beside points that count 1 each.
const STIFF: f64 = 1.0;
/// Points for each term before products of numbers are terms.
const AMPLE: usize = 4;
/// Steps of scoring, and how far a log variance may move in one.
const SCORINGS: usize = 40;
const FARTHEST_STEP: f64 = 1.0;
/// Least variance beside the largest seen: a few replications that happen to agree do not show that there is no chance.
const LEAST: f64 = 1e-3;
/// Points of a smaller share of the largest weight do not say how far a variance goes.
const HEARD: f64 = 0.2;

impl Chance {
    /// Learns from the variance found at each point and what each point counts.
    pub fn learn(z: &[Vec<f64>], variance: &[f64], weights: &[f64]) -> Chance {
        let total = weights.iter().sum::<f64>().max(1e-300);
        let mean = (dot(variance, weights) / total).max(1e-18);
        let enough = HEARD * weights.iter().copied().fold(0.0, f64::max);
        let heard = || weights.iter().map(|w| *w >= enough);
        let largest = variance.iter().zip(heard()).filter(|v| v.1).map(|v| *v.0).fold(0.0, f64::max);
        let least = libm::log((LEAST * largest).max(1e-18));
        let d = z.first().map_or(0, Vec::len);
        let products = variance.len() >= AMPLE * (1 + 2 * d + d * d.saturating_sub(1) / 2);
        let rows: Vec<Vec<f64>> = z.iter().map(|z| second_order(z, products)).collect();
        let terms = rows.first().map_or(1, Vec::len);
        let mut gram = Matrix::zeros(terms, terms);
        for (row, w) in rows.iter().zip(weights) {
            for a in 0..terms {
                (0..terms).for_each(|b| gram.add(a, b, w * row[a] * row[b]));
            }
        }
        (0..terms).for_each(|a| gram.add(a, a, if a == 0 { 1e-9 } else { STIFF }));
        let mut coefficients = vec![0.0; terms];
        coefficients[0] = libm::log(mean);
        // with a logarithm as link a point counts the same in every step
        let lower = gram.cholesky();
        for _ in 0..SCORINGS {
            let Some(lower) = &lower else { break };
            let mut score: Vec<f64> =
                coefficients.iter().enumerate().map(|(a, c)| if a == 0 { 0.0 } else { -STIFF * c }).collect();
            for ((row, v), w) in rows.iter().zip(variance).zip(weights) {
                let off = w * (v / libm::exp(dot(row, &coefficients).max(least)) - 1.0);
                score.iter_mut().zip(row).for_each(|(s, x)| *s += x * off);
            }
            let step = lower.solve_lower_transposed(&lower.solve_lower(&score));
            let most = rows.iter().map(|r| dot(r, &step).abs()).fold(0.0, f64::max);
            let part = (FARTHEST_STEP / most.max(1e-300)).min(1.0);
            coefficients.iter_mut().zip(&step).for_each(|(c, s)| *c += part * s);
            if most < 1e-6 {
                break;
            }
        }
        let found = rows.iter().zip(heard()).filter(|r| r.1).map(|r| dot(r.0, &coefficients).max(least));
        let (low, high) = found.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), x| (l.min(x), h.max(x)));
        Chance { coefficients, products, low, high }
    }

    /// The variance with these numbers.
    pub fn at(&self, z: &[f64]) -> f64 {
        libm::exp(dot(&second_order(z, self.products), &self.coefficients).clamp(self.low, self.high))
    }
}

/// 1, all numbers, their squares, and if wanted their products.
fn second_order(z: &[f64], products: bool) -> Vec<f64> {
    let mut out = basis(z);
    if products {
        for (i, x) in z.iter().enumerate() {
            out.extend(z.iter().take(i).map(|y| x * y));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::sample::spread;
    use super::*;
    use crate::base::rng::{Key, Purpose};
    use crate::stats::special::normal_quantile;

    /// Sample variances of eight replications about a surface with a product are met within four standard errors of a log
    /// variance at points inside: 6 terms, 300 points, variance 2/7 of each. Points that count for nothing may say anything.
    #[test]
    fn a_variance_that_leans_on_a_product_is_learnt() {
        let truth = |z: &[f64]| 1.0 + 0.8 * z[0] + 0.5 * z[0] * z[1];
        let z = spread(300, 2, Key::root(9, 0));
        let luck = |k: u64, i: u64| normal_quantile(Key::root(9, 1).child(k).unit(Purpose::named("luck"), i));
        let found = |k: u64, z: &[f64]| {
            let x: Vec<f64> = (0..8).map(|i| libm::exp(0.5 * truth(z)) * luck(k, i)).collect();
            let mean = x.iter().sum::<f64>() / 8.0;
            x.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / 7.0
        };
        let variance: Vec<f64> = z.iter().enumerate().map(|(k, z)| found(k as u64, z)).collect();
        let near = |found: &Chance| {
            for z in [[0.0, 0.0], [1.0, 0.5], [-0.8, 0.9], [0.5, -1.0]] {
                let off = libm::log(found.at(&z)) - truth(&z);
                assert!(off.abs() < 4.0 * (6.0 / 300.0 * 2.0 / 7.0f64).sqrt(), "{off} at {z:?}");
            }
        };
        near(&Chance::learn(&z, &variance, &vec![1.0; 300]));
        let more: Vec<Vec<f64>> = z.iter().cloned().chain(spread(100, 2, Key::root(9, 2))).collect();
        let wild: Vec<f64> = variance.iter().copied().chain((0..100).map(|_| 1e6)).collect();
        let weights: Vec<f64> = (0..400).map(|k| f64::from(u8::from(k < 300))).collect();
        near(&Chance::learn(&more, &wild, &weights));
    }
}
