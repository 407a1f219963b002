//! Factors by condition, which may change at dates.

use super::item::Fields;
use super::{Item, Reader};
use crate::model::catalogue::FACTOR_STEP;
use crate::model::factor::Factor;
use crate::model::selector::Selector;
use crate::model::stage::{Law, Stay};

impl Reader<'_> {
    /// Factors by condition.
    pub fn factors(&mut self, item: &Item<'_>) -> Vec<(Selector, Factor)> {
        self.noted_entries(item, "a table of conditions with their factors", |r, at, child, key| {
            let selector = r.selector_text(at, key);
            let factor = r.dated_factor(child);
            selector.zip(factor)
        })
    }

    /// A factor, or steps of factors: 1 before the first, unless that leaves its `from` out.
    fn dated_factor(&mut self, item: &Item<'_>) -> Option<Factor> {
        let Some(items) = item.node.list() else {
            return self.noted(item, Reader::factor).map(Factor::always);
        };
        let dated = items.first().is_none_or(|step| step.find(&["from"]).is_some());
        let mut steps = self.rising_steps(item, None, |r, step| {
            let f = r.fields(step, &FACTOR_STEP)?;
            r.need(&f, "times").and_then(|i| r.noted(&i, Reader::factor))
        })?;
        let first = if dated { 1.0 } else { steps.remove(0).1 };
        Some(Factor { first, steps })
    }

    /// Odds need a route that is drawn apart, and factors on a stay a length.
    pub(super) fn factors_fit_laws(&mut self, f: &Fields<'_>, stay: &Stay) {
        let Some(law) = f.opt("stay") else { return };
        let others = || {
            let by = stay.by.iter().map(|(_, law)| law);
            by.chain(stay.by_destination.iter().map(|(_, law)| law))
        };
        // by the text, since an open law also stands for one that is wrong
        let open = law.node.text() == Some("open");
        let hazards = law.node.find(&["hazards"]).is_some();
        let routed = others().any(|law| matches!(law, Law::Length { .. } | Law::Reviews(_)));
        if let Some(odds) = f.opt("odds").filter(|_| (open || hazards) && !routed) {
            let error = if open {
                odds.error("is never used: an open stay ends only by an age or an interruption")
                    .hint("take `odds` out")
            } else {
                odds.error("is never used: the hazards decide the route")
                    .hint("change the hazards themselves, or give the stay a law of its length and routes")
            };
            self.push(error);
        }
        let lengths = others().any(|law| !matches!(law, Law::Open));
        if let Some(times) = f.opt("stay_times").filter(|_| open && !lengths) {
            let error = times.error("is never used: an open stay ends only by an age or an interruption");
            self.push(error.hint("take `stay_times` out"));
        }
    }
}
