//! From a log density to its mode and draws: quasi-Newton, then adaptive importance sampling.
//!
//! Parameters live in a box; they are worked on through a logistic map of each side, in which
//! posteriors are nearer to normal. The first proposal is Laplace's normal with Student's tails;
//! it is fitted again to its own weighted draws (Cappé et al. 2004, population Monte Carlo)
//! before the draws that count. The effective sample size says whether to believe them.

use super::matrix::Matrix;
use super::real::{Dual, Real};
use crate::base::rng::{Key, Purpose};
use crate::stats::special::normal_quantile;

/// Parameters differentiated in one pass.
const CHUNK: usize = 4;
/// Degrees of freedom of the proposal's tails.
const TAILS: usize = 8;
/// Rounds in which the proposal is fitted again.
const ROUNDS: u64 = 3;

/// The range of a parameter; the prior is flat on it unless the target says otherwise.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Bounds {
    /// Lowest value.
    pub low: f64,
    /// Highest value.
    pub high: f64,
}

/// A log density to be explored.
pub trait Target {
    /// The box of the parameters.
    fn bounds(&self) -> Vec<Bounds>;
    /// Log density, up to a constant; not finite where it has no sense.
    fn log_density<R: Real>(&self, theta: &[R]) -> R;
}

/// Mode, draws and moments.
#[derive(Clone, Debug)]
pub struct Posterior {
    /// Where the density is highest.
    pub mode: Vec<f64>,
    /// Log density there.
    pub log_density: f64,
    /// Standard deviations from the curvature at the mode (of the parameters as given).
    pub laplace_sd: Vec<f64>,
    /// Means of the draws, with their weights.
    pub mean: Vec<f64>,
    /// Standard deviations likewise.
    pub sd: Vec<f64>,
    /// Equally weighted draws.
    pub draws: Vec<Vec<f64>>,
    /// Effective number of independent draws behind mean and sd.
    pub effective: f64,
    /// Largest absolute derivative at the mode, in the mapped parameters.
    pub gradient: f64,
}

/// Why there is no posterior.
#[derive(Clone, PartialEq, Debug, thiserror::Error)]
pub enum PosteriorError {
    /// No start, or no parameter, or an empty box.
    #[error("the parameters need bounds that are finite and rise")]
    Bounds,
    /// The density could not be computed anywhere near.
    #[error("the density is not finite at the start")]
    Start,
    /// The curvature is not that of a peak: some direction is not identified.
    #[error("no single peak was found: the data do not identify all parameters")]
    NoPeak,
}

/// Finds the mode from `start` and draws `draws` parameter vectors.
pub fn explore<T: Target>(
    target: &T,
    start: &[f64],
    draws: usize,
    seed: u64,
) -> Result<Posterior, PosteriorError> {
    let bounds = target.bounds();
    let good = |b: &Bounds| b.low.is_finite() && b.high.is_finite() && b.low < b.high;
    if bounds.is_empty() || bounds.len() != start.len() || !bounds.iter().all(good) {
        return Err(PosteriorError::Bounds);
    }
    let mapped = Mapped { target, bounds: &bounds };
    let from: Vec<f64> = start.iter().zip(&bounds).map(|(&x, b)| b.back(x)).collect();
    let (z, value, gradient) = climb(&mapped, from)?;
    let curvature = mapped.curvature(&z);
    let factor = curvature.cholesky().ok_or(PosteriorError::NoPeak)?;
    let covariance = inverse(&factor);
    let mode: Vec<f64> = z.iter().zip(&bounds).map(|(&z, b)| b.map(z)).collect();
    let laplace_sd = (0..z.len()).map(|i| covariance.at(i, i).sqrt() * bounds[i].slope(z[i])).collect();
    let mut proposal = Proposal { centre: z, factor: covariance.cholesky().ok_or(PosteriorError::NoPeak)? };
    let key = Key::root(seed, 0);
    let values = |zs: &[Vec<f64>]| zs.iter().map(|z| mapped.with_slope(z)).collect::<Vec<f64>>();
    for round in 0..ROUNDS {
        let sample = proposal.sample(&values, 1_000.max(draws / 4), key.child(round));
        if let Some(better) = sample.fitted() {
            proposal = better;
        }
    }
    let mut sample = proposal.sample(&values, draws.clamp(100, 1_000_000), key.child(ROUNDS));
    for z in &mut sample.z {
        z.iter_mut().zip(&bounds).for_each(|(z, b)| *z = b.map(*z));
    }
    let (mean, sd) = sample.moments();
    Ok(Posterior {
        mode,
        log_density: value,
        laplace_sd,
        mean,
        sd,
        effective: sample.effective(),
        draws: sample.resampled(key.unit(Purpose::named("resample"), 0)),
        gradient,
    })
}

impl Bounds {
    fn map<R: Real>(&self, z: R) -> R {
        let share = R::one() / (R::one() + (-z).exp());
        R::of(self.low) + share.scale(self.high - self.low)
    }
    fn back(&self, x: f64) -> f64 {
        let share = ((x - self.low) / (self.high - self.low)).clamp(1e-9, 1.0 - 1e-9);
        libm::log(share / (1.0 - share))
    }
    fn slope(&self, z: f64) -> f64 {
        let share = 1.0 / (1.0 + libm::exp(-z));
        (self.high - self.low) * share * (1.0 - share)
    }
}

/// The target as a function of the mapped parameters.
struct Mapped<'a, T> {
    target: &'a T,
    bounds: &'a [Bounds],
}

impl<T: Target> Mapped<'_, T> {
    fn value(&self, z: &[f64]) -> f64 {
        let theta: Vec<f64> = z.iter().zip(self.bounds).map(|(&z, b)| b.map(z)).collect();
        let v = self.target.log_density(&theta);
        if v.is_finite() { v } else { f64::NEG_INFINITY }
    }

    /// Log density in the mapped parameters.
    fn with_slope(&self, z: &[f64]) -> f64 {
        let slope: f64 = z.iter().zip(self.bounds).map(|(&z, b)| libm::log(b.slope(z).max(1e-300))).sum();
        self.value(z) + slope
    }

    fn gradient(&self, z: &[f64]) -> Vec<f64> {
        let mut out = Vec::with_capacity(z.len());
        for begin in (0..z.len()).step_by(CHUNK) {
            let theta: Vec<Dual<CHUNK>> = z
                .iter()
                .enumerate()
                .zip(self.bounds)
                .map(|((i, &z), b)| b.map(Dual::variable(z, i.wrapping_sub(begin))))
                .collect();
            let d = self.target.log_density(&theta).d;
            out.extend(d.iter().take(z.len() - begin));
        }
        out
    }

    /// Minus the second derivatives, from differences of exact gradients.
    fn curvature(&self, z: &[f64]) -> Matrix<f64> {
        let n = z.len();
        let mut m = Matrix::zeros(n, n);
        for i in 0..n {
            let h = 1e-4 * z[i].abs().max(1.0);
            let mut moved = z.to_vec();
            moved[i] = z[i] + h;
            let up = self.gradient(&moved);
            moved[i] = z[i] - h;
            let down = self.gradient(&moved);
            for (j, (u, d)) in up.iter().zip(&down).enumerate() {
                let half = -0.25 * (u - d) / h;
                m.add(i, j, half);
                m.add(j, i, half);
            }
        }
        m
    }
}

/// Climbs to a mode by BFGS: the place, the value and the largest derivative there.
fn climb<T: Target>(mapped: &Mapped<'_, T>, start: Vec<f64>) -> Result<(Vec<f64>, f64, f64), PosteriorError> {
    let n = start.len();
    let (mut z, mut value) = (start.clone(), mapped.value(&start));
    if !value.is_finite() {
        return Err(PosteriorError::Start);
    }
    let mut gradient = mapped.gradient(&z);
    let mut inverse = Matrix::<f64>::identity(n).scaled(1e-2);
    for round in 0..300 {
        let largest = gradient.iter().fold(0.0f64, |m, g| m.max(g.abs()));
        if largest < 1e-9 {
            break;
        }
        let mut direction = inverse.left(&gradient);
        let slope: f64 = direction.iter().zip(&gradient).map(|(d, g)| d * g).sum();
        if slope.is_nan() || slope <= 0.0 {
            inverse = Matrix::identity(n).scaled(1e-2);
            direction = inverse.left(&gradient);
        }
        let longest = direction.iter().fold(0.0f64, |m, d| m.max(d.abs()));
        let mut step = (1.0 / longest.max(1e-300)).min(1.0);
        let next = loop {
            let to: Vec<f64> = z.iter().zip(&direction).map(|(z, d)| z + step * d).collect();
            let v = mapped.value(&to);
            if v > value {
                break Some((to, v));
            }
            step *= 0.4;
            if step < 1e-12 {
                break None;
            }
        };
        let Some((to, v)) = next else {
            if round == 0 || largest < 1e-4 {
                break;
            }
            inverse = Matrix::identity(n).scaled(1e-3 / largest.max(1.0));
            if largest < 1e-3 {
                break;
            }
            continue;
        };
        let g = mapped.gradient(&to);
        let s: Vec<f64> = to.iter().zip(&z).map(|(a, b)| a - b).collect();
        let y: Vec<f64> = gradient.iter().zip(&g).map(|(a, b)| a - b).collect();
        update(&mut inverse, &s, &y, round == 0);
        (z, value, gradient) = (to, v, g);
    }
    let largest = gradient.iter().fold(0.0f64, |m, g| m.max(g.abs()));
    Ok((z, value, largest))
}

/// The update of Broyden, Fletcher, Goldfarb and Shanno to an inverse curvature.
fn update(inverse: &mut Matrix<f64>, s: &[f64], y: &[f64], first: bool) {
    let n = s.len();
    let sy: f64 = s.iter().zip(y).map(|(a, b)| a * b).sum();
    if sy.is_nan() || sy <= 1e-300 {
        return;
    }
    if first {
        let yy: f64 = y.iter().map(|b| b * b).sum();
        *inverse = Matrix::identity(n).scaled(sy / yy);
    }
    let hy = inverse.left(y);
    let yhy: f64 = hy.iter().zip(y).map(|(a, b)| a * b).sum();
    for i in 0..n {
        for j in 0..n {
            let change = (1.0 + yhy / sy) * s[i] * s[j] / sy - (hy[i] * s[j] + s[i] * hy[j]) / sy;
            inverse.add(i, j, change);
        }
    }
}

fn inverse(factor: &Matrix<f64>) -> Matrix<f64> {
    let n = factor.rows();
    let mut out = Matrix::zeros(n, n);
    for i in 0..n {
        let mut unit = vec![0.0; n];
        unit[i] = 1.0;
        let column = factor.solve_lower_transposed(&factor.solve_lower(&unit));
        column.iter().enumerate().for_each(|(j, &x)| out.set(j, i, x));
    }
    out
}

/// A normal law with Student's tails.
struct Proposal {
    centre: Vec<f64>,
    factor: Matrix<f64>,
}

/// Weighted draws.
struct Sample {
    /// In the mapped parameters; in those as given for the last.
    z: Vec<Vec<f64>>,
    /// Add to 1.
    weight: Vec<f64>,
}

impl Proposal {
    fn sample(&self, values: &impl Fn(&[Vec<f64>]) -> Vec<f64>, count: usize, key: Key) -> Sample {
        let n = self.centre.len();
        let normal = Purpose::named("normal");
        let log_det: f64 = (0..n).map(|i| libm::log(self.factor.at(i, i))).sum();
        let (mut zs, mut proposed) = (Vec::new(), Vec::new());
        for k in 0..count as u64 {
            let key = key.child(k / 2);
            let draw = |i: usize| normal_quantile(key.unit(normal, i as u64));
            let chi: f64 = (0..TAILS).map(|i| draw(n + i)).map(|x| x * x).sum();
            // pairs mirror each other about the centre, which takes the odd errors out
            let sign = if k % 2 == 0 { 1.0 } else { -1.0 };
            let stretch = sign / (chi / TAILS as f64).sqrt();
            let e: Vec<f64> = (0..n).map(|i| draw(i) * stretch).collect();
            let z: Vec<f64> = (0..n)
                .map(|i| self.centre[i] + (0..=i).map(|j| self.factor.at(i, j) * e[j]).sum::<f64>())
                .collect();
            let square: f64 = e.iter().map(|x| x * x).sum();
            let tails = TAILS as f64;
            proposed.push(-0.5 * (tails + n as f64) * libm::log1p(square / tails) - log_det);
            zs.push(z);
        }
        let logs: Vec<f64> = values(&zs).into_iter().zip(proposed).map(|(v, p)| v - p).collect();
        let top = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let mut weight: Vec<f64> =
            logs.iter().map(|l| if top.is_finite() { libm::exp(l - top) } else { 0.0 }).collect();
        let sum: f64 = weight.iter().sum();
        weight.iter_mut().for_each(|w| *w /= sum.max(1e-300));
        Sample { z: zs, weight }
    }
}

impl Sample {
    fn effective(&self) -> f64 {
        1.0 / self.weight.iter().map(|w| w * w).sum::<f64>().max(1e-300)
    }

    fn moments(&self) -> (Vec<f64>, Vec<f64>) {
        let mean = weighted_mean(&self.z, &self.weight);
        let sd = (0..mean.len())
            .map(|i| {
                let gap = |t: &Vec<f64>| (t[i] - mean[i]) * (t[i] - mean[i]);
                self.z.iter().zip(&self.weight).map(|(t, w)| w * gap(t)).sum::<f64>().sqrt()
            })
            .collect();
        (mean, sd)
    }

    /// The proposal with the weighted mean and covariance; none if too few draws carry the weight.
    fn fitted(&self) -> Option<Proposal> {
        let n = self.z.first().map_or(0, Vec::len);
        if self.effective() < 10.0 * n as f64 {
            return None;
        }
        let centre = weighted_mean(&self.z, &self.weight);
        let mut covariance = Matrix::zeros(n, n);
        for (z, w) in self.z.iter().zip(&self.weight) {
            for i in 0..n {
                for j in 0..n {
                    covariance.add(i, j, w * (z[i] - centre[i]) * (z[j] - centre[j]));
                }
            }
        }
        Some(Proposal { centre, factor: covariance.cholesky()? })
    }

    /// Systematic resampling: as many draws, equally weighted.
    fn resampled(&self, u: f64) -> Vec<Vec<f64>> {
        let count = self.weight.len();
        let mut out = Vec::with_capacity(count);
        let mut sum = 0.0;
        for (z, w) in self.z.iter().zip(&self.weight) {
            sum += w * count as f64;
            while (out.len() as f64) + u < sum && out.len() < count {
                out.push(z.clone());
            }
        }
        out
    }
}

fn weighted_mean(x: &[Vec<f64>], weight: &[f64]) -> Vec<f64> {
    let n = x.first().map_or(0, Vec::len);
    (0..n).map(|i| x.iter().zip(weight).map(|(x, w)| w * x[i]).sum()).collect()
}
