//! Lag polynomials, kept stationary and invertible by construction.

/// Coefficients of a stationary autoregression from partial autocorrelations in (-1, 1)
/// (Durbin-Levinson; Monahan 1984).
pub fn from_partials(partials: &[f64]) -> Vec<f64> {
    let mut a: Vec<f64> = Vec::with_capacity(partials.len());
    for (k, &r) in partials.iter().enumerate() {
        let before = a.clone();
        for (i, value) in a.iter_mut().enumerate() {
            *value -= r * before[k - 1 - i];
        }
        a.push(r);
    }
    a
}

/// The product (1 - sum a_i B^i)(1 - sum b_j B^(j * period)) as coefficients c of 1 - sum c_k B^k.
pub fn multiply(a: &[f64], b: &[f64], period: usize) -> Vec<f64> {
    let mut c = vec![0.0; a.len() + b.len() * period];
    for (i, x) in a.iter().enumerate() {
        c[i] += x;
    }
    for (j, y) in b.iter().enumerate() {
        let at = (j + 1) * period;
        c[at - 1] += y;
        for (i, x) in a.iter().enumerate() {
            c[at + i] -= x * y;
        }
    }
    c
}

/// The coefficients c of (1 - B)^d (1 - B^period)^D = 1 - sum c_k B^k, for undoing differences.
pub fn differencing(ordinary: usize, seasonal: usize, period: usize) -> Vec<f64> {
    let mut c = Vec::new();
    for _ in 0..ordinary {
        c = multiply(&[1.0], &c, 1);
    }
    for _ in 0..seasonal {
        c = multiply(&c, &[1.0], period);
    }
    c
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_by_hand() {
        // (1 - .5B)(1 - .4B^4) = 1 - .5B - .4B^4 + .2B^5
        assert_eq!(multiply(&[0.5], &[0.4], 4), vec![0.5, 0.0, 0.0, 0.4, -0.2]);
        // (1 - B)^2 = 1 - 2B + B^2
        assert_eq!(differencing(2, 0, 12), vec![2.0, -1.0]);
        assert_eq!(differencing(1, 1, 3), vec![1.0, 0.0, 1.0, -1.0]);
        // Partials (.5, .2): a1 = .5 - .2 * .5, a2 = .2
        assert_eq!(from_partials(&[0.5, 0.2]), vec![0.4, 0.2]);
    }
}
