//! The exact Gaussian likelihood of an ARMA process (Ansley 1979).
//!
//! The first m = max(p, q) values are kept, later ones are filtered by the autoregression; the
//! result has a banded covariance whose Cholesky factor gives the innovations. For seasonal
//! models this costs a fraction of a Kalman filter.

/// Theoretical autocovariances at lags 0 to `lags` for unit innovation variance, and the first
/// weights of the infinite moving average. `phi` and `theta` are signed as in
/// w = sum phi w + e + sum theta e. Nothing if the system is singular.
pub fn autocovariances(phi: &[f64], theta: &[f64], lags: usize) -> Option<(Vec<f64>, Vec<f64>)> {
    let (p, q) = (phi.len(), theta.len());
    let size = lags.max(q) + 1;
    let mut psi = vec![0.0; size];
    for k in 0..size {
        let mut value = match k.checked_sub(1) {
            None => 1.0,
            Some(j) => theta.get(j).copied().unwrap_or(0.0),
        };
        for (i, a) in phi.iter().enumerate().take(k) {
            value += a * psi[k - 1 - i];
        }
        psi[k] = value;
    }
    let coefficient = |j: usize| {
        if j == 0 { 1.0 } else { theta.get(j - 1).copied().unwrap_or(0.0) }
    };
    let right = |k: usize| (k..=q).map(|j| coefficient(j) * psi[j - k]).sum::<f64>();
    let mut gamma = vec![0.0; lags.max(p) + 1];
    let width = p + 1;
    let mut matrix = vec![0.0; width * width];
    let mut b: Vec<f64> = (0..width).map(right).collect();
    for k in 0..width {
        matrix[k * width + k] += 1.0;
        for (i, a) in phi.iter().enumerate() {
            matrix[k * width + k.abs_diff(i + 1)] -= a;
        }
    }
    eliminate(&mut matrix, &mut b)?;
    gamma[..width].copy_from_slice(&b);
    for k in width..gamma.len() {
        let mut value = right(k);
        for (i, a) in phi.iter().enumerate() {
            value += a * gamma[k - 1 - i];
        }
        gamma[k] = value;
    }
    Some((gamma, psi))
}

/// Gaussian elimination with partial pivoting, in place.
fn eliminate(matrix: &mut [f64], b: &mut [f64]) -> Option<()> {
    let n = b.len();
    for column in 0..n {
        let mut pivot = column;
        for row in column + 1..n {
            if matrix[row * n + column].abs() > matrix[pivot * n + column].abs() {
                pivot = row;
            }
        }
        let size = matrix[pivot * n + column].abs();
        if size.is_nan() || size <= 1e-12 {
            return None;
        }
        if pivot != column {
            for j in 0..n {
                matrix.swap(pivot * n + j, column * n + j);
            }
            b.swap(pivot, column);
        }
        for row in column + 1..n {
            let factor = matrix[row * n + column] / matrix[column * n + column];
            if factor != 0.0 {
                for j in column..n {
                    matrix[row * n + j] -= factor * matrix[column * n + j];
                }
                b[row] -= factor * b[column];
            }
        }
    }
    for row in (0..n).rev() {
        for j in row + 1..n {
            b[row] -= matrix[row * n + j] * b[j];
        }
        b[row] /= matrix[row * n + row];
    }
    Some(())
}

/// Standardised innovations of `w` (mean already taken off) into `out`, and the mean logarithm of
/// their standard deviations in units of sigma; nothing if the covariance is not positive.
pub fn innovations(w: &[f64], phi: &[f64], theta: &[f64], out: &mut [f64]) -> Option<(f64, f64)> {
    let n = w.len();
    let (p, q) = (phi.len(), theta.len());
    let m = p.max(q).min(n);
    let (gamma, psi) = autocovariances(phi, theta, m)?;
    let coefficient = |j: usize| if j == 0 { 1.0 } else { theta[j - 1] };
    let moving: Vec<f64> =
        (0..=q).map(|lag| (0..=q - lag).map(|j| coefficient(j) * coefficient(j + lag)).sum()).collect();
    let covariance = |i: usize, j: usize| {
        // j <= i throughout.
        let lag = i - j;
        if i < m {
            gamma[lag]
        } else if j >= m {
            moving[lag]
        } else {
            (lag..=q).map(|k| coefficient(k) * psi[k - lag]).sum()
        }
    };
    let stride = m + 1;
    let mut lower = vec![0.0; n * stride];
    let (mut log_sum, mut product) = (0.0, 1.0);
    let mut last = 1.0;
    for i in 0..n {
        let first = if i < m { 0 } else { i.saturating_sub(q) };
        let mut value = w[i];
        if i >= m {
            for (k, a) in phi.iter().enumerate() {
                value -= a * w[i - 1 - k];
            }
        }
        // Row i holds columns i - m to i; entry (i, j) at place j + m - i.
        let row_at = |i: usize, j: usize| i * stride + j + m - i;
        let mut diagonal = covariance(i, i);
        for j in first..i {
            let from = if j < m { 0 } else { j.saturating_sub(q) }.max(first);
            let mut sum = covariance(i, j);
            if from < j {
                let a = &lower[row_at(i, from)..row_at(i, j)];
                let b = &lower[row_at(j, from)..row_at(j, j)];
                sum -= a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>();
            }
            let entry = sum / lower[row_at(j, j)];
            lower[row_at(i, j)] = entry;
            diagonal -= entry * entry;
            value -= entry * out[j];
        }
        if diagonal.is_nan() || diagonal <= 1e-14 {
            return None;
        }
        let root = diagonal.sqrt();
        lower[row_at(i, i)] = root;
        out[i] = value / root;
        last = root;
        product *= root;
        if i % 16 == 15 {
            log_sum += libm::log(product);
            product = 1.0;
        }
    }
    Some(((log_sum + libm::log(product)) / n.max(1) as f64, last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn autocovariances_of_known_processes() {
        // AR(1): 1/(1-a^2), a/(1-a^2); MA(1): 1+b^2, b, 0; ARMA(1,1): (1+b^2+2ab)/(1-a^2).
        let (g, _) = autocovariances(&[0.6], &[], 2).unwrap();
        assert!((g[0] - 1.5625).abs() < 1e-12 && (g[2] - 0.5625).abs() < 1e-12);
        let (g, _) = autocovariances(&[], &[0.5], 2).unwrap();
        assert!((g[0] - 1.25).abs() < 1e-12 && (g[1] - 0.5).abs() < 1e-12 && g[2].abs() < 1e-12);
        let (g, _) = autocovariances(&[0.6], &[0.5], 1).unwrap();
        assert!((g[0] - (1.0 + 0.25 + 0.6) / 0.64).abs() < 1e-12);
    }

    #[test]
    fn the_banded_likelihood_is_the_dense_one() {
        let w = [0.3, -1.2, 0.7, 2.0, -0.4, 0.1, 1.1, -0.9, 0.2, 0.5];
        let n = w.len();
        for (phi, theta) in [
            (vec![0.5, -0.3], vec![0.4]),
            (vec![], vec![0.4, 0.0, 0.3, 0.12]),
            (vec![0.7], vec![]),
            (vec![0.2, 0.0, 0.1], vec![-0.5, 0.2]),
        ] {
            let mut out = vec![0.0; n];
            let (log_mean, _) = innovations(&w, &phi, &theta, &mut out).unwrap();
            let (gamma, _) = autocovariances(&phi, &theta, n).unwrap();
            // Dense Cholesky of the Toeplitz covariance.
            let mut l = vec![vec![0.0; n]; n];
            let mut v = vec![0.0; n];
            let mut log_det = 0.0;
            for i in 0..n {
                for j in 0..=i {
                    let known: f64 = l[i].iter().zip(&l[j]).take(j).map(|(x, y)| x * y).sum();
                    let s: f64 = gamma[i - j] - known;
                    l[i][j] = if i == j { s.sqrt() } else { s / l[j][j] };
                }
                v[i] = (w[i] - (0..i).map(|k| l[i][k] * v[k]).sum::<f64>()) / l[i][i];
                log_det += libm::log(l[i][i]);
            }
            for (a, b) in out.iter().zip(&v) {
                assert!((a - b).abs() < 1e-10, "{phi:?} {theta:?}");
            }
            assert!((log_mean * n as f64 - log_det).abs() < 1e-10);
        }
    }
}
