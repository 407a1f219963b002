//! Months that look wrong, and levels that seem to have changed.

use super::month::Month;
use super::prepare::{Finding, fill};
use super::series::{Options, Treatment};

/// A single month this many robust deviations from its neighbourhood is taken for a slip.
const WILD: f64 = 8.0;

/// A level must change by this many robust deviations, at once and for good, to be remarked on.
const CHANGED: f64 = 4.0;

/// A series without its season, and its noise, by medians throughout, so that the odd months do
/// not hide themselves.
struct Level {
    flat: Vec<f64>,
    spread: f64,
}

impl Level {
    fn of(kept: &[Option<f64>]) -> Self {
        let complete = fill(kept);
        let n = complete.len();
        let apart: Vec<f64> = (0..n).map(|t| complete[t] - near(&complete, t, 6)).collect();
        let season: Vec<f64> = (0..12.min(n))
            .map(|m| median(&apart.iter().skip(m).step_by(12).copied().collect::<Vec<_>>()))
            .collect();
        let season = if n >= 36 { season } else { vec![0.0; 12] };
        let flat: Vec<f64> = complete.iter().enumerate().map(|(t, v)| v - season[t % 12]).collect();
        let sizes: Vec<f64> = (0..n).map(|t| (flat[t] - near(&flat, t, 3)).abs()).collect();
        // At least the noise a Poisson count of this size would have, so flat counts are not odd.
        let level = median(&complete).abs();
        Self { spread: (1.4826 * median(&sizes)).max(level.sqrt()).max(1e-9), flat }
    }
}

fn near(y: &[f64], t: usize, reach: usize) -> f64 {
    median(y.get(t.saturating_sub(reach)..(t + reach + 1).min(y.len())).unwrap_or(&[]))
}

/// Sets aside single months far from their neighbourhood.
pub(super) fn wild_months(
    start: Month,
    kept: &mut [Option<f64>],
    options: &Options,
    findings: &mut Vec<Finding>,
) {
    let n = kept.len();
    if n < 9 {
        return;
    }
    let Level { flat, spread } = Level::of(kept);
    let local: Vec<f64> = (0..n).map(|t| flat[t] - near(&flat, t, 3)).collect();
    for t in 0..n {
        let wild = |t: usize| local.get(t).is_some_and(|s| s.abs() > WILD * spread);
        let beside = wild(t + 1) || (t > 0 && wild(t - 1));
        let month = start.plus(t as i32);
        let vouched = options
            .shocks
            .iter()
            .any(|s| s.treatment == Treatment::Ignored && month >= s.from && month <= s.to);
        let Some(value) = kept[t].filter(|_| wild(t) && !beside && !vouched) else {
            continue;
        };
        let odd = format!(
            "{} is far outside its neighbours ({value:.0} where about {:.0} was usual)",
            month.label(),
            value - local[t]
        );
        // The last month may be the start of something new.
        let message = if t + 1 == n {
            format!("{odd}; being the last month it was used as it is, so check it")
        } else {
            kept[t] = None;
            format!("{odd} and was set aside; if it is right, say so (--shock ignored={month})")
        };
        findings.push(Finding { month, message });
    }
}

/// Remarks on the greatest lasting jump of the level, if there is one and nobody has named it. The
/// methods follow a new level by themselves; naming it lets them use the months before it too.
pub(super) fn level_change(
    start: Month,
    kept: &[Option<f64>],
    options: &Options,
    findings: &mut Vec<Finding>,
) {
    let n = kept.len();
    if n < 24 {
        return;
    }
    let Level { flat, spread } = Level::of(kept);
    let between = |a: usize, b: usize| median(flat.get(a..b.min(n)).unwrap_or(&[]));
    let jump = |t: usize, reach: usize| between(t, t + reach) - between(t.saturating_sub(reach), t);
    let seen = |t: usize| kept.get(t - 3..t + 3).is_some_and(|w| w.iter().all(Option::is_some));
    let found = (6..n - 5)
        .filter(|&t| seen(t))
        .filter(|&t| (jump(t, 3) / spread).abs() > CHANGED && (jump(t, 12) / spread).abs() > CHANGED)
        .max_by(|&a, &b| jump(a, 12).abs().total_cmp(&jump(b, 12).abs()));
    let Some(t) = found else { return };
    let month = start.plus(t as i32);
    let named =
        options.shocks.iter().any(|s| s.treatment == Treatment::LevelShift && month.since(s.from).abs() <= 3);
    if !named {
        findings.push(Finding {
            month,
            message: format!(
                "the level seems to have changed about {} (from about {:.0} to about {:.0} a month); if the definition or the recording changed then, name it (--shock level={month})",
                month.label(),
                between(t.saturating_sub(12), t),
                between(t, t + 12)
            ),
        });
    }
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let half = sorted.len() / 2;
    match (sorted.get(half), sorted.len() % 2) {
        (None, _) => 0.0,
        (Some(v), 1) => *v,
        (Some(v), _) => 0.5 * (v + sorted.get(half.wrapping_sub(1)).unwrap_or(v)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forecast::series::Calendar;

    fn changes(y: &[f64]) -> Vec<Finding> {
        let kept: Vec<Option<f64>> = y.iter().copied().map(Some).collect();
        let options = Options { calendar: Calendar::None, shocks: vec![], ..Options::default() };
        let mut findings = Vec::new();
        if let Some(start) = Month::new(2018, 1) {
            level_change(start, &kept, &options, &mut findings);
        }
        findings
    }

    #[test]
    fn a_jump_is_remarked_on_and_noise_and_trends_are_not() {
        let noise = |t: usize| f64::from(u32::try_from(t * 37 % 23).unwrap_or(0)) - 11.0;
        let jump: Vec<f64> = (0..60).map(|t| noise(t) + if t < 30 { 200.0 } else { 320.0 }).collect();
        let found = changes(&jump);
        assert_eq!(found.len(), 1);
        assert!(found[0].month.since(Month::new(2020, 7).unwrap()).abs() <= 1, "{found:?}");
        let level: Vec<f64> = (0..60).map(|t| noise(t) + 200.0).collect();
        assert!(changes(&level).is_empty());
        let trend: Vec<f64> = (0..60).map(|t| noise(t) + 200.0 + 4.0 * t as f64).collect();
        assert!(changes(&trend).is_empty());
    }
}
