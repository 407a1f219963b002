//! Competing hazards and review cycles.

use super::{Item, Reader};
use crate::model::catalogue::{ATOM, HAZARDS, REVIEWS};
use crate::model::file::Table;
use crate::model::stage::{Dest, Law, Reviews};
use crate::stats::dist::{Atom, Hazards};

/// Most breaks or atoms.
const MOST: usize = 10_000;

impl Reader<'_> {
    /// Competing hazards.
    pub(super) fn hazards(&mut self, item: &Item<'_>) -> Option<Law> {
        let full = |t: &Table| t.entries.iter().any(|e| HAZARDS.key(&e.key).is_some());
        if !item.node.table().is_some_and(full) {
            return self.constant_hazards(item);
        }
        let f = self.fields(item, &HAZARDS)?;
        let breaks = self.need(&f, "breaks").and_then(|i| self.breaks(&i));
        let rates = self.need(&f, "rates");
        let (breaks, rates) = (breaks?, rates?);
        let mut to: Vec<Dest> = Vec::new();
        let mut by_cause: Vec<Vec<f64>> = Vec::new();
        let mut sound = true;
        for entry in self.entries(&rates, "a table of destinations with their rates") {
            let dest = self.dest_named(&rates.key(entry), &entry.key);
            let read = self.interval_rates(&rates.entry(entry), breaks.len());
            match (dest, read) {
                (Some(dest), Some(read)) => {
                    to.push(dest);
                    by_cause.push(read);
                }
                _ => sound = false,
            }
        }
        let mut atoms = Vec::new();
        if let Some(list) = f.opt("atoms") {
            for i in self.list(&list, "a list of atoms", MOST)? {
                match self.atom(&i, &mut to) {
                    Some(atom) => atoms.push(atom),
                    None => sound = false,
                }
            }
        }
        if !sound {
            return None;
        }
        if to.is_empty() {
            self.push(rates.error("must name at least one destination"));
            return None;
        }
        // a destination that only an atom names has no rate
        by_cause.resize(to.len(), vec![0.0; breaks.len()]);
        for atom in &mut atoms {
            atom.probs.resize(to.len(), 0.0);
        }
        let last: f64 = by_cause.iter().filter_map(|rates| rates.last()).sum();
        let certain = atoms.iter().any(|a| a.probs.iter().sum::<f64>() >= 1.0 - 1e-9);
        if last <= 0.0 && !certain {
            self.push(item.error("may never end: in the last interval every rate is 0").hint(
                "give a rate above 0 after the last break, or an atom at which all who are left leave",
            ));
            return None;
        }
        let hazards = self.checked(item, Hazards::new(&breaks, &by_cause, &atoms))?;
        Some(Law::Hazards { hazards, to })
    }

    /// A constant rate for each destination.
    fn constant_hazards(&mut self, item: &Item<'_>) -> Option<Law> {
        let before = self.errors();
        let (to, rates): (Vec<Dest>, Vec<Vec<f64>>) =
            self.rates_by_destination(item).into_iter().map(|(dest, rate)| (dest, vec![rate])).unzip();
        if self.errors() > before {
            return None;
        }
        if rates.iter().flatten().sum::<f64>() <= 0.0 {
            self.push(item.error("never ends: every rate is 0").hint("give one destination a rate above 0"));
            return None;
        }
        let hazards = self.checked(item, Hazards::new(&[0.0], &rates, &[]))?;
        Some(Law::Hazards { hazards, to })
    }

    fn breaks(&mut self, item: &Item<'_>) -> Option<Vec<f64>> {
        let items = self.list(item, "a list of lengths of time", MOST)?;
        let mut breaks: Vec<f64> = Vec::new();
        for i in &items {
            let at = self.days(i)?;
            let wrong = match breaks.last() {
                None if at != 0.0 => Some("must be \"0 days\": the first break is the beginning of the stay"),
                Some(last) if at <= *last => Some("must come after the break before it"),
                _ => None,
            };
            if let Some(wrong) = wrong {
                self.push(i.error(wrong));
                return None;
            }
            breaks.push(at);
        }
        if breaks.is_empty() {
            self.push(item.error("must have at least one entry"));
            return None;
        }
        Some(breaks)
    }

    fn interval_rates(&mut self, item: &Item<'_>, breaks: usize) -> Option<Vec<f64>> {
        let items = self.list(item, "a list of rates, one for each break", MOST)?;
        if items.len() != breaks {
            self.push(item.error(format_args!("has {} rates for {breaks} breaks", items.len())));
            return None;
        }
        let read: Vec<Option<f64>> = items.iter().map(|i| self.noted(i, Reader::rate)).collect();
        read.into_iter().collect()
    }

    /// An atom; a destination that is new is added to the causes.
    fn atom(&mut self, item: &Item<'_>, to: &mut Vec<Dest>) -> Option<Atom> {
        let f = self.open(item, &ATOM)?;
        let at = self.need(&f, "at").and_then(|i| self.days(&i));
        let mut probs = vec![0.0; to.len()];
        let mut sound = true;
        for entry in f.table.entries.iter().filter(|e| e.key != "at") {
            let dest = self.dest_named(&item.key(entry), &entry.key);
            let prob = self.noted(&item.entry(entry), Reader::share);
            let (Some(dest), Some(prob)) = (dest, prob) else {
                sound = false;
                continue;
            };
            let cause = to.iter().position(|d| *d == dest).unwrap_or_else(|| {
                to.push(dest);
                to.len() - 1
            });
            probs.resize(to.len(), 0.0);
            if let Some(slot) = probs.get_mut(cause) {
                *slot = prob;
            }
        }
        sound.then_some(())?;
        Some(Atom { at: at?, probs })
    }

    /// A review cycle.
    pub(super) fn reviews(&mut self, item: &Item<'_>) -> Option<Reviews> {
        let f = self.fields(item, &REVIEWS)?;
        let mut spans = [None, None, Some(crate::base::time::Span::ZERO)];
        for (span, key) in spans.iter_mut().zip(["first", "then", "within"]) {
            let i = if key == "within" { f.opt(key) } else { self.need(&f, key) };
            let Some(i) = i else { continue };
            *span = self.noted(&i, Reader::days).and_then(|_| {
                self.span(&Item::new(i.node.find(&["value"]).unwrap_or(i.node), i.path.clone()))
            });
            if key != "within" && span.is_some_and(|s| s.0 == 0) {
                self.push(i.error("must be longer than nothing"));
                *span = None;
            }
        }
        let ends = self.need(&f, "ends").and_then(|i| self.review_ends(&i));
        let [first, then, within] = spans;
        let (first, then, within) = (first?, then?, within?);
        if within > first || within > then {
            self.push(f.opt("within")?.error("must not be longer than the time between reviews"));
            return None;
        }
        Some(Reviews { first, then, within, ends: ends? })
    }

    fn review_ends(&mut self, item: &Item<'_>) -> Option<Vec<f64>> {
        let items = self.list(item, "a list of probabilities", 1000)?;
        let read: Vec<Option<f64>> = items.iter().map(|i| self.noted(i, Reader::share)).collect();
        let ends: Vec<f64> = read.into_iter().collect::<Option<_>>()?;
        match ends.last() {
            None => self.push(item.error("must have at least one entry")),
            Some(last) if *last <= 0.0 => self.push(
                item.error("ends with 0, which repeats for ever: a stay could never end")
                    .hint("the last probability holds for all later reviews, and must be above 0"),
            ),
            Some(_) => return Some(ends),
        }
        None
    }
}
