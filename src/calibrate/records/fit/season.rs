//! Months: factors of the calendar's, and how unevenly families come beyond them.

use super::pool::pool;
use crate::stats::dist::Dist;

/// One month of the records.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Month {
    /// The calendar month, 1 for January.
    pub(super) month: i8,
    /// Days of it in the records.
    pub(super) days: f64,
    /// Families who came with nothing on record before.
    pub(super) families: f64,
    /// Of whom so many are expected to have left before the records began.
    pub(super) hidden: f64,
}

/// What the months say.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Months {
    /// Factor of each calendar month, January first; over a year of days their mean is 1.
    pub(super) season: [f64; 12],
    /// 95 % intervals of those, of each month on its own.
    pub(super) season_range: [(f64, f64); 12],
    /// Standard deviation of a monthly multiplier.
    pub(super) varies: f64,
    /// Its 95 % interval.
    pub(super) varies_range: (f64, f64),
}

/// Fewest months for the unevenness.
const FEW_MONTHS: usize = 6;
/// Fewest days of each calendar month for its factor: two years.
const TWO_YEARS: f64 = 56.0;
/// Most that the squared multiplier is thought to vary.
const WILD: f64 = 9.0;

impl Months {
    /// From the months of the records.
    pub(super) fn new(months: &[Month]) -> Months {
        let (flat, range) = ([1.0; 12], [(1.0, 1.0); 12]);
        let mut out = Months { season: flat, season_range: range, varies: 0.0, varies_range: (0.0, 0.0) };
        let cells = cells(months);
        let seasonal = cells.iter().all(|c| c.1 >= TWO_YEARS && c.0 > 0.0);
        let whole = cells.iter().fold((0.0, 0.0), |(n, d), c| (n + c.0, d + c.1));
        if whole.0 <= 0.0 || whole.1 <= 0.0 {
            return out;
        }
        let level = whole.0 / whole.1;
        let raw = |month: i8| cell(&cells, month).filter(|_| seasonal).map_or(level, |c| c.0 / c.1);
        if months.len() >= FEW_MONTHS {
            let used = if seasonal { 12 } else { 1 };
            let free = months.len().saturating_sub(used) as f64;
            let misfit = |v: f64| -> f64 {
                let one = |m: &Month| {
                    let new = raw(m.month) * m.days;
                    let (mean, miss) = (new + m.hidden, m.families - new - m.hidden);
                    miss * miss / (mean + v * new * new).max(f64::MIN_POSITIVE)
                };
                months.iter().map(one).sum()
            };
            let at = |target: f64| solve(&misfit, target).sqrt();
            let quantile = |p: f64| Dist::gamma(0.5 * free, 2.0).map_or(free, |d| d.quantile(p));
            if free >= 1.0 {
                out.varies = at(free);
                out.varies_range = (at(quantile(0.975)).min(out.varies), at(quantile(0.025)).max(out.varies));
            }
        }
        if seasonal {
            season(&cells, level, months, &mut out);
        }
        out
    }
}

/// New families and days by calendar month.
fn cells(months: &[Month]) -> [(f64, f64); 12] {
    let mut cells = [(0.0, 0.0); 12];
    for m in months {
        let at = usize::try_from(m.month - 1).ok();
        if let Some(c) = at.and_then(|i| cells.get_mut(i)) {
            c.0 += (m.families - m.hidden).max(0.0);
            c.1 += m.days;
        }
    }
    cells
}

fn cell(cells: &[(f64, f64); 12], month: i8) -> Option<(f64, f64)> {
    usize::try_from(month - 1).ok().and_then(|i| cells.get(i)).copied()
}

/// The v at which the misfit, which falls with v, is `target`: 0 if it is less already there.
fn solve(misfit: &dyn Fn(f64) -> f64, target: f64) -> f64 {
    if misfit(0.0) <= target {
        return 0.0;
    }
    let (mut low, mut high) = (0.0, WILD);
    for _ in 0..80 {
        let middle = 0.5 * (low + high);
        if misfit(middle) > target { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

/// Factors drawn towards 1: the error of a month's own factor holds chance and the unevenness of months.
fn season(cells: &[(f64, f64); 12], level: f64, months: &[Month], out: &mut Months) {
    let estimates: Vec<(f64, f64)> = (1..=12i8)
        .filter_map(|month| Some((month, cell(cells, month)?)))
        .map(|(month, (new, days))| {
            let own = months.iter().filter(|m| m.month == month);
            let rate = new / days;
            let uneven = out.varies * out.varies;
            let variance: f64 = own.map(|m| m.families + uneven * (rate * m.days) * (rate * m.days)).sum();
            (libm::log(rate / level), variance.sqrt() / new)
        })
        .collect();
    let scaled = |logs: &[f64]| -> Vec<f64> {
        let days: f64 = LENGTHS.iter().sum();
        let factors: Vec<f64> = logs.iter().map(|l| libm::exp(*l)).collect();
        let mean = factors.iter().zip(LENGTHS).map(|(f, d)| f * d).sum::<f64>() / days;
        factors.iter().map(|f| f / mean).collect()
    };
    let own: Vec<f64> = estimates.iter().map(|e| e.0).collect();
    let (own, drawn) = (scaled(&own), scaled(&pool(&estimates).means));
    let slots = out.season.iter_mut().zip(out.season_range.iter_mut());
    for ((factor, range), ((drawn, own), (_, se))) in slots.zip(drawn.iter().zip(&own).zip(&estimates)) {
        *factor = *drawn;
        let by = libm::exp(WIDE * se);
        *range = ((own / by).min(*drawn), (own * by).max(*drawn));
    }
}

/// Standard errors from the middle to the ends of a 95 % interval.
const WIDE: f64 = 1.959_964;

/// Days of the months in a mean year.
const LENGTHS: [f64; 12] = [31.0, 28.25, 31.0, 30.0, 31.0, 30.0, 31.0, 31.0, 30.0, 31.0, 30.0, 31.0];

#[cfg(test)]
mod tests {
    use super::*;

    /// Four years of months, alike or not.
    fn months(families: impl Fn(usize) -> f64) -> Vec<Month> {
        let all = 0..48;
        all.map(|i| Month { month: (i % 12) as i8 + 1, days: 30.0, families: families(i), hidden: 0.0 })
            .collect()
    }

    /// By hand: 6 months of 90 or 110 families by turns, m = 100 without factors of months (less than two
    /// years). Misfit = 6 * 100 / (100 + v 10⁴) = 5 at v = .002.
    #[test]
    fn unevenness_by_hand() {
        let all: Vec<Month> = months(|i| if i % 2 == 0 { 90.0 } else { 110.0 }).into_iter().take(6).collect();
        let found = Months::new(&all);
        assert!((found.varies - 0.002f64.sqrt()).abs() < 1e-9, "{}", found.varies);
        // chi-squared with 5 degrees of freedom: .025 at .8312, so v = (600 / .8312 - 100) / 10⁴
        let high = ((600.0 / 0.831_211_6 - 100.0) / 1e4f64).sqrt();
        assert!((found.varies_range.1 - high).abs() < 1e-5 && found.varies_range.0 == 0.0);
    }

    #[test]
    fn a_strong_season_is_kept_and_none_made_up() {
        let strong = Months::new(&months(|i| if i % 12 == 7 { 500.0 } else { 1_000.0 }));
        assert!((strong.season[7] / strong.season[0] - 0.5).abs() < 0.01, "{:?}", strong.season);
        assert_eq!(strong.varies, 0.0);
        let none = Months::new(&months(|_| 100.0));
        assert!(none.season.iter().all(|f| (f - 1.0).abs() < 1e-9));
    }
}
