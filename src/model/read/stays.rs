//! How long a case stays.

use super::item::Fields;
use super::{Item, Reader};
use crate::base::time::DAYS_PER_MONTH;
use crate::model::catalogue::STAY_IF;
use crate::model::selector::Selector;
use crate::model::stage::{Law, Stay};

impl Reader<'_> {
    /// The laws of a stage; an open law stands in for what is wrong.
    pub(super) fn stay(&mut self, f: &Fields<'_>) -> Stay {
        let law = self.need(f, "stay").and_then(|i| self.law(&i));
        let mut stay = Stay {
            law: law.unwrap_or(Law::Open),
            by: Vec::new(),
            by_destination: Vec::new(),
            times: f.opt("stay_times").map(|i| self.factors(&i)).unwrap_or_default(),
            interrupted: Vec::new(),
        };
        for (n, (_, factor)) in stay.times.iter().enumerate() {
            if factor.values().any(|x| x <= 0.0)
                && let Some(i) = f.opt("stay_times")
            {
                self.push(
                    i.error(format_args!("has the factor 0 (number {}): a length cannot be nothing", n + 1)),
                );
            }
        }
        if let Some(list) = f.opt("stay_if") {
            for i in self.list(&list, "a list of tables with `if` and `stay`", 1000).unwrap_or_default() {
                stay.by.extend(self.stay_if(&i));
            }
        }
        if let Some(i) = f.opt("stay_by") {
            self.stay_by(&i, &mut stay);
        }
        if let Some(i) = f.opt("interrupted") {
            stay.interrupted = self.rates_by_destination(&i);
        }
        stay
    }

    fn stay_if(&mut self, item: &Item<'_>) -> Option<(Selector, Law)> {
        let f = self.fields(item, &STAY_IF)?;
        let selector = self.need(&f, "if").and_then(|i| self.selector(&i));
        let law = self.need(&f, "stay").and_then(|i| self.law(&i));
        Some((selector?, law?))
    }

    fn stay_by(&mut self, item: &Item<'_>, stay: &mut Stay) {
        for entry in self.entries(item, "a table of destinations with their laws") {
            let dest = self.dest_named(&item.key(entry), &entry.key);
            let child = item.entry(entry);
            let law = self.law(&child);
            let (Some(dest), Some(law)) = (dest, law) else {
                continue;
            };
            if matches!(law, Law::Hazards { .. } | Law::Open) {
                self.push(
                    child.error("must be a law of a length of time or reviews: the route is drawn before it"),
                );
                continue;
            }
            stay.by_destination.push((dest, law));
        }
    }

    /// Edges of bands in days, rising.
    pub fn band_edges(&mut self, item: Option<Item<'_>>) -> Vec<f64> {
        let default = || [3.0, 6.0, 12.0, 24.0].map(|m| m * DAYS_PER_MONTH).to_vec();
        let Some(item) = item else { return default() };
        let Some(items) = self.list(&item, "a list of lengths of time", 64) else {
            return default();
        };
        let mut edges: Vec<f64> = Vec::new();
        for i in &items {
            let Some(edge) = self.days(i) else {
                return default();
            };
            if edge <= edges.last().copied().unwrap_or(0.0) {
                self.push(i.error("must be longer than the edge before it (and than 0)"));
                return default();
            }
            edges.push(edge);
        }
        edges
    }
}
