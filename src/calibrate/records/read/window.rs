//! What period a file covers, where it does not say so.

use crate::calibrate::records::episode::{Stage, StageSet};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use std::collections::BTreeMap;

/// How often each date starts and ends something in a file.
#[derive(Clone, Debug, Default)]
pub struct Days {
    stages: StageSet,
    starts: BTreeMap<Date, u64>,
    ends: BTreeMap<Date, u64>,
}

/// Days kept apart at most: those of 1930 to 2100.
const MOST_DAYS: usize = 70_000;

impl Days {
    /// Remembers that a stage occurs.
    pub fn watch(&mut self, stage: Stage) {
        self.stages = self.stages.with(StageSet::of(&[stage]));
    }

    /// The stages that occur.
    pub fn stages(&self) -> StageSet {
        self.stages
    }

    /// Counts a start.
    pub fn start(&mut self, day: Date) {
        if self.starts.len() < MOST_DAYS {
            *self.starts.entry(day).or_insert(0) += 1;
        }
    }

    /// Counts an end.
    pub fn end(&mut self, day: Date) {
        if self.ends.len() < MOST_DAYS {
            *self.ends.entry(day).or_insert(0) += 1;
        }
    }

    /// Adds those of another file.
    pub fn add(&mut self, other: &Days) {
        self.stages = self.stages.with(other.stages);
        for (day, n) in &other.starts {
            *self.starts.entry(*day).or_insert(0) += n;
        }
        for (day, n) in &other.ends {
            *self.ends.entry(*day).or_insert(0) += n;
        }
    }

    /// The latest start or end, one in a thousand set aside as slips.
    fn latest(&self) -> Option<Date> {
        let mut all = self.starts.clone();
        for (day, n) in &self.ends {
            *all.entry(*day).or_insert(0) += n;
        }
        let aside = all.values().sum::<u64>() / 1_000;
        trimmed(all.iter().rev(), aside)
    }

    /// From the first end to the last date: a file with all that was open in a period has ends in that period
    /// alone, while starts go back further. Without ends, from the first start.
    pub fn history(&self) -> Option<(Date, Date)> {
        let of = if self.ends.is_empty() { &self.starts } else { &self.ends };
        let first = trimmed(of.iter(), of.values().sum::<u64>() / 1_000)?;
        let last = self.latest()?;
        Some((first.min(last), last))
    }

    /// The six months to the last date, as the lists for an inspection cover.
    pub fn six_months(&self) -> Option<(Date, Date)> {
        let last = self.latest()?;
        Some((last.saturating_sub(6.months()).tomorrow().ok()?, last))
    }

    /// Whole years to 31 March, from that of the first end to that of the last start or end.
    ///
    /// A year counts if it has a twentieth of the dates of the fullest, and three dates: others are slips.
    pub fn return_years(&self) -> Option<(Date, Date)> {
        let per_year = |of: &[&BTreeMap<Date, u64>]| {
            let mut years: BTreeMap<i16, u64> = BTreeMap::new();
            of.iter()
                .flat_map(|m| m.iter())
                .for_each(|(d, n)| *years.entry(year_ending(*d)).or_insert(0) += n);
            let most = years.values().copied().max().unwrap_or(0);
            years.retain(|_, n| *n == most || (*n * 20 >= most && *n >= 3));
            years
        };
        let ends = per_year(&[&self.ends]);
        let all = per_year(&[&self.starts, &self.ends]);
        let last = *all.keys().next_back()?;
        let first = ends.keys().next().copied().unwrap_or(last).min(last);
        Some((date_or(first - 1, 4, 1)?, date_or(last, 3, 31)?))
    }
}

fn trimmed<'a>(mut days: impl Iterator<Item = (&'a Date, &'a u64)>, aside: u64) -> Option<Date> {
    let mut passed = 0;
    days.find(|(_, n)| {
        passed += **n;
        passed > aside
    })
    .map(|(d, _)| *d)
}

fn date_or(year: i16, month: i8, day: i8) -> Option<Date> {
    Date::new(year, month, day).ok()
}

/// The year in which the year to 31 March ends that a date lies in.
pub fn year_ending(day: Date) -> i16 {
    if (day.month(), day.day()) >= (4, 1) { day.year().saturating_add(1) } else { day.year() }
}

/// The year to 31 March of a return: by its reference date if that is a 31 March, else by its year. Says
/// whether the two disagree or one is missing.
pub fn census_year(year: Option<i16>, reference: Option<Date>) -> (Option<(Date, Date)>, bool) {
    let by_date = reference.filter(|d| (d.month(), d.day()) == (3, 31)).map(Date::year);
    let chosen = by_date.or(year.filter(|y| (1990..=2100).contains(y)));
    let odd = by_date.is_none() || by_date != year;
    let window = chosen.map(|y| (date(y - 1, 4, 1), date(y, 3, 31)));
    (window, odd)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_from_dates() {
        let mut days = Days::default();
        assert_eq!((days.history(), days.six_months(), days.return_years()), (None, None, None));
        for k in 0..300_i32 {
            days.start(date(2019, 1, 1).saturating_add((k * 3).days()));
            days.end(date(2020, 4, 1).saturating_add(k.days()));
        }
        assert_eq!(days.history(), Some((date(2020, 4, 1), date(2021, 6, 16))));
        // a slip ten years on is set aside once there are a thousand dates
        for _ in 0..500 {
            days.end(date(2021, 1, 5));
        }
        days.start(date(2031, 6, 1));
        assert_eq!(days.history(), Some((date(2020, 4, 1), date(2021, 6, 16))));
        assert_eq!(days.six_months(), Some((date(2020, 12, 17), date(2021, 6, 16))));
        // of the fullest year's 900 dates, the 26 after March 2021 are less than a twentieth: slips
        assert_eq!(days.return_years(), Some((date(2020, 4, 1), date(2021, 3, 31))));
    }

    #[test]
    fn census_years() {
        let y = |a, b| Some((date(a, 4, 1), date(b, 3, 31)));
        assert_eq!(census_year(Some(2024), Some(date(2024, 3, 31))), (y(2023, 2024), false));
        assert_eq!(census_year(Some(2023), Some(date(2024, 3, 31))), (y(2023, 2024), true));
        assert_eq!(census_year(Some(2022), Some(date(2022, 7, 21))), (y(2021, 2022), true));
        assert_eq!(census_year(None, None), (None, true));
        assert_eq!((year_ending(date(2024, 3, 31)), year_ending(date(2024, 4, 1))), (2024, 2025));
    }
}
