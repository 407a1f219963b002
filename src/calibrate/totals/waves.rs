//! The search by simulation: waves of points, and the posterior under what was learnt from them.

use super::fit::{Fit, FitError, Futures, Misfit, PRIOR, Plan, Wave, Way, cutoff, finished};
use super::sample::{Chains, log_prior, sample, spread};
use super::simulate::{BLOCKS, Simulator};
use super::surface::{Point, Surface, scales};
use crate::base::rng::Key;
use crate::experiment::run::Watch;

/// Most numbers that are fitted at once; others stay at their prior.
const MOST_ACTIVE: usize = 10;
/// By how much a discrepancy grows at a time, and how far.
const STRETCH: f64 = 1.2;
const MOST_DISCREPANCY: f64 = 1.0;
/// Draws of the chains among which the likeliest is looked for.
const LOOKED: usize = 1_000;
/// How strongly a target must depend on a number, in standard errors.
const NOTICED: f64 = 3.7;

/// Fits by simulation, for these reasons.
pub(super) fn by_simulation(
    s: &Simulator<'_>,
    measures: &[String],
    plan: Plan,
    why: Vec<String>,
    watch: &impl Watch,
) -> Result<Fit, FitError> {
    let n = s.prior.dimensions();
    let key = Key::root(plan.seed, 0x7461_7267);
    let mut first = simulate(s, spread(plan.first.max(40), n, key.child(0)), watch)?;
    let failed = plan.first.max(40) - first.len();
    if first.len() * 2 < plan.first.max(40) {
        return Err(FitError::Failing(plan.first.max(40), first.len()));
    }
    let scales = scales(&first, s.targets.len());
    first.iter_mut().for_each(|p| p.scaled(&scales));
    let active = active(&first, n);
    if active.is_empty() {
        return Err(FitError::NothingInformed);
    }
    let before: Vec<Vec<f64>> = first.iter().flat_map(|p| p.futures.clone()).collect();
    let cutoff = cutoff(s.targets.len());
    let mut points = first;
    let learn = |points: &[Point], last: Option<&Surface>| {
        Surface::learn(s, points, &active, &scales, plan.discrepancy, last)
    };
    let mut surface = learn(&points, None).ok_or(FitError::Failing(plan.first, points.len()))?;
    let mut waves =
        vec![Wave { points: points.len(), failed, plausible: surface.plausible(cutoff, key.child(9)) }];
    for w in 0..plan.waves {
        let temper = if w + 1 == plan.waves { 1.0 } else { 0.3 };
        let chains = sample(active.len(), key.child(10 + w as u64), |z| {
            log_prior(z) + temper * surface.log_likelihood(z)
        });
        let mut next = spread(plan.wave, n, key.child(100 + w as u64));
        for (k, z) in next.iter_mut().enumerate() {
            let Some(draw) = chains.draws.get(k * chains.draws.len() / plan.wave.max(1)) else { continue };
            for (i, x) in active.iter().zip(draw) {
                z[*i] = *x;
            }
        }
        let asked = next.len();
        let mut new = simulate(s, next, watch)?;
        new.iter_mut().for_each(|p| p.scaled(&scales));
        let failed = asked - new.len();
        let done = new.len();
        points.extend(new);
        if let Some(better) = learn(&points, Some(&surface)) {
            surface = better;
        }
        waves.push(Wave { points: done, failed, plausible: surface.plausible(cutoff, key.child(9)) });
    }
    let explore = |surface: &Surface| {
        sample(active.len(), key.child(1_000), |z| log_prior(z) + surface.log_likelihood(z))
    };
    let mut chains = explore(&surface);
    let mut best = best_of(&chains, &surface);
    let mut misfit = {
        let freedom = s.targets.len() as f64 - determined(&chains, active.len());
        Misfit::new(surface.square(&best), freedom, plan.discrepancy)
    };
    let mut discrepancy = plan.discrepancy;
    while plan.inflate
        && misfit.too_far()
        && misfit.chi2_used > misfit.freedom
        && discrepancy < MOST_DISCREPANCY
    {
        // further and further at the same numbers, then the numbers again
        while surface.square(&best) > misfit.freedom && discrepancy < MOST_DISCREPANCY {
            discrepancy = (STRETCH * discrepancy).max(0.01);
            surface = surface.with_discrepancy(s, &scales, discrepancy);
        }
        chains = explore(&surface);
        best = best_of(&chains, &surface);
        (misfit.used, misfit.chi2_used) = (discrepancy, surface.square(&best));
        misfit.freedom = (s.targets.len() as f64 - determined(&chains, active.len())).max(1.0);
    }
    let mut z = spread(plan.draws, n, key.child(1_001));
    // chains are long: take every so manieth draw, from all of them in turn
    for (k, row) in z.iter_mut().enumerate() {
        let at = (k * 7_919 + 13) % plan.draws.max(1) * chains.draws.len() / plan.draws.max(1);
        if let Some(draw) = chains.draws.get(at) {
            active.iter().zip(draw).for_each(|(i, x)| row[*i] = *x);
        }
    }
    let checked = simulate(s, z.iter().take(plan.checked.min(plan.draws)).cloned().collect(), watch)?;
    let after = checked.into_iter().flat_map(|p| p.futures).collect();
    let linear = surface.linear(&best);
    let way = Way::Simulated { why };
    let done = finished(s, measures, &active, z, Futures { before, after }, (way, &linear));
    let disagreement = chains.disagreement;
    Ok(Fit { waves, disagreement, misfit: Some(misfit), surface: Some(surface), ..done })
}

/// The likeliest of some draws spread over the chains.
fn best_of(chains: &Chains, surface: &Surface) -> Vec<f64> {
    let each = (chains.draws.len() / LOOKED).max(1);
    let looked = chains.draws.iter().step_by(each);
    let values = looked.map(|z| (log_prior(z) + surface.log_likelihood(z), z));
    values.max_by(|a, b| a.0.total_cmp(&b.0)).map(|b| b.1.clone()).unwrap_or_default()
}

/// How many numbers the figures determine: the variance they took away.
fn determined(chains: &Chains, numbers: usize) -> f64 {
    let n = chains.draws.len().max(2) as f64;
    let taken = |i: usize| {
        let mean = chains.draws.iter().map(|z| z[i]).sum::<f64>() / n;
        let variance = chains.draws.iter().map(|z| (z[i] - mean) * (z[i] - mean)).sum::<f64>() / n;
        (1.0 - variance / PRIOR).clamp(0.0, 1.0)
    };
    (0..numbers).map(taken).sum()
}

/// Simulates points; their blocks of random numbers go round.
#[cfg(feature = "parallel")]
pub(super) fn simulate(
    s: &Simulator<'_>,
    points: Vec<Vec<f64>>,
    watch: &impl Watch,
) -> Result<Vec<Point>, FitError> {
    use rayon::prelude::*;
    let one = |(k, z): (usize, Vec<f64>)| simulate_one(s, z, k % BLOCKS, watch);
    let all: Result<Vec<_>, _> = points.into_par_iter().enumerate().map(one).collect();
    all.map(|p| p.into_iter().flatten().collect())
}

#[cfg(not(feature = "parallel"))]
pub(super) fn simulate(
    s: &Simulator<'_>,
    points: Vec<Vec<f64>>,
    watch: &impl Watch,
) -> Result<Vec<Point>, FitError> {
    let one = |(k, z): (usize, Vec<f64>)| simulate_one(s, z, k % BLOCKS, watch);
    let all: Result<Vec<_>, _> = points.into_iter().enumerate().map(one).collect();
    all.map(|p| p.into_iter().flatten().collect())
}

fn simulate_one(
    s: &Simulator<'_>,
    z: Vec<f64>,
    block: usize,
    watch: &impl Watch,
) -> Result<Option<Point>, FitError> {
    if watch.stop() {
        return Err(FitError::Stopped);
    }
    let outputs = s.outputs(&z, block);
    watch.done();
    Ok(outputs.map(|o| Point::of(z, block, &o, s.targets.len())))
}

/// The numbers on which targets depend, strongest first, found one after the other.
fn active(points: &[Point], n: usize) -> Vec<usize> {
    if n <= MOST_ACTIVE {
        return (0..n).collect();
    }
    let count = points.len() as f64;
    let targets = points.first().map_or(0, |p| p.mean.len());
    let mut left: Vec<Vec<f64>> = (0..targets)
        .map(|j| {
            let mean = points.iter().map(|p| p.mean[j]).sum::<f64>() / count;
            points.iter().map(|p| p.mean[j] - mean).collect()
        })
        .collect();
    let mut found: Vec<usize> = Vec::new();
    while found.len() < MOST_ACTIVE {
        let mut best = (0.0, 0);
        for i in (0..n).filter(|i| !found.contains(i)) {
            let (mut xx, mut most) = (0.0, 0.0f64);
            points.iter().for_each(|p| xx += p.z[i] * p.z[i]);
            for y in &left {
                let (mut xy, mut yy) = (0.0, 0.0);
                for (p, y) in points.iter().zip(y) {
                    xy += p.z[i] * y;
                    yy += y * y;
                }
                let r2 = xy * xy / (xx * yy).max(1e-300);
                most = most.max(r2 / (1.0 - r2).max(1e-9));
            }
            let t = (most * count).sqrt();
            if t > best.0 {
                best = (t, i);
            }
        }
        if best.0 < NOTICED {
            break;
        }
        let i = best.1;
        found.push(i);
        for y in &mut left {
            let (mut xy, mut xx) = (0.0, 0.0);
            points.iter().zip(y.iter()).for_each(|(p, y)| {
                xy += p.z[i] * y;
                xx += p.z[i] * p.z[i];
            });
            points.iter().zip(y.iter_mut()).for_each(|(p, y)| *y -= xy / xx * p.z[i]);
        }
    }
    found
}
