//! Minimisers for few variables: BFGS to come near, damped Newton to arrive.
//!
//! Nocedal & Wright (2006), chapters 3, 4 and 6.

use super::linalg::{Matrix, cholesky, dot, solve};

/// A function's value, gradient and Hessian at a point.
#[derive(Debug, Clone, PartialEq)]
pub struct Local {
    /// Value; anything not finite is outside the domain.
    pub value: f64,
    /// Gradient.
    pub gradient: Vec<f64>,
    /// Hessian; may be empty when only BFGS is to be run.
    pub hessian: Matrix,
}

impl Local {
    fn usable(&self) -> bool {
        self.value.is_finite() && self.gradient.iter().all(|g| g.is_finite())
    }

    /// The largest slope.
    pub fn steepest(&self) -> f64 {
        self.gradient.iter().fold(0.0, |m, g| g.abs().max(m))
    }
}

/// Where a minimiser stopped.
#[derive(Debug, Clone, PartialEq)]
pub struct Stopped {
    /// The point.
    pub at: Vec<f64>,
    /// The function there.
    pub local: Local,
    /// Steps taken.
    pub steps: usize,
}

fn moved(at: &[f64], along: &[f64], by: f64) -> Vec<f64> {
    at.iter().zip(along).map(|(x, d)| x + by * d).collect()
}

/// Minimises from `start` by BFGS with a backtracking search, for at most `most` steps or until the
/// predicted decrease is below `enough`. None if the start is outside the domain.
pub fn bfgs(f: impl Fn(&[f64]) -> Local, start: &[f64], most: usize, enough: f64) -> Option<Stopped> {
    let n = start.len();
    let mut now = Stopped { at: start.to_vec(), local: f(start), steps: 0 };
    if !now.local.usable() {
        return None;
    }
    let identity = |scale: f64| -> Matrix {
        (0..n).map(|i| (0..n).map(|j| if i == j { scale } else { 0.0 }).collect()).collect()
    };
    // First step of length at most one half.
    let mut inverse = identity(0.5 / now.local.steepest().max(1.0));
    let mut fresh = true;
    while now.steps < most {
        let gradient = &now.local.gradient;
        let mut step: Vec<f64> = inverse.iter().map(|row| -dot(row, gradient)).collect();
        let longest = step.iter().fold(0.0_f64, |m, s| s.abs().max(m));
        if longest > 2.0 {
            step.iter_mut().for_each(|s| *s *= 2.0 / longest);
        }
        let slope = dot(&step, gradient);
        let stuck = slope >= 0.0 || !slope.is_finite();
        if !stuck && -slope < enough {
            break;
        }
        let next = if stuck { None } else { backtrack(&f, &now, &step, slope) };
        let Some(next) = next else {
            if fresh {
                break;
            }
            inverse = identity(0.5 / now.local.steepest().max(1.0));
            fresh = true;
            continue;
        };
        update(&mut inverse, &now, &next, fresh);
        fresh = false;
        now = next;
    }
    Some(now)
}

fn backtrack(f: &impl Fn(&[f64]) -> Local, now: &Stopped, step: &[f64], slope: f64) -> Option<Stopped> {
    let mut length = 1.0;
    for _ in 0..40 {
        let at = moved(&now.at, step, length);
        let local = f(&at);
        if local.usable() && local.value <= now.local.value + 1e-4 * length * slope {
            let steps = now.steps + 1;
            return Some(Stopped { at, local, steps });
        }
        length *= if local.usable() { 0.5 } else { 0.25 };
    }
    None
}

/// The BFGS update of the inverse Hessian, skipped where curvature is not positive.
fn update(inverse: &mut Matrix, now: &Stopped, next: &Stopped, fresh: bool) {
    let step = moved(&next.at, &now.at, -1.0);
    let change = moved(&next.local.gradient, &now.local.gradient, -1.0);
    let curvature = dot(&step, &change);
    if curvature <= 1e-12 * dot(&step, &step).sqrt() * dot(&change, &change).sqrt() {
        return;
    }
    if fresh {
        let scale = curvature / dot(&change, &change);
        for (i, row) in inverse.iter_mut().enumerate() {
            for (j, cell) in row.iter_mut().enumerate() {
                *cell = if i == j { scale } else { 0.0 };
            }
        }
    }
    let spread: Vec<f64> = inverse.iter().map(|row| dot(row, &change)).collect();
    let outer = 1.0 + dot(&change, &spread) / curvature;
    for (i, row) in inverse.iter_mut().enumerate() {
        for (j, cell) in row.iter_mut().enumerate() {
            *cell += (outer * step[i] * step[j] - spread[i] * step[j] - step[i] * spread[j]) / curvature;
        }
    }
}

/// Minimises by Newton steps until rounding stops it. Where the Hessian is not positive definite it is
/// made so by the least damping (Levenberg) of a growing series that does; steps are halved until they
/// descend. None if the start is outside the domain.
pub fn newton(f: impl Fn(&[f64]) -> Local, start: &[f64], most: usize) -> Option<Stopped> {
    let mut now = Stopped { at: start.to_vec(), local: f(start), steps: 0 };
    if !now.local.usable() {
        return None;
    }
    while now.steps < most {
        let Some(step) = newton_step(&now.local) else {
            break;
        };
        let Some(next) = descend(&f, &now, &step) else {
            break;
        };
        let shift = moved(&next.at, &now.at, -1.0);
        let still = (shift.iter().zip(&next.at)).all(|(s, x)| s.abs() <= 1e-15 * (1.0 + x.abs()));
        now = next;
        if still {
            break;
        }
    }
    Some(now)
}

/// The Newton step, of length at most 1 in any variable. A ridge may be 10^10 times flatter along than
/// across, so damping starts far below the size of the Hessian.
fn newton_step(local: &Local) -> Option<Vec<f64>> {
    let size = (local.hessian.iter().enumerate())
        .filter_map(|(i, row)| row.get(i))
        .fold(1e-8_f64, |m, d| d.abs().max(m));
    let mut damping = 0.0;
    for _ in 0..18 {
        let mut hessian = local.hessian.clone();
        for (i, row) in hessian.iter_mut().enumerate() {
            if let Some(cell) = row.get_mut(i) {
                *cell += damping * size;
            }
        }
        if let Some(factor) = cholesky(&hessian) {
            let step = solve(&factor, &local.gradient);
            let longest = step.iter().fold(0.0_f64, |m, s| s.abs().max(m));
            let shrink = if longest > 1.0 { 1.0 / longest } else { 1.0 };
            return Some(step.iter().map(|s| -s * shrink).collect());
        }
        damping = (damping * 10.0).max(1e-14);
    }
    None
}

/// Takes a step that descends, halved as often as need be; or, whole, one whose descent rounding hides
/// but that lessens the slope.
fn descend(f: &impl Fn(&[f64]) -> Local, now: &Stopped, step: &[f64]) -> Option<Stopped> {
    let noise = 1e-13 * (1.0 + now.local.value.abs());
    let slope = dot(step, &now.local.gradient);
    let steps = now.steps + 1;
    let mut length = 1.0;
    for _ in 0..25 {
        let at = moved(&now.at, step, length);
        let local = f(&at);
        let descends = local.value < now.local.value + 1e-4 * length * slope - noise;
        let flatter = length == 1.0
            && local.value <= now.local.value + noise
            && local.steepest() < now.local.steepest();
        if local.usable() && (descends || flatter) {
            return Some(Stopped { at, local, steps });
        }
        if -slope * length < noise {
            return None;
        }
        length *= 0.5;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rosenbrock's valley: minimum 0 at (1, 1).
    fn valley(x: &[f64]) -> Local {
        let (a, b) = (x[0], x[1]);
        let c = b - a * a;
        Local {
            value: (1.0 - a).powi(2) + 100.0 * c * c,
            gradient: vec![-2.0 * (1.0 - a) - 400.0 * a * c, 200.0 * c],
            hessian: vec![vec![2.0 - 400.0 * c + 800.0 * a * a, -400.0 * a], vec![-400.0 * a, 200.0]],
        }
    }

    #[test]
    fn both_walk_down_the_valley() {
        let near = bfgs(valley, &[-1.2, 1.0], 200, 1e-12).unwrap();
        assert!((near.at[0] - 1.0).abs() < 1e-4, "{near:?}");
        let there = newton(valley, &near.at, 50).unwrap();
        assert!((there.at[0] - 1.0).abs() < 1e-14 && (there.at[1] - 1.0).abs() < 1e-14);
        let alone = newton(valley, &[-1.2, 1.0], 200).unwrap();
        assert!((alone.at[0] - 1.0).abs() < 1e-12, "{alone:?}");
    }

    #[test]
    fn a_start_outside_the_domain_is_refused() {
        let log = |x: &[f64]| Local {
            value: x[0] - libm::log(x[0]),
            gradient: vec![1.0 - 1.0 / x[0]],
            hessian: vec![vec![1.0 / (x[0] * x[0])]],
        };
        assert!(bfgs(log, &[-1.0], 10, 1e-9).is_none());
        assert!(newton(log, &[f64::NAN], 10).is_none());
        let found = newton(log, &bfgs(log, &[30.0], 100, 1e-12).unwrap().at, 50).unwrap();
        assert!((found.at[0] - 1.0).abs() < 1e-12);
    }
}
