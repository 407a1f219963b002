//! What happens to children in need and is in no return: why the published stock does not roll forward.
//!
//! The stock of 31 March less what a return says was open at the beginning of its year leaves a gap, in England a tenth of
//! the stock. About half of it is a rule: a child found not in need is in neither starts nor ends, yet stands in the stock
//! until decided, and `referrals assessed, not in need` counts only referrals of the year decided by its end; who is decided
//! after 31 March is counted nowhere. The rest is taken to be closures that were entered after the return was made, dated
//! before 31 March: the next return no longer holds the child, and neither return holds the end. Both are real ends of
//! episodes, so the model has them; neither is in the published ends, so they leave by ways of their own.

use super::borrow::{Reader, Shares};
use super::number::{Grade, Number};
use super::pooled::{Observed, Variation, pooled};
use crate::calibrate::data::Statistics;

/// Middle of each band of assessments, in working days.
pub(super) const MIDDLE: [f64; 9] = [0.5, 5.5, 15.0, 25.0, 35.0, 42.5, 47.5, 55.0, 75.0];
/// Working days in a year.
pub(super) const WORKING_DAYS: f64 = 253.0;
/// Most that closures not seen may be, beside those seen: where hardly half of what ends is ever counted.
const MOST: f64 = 1.5;
/// The gap for each end counted is pooled as a share of a half and so much of it more: it may be negative, and its units do not
/// depend on it.
const PART: f64 = 0.25;
/// Most of those whose work has ended.
pub(super) const MOST_OF_CLOSED: f64 = 0.8;
/// Least share of closures: what is nought cannot be moved by a factor.
pub(super) const LEAST: f64 = 0.005;
/// Beside those seen, where no series tells: the median over councils, from judgement of the tables' checks.
const USUAL: f64 = 0.04;
/// Years pooled.
const YEARS: i32 = 9;

/// What no return counts.
#[derive(Clone, PartialEq, Debug)]
pub struct Unseen {
    /// Share of those found not in need who are decided after the 31 March that follows their referral.
    pub carried: f64,
    /// Episodes of need ended that no return counts, for each that is counted.
    pub beside: Number,
    /// Of those whose work has ended, the share whose closure no return counts, in the first year.
    pub closures: f64,
    /// The same by the pooled law.
    pub usual: f64,
}

/// Episodes ended that the return of a year does not count, beyond those found not in need, and those it counts.
fn gap(stats: &Statistics, area: usize, year: i32, carried: f64) -> Option<(f64, f64)> {
    let at = |name: &str, y: i32| stats.value(name, area, y);
    let not_in_need = "referrals_assessed_not_in_need";
    let ended = at("cin_ended_episodes", year).filter(|&e| e > 0.0)?;
    let none = at(not_in_need, year)?;
    let started = at("referrals", year)? - at("referrals_nfa", year)? - none;
    let fall = at("cin_at_31_march", year - 1)? - at("cin_at_31_march", year)?;
    let decided_late = at(not_in_need, year - 1).unwrap_or(none) * carried / (1.0 - carried);
    Some((fall + started - ended - decided_late, ended))
}

impl Unseen {
    /// From every year of the council's series, pooled with drift; `closings` a year come to the end of work.
    pub(super) fn fit(reader: &Reader<'_>, assessments: &Shares, closings: f64) -> Unseen {
        let days: f64 = assessments.share.iter().zip(MIDDLE).map(|(s, d)| s * d).sum();
        let carried = ((days + 0.5) / WORKING_DAYS).clamp(0.0, 0.3);
        let stats = reader.stats;
        let series = |area: usize| -> Vec<Observed> {
            let one = |year: i32| {
                let (gap, ended) = gap(stats, area, year, carried)?;
                let share = 0.5 + PART * (gap / ended).clamp(-MOST, MOST);
                Some(Observed { year, share: vec![share, 1.0 - share], of: ended })
            };
            (reader.year - YEARS + 1..=reader.year).filter_map(one).collect()
        };
        let all: Vec<Vec<Observed>> = stats.councils().into_iter().map(series).collect();
        let variation = Variation::learn(&all);
        let england = stats.area_by_code("E92000001");
        let own = series(reader.area);
        let (grade, whose, found) = match pooled(&own, reader.year, variation) {
            Some(p) => (Grade::Derived, "", Some(p)),
            None => {
                let p = england.and_then(|e| pooled(&series(e), reader.year, variation));
                (Grade::Borrowed, "England's: ", p)
            }
        };
        let beside = found.map_or(
            Number::assumed(USUAL, 0.0, 3.0 * USUAL, "no series of ends and stocks to tell"),
            |p| {
                let value = p.share.first().map_or(USUAL, |s| (s - 0.5) / PART);
                let half = 1.28 * 0.5 * (p.unknown + variation.lasting).sqrt() / PART;
                Number {
                    value: value.max(0.0),
                    low: (value - half).max(0.0),
                    high: (value + half).max(0.01),
                    grade,
                    source: reader.table("cin_ended_episodes"),
                    note: format!(
                        "{whose}stock and flow leave {:.1} % of ends besides those published; {}",
                        100.0 * value,
                        p.words(0.5, 1.0 / PART)
                    ),
                }
            },
        );
        let counted = stats.value("cin_ended_episodes", reader.area, reader.year);
        let counted = counted.unwrap_or(closings / (1.0 + beside.value));
        let usual =
            if closings > 0.0 { (beside.value * counted / closings).clamp(0.0, MOST_OF_CLOSED) } else { 0.0 };
        // a year of its own may have some where the pooled law has none
        let closures = if closings > 0.0 { usual.max(LEAST) } else { 0.0 };
        Unseen { carried, beside, closures, usual }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calibrate::data::Statistics;

    /// Wiltshire, year to March 2024, by hand from the published figures: 2,470 open, 3,290 referred, 77 without action, 1,009
    /// not in need, 1,849 ended, 2,617 open leave 208; of these a ninth of the 1,068 not in need the year before, if a tenth
    /// is carried, is a rule: 89 remain.
    #[test]
    fn the_gap_by_hand() {
        let stats = Statistics::embedded();
        let area = stats.find("Wiltshire").unwrap();
        let (gap, ended) = gap(stats, area, 2024, 0.1).unwrap();
        assert_eq!(ended, 1849.0);
        let by_hand = 2470.0 + (3290.0 - 77.0 - 1009.0) - 1849.0 - 2617.0 - 1068.0 / 9.0;
        assert!((gap - by_hand).abs() < 1e-9 && (by_hand - 89.333).abs() < 0.01, "{gap}");
    }
}
