//! A response surface of what is left of the figures: whitened residuals and the log determinant of their covariance, each of
//! second order in the numbers (Box & Wilson 1951), so that a log likelihood costs microseconds.
//!
//! Residuals are learnt, not the log likelihood: the sum of their squares is then of fourth order, never above nought, and
//! right wherever residuals are nearly straight lines. Numbers are centred and decorrelated by the law that is looked for.

use super::emulate::dot;
use crate::calibrate::moments::matrix::Matrix;

/// Directions whose products are terms: the first so many, which must be those that the figures determine most.
const PAIRED: usize = 16;
/// Ridge on all coefficients but the level, beside a sum of weights of 1.
const RIDGE: f64 = 1e-7;
/// Standard deviations beyond the root of the number of dimensions where the surface is no longer believed.
const BELIEVED: f64 = 4.0;

/// Whitened residuals of the figures and half the log determinant of their covariance, with some numbers.
#[derive(Clone, Debug)]
pub(super) struct Residuals {
    pub white: Vec<f64>,
    pub half_log_det: f64,
}

impl Residuals {
    /// Normal log likelihood, up to a constant.
    pub fn log_likelihood(&self) -> f64 {
        -0.5 * dot(&self.white, &self.white) - self.half_log_det
    }
}

/// Where numbers are about, in coordinates that are apart and have variance 1.
pub(super) struct Frame {
    centre: Vec<f64>,
    factor: Matrix<f64>,
}

impl Frame {
    /// None if the covariance is not one.
    pub fn new(centre: Vec<f64>, covariance: &Matrix<f64>) -> Option<Frame> {
        Some(Frame { centre, factor: covariance.cholesky()? })
    }

    pub fn dimensions(&self) -> usize {
        self.centre.len()
    }

    /// In these coordinates.
    pub fn of(&self, z: &[f64]) -> Vec<f64> {
        let off: Vec<f64> = z.iter().zip(&self.centre).map(|(z, c)| z - c).collect();
        self.factor.solve_lower(&off)
    }

    /// Back.
    pub fn back(&self, u: &[f64]) -> Vec<f64> {
        let at = |i: usize| (0..=i).map(|k| self.factor.at(i, k) * u[k]).sum::<f64>();
        self.centre.iter().enumerate().map(|(i, c)| c + at(i)).collect()
    }

    pub fn covariance(&self) -> Matrix<f64> {
        self.factor.times(&self.factor.transposed())
    }
}

/// Terms of the surface in so many dimensions.
pub(super) fn terms(dimensions: usize) -> usize {
    let pairs = dimensions.min(PAIRED);
    1 + 3 * dimensions + pairs * pairs.saturating_sub(1) / 2
}

/// 1, all first, second and third powers, and products of the first [`PAIRED`].
fn basis(u: &[f64]) -> Vec<f64> {
    let mut out = Vec::with_capacity(terms(u.len()));
    out.push(1.0);
    out.extend(u);
    for (i, x) in u.iter().enumerate() {
        out.extend([x * x, x * x * x]);
        if i < PAIRED {
            out.extend(u.iter().take(i).map(|y| x * y));
        }
    }
    out
}

/// The surface.
pub(super) struct Response {
    pub frame: Frame,
    /// Coefficients of each residual, then of half the log determinant.
    coefficients: Vec<Vec<f64>>,
}

impl Response {
    /// Weighted least squares; none if there are fewer points than terms. Points are given with weights.
    pub fn learn(frame: Frame, points: &[(&[f64], &Residuals, f64)]) -> Option<Response> {
        let figures = points.first()?.1.white.len();
        let terms = terms(frame.dimensions());
        if points.len() < terms {
            return None;
        }
        let total: f64 = points.iter().map(|p| p.2).sum();
        let mut gram = vec![0.0; terms * terms];
        let mut right = vec![vec![0.0; terms]; figures + 1];
        for (z, residuals, weight) in points {
            let row = basis(&frame.of(z));
            let weight = weight / total;
            for (slots, x) in gram.chunks_mut(terms).zip(&row) {
                let x = x * weight;
                slots.iter_mut().zip(&row).for_each(|(s, y)| *s += x * y);
            }
            let outputs = residuals.white.iter().chain(std::iter::once(&residuals.half_log_det));
            for (right, y) in right.iter_mut().zip(outputs) {
                let y = y * weight;
                right.iter_mut().zip(&row).for_each(|(r, x)| *r += x * y);
            }
        }
        let mut normal = Matrix::zeros(terms, terms);
        for (i, row) in gram.chunks(terms).enumerate() {
            row.iter().enumerate().for_each(|(j, x)| normal.set(i, j, *x));
            normal.add(i, i, if i == 0 { 0.0 } else { RIDGE });
        }
        let lower = normal.cholesky()?;
        let coefficients =
            right.iter().map(|r| lower.solve_lower_transposed(&lower.solve_lower(r))).collect();
        Some(Response { frame, coefficients })
    }

    /// The log likelihood under the surface; it falls off where the surface is not believed.
    pub fn log_likelihood(&self, z: &[f64]) -> f64 {
        let u = self.frame.of(z);
        let row = basis(&u);
        let Some((log_det, white)) = self.coefficients.split_last() else { return f64::NEG_INFINITY };
        let square: f64 = white.iter().map(|c| dot(c, &row)).map(|w| w * w).sum();
        let far = dot(&u, &u).sqrt() - (u.len() as f64).sqrt() - BELIEVED;
        -0.5 * square - dot(log_det, &row) - if far > 0.0 { 2.0 * far * far } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Residuals of second order are learnt exactly, away from the points as well.
    #[test]
    fn a_surface_of_second_order_is_learnt() {
        let truth = |z: &[f64]| Residuals {
            white: vec![1.0 + z[0] - 2.0 * z[1] + 0.3 * z[0] * z[1], z[0] * z[0]],
            half_log_det: 0.2 * z[1],
        };
        let mut covariance = Matrix::identity(2);
        covariance.set(0, 1, 0.6);
        covariance.set(1, 0, 0.6);
        let frame = Frame::new(vec![0.5, -0.5], &covariance).unwrap();
        let points: Vec<Vec<f64>> = (0..30)
            .map(|k| vec![f64::from(k * 7 % 30) / 10.0 - 1.5, f64::from(k * 11 % 30) / 10.0 - 1.5])
            .collect();
        let known: Vec<Residuals> = points.iter().map(|z| truth(z)).collect();
        let rows: Vec<(&[f64], &Residuals, f64)> =
            points.iter().zip(&known).map(|(z, r)| (z.as_slice(), r, 1.0)).collect();
        let found = Response::learn(frame, &rows).unwrap();
        for z in [[0.2, 0.3], [1.2, -1.9]] {
            let (a, b) = (found.log_likelihood(&z), truth(&z).log_likelihood());
            assert!((a - b).abs() < 1e-3, "{a} {b}");
        }
    }
}
