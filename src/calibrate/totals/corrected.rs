//! Draws of a posterior whose likelihood is costly: chains on a response surface of it, corrected by importance weights.
//!
//! In rounds, a surface of the residuals is learnt from all points worked out so far ([`Response`]), chains run on it, and draws
//! of theirs are worked out exactly; the ratio of the two densities is the weight of a draw (delayed acceptance has the same
//! ratio: Christen & Fox 2005). The draws of a round do not touch the surface they were drawn from, so each round is an importance sample by
//! itself; rounds count by their effective draws (Kong, Liu & Wong 1994), and go on until these are enough.

use super::response::{Frame, Residuals, Response, terms};
use super::sample::{FURTHEST, chains, covariance, log_prior};
use crate::base::rng::{Key, Purpose};
use crate::calibrate::moments::matrix::Matrix;
use crate::stats::special::normal_quantile;

/// Effective draws below which nothing is said.
pub const ENOUGH: f64 = 50.0;
/// Effective draws that are looked for.
const WANTED: f64 = 250.0;
/// Rounds at most.
const MOST_ROUNDS: usize = 12;
/// Chains of a round, steps of each, and how many of them one draw stands for.
const CHAINS: usize = 4;
const STEPS: usize = 10_000;
const THIN: usize = 20;
/// How much wider than the first guess points to learn from are spread.
const WIDER: f64 = 1.3;

/// Draws with what they are worth.
pub(super) struct Corrected {
    /// Equally weighted, as many as were asked for; some may stand more than once.
    pub draws: Vec<Vec<f64>>,
    /// Effective number of independent draws behind them.
    pub effective: f64,
    /// 1, or the power below 1 to which weights had to be taken for [`ENOUGH`] effective draws: what is drawn is then nearer to
    /// the surface than to the posterior.
    pub tempered: f64,
}

/// A point worked out.
struct Known {
    z: Vec<f64>,
    residuals: Residuals,
    log_posterior: f64,
}

/// Points of the first design and of each round.
pub(super) fn sizes(dimensions: usize, draws: usize) -> (usize, usize) {
    let terms = terms(dimensions);
    (terms + terms / 2 + 10, (draws / 2).max(100).max(terms))
}

/// So many draws, beginning at `centre` with the covariance `about`; `exact` works out residuals of many points at once. None if the
/// covariance is not one or too few points can be worked out.
pub(super) fn corrected(
    centre: Vec<f64>,
    about: &Matrix<f64>,
    draws: usize,
    key: Key,
    exact: &impl Fn(&[Vec<f64>]) -> Vec<Option<Residuals>>,
) -> Option<Corrected> {
    let d = centre.len();
    let (first, each) = sizes(d, draws);
    let mut frame = Frame::new(centre, about)?;
    let mut known: Vec<Known> = Vec::new();
    learn(&mut known, design(&frame, first, key.child(0)), exact);
    // draws of all rounds with their weights, which add to the effective number of each round
    let mut pool: Vec<(Vec<f64>, f64)> = Vec::new();
    let mut worth = 0.0;
    for round in 0..MOST_ROUNDS as u64 {
        known.sort_by(|a, b| b.log_posterior.total_cmp(&a.log_posterior));
        let best = known.first()?.log_posterior;
        let weight = |k: &Known| 1.0 / (1.0 + (best - k.log_posterior) / d as f64).powi(2);
        let rows: Vec<(&[f64], &Residuals, f64)> =
            known.iter().map(|k| (k.z.as_slice(), &k.residuals, weight(k))).collect();
        let spread = frame.covariance();
        let surface = Response::learn(frame, &rows)?;
        let density = |z: &[f64]| {
            let prior = log_prior(z);
            if prior.is_finite() { prior + surface.log_likelihood(z) } else { prior }
        };
        let starts: Vec<Vec<f64>> = known.iter().take(CHAINS).map(|k| k.z.clone()).collect();
        let chains = chains(&starts, &spread, (STEPS, THIN), key.child(1 + round), density);
        let count = chains.draws.len();
        let tried: Vec<Vec<f64>> =
            (0..each.min(count)).map(|k| chains.draws[k * count / each.min(count)].clone()).collect();
        let before = known.len();
        let under: Vec<f64> = tried.iter().map(|z| density(z)).collect();
        let places = learn(&mut known, tried, exact);
        let logs: Vec<f64> =
            places.iter().zip(known.iter().skip(before)).map(|(p, k)| k.log_posterior - under[*p]).collect();
        let weights = weights(&logs);
        let effective = effective(&weights);
        worth += effective;
        let weighted = known.iter().skip(before).zip(&weights);
        pool.extend(weighted.map(|(k, w)| (k.z.clone(), w * effective)));
        if worth >= WANTED {
            break;
        }
        frame = framed(&chains.draws, surface.frame)?;
    }
    let total: f64 = pool.iter().map(|p| p.1).sum();
    let mut weight: Vec<f64> = pool.iter().map(|p| p.1 / total.max(1e-300)).collect();
    let mut tempered = 1.0;
    if worth < ENOUGH {
        tempered = power(&weight, ENOUGH);
        weight = raised(&weight, tempered);
    }
    let kept = resampled(&weight, draws, key.unit(Purpose::named("resample"), 0));
    let draws = kept.into_iter().filter_map(|k| pool.get(k).map(|p| p.0.clone())).collect();
    Some(Corrected { draws, effective: worth, tempered })
}

/// Works points out; those inside the prior that can be are added, and their places among the points given back.
fn learn(
    known: &mut Vec<Known>,
    points: Vec<Vec<f64>>,
    exact: &impl Fn(&[Vec<f64>]) -> Vec<Option<Residuals>>,
) -> Vec<usize> {
    let found = exact(&points);
    let mut places = Vec::new();
    for (place, (z, residuals)) in points.into_iter().zip(found).enumerate() {
        let Some(residuals) = residuals else { continue };
        let log_posterior = log_prior(&z) + residuals.log_likelihood();
        if log_posterior.is_finite() {
            known.push(Known { z, residuals, log_posterior });
            places.push(place);
        }
    }
    places
}

/// Points of a normal law wider than the frame's, inside the prior, in pairs that mirror each other.
fn design(frame: &Frame, count: usize, key: Key) -> Vec<Vec<f64>> {
    let normal = Purpose::named("normal");
    (0..count as u64)
        .map(|k| {
            let sign = if k % 2 == 0 { WIDER } else { -WIDER };
            let u: Vec<f64> = (0..frame.dimensions() as u64)
                .map(|i| sign * normal_quantile(key.child(k / 2).unit(normal, i)))
                .collect();
            frame.back(&u).into_iter().map(|x| x.clamp(-FURTHEST, FURTHEST)).collect()
        })
        .collect()
}

/// The frame of draws; the one before if their covariance is not one.
fn framed(draws: &[Vec<f64>], before: Frame) -> Option<Frame> {
    let d = before.dimensions();
    let n = draws.len().max(1) as f64;
    let centre: Vec<f64> = (0..d).map(|i| draws.iter().map(|z| z[i]).sum::<f64>() / n).collect();
    Some(Frame::new(centre, &covariance(draws, d)).unwrap_or(before))
}

/// Weights that add to 1 from their logarithms.
fn weights(logs: &[f64]) -> Vec<f64> {
    let top = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let raw: Vec<f64> = logs.iter().map(|l| libm::exp(l - top)).collect();
    let sum: f64 = raw.iter().sum();
    raw.into_iter().map(|w| w / sum.max(1e-300)).collect()
}

/// Effective number of draws with weights that add to 1.
fn effective(weights: &[f64]) -> f64 {
    let squares: f64 = weights.iter().map(|w| w * w).sum();
    if squares > 0.0 { 1.0 / squares } else { 0.0 }
}

/// Weights to a power, adding to 1.
fn raised(weights: &[f64], power: f64) -> Vec<f64> {
    let raw: Vec<f64> = weights.iter().map(|w| if *w > 0.0 { libm::pow(*w, power) } else { 0.0 }).collect();
    let sum: f64 = raw.iter().sum();
    raw.into_iter().map(|w| w / sum.max(1e-300)).collect()
}

/// The largest power of at most 1 that leaves so many effective draws.
fn power(weights: &[f64], wanted: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..30 {
        let middle = 0.5 * (low + high);
        if effective(&raised(weights, middle)) < wanted { high = middle } else { low = middle }
    }
    low
}

/// Systematic resampling: places of so many draws.
fn resampled(weights: &[f64], count: usize, u: f64) -> Vec<usize> {
    let mut out = Vec::with_capacity(count);
    let mut sum = 0.0;
    for (k, w) in weights.iter().enumerate() {
        sum += w * count as f64;
        while (out.len() as f64) + u < sum && out.len() < count {
            out.push(k);
        }
    }
    // rounding may leave the last one out
    while out.len() < count && !weights.is_empty() {
        out.push(weights.len() - 1);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A straight line of figures has a normal posterior that is known: of ten numbers the first five are told by six figures.
    /// Four standard errors of 250 effective draws.
    #[test]
    fn a_normal_posterior_is_drawn() {
        let exact = |points: &[Vec<f64>]| -> Vec<Option<Residuals>> {
            let one = |z: &Vec<f64>| {
                let white = (0..6).map(|j| 4.0 * (z[j % 5] + 0.5 * z[(j + 1) % 5] - 0.4)).collect();
                Some(Residuals { white, half_log_det: 0.0 })
            };
            points.iter().map(one).collect()
        };
        let mut curvature = Matrix::<f64>::identity(10);
        let mut right = vec![0.0; 10];
        for j in 0..6 {
            let mut slope = [0.0; 10];
            (slope[j % 5], slope[(j + 1) % 5]) = (4.0, 2.0);
            for a in 0..10 {
                right[a] += slope[a] * 1.6;
                (0..10).for_each(|b| curvature.add(a, b, slope[a] * slope[b]));
            }
        }
        let lower = curvature.cholesky().unwrap();
        let solve = |b: &[f64]| lower.solve_lower_transposed(&lower.solve_lower(b));
        let mean = solve(&right);
        let found =
            corrected(vec![0.0; 10], &Matrix::identity(10).scaled(0.1), 1_000, Key::root(5, 0), &exact)
                .unwrap();
        assert!(found.effective >= WANTED && found.tempered >= 1.0, "{}", found.effective);
        for i in 0..5 {
            let mut unit = vec![0.0; 10];
            unit[i] = 1.0;
            let sd = solve(&unit)[i].sqrt();
            let draws: Vec<f64> = found.draws.iter().map(|z| (z[i] - mean[i]) / sd).collect();
            let off = draws.iter().sum::<f64>() / 1_000.0;
            let square = draws.iter().map(|x| x * x).sum::<f64>() / 1_000.0;
            assert!(off.abs() < 0.26 && (square - 1.0).abs() < 0.36, "{i}: {off} {square}");
        }
    }

    #[test]
    fn few_draws_are_spread_by_a_power() {
        let weight = weights(&(0..400).map(|k| -f64::from(k)).collect::<Vec<f64>>());
        assert!(effective(&weight) < 3.0);
        let power = power(&weight, ENOUGH);
        let wider = effective(&raised(&weight, power));
        assert!((wider - ENOUGH).abs() < 0.5 && power > 0.0 && power < 0.1, "{power}");
    }
}
