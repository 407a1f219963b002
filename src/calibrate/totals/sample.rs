//! Draws from a log density: adaptive Metropolis (Haario, Saksman & Tamminen 2001), several chains, each step decided by
//! numbers that belong to it, so that draws are the same on any machine and number of threads.

use crate::base::rng::{Key, Purpose};
use crate::calibrate::moments::matrix::Matrix;
use crate::stats::special::{normal_cdf, normal_quantile};

/// Furthest a parameter may be from the middle of its prior, in standard deviations.
pub(super) const FURTHEST: f64 = 2.5;
const CHAINS: u64 = 4;
/// Steps of one round of learning how far to step, and how many such rounds.
const LEARN: usize = 500;
const ROUNDS: usize = 3;
/// Length of a step beside the root of the number of dimensions, in standard deviations of the density (Roberts, Gelman & Gilks
/// 1997).
const OPTIMAL: f64 = 2.38;
/// Steps of a chain that count.
const STEPS: usize = 4_000;

/// Draws of several chains.
pub(super) struct Chains {
    /// Every draw, chain after chain.
    pub draws: Vec<Vec<f64>>,
    /// Largest ratio of spread over all chains to that within one (Gelman & Rubin 1992); 1 when they agree.
    pub disagreement: f64,
}

/// A draw of the prior: standard normal within [`FURTHEST`].
pub(super) fn prior_draw(u: f64) -> f64 {
    let low = normal_cdf(-FURTHEST);
    normal_quantile(low + u * (1.0 - 2.0 * low)).clamp(-FURTHEST, FURTHEST)
}

/// Points spread evenly over the prior in every direction (Latin hypercube: McKay, Beckman & Conover 1979).
pub(super) fn spread(n: usize, dimensions: usize, key: Key) -> Vec<Vec<f64>> {
    let (order, within) = (Purpose::named("order"), Purpose::named("within"));
    let mut out = vec![vec![0.0; dimensions]; n];
    for d in 0..dimensions {
        let key = key.child(d as u64);
        let mut places: Vec<(u64, usize)> = (0..n).map(|i| (key.bits(order, i as u64), i)).collect();
        places.sort_unstable();
        for (rank, (_, i)) in places.into_iter().enumerate() {
            let u = (rank as f64 + key.unit(within, i as u64)) / n as f64;
            if let Some(x) = out.get_mut(i).and_then(|p| p.get_mut(d)) {
                *x = prior_draw(u);
            }
        }
    }
    out
}

/// Log density of the prior, up to a constant.
pub(super) fn log_prior(z: &[f64]) -> f64 {
    if z.iter().any(|x| x.abs() > FURTHEST) {
        return f64::NEG_INFINITY;
    }
    -0.5 * z.iter().map(|x| x * x).sum::<f64>()
}

/// Draws from a density on so many dimensions, begun at the likeliest of points spread over the prior.
pub(super) fn sample(dimensions: usize, key: Key, log_density: impl Fn(&[f64]) -> f64) -> Chains {
    let mut starts: Vec<(f64, Vec<f64>)> =
        spread(400, dimensions, key.child(1)).into_iter().map(|z| (log_density(&z), z)).collect();
    starts.sort_by(|a, b| b.0.total_cmp(&a.0));
    let step = Matrix::identity(dimensions).scaled(0.3 / (dimensions.max(1) as f64).sqrt());
    let chains: Vec<Vec<Vec<f64>>> = (0..CHAINS)
        .filter_map(|c| starts.get(c as usize).map(|s| (c, s)))
        .map(|(c, s)| chain(s, step.clone(), (STEPS, 1), key.child(2).child(c), &log_density))
        .collect();
    let disagreement = disagreement(&chains, dimensions);
    Chains { draws: chains.into_iter().flatten().collect(), disagreement }
}

/// Draws of chains begun at these points, whose first steps are as long as the learnt ones of a law with this covariance; every
/// `thin`th of `steps` counts.
pub(super) fn chains(
    starts: &[Vec<f64>],
    spread: &Matrix<f64>,
    (steps, thin): (usize, usize),
    key: Key,
    log_density: impl Fn(&[f64]) -> f64,
) -> Chains {
    let dimensions = starts.first().map_or(0, Vec::len);
    let step = spread.cholesky().unwrap_or_else(|| Matrix::identity(dimensions).scaled(0.3));
    let step = step.scaled(OPTIMAL / (dimensions.max(1) as f64).sqrt());
    let one = |(c, z): (usize, &Vec<f64>)| {
        let start = (log_density(z), z.clone());
        chain(&start, step.clone(), (steps, thin), key.child(c as u64), &log_density)
    };
    let chains: Vec<Vec<Vec<f64>>> = starts.iter().enumerate().map(one).collect();
    let disagreement = disagreement(&chains, dimensions);
    Chains { draws: chains.into_iter().flatten().collect(), disagreement }
}

fn chain(
    start: &(f64, Vec<f64>),
    first: Matrix<f64>,
    (steps, thin): (usize, usize),
    key: Key,
    log_density: &impl Fn(&[f64]) -> f64,
) -> Vec<Vec<f64>> {
    let d = start.1.len();
    let (normal, accept) = (Purpose::named("step"), Purpose::named("accept"));
    let (mut at, mut z) = start.clone();
    let mut step = first;
    let mut kept = Vec::new();
    let mut number = 0u64;
    for round in 0..=ROUNDS {
        let (steps, thin) = if round == ROUNDS { (steps, thin.max(1)) } else { (LEARN, 1) };
        kept.clear();
        for k in 1..=steps {
            let luck: Vec<f64> =
                (0..d).map(|k| normal_quantile(key.child(number).unit(normal, k as u64))).collect();
            let next: Vec<f64> =
                (0..d).map(|i| z[i] + (0..=i).map(|k| step.at(i, k) * luck[k]).sum::<f64>()).collect();
            let there = log_density(&next);
            if there.is_finite() && libm::log(key.child(number).unit(accept, 0).max(1e-300)) < there - at {
                (z, at) = (next, there);
            }
            if k % thin == 0 {
                kept.push(z.clone());
            }
            number += 1;
        }
        if round < ROUNDS
            && let Some(learnt) = covariance(&kept, d).cholesky()
        {
            step = learnt.scaled(OPTIMAL / (d.max(1) as f64).sqrt());
        }
    }
    kept
}

pub(super) fn covariance(draws: &[Vec<f64>], d: usize) -> Matrix<f64> {
    let n = draws.len().max(1) as f64;
    let mean: Vec<f64> = (0..d).map(|i| draws.iter().map(|z| z[i]).sum::<f64>() / n).collect();
    let mut c = Matrix::zeros(d, d);
    for z in draws {
        for i in 0..d {
            for j in 0..d {
                c.add(i, j, (z[i] - mean[i]) * (z[j] - mean[j]) / n);
            }
        }
    }
    for i in 0..d {
        c.add(i, i, 1e-5);
    }
    c
}

fn disagreement(chains: &[Vec<Vec<f64>>], d: usize) -> f64 {
    let mut worst = 1.0f64;
    for i in 0..d {
        let parts: Vec<(f64, f64)> = chains
            .iter()
            .map(|c| {
                let n = c.len().max(2) as f64;
                let mean = c.iter().map(|z| z[i]).sum::<f64>() / n;
                (mean, c.iter().map(|z| (z[i] - mean) * (z[i] - mean)).sum::<f64>() / (n - 1.0))
            })
            .collect();
        let m = parts.len().max(2) as f64;
        let mean = parts.iter().map(|p| p.0).sum::<f64>() / m;
        let within = parts.iter().map(|p| p.1).sum::<f64>() / m;
        let between = parts.iter().map(|p| (p.0 - mean) * (p.0 - mean)).sum::<f64>() / (m - 1.0);
        if within > 0.0 {
            worst = worst.max((1.0 + between / within).sqrt());
        }
    }
    worst
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A normal likelihood on a normal prior has a normal posterior: mean 1, variance 1/2, in each direction alike.
    #[test]
    fn a_normal_posterior_is_drawn() {
        let found = sample(3, Key::root(3, 0), |z| {
            log_prior(z) - 0.5 * z.iter().map(|x| (x - 2.0) * (x - 2.0)).sum::<f64>()
        });
        assert!(found.disagreement < 1.05, "{}", found.disagreement);
        let n = found.draws.len() as f64;
        for i in 0..3 {
            let mean = found.draws.iter().map(|z| z[i]).sum::<f64>() / n;
            let variance = found.draws.iter().map(|z| (z[i] - mean) * (z[i] - mean)).sum::<f64>() / n;
            // the cut at 2.5, 2.1 sd above the mean, moves the mean by 0.03 and the variance by 0.04; about 1,000 effective draws
            assert!((mean - 0.97).abs() < 0.1 && (variance - 0.46).abs() < 0.08, "{mean} {variance}");
        }
    }

    #[test]
    fn points_are_spread_evenly() {
        let points = spread(100, 4, Key::root(1, 0));
        for d in 0..4 {
            let below = points.iter().filter(|p| p[d] < 0.0).count();
            assert_eq!(below, 50);
            assert!(points.iter().all(|p| p[d].abs() <= FURTHEST));
        }
    }
}
