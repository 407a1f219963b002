//! Special functions with care for the far tails, where log-survival is what counts.

use super::jet::Unary;
use core::f64::consts::{LN_2, SQRT_2};

/// log sqrt(2 pi)
pub const LOG_SQRT_2PI: f64 = 0.918_938_533_204_672_8;

/// log |Gamma(x)| with its first two derivatives (digamma and trigamma), x > 0.
pub fn log_gamma(x: f64) -> Unary {
    Unary { f: libm::lgamma(x), d: digamma(x), dd: trigamma(x) }
}

/// log Gamma(1 + a) for 0 <= a <= 1/2 with its derivatives, keeping the digits of tiny a
/// (Abramowitz & Stegun 6.1.33).
pub fn log_gamma_1p(a: f64) -> Unary {
    let sum = ZETA_LESS_1.iter().zip(2_u8..28).rev().fold(0.0, |sum, (z, k)| {
        // Horner's rule in -a for the sum of (zeta(k) - 1)(-a)^k / k.
        sum * -a + z / f64::from(k)
    });
    Unary { f: -libm::log1p(a) + a * (1.0 - EULER) + sum * a * a, d: digamma(1.0 + a), dd: trigamma(1.0 + a) }
}

/// Euler's constant.
pub const EULER: f64 = 0.577_215_664_901_532_9;

/// zeta(2) - 1, zeta(3) - 1, ...
const ZETA_LESS_1: [f64; 26] = [
    0.6449340668482264,
    0.2020569031595943,
    0.08232323371113819,
    0.03692775514336993,
    0.01734306198444914,
    0.008349277381922827,
    0.00407735619794434,
    0.0020083928260822143,
    0.0009945751278180853,
    0.0004941886041194645,
    0.0002460865533080483,
    0.00012271334757848915,
    6.124813505870483e-05,
    3.058823630702049e-05,
    1.528225940865187e-05,
    7.637197637899763e-06,
    3.81729326499984e-06,
    1.908212716553939e-06,
    9.539620338727962e-07,
    4.769329867878064e-07,
    2.38450502727733e-07,
    1.1921992596531106e-07,
    5.960818905125948e-08,
    2.980350351465228e-08,
    1.4901554828365043e-08,
    7.45071178983543e-09,
];

/// Derivative of log gamma, x > 0 (Abramowitz & Stegun 6.3.5, 6.3.18).
pub fn digamma(mut x: f64) -> f64 {
    if x.is_nan() || x <= 0.0 {
        return f64::NAN;
    }
    let mut shift = 0.0;
    while x < 10.0 {
        shift -= 1.0 / x;
        x += 1.0;
    }
    let s = 1.0 / (x * x);
    let tail = s
        * (1.0 / 12.0
            - s * (1.0 / 120.0
                - s * (1.0 / 252.0
                    - s * (1.0 / 240.0 - s * (1.0 / 132.0 - s * (691.0 / 32760.0 - s / 12.0))))));
    shift + libm::log(x) - 0.5 / x - tail
}

/// Second derivative of log gamma, x > 0 (Abramowitz & Stegun 6.4.6, 6.4.12).
pub fn trigamma(mut x: f64) -> f64 {
    if x.is_nan() || x <= 0.0 {
        return f64::NAN;
    }
    let mut shift = 0.0;
    while x < 12.0 {
        shift += 1.0 / (x * x);
        x += 1.0;
    }
    let s = 1.0 / (x * x);
    let tail = 1.0 / 6.0
        - s * (1.0 / 30.0
            - s * (1.0 / 42.0 - s * (1.0 / 30.0 - s * (5.0 / 66.0 - s * (691.0 / 2730.0 - s * 7.0 / 6.0)))));
    shift + 1.0 / x + 0.5 * s + tail * s / x
}

/// log P(Z > z) for a standard normal Z, to full relative accuracy in both tails, with derivatives.
pub fn log_normal_upper(z: f64) -> Unary {
    let log_density = -0.5 * z * z - LOG_SQRT_2PI;
    let f = if z < -1.0 {
        libm::log1p(-0.5 * libm::erfc(-z / SQRT_2))
    } else if z < 5.0 {
        libm::log(libm::erfc(z / SQRT_2)) - LN_2
    } else {
        log_density + libm::log(mills(z))
    };
    // The hazard of the normal law.
    let r = if z < 5.0 { libm::exp(log_density - f) } else { 1.0 / mills(z) };
    Unary { f, d: -r, dd: -r * (r - z) }
}

/// P(Z > z) over the density at z, for z of 5 or more (continued fraction of Laplace).
fn mills(z: f64) -> f64 {
    let mut tail = z;
    for k in (1..=60).rev() {
        tail = z + f64::from(k) / tail;
    }
    1.0 / tail
}

/// The z below which a standard normal lies with probability `p` (Wichura's AS241 start is not needed:
/// a rough start and Halley steps on the log scale reach full accuracy). NaN unless 0 < p < 1.
pub fn normal_quantile(p: f64) -> f64 {
    if !(p > 0.0 && p < 1.0) {
        return f64::NAN;
    }
    let tail = p.min(1.0 - p);
    let t = (-2.0 * libm::log(tail)).sqrt();
    // Abramowitz & Stegun 26.2.22: within 0.003.
    let mut z = (t - (2.30753 + 0.27061 * t) / (1.0 + t * (0.99229 + 0.04481 * t))).max(0.0);
    let target = libm::log(tail);
    for _ in 0..4 {
        let u = log_normal_upper(z);
        let miss = u.f - target;
        z -= miss * u.d / (u.d * u.d - 0.5 * miss * u.dd);
    }
    if p < 0.5 { -z } else { z }
}

/// P(X > x) for a chi-squared law with `df` degrees of freedom (any positive number).
pub fn chi_squared_upper(x: f64, df: f64) -> f64 {
    if x.is_nan() || df.is_nan() || df <= 0.0 {
        return f64::NAN;
    }
    if x <= 0.0 {
        return 1.0;
    }
    libm::exp(super::gamma_tail::log_upper(0.5 * df, 0.5 * x))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: f64, b: f64, relative: f64) {
        assert!((a / b - 1.0).abs() < relative, "{a} against {b}");
    }

    #[test]
    fn gamma_derivatives_at_known_points() {
        // psi(1) = -Euler's constant; psi(1/2) = psi(1) - 2 ln 2; psi'(1) = pi^2/6; psi'(1/2) = pi^2/2.
        let euler = EULER;
        for a in [0.5, 0.3, 0.01] {
            assert!((log_gamma_1p(a).f - libm::lgamma(1.0 + a)).abs() < 2e-16);
        }
        near(log_gamma_1p(1e-20).f, -euler * 1e-20, 1e-14);
        near(digamma(1.0), -euler, 1e-14);
        near(digamma(0.5), -euler - 2.0 * LN_2, 1e-14);
        let pi2 = core::f64::consts::PI * core::f64::consts::PI;
        near(trigamma(1.0), pi2 / 6.0, 1e-14);
        near(trigamma(0.5), pi2 / 2.0, 1e-14);
        // psi(101) = H_100 - euler.
        let harmonic: f64 = (1..=100).map(|k| 1.0 / f64::from(k)).sum();
        near(digamma(101.0), harmonic - euler, 1e-14);
        assert!(digamma(0.0).is_nan() && trigamma(-1.0).is_nan());
    }

    #[test]
    fn normal_tail_at_known_points() {
        // From the continued fraction in 60-digit arithmetic.
        near(log_normal_upper(10.0).f, -53.231_285_150_512_47, 1e-14);
        near(log_normal_upper(40.0).f, -804.608_442_013_753_8, 1e-13);
        near(log_normal_upper(0.0).f, -LN_2, 1e-15);
        // Across the change of method.
        let (below, above) = (log_normal_upper(5.0 - 1e-9), log_normal_upper(5.0));
        near(below.f - 1e-9 * below.d.abs(), above.f, 1e-13);
        near(below.d, above.d, 1e-8);
        // P(Z > -9) is 1 less a number that 1 - erfc would lose.
        near(log_normal_upper(-9.0).f, -1.128_588_405_953_840_6e-19, 1e-12);
        near(normal_quantile(0.975), 1.959_963_984_540_054, 1e-15);
        near(normal_quantile(1e-20), -9.262_340_089_798_408, 1e-14);
        assert!(normal_quantile(0.5).abs() < 1e-15);
    }

    #[test]
    fn chi_squared_at_known_points() {
        // Two degrees: e^(-x/2). Four: e^(-x/2)(1 + x/2). One: P(|Z| > 1.96).
        near(chi_squared_upper(7.0, 2.0), libm::exp(-3.5), 1e-14);
        near(chi_squared_upper(300.0, 4.0), 151.0 * libm::exp(-150.0), 1e-12);
        near(chi_squared_upper(0.02, 4.0), 1.01 * libm::exp(-0.01), 1e-14);
        near(chi_squared_upper(9.0, 1.0), libm::erfc(3.0 / SQRT_2), 1e-13);
    }
}
