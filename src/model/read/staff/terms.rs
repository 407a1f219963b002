//! Terms of workers: of a role, and of its posts in a team.

use super::super::item::Fields;
use super::super::{Item, Reader};
use crate::base::time::{DAYS_PER_YEAR, Span};
use crate::model::catalogue::{ABSENCE, AGENCY, NEWLY, TURNOVER_STEP};
use crate::model::staff::{Absence, Agency, Newly, Terms};
use crate::stats::dist::Dist;

/// Longer than any service.
const FOREVER: Span = Span(i64::MAX);

impl Reader<'_> {
    /// Terms as given, and otherwise those they stand in for.
    pub(super) fn terms(&mut self, f: &Fields<'_>, from: &Terms) -> Terms {
        let mut out = from.clone();
        if let Some(i) = f.opt("caseload") {
            out.caseload = self.noted(&i, Reader::caseload).unwrap_or(1.0);
        }
        if let Some(i) = f.opt("newly_qualified") {
            out.newly = self.newly(&i);
        }
        if let Some(i) = f.opt("turnover") {
            out.turnover = self.turnover(&i).unwrap_or_default();
        }
        if let Some(i) = f.opt("away") {
            out.away = self.noted(&i, Reader::time_lost).unwrap_or(0.0);
        }
        if let Some(i) = f.opt("absence") {
            out.absence = self.absence(&i);
        }
        if let Some(i) = f.opt("recruitment") {
            out.recruitment = self.plain_law(&i);
        }
        if let Some(i) = f.opt("agency") {
            out.agency = self.agency(&i);
        }
        if let Some(i) = f.opt("cost") {
            out.cost = self.noted(&i, Reader::amount).unwrap_or(0.0);
        }
        out
    }

    fn newly(&mut self, item: &Item<'_>) -> Option<Newly> {
        let f = self.fields(item, &NEWLY)?;
        let share = self.need(&f, "share").and_then(|i| self.noted(&i, Reader::share));
        let start = f.opt("caseload_start").and_then(|i| self.noted(&i, Reader::share));
        let grows = f.opt("grows_over").and_then(|i| self.span(&i));
        Some(Newly {
            share: share?,
            start: start.unwrap_or(0.5),
            grows: grows.unwrap_or_else(|| Span::from_days(DAYS_PER_YEAR)),
        })
    }

    fn absence(&mut self, item: &Item<'_>) -> Option<Absence> {
        let f = self.fields(item, &ABSENCE)?;
        let rate = self.need(&f, "rate").and_then(|i| self.noted(&i, Reader::rate));
        let length = self.need(&f, "length").and_then(|i| self.plain_law(&i));
        let words = [("handed_over", false), ("wait", true)];
        let wait = f.opt("cases").and_then(|i| self.word(&i, &words));
        Some(Absence { rate: rate?, length: length?, wait: wait.unwrap_or(false) })
    }

    fn turnover(&mut self, item: &Item<'_>) -> Option<Vec<(Span, f64)>> {
        if item.node.list().is_none() {
            return self.noted(item, Reader::rate).map(|rate| vec![(FOREVER, rate)]);
        }
        let steps = self.list(item, "a list of rates by length of service", 50)?;
        let mut out: Vec<(Span, f64)> = Vec::new();
        for (n, step) in steps.iter().enumerate() {
            let f = self.fields(step, &TURNOVER_STEP)?;
            let rate = self.need(&f, "rate").and_then(|i| self.noted(&i, Reader::rate))?;
            let last = n + 1 == steps.len();
            let upto = match f.opt("upto") {
                Some(i) if !last => self.span(&i)?,
                Some(i) => {
                    self.push(
                        i.error("is of the last band, which has no end").hint("leave `upto` out of it"),
                    );
                    return None;
                }
                None if last => FOREVER,
                None => {
                    self.push(step.error("has no `upto`: only the last band may leave it out"));
                    return None;
                }
            };
            if out.last().is_some_and(|before| before.0 >= upto) {
                self.push(step.error("must end later than the band before it"));
                return None;
            }
            out.push((upto, rate));
        }
        Some(out)
    }

    fn agency(&mut self, item: &Item<'_>) -> Option<Agency> {
        let f = self.fields(item, &AGENCY)?;
        let share = self.need(&f, "share").and_then(|i| self.noted(&i, Reader::share));
        let after = match f.opt("after") {
            Some(i) => self.plain_law(&i),
            None => Dist::constant(0.0).ok(),
        };
        let caseload = f.opt("caseload").and_then(|i| self.noted(&i, Reader::caseload));
        let cost = f.opt("cost").and_then(|i| self.noted(&i, Reader::amount));
        Some(Agency { share: share?, after: after?, caseload, cost })
    }
}
