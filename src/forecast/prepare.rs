//! From raw months to the complete, comparable months that methods are fitted to.
//!
//! Named dips, isolated wild months and missing months are filled from their neighbours; named
//! level shifts move the past to the present level; working days and school days are divided
//! out. Each step leaves a finding: nothing is changed in silence. Only months up to the origin
//! are ever looked at.

use super::adjust::{Effects, calendar_effects};
use super::month::Month;
use super::odd::{level_change, wild_months};
use super::series::{Calendar, Options, Series, Treatment};
use crate::stats::series::decompose::month_effects;
use serde::Serialize;

/// Something the reader should know about the data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The month it is about.
    pub month: Month,
    /// What was found and what was done.
    pub message: String,
}

/// Months ready for fitting.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// The first month kept (leading gaps are dropped).
    pub start: Month,
    /// Complete values with calendar and population divided out.
    pub values: Vec<f64>,
    /// What each month, past and future, is multiplied by to put calendar and population back.
    pub factor: Vec<f64>,
    /// The population of each month relative to the last known one; one where none is given.
    pub population: Vec<f64>,
    /// Months whose value was set aside or absent.
    pub filled: Vec<bool>,
    /// Complete values before that.
    pub complete: Vec<f64>,
    /// Amount by which each month was moved by level shifts.
    pub shifted: Vec<f64>,
    /// What the calendar was found to do.
    pub effects: Effects,
    /// What was changed.
    pub findings: Vec<Finding>,
    /// No value was negative: forecasts stay at or above zero.
    pub non_negative: bool,
}

impl Prepared {
    /// Complete values for the population of the last known month, calendar and all: what the
    /// naive forecasts repeat.
    #[must_use]
    pub fn per_head(&self) -> Vec<f64> {
        self.complete.iter().zip(&self.population).map(|(v, p)| v / p).collect()
    }
}

/// Prepares the first `known` months of a series for fitting and for `horizon` future months.
/// Nothing with under six observed months outside shocks.
#[must_use]
pub fn prepare(series: &Series, known: usize, horizon: usize, options: &Options) -> Option<Prepared> {
    let raw = series.values.get(..known)?;
    let lead = raw.iter().position(Option::is_some)?;
    let start = series.start.plus(i32::try_from(lead).ok()?);
    let raw = raw.get(lead..)?;
    let n = raw.len();
    let population = match &series.exposure {
        Some(e) => e.index(start, n + horizon, start.plus(i32::try_from(n).ok()? - 1)),
        None => vec![1.0; n + horizon],
    };
    let mut findings = Vec::new();
    let mut kept: Vec<Option<f64>> = raw.iter().zip(&population).map(|(v, p)| v.map(|v| v / p)).collect();
    set_aside(start, &mut kept, options, &mut findings);
    if kept.iter().flatten().count() < 6 {
        return None;
    }
    let before = kept.clone();
    let shifts = shift_levels(start, &mut kept, options, &mut findings);
    wild_months(start, &mut kept, options, &mut findings);
    level_change(start, &kept, options, &mut findings);
    let level = fill(&kept);
    gaps(start, n, |t| raw.get(t).is_some_and(Option::is_none), &mut findings);
    let effects = match options.calendar {
        Calendar::England => calendar_effects(start, &kept, &level),
        Calendar::None => Effects::default(),
    };
    let calendar = effects.factors(start, n + horizon);
    Some(Prepared {
        start,
        values: level.iter().zip(&calendar).map(|(v, f)| v / f).collect(),
        factor: calendar.iter().zip(&population).map(|(c, p)| c * p).collect(),
        filled: kept.iter().map(Option::is_none).collect(),
        shifted: before
            .iter()
            .zip(shifts)
            .zip(&population)
            .map(|((b, s), p)| if b.is_some() { s * p } else { 0.0 })
            .collect(),
        complete: level.iter().zip(&population).map(|(v, p)| v * p).collect(),
        population,
        effects,
        findings,
        non_negative: raw.iter().flatten().all(|&v| v >= 0.0),
    })
}

/// Takes the months of named dips out.
fn set_aside(start: Month, kept: &mut [Option<f64>], options: &Options, findings: &mut Vec<Finding>) {
    for shock in options.shocks.iter().filter(|s| s.treatment == Treatment::Dip) {
        let mut hit = 0;
        for (t, slot) in kept.iter_mut().enumerate() {
            let month = start.plus(t as i32);
            if month >= shock.from && month <= shock.to && slot.take().is_some() {
                hit += 1;
            }
        }
        if hit > 0 {
            findings.push(Finding {
                month: shock.from,
                message: format!(
                    "{hit} month(s) of {} set aside as a temporary shock: not used to fit, not counted against the intervals",
                    shock.name
                ),
            });
        }
    }
}

/// Moves months before each named level shift to the level after it, by the ratio (difference if
/// any value is not positive) of the year after to the year before, matched by month where both
/// years are there. Returns the amount each month moved.
fn shift_levels(
    start: Month,
    kept: &mut [Option<f64>],
    options: &Options,
    findings: &mut Vec<Finding>,
) -> Vec<f64> {
    let mut moved = vec![0.0; kept.len()];
    for shock in options.shocks.iter().filter(|s| s.treatment == Treatment::LevelShift) {
        let Ok(at) = usize::try_from(shock.from.since(start)) else {
            continue;
        };
        if at == 0 || at >= kept.len() {
            continue;
        }
        let span = (kept.len() - at).min(at).min(12);
        let mean = |range: std::ops::Range<usize>| -> Option<f64> {
            let found: Vec<f64> = kept.get(range)?.iter().flatten().copied().collect();
            (!found.is_empty()).then(|| found.iter().sum::<f64>() / found.len() as f64)
        };
        // The same months of the year on both sides, as far as the data reach.
        let from = if at >= 12 { at - 12 } else { at - span };
        let (Some(old), Some(new)) = (mean(from..from + span), mean(at..at + span)) else {
            continue;
        };
        if span < 3 {
            findings.push(Finding {
                month: shock.from,
                message: format!("{}: fewer than three months on one side, so the level could not be measured; used as it is", shock.name),
            });
            continue;
        }
        let ratio = old > 0.0 && new > 0.0 && kept.iter().flatten().all(|&v| v >= 0.0);
        for (slot, by) in kept.iter_mut().zip(&mut moved).take(at) {
            if let Some(value) = slot {
                let target = if ratio { *value * new / old } else { *value + new - old };
                *by += target - *value;
                *value = target;
            }
        }
        findings.push(Finding {
            month: shock.from,
            message: format!(
                "{}: earlier months moved to the new level (mean {old:.0} before, {new:.0} after)",
                shock.name
            ),
        });
    }
    moved
}

/// Fills gaps by a straight line between neighbours, the season taken off first where two years
/// are known.
#[must_use]
pub fn fill(values: &[Option<f64>]) -> Vec<f64> {
    let plain = interpolate(values);
    if values.iter().all(Option::is_some) {
        return plain;
    }
    let mut found = plain;
    // The season is learnt from months that include the filled ones, so it is learnt again.
    for _ in 0..3 {
        let ratios = found.iter().all(|&v| v > 0.0);
        let Some(season) = month_effects(&found, 12, ratios) else {
            break;
        };
        let floor = if ratios { 0.01 } else { f64::MIN };
        let at = |t: usize| season[t % 12].max(floor);
        let off = |t: usize, v: f64| if ratios { v / at(t) } else { v - at(t) };
        let on = |t: usize, v: f64| if ratios { v * at(t) } else { v + at(t) };
        let adjusted: Vec<Option<f64>> =
            values.iter().enumerate().map(|(t, v)| v.map(|v| off(t, v))).collect();
        let flat = interpolate(&adjusted);
        found = values.iter().enumerate().map(|(t, v)| v.unwrap_or_else(|| on(t, flat[t]))).collect();
    }
    found
}

fn interpolate(values: &[Option<f64>]) -> Vec<f64> {
    let known: Vec<(usize, f64)> = values.iter().enumerate().filter_map(|(t, v)| v.map(|v| (t, v))).collect();
    (0..values.len())
        .map(|t| {
            let next = known.partition_point(|k| k.0 < t);
            match (next.checked_sub(1).and_then(|i| known.get(i)), known.get(next)) {
                (_, Some(&(at, v))) if at == t => v,
                (Some(&(a, x)), Some(&(b, y))) => x + (y - x) * (t - a) as f64 / (b - a) as f64,
                (Some(&(_, v)), None) | (None, Some(&(_, v))) => v,
                (None, None) => 0.0,
            }
        })
        .collect()
}

fn gaps(start: Month, n: usize, missing: impl Fn(usize) -> bool, findings: &mut Vec<Finding>) {
    let mut t = 0;
    while t < n {
        let from = t;
        while t < n && missing(t) {
            t += 1;
        }
        if t > from {
            let first = start.plus(from as i32);
            let long = if t - from > 12 { "; a gap of over a year makes the season uncertain" } else { "" };
            findings.push(Finding {
                month: first,
                message: format!("{} month(s) from {} missing or suppressed: filled from their neighbours for fitting{long}", t - from, first.label()),
            });
        }
        t += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options() -> Options {
        Options { calendar: Calendar::None, shocks: vec![], ..Options::default() }
    }

    fn ready(start: Month, raw: &[Option<f64>], options: &Options) -> Option<Prepared> {
        prepare(&Series::new("a", start, raw.to_vec()), raw.len(), 3, options)
    }

    #[test]
    fn a_population_is_divided_out_and_put_back() {
        let start = Month::new(2020, 1).unwrap();
        let mid_years = (2019..2026).map(|y| (y, 1000.0 + 100.0 * f64::from(y - 2019))).collect();
        let exposure = crate::forecast::population::Exposure { mid_years };
        let values: Vec<Option<f64>> =
            (0..48).map(|t| exposure.at(start.plus(t)).map(|p| p / 10.0)).collect();
        let last = values[47].unwrap();
        let series = Series { exposure: Some(exposure), ..Series::new("a", start, values) };
        let found = prepare(&series, 48, 12, &options()).unwrap();
        assert!(found.values.iter().all(|v| (v - last).abs() < 1e-9));
        assert!((found.factor[59] * last - last - 10.0).abs() < 1e-9);
    }

    #[test]
    fn gaps_are_filled_with_their_season() {
        let full: Vec<f64> = (0..48).map(|t| 100.0 + [0.0, 30.0, -30.0][t % 3]).collect();
        let mut holed: Vec<Option<f64>> = full.iter().copied().map(Some).collect();
        holed[20] = None;
        holed[25] = None;
        for (a, b) in fill(&holed).iter().zip(&full) {
            assert!((a - b).abs() < 6.0, "{a} {b}");
        }
    }

    #[test]
    fn one_wild_month_is_set_aside_aloud_and_two_together_are_not() {
        let start = Month::new(2019, 1).unwrap();
        let mut raw: Vec<Option<f64>> = (0..40).map(|t| Some(100.0 + f64::from(t * 7 % 11))).collect();
        raw[20] = Some(1_000.0);
        let one = ready(start, &raw, &options()).unwrap();
        assert!(one.filled[20] && one.values[20] < 120.0);
        assert!(one.findings[0].message.contains("September 2020"));
        raw[21] = Some(1_000.0);
        let two = ready(start, &raw, &options()).unwrap();
        assert!(!two.filled[20] && two.findings.is_empty());
    }

    #[test]
    fn a_named_change_of_definition_moves_the_past() {
        let start = Month::new(2019, 1).unwrap();
        let raw: Vec<Option<f64>> = (0..48).map(|t| Some(if t < 24 { 50.0 } else { 150.0 })).collect();
        let shock = Shock {
            name: "new recording".into(),
            treatment: Treatment::LevelShift,
            from: Month::new(2021, 1).unwrap(),
            to: Month::new(2021, 1).unwrap(),
        };
        let with = Options { shocks: vec![shock], ..options() };
        let moved = ready(start, &raw, &with).unwrap();
        assert!(moved.values.iter().all(|v| (v - 150.0).abs() < 1e-9));
        assert!((moved.shifted[0] - 100.0).abs() < 1e-9 && moved.shifted[30] == 0.0);
    }

    use crate::forecast::series::Shock;

    #[test]
    fn too_little_is_refused() {
        let start = Month::new(2020, 1).unwrap();
        assert!(ready(start, &[Some(1.0); 5], &options()).is_none());
        assert!(ready(start, &[None; 50], &options()).is_none());
        assert!(ready(start, &[Some(0.0); 6], &options()).is_some());
    }
}
