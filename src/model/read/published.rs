//! Published figures beside measures.

use super::calendar_rates::month;
use super::measures::MeasureFields;
use super::{Item, Reader};
use crate::base::calendar::time_of;
use crate::base::time::SimTime;
use crate::model::catalogue::PUBLISHED_VALUE;
use crate::model::file::{Entry, clip};
use crate::model::measure::Published;
use jiff::civil::Date;

impl Reader<'_> {
    /// The published figures of a measure, in order of time.
    pub(super) fn published(&mut self, f: &MeasureFields<'_>, share: bool) -> Vec<Published> {
        let source = f.opt("source").and_then(|i| self.source(&i)).unwrap_or_default();
        let Some(item) = f.opt("published") else {
            return Vec::new();
        };
        let Some(starts) = self.starts else {
            self.push(item.error("needs dates").hint("give the date of time 0 as model.starts"));
            return Vec::new();
        };
        // official statistics print shares in per cent
        let scale = if share { 0.01 } else { 1.0 };
        let mut out = Vec::new();
        for entry in self.entries(&item, "a table of periods with their figures") {
            let span = period(starts, &entry.key);
            if span.is_none() {
                self.push(item.key(entry).error(format_args!(
                    "has the period `{}`, expected \"2024-04/2025-03\", \"2024-04\" or \"2025-03-31\"",
                    clip(&entry.key)
                )));
            }
            let figure = self.figure(&item, entry, &source);
            let (Some((from, to)), Some((value, source, stand_in))) = (span, figure) else {
                continue;
            };
            let period = entry.key.clone();
            out.push(Published { from, to, period, value: value * scale, source, stand_in });
        }
        out.sort_by_key(|p| (p.to, p.from));
        out
    }

    fn figure(&mut self, list: &Item<'_>, entry: &Entry, source: &str) -> Option<(f64, String, bool)> {
        let item = list.entry(entry);
        if item.node.table().is_none() {
            return self.amount(&item).map(|x| (x, source.to_string(), false));
        }
        let f = self.fields(&item, &PUBLISHED_VALUE)?;
        let value = self.need(&f, "value").and_then(|i| self.amount(&i));
        let own = f.opt("source").and_then(|i| self.source(&i));
        if let Some(note) = f.opt("note") {
            self.text(&note);
        }
        let stand_in = f.opt("stand_in").and_then(|i| self.switch(&i)).unwrap_or(false);
        Some((value?, own.unwrap_or_else(|| source.to_string()), stand_in))
    }
}

/// The times of a period as written, such as "2024-04/2025-03", "2024-04" or "2025-03-31"; a day stands for its end.
pub fn period(starts: Date, key: &str) -> Option<(SimTime, SimTime)> {
    if let Some((first, last)) = key.split_once('/') {
        let (from, _) = month(first)?;
        let (_, to) = month(last)?;
        return (from < to).then(|| (time_of(starts, from), time_of(starts, to)));
    }
    if let Some((from, to)) = month(key) {
        return Some((time_of(starts, from), time_of(starts, to)));
    }
    let day: Date = key.parse().ok().filter(|_| key.len() == 10)?;
    let end = time_of(starts, day.tomorrow().ok()?);
    Some((end, end))
}
