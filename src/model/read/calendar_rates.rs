//! Counts by calendar month or year, as rates.

use super::shares::own_entries;
use super::{Item, Reader};
use crate::base::calendar::time_of;
use crate::base::time::SimTime;
use crate::model::file::clip;
use jiff::civil::Date;

/// A calendar month or year.
struct Stretch {
    from: Date,
    to: Date,
    count: f64,
}

impl Reader<'_> {
    /// Cases a day in each month or year of a table of counts, which must cover the run.
    pub(super) fn calendar_rates(&mut self, item: &Item<'_>) -> Option<Vec<(SimTime, f64)>> {
        let Some(starts) = self.starts else {
            self.push(
                item.error("has counts by month or year, which need dates")
                    .hint("give the date of time 0 as model.starts"),
            );
            return None;
        };
        let table = item.node.table()?;
        let around = self.around.take();
        self.around = Some(self.notes(item, table));
        let mut stretches = Vec::new();
        let mut sound = true;
        for entry in own_entries(&table.entries) {
            let count = self.noted(&item.entry(entry), Reader::amount);
            let stretch = stretch(&entry.key);
            if stretch.is_none() {
                self.push(item.key(entry).error(format_args!(
                    "has the key `{}`, expected a month such as \"2025-04\" or a year such as \"2025\"",
                    clip(&entry.key)
                )));
            }
            match (stretch, count) {
                (Some((from, to)), Some(count)) => stretches.push(Stretch { from, to, count }),
                _ => sound = false,
            }
        }
        self.around = around;
        sound.then_some(())?;
        stretches.sort_by_key(|s| s.from);
        self.covered(item, starts, &stretches)?;
        let mut steps: Vec<(SimTime, f64)> = stretches
            .iter()
            .map(|s| {
                let (from, to) = (time_of(starts, s.from), time_of(starts, s.to));
                (from, s.count / (to - from).days())
            })
            .collect();
        // a warm-up before the first takes the rate of the first
        let beginning = self.beginning();
        if let Some(first) = steps.first_mut() {
            first.0 = first.0.min(beginning);
        }
        Some(steps)
    }

    /// Stretches follow each other from the start of the run to its end.
    fn covered(&mut self, item: &Item<'_>, starts: Date, stretches: &[Stretch]) -> Option<()> {
        let end = SimTime::ZERO + self.length;
        let (Some(first), Some(last)) = (stretches.first(), stretches.last()) else {
            self.push(item.error("must have at least one entry"));
            return None;
        };
        let wrong = if first.from > starts {
            Some(format!("begins at {}, after the run begins at {starts}", first.from))
        } else if time_of(starts, last.to) < end {
            Some(format!("ends at {}, before the run ends", last.to))
        } else {
            None
        };
        let pairs = stretches.iter().zip(stretches.iter().skip(1));
        let gap = pairs
            .filter(|(a, b)| a.to != b.from)
            .map(|(a, b)| {
                if a.to < b.from {
                    format!("has no count from {} to {}", a.to, b.from)
                } else {
                    format!("counts the time from {} to {} twice", b.from, a.to.min(b.to))
                }
            })
            .next();
        match gap.or(wrong) {
            None => Some(()),
            Some(wrong) => {
                self.push(item.error(wrong).hint("the counts must cover the whole run, each time once"));
                None
            }
        }
    }
}

/// First day, and day after the last, of `"2025-04"` or `"2025"`.
fn stretch(key: &str) -> Option<(Date, Date)> {
    let digits = |s: &str, n: usize| s.len() == n && s.chars().all(|c| c.is_ascii_digit());
    let number = |s: &str| s.parse::<i16>().ok().filter(|y| (1000..9999).contains(y));
    if digits(key, 4) {
        let year = number(key)?;
        return Some((Date::new(year, 1, 1).ok()?, Date::new(year + 1, 1, 1).ok()?));
    }
    month(key)
}

/// First day, and day after the last, of a month such as `"2025-04"`.
pub(super) fn month(key: &str) -> Option<(Date, Date)> {
    let (year, month) = key.split_once('-')?;
    let digits = |s: &str, n: usize| s.len() == n && s.chars().all(|c| c.is_ascii_digit());
    if !digits(year, 4) || !digits(month, 2) {
        return None;
    }
    let year: i16 = year.parse().ok().filter(|y| (1000..9999).contains(y))?;
    let from = Date::new(year, month.parse().ok()?, 1).ok()?;
    let to = from.checked_add(jiff::Span::new().months(1)).ok()?;
    Some((from, to))
}
