//! Nonlinear least squares by Levenberg and Marquardt with a numerical Jacobian.
//!
//! Exponential smoothing, ARIMA and complex smoothing all maximise a Gaussian likelihood that can
//! be written as a sum of squares once the scale is concentrated out (a determinant term
//! multiplies every residual by one factor), so one optimiser serves them all and needs far fewer
//! evaluations than a simplex search (Marquardt 1963; More 1978 for the scaling by the diagonal).

/// Where a fit stopped.
#[derive(Clone, Debug)]
pub struct Solution {
    /// The parameters.
    pub parameters: Vec<f64>,
    /// The sum of squared residuals there.
    pub sum_of_squares: f64,
}

/// How hard to try.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// Most iterations (each costs one Jacobian).
    pub iterations: usize,
    /// Stop when the sum of squares falls by less than this share.
    pub tolerance: f64,
}

impl Effort {
    /// Enough for a fit that is shown.
    pub const FULL: Self = Self { iterations: 60, tolerance: 1e-9 };
    /// Enough to compare candidates with.
    pub const SEARCH: Self = Self { iterations: 12, tolerance: 1e-4 };
}

/// Minimises the sum of squares of the `n` residuals that `residuals` writes.
///
/// `residuals` returns false where the parameters are not acceptable; such points are stepped
/// back from. Returns nothing if the start itself is not acceptable or not finite.
pub fn minimise<F>(start: &[f64], n: usize, effort: Effort, mut residuals: F) -> Option<Solution>
where
    F: FnMut(&[f64], &mut [f64]) -> bool,
{
    let k = start.len();
    let mut at = start.to_vec();
    let mut here = vec![0.0; n];
    let mut there = vec![0.0; n];
    if !residuals(&at, &mut here) {
        return None;
    }
    let mut best = squares(&here);
    if !best.is_finite() {
        return None;
    }
    if k == 0 {
        return Some(Solution { parameters: at, sum_of_squares: best });
    }
    let mut jacobian = vec![0.0; n * k];
    let mut normal = vec![0.0; k * k];
    let mut gradient = vec![0.0; k];
    let mut damping = 1e-2;
    let mut calm = 0;
    for _ in 0..effort.iterations {
        differentiate(&mut at, &here, &mut there, &mut jacobian, &mut residuals);
        accumulate(&jacobian, &here, &mut normal, &mut gradient);
        let mut moved = false;
        for _ in 0..8 {
            let Some(step) = solve_damped(&normal, &gradient, damping) else {
                damping *= 10.0;
                continue;
            };
            let trial: Vec<f64> = at.iter().zip(&step).map(|(a, s)| a - s).collect();
            let value = if residuals(&trial, &mut there) { squares(&there) } else { f64::INFINITY };
            if value.is_finite() && value < best {
                let gain = (best - value) / best.max(f64::MIN_POSITIVE);
                at = trial;
                best = value;
                std::mem::swap(&mut here, &mut there);
                damping = (damping * 0.2).max(1e-9);
                moved = true;
                calm = if gain < effort.tolerance { calm + 1 } else { 0 };
                break;
            }
            damping *= 6.0;
        }
        if !moved || calm >= 2 || best <= 0.0 {
            break;
        }
    }
    Some(Solution { parameters: at, sum_of_squares: best })
}

fn squares(values: &[f64]) -> f64 {
    values.iter().map(|v| v * v).sum()
}

/// Forward differences; a column whose step is refused is tried backwards, else left at zero.
fn differentiate<F>(at: &mut [f64], here: &[f64], there: &mut [f64], jacobian: &mut [f64], residuals: &mut F)
where
    F: FnMut(&[f64], &mut [f64]) -> bool,
{
    let n = here.len();
    for j in 0..at.len() {
        let kept = at[j];
        let column = &mut jacobian[j * n..(j + 1) * n];
        column.fill(0.0);
        for sign in [1.0, -1.0] {
            let step = sign * 1e-6 * kept.abs().max(0.1);
            at[j] = kept + step;
            if residuals(at, there) {
                for ((c, t), h) in column.iter_mut().zip(there.iter()).zip(here) {
                    *c = (t - h) / step;
                }
                break;
            }
        }
        at[j] = kept;
    }
}

fn accumulate(jacobian: &[f64], here: &[f64], normal: &mut [f64], gradient: &mut [f64]) {
    let (n, k) = (here.len(), gradient.len());
    for i in 0..k {
        let a = &jacobian[i * n..(i + 1) * n];
        gradient[i] = dot(a, here);
        for j in 0..=i {
            let value = dot(a, &jacobian[j * n..(j + 1) * n]);
            normal[i * k + j] = value;
            normal[j * k + i] = value;
        }
    }
}

/// Dot product in four lanes: a fixed order of addition, so the same bits everywhere.
pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut lanes = [0.0; 4];
    let ((left, rest), (right, other)) = (a.as_chunks::<4>(), b.as_chunks::<4>());
    for (x, y) in left.iter().zip(right) {
        for i in 0..4 {
            lanes[i] += x[i] * y[i];
        }
    }
    let tail: f64 = rest.iter().zip(other).map(|(x, y)| x * y).sum();
    (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]) + tail
}

fn solve_damped(normal: &[f64], gradient: &[f64], damping: f64) -> Option<Vec<f64>> {
    let k = gradient.len();
    let mut matrix = normal.to_vec();
    let largest = (0..k).map(|i| normal[i * k + i]).fold(0.0, f64::max);
    for i in 0..k {
        let floor = largest * 1e-12 + f64::MIN_POSITIVE;
        matrix[i * k + i] += damping * normal[i * k + i].max(floor);
    }
    solve_positive(&mut matrix, gradient)
}

/// Solves a symmetric positive definite system by Cholesky (row-major, destroyed); nothing if the
/// matrix is not positive definite to rounding.
pub fn solve_positive(matrix: &mut [f64], right: &[f64]) -> Option<Vec<f64>> {
    let k = right.len();
    if matrix.len() != k * k {
        return None;
    }
    for i in 0..k {
        for j in 0..=i {
            let mut sum = matrix[i * k + j];
            for l in 0..j {
                sum -= matrix[i * k + l] * matrix[j * k + l];
            }
            if i == j {
                if !(sum > 0.0 && sum.is_finite()) {
                    return None;
                }
                matrix[i * k + i] = sum.sqrt();
            } else {
                matrix[i * k + j] = sum / matrix[j * k + j];
            }
        }
    }
    let mut x = right.to_vec();
    for i in 0..k {
        for j in 0..i {
            x[i] -= matrix[i * k + j] * x[j];
        }
        x[i] /= matrix[i * k + i];
    }
    for i in (0..k).rev() {
        for j in i + 1..k {
            x[i] -= matrix[j * k + i] * x[j];
        }
        x[i] /= matrix[i * k + i];
    }
    x.iter().all(|v| v.is_finite()).then_some(x)
}

/// Maps the whole line to the open interval (low, high).
pub(crate) fn squash(x: f64, low: f64, high: f64) -> f64 {
    low + (high - low) / (1.0 + libm::exp(-x))
}

/// The inverse of [`squash`].
pub(crate) fn unsquash(value: f64, low: f64, high: f64) -> f64 {
    let share = ((value - low) / (high - low)).clamp(1e-6, 1.0 - 1e-6);
    libm::log(share / (1.0 - share))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_rosenbrock_valley_and_a_straight_line() {
        let found = minimise(&[-1.2, 1.0], 2, Effort::FULL, |p, r| {
            r[0] = 10.0 * (p[1] - p[0] * p[0]);
            r[1] = 1.0 - p[0];
            true
        })
        .unwrap();
        assert!((found.parameters[0] - 1.0).abs() < 1e-4);
        assert!((found.parameters[1] - 1.0).abs() < 1e-4);
        // Least squares line through (0,1), (1,3), (2,4): slope 1.5, intercept 7/6.
        let line = minimise(&[0.0, 0.0], 3, Effort::FULL, |p, r| {
            for (x, (y, out)) in [1.0, 3.0, 4.0].iter().zip(r).enumerate() {
                *out = y - p[0] - p[1] * x as f64;
            }
            true
        })
        .unwrap();
        assert!((line.parameters[0] - 7.0 / 6.0).abs() < 1e-5);
        assert!((line.parameters[1] - 1.5).abs() < 1e-5);
    }

    #[test]
    fn refuses_a_bad_start_and_respects_walls() {
        assert!(minimise(&[0.0], 1, Effort::FULL, |_, _| false).is_none());
        assert!(
            minimise(&[0.0], 1, Effort::FULL, |_, r| {
                r[0] = f64::NAN;
                true
            })
            .is_none()
        );
        let walled = minimise(&[0.5], 1, Effort::FULL, |p, r| {
            r[0] = p[0] - 2.0;
            p[0] < 1.0
        })
        .unwrap();
        assert!(walled.parameters[0] < 1.0 && walled.parameters[0] > 0.9);
    }
}
