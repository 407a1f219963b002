//! Numbers that carry their first and second derivatives: exact gradients and Hessians of likelihoods.

use core::ops::{Add, Mul, Neg, Sub};

/// A value with its gradient and Hessian in `N` variables (forward-mode differentiation of order two).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Jet<const N: usize> {
    /// The value.
    pub v: f64,
    /// First derivatives.
    pub g: [f64; N],
    /// Second derivatives, symmetric.
    pub h: [[f64; N]; N],
}

/// A function of one number: its value, first and second derivative.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Unary {
    /// f
    pub f: f64,
    /// f'
    pub d: f64,
    /// f''
    pub dd: f64,
}

/// A function of two numbers: its value and derivatives.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Binary {
    /// f
    pub f: f64,
    /// By the first.
    pub x: f64,
    /// By the second.
    pub y: f64,
    /// Twice by the first.
    pub xx: f64,
    /// By each.
    pub xy: f64,
    /// Twice by the second.
    pub yy: f64,
}

impl<const N: usize> Jet<N> {
    /// A constant.
    pub fn constant(v: f64) -> Self {
        Self { v, g: [0.0; N], h: [[0.0; N]; N] }
    }

    /// Variable number `i` at value `v`; a constant if there is no such variable.
    pub fn variable(v: f64, i: usize) -> Self {
        let mut jet = Self::constant(v);
        if let Some(d) = jet.g.get_mut(i) {
            *d = 1.0;
        }
        jet
    }

    /// The variables at a point.
    pub fn variables(at: &[f64; N]) -> [Self; N] {
        core::array::from_fn(|i| Self::variable(at[i], i))
    }

    /// The chain rule for a function of one number.
    pub fn chain(self, u: Unary) -> Self {
        let mut out = Self::constant(u.f);
        for i in 0..N {
            out.g[i] = u.d * self.g[i];
            for j in 0..N {
                out.h[i][j] = u.d * self.h[i][j] + u.dd * self.g[i] * self.g[j];
            }
        }
        out
    }

    /// The chain rule for a function of two numbers, of which this is the first.
    pub fn chain2(self, other: Self, b: Binary) -> Self {
        let mut out = Self::constant(b.f);
        for i in 0..N {
            out.g[i] = b.x * self.g[i] + b.y * other.g[i];
            for j in 0..N {
                out.h[i][j] = b.x * self.h[i][j]
                    + b.y * other.h[i][j]
                    + b.xx * self.g[i] * self.g[j]
                    + b.yy * other.g[i] * other.g[j]
                    + b.xy * (self.g[i] * other.g[j] + other.g[i] * self.g[j]);
            }
        }
        out
    }

    /// e to this power.
    pub fn exp(self) -> Self {
        let f = libm::exp(self.v);
        self.chain(Unary { f, d: f, dd: f })
    }

    /// Natural logarithm.
    pub fn log(self) -> Self {
        let d = 1.0 / self.v;
        self.chain(Unary { f: libm::log(self.v), d, dd: -d * d })
    }

    /// One over this.
    pub fn recip(self) -> Self {
        let f = 1.0 / self.v;
        self.chain(Unary { f, d: -f * f, dd: 2.0 * f * f * f })
    }

    /// log(1 + e^x) without overflow.
    pub fn softplus(self) -> Self {
        let x = self.v;
        let small = libm::exp(-x.abs());
        let d = if x > 0.0 { 1.0 / (1.0 + small) } else { small / (1.0 + small) };
        self.chain(Unary {
            f: x.max(0.0) + libm::log1p(small),
            d,
            dd: small / ((1.0 + small) * (1.0 + small)),
        })
    }

    /// log(1 - e^-x) for x > 0, accurate for small and large x.
    pub fn log_one_less_exp_neg(self) -> Self {
        let x = self.v;
        let f = if x < core::f64::consts::LN_2 {
            libm::log(-libm::expm1(-x))
        } else {
            libm::log1p(-libm::exp(-x))
        };
        // f' = 1/(e^x - 1); f'' = -e^x/(e^x - 1)^2 = -f'(1 + f').
        let d = 1.0 / libm::expm1(x);
        self.chain(Unary { f, d, dd: -d * (1.0 + d) })
    }
}

impl<const N: usize> Add for Jet<N> {
    type Output = Self;
    fn add(mut self, o: Self) -> Self {
        self.v += o.v;
        for i in 0..N {
            self.g[i] += o.g[i];
            for j in 0..N {
                self.h[i][j] += o.h[i][j];
            }
        }
        self
    }
}

impl<const N: usize> Sub for Jet<N> {
    type Output = Self;
    fn sub(self, o: Self) -> Self {
        self + -o
    }
}

impl<const N: usize> Neg for Jet<N> {
    type Output = Self;
    fn neg(self) -> Self {
        self * -1.0
    }
}

impl<const N: usize> Mul for Jet<N> {
    type Output = Self;
    fn mul(self, o: Self) -> Self {
        let mut out = Self::constant(self.v * o.v);
        for i in 0..N {
            out.g[i] = self.v * o.g[i] + o.v * self.g[i];
            for j in 0..N {
                out.h[i][j] =
                    self.v * o.h[i][j] + o.v * self.h[i][j] + self.g[i] * o.g[j] + o.g[i] * self.g[j];
            }
        }
        out
    }
}

impl<const N: usize> Mul<f64> for Jet<N> {
    type Output = Self;
    fn mul(mut self, by: f64) -> Self {
        self.v *= by;
        for i in 0..N {
            self.g[i] *= by;
            for j in 0..N {
                self.h[i][j] *= by;
            }
        }
        self
    }
}

impl<const N: usize> Add<f64> for Jet<N> {
    type Output = Self;
    fn add(mut self, by: f64) -> Self {
        self.v += by;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derivatives_by_hand() {
        // f = x² e^y / (1 + x) at (1, 0): f = 1/2.
        let [x, y] = Jet::variables(&[1.0, 0.0]);
        let f = x * x * y.exp() * (x + 1.0).recip();
        assert!((f.v - 0.5).abs() < 1e-15);
        // d/dx = (x² + 2x)/(1+x)² = 3/4; d/dy = f; d²/dx² = 2/(1+x)³ = 1/4; mixed = 3/4; d²/dy² = f.
        let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-15, "{a} {b}");
        near(f.g[0], 0.75);
        near(f.g[1], 0.5);
        near(f.h[0][0], 0.25);
        near(f.h[0][1], 0.75);
        near(f.h[1][0], 0.75);
        near(f.h[1][1], 0.5);
    }

    #[test]
    fn logarithms_keep_their_digits() {
        let at = |x: f64| Jet::<1>::variable(x, 0);
        // log(1 - e^-x) for tiny x is log x - x/2.
        let tiny = at(1e-12).log_one_less_exp_neg();
        assert!((tiny.v - (libm::log(1e-12) - 5e-13)).abs() < 1e-14);
        assert!((tiny.g[0] * 1e-12 - 1.0).abs() < 1e-11);
        let large = at(50.0).log_one_less_exp_neg();
        assert!((large.v / -libm::exp(-50.0) - 1.0).abs() < 1e-14);
        assert_eq!(at(800.0).softplus().v, 800.0);
        assert!((at(-800.0).softplus().v).abs() < 1e-300);
        assert!((at(0.0).softplus().h[0][0] - 0.25).abs() < 1e-16);
    }
}
