//! `[stages]`.

use super::item::Fields;
use super::names::Of;
use super::{Item, Reader};
use crate::base::ids::{AttributeId, IdVec, PoolId, StageId};
use crate::model::case::Leave;
use crate::model::catalogue::{PATIENCE, SEIZE, STAGE};
use crate::model::stage::{Law, Patience, Priority, Routes, Seize, Stage, Stay};

impl Reader<'_> {
    /// All stages; `leave` holds where a stage does not say otherwise.
    pub fn stages(&mut self, root: &Item<'_>, leave: Option<Leave>) -> IdVec<StageId, Stage> {
        let Some(node) = root.node.find(&["stages"]) else {
            return IdVec::default();
        };
        let item = root.child("stages", node);
        let entries = self.entries(&item, "a table of stages");
        let most = self.names.stages.len();
        let mut stages = Vec::new();
        for entry in entries.iter().take(most) {
            let child = item.entry(entry);
            stages.push(match self.fields(&child, &STAGE) {
                Some(f) => self.stage(&f, &entry.key, leave),
                None => empty_stage(&entry.key),
            });
        }
        IdVec::new(stages)
    }

    fn stage(&mut self, f: &Fields<'_>, name: &str, leave: Option<Leave>) -> Stage {
        let stay = self.stay(f);
        let routes = self.routes(f, name);
        self.routes_fit_laws(f, &stay);
        self.factors_fit_laws(f, &stay);
        let title = f.opt("title").and_then(|i| self.text(&i));
        Stage {
            name: name.to_string(),
            title: title.unwrap_or_else(|| name.to_string()),
            shown_as: f.opt("shown_as").and_then(|i| self.text(&i)),
            stay,
            routes,
            seize: f.opt("pool").and_then(|i| self.seize(&i)),
            priority: f.opt("priority").map(|i| self.priority(&i)).unwrap_or_default(),
            patience: f.opt("patience").and_then(|i| self.patience(&i)),
            refused: f.opt("refused").and_then(|i| self.dest(&i)),
            clock: f.opt("clock").and_then(|i| self.noted(&i, Reader::duration)),
            bands: self.band_edges(f.opt("bands")),
            together: f.opt("together").and_then(|i| self.switch(&i)).unwrap_or(true),
            sets: f.opt("sets").map(|i| self.sets(&i)).unwrap_or_default(),
            leave: self.stage_leave(f, leave),
        }
    }

    /// Routes are needed by laws of lengths, and nothing else uses them.
    fn routes_fit_laws(&mut self, f: &Fields<'_>, stay: &Stay) {
        let Some(law) = f.opt("stay") else { return };
        let laws = std::iter::once(&stay.law)
            .chain(stay.by.iter().map(|(_, law)| law))
            .chain(stay.by_destination.iter().map(|(_, law)| law));
        let needs = laws.into_iter().any(|law| matches!(law, Law::Length { .. } | Law::Reviews(_)));
        // an open law also stands for one that is wrong
        let hazards = law.node.find(&["hazards"]).is_some() || law.node.text() == Some("open");
        match f.opt("to") {
            None if needs => {
                self.push(
                    f.item
                        .error("has no `to`: nothing says where a case goes at the end of its stay")
                        .hint("add for example: to = \"out\""),
                );
            }
            Some(to) if hazards && !needs => {
                let why = if law.node.text().is_some() {
                    "an open stay ends only by an age or an interruption"
                } else {
                    "the hazards decide the route"
                };
                self.push(to.error(format_args!("is never used: {why}")).hint("take `to` out"));
            }
            _ => {}
        }
    }

    fn seize(&mut self, item: &Item<'_>) -> Option<Seize> {
        let (name, amount) = if item.node.text().is_some() {
            (item.clone(), 1)
        } else {
            let f = self.fields(item, &SEIZE)?;
            let places = f.opt("places");
            let amount = match places {
                Some(i) => u32::try_from(self.whole(&i, 1, 1_000_000_000)?).ok()?,
                None => 1,
            };
            (self.need(&f, "name")?, amount)
        };
        let text = self.name_text(&name, "the name of a pool")?;
        let pool = self.find::<PoolId>(&name, &text, Of::Pool)?;
        Some(Seize { pool, amount })
    }

    fn priority(&mut self, item: &Item<'_>) -> Priority {
        let mut priority = Priority::default();
        let Some(table) = item.node.table() else {
            priority.base = self.rank(item).unwrap_or(0);
            return priority;
        };
        for entry in &table.entries {
            let rank = self.rank(&item.entry(entry));
            if entry.key == "else" {
                priority.base = rank.unwrap_or(0);
            } else if let Some(selector) = self.selector_text(&item.key(entry), &entry.key) {
                priority.by.push((selector, rank.unwrap_or(0)));
            }
        }
        priority
    }

    fn rank(&mut self, item: &Item<'_>) -> Option<i32> {
        self.whole(item, -1_000_000, 1_000_000).and_then(|n| i32::try_from(n).ok())
    }

    fn patience(&mut self, item: &Item<'_>) -> Option<Patience> {
        let f = self.fields(item, &PATIENCE)?;
        let dist = self.need(&f, "after").and_then(|i| self.plain_law(&i));
        let to = self.need(&f, "to").and_then(|i| self.dest(&i));
        Some(Patience { dist: dist?, to: to? })
    }

    fn sets(&mut self, item: &Item<'_>) -> Vec<(AttributeId, u8)> {
        let mut out = Vec::new();
        for entry in self.entries(item, "a table of attributes with a value each") {
            let child = item.entry(entry);
            let id = self.find::<AttributeId>(&item.key(entry), &entry.key, Of::Attribute);
            let value = self.name_text(&child, "the name of a value");
            let (Some(id), Some(value)) = (id, value) else {
                continue;
            };
            out.extend(self.value_of(&child, id, &value).map(|v| (id, v)));
        }
        out
    }

    fn stage_leave(&mut self, f: &Fields<'_>, leave: Option<Leave>) -> Option<Leave> {
        match f.opt("leave") {
            None => leave,
            Some(i) if i.node.text() == Some("never") => None,
            Some(i) if i.node.text().is_some() => {
                self.push(i.expected("\"never\" or a table with age and to"));
                None
            }
            Some(i) => self.leave(&i),
        }
    }
}

/// A stage that could not be read, to keep the others' identifiers.
fn empty_stage(name: &str) -> Stage {
    Stage {
        name: name.to_string(),
        title: name.to_string(),
        shown_as: None,
        stay: Stay {
            law: Law::Open,
            by: Vec::new(),
            by_destination: Vec::new(),
            times: Vec::new(),
            interrupted: Vec::new(),
        },
        routes: Routes::default(),
        seize: None,
        priority: Priority::default(),
        patience: None,
        refused: None,
        clock: None,
        bands: Vec::new(),
        together: true,
        sets: Vec::new(),
        leave: None,
    }
}
