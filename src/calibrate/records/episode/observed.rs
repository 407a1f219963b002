//! When each stage was watched.

use super::stage::{Stage, StageSet};
use jiff::civil::Date;

/// Where records come from.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum SourceKind {
    /// Ofsted Annex A lists.
    AnnexA,
    /// Children in need census.
    CinCensus,
    /// Looked after children return.
    Ssda903,
    /// Standard Safeguarding Dataset.
    Ssd,
    /// Plain episodes.
    Episodes,
    /// Workforce census.
    Workforce,
}

impl SourceKind {
    /// The name used in files and tables.
    pub fn code(self) -> &'static str {
        match self {
            SourceKind::AnnexA => "annex_a",
            SourceKind::CinCensus => "cin_census",
            SourceKind::Ssda903 => "ssda903",
            SourceKind::Ssd => "ssd",
            SourceKind::Episodes => "episodes",
            SourceKind::Workforce => "workforce",
        }
    }
}

/// Days on which every start and end of some stages would have been seen by a source.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Window {
    /// The source.
    pub source: SourceKind,
    /// First day.
    pub first: Date,
    /// Last day.
    pub last: Date,
    /// What was watched.
    pub stages: StageSet,
}

/// Days from `first` to `last`, both included, without a gap.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Period {
    /// First day.
    pub first: Date,
    /// Last day.
    pub last: Date,
}

impl Period {
    /// Whether a date lies in the period.
    pub fn has(&self, date: Date) -> bool {
        self.first <= date && date <= self.last
    }
}

/// Days from one date to another.
pub(super) fn days(from: Date, to: Date) -> i64 {
    // Dates of the civil calendar are at most some 7.3 million days apart: this cannot fail.
    from.until(to).map_or(0, |span| i64::from(span.get_days()))
}

/// The periods in which a stage was watched by any source: overlapping and adjoining windows are one.
pub(super) fn periods(windows: &[Window], stage: Stage) -> Vec<Period> {
    let mut all: Vec<Period> = windows
        .iter()
        .filter(|w| w.stages.has(stage) && w.first <= w.last)
        .map(|w| Period { first: w.first, last: w.last })
        .collect();
    all.sort();
    let mut joined: Vec<Period> = Vec::new();
    for next in all {
        match joined.last_mut() {
            Some(open) if days(open.last, next.first) <= 1 => open.last = open.last.max(next.last),
            _ => joined.push(next),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn adjoining_years_are_one_period_and_gaps_stay() {
        let window = |y: i16| Window {
            source: SourceKind::CinCensus,
            first: date(y, 4, 1),
            last: date(y + 1, 3, 31),
            stages: StageSet::of(&[Stage::Assessment]),
        };
        let windows = [window(2022), window(2019), window(2023), window(2022)];
        let found = periods(&windows, Stage::Assessment);
        assert_eq!(
            found,
            [
                Period { first: date(2019, 4, 1), last: date(2020, 3, 31) },
                Period { first: date(2022, 4, 1), last: date(2024, 3, 31) },
            ]
        );
        assert!(periods(&windows, Stage::Contact).is_empty());
        assert!(found[0].has(date(2020, 3, 31)) && !found[0].has(date(2020, 4, 1)));
        assert_eq!(days(date(2024, 2, 28), date(2024, 3, 1)), 2);
        assert_eq!(days(date(2024, 3, 1), date(2024, 2, 28)), -2);
    }
}
