//! A value under its dotted path, and a table opened with its catalogue entry.

use super::Reader;
use super::suggest::suggest;
use crate::base::diag::{Diagnostic, Place};
use crate::model::catalogue::Def;
use crate::model::file::{Entry, Node, Table};

/// A value and the dotted path by which messages name it.
#[derive(Clone, Debug)]
pub(in crate::model) struct Item<'t> {
    pub node: &'t Node,
    pub path: String,
    /// Where messages point, if not at the value.
    at: Option<Place>,
}

impl<'t> Item<'t> {
    pub fn new(node: &'t Node, path: impl Into<String>) -> Item<'t> {
        let path = path.into();
        let at = None;
        Item { node, path, at }
    }

    /// The table's path at the place of the key of an entry, for messages about the key.
    pub fn key(&self, entry: &'t Entry) -> Item<'t> {
        Item { node: &entry.node, path: self.path.clone(), at: Some(entry.place.clone()) }
    }

    /// The value of an entry of a table at this path.
    pub fn entry(&self, entry: &'t Entry) -> Item<'t> {
        self.child(&entry.key, &entry.node)
    }

    /// A value below this one.
    pub fn child(&self, key: &str, node: &'t Node) -> Item<'t> {
        let key = crate::model::file::clip(key);
        let path = if self.path.is_empty() { key } else { format!("{}.{key}", self.path) };
        Item::new(node, path)
    }

    /// Items of a list, numbered from 1.
    pub fn items(&self) -> impl Iterator<Item = Item<'t>> + use<'t> {
        let path = self.path.clone();
        let list = self.node.list().unwrap_or_default();
        list.iter().enumerate().map(move |(i, node)| Item::new(node, format!("{path}.{}", i + 1)))
    }

    pub fn place(&self) -> Place {
        self.at.clone().unwrap_or_else(|| self.node.place.clone())
    }

    /// An error about this value, in which `{}` is not replaced: the path leads.
    pub fn error(&self, rest: impl std::fmt::Display) -> Diagnostic {
        Diagnostic::error(self.place(), format!("`{}` {rest}", self.path))
    }

    /// The error that something else was expected here.
    pub fn expected(&self, what: &str) -> Diagnostic {
        self.error(format_args!("must be {what}, found {}", self.node.shown()))
    }
}

/// A table whose keys are those of the catalogue.
#[derive(Clone, Debug)]
pub(in crate::model) struct Fields<'t> {
    pub item: Item<'t>,
    pub table: &'t Table,
    pub def: &'static Def,
}

impl<'t> Fields<'t> {
    /// The value of a key, if given.
    pub fn opt(&self, key: &str) -> Option<Item<'t>> {
        debug_assert!(self.def.key(key).is_some(), "`{key}` is not in the catalogue of {}", self.def.id);
        self.table.get(key).map(|node| self.item.child(key, node))
    }

    /// Keys given, among those of the catalogue that are not notes.
    pub fn given(&self) -> Vec<&'static str> {
        let keys = self.def.keys.iter().map(|k| k.name);
        keys.filter(|k| self.table.get(k).is_some()).collect()
    }
}

impl Reader<'_> {
    /// Opens a table and refuses keys that are not in the catalogue.
    pub fn fields<'t>(&mut self, item: &Item<'t>, def: &'static Def) -> Option<Fields<'t>> {
        let fields = self.open(item, def)?;
        for entry in &fields.table.entries {
            if def.key(&entry.key).is_none() {
                self.unknown_key(item, entry, &def.names());
            }
        }
        Some(fields)
    }

    /// Opens a table in which other keys may stand too.
    pub fn open<'t>(&mut self, item: &Item<'t>, def: &'static Def) -> Option<Fields<'t>> {
        let Some(table) = item.node.table() else {
            let keys = def.names().join(", ");
            self.push(item.expected(&format!("a table with {keys}")));
            return None;
        };
        Some(Fields { item: item.clone(), table, def })
    }

    /// A key that nobody knows.
    pub fn unknown_key(&mut self, item: &Item<'_>, entry: &Entry, known: &[&str]) {
        let key = crate::model::file::clip(&entry.key);
        let message = if item.path.is_empty() {
            format!("unknown key `{key}`")
        } else {
            format!("unknown key `{key}` in `{}`", item.path)
        };
        let error = Diagnostic::error(entry.place.clone(), message);
        self.push(error.hint(match suggest(&entry.key, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the keys here are {}", known.join(", ")),
        }));
    }

    /// The value of a key that must be given.
    pub fn need<'t>(&mut self, fields: &Fields<'t>, key: &str) -> Option<Item<'t>> {
        let found = fields.opt(key);
        if found.is_none() {
            let path = &fields.item.path;
            let what = if path.is_empty() { "the file".to_string() } else { format!("`{path}`") };
            let section = fields.def.key(key).filter(|k| path.is_empty() && k.example.is_empty());
            let named = if section.is_some() { format!("[{key}]") } else { format!("`{key}`") };
            let error = Diagnostic::error(fields.item.place(), format!("{what} has no {named}"));
            let error = match fields.def.key(key) {
                Some(k) if !k.example.is_empty() => {
                    error.hint(format!("add for example: {key} = {}", k.example))
                }
                Some(k) if path.is_empty() => error.hint(format!("add [{key}]: {}", k.meaning)),
                _ => error,
            };
            self.push(error);
        }
        found
    }

    /// Entries of a table, or of none when it is something else (which is reported).
    pub fn entries<'t>(&mut self, item: &Item<'t>, what: &str) -> &'t [Entry] {
        match item.node.table() {
            Some(table) => &table.entries,
            None => {
                self.push(item.expected(what));
                &[]
            }
        }
    }

    /// Items of a list; a value alone is an error.
    pub fn list<'t>(&mut self, item: &Item<'t>, what: &str, most: usize) -> Option<Vec<Item<'t>>> {
        let Some(list) = item.node.list() else {
            self.push(item.expected(what));
            return None;
        };
        if list.len() > most {
            self.push(item.error(format_args!("has {} entries, the most is {most}", list.len())));
            return None;
        }
        Some(item.items().collect())
    }
}
