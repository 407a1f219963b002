//! What every fitted member can do: turn standard normal shocks into one future path.
//!
//! The forecast itself is the path without shocks. Its standard deviation at each horizon comes
//! from the response to one shock at a time (exact for linear models, the delta method for the
//! others). Because members share shocks, the mean of their paths is the combination's path, and
//! averaging paths driven by the same shocks averages the members' quantiles.

/// A fitted model that can be run forward.
pub trait Path {
    /// Writes the path that follows from the standard normal shocks `z` (missing ones are zero).
    fn path(&self, z: &[f64], out: &mut [f64]);
}

/// The path without shocks, `horizon` steps long.
#[must_use]
pub fn mean<M: Path + ?Sized>(model: &M, horizon: usize) -> Vec<f64> {
    let mut out = vec![0.0; horizon];
    model.path(&[], &mut out);
    out
}

/// The standard deviation at each horizon, by half the difference of the responses to a shock of
/// plus and minus one standard deviation at each step.
#[must_use]
pub fn spread<M: Path + ?Sized>(model: &M, horizon: usize) -> Vec<f64> {
    let mut variance = vec![0.0; horizon];
    let mut z = vec![0.0; horizon];
    let (mut up, mut down) = (vec![0.0; horizon], vec![0.0; horizon]);
    for step in 0..horizon {
        z[step] = 1.0;
        model.path(&z, &mut up);
        z[step] = -1.0;
        model.path(&z, &mut down);
        z[step] = 0.0;
        for h in step..horizon {
            let response = 0.5 * (up[h] - down[h]);
            variance[h] += response * response;
        }
    }
    variance.iter().map(|v| v.sqrt()).collect()
}

/// What estimating `parameters` from `n` values adds to the standard deviation of a new one: the
/// factor sqrt(1 + parameters / n) of least squares.
#[must_use]
pub fn estimation(parameters: usize, n: usize) -> f64 {
    (1.0 + parameters as f64 / n.max(1) as f64).sqrt()
}
