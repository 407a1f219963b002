//! A Gaussian process for each target: what the simulator would give for numbers that were not tried.
//!
//! Mean 1, z, z² with a squared-exponential remainder, and a part that points simulated with the same random numbers (a
//! block) have in common (Schruben & Margolin 1978). Its length, its strength and the variance of that part are chosen from a
//! few by marginal likelihood (Kennedy & O'Hagan 2001). Leave-one-out errors (Dubrule 1983) stand for its own error, for the numbers that
//! are left at their prior, and for noise.

use crate::calibrate::moments::matrix::Matrix;

/// Variances that points with the same random numbers have in common, to choose from, beside unit noise of their own.
const SHARED: [f64; 3] = [0.0, 1.0, 8.0];

/// Ridge on the coefficients of the mean, beside unit noise.
const RIDGE: f64 = 1e-6;
const LENGTHS: [f64; 3] = [1.0, 2.0, 4.0];
const STRENGTHS: [f64; 4] = [0.0, 1.0, 10.0, 100.0];

/// Emulators of all targets over the same points.
pub struct Emulator {
    /// Points.
    points: Vec<Vec<f64>>,
    outputs: Vec<One>,
    /// Covariance of leave-one-out errors.
    pub errors: Matrix<f64>,
}

struct One {
    length: f64,
    strength: f64,
    beta: Vec<f64>,
    alpha: Vec<f64>,
}

pub(super) fn basis(z: &[f64]) -> Vec<f64> {
    std::iter::once(1.0).chain(z.iter().copied()).chain(z.iter().map(|x| x * x)).collect()
}

fn kernel(a: &[f64], b: &[f64], length: f64) -> f64 {
    let d: f64 = a.iter().zip(b).map(|(x, y)| (x - y) * (x - y)).sum();
    libm::exp(-0.5 * d / (length * length))
}

pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// A factored covariance with the mean's basis carried through it.
struct Frame {
    lower: Matrix<f64>,
    basis: Vec<Vec<f64>>,
    normal: Matrix<f64>,
    log_det: f64,
    /// Diagonal of the inverse.
    precision: Vec<f64>,
}

impl Frame {
    fn new(points: &[Vec<f64>], blocks: &[usize], length: f64, strength: f64, shared: f64) -> Option<Frame> {
        let n = points.len();
        let mut k = Matrix::identity(n);
        for (i, a) in blocks.iter().enumerate() {
            for (j, _) in blocks.iter().enumerate().filter(|(_, b)| *b == a) {
                k.add(i, j, shared);
            }
        }
        if strength > 0.0 {
            for (i, a) in points.iter().enumerate() {
                for (j, b) in points.iter().enumerate() {
                    k.add(i, j, strength * kernel(a, b, length));
                }
            }
        }
        let lower = k.cholesky()?;
        let rows: Vec<Vec<f64>> = points.iter().map(|p| basis(p)).collect();
        let p = rows.first()?.len();
        let column = |c: usize| rows.iter().map(|r| r.get(c).copied().unwrap_or(0.0)).collect::<Vec<f64>>();
        let basis: Vec<Vec<f64>> = (0..p).map(|c| lower.solve_lower(&column(c))).collect();
        let mut gram = Matrix::zeros(p, p);
        for i in 0..p {
            for j in 0..p {
                gram.set(i, j, dot(&basis[i], &basis[j]) + if i == j { RIDGE } else { 0.0 });
            }
        }
        let log_det = 2.0 * (0..n).map(|i| libm::log(lower.at(i, i))).sum::<f64>();
        let unit = |i: usize| (0..n).map(|k| f64::from(u8::from(k == i))).collect::<Vec<f64>>();
        let precision = (0..n)
            .map(|i| {
                let x = lower.solve_lower(&unit(i));
                dot(&x, &x)
            })
            .collect();
        Some(Frame { lower, basis, normal: gram.cholesky()?, log_det, precision })
    }

    /// Coefficients, whitened residuals and the profile log likelihood.
    fn fit(&self, y: &[f64]) -> (Vec<f64>, Vec<f64>, f64) {
        let w = self.lower.solve_lower(y);
        let right: Vec<f64> = self.basis.iter().map(|b| dot(b, &w)).collect();
        let beta = self.normal.solve_lower_transposed(&self.normal.solve_lower(&right));
        let mut r = w;
        for (b, c) in self.basis.iter().zip(&beta) {
            r.iter_mut().zip(b).for_each(|(r, b)| *r -= c * b);
        }
        let n = r.len() as f64;
        let s2 = (dot(&r, &r) / n).max(1e-300);
        (beta, r, -0.5 * (n * libm::log(s2) + self.log_det))
    }

    /// Leave-one-out errors of the remainder, the mean's coefficients kept.
    fn left_out(&self, alpha: &[f64]) -> Vec<f64> {
        alpha.iter().zip(&self.precision).map(|(a, p)| a / p.max(1e-12)).collect()
    }
}

impl Emulator {
    /// Learns from points, the block of random numbers of each, and the outputs there (by point, then target); none if there
    /// are too few.
    pub fn learn(points: &[Vec<f64>], blocks: &[usize], outputs: &[Vec<f64>]) -> Option<Emulator> {
        let (n, d, j) = (points.len(), points.first()?.len(), outputs.first()?.len());
        let terms = 1 + 2 * d;
        if n < terms + 4 {
            return None;
        }
        let mut best: Vec<Option<(f64, One, Vec<f64>)>> = (0..j).map(|_| None).collect();
        for strength in STRENGTHS {
            for (length, shared) in LENGTHS.into_iter().flat_map(|l| SHARED.map(|s| (l, s))) {
                if strength == 0.0 && length > LENGTHS[0] {
                    continue;
                }
                let Some(frame) = Frame::new(points, blocks, length, strength, shared) else { continue };
                for (t, best) in best.iter_mut().enumerate() {
                    let y: Vec<f64> = outputs.iter().map(|o| o.get(t).copied().unwrap_or(0.0)).collect();
                    let (beta, r, likely) = frame.fit(&y);
                    if best.as_ref().is_none_or(|b| likely > b.0) {
                        let alpha = frame.lower.solve_lower_transposed(&r);
                        // the mean's coefficients were fitted to the same points
                        let used = (n as f64 / (n - terms) as f64).sqrt();
                        let errors = frame.left_out(&alpha).iter().map(|e| e * used).collect();
                        *best = Some((likely, One { length, strength, beta, alpha }, errors));
                    }
                }
            }
        }
        let found: Option<Vec<_>> = best.into_iter().collect();
        let (mut ones, mut errors) = (Vec::new(), Vec::new());
        for (_, one, e) in found? {
            ones.push(one);
            errors.push(e);
        }
        let mut covariance = Matrix::zeros(j, j);
        for a in 0..j {
            for b in 0..j {
                covariance.set(a, b, dot(&errors[a], &errors[b]) / n as f64);
            }
        }
        Some(Emulator { points: points.to_vec(), outputs: ones, errors: covariance })
    }

    /// What the simulator would give on average.
    pub fn mean(&self, z: &[f64]) -> Vec<f64> {
        let b = basis(z);
        let needed = |length: f64| self.outputs.iter().any(|o| o.strength > 0.0 && o.length == length);
        let kernels: Vec<(f64, Vec<f64>)> = LENGTHS
            .iter()
            .filter(|l| needed(**l))
            .map(|&l| (l, self.points.iter().map(|p| kernel(p, z, l)).collect()))
            .collect();
        let one = |o: &One| {
            let k = kernels.iter().find(|k| o.strength > 0.0 && k.0 == o.length);
            dot(&b, &o.beta) + k.map_or(0.0, |k| o.strength * dot(&k.1, &o.alpha))
        };
        self.outputs.iter().map(one).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A curved surface is met between the points, and leave-one-out errors say how nearly.
    #[test]
    fn a_curved_surface_is_learnt() {
        let points: Vec<Vec<f64>> = (0..80)
            .map(|k| vec![f64::from(k * 37 % 80) / 20.0 - 2.0, f64::from(k * 59 % 80) / 20.0 - 2.0])
            .collect();
        let truth = |z: &[f64]| vec![100.0 * libm::exp(0.3 * z[0] - 0.2 * z[1]), 5.0 - z[0] * z[1]];
        let outputs: Vec<Vec<f64>> = points.iter().map(|p| truth(p)).collect();
        let own: Vec<usize> = (0..80).collect();
        let e = Emulator::learn(&points, &own, &outputs).unwrap();
        for z in [[0.3, -0.7], [1.1, 1.2], [-1.5, 0.2]] {
            let (found, real) = (e.mean(&z), truth(&z));
            assert!((found[0] / real[0] - 1.0).abs() < 0.01, "{found:?} {real:?}");
            assert!((found[1] - real[1]).abs() < 0.1, "{found:?} {real:?}");
        }
        assert!(e.errors.at(0, 0).sqrt() < 2.0 && e.errors.at(1, 1).sqrt() < 0.2);
        assert!(Emulator::learn(&points[..4], &own[..4], &outputs[..4]).is_none());
    }

    /// What a block of random numbers adds to all its points is not taken for the surface: 16 blocks of 5, each off by a
    /// number of its own (their mean nought) ten times the slope.
    #[test]
    fn the_luck_of_a_block_is_told_from_the_surface() {
        let points: Vec<Vec<f64>> = (0..80)
            .map(|k| vec![f64::from(k * 37 % 80) / 20.0 - 2.0, f64::from(k * 59 % 80) / 20.0 - 2.0])
            .collect();
        let blocks: Vec<usize> = (0..80).map(|k| k % 16).collect();
        let off = |block: usize| ((block * 7 % 16) as f64 - 7.5) * 1.5;
        let outputs: Vec<Vec<f64>> =
            points.iter().zip(&blocks).map(|(z, b)| vec![40.0 + z[0] - z[1] + off(*b)]).collect();
        let e = Emulator::learn(&points, &blocks, &outputs).unwrap();
        for z in [[0.3, -0.7], [1.1, 1.2], [-1.5, 0.2]] {
            let found = e.mean(&z)[0];
            assert!((found - (40.0 + z[0] - z[1])).abs() < 0.3, "{found} at {z:?}");
        }
    }
}
