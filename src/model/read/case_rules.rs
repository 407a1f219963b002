//! `[ages]` and `[cases]`.

use super::{Item, Reader, short};
use crate::model::case::{AgeBand, CaseRules, Leave};
use crate::model::catalogue::{AGE_BAND, CASES, LEAVE};
use crate::model::file::Entry;

impl Reader<'_> {
    /// Age bands in order.
    pub fn age_bands(&mut self, root: &Item<'_>) -> Vec<AgeBand> {
        let Some(node) = root.node.find(&["ages"]) else {
            return Vec::new();
        };
        let item = root.child("ages", node);
        let entries = self.entries(&item, "a table of age bands");
        let mut bands: Vec<AgeBand> = Vec::new();
        for entry in entries.iter().take(self.names.ages.len()) {
            let child = item.entry(entry);
            let band = self.age_band(&child, entry);
            if let (Some(band), Some(last)) = (&band, bands.last())
                && last.to.is_finite()
                && band.from != last.to
            {
                self.push(child.error(format_args!(
                    "begins at {} years, but `{}` before it ends at {}",
                    short(band.from),
                    last.name,
                    short(last.to)
                )));
            }
            // a band that is wrong keeps its index, so that what names it is right
            bands.push(band.unwrap_or(AgeBand {
                name: entry.key.clone(),
                title: entry.key.clone(),
                from: 0.0,
                to: f64::INFINITY,
            }));
        }
        bands
    }

    fn age_band(&mut self, item: &Item<'_>, entry: &Entry) -> Option<AgeBand> {
        let (from, to, title) = if item.node.list().is_some() {
            let ends: Vec<Item<'_>> = item.items().collect();
            let [from, to] = ends.as_slice() else {
                self.push(item.error("must be [from, to] in years"));
                return None;
            };
            (self.years(from), self.years(to), None)
        } else {
            let f = self.fields(item, &AGE_BAND)?;
            let from = self.need(&f, "from").and_then(|i| self.years(&i));
            let to = self.need(&f, "to").and_then(|i| self.years(&i));
            (from, to, f.opt("title").and_then(|i| self.text(&i)))
        };
        let (from, to) = (from?, to?);
        if from >= to {
            self.push(item.error(format_args!(
                "must end after it begins, found {} to {}",
                short(from),
                short(to)
            )));
            return None;
        }
        Some(AgeBand { name: entry.key.clone(), title: title.unwrap_or_else(|| entry.key.clone()), from, to })
    }

    fn years(&mut self, item: &Item<'_>) -> Option<f64> {
        self.number(item, -1.0, 130.0, "an age from -1 to 130 years")
    }

    /// `[cases]`.
    pub fn case_rules(&mut self, root: &Item<'_>) -> CaseRules {
        let mut rules = CaseRules { families: vec![(1, 1.0)], ..CaseRules::default() };
        let Some(node) = root.node.find(&["cases"]) else {
            return rules;
        };
        let Some(f) = self.fields(&root.child("cases", node), &CASES) else {
            return rules;
        };
        if let Some(i) = f.opt("ages") {
            rules.ages = self.age_shares(&i).unwrap_or_default();
        }
        if let Some(i) = f.opt("families") {
            rules.families = self.families(&i).unwrap_or(rules.families);
        }
        rules.leave = f.opt("leave").and_then(|i| self.leave(&i));
        rules
    }

    /// Leaving at an age.
    pub fn leave(&mut self, item: &Item<'_>) -> Option<Leave> {
        let f = self.fields(item, &LEAVE)?;
        let age = self.need(&f, "age").and_then(|i| self.noted(&i, Reader::years));
        let to = self.need(&f, "to").and_then(|i| self.dest(&i));
        if self.names.ages.len() == 0 {
            self.push(
                item.error("needs the ages of cases")
                    .hint("add [ages] with age bands and their shares under [cases]"),
            );
            return None;
        }
        Some(Leave { age: age?, to: to? })
    }
}
