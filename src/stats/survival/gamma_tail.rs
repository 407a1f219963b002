//! Tails of the generalised gamma law in Prentice's form, with derivatives in both its numbers.
//!
//! For w = (log t - mu)/sigma and shape q, density in w: with a = 1/q^2,
//! log f = log|q| + a log a - log Gamma(a) + a (q w - e^(q w)). At q = 0 it is the standard normal;
//! q = 1 is Weibull, q = sigma gamma (Prentice 1974; Farewell & Prentice 1977).
//!
//! Near q = 0 the usual incomplete gamma functions lose their digits and their derivatives. There the
//! density is written as -log sqrt(2 pi) - stirling(1/a) - w^2 phi(q w), phi(z) = (e^z - 1 - z)/z^2,
//! smooth in q, and its tails are integrated; elsewhere series and continued fraction are run on numbers
//! that carry their derivatives.

use super::jet::{Binary, Jet, Unary};
use super::quadrature;
use super::special::{LOG_SQRT_2PI, log_gamma, log_gamma_1p};

/// Below this |q| tails are integrated; above it, incomplete gamma functions are used.
const SMALL: f64 = 0.2;
const MOST_TERMS: usize = 20_000;

type Jet1 = Jet<1>;

/// Log density of w, as a function of (q, w).
pub fn log_density<const N: usize>(q: Jet<N>, w: Jet<N>) -> Jet<N> {
    let bend = (q * w).chain(phi((q * w).v));
    -(w * w * bend) + q.chain(log_constant(q.v))
}

/// log P(W > w) and log P(W <= w), as functions of (q, w).
pub fn log_tails<const N: usize>(q: Jet<N>, w: Jet<N>) -> (Jet<N>, Jet<N>) {
    let (upper, lower) = tails(q.v, w.v);
    let density = log_density(Jet::<2>::variable(q.v, 0), Jet::<2>::variable(w.v, 1));
    let (f_q, f_w) = (density.g[0], density.g[1]);
    // d/dw log S = -r and d/dw log F = r, where r = f/S or f/F; so
    // d2/dw2 = -+ r (dlogf/dw - d log/dw) and d2/dwdq = -+ r (dlogf/dq - d log/dq).
    let join = |tail: Jet1, sign: f64| {
        let slope = sign * libm::exp(density.v - tail.v);
        let all = Binary {
            f: tail.v,
            x: tail.g[0],
            y: slope,
            xx: tail.h[0][0],
            xy: slope * (f_q - tail.g[0]),
            yy: slope * (f_w - slope),
        };
        q.chain2(w, all)
    };
    (join(upper, -1.0), join(lower, 1.0))
}

/// log P(X > x) for a gamma law of shape `a` and rate 1.
pub fn log_upper(a: f64, x: f64) -> f64 {
    let q = 1.0 / a.sqrt();
    let w = libm::log(x / a) / q;
    tails(q, w).0.v
}

/// (log S, log F) with their derivatives in q at fixed w.
fn tails(q: f64, w: f64) -> (Jet1, Jet1) {
    if !q.is_finite() || w.is_nan() {
        let nan = Jet1::constant(f64::NAN);
        return (nan, nan);
    }
    if q.abs() < SMALL {
        return integrated(q, w);
    }
    let (upper, lower) = incomplete(q, w);
    // The mirror image: P(W > w) at q is P(W <= -w) at -q, and a, x depend on q, w in the same way.
    if q > 0.0 { (upper, lower) } else { (lower, upper) }
}

/// log Q(a, x) and log P(a, x) with a = 1/q^2, x = a e^(q w), and derivatives in q.
fn incomplete(q: f64, w: f64) -> (Jet1, Jet1) {
    let q = Jet1::variable(q, 0);
    let a = (q * q).recip();
    let z = q * w;
    let x = a * z.exp();
    // log of x^a e^-x / Gamma(a)
    let front = -(z.chain(phi(z.v)) * w * w) + a * a.log() - a - a.chain(log_gamma(a.v));
    if a.v < 0.5 && x.v < 1.0 {
        let lower = alternating(a, x, z);
        return (complement(lower), lower);
    }
    if a.v >= 0.5 && x.v < a.v + 1.0 {
        let lower = front - a.log() + series(a, x).log();
        (complement(lower), lower)
    } else {
        let upper = front + fraction(a, x).log();
        (upper, complement(upper))
    }
}

/// log(1 - e^l) for l < 0.
fn complement(l: Jet1) -> Jet1 {
    (-l).log_one_less_exp_neg()
}

/// log P(a, x) for small a and x, where it is near 0 and its complement is what counts: every part is of
/// the order of a, so nothing cancels. P = x^a / Gamma(1+a) (1 + a sum over n >= 1 of (-x)^n / (n! (a+n))).
fn alternating(a: Jet1, x: Jet1, z: Jet1) -> Jet1 {
    let (mut power, mut sum) = (Jet1::constant(1.0), Jet1::constant(0.0));
    for n in 1..40 {
        let n = f64::from(n);
        power = power * x * (-1.0 / n);
        sum = sum + power * (a + n).recip();
        if power.v.abs() < 1e-18 {
            break;
        }
    }
    let inner = a * sum;
    let d = 1.0 / (1.0 + inner.v);
    let log = inner.chain(Unary { f: libm::log1p(inner.v), d, dd: -d * d });
    a * (a.log() + z) - a.chain(log_gamma_1p(a.v)) + log
}

/// 1 + x/(a+1) + x^2/((a+1)(a+2)) + ...
fn series(a: Jet1, x: Jet1) -> Jet1 {
    let mut term = Jet1::constant(1.0);
    let mut sum = term;
    for n in 1..MOST_TERMS {
        term = term * x * (a + n as f64).recip();
        sum = sum + term;
        if small(term, sum) {
            return sum;
        }
    }
    Jet1::constant(f64::NAN)
}

/// 1/(x+1-a - 1(1-a)/(x+3-a - 2(2-a)/(x+5-a - ...))), by Lentz's method.
fn fraction(a: Jet1, x: Jet1) -> Jet1 {
    let mut b = x - a + 1.0;
    let mut c = Jet1::constant(1e300);
    let mut d = b.recip();
    let mut h = d;
    for n in 1..MOST_TERMS {
        let n = n as f64;
        let top = (a + -n) * n;
        b = b + 2.0;
        d = nonzero(top * d + b).recip();
        c = nonzero(b + top * c.recip());
        let step = c * d;
        h = h * step;
        if (step.v - 1.0).abs() < 3e-16 && small(Jet1 { v: 0.0, ..step }, Jet1::constant(1.0)) {
            return h;
        }
    }
    Jet1::constant(f64::NAN)
}

fn nonzero(j: Jet1) -> Jet1 {
    if j.v.abs() < 1e-290 { j + 1e-290 } else { j }
}

fn small(part: Jet1, whole: Jet1) -> bool {
    let size = whole.v.abs();
    part.v.abs() <= 1e-16 * size
        && part.g[0].abs() <= 1e-15 * (size + whole.g[0].abs())
        && part.h[0][0].abs() <= 1e-14 * (size + whole.h[0][0].abs())
        || size.is_nan()
}

fn integrated(q: f64, w: f64) -> (Jet1, Jet1) {
    if w >= 0.0 {
        let upper = beyond(q, w, 1.0);
        (upper, complement(upper))
    } else {
        let lower = beyond(q, w, -1.0);
        (complement(lower), lower)
    }
}

/// Log of the integral of the density from w outwards (away from 0, towards `side`), by Gauss-Legendre
/// panels as far as the density matters; derivatives in q.
fn beyond(q: f64, w: f64, side: f64) -> Jet1 {
    // The exponent at a distance s beyond w, relative to that at w: decreasing and concave in s.
    let depth = |s: f64| {
        let v = w + side * s;
        v * v * phi(q * v).f - w * w * phi(q * w).f
    };
    let mut reach = 1.0 / (1.0 + w.abs());
    let mut doublings = 0;
    while depth(reach) < DEEP && doublings < 60 {
        reach *= 2.0;
        doublings += 1;
    }
    let (mut low, mut high) = (reach / 2.0, reach);
    for _ in 0..6 {
        let middle = 0.5 * (low + high);
        if depth(middle) < DEEP {
            low = middle;
        } else {
            high = middle;
        }
    }
    let at_w = exponent(q, w);
    let area = quadrature::panels(0.0, high, |s| (exponent(q, w + side * s) - at_w).exp());
    at_w + Jet1::variable(q, 0).chain(log_constant(q)) + area.log()
}

/// e^-42 of the height at w is less than half a unit in the last place.
const DEEP: f64 = 42.0;

/// -v^2 phi(q v) with derivatives in q.
fn exponent(q: f64, v: f64) -> Jet1 {
    let p = phi(q * v);
    let v2 = v * v;
    Jet1 { v: -v2 * p.f, g: [-v2 * v * p.d], h: [[-v2 * v2 * p.dd]] }
}

/// log|q| + a log a - a - log Gamma(a) with a = 1/q^2, and its derivatives in q.
fn log_constant(q: f64) -> Unary {
    if q.abs() < SMALL {
        // -log sqrt(2 pi) - (s/12 - s^3/360 + s^5/1260 - s^7/1680 + s^9/1188), s = q^2: Stirling.
        let s = Jet1::variable(q, 0);
        let s = s * s;
        let s2 = s * s;
        let sum = s2 * (1.0 / 1188.0) + -1.0 / 1680.0;
        let sum = s2 * sum + 1.0 / 1260.0;
        let sum = s2 * sum + -1.0 / 360.0;
        let sum = (s2 * sum + 1.0 / 12.0) * s;
        return Unary { f: -LOG_SQRT_2PI - sum.v, d: -sum.g[0], dd: -sum.h[0][0] };
    }
    let q = Jet1::variable(q, 0);
    let a = (q * q).recip();
    let all = a.log() * -0.5 + a * a.log() - a - a.chain(log_gamma(a.v));
    Unary { f: all.v, d: all.g[0], dd: all.h[0][0] }
}

/// (e^z - 1 - z)/z^2 with its derivatives.
fn phi(z: f64) -> Unary {
    if z.abs() < 1.0 {
        // Sum of z^k/(k+2)!, and its derivatives, by Horner's rule from the last term.
        let (mut f, mut d, mut dd) = (0.0, 0.0, 0.0);
        for c in FACTORIALS.iter().rev() {
            dd = dd * z + 2.0 * d;
            d = d * z + f;
            f = f * z + c;
        }
        return Unary { f, d, dd };
    }
    let e = libm::exp(z);
    let f = (libm::expm1(z) - z) / (z * z);
    let d = (libm::expm1(z) - 2.0 * z * f) / (z * z);
    let dd = (e - 2.0 * f - 4.0 * z * d) / (z * z);
    Unary { f, d, dd }
}

/// 1/2!, 1/3!, ...
const FACTORIALS: [f64; 20] = {
    let mut all = [0.0; 20];
    let (mut k, mut value) = (0, 1.0);
    while k < 20 {
        value /= (k + 2) as f64;
        all[k] = value;
        k += 1;
    }
    all
};

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: f64, b: f64, relative: f64, what: &str) {
        assert!((a - b).abs() <= relative * b.abs().max(1e-300), "{what}: {a} against {b}");
    }

    #[test]
    fn whole_shapes_have_closed_tails() {
        // Shape 3: P(X > x) = e^-x (1 + x + x²/2).
        for (x, exact) in [
            (0.1, -1.546_650_302_838_611_5e-4),
            (1.0, -0.083_709_268_125_844_93),
            (3.9, -1.373_871_435_670_417_6),
            (4.1, -1.496_940_012_755_421),
            (30.0, -23.824_132_729_894_24),
            (600.0, -587.895_954_542_951_7),
        ] {
            near(log_upper(3.0, x), exact, 3e-14, "shape 3");
        }
        near(log_upper(1.0, 700.0), -700.0, 1e-14, "shape 1");
        // Shape 1/2: erfc(sqrt x).
        near(log_upper(0.5, 4.0), libm::log(libm::erfc(2.0)), 1e-14, "shape 1/2");
        // Shape 40, integrated: Poisson sum of 40 terms.
        for x in [5.0, 39.0, 41.0, 100.0, 400.0] {
            let (mut term, mut sum) = (1.0, 1.0);
            for k in 1..40 {
                term *= x / f64::from(k);
                sum += term;
            }
            let exact = libm::log(sum) - x;
            let ours = log_upper(40.0, x);
            assert!((ours - exact).abs() < 3e-14 * exact.abs() + 1e-16, "{x}: {ours} {exact}");
        }
    }

    #[test]
    fn the_two_methods_agree_with_all_derivatives() {
        for q in [0.2, 0.3, 0.5, -0.2, -0.4] {
            for w in [-12.0, -3.0, -0.5, 0.0, 0.4, 2.0, 6.0] {
                let (a, b) = (integrated(q, w), {
                    let (upper, lower) = incomplete(q, w);
                    if q > 0.0 { (upper, lower) } else { (lower, upper) }
                });
                for (one, two) in [(a.0, b.0), (a.1, b.1)] {
                    let what = format!("q {q} w {w}");
                    // A probability within 1e-16 of 1 is known to its own size by one of them only.
                    if one.v.abs() < 1e-13 {
                        continue;
                    }
                    near(one.v, two.v, 2e-13, &what);
                    near(one.g[0], two.g[0], 1e-10, &what);
                    assert!(
                        (one.h[0][0] - two.h[0][0]).abs() < 1e-8 * (1.0 + two.h[0][0].abs()),
                        "{what}: {one:?} {two:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn tiny_shapes_keep_the_digits_of_the_upper_tail() {
        // As a goes to 0, Q(a, x)/a goes to the exponential integral E1(x) (values of Abramowitz &
        // Stegun, table 5.1).
        for (x, e1) in [
            (0.5, 0.559_773_594_776_160_8),
            (0.999_999_999, 0.219_383_934_763_4),
            (2.0, 0.048_900_510_708_061_12),
        ] {
            for a in [1e-8, 1e-12] {
                let ours = log_upper(a, x) - libm::log(a);
                let slack = if a > 1e-10 { 1e-6 } else { 1e-9 };
                assert!((ours - libm::log(e1)).abs() < slack, "{a} {x} {ours}");
            }
        }
        // Across the change of method at x = 1, for a shape of 0.3 and of nearly one half.
        for a in [0.3, 0.499_999] {
            let (below, above) = (log_upper(a, 1.0 - 1e-12), log_upper(a, 1.0));
            assert!((below - above).abs() < 5e-12, "{below} {above}");
        }
    }

    #[test]
    fn at_no_shape_it_is_the_normal_law() {
        for w in [-20.0, -1.0, 0.0, 0.7, 8.0, 30.0] {
            let (upper, lower) = tails(0.0, w);
            let exact = super::super::special::log_normal_upper(w).f;
            near(upper.v, exact, 1e-13, "upper");
            let exact = super::super::special::log_normal_upper(-w).f;
            near(lower.v, exact, 1e-13, "lower");
        }
    }

    #[test]
    fn derivatives_agree_with_differences() {
        for (q, w) in [(0.05, 1.5), (-0.1, -2.0), (0.7, 0.3), (-1.4, 0.8), (4.0, -0.3), (0.2, 3.0)] {
            let step = 1e-5;
            let at = |q: f64, w: f64| {
                let [q, w] = Jet::variables(&[q, w]);
                log_tails(q, w)
            };
            let pick = |t: (Jet<2>, Jet<2>), upper: bool| if upper { t.0 } else { t.1 };
            for upper in [true, false] {
                let middle = pick(at(q, w), upper);
                for (i, (dq, dw)) in [(step, 0.0), (0.0, step)].into_iter().enumerate() {
                    let (more, less) = (pick(at(q + dq, w + dw), upper), pick(at(q - dq, w - dw), upper));
                    let slope = (more.v - less.v) / (2.0 * step);
                    assert!(
                        (slope - middle.g[i]).abs() < 1e-8 * (1.0 + slope.abs()),
                        "{q} {w} {i}: {slope} {middle:?}"
                    );
                    for j in 0..2 {
                        let slope = (more.g[j] - less.g[j]) / (2.0 * step);
                        assert!(
                            (slope - middle.h[i][j]).abs() < 1e-7 * (1.0 + slope.abs()),
                            "{q} {w} {i}{j}: {slope} {middle:?}"
                        );
                    }
                }
            }
        }
    }
}
