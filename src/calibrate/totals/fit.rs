//! The search: waves of simulations, and the posterior.

use super::emulate::Emulator;
use super::sample::{log_prior, sample, spread};
use super::simulate::Simulator;
use super::target;
use crate::base::rng::Key;
use crate::calibrate::moments::matrix::Matrix;
use crate::experiment::estimate::quantile;
use crate::experiment::run::Watch;
use crate::model::draws::Draws;
use serde::Serialize;

/// How much is done.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct Plan {
    /// Points over the whole prior.
    pub first: usize,
    /// Points of each later wave.
    pub wave: usize,
    /// Later waves.
    pub waves: usize,
    /// Share of a figure by which the model may be off whatever its numbers.
    pub discrepancy: f64,
    /// Draws to make.
    pub draws: usize,
    /// Draws simulated again to say how well they fit.
    pub checked: usize,
    /// Seed of the search.
    pub seed: u64,
}

impl Default for Plan {
    fn default() -> Plan {
        Plan { first: 200, wave: 100, waves: 2, discrepancy: 0.02, draws: 200, checked: 60, seed: 1 }
    }
}

/// Most numbers that are fitted at once; others stay at their prior.
const MOST_ACTIVE: usize = 10;
/// How strongly a target must depend on a number, in standard errors.
const NOTICED: f64 = 3.7;
/// A target this many standard deviations away is implausible, whatever the number of targets.
const IMPLAUSIBLE: f64 = 3.0;
/// Most points an emulator learns from.
const MOST_POINTS: usize = 320;

/// Why there is no fit.
#[derive(Clone, PartialEq, Debug, thiserror::Error)]
pub enum FitError {
    /// Nothing to fit.
    #[error("no number of the model has a range (low and high): there is nothing to fit")]
    NoUnknown,
    /// Most numbers tried gave no run.
    #[error(
        "of {0} sets of numbers from the ranges only {1} could be simulated: the ranges are too wide for the model"
    )]
    Failing(usize, usize),
    /// No target depends on any number.
    #[error("no target depends noticeably on any number that has a range: they can say nothing")]
    NothingInformed,
    /// Stopped.
    #[error("stopped: the same command goes on from there")]
    Stopped,
}

/// What became of one number.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Informed {
    /// Dotted path.
    pub path: String,
    /// Unit.
    pub unit: String,
    /// 10th, 50th and 90th percentile before.
    pub prior: [f64; 3],
    /// The same after.
    pub posterior: [f64; 3],
    /// Share of the prior variance (on its own scale) that the targets took away; 0 if it was left at its prior.
    pub contraction: f64,
    /// Whether it was fitted.
    pub fitted: bool,
}

/// How a target is met.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Target {
    /// The measure's name.
    pub measure: String,
    /// Period.
    pub period: String,
    /// The figure.
    pub value: f64,
    /// 2.5th, 50th and 97.5th percentile of single futures before.
    pub prior: [f64; 3],
    /// The same after.
    pub posterior: [f64; 3],
    /// How many standard deviations (chance and ignorance after the fit) the figure lies from the middle.
    pub z: f64,
}

/// A wave of simulations.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Wave {
    /// Points simulated.
    pub points: usize,
    /// Points that gave no run.
    pub failed: usize,
    /// Share of the prior that is not implausible after it; below 1 in 4,000 it is given as 0.
    pub plausible: f64,
}

/// A fit.
pub struct Fit {
    /// Draws of all numbers.
    pub draws: Draws,
    /// The same on the scale of the prior.
    pub z: Vec<Vec<f64>>,
    /// Every number.
    pub informed: Vec<Informed>,
    /// Every target.
    pub targets: Vec<Target>,
    /// The waves.
    pub waves: Vec<Wave>,
    /// How far chains disagree; 1 when they agree.
    pub disagreement: f64,
    /// Targets further than this are implausible.
    pub cutoff: f64,
    surface: Surface,
}

impl Fit {
    /// The largest distance of a target, in standard deviations, with these numbers (of all unknowns, as the prior scales
    /// them): history matching's implausibility.
    pub fn implausibility(&self, z: &[f64]) -> f64 {
        let part: Vec<f64> = self.surface.active.iter().filter_map(|i| z.get(*i).copied()).collect();
        self.surface.implausibility(&part)
    }
}

impl Fit {
    /// What the fitted draws give for other targets, such as those of a period that was held out.
    ///
    /// # Errors
    /// If stopped.
    pub fn foresee(
        &self,
        s: &Simulator<'_>,
        measures: &[String],
        plan: Plan,
        watch: &impl Watch,
    ) -> Result<Vec<Target>, FitError> {
        let points = simulate(s, self.z.iter().take(plan.checked).cloned().collect(), watch)?;
        let unknown = [f64::NAN; 3];
        let one = |(j, t): (usize, &target::Target)| {
            let futures = points.iter().flat_map(|p| p.futures.iter().map(move |f| f[j])).collect();
            met(t, measures, unknown, futures)
        };
        Ok(s.targets.iter().enumerate().map(one).collect())
    }
}

/// Emulated targets with all that may part them from the figures.
struct Surface {
    active: Vec<usize>,
    emulator: Emulator,
    /// Log variance of one replication: level and slope in the log of the mean.
    chance: Vec<(f64, f64)>,
    correlation: Matrix<f64>,
    replications: f64,
    value: Vec<f64>,
    fixed: Vec<f64>,
}

/// One simulated point: unknowns, mean by target, variance of one replication by target.
struct Point {
    z: Vec<f64>,
    mean: Vec<f64>,
    variance: Vec<f64>,
    residuals: Vec<Vec<f64>>,
    futures: Vec<Vec<f64>>,
}

impl Point {
    fn of(z: Vec<f64>, outputs: &[f64], targets: usize) -> Point {
        let futures: Vec<Vec<f64>> = outputs.chunks(targets.max(1)).map(<[f64]>::to_vec).collect();
        let r = futures.len().max(2) as f64;
        let mean: Vec<f64> = (0..targets).map(|j| futures.iter().map(|f| f[j]).sum::<f64>() / r).collect();
        let residuals: Vec<Vec<f64>> =
            futures.iter().map(|f| f.iter().zip(&mean).map(|(x, m)| x - m).collect()).collect();
        let variance =
            (0..targets).map(|j| residuals.iter().map(|e| e[j] * e[j]).sum::<f64>() / (r - 1.0)).collect();
        Point { z, mean, variance, residuals, futures }
    }
}

/// Fits the unknowns of a simulator to its targets.
///
/// # Errors
/// See [`FitError`].
pub fn fit(s: &Simulator<'_>, measures: &[String], plan: Plan, watch: &impl Watch) -> Result<Fit, FitError> {
    let n = s.prior.unknowns.len();
    if n == 0 {
        return Err(FitError::NoUnknown);
    }
    let key = Key::root(plan.seed, 0x7461_7267);
    let first = simulate(s, spread(plan.first.max(40), n, key.child(0)), watch)?;
    let failed = plan.first.max(40) - first.len();
    if first.len() * 2 < plan.first.max(40) {
        return Err(FitError::Failing(plan.first.max(40), first.len()));
    }
    let active = active(&first, n);
    if active.is_empty() {
        return Err(FitError::NothingInformed);
    }
    let futures = |points: &[Point], j: usize| -> Vec<f64> {
        points.iter().flat_map(|p| p.futures.iter().map(move |f| f[j])).collect()
    };
    let before: Vec<[f64; 3]> =
        (0..s.targets.len()).map(|j| percentiles(futures(&first, j), [0.025, 0.5, 0.975])).collect();
    let cutoff = cutoff(s.targets.len());
    let mut points = first;
    let learn =
        |points: &[Point], last: Option<&Surface>| Surface::learn(s, points, &active, plan.discrepancy, last);
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
        let new = simulate(s, next, watch)?;
        let failed = asked - new.len();
        let done = new.len();
        points.extend(new);
        if let Some(better) = learn(&points, Some(&surface)) {
            surface = better;
        }
        waves.push(Wave { points: done, failed, plausible: surface.plausible(cutoff, key.child(9)) });
    }
    let chains = sample(active.len(), key.child(1_000), |z| log_prior(z) + surface.log_likelihood(z));
    let mut z = spread(plan.draws, n, key.child(1_001));
    // chains are long: take every so manieth draw, from all of them in turn
    for (k, row) in z.iter_mut().enumerate() {
        let at = (k * 7_919 + 13) % plan.draws.max(1) * chains.draws.len() / plan.draws.max(1);
        if let Some(draw) = chains.draws.get(at) {
            active.iter().zip(draw).for_each(|(i, x)| row[*i] = *x);
        }
    }
    let checked = simulate(s, z.iter().take(plan.checked.min(plan.draws)).cloned().collect(), watch)?;
    let targets = s.targets.iter().zip(before).enumerate();
    let targets = targets.map(|(j, (t, prior))| met(t, measures, prior, futures(&checked, j))).collect();
    let values: Vec<Vec<f64>> = z.iter().map(|z| s.prior.values(z)).collect();
    let draws = Draws {
        paths: s.prior.unknowns.iter().map(|u| u.path.clone()).collect(),
        values: values.iter().map(|x| s.prior.texts(x)).collect(),
    };
    let informed = informed(s, &active, &z, &values);
    Ok(Fit { draws, z, informed, targets, waves, disagreement: chains.disagreement, cutoff, surface })
}

fn met(t: &target::Target, measures: &[String], prior: [f64; 3], futures: Vec<f64>) -> Target {
    let n = futures.len().max(2) as f64;
    let mean = futures.iter().sum::<f64>() / n;
    let spread =
        (futures.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0) + t.error * t.error).sqrt();
    Target {
        measure: measures.get(t.measure).cloned().unwrap_or_default(),
        period: t.period.clone(),
        value: t.value,
        prior,
        posterior: percentiles(futures, [0.025, 0.5, 0.975]),
        z: if spread > 0.0 { (t.value - mean) / spread } else { 0.0 },
    }
}

fn percentiles(mut x: Vec<f64>, at: [f64; 3]) -> [f64; 3] {
    x.sort_by(f64::total_cmp);
    at.map(|p| quantile(&x, p).unwrap_or(f64::NAN))
}

fn informed(s: &Simulator<'_>, active: &[usize], z: &[Vec<f64>], values: &[Vec<f64>]) -> Vec<Informed> {
    // variance of a standard normal cut at 2.5
    const PRIOR: f64 = 0.911_254_7;
    const TENTHS: [f64; 3] = [0.1, 0.5, 0.9];
    s.prior
        .unknowns
        .iter()
        .enumerate()
        .map(|(i, u)| {
            let fitted = active.contains(&i);
            let of: Vec<f64> = z.iter().map(|z| z[i]).collect();
            let mean = of.iter().sum::<f64>() / of.len().max(1) as f64;
            let variance = of.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / of.len().max(2) as f64;
            Informed {
                path: u.path.clone(),
                unit: u.unit.trim().to_string(),
                prior: [u.at(-1.281_55), u.value, u.at(1.281_55)],
                posterior: percentiles(values.iter().map(|v| v[i]).collect(), TENTHS),
                contraction: if fitted { (1.0 - variance / PRIOR).max(0.0) } else { 0.0 },
                fitted,
            }
        })
        .collect()
}

/// A distance that so many independent targets pass together with a chance of 99.5 %, at least [`IMPLAUSIBLE`].
fn cutoff(targets: usize) -> f64 {
    let p = 0.0025 / targets.max(1) as f64;
    (-crate::stats::special::normal_quantile(p)).max(IMPLAUSIBLE)
}

#[cfg(feature = "parallel")]
fn simulate(s: &Simulator<'_>, points: Vec<Vec<f64>>, watch: &impl Watch) -> Result<Vec<Point>, FitError> {
    use rayon::prelude::*;
    let one = |z: Vec<f64>| simulate_one(s, z, watch);
    points.into_par_iter().map(one).collect::<Result<Vec<_>, _>>().map(|p| p.into_iter().flatten().collect())
}

#[cfg(not(feature = "parallel"))]
fn simulate(s: &Simulator<'_>, points: Vec<Vec<f64>>, watch: &impl Watch) -> Result<Vec<Point>, FitError> {
    let all: Result<Vec<_>, _> = points.into_iter().map(|z| simulate_one(s, z, watch)).collect();
    all.map(|p| p.into_iter().flatten().collect())
}

fn simulate_one(s: &Simulator<'_>, z: Vec<f64>, watch: &impl Watch) -> Result<Option<Point>, FitError> {
    if watch.stop() {
        return Err(FitError::Stopped);
    }
    let outputs = s.outputs(&z);
    watch.done();
    Ok(outputs.map(|o| Point::of(z, &o, s.targets.len())))
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

impl Surface {
    fn learn(
        s: &Simulator<'_>,
        points: &[Point],
        active: &[usize],
        discrepancy: f64,
        last: Option<&Surface>,
    ) -> Option<Surface> {
        let terms = 1 + 2 * active.len();
        // the newest and most plausible points say most about where the targets are met
        let mut order: Vec<(f64, usize)> = points
            .iter()
            .enumerate()
            .map(|(i, p)| (last.map_or(0.0, |l| l.distance(&p.mean, &p.mean)), i))
            .collect();
        order.sort_by(|a, b| a.0.total_cmp(&b.0));
        let near = order.iter().filter(|o| o.0 < 8.0).count().max(4 * terms).min(MOST_POINTS);
        let used: Vec<&Point> = order.iter().take(near).filter_map(|o| points.get(o.1)).collect();
        let z: Vec<Vec<f64>> = used.iter().map(|p| active.iter().map(|i| p.z[*i]).collect()).collect();
        let means: Vec<Vec<f64>> = used.iter().map(|p| p.mean.clone()).collect();
        let emulator = Emulator::learn(&z, &means)?;
        let j = s.targets.len();
        Some(Surface {
            active: active.to_vec(),
            emulator,
            chance: (0..j).map(|t| chance(&used, t)).collect(),
            correlation: correlation(&used, j),
            replications: s.replications.max(2) as f64,
            value: s.targets.iter().map(|t| t.value).collect(),
            fixed: s
                .targets
                .iter()
                .map(|t| t.error * t.error + (discrepancy * t.value) * (discrepancy * t.value))
                .collect(),
        })
    }

    fn chance_at(&self, j: usize, mean: f64) -> f64 {
        let (level, slope) = self.chance.get(j).copied().unwrap_or((f64::NEG_INFINITY, 0.0));
        libm::exp(level + slope * libm::log(mean.abs().max(1e-9)))
    }

    fn covariance(&self, mean: &[f64]) -> Matrix<f64> {
        let n = mean.len();
        let sd: Vec<f64> = mean.iter().enumerate().map(|(j, m)| self.chance_at(j, *m).sqrt()).collect();
        // the mean of the replications is itself off by its share of chance, the same for all numbers tried
        let more = 1.0 + 1.0 / self.replications;
        let mut c = Matrix::zeros(n, n);
        for a in 0..n {
            for b in 0..n {
                let fixed = if a == b { self.fixed[a] + 1e-9 * (1.0 + mean[a] * mean[a]) } else { 0.0 };
                c.set(
                    a,
                    b,
                    more * sd[a] * sd[b] * self.correlation.at(a, b) + self.emulator.errors.at(a, b) + fixed,
                );
            }
        }
        c
    }

    fn log_likelihood(&self, z: &[f64]) -> f64 {
        let mean = self.emulator.mean(z);
        let Some(lower) = self.covariance(&mean).cholesky() else { return f64::NEG_INFINITY };
        let off: Vec<f64> = self.value.iter().zip(&mean).map(|(v, m)| v - m).collect();
        let w = lower.solve_lower(&off);
        let log_det: f64 = (0..w.len()).map(|i| libm::log(lower.at(i, i))).sum();
        -0.5 * w.iter().map(|x| x * x).sum::<f64>() - log_det
    }

    /// Largest distance of a target from these means, in standard deviations.
    fn distance(&self, mean: &[f64], at: &[f64]) -> f64 {
        let c = self.covariance(at);
        let one = |(j, (v, m)): (usize, (&f64, &f64))| (v - m).abs() / c.at(j, j).max(1e-300).sqrt();
        self.value.iter().zip(mean).enumerate().map(one).fold(0.0, f64::max)
    }

    fn implausibility(&self, z: &[f64]) -> f64 {
        let mean = self.emulator.mean(z);
        self.distance(&mean, &mean)
    }

    fn plausible(&self, cutoff: f64, key: Key) -> f64 {
        let points = spread(4_000, self.active.len(), key);
        points.iter().filter(|z| self.implausibility(z) < cutoff).count() as f64 / points.len() as f64
    }
}

/// How the log variance of one replication follows the log of its mean.
fn chance(points: &[&Point], j: usize) -> (f64, f64) {
    let pairs: Vec<(f64, f64)> = points
        .iter()
        .filter(|p| p.variance[j] > 0.0 && p.mean[j].abs() > 1e-9)
        .map(|p| (libm::log(p.mean[j].abs()), p.variance[j]))
        .collect();
    let n = pairs.len() as f64;
    if pairs.len() < 3 {
        return (-40.0, 0.0);
    }
    let x = pairs.iter().map(|p| p.0).sum::<f64>() / n;
    let y = pairs.iter().map(|p| libm::log(p.1)).sum::<f64>() / n;
    let xx: f64 = pairs.iter().map(|p| (p.0 - x) * (p.0 - x)).sum();
    let xy: f64 = pairs.iter().map(|p| (p.0 - x) * (libm::log(p.1) - y)).sum();
    let slope = if xx > 0.05 * n { (xy / xx).clamp(0.0, 3.0) } else { 1.0 };
    // the level is set on variances, whose logarithms lie below their means
    let ratio = pairs.iter().map(|p| p.1 / libm::exp(slope * p.0)).sum::<f64>() / n;
    (libm::log(ratio.max(1e-300)), slope)
}

/// Correlation of targets within a replication, shrunk a little towards none.
fn correlation(points: &[&Point], n: usize) -> Matrix<f64> {
    let mut sums = Matrix::zeros(n, n);
    for p in points {
        let sd: Vec<f64> = p.variance.iter().map(|v| v.sqrt()).collect();
        for e in &p.residuals {
            for a in 0..n {
                for b in 0..n {
                    if sd[a] > 0.0 && sd[b] > 0.0 {
                        sums.add(a, b, e[a] * e[b] / (sd[a] * sd[b]));
                    }
                }
            }
        }
    }
    let mut c = Matrix::identity(n);
    for a in 0..n {
        for b in 0..n {
            let scale = (sums.at(a, a) * sums.at(b, b)).sqrt();
            if a != b && scale > 0.0 {
                c.set(a, b, 0.95 * sums.at(a, b) / scale);
            }
        }
    }
    c
}
