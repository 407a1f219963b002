//! Small dense matrices over [`Real`]: exponential, Cholesky factor.

use super::real::Real;

/// A dense matrix, by rows.
#[derive(Clone, Debug)]
pub struct Matrix<R> {
    rows: usize,
    columns: usize,
    items: Vec<R>,
}

impl<R: Real> Matrix<R> {
    /// All noughts.
    pub fn zeros(rows: usize, columns: usize) -> Self {
        Matrix { rows, columns, items: vec![R::zero(); rows * columns] }
    }
    /// The identity.
    pub fn identity(n: usize) -> Self {
        let mut m = Self::zeros(n, n);
        (0..n).for_each(|i| m.set(i, i, R::one()));
        m
    }
    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }
    /// Number of columns.
    pub fn columns(&self) -> usize {
        self.columns
    }
    /// The item in row `i`, column `j`; nought outside.
    pub fn at(&self, i: usize, j: usize) -> R {
        if j < self.columns {
            self.items.get(i * self.columns + j).copied().unwrap_or(R::zero())
        } else {
            R::zero()
        }
    }
    /// Sets an item; nothing outside.
    pub fn set(&mut self, i: usize, j: usize, x: R) {
        if j < self.columns
            && let Some(item) = self.items.get_mut(i * self.columns + j)
        {
            *item = x;
        }
    }
    /// Adds to an item.
    pub fn add(&mut self, i: usize, j: usize, x: R) {
        self.set(i, j, self.at(i, j) + x);
    }
    /// Row `i`; empty outside.
    pub fn row(&self, i: usize) -> &[R] {
        self.items.get(i * self.columns..(i + 1) * self.columns).unwrap_or(&[])
    }
    /// Every item times `by`.
    pub fn scaled(&self, by: f64) -> Self {
        Matrix { items: self.items.iter().map(|x| x.scale(by)).collect(), ..*self }
    }
    /// The sum; shapes must agree, or items are dropped.
    pub fn plus(&self, other: &Self) -> Self {
        let items = self.items.iter().zip(&other.items).map(|(a, b)| *a + *b).collect();
        Matrix { items, ..*self }
    }
    /// The product.
    pub fn times(&self, other: &Self) -> Self {
        let mut out = Self::zeros(self.rows, other.columns);
        for i in 0..self.rows {
            let target = &mut out.items[i * other.columns..(i + 1) * other.columns];
            for (k, &a) in self.row(i).iter().enumerate() {
                target.iter_mut().zip(other.row(k)).for_each(|(t, &b)| *t = *t + a * b);
            }
        }
        out
    }
    /// Row vector times this.
    pub fn left(&self, v: &[R]) -> Vec<R> {
        let mut out = vec![R::zero(); self.columns];
        for (i, &a) in v.iter().enumerate().take(self.rows) {
            out.iter_mut().zip(self.row(i)).for_each(|(o, &b)| *o = *o + a * b);
        }
        out
    }
    /// The transpose.
    pub fn transposed(&self) -> Self {
        let mut out = Self::zeros(self.columns, self.rows);
        for i in 0..self.rows {
            for (j, &x) in self.row(i).iter().enumerate() {
                out.set(j, i, x);
            }
        }
        out
    }

    /// `exp(self * t)` by a Taylor series of 18 terms on a scaled argument, then squaring. The
    /// remainder is below 1e-19 of the scaled norm (at most 1/2).
    pub fn exponential(&self, t: f64) -> Self {
        let norm = (0..self.rows)
            .map(|i| self.row(i).iter().map(|x| (x.value() * t).abs()).sum::<f64>())
            .fold(0.0, f64::max);
        let mut halvings = 0i32;
        let mut size = norm;
        while size > 0.5 && halvings < 60 {
            size *= 0.5;
            halvings += 1;
        }
        let a = self.scaled(libm::ldexp(t, -halvings));
        let mut sum = Self::identity(self.rows);
        let mut term = Self::identity(self.rows);
        for k in 1..=18 {
            term = term.times(&a).scaled(1.0 / f64::from(k));
            sum = sum.plus(&term);
        }
        for _ in 0..halvings {
            sum = sum.times(&sum);
        }
        sum
    }

    /// The lower Cholesky factor of a symmetric matrix; `None` unless it is positive definite.
    pub fn cholesky(&self) -> Option<Self> {
        let n = self.rows;
        let mut l = Self::zeros(n, n);
        for i in 0..n {
            for j in 0..=i {
                let mut sum = self.at(i, j);
                for k in 0..j {
                    sum = sum - l.at(i, k) * l.at(j, k);
                }
                if i == j {
                    if sum.value().is_nan() || sum.value() <= 0.0 {
                        return None;
                    }
                    l.set(i, i, sum.sqrt());
                } else {
                    l.set(i, j, sum / l.at(j, j));
                }
            }
        }
        Some(l)
    }

    /// Solves `self * x = b` where `self` is lower triangular.
    pub fn solve_lower(&self, b: &[R]) -> Vec<R> {
        let mut x: Vec<R> = Vec::with_capacity(b.len());
        for (i, &bi) in b.iter().enumerate() {
            let sum = x.iter().enumerate().fold(bi, |sum, (k, &xk)| sum - self.at(i, k) * xk);
            x.push(sum / self.at(i, i));
        }
        x
    }

    /// Solves `self' * x = b` where `self` is lower triangular.
    pub fn solve_lower_transposed(&self, b: &[R]) -> Vec<R> {
        let n = b.len();
        let mut x = b.to_vec();
        for i in (0..n).rev() {
            let mut sum = x[i];
            for (k, &xk) in x.iter().enumerate().skip(i + 1) {
                sum = sum - self.at(k, i) * xk;
            }
            x[i] = sum / self.at(i, i);
        }
        x
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponential_of_a_two_state_chain() {
        // rates a out, b back: P(0 -> 1)(t) = a / (a + b) (1 - exp(-(a + b) t))
        let (a, b, t) = (0.7, 0.2, 9.0);
        let mut g = Matrix::zeros(2, 2);
        for (i, j, x) in [(0, 0, -a), (0, 1, a), (1, 0, b), (1, 1, -b)] {
            g.set(i, j, x);
        }
        let p = g.exponential(t);
        let exact = a / (a + b) * (1.0 - libm::exp(-(a + b) * t));
        assert!((p.at(0, 1) - exact).abs() < 1e-14);
        assert!((p.at(1, 0) + p.at(1, 1) - 1.0).abs() < 1e-13);
    }

    #[test]
    fn cholesky_by_hand_and_refusal() {
        let mut m = Matrix::zeros(2, 2);
        for (i, j, x) in [(0, 0, 4.0), (0, 1, 2.0), (1, 0, 2.0), (1, 1, 5.0)] {
            m.set(i, j, x);
        }
        let l = m.cholesky().unwrap();
        assert_eq!((l.at(0, 0), l.at(1, 0), l.at(1, 1), l.at(0, 1)), (2.0, 1.0, 2.0, 0.0));
        let y = l.solve_lower(&[2.0, 5.0]);
        assert_eq!(y, vec![1.0, 2.0]);
        assert_eq!(l.solve_lower_transposed(&[1.0, 2.0]), vec![0.0, 1.0]);
        m.set(0, 0, 0.5);
        assert!(m.cholesky().is_none());
        m.set(0, 0, f64::NAN);
        assert!(m.cholesky().is_none());
    }
}
