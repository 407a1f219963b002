//! Numbers that may carry their derivatives.

use std::ops::{Add, Div, Mul, Neg, Sub};

/// A number the moments can be computed in: a plain `f64`, or a [`Dual`] that carries a gradient.
pub trait Real:
    Copy
    + std::fmt::Debug
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
{
    /// A constant.
    fn of(x: f64) -> Self;
    /// The value without derivatives.
    fn value(self) -> f64;
    /// Natural logarithm.
    fn ln(self) -> Self;
    /// Exponential.
    fn exp(self) -> Self;
    /// Square root.
    fn sqrt(self) -> Self;
    /// Times a constant.
    fn scale(self, by: f64) -> Self;
    /// Nought.
    fn zero() -> Self {
        Self::of(0.0)
    }
    /// One.
    fn one() -> Self {
        Self::of(1.0)
    }
}

impl Real for f64 {
    fn of(x: f64) -> f64 {
        x
    }
    fn value(self) -> f64 {
        self
    }
    fn ln(self) -> f64 {
        libm::log(self)
    }
    fn exp(self) -> f64 {
        libm::exp(self)
    }
    fn sqrt(self) -> f64 {
        libm::sqrt(self)
    }
    fn scale(self, by: f64) -> f64 {
        self * by
    }
}

/// A value with its derivatives by `K` parameters (forward-mode differentiation: exact but for
/// rounding).
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Dual<const K: usize> {
    /// The value.
    pub v: f64,
    /// Its derivatives.
    pub d: [f64; K],
}

impl<const K: usize> Dual<K> {
    /// The parameter numbered `k`: derivative 1 by itself; a constant if `k` is not below `K`.
    pub fn variable(v: f64, k: usize) -> Self {
        let mut d = [0.0; K];
        if let Some(slot) = d.get_mut(k) {
            *slot = 1.0;
        }
        Dual { v, d }
    }
    fn with(self, v: f64, slope: f64) -> Self {
        Dual { v, d: self.d.map(|d| d * slope) }
    }
    fn join(self, other: Self, v: f64, a: f64, b: f64) -> Self {
        let mut d = self.d;
        d.iter_mut().zip(other.d).for_each(|(x, y)| *x = a * *x + b * y);
        Dual { v, d }
    }
}

impl<const K: usize> Add for Dual<K> {
    type Output = Self;
    fn add(self, o: Self) -> Self {
        self.join(o, self.v + o.v, 1.0, 1.0)
    }
}
impl<const K: usize> Sub for Dual<K> {
    type Output = Self;
    fn sub(self, o: Self) -> Self {
        self.join(o, self.v - o.v, 1.0, -1.0)
    }
}
impl<const K: usize> Mul for Dual<K> {
    type Output = Self;
    fn mul(self, o: Self) -> Self {
        self.join(o, self.v * o.v, o.v, self.v)
    }
}
impl<const K: usize> Div for Dual<K> {
    type Output = Self;
    fn div(self, o: Self) -> Self {
        let v = self.v / o.v;
        self.join(o, v, 1.0 / o.v, -v / o.v)
    }
}
impl<const K: usize> Neg for Dual<K> {
    type Output = Self;
    fn neg(self) -> Self {
        self.with(-self.v, -1.0)
    }
}

impl<const K: usize> Real for Dual<K> {
    fn of(x: f64) -> Self {
        Dual { v: x, d: [0.0; K] }
    }
    fn value(self) -> f64 {
        self.v
    }
    fn ln(self) -> Self {
        self.with(libm::log(self.v), 1.0 / self.v)
    }
    fn exp(self) -> Self {
        let v = libm::exp(self.v);
        self.with(v, v)
    }
    fn sqrt(self) -> Self {
        let v = libm::sqrt(self.v);
        self.with(v, 0.5 / v)
    }
    fn scale(self, by: f64) -> Self {
        self.with(self.v * by, by)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// d/dx and d/dy of x exp(y) / sqrt(x + y) + ln(x y), by hand at (2, 2).
    #[test]
    fn derivatives_by_hand() {
        let (x, y) = (Dual::<2>::variable(2.0, 0), Dual::<2>::variable(2.0, 1));
        let f = x * y.exp() / (x + y).sqrt() + (x * y).ln();
        let e2 = libm::exp(2.0);
        assert!((f.v - (e2 + libm::log(4.0))).abs() < 1e-14);
        // x: e^y/sqrt(s) - x e^y / (2 s^1.5) + 1/x = e2/2 - e2/8 + 1/2
        assert!((f.d[0] - (e2 * 0.375 + 0.5)).abs() < 1e-14);
        // y: x e^y/sqrt(s) - x e^y/(2 s^1.5) + 1/y = e2 - e2/8 + 1/2
        assert!((f.d[1] - (e2 * 0.875 + 0.5)).abs() < 1e-14);
    }
}
