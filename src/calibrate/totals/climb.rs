//! The posterior by exact moments: its mode by Gauss and Newton, then draws ([`corrected`]).

use super::corrected::{corrected, sizes};
use super::exact::{At, Exact};
use super::fit::{Fit, FitError, Futures, Misfit, Plan, Way, finished};
use super::learnt::Linear;
use super::response::Residuals;
use super::sample::{FURTHEST, log_prior, spread};
use super::simulate::Simulator;
use crate::base::rng::Key;
use crate::calibrate::moments::matrix::Matrix;
use crate::experiment::run::Watch;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Steps towards the mode.
const CLIMBS: usize = 20;
/// Length of a difference, in standard deviations of the prior.
const STEP: f64 = 0.05;
/// What the figures must say about a number for it to be fitted: its information beside 1, the prior's.
const NOTICED: f64 = 0.02;
/// By how much a discrepancy grows at a time, and how far.
const STRETCH: f64 = 1.4;
const MOST_DISCREPANCY: f64 = 1.0;
/// Futures of each point that is looked at.
const FUTURES: u64 = 8;

struct Search<'a, W> {
    exact: &'a Exact<'a>,
    s: &'a Simulator<'a>,
    plan: Plan,
    watch: &'a W,
    tried: AtomicUsize,
    /// What numbers left at their prior add to the covariance.
    left: Option<Matrix<f64>>,
}

/// Fits by exact moments.
pub(super) fn climb(
    s: &Simulator<'_>,
    exact: &Exact<'_>,
    measures: &[String],
    plan: Plan,
    watch: &impl Watch,
) -> Result<Fit, FitError> {
    let n = s.prior.dimensions();
    let key = Key::root(plan.seed, 0x6d6f_6d65);
    let mut search = Search { exact, s, plan, watch, tried: AtomicUsize::new(0), left: None };
    let prior = spread(plan.checked.max(20), n, key.child(0));
    let before = search.futures(&prior, key.child(1));
    let mut peak = search.peak(vec![0.0; n])?;
    let mut misfit = Misfit::new(peak.chi2, s.targets.len() as f64 - peak.determined(), plan.discrepancy);
    while plan.inflate
        && misfit.too_far()
        && misfit.chi2_used > misfit.freedom
        && search.plan.discrepancy < MOST_DISCREPANCY
    {
        search.plan.discrepancy = (STRETCH * search.plan.discrepancy).max(0.01);
        peak = search.peak(peak.z)?;
        (misfit.used, misfit.chi2_used) = (search.plan.discrepancy, peak.chi2);
        misfit.freedom = (s.targets.len() as f64 - peak.determined()).max(1.0);
    }
    let information = |i: usize| peak.information.at(i, i).max(peak.first.at(i, i));
    let active: Vec<usize> = (0..n).filter(|i| information(*i) >= NOTICED).collect();
    if active.is_empty() {
        return Err(FitError::NothingInformed);
    }
    search.left = Some(peak.left(&active, s.targets.len()));
    let d = active.len();
    let mut curvature = Matrix::identity(d);
    for (a, i) in active.iter().enumerate() {
        for (b, j) in active.iter().enumerate() {
            curvature.add(a, b, peak.information.at(*i, *j));
        }
    }
    let covariance = inverse(&curvature).ok_or(FitError::NothingInformed)?;
    let centre: Vec<f64> = active.iter().map(|i| peak.z[*i]).collect();
    let whole = |part: &[f64]| {
        let mut z = vec![0.0; n];
        active.iter().zip(part).for_each(|(i, x)| z[*i] = *x);
        z
    };
    let exactly = |points: &[Vec<f64>]| each(points, |part| search.residuals(&whole(part)));
    let drawn = corrected(centre, &covariance, plan.draws, key.child(2), &exactly);
    if watch.stop() {
        return Err(FitError::Stopped);
    }
    let drawn = drawn.ok_or(FitError::NothingInformed)?;
    let mut z = spread(plan.draws, n, key.child(3));
    for (row, draw) in z.iter_mut().zip(&drawn.draws) {
        active.iter().zip(draw).for_each(|(i, x)| row[*i] = *x);
    }
    let looked: Vec<Vec<f64>> = z.iter().take(plan.checked.min(plan.draws)).cloned().collect();
    let after = search.futures(&looked, key.child(4));
    if watch.stop() {
        return Err(FitError::Stopped);
    }
    let way = Way::Exact {
        tried: search.tried.load(Ordering::Relaxed),
        effective: drawn.effective,
        tempered: drawn.tempered,
        step: exact.step,
    };
    let linear = peak.linear(&active);
    let done = finished(s, measures, &active, z, Futures { before, after }, (way, &linear));
    Ok(Fit { misfit: Some(misfit), ..done })
}

/// Rounds of draws that a fit takes, about.
const ROUNDS: usize = 3;

/// Sets of numbers that a fit of so many unknowns works out, about, to show progress.
pub(super) fn effort(unknowns: usize, plan: Plan) -> usize {
    let (first, each) = sizes(unknowns, plan.draws);
    2 * plan.checked.max(20) + 6 * (unknowns + 2) + first + ROUNDS * each
}

/// The top of the posterior density and what it is like there.
struct Peak {
    z: Vec<f64>,
    /// Slopes of the targets: by number, then target.
    slopes: Vec<Vec<f64>>,
    /// What the targets say about the numbers there, and where the search began.
    information: Matrix<f64>,
    first: Matrix<f64>,
    /// Sum of squares of what is left of the figures there, whitened.
    chi2: f64,
    /// Figures less means there, and their covariance.
    off: Vec<f64>,
    covariance: Matrix<f64>,
}

impl Peak {
    /// How many numbers the targets determine: the trace of what they say over all that is known.
    fn determined(&self) -> f64 {
        let n = self.z.len();
        let all = self.information.plus(&Matrix::identity(n));
        inverse(&all).map_or(0.0, |i| n as f64 - (0..n).map(|k| i.at(k, k)).sum::<f64>())
    }

    /// The targets as linear in the fitted numbers.
    fn linear(&self, active: &[usize]) -> Linear {
        let mut off = self.off.clone();
        for (z, slope) in self.z.iter().zip(&self.slopes) {
            off.iter_mut().zip(slope).for_each(|(o, s)| *o += z * s);
        }
        let slopes = active.iter().map(|i| (*i, self.slopes[*i].clone())).collect();
        let covariance = self.covariance.plus(&self.left(active, off.len()));
        Linear { slopes, covariance, off }
    }

    /// Covariance of the targets by numbers left at their prior.
    fn left(&self, active: &[usize], targets: usize) -> Matrix<f64> {
        let mut out = Matrix::zeros(targets, targets);
        for slope in self.slopes.iter().enumerate().filter(|s| !active.contains(&s.0)).map(|s| s.1) {
            for (a, x) in slope.iter().enumerate() {
                slope.iter().enumerate().for_each(|(b, y)| out.add(a, b, x * y));
            }
        }
        out
    }
}

impl<W: Watch> Search<'_, W> {
    fn at(&self, z: &[f64]) -> Option<At> {
        if self.watch.stop() {
            return None;
        }
        let found = self.exact.at(z);
        self.tried.fetch_add(1, Ordering::Relaxed);
        self.watch.done();
        found
    }

    /// Factor of the covariance of the figures about the means, and how far they are off.
    fn frame(&self, at: &At) -> Option<(Matrix<f64>, Vec<f64>)> {
        let mut c = at.covariance.clone();
        if let Some(left) = &self.left {
            c = c.plus(left);
        }
        for (i, t) in self.s.targets.iter().enumerate() {
            let discrepancy = self.plan.discrepancy * t.value;
            // figures that tell each other exactly (a stock from the one before and what came and went) leave a variance of
            // nought: what stands in its place must be the same for all numbers, or their likelihood would lean
            c.add(i, i, t.error * t.error + discrepancy * discrepancy + 1e-9 * (1.0 + t.value * t.value));
        }
        let off = self.s.targets.iter().zip(&at.mean).map(|(t, m)| t.value - m).collect();
        Some((c.cholesky()?, off))
    }

    fn residuals_at(&self, at: &At) -> Option<Residuals> {
        let (lower, off) = self.frame(at)?;
        let half_log_det = (0..off.len()).map(|i| libm::log(lower.at(i, i))).sum();
        Some(Residuals { white: lower.solve_lower(&off), half_log_det })
    }

    fn residuals(&self, z: &[f64]) -> Option<Residuals> {
        self.residuals_at(&self.at(z)?)
    }

    fn log_posterior_at(&self, z: &[f64], at: &At) -> f64 {
        self.residuals_at(at).map_or(f64::NEG_INFINITY, |r| log_prior(z) + r.log_likelihood())
    }

    /// Slopes of the targets by each number, whitened, and as they are.
    fn slopes(&self, z: &[f64], at: &At) -> Option<Vec<Vec<f64>>> {
        let numbers: Vec<usize> = (0..z.len()).collect();
        each(&numbers, |&i| {
            // inward, so that the number stays where the prior has it
            let h = if z[i] > 0.0 { -STEP } else { STEP };
            let mut moved = z.to_vec();
            moved[i] += h;
            let there = self.at(&moved)?;
            Some(there.mean.iter().zip(&at.mean).map(|(a, b)| (a - b) / h).collect())
        })
        .into_iter()
        .collect()
    }

    fn peak(&self, from: Vec<f64>) -> Result<Peak, FitError> {
        let failed = || if self.watch.stop() { FitError::Stopped } else { FitError::Failing(1, 0) };
        let n = from.len();
        let mut z = from;
        let mut at = self.at(&z).ok_or_else(failed)?;
        let mut best = self.log_posterior_at(&z, &at);
        let mut first: Option<Matrix<f64>> = None;
        for round in 0.. {
            let slopes = self.slopes(&z, &at).ok_or_else(failed)?;
            let (lower, left) = self.frame(&at).ok_or_else(failed)?;
            let white: Vec<Vec<f64>> = slopes.iter().map(|s| lower.solve_lower(s)).collect();
            let off = lower.solve_lower(&left);
            let chi2 = off.iter().map(|x| x * x).sum();
            let covariance = lower.times(&lower.transposed());
            let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>();
            let mut information = Matrix::zeros(n, n);
            for i in 0..n {
                for j in 0..n {
                    information.set(i, j, dot(&white[i], &white[j]));
                }
            }
            let first = first.get_or_insert_with(|| information.clone());
            let gradient: Vec<f64> = (0..n).map(|i| dot(&white[i], &off) - z[i]).collect();
            let lower = information.plus(&Matrix::identity(n)).cholesky().ok_or_else(failed)?;
            let step = lower.solve_lower_transposed(&lower.solve_lower(&gradient));
            let mut better = None;
            if round < CLIMBS {
                for part in [1.0, 0.5, 0.2, 0.05] {
                    let edge = FURTHEST - 0.1;
                    let next: Vec<f64> =
                        z.iter().zip(&step).map(|(z, s)| (z + part * s).clamp(-edge, edge)).collect();
                    let Some(there) = self.at(&next) else { continue };
                    let value = self.log_posterior_at(&next, &there);
                    if value > best + 1e-4 {
                        better = Some((next, there, value));
                        break;
                    }
                }
            }
            match better {
                Some((next, there, value)) => (z, at, best) = (next, there, value),
                None if self.watch.stop() => return Err(FitError::Stopped),
                None => {
                    let first = first.clone();
                    return Ok(Peak { z, slopes, information, first, chi2, off: left, covariance });
                }
            }
        }
        Err(failed())
    }

    /// Futures at points.
    fn futures(&self, points: &[Vec<f64>], key: Key) -> Vec<Vec<f64>> {
        let numbered: Vec<(usize, &Vec<f64>)> = points.iter().enumerate().collect();
        let all = each(&numbered, |(k, z)| {
            if self.watch.stop() {
                return Vec::new();
            }
            self.watch.done();
            self.exact.futures(z, FUTURES, key.child(*k as u64))
        });
        all.into_iter().flatten().collect()
    }
}

/// What the draws of a fit give for the targets of an exact simulator.
pub(super) fn futures(exact: &Exact<'_>, points: &[Vec<f64>], key: Key) -> Vec<Vec<f64>> {
    let numbered: Vec<(usize, &Vec<f64>)> = points.iter().enumerate().collect();
    each(&numbered, |(k, z)| exact.futures(z, FUTURES, key.child(*k as u64))).into_iter().flatten().collect()
}

/// Each item's result, in order, on all cores.
#[cfg(feature = "parallel")]
fn each<T: Sync, R: Send>(items: &[T], one: impl Fn(&T) -> R + Sync + Send) -> Vec<R> {
    use rayon::prelude::*;
    items.par_iter().map(one).collect()
}

/// Each item's result, in order.
#[cfg(not(feature = "parallel"))]
fn each<T, R>(items: &[T], one: impl Fn(&T) -> R) -> Vec<R> {
    items.iter().map(one).collect()
}

fn inverse(m: &Matrix<f64>) -> Option<Matrix<f64>> {
    let lower = m.cholesky()?;
    let n = m.rows();
    let mut out = Matrix::zeros(n, n);
    for i in 0..n {
        let unit: Vec<f64> = (0..n).map(|k| f64::from(u8::from(k == i))).collect();
        let column = lower.solve_lower_transposed(&lower.solve_lower(&unit));
        column.iter().enumerate().for_each(|(j, &x)| out.set(j, i, x));
    }
    Some(out)
}
