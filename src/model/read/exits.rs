//! `[exits]`: ways out, and coming back.

use super::names::Of;
use super::shares::own_entries;
use super::{Item, Reader};
use crate::base::ids::{ExitId, Id, IdVec, StageId};
use crate::base::time::Span;
use crate::model::case::{Exit, Return};
use crate::model::catalogue::{EXIT, RETURNS};
use crate::model::file::{Node, Value};
use crate::model::stage::Dest;

impl Reader<'_> {
    /// All exits; the first is always `out`.
    pub fn exits(&mut self, root: &Item<'_>) -> IdVec<ExitId, Exit> {
        let named = (0..self.names.exits.len()).map(|id| {
            let name = self.names.exits.name(id).to_string();
            Exit { title: if id == 0 { "Out".to_string() } else { name.clone() }, name, returns: None }
        });
        let mut exits: IdVec<ExitId, Exit> = IdVec::new(named.collect());
        let Some(node) = root.node.find(&["exits"]) else {
            return exits;
        };
        let item = root.child("exits", node);
        for entry in self.entries(&item, "a table of exits") {
            let Some(id) = self.names.exits.find(&entry.key) else {
                continue;
            };
            let Some(f) = self.fields(&item.entry(entry), &EXIT) else {
                continue;
            };
            let title = f.opt("title").and_then(|i| self.text(&i));
            let returns = f.opt("returns").and_then(|i| self.returns(&i));
            let exit = &mut exits[ExitId::new(id)];
            exit.title = title.unwrap_or_else(|| exit.title.clone());
            exit.returns = returns;
        }
        exits
    }

    fn returns(&mut self, item: &Item<'_>) -> Option<Return> {
        let f = self.fields(item, &RETURNS)?;
        let to = self.need(&f, "to").and_then(|i| {
            let name = self.name_text(&i, "the name of a stage")?;
            self.find::<StageId>(&i, &name, Of::Stage)
        });
        let within = self.need(&f, "within").and_then(|i| self.within(&i));
        let odds = f.opt("odds").map(|i| self.factors(&i)).unwrap_or_default();
        let together = f.opt("together").and_then(|i| self.switch(&i));
        Some(Return { to: to?, within: within?, odds, together: together.unwrap_or(true) })
    }

    /// Cumulative shares by length of time.
    fn within(&mut self, item: &Item<'_>) -> Option<Vec<(Span, f64)>> {
        let entries = self.entries(item, "a table of lengths of time with their shares");
        let table = item.node.table()?;
        let around = self.around.take();
        self.around = Some(self.notes(item, table));
        let mut read = Vec::new();
        let mut sound = true;
        for entry in own_entries(entries) {
            let key = Node { place: entry.place.clone(), value: Value::Text(entry.key.clone()) };
            let span = self.span(&Item::new(&key, item.path.clone()));
            let share = self.noted(&item.entry(entry), Reader::share);
            match (span, share) {
                (Some(span), Some(share)) => read.push((span, share, entry)),
                _ => sound = false,
            }
        }
        self.around = around;
        sound.then_some(())?;
        if read.is_empty() {
            self.push(item.error("must have at least one entry, such as \"12 months\" = 0.16"));
            return None;
        }
        read.sort_by_key(|(span, ..)| *span);
        let mut last = (Span::ZERO, 0.0);
        for (span, share, entry) in &read {
            let child = item.entry(entry);
            let wrong = if *span <= last.0 {
                Some("has a length of time that is 0 or given twice".to_string())
            } else if *share < last.1 {
                Some(format!("is {share}, below {} at a shorter time: shares are cumulative", last.1))
            } else if *share >= 1.0 {
                Some("is 1: somebody must stay away, so write a share below 1".to_string())
            } else {
                None
            };
            if let Some(wrong) = wrong {
                self.push(child.error(wrong));
                return None;
            }
            last = (*span, *share);
        }
        Some(read.into_iter().map(|(span, share, _)| (span, share)).collect())
    }

    /// Rates by destination.
    pub fn rates_by_destination(&mut self, item: &Item<'_>) -> Vec<(Dest, f64)> {
        self.noted_entries(item, "a table of destinations with their rates", |r, at, child, key| {
            let dest = r.dest_named(at, key);
            let rate = r.noted(child, Reader::rate);
            dest.zip(rate)
        })
    }

    /// Entries of a table that may carry notes for all of them; `read` is given the entry at its
    /// key, its value, and the key.
    pub(super) fn noted_entries<T>(
        &mut self,
        item: &Item<'_>,
        what: &str,
        mut read: impl FnMut(&mut Self, &Item<'_>, &Item<'_>, &str) -> Option<T>,
    ) -> Vec<T> {
        let entries = self.entries(item, what);
        let around = self.around.take();
        self.around = item.node.table().map(|t| self.notes(item, t));
        let mut out = Vec::new();
        for entry in own_entries(entries) {
            out.extend(read(self, &item.key(entry), &item.entry(entry), &entry.key));
        }
        self.around = around;
        out
    }
}
