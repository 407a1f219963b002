//! Safeguarded Newton steps that invert distribution functions.
//!
//! Each solver keeps a bracket, takes the Newton step when it stays inside, and halves otherwise,
//! so it ends on any input. The tails are solved in logarithms, where distribution functions are
//! nearly straight: `ln F` against `ln x` below, `ln S` against `x` above.

use libm::{exp, log, log1p};

/// A step this small, relative to the value, leaves an error of the order of its square.
const CLOSE: f64 = 1e-9;
const MAX_STEPS: usize = 300;

/// Solves `F(x) = p`; `f` gives `(F(x), density)`.
pub(super) fn lower(p: f64, bracket: (f64, f64), start: f64, f: impl Fn(f64) -> (f64, f64)) -> f64 {
    newton(bracket, start, |x| {
        let (prob, density) = f(x);
        // ln F(x) - ln p over its slope in ln x.
        let step = log_ratio(prob, p) * prob / (x * density);
        let next = if step.abs() < 1e-3 { x - x * step * (1.0 - 0.5 * step) } else { x * exp(-step) };
        (prob >= p, next)
    })
}

/// Solves `S(x) = s`; `f` gives `(S(x), density)`.
pub(super) fn upper(s: f64, bracket: (f64, f64), start: f64, f: impl Fn(f64) -> (f64, f64)) -> f64 {
    newton(bracket, start, |x| {
        let (prob, density) = f(x);
        (prob <= s, x + log_ratio(prob, s) * prob / density)
    })
}

/// Solves for the tail probability `p` from a guess, without a bracket.
pub(super) fn near(p: f64, upper_tail: bool, guess: f64, f: impl Fn(f64) -> (f64, f64)) -> f64 {
    let bracket = (0.0, f64::INFINITY);
    if upper_tail { upper(p, bracket, guess, f) } else { lower(p, bracket, guess, f) }
}

/// Solves `g(x) = y` for increasing `g`; `g` gives value and slope.
pub(super) fn increasing(y: f64, bracket: (f64, f64), start: f64, g: impl Fn(f64) -> (f64, f64)) -> f64 {
    newton(bracket, start, |x| {
        let (value, slope) = g(x);
        (value >= y, x - (value - y) / slope)
    })
}

/// `ln(a / b)`, exact when they are nearly equal.
fn log_ratio(a: f64, b: f64) -> f64 {
    let d = (a - b) / b;
    if d.abs() < 0.5 { log1p(d) } else { log(a / b) }
}

/// Runs the iteration: `eval(x)` says whether `x` is at or beyond the root, and the Newton proposal.
fn newton((mut low, mut high): (f64, f64), start: f64, eval: impl Fn(f64) -> (bool, f64)) -> f64 {
    let mut x = if start > low && start < high { start } else { middle(low, high) };
    for _ in 0..MAX_STEPS {
        let (beyond, proposal) = eval(x);
        if beyond {
            high = x;
        } else {
            low = x;
        }
        let inside = proposal >= low && proposal <= high;
        if inside && (proposal - x).abs() <= CLOSE * x.abs() {
            return proposal;
        }
        let next = if inside && proposal > low && proposal < high { proposal } else { middle(low, high) };
        if !(next > low && next < high) {
            return high;
        }
        x = next;
    }
    x
}

/// Halfway, by ratio when the ends are far apart; steps outwards from an infinite bracket.
fn middle(low: f64, high: f64) -> f64 {
    if high == f64::INFINITY {
        return if low > 0.0 { low * 4.0 } else { 1.0 };
    }
    if low > 0.0 && high / low > 4.0 {
        return low.sqrt() * high.sqrt();
    }
    if low == 0.0 && high > 1e-280 {
        return high * 1e-3;
    }
    low + 0.5 * (high - low)
}
