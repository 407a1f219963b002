//! What each part adds, month by month, so that the parts sum to the whole.

use super::adjust::Effects;
use super::month::Month;
use super::prepare::Prepared;
use super::series::Series;
use crate::stats::series::decompose::{month_effects, moving_average};
use serde::Serialize;

/// One month taken apart. `trend + season + working_days + holidays + shock + rest` is the value.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Part {
    /// The month.
    pub month: Month,
    /// What was observed or is forecast; none where missing.
    pub value: Option<f64>,
    /// The level without anything else.
    pub trend: f64,
    /// The month of the year.
    pub season: f64,
    /// Working days being more or fewer than that month's usual.
    pub working_days: f64,
    /// School holidays taking more or less of the month than is usual for it.
    pub holidays: f64,
    /// Named shocks and changes of definition, and months set aside as slips.
    pub shock: f64,
    /// What is left.
    pub rest: f64,
}

/// History and future taken apart.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Parts {
    /// Past months.
    pub history: Vec<Part>,
    /// Future months.
    pub future: Vec<Part>,
    /// Per cent more for one per cent more working days than usual.
    pub working_day_elasticity: f64,
    /// Per cent more when all rather than none of a month's working days are in term.
    pub term_effect_per_cent: f64,
}

/// Takes a series and its forecast apart.
#[must_use]
pub fn parts(series: &Series, prepared: &Prepared, months: &[f64], lead: usize) -> Parts {
    let y = &prepared.values;
    let n = y.len();
    let ratios = y.iter().all(|&v| v > 0.0);
    let neutral = if ratios { 1.0 } else { 0.0 };
    let season = month_effects(y, 12, ratios).unwrap_or_else(|| vec![neutral; 12]);
    let at = |t: usize| season.get(t % 12).copied().unwrap_or(neutral);
    let flat: Vec<f64> =
        y.iter().enumerate().map(|(t, v)| if ratios { v / at(t) } else { v - at(t) }).collect();
    let trend = smooth(&flat);
    let horizon = prepared.factor.len();
    let working = Effects { school_days: 0.0, ..prepared.effects }.factors(prepared.start, horizon);
    let skipped = usize::try_from(prepared.start.since(series.start)).unwrap_or(0);
    let history = (0..n)
        .map(|t| {
            // The population's share of the level is part of the trend.
            let people = prepared.population[t];
            let (level, factor) = (trend[t] * people, prepared.factor[t] / people);
            let seasonal = if ratios { level * (at(t) - 1.0) } else { at(t) * people };
            let working_days = (level + seasonal) * (working[t] - 1.0);
            let holidays = (level + seasonal) * (factor - working[t]);
            let value = series.values.get(skipped + t).copied().flatten();
            let expected = level + seasonal + working_days + holidays;
            let (mut shock, mut rest) = (0.0, 0.0);
            if let Some(v) = value {
                let set_aside = prepared.filled[t];
                shock = if set_aside { v - expected } else { -prepared.shifted[t] };
                rest = v - expected - shock;
            }
            Part {
                month: prepared.start.plus(t as i32),
                value,
                trend: level,
                season: seasonal,
                working_days,
                holidays,
                shock,
                rest,
            }
        })
        .collect();
    let future = months
        .iter()
        .enumerate()
        .map(|(h, &m)| {
            let t = n + lead + h;
            let people = prepared.population.get(t).copied().unwrap_or(1.0).max(1e-6);
            let factor = (prepared.factor.get(t).copied().unwrap_or(1.0) / people).max(1e-6);
            let adjusted = m / factor;
            let working_days = adjusted * (working.get(t).copied().unwrap_or(1.0) - 1.0);
            let level = if ratios { adjusted / at(t).max(1e-6) } else { adjusted - at(t) * people };
            Part {
                month: prepared.start.plus(t as i32),
                value: Some(m),
                trend: level,
                season: adjusted - level,
                working_days,
                holidays: m - adjusted - working_days,
                shock: 0.0,
                rest: 0.0,
            }
        })
        .collect();
    Parts {
        history,
        future,
        working_day_elasticity: prepared.effects.working_days,
        term_effect_per_cent: 100.0 * libm::expm1(prepared.effects.school_days),
    }
}

/// A yearly moving average, carried out to the ends by shrinking windows.
fn smooth(y: &[f64]) -> Vec<f64> {
    let n = y.len();
    moving_average(y, 12)
        .into_iter()
        .enumerate()
        .map(|(t, m)| {
            m.unwrap_or_else(|| {
                let window = y.get(t.saturating_sub(6)..(t + 7).min(n)).unwrap_or(&[]);
                window.iter().sum::<f64>() / window.len().max(1) as f64
            })
        })
        .collect()
}
