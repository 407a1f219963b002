//! Rates of arrival that change: steps, seasons.

use super::item::Fields;
use super::shares::own_entries;
use super::{Item, Reader};
use crate::base::time::{SimTime, Span};
use crate::model::catalogue::RATE_STEP;

/// Months by name, with their mean length in days.
const MONTHS: [(&str, f64); 12] = [
    ("january", 31.0),
    ("february", 28.25),
    ("march", 31.0),
    ("april", 30.0),
    ("may", 31.0),
    ("june", 30.0),
    ("july", 31.0),
    ("august", 31.0),
    ("september", 30.0),
    ("october", 31.0),
    ("november", 30.0),
    ("december", 31.0),
];

impl Reader<'_> {
    /// Cases a day from each time on.
    pub(super) fn rate_steps(
        &mut self,
        item: &Item<'_>,
        repeat: Option<Span>,
    ) -> Option<Vec<(SimTime, f64)>> {
        let steps = if item.node.list().is_some() {
            // steps that repeat begin at 0, before which they repeat backwards
            let warm_up = self.warm_up;
            if repeat.is_some() {
                self.warm_up = Span::ZERO;
            }
            let steps = self.steps(item, "a rate", |r, step| {
                let f = r.fields(step, &RATE_STEP)?;
                r.need(&f, "rate").and_then(|i| r.noted(&i, Reader::rate))
            });
            self.warm_up = warm_up;
            steps?
        } else if item.node.table().is_some_and(|t| t.get("value").is_none()) {
            self.calendar_rates(item)?
        } else {
            vec![(self.beginning(), self.noted(item, Reader::rate)?)]
        };
        if let Some(period) = repeat {
            if item.node.list().is_none() {
                self.push(item.error("must be a list of steps if there is a `repeat`"));
                return None;
            }
            let end = SimTime::ZERO + period;
            if steps.iter().any(|(t, _)| *t >= end || *t < SimTime::ZERO) {
                self.push(item.error(format_args!(
                    "has steps outside the `repeat` of {} days",
                    super::short(period.days())
                )));
                return None;
            }
        }
        Some(steps)
    }

    /// `months` and `varies`.
    pub(super) fn season(&mut self, f: &Fields<'_>) -> (Option<[f64; 12]>, f64) {
        let months = f.opt("months").and_then(|i| self.months(&i));
        let varies = f
            .opt("varies")
            .and_then(|i| self.noted(&i, |r, i| r.number(i, 0.0, 3.0, "a standard deviation from 0 to 3")));
        (months, varies.unwrap_or(0.0))
    }

    /// Factors by month, scaled so that a mean year keeps its total.
    fn months(&mut self, item: &Item<'_>) -> Option<[f64; 12]> {
        if self.starts.is_none() {
            self.push(item.error("needs dates").hint("give the date of time 0 as model.starts"));
            return None;
        }
        let mut factors = [1.0; 12];
        let mut sound = true;
        for entry in own_entries(self.entries(item, "a table of months with their factors")) {
            let at = MONTHS.iter().position(|(name, _)| *name == entry.key);
            let factor = self.noted(&item.entry(entry), Reader::factor);
            match (at.and_then(|at| factors.get_mut(at)), factor) {
                (Some(slot), Some(factor)) => *slot = factor,
                (None, _) => {
                    let names = MONTHS.map(|(name, _)| name);
                    self.unknown_key(item, entry, &names);
                    sound = false;
                }
                _ => sound = false,
            }
        }
        sound.then_some(())?;
        let days: f64 = MONTHS.iter().map(|(_, d)| d).sum();
        let weighted: f64 = MONTHS.iter().zip(factors).map(|((_, d), f)| d * f).sum();
        if weighted <= 0.0 {
            self.push(item.error("has the factor 0 in every month"));
            return None;
        }
        Some(factors.map(|f| f * days / weighted))
    }
}
