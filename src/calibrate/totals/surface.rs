//! Targets for any numbers, learnt from simulated points: their means, and all that may part them from the figures.

use super::emulate::{Emulator, basis, dot};
use super::learnt::Linear;
use super::sample::spread;
use super::simulate::{BLOCKS, Simulator};
use super::target;
use crate::base::rng::Key;
use crate::calibrate::moments::matrix::Matrix;

/// Most points an emulator learns from.
const MOST_POINTS: usize = 320;

/// Emulated targets with all that may part them from the figures.
pub(super) struct Surface {
    pub active: Vec<usize>,
    emulator: Emulator,
    /// Log variance of one replication.
    chance: Vec<Chance>,
    correlation: Matrix<f64>,
    /// Independent replications behind the means, and degrees of freedom of what is known of their chance.
    independent: f64,
    freedom: f64,
    value: Vec<f64>,
    fixed: Vec<f64>,
}

/// The scale on which chance is nearest to normal.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Scale {
    /// As it is: shares, and what may be below nought.
    Plain,
    /// Twice the root of the count and 3/8 (Anscombe 1948): the spread of few and of many is then alike.
    Root,
}

impl Scale {
    fn of(self, x: f64) -> f64 {
        match self {
            Scale::Plain => x,
            Scale::Root => 2.0 * (x.max(0.0) + 0.375).sqrt(),
        }
    }

    /// How much faster than the figure itself it grows.
    fn slope(self, x: f64) -> f64 {
        match self {
            Scale::Plain => 1.0,
            Scale::Root => 1.0 / (x.max(0.0) + 0.375).sqrt(),
        }
    }
}

/// One simulated point: unknowns, block of random numbers and futures; and on the scale of each target, mean and variance of one replication.
pub(super) struct Point {
    pub z: Vec<f64>,
    block: usize,
    pub futures: Vec<Vec<f64>>,
    pub mean: Vec<f64>,
    variance: Vec<f64>,
    residuals: Vec<Vec<f64>>,
}

impl Point {
    pub fn of(z: Vec<f64>, block: usize, outputs: &[f64], targets: usize) -> Point {
        let futures: Vec<Vec<f64>> = outputs.chunks(targets.max(1)).map(<[f64]>::to_vec).collect();
        let mut out =
            Point { z, block, futures, mean: Vec::new(), variance: Vec::new(), residuals: Vec::new() };
        out.scaled(&vec![Scale::Plain; targets]);
        out
    }

    pub fn scaled(&mut self, scales: &[Scale]) {
        let r = self.futures.len().max(2) as f64;
        let of = |f: &[f64]| scales.iter().zip(f).map(|(s, x)| s.of(*x)).collect::<Vec<f64>>();
        let scaled: Vec<Vec<f64>> = self.futures.iter().map(|f| of(f)).collect();
        let targets = 0..scales.len();
        self.mean = targets.clone().map(|j| scaled.iter().map(|f| f[j]).sum::<f64>() / r).collect();
        self.residuals =
            scaled.iter().map(|f| f.iter().zip(&self.mean).map(|(x, m)| x - m).collect()).collect();
        let square = |j: usize| self.residuals.iter().map(|e| e[j] * e[j]).sum::<f64>();
        self.variance = targets.map(|j| square(j) / (r - 1.0)).collect();
    }
}

/// Counts are taken by their roots; shares (all at most 1) and what falls below nought as they are.
pub(super) fn scales(points: &[Point], targets: usize) -> Vec<Scale> {
    let one = |j: usize| {
        let all = || points.iter().flat_map(|p| p.futures.iter().map(move |f| f[j]));
        if all().any(|x| x < 0.0) || all().all(|x| x <= 1.0) { Scale::Plain } else { Scale::Root }
    };
    (0..targets).map(one).collect()
}

/// Variance of a figure itself: its error, its rounding and the discrepancy.
fn fixed(t: &target::Target, scale: Scale, discrepancy: f64) -> f64 {
    let slope = scale.slope(t.value);
    slope * slope * (t.error * t.error + (discrepancy * t.value) * (discrepancy * t.value))
}

impl Surface {
    pub fn learn(
        s: &Simulator<'_>,
        points: &[Point],
        active: &[usize],
        scales: &[Scale],
        discrepancy: f64,
        last: Option<&Surface>,
    ) -> Option<Surface> {
        let terms = 1 + 2 * active.len();
        let part = |p: &Point| active.iter().map(|i| p.z[*i]).collect::<Vec<f64>>();
        // the newest and most plausible points say most about where the targets are met
        let mut order: Vec<(f64, usize)> = points
            .iter()
            .enumerate()
            // by what is emulated there: points picked by their own luck would lean to the figures
            .map(|(i, p)| (last.map_or(0.0, |l| l.implausibility(&part(p))), i))
            .collect();
        order.sort_by(|a, b| a.0.total_cmp(&b.0));
        let near = order.iter().filter(|o| o.0 < 8.0).count().max(4 * terms).min(MOST_POINTS);
        let used: Vec<&Point> = order.iter().take(near).filter_map(|o| points.get(o.1)).collect();
        let z: Vec<Vec<f64>> = used.iter().map(|p| part(p)).collect();
        let means: Vec<Vec<f64>> = used.iter().map(|p| p.mean.clone()).collect();
        let blocks: Vec<usize> = used.iter().map(|p| p.block).collect();
        let emulator = Emulator::learn(&z, &blocks, &means)?;
        let blocks = BLOCKS.min(used.len()) as f64;
        let replications = s.replications.max(2) as f64;
        let freedom = blocks * (replications - 1.0);
        let j = s.targets.len();
        Some(Surface {
            active: active.to_vec(),
            emulator,
            chance: (0..j).map(|t| Chance::learn(&z, &used, t)).collect(),
            correlation: correlation(&used, j, freedom),
            independent: blocks * replications,
            freedom,
            value: s.targets.iter().zip(scales).map(|(t, scale)| scale.of(t.value)).collect(),
            fixed: s.targets.iter().zip(scales).map(|(t, scale)| fixed(t, *scale, discrepancy)).collect(),
        })
    }

    fn covariance(&self, z: &[f64]) -> Matrix<f64> {
        let sd: Vec<f64> = self.chance.iter().map(|c| c.at(z).sqrt()).collect();
        let n = sd.len();
        // the means are themselves off by their share of chance, much the same for all numbers tried
        let more = 1.0 + 1.0 / self.independent;
        let mut c = Matrix::zeros(n, n);
        for a in 0..n {
            for b in 0..n {
                let fixed =
                    if a == b { self.fixed[a] + 1e-9 * (1.0 + self.value[a] * self.value[a]) } else { 0.0 };
                let chance = more * sd[a] * sd[b] * self.correlation.at(a, b);
                c.set(a, b, chance + self.emulator.errors.at(a, b) + fixed);
            }
        }
        c
    }

    /// The same with another discrepancy.
    pub fn with_discrepancy(mut self, s: &Simulator<'_>, scales: &[Scale], discrepancy: f64) -> Surface {
        self.fixed = s.targets.iter().zip(scales).map(|(t, scale)| fixed(t, *scale, discrepancy)).collect();
        self
    }

    /// Sum of squares of what parts the figures from these numbers, in standard deviations and apart from one another.
    pub fn square(&self, z: &[f64]) -> f64 {
        let off: Vec<f64> = self.value.iter().zip(self.emulator.mean(z)).map(|(v, m)| v - m).collect();
        self.covariance(z)
            .cholesky()
            .map_or(f64::INFINITY, |l| l.solve_lower(&off).iter().map(|x| x * x).sum())
    }

    /// The targets as linear in the fitted numbers about these.
    pub fn linear(&self, z: &[f64]) -> Linear {
        const STEP: f64 = 0.1;
        let mean = self.emulator.mean(z);
        let mut off: Vec<f64> = self.value.iter().zip(&mean).map(|(v, m)| v - m).collect();
        let mut slopes = Vec::new();
        for (k, i) in self.active.iter().enumerate() {
            let mut there = z.to_vec();
            there[k] += STEP;
            let slope: Vec<f64> =
                self.emulator.mean(&there).iter().zip(&mean).map(|(a, b)| (a - b) / STEP).collect();
            off.iter_mut().zip(&slope).for_each(|(o, s)| *o += z[k] * s);
            slopes.push((*i, slope));
        }
        Linear { slopes, covariance: self.covariance(z), off }
    }

    /// Log likelihood of the figures with these numbers, up to a constant: normal but for its covariance, which is known from
    /// a limited number of replications, so that it has the tails of a t (Sellentin & Heavens 2016).
    pub fn log_likelihood(&self, z: &[f64]) -> f64 {
        let mean = self.emulator.mean(z);
        let Some(lower) = self.covariance(z).cholesky() else { return f64::NEG_INFINITY };
        let off: Vec<f64> = self.value.iter().zip(&mean).map(|(v, m)| v - m).collect();
        let w = lower.solve_lower(&off);
        let log_det: f64 = (0..w.len()).map(|i| libm::log(lower.at(i, i))).sum();
        let square: f64 = w.iter().map(|x| x * x).sum();
        -0.5 * (self.freedom + 1.0) * libm::log1p(square / self.freedom) - log_det
    }

    /// Largest distance of a target from these means, in the standard deviations of these numbers.
    fn distance(&self, mean: &[f64], z: &[f64]) -> f64 {
        let c = self.covariance(z);
        let one = |(j, (v, m)): (usize, (&f64, &f64))| (v - m).abs() / c.at(j, j).max(1e-300).sqrt();
        self.value.iter().zip(mean).enumerate().map(one).fold(0.0, f64::max)
    }

    pub fn implausibility(&self, z: &[f64]) -> f64 {
        self.distance(&self.emulator.mean(z), z)
    }

    pub fn plausible(&self, cutoff: f64, key: Key) -> f64 {
        let points = spread(4_000, self.active.len(), key);
        points.iter().filter(|z| self.implausibility(z) < cutoff).count() as f64 / points.len() as f64
    }
}

/// Variance of one replication of a target: its logarithm is a surface of second order in the numbers, fitted to the variances
/// found at the points as a gamma law has them (McCullagh & Nelder 1989, ch. 8), which may be nought.
struct Chance {
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

impl Chance {
    fn learn(z: &[Vec<f64>], points: &[&Point], j: usize) -> Chance {
        let variance: Vec<f64> = points.iter().map(|p| p.variance[j]).collect();
        let n = variance.len().max(1) as f64;
        let mean = (variance.iter().sum::<f64>() / n).max(1e-18);
        let least = libm::log((LEAST * variance.iter().copied().fold(0.0, f64::max)).max(1e-18));
        let d = z.first().map_or(0, Vec::len);
        let products = variance.len() >= AMPLE * (1 + 2 * d + d * d.saturating_sub(1) / 2);
        let rows: Vec<Vec<f64>> = z.iter().map(|z| second_order(z, products)).collect();
        let terms = rows.first().map_or(1, Vec::len);
        let mut gram = Matrix::zeros(terms, terms);
        for row in &rows {
            for a in 0..terms {
                (0..terms).for_each(|b| gram.add(a, b, row[a] * row[b]));
            }
        }
        (0..terms).for_each(|a| gram.add(a, a, if a == 0 { 1e-9 } else { STIFF }));
        let mut coefficients = vec![0.0; terms];
        coefficients[0] = libm::log(mean);
        // with a logarithm as link every point counts alike in every step
        let lower = gram.cholesky();
        for _ in 0..SCORINGS {
            let Some(lower) = &lower else { break };
            let mut score: Vec<f64> =
                coefficients.iter().enumerate().map(|(a, c)| if a == 0 { 0.0 } else { -STIFF * c }).collect();
            for (row, v) in rows.iter().zip(&variance) {
                let off = v / libm::exp(dot(row, &coefficients).max(least)) - 1.0;
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
        let found = rows.iter().map(|r| dot(r, &coefficients).max(least));
        let (low, high) = found.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), x| (l.min(x), h.max(x)));
        Chance { coefficients, products, low, high }
    }

    fn at(&self, z: &[f64]) -> f64 {
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

/// Correlation of targets within a replication, known with so many degrees of freedom, shrunk towards none by as much as its
/// own noise asks for (Schäfer & Strimmer 2005).
fn correlation(points: &[&Point], n: usize, freedom: f64) -> Matrix<f64> {
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
    let (mut noise, mut size) = (0.0, 0.0);
    for a in 0..n {
        for b in 0..n {
            let scale = (sums.at(a, a) * sums.at(b, b)).sqrt();
            if a != b && scale > 0.0 {
                let r = sums.at(a, b) / scale;
                c.set(a, b, r);
                noise += (1.0 - r * r) * (1.0 - r * r) / freedom.max(1.0);
                size += r * r;
            }
        }
    }
    let kept = if size > 0.0 { (1.0 - noise / size).clamp(0.0, 0.999) } else { 0.0 };
    for a in 0..n {
        (0..n).filter(|b| *b != a).for_each(|b| c.set(a, b, kept * c.at(a, b)));
    }
    c
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::rng::Purpose;
    use crate::stats::special::normal_quantile;

    /// Sample variances of eight replications about a surface with a product are met within four standard errors of a log
    /// variance at points inside: 6 terms, 300 points, variance 2/7 of each.
    #[test]
    fn a_variance_that_leans_on_a_product_is_learnt() {
        let truth = |z: &[f64]| 1.0 + 0.8 * z[0] + 0.5 * z[0] * z[1];
        let z = spread(300, 2, Key::root(9, 0));
        let luck = |k: u64, i: u64| normal_quantile(Key::root(9, 1).child(k).unit(Purpose::named("luck"), i));
        let points: Vec<Point> = z
            .iter()
            .enumerate()
            .map(|(k, z)| {
                let sd = libm::exp(0.5 * truth(z));
                let outputs: Vec<f64> = (0..8).map(|i| 50.0 + sd * luck(k as u64, i)).collect();
                Point::of(z.clone(), 0, &outputs, 1)
            })
            .collect();
        let all: Vec<&Point> = points.iter().collect();
        let found = Chance::learn(&z, &all, 0);
        for z in [[0.0, 0.0], [1.0, 0.5], [-0.8, 0.9], [0.5, -1.0]] {
            let off = libm::log(found.at(&z)) - truth(&z);
            assert!(off.abs() < 4.0 * (6.0 / 300.0 * 2.0 / 7.0f64).sqrt(), "{off} at {z:?}");
        }
    }
}
