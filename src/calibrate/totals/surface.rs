//! Targets for any numbers, learnt from simulated points: their means, and all that may part them from the figures.

use super::chance::Chance;
use super::emulate::Emulator;
use super::learnt::Linear;
use super::margin;
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
    /// Variance of one replication.
    chance: Vec<Chance>,
    /// Variance of a count beside its mean; none for what is no count.
    ratio: Vec<Option<Chance>>,
    correlation: Matrix<f64>,
    /// Independent replications behind the means, and degrees of freedom of what is known of their chance.
    independent: f64,
    freedom: f64,
    value: Vec<f64>,
    fixed: Vec<f64>,
    /// The figures as they are.
    figures: Vec<f64>,
}

/// The scale on which chance is nearest to normal.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Scale {
    /// As it is: shares, and what may be below nought.
    Plain,
    /// Twice the root of it and 3/8 (Anscombe 1948): the spread of few and of many is then alike.
    Root,
    /// The same, of whole numbers.
    Count,
}

/// What is added to a count under the root.
const ANSCOMBE: f64 = 0.375;

impl Scale {
    fn of(self, x: f64) -> f64 {
        match self {
            Scale::Plain => x,
            Scale::Root | Scale::Count => 2.0 * (x.max(0.0) + ANSCOMBE).sqrt(),
        }
    }

    /// How much faster than the figure itself it grows.
    fn slope(self, x: f64) -> f64 {
        match self {
            Scale::Plain => 1.0,
            Scale::Root | Scale::Count => 1.0 / (x.max(0.0) + ANSCOMBE).sqrt(),
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

    /// Variance of one replication of a target as it is.
    fn count_variance(&self, j: usize) -> f64 {
        let n = self.futures.len().max(2) as f64;
        let mean = self.futures.iter().map(|f| f[j]).sum::<f64>() / n;
        self.futures.iter().map(|f| (f[j] - mean) * (f[j] - mean)).sum::<f64>() / (n - 1.0)
    }
}

/// Counts are taken by their roots; shares (all at most 1) and what falls below nought as they are.
pub(super) fn scales(points: &[Point], targets: usize) -> Vec<Scale> {
    let one = |j: usize| {
        let all = || points.iter().flat_map(|p| p.futures.iter().map(move |f| f[j]));
        if all().any(|x| x < 0.0) || all().all(|x| x <= 1.0) {
            Scale::Plain
        } else if all().all(|x| x.fract() == 0.0) {
            Scale::Count
        } else {
            Scale::Root
        }
    };
    (0..targets).map(one).collect()
}

/// Mean of a count from mean and variance of its root, which is exact; the root of a count is never below that of nought.
fn count_mean(mean: f64, variance: f64) -> f64 {
    let mean = mean.max(Scale::Count.of(0.0));
    ((mean * mean + variance) / 4.0 - ANSCOMBE).max(FEWEST)
}

/// Least mean of a count.
const FEWEST: f64 = 1e-3;

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
        let of = |t: usize| used.iter().map(|p| p.variance[t]).collect::<Vec<f64>>();
        let chance: Vec<Chance> = (0..j).map(|t| Chance::learn(&z, &of(t), &vec![1.0; z.len()])).collect();
        let emulated: Vec<Vec<f64>> = z.iter().map(|z| emulator.mean(z)).collect();
        let ratio = (0..j)
            .map(|t| {
                let mean = |(z, m): (&Vec<f64>, &Vec<f64>)| count_mean(m[t], chance[t].at(z));
                let means: Vec<f64> = z.iter().zip(&emulated).map(mean).collect();
                (scales[t] == Scale::Count).then(|| ratio(&z, &used, &means, t))
            })
            .collect();
        Some(Surface {
            active: active.to_vec(),
            emulator,
            chance,
            ratio,
            correlation: correlation(&used, j, freedom),
            independent: blocks * replications,
            freedom,
            value: s.targets.iter().zip(scales).map(|(t, scale)| scale.of(t.value)).collect(),
            fixed: s.targets.iter().zip(scales).map(|(t, scale)| fixed(t, *scale, discrepancy)).collect(),
            figures: s.targets.iter().map(|t| t.value).collect(),
        })
    }

    /// By how much chance counts for more: the means are themselves off by their share of it, much the same for all numbers tried.
    fn more(&self) -> f64 {
        1.0 + 1.0 / self.independent
    }

    /// Variance of a target that is not chance: the emulator's error, the figure's and the discrepancy.
    fn beside(&self, j: usize) -> f64 {
        self.emulator.errors.at(j, j) + self.fixed[j] + 1e-9 * (1.0 + self.value[j] * self.value[j])
    }

    fn covariance(&self, z: &[f64]) -> Matrix<f64> {
        let sd: Vec<f64> = self.chance.iter().map(|c| c.at(z).sqrt()).collect();
        let n = sd.len();
        let more = self.more();
        let mut c = Matrix::zeros(n, n);
        for a in 0..n {
            for b in 0..n {
                let beside = if a == b { self.beside(a) } else { self.emulator.errors.at(a, b) };
                c.set(a, b, more * sd[a] * sd[b] * self.correlation.at(a, b) + beside);
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

    /// Log likelihood of the figures with these numbers, up to a constant. Each figure has a margin of its own, and these are
    /// joined by a normal copula (An, Nott & Drovandi 2020): a count has the chance of a whole number under a law that may be
    /// skew ([`margin`]), all else is normal. What joins them is known from a limited number of replications, so that it has the
    /// tails of a t (Sellentin & Heavens 2016); where no figure is a count this is their t likelihood.
    ///
    /// A density would be wrong for few: where next to nobody gives up, none is all but certain, but a density at none grows
    /// beyond all bounds as chance goes to nought and draws the numbers there.
    pub fn log_likelihood(&self, z: &[f64]) -> f64 {
        let mean = self.emulator.mean(z);
        let covariance = self.covariance(z);
        let n = mean.len();
        let sd: Vec<f64> = (0..n).map(|j| covariance.at(j, j).sqrt()).collect();
        let mut joined = Matrix::zeros(n, n);
        for a in 0..n {
            (0..n).for_each(|b| joined.set(a, b, covariance.at(a, b) / (sd[a] * sd[b])));
        }
        let Some(lower) = joined.cholesky() else { return f64::NEG_INFINITY };
        let mut margins = 0.0;
        let scores: Vec<f64> = (0..n)
            .map(|j| match &self.ratio[j] {
                Some(ratio) => {
                    let found = self.count(j, (mean[j], self.chance[j].at(z), ratio.at(z)));
                    margins += found.log_chance + 0.5 * found.score * found.score;
                    found.score
                }
                None => {
                    margins -= libm::log(sd[j]);
                    (self.value[j] - mean[j]) / sd[j]
                }
            })
            .collect();
        let square: f64 = lower.solve_lower(&scores).iter().map(|x| x * x).sum();
        let log_det: f64 = (0..n).map(|i| libm::log(lower.at(i, i))).sum();
        margins - 0.5 * (self.freedom + 1.0) * libm::log1p(square / self.freedom) - log_det
    }

    /// Where a count lies under its margin, from mean and variance of its root and its variance beside its mean: what is not
    /// chance widens it, and is known on the scale of roots.
    fn count(&self, j: usize, (mean, variance, ratio): (f64, f64, f64)) -> margin::Placed {
        let mean = count_mean(mean, self.more() * variance + self.emulator.errors.at(j, j));
        let beside = self.beside(j) * (mean + ANSCOMBE) / mean;
        margin::count(self.figures[j], mean, self.more() * ratio + beside)
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

/// Variance of a count beside its mean, as a surface of the numbers: about 1 where few come each by itself, so that it is known
/// where there are none as well, where a variance goes to nought. The fewer a count, the less a point says.
fn ratio(z: &[Vec<f64>], points: &[&Point], means: &[f64], j: usize) -> Chance {
    let found: Vec<f64> = points.iter().zip(means).map(|(p, m)| p.count_variance(j) / m).collect();
    let weights: Vec<f64> = means.iter().map(|m| 2.0 * m / (1.0 + 2.0 * m)).collect();
    Chance::learn(z, &found, &weights)
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

    /// A Poisson count by inversion.
    fn poisson(mean: f64, u: f64) -> f64 {
        let (mut k, mut chance) = (0.0, libm::exp(-mean));
        let mut sum = chance;
        while u > sum && k < 1_000.0 {
            k += 1.0;
            chance *= mean / k;
            sum += chance;
        }
        k
    }

    /// Counts that come each by itself have a variance as large as their mean, where they are few too: 300 points of eight
    /// replications with means from next to nothing to 50. About 150 of them count, for 3 terms: four standard errors are 0.3.
    #[test]
    fn few_vary_as_many_do() {
        let mean = |z: &[f64]| libm::exp(2.0 * z[0] - 1.0);
        let z = spread(300, 1, Key::root(11, 0));
        let points: Vec<Point> = z
            .iter()
            .enumerate()
            .map(|(k, z)| {
                let key = Key::root(11, 1).child(k as u64);
                let outputs: Vec<f64> =
                    (0..8).map(|i| poisson(mean(z), key.unit(Purpose::named("luck"), i))).collect();
                Point::of(z.clone(), 0, &outputs, 1)
            })
            .collect();
        assert_eq!(scales(&points, 1), [Scale::Count]);
        let all: Vec<&Point> = points.iter().collect();
        let means: Vec<f64> = z.iter().map(|z| mean(z)).collect();
        let found = ratio(&z, &all, &means, 0);
        for z in [-0.5, 0.0, 1.0] {
            let off = libm::log(found.at(&[z]));
            assert!(off.abs() < 0.3, "{off} at {z}");
        }
    }

    /// The mean of a count is that of its roots' mean and variance, to the last digit.
    #[test]
    fn a_count_has_the_mean_of_its_roots() {
        let counts = [0.0, 0.0, 1.0, 5.0];
        let roots = counts.map(|x| Scale::Count.of(x));
        let mean = roots.iter().sum::<f64>() / 4.0;
        let variance = roots.iter().map(|r| (r - mean) * (r - mean)).sum::<f64>() / 4.0;
        assert!((count_mean(mean, variance) - 1.5).abs() < 1e-12);
        assert!((count_mean(0.9, 0.0) - FEWEST).abs() < 1e-12);
    }
}
