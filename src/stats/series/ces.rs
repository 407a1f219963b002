//! Complex exponential smoothing (Svetunkov, Kourentzes & Ord 2022).
//!
//! One complex smoothing parameter carries level and an "information potential" at once, so the
//! method has no separate trend to choose. Four kinds of season; the choice is by AICc. Initial
//! states come from backcasting: the filter runs forwards, backwards, and forwards again.

use super::decompose::month_effects;
use super::least_squares::{Effort, minimise, squash, unsquash};
use super::path::{Path, estimation};
use serde::Serialize;

/// The kind of season.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Kind {
    /// None.
    None,
    /// Both parts of last year's state in place of last month's.
    Simple,
    /// A real, additive season.
    Partial,
    /// A complex season of its own.
    Full,
}

/// A fitted model.
#[derive(Clone, Debug)]
pub struct Ces {
    /// The season chosen.
    pub kind: Kind,
    /// Corrected Akaike criterion, comparable within one series only.
    pub aicc: f64,
    gains: [f64; 4],
    states: Vec<[f64; 4]>,
    sigma: f64,
    period: usize,
    length: usize,
}

/// Fits the four kinds (only the first when there are under two periods and four values) and
/// keeps the one with the least AICc.
#[must_use]
pub fn fit(y: &[f64], period: usize, effort: Effort) -> Option<Ces> {
    let kinds: &[Kind] = if period > 1 && y.len() >= 2 * period + 4 {
        &[Kind::None, Kind::Simple, Kind::Partial, Kind::Full]
    } else {
        &[Kind::None]
    };
    kinds
        .iter()
        .filter_map(|&kind| fit_kind(y, period, kind, effort))
        .min_by(|a, b| a.aicc.total_cmp(&b.aicc))
}

fn fit_kind(y: &[f64], period: usize, kind: Kind, effort: Effort) -> Option<Ces> {
    let n = y.len();
    let scale = y.iter().map(|v| v.abs()).sum::<f64>() / n.max(1) as f64;
    if n < 8 || scale <= 0.0 || !scale.is_finite() {
        return None;
    }
    let scaled: Vec<f64> = y.iter().map(|v| v / scale).collect();
    let first = first_states(&scaled, period, kind)?;
    let start: Vec<f64> = match kind {
        Kind::None | Kind::Simple => vec![unsquash(1.3, 0.01, 1.8), unsquash(1.0, 0.01, 1.9)],
        Kind::Partial => vec![unsquash(1.3, 0.01, 1.8), unsquash(1.0, 0.01, 1.9), unsquash(0.1, 0.01, 1.5)],
        Kind::Full => vec![
            unsquash(1.3, 0.01, 1.8),
            unsquash(1.0, 0.01, 1.9),
            unsquash(1.3, 0.01, 1.5),
            unsquash(1.0, 0.01, 1.5),
        ],
    };
    let mut states = first.clone();
    let run = |p: &[f64], out: &mut [f64]| {
        states.copy_from_slice(&first);
        backcast(&scaled, kind, &gains(p, kind), &mut states, out)
    };
    let solution = minimise(&start, n, effort, run)?;
    let g = gains(&solution.parameters, kind);
    let mut errors = vec![0.0; n];
    let mut states = first.clone();
    if !backcast(&scaled, kind, &g, &mut states, &mut errors) {
        return None;
    }
    let nf = n as f64;
    let k = start.len() as f64 + 1.0 + initial_count(kind, period) as f64;
    if nf - k - 1.0 < 1.0 {
        return None;
    }
    let aic = nf * libm::log(solution.sum_of_squares.max(1e-30)) + 2.0 * k;
    let freedom = nf - start.len() as f64 - 1.0;
    let sigma = (solution.sum_of_squares / freedom).sqrt() * scale * estimation(start.len() + 2, n);
    for s in &mut states {
        s.iter_mut().for_each(|v| *v *= scale);
    }
    Some(Ces {
        kind,
        aicc: aic + 2.0 * k * (k + 1.0) / (nf - k - 1.0),
        gains: g,
        states,
        sigma,
        period: states_length(kind, period),
        length: n,
    })
}

/// Backcast states are not free parameters of the likelihood, but their number keeps the richer
/// kinds honest: it is counted as the published software counts it.
const fn initial_count(kind: Kind, period: usize) -> usize {
    match kind {
        Kind::None => 2,
        Kind::Simple => 2 * period,
        Kind::Partial => 2 + period,
        Kind::Full => 2 + 2 * period,
    }
}

const fn states_length(kind: Kind, period: usize) -> usize {
    match kind {
        Kind::None => 1,
        _ => period,
    }
}

fn gains(p: &[f64], kind: Kind) -> [f64; 4] {
    let get = |i: usize, high: f64| p.get(i).map_or(0.0, |&x| squash(x, 0.01, high));
    let (third, fourth) = match kind {
        Kind::None | Kind::Simple => (0.0, 0.0),
        Kind::Partial => (get(2, 1.5), 0.0),
        Kind::Full => (get(2, 1.5), get(3, 1.5)),
    };
    [get(0, 1.8), get(1, 1.9), third, fourth]
}

/// States by place in the year: level, potential, and the season's two parts. The non-seasonal
/// pair is kept in place 0 except for the simple kind, where each place has its own.
fn first_states(y: &[f64], period: usize, kind: Kind) -> Option<Vec<[f64; 4]>> {
    let head = &y[..y.len().min(period.max(6))];
    let level = head.iter().sum::<f64>() / head.len() as f64;
    Some(match kind {
        Kind::None => vec![[level, level / 1.1, 0.0, 0.0]],
        Kind::Simple => {
            let season = month_effects(y, period, false)?;
            season.iter().map(|s| [level + s, (level + s) / 1.1, 0.0, 0.0]).collect()
        }
        Kind::Partial | Kind::Full => {
            let season = month_effects(y, period, false)?;
            season.iter().map(|s| [level, level / 1.1, *s, s / 1.1]).collect()
        }
    })
}

#[inline]
fn step(kind: Kind, g: &[f64; 4], s: &mut [[f64; 4]], at: usize, error: Result<f64, f64>) -> f64 {
    let place = if kind == Kind::Simple { at } else { 0 };
    let [level, potential, ..] = s[place];
    let forecast = level + if kind == Kind::Partial || kind == Kind::Full { s[at][2] } else { 0.0 };
    let e = match error {
        Ok(value) => value - forecast,
        Err(shock) => shock,
    };
    s[place][0] = level - (1.0 - g[1]) * potential + (g[0] - g[1]) * e;
    s[place][1] = level + (1.0 - g[0]) * potential + (g[0] + g[1]) * e;
    match kind {
        Kind::None | Kind::Simple => {}
        Kind::Partial => s[at][2] += g[2] * e,
        Kind::Full => {
            let [_, _, season, other] = s[at];
            s[at][2] = season - (1.0 - g[3]) * other + (g[2] - g[3]) * e;
            s[at][3] = season + (1.0 - g[2]) * other + (g[2] + g[3]) * e;
        }
    }
    if error.is_ok() { e } else { forecast + e }
}

fn backcast(y: &[f64], kind: Kind, g: &[f64; 4], s: &mut [[f64; 4]], out: &mut [f64]) -> bool {
    let m = s.len();
    for pass in 0..3 {
        for i in 0..y.len() {
            let t = if pass == 1 { y.len() - 1 - i } else { i };
            out[t] = step(kind, g, s, t % m, Ok(y[t]));
            if out[t].is_nan() || out[t].abs() > 1e6 {
                return false;
            }
        }
    }
    true
}

impl Path for Ces {
    fn path(&self, z: &[f64], out: &mut [f64]) {
        let mut states = self.states.clone();
        for (h, slot) in out.iter_mut().enumerate() {
            let shock = self.sigma * z.get(h).copied().unwrap_or(0.0);
            let at = (self.length + h) % self.period;
            *slot = step(self.kind, &self.gains, &mut states, at, Err(shock));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::series::path::mean;

    #[test]
    fn a_constant_stays_and_a_season_repeats() {
        let flat = [5.0; 30];
        let next = mean(&fit(&flat, 1, Effort::FULL).unwrap(), 4);
        assert!(next.iter().all(|v| (v - 5.0).abs() < 0.05), "{next:?}");
        let y: Vec<f64> =
            (0..60).map(|t| 100.0 + 30.0 * libm::cos(f64::from(t) * core::f64::consts::PI / 6.0)).collect();
        let next = mean(&fit(&y, 12, Effort::FULL).unwrap(), 12);
        for (a, b) in next.iter().zip(&y) {
            assert!((a - b).abs() < 6.0, "{a} {b}");
        }
    }
}
