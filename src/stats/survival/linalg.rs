//! Small symmetric matrices: Cholesky factors, solutions and inverses.

/// A square matrix, row by row.
pub type Matrix = Vec<Vec<f64>>;

/// The lower-triangular L with L L' = `m`; none unless `m` is positive definite.
pub fn cholesky(m: &[Vec<f64>]) -> Option<Matrix> {
    let n = m.len();
    let mut l = vec![vec![0.0; n]; n];
    for i in 0..n {
        for j in 0..=i {
            let dot: f64 = (0..j).map(|k| l[i][k] * l[j][k]).sum();
            let rest = m.get(i)?.get(j)? - dot;
            if i != j {
                l[i][j] = rest / l[j][j];
            } else if rest > 1e-14 * m[i][i].abs() && rest.is_finite() {
                l[i][i] = rest.sqrt();
            } else {
                return None;
            }
        }
    }
    Some(l)
}

/// Solves L L' x = `b`.
pub fn solve(l: &[Vec<f64>], b: &[f64]) -> Vec<f64> {
    let n = l.len().min(b.len());
    let mut x = b.to_vec();
    for i in 0..n {
        let dot: f64 = (0..i).map(|k| l[i][k] * x[k]).sum();
        x[i] = (x[i] - dot) / l[i][i];
    }
    for i in (0..n).rev() {
        let dot: f64 = (i + 1..n).map(|k| l[k][i] * x[k]).sum();
        x[i] = (x[i] - dot) / l[i][i];
    }
    x
}

/// The inverse of a positive definite matrix.
pub fn inverse(m: &[Vec<f64>]) -> Option<Matrix> {
    let l = cholesky(m)?;
    let n = m.len();
    let column = |j: usize| {
        let unit: Vec<f64> = (0..n).map(|i| f64::from(u8::from(i == j))).collect();
        solve(&l, &unit)
    };
    let columns: Matrix = (0..n).map(column).collect();
    // Symmetric up to rounding: make it exactly so.
    let mean = |i: usize, j: usize| 0.5 * (columns[i][j] + columns[j][i]);
    Some((0..n).map(|i| (0..n).map(|j| mean(i, j)).collect()).collect())
}

/// x' y
pub fn dot(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_two_by_two_by_hand() {
        let m = vec![vec![4.0, 2.0], vec![2.0, 5.0]];
        assert_eq!(cholesky(&m).unwrap(), vec![vec![2.0, 0.0], vec![1.0, 2.0]]);
        let inv = inverse(&m).unwrap();
        let expected = [[5.0 / 16.0, -1.0 / 8.0], [-1.0 / 8.0, 0.25]];
        for i in 0..2 {
            for j in 0..2 {
                assert!((inv[i][j] - expected[i][j]).abs() < 1e-16);
            }
        }
        assert!(cholesky(&[vec![1.0, 2.0], vec![2.0, 1.0]]).is_none());
        assert!(cholesky(&[vec![f64::NAN]]).is_none());
        assert!(cholesky(&[vec![1.0, 0.0], vec![]]).is_none());
    }
}
