//! The Gaussian likelihood of observed figures.

use super::matrix::Matrix;
use super::real::Real;

/// Log density of `observed` under a normal law; `None` unless the covariance is positive definite
/// and all lengths agree.
pub fn gaussian_log_likelihood<R: Real>(observed: &[f64], mean: &[R], covariance: &Matrix<R>) -> Option<R> {
    let n = observed.len();
    if mean.len() != n || covariance.rows() != n || covariance.columns() != n {
        return None;
    }
    let factor = covariance.cholesky()?;
    let gap: Vec<R> = observed.iter().zip(mean).map(|(&y, &m)| R::of(y) - m).collect();
    let white = factor.solve_lower(&gap);
    let square = white.iter().fold(R::zero(), |sum, &z| sum + z * z);
    let half_log_det = (0..n).fold(R::zero(), |sum, i| sum + factor.at(i, i).ln());
    let constant = 0.5 * n as f64 * libm::log(2.0 * std::f64::consts::PI);
    Some(-square.scale(0.5) - half_log_det - R::of(constant))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two independent normals by hand: sd 2 and 1, gaps 2 and -1.
    #[test]
    fn by_hand() {
        let mut v = Matrix::zeros(2, 2);
        v.set(0, 0, 4.0);
        v.set(1, 1, 1.0);
        let l = gaussian_log_likelihood(&[3.0, 4.0], &[1.0, 5.0], &v).unwrap();
        let exact = -0.5 * (1.0 + 1.0) - libm::log(2.0) - libm::log(2.0 * std::f64::consts::PI);
        assert!((l - exact).abs() < 1e-14);
        assert!(gaussian_log_likelihood(&[3.0], &[1.0, 5.0], &v).is_none());
    }
}
