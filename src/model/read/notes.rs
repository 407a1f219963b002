//! Numbers with what they rest on: `{ value, low, high, source, grade, note }`.

use super::number::Size;
use super::suggest::suggest;
use super::{Item, Reader};
use crate::model::catalogue::{NOTED, NOTES};
use crate::model::file::{Node, Table, inline};
use crate::model::provenance::{Assumption, Grade};

/// What stands beside a value.
#[derive(Clone, Debug, Default)]
pub(in crate::model) struct Notes {
    pub source: Option<String>,
    pub grade: Option<Grade>,
    pub note: Option<String>,
    pub low: Option<String>,
    pub high: Option<String>,
}

/// Whether a key holds a note beside the keys of a table of shares or a law.
pub(in crate::model) fn is_note(key: &str) -> bool {
    NOTES.iter().any(|k| k.name == key)
}

impl Reader<'_> {
    /// `source`, `grade` and `note` of a table.
    pub fn notes(&mut self, item: &Item<'_>, table: &Table) -> Notes {
        let mut notes = Notes::default();
        if let Some(node) = table.get("source") {
            notes.source = self.source(&item.child("source", node));
        }
        if let Some(node) = table.get("grade") {
            notes.grade = self.grade(&item.child("grade", node));
        }
        if let Some(node) = table.get("note") {
            notes.note = self.text(&item.child("note", node));
        }
        notes
    }

    /// How strong the ground of a number is.
    pub fn grade(&mut self, item: &Item<'_>) -> Option<Grade> {
        self.word(
            item,
            &[
                ("measured", Grade::Measured),
                ("derived", Grade::Derived),
                ("borrowed", Grade::Borrowed),
                ("assumed", Grade::Assumed),
            ],
        )
    }

    /// The name of a source that `[sources]` lists.
    pub fn source(&mut self, item: &Item<'_>) -> Option<String> {
        let name = self.text(item)?;
        if self.names.sources.find(&name).is_none() {
            let error = item.error(format_args!(
                "names the source `{}`, which [sources] does not list",
                crate::model::file::clip(&name)
            ));
            let near = suggest(&name, self.names.sources.iter()).map(str::to_string);
            self.push(error.hint(match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("add under [sources]: {name} = \"the document and table\""),
            }));
            return None;
        }
        self.used.insert(name.clone());
        Some(name)
    }

    /// A number or quantity, plain or in a table with notes; it goes in the register.
    pub fn noted<T: Size>(
        &mut self,
        item: &Item<'_>,
        read: impl Fn(&mut Self, &Item<'_>) -> Option<T>,
    ) -> Option<T> {
        let Some(table) = item.node.table().filter(|t| t.get("value").is_some()) else {
            let value = read(self, item);
            if value.is_some() && !self.quiet {
                let notes = self.around.clone().unwrap_or_default();
                self.enter(&item.path, item.node, notes);
            }
            return value;
        };
        for entry in &table.entries {
            if NOTED.key(&entry.key).is_none() {
                self.unknown_key(item, entry, &NOTED.names());
            }
        }
        let mut notes = self.notes(item, table);
        if let Some(around) = &self.around {
            notes.source = notes.source.or_else(|| around.source.clone());
            notes.grade = notes.grade.or(around.grade);
            notes.note = notes.note.or_else(|| around.note.clone());
        }
        let node = table.get("value")?;
        // messages about the value name the number, not its `value`
        let value = read(self, &Item::new(node, item.path.clone()));
        let (low, high) = self.range(item, table, value.as_ref(), &read);
        (notes.low, notes.high) = (low, high);
        if value.is_some() {
            self.enter(&item.path, node, notes);
        }
        value
    }

    /// Reads `low` and `high` beside a value and checks their order.
    pub fn range<T: Size>(
        &mut self,
        item: &Item<'_>,
        table: &Table,
        value: Option<&T>,
        read: &impl Fn(&mut Self, &Item<'_>) -> Option<T>,
    ) -> (Option<String>, Option<String>) {
        let mut ends = [None, None];
        for (end, key) in ends.iter_mut().zip(["low", "high"]) {
            let Some(node) = table.get(key) else { continue };
            let bound = item.child(key, node);
            let Some(read) = read(self, &bound) else {
                continue;
            };
            *end = Some(shown(node));
            let Some(value) = value else { continue };
            let wrong = match key {
                "low" => read.size() > value.size(),
                _ => read.size() < value.size(),
            };
            if wrong {
                let side = if key == "low" { "above" } else { "below" };
                self.push(
                    bound
                        .error(format_args!("is {side} the value itself"))
                        .hint("low <= value <= high must hold"),
                );
            }
        }
        let [low, high] = ends;
        (low, high)
    }

    /// Enters a number in the register.
    pub fn enter(&mut self, path: &str, node: &Node, notes: Notes) {
        let grade = notes.grade.unwrap_or(match (&notes.source, &notes.low, &notes.high) {
            (Some(_), ..) => Grade::Measured,
            (None, None, None) => Grade::Unstated,
            _ => Grade::Assumed,
        });
        let line = self.line(&node.place);
        self.register.push(Assumption {
            path: path.to_string(),
            value: shown(node),
            low: notes.low,
            high: notes.high,
            source: notes.source,
            grade,
            note: notes.note,
            line,
        });
    }
}

/// A value as written, without quotes around a text.
pub(in crate::model) fn shown(node: &Node) -> String {
    match node.text() {
        Some(text) => text.trim().to_string(),
        None => {
            let text = inline(node);
            match text.char_indices().nth(300) {
                Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
                None => text,
            }
        }
    }
}
