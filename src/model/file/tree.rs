//! The tree of a TOML file, each part with its place.

use crate::base::diag::Place;
use jiff::civil::DateTime;

/// A value with its place.
#[derive(Clone, Debug)]
pub struct Node {
    /// Where it stands.
    pub place: Place,
    /// What it is.
    pub value: Value,
}

/// What a value is.
#[derive(Clone, Debug)]
pub enum Value {
    /// Text.
    Text(String),
    /// A whole number; `None` if it does not fit 128 bits.
    Whole(Option<i128>),
    /// A number with a fraction or an exponent; it may be infinite or not a number.
    Number(f64),
    /// `true` or `false`.
    Bool(bool),
    /// A date, or a date with a time of day (without a zone).
    Date {
        /// The moment; midnight for a date.
        at: DateTime,
        /// Whether a time of day was given.
        timed: bool,
    },
    /// A time of day alone, or a moment with a zone: nothing in a model takes one.
    OtherTime(String),
    /// A list.
    List(Vec<Node>),
    /// A table.
    Table(Table),
}

/// A table, in the order of the file.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// Its entries.
    pub entries: Vec<Entry>,
}

/// A key and its value.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// Where the key stands.
    pub place: Place,
    /// Its value.
    pub node: Node,
}

impl Table {
    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|e| &e.node)
    }

    /// The entry of a key.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|e| e.key == key)
    }

    /// The value of a key, to change it.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        self.entries.iter_mut().find(|e| e.key == key).map(|e| &mut e.node)
    }

    /// Replaces the value of a key, or adds it at the end.
    pub fn set(&mut self, key: &str, place: Place, node: Node) {
        match self.entries.iter_mut().find(|e| e.key == key) {
            Some(entry) => (entry.place, entry.node) = (place, node),
            None => self.entries.push(Entry { key: key.to_string(), place, node }),
        }
    }
}

impl Node {
    /// The table, if it is one.
    pub fn table(&self) -> Option<&Table> {
        match &self.value {
            Value::Table(table) => Some(table),
            _ => None,
        }
    }

    /// The table, if it is one, to change it.
    pub fn table_mut(&mut self) -> Option<&mut Table> {
        match &mut self.value {
            Value::Table(table) => Some(table),
            _ => None,
        }
    }

    /// The list, if it is one.
    pub fn list(&self) -> Option<&[Node]> {
        match &self.value {
            Value::List(items) => Some(items),
            _ => None,
        }
    }

    /// The text, if it is one.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number, if it is one, whole or not.
    pub fn number(&self) -> Option<f64> {
        match self.value {
            Value::Whole(Some(n)) => Some(n as f64),
            Value::Number(x) => Some(x),
            _ => None,
        }
    }

    /// The value under a chain of keys.
    pub fn find(&self, path: &[&str]) -> Option<&Node> {
        path.iter().try_fold(self, |node, key| node.table()?.get(key))
    }

    /// The place of the value under a chain of keys, or of the last part of the chain there is.
    pub fn nearest(&self, path: &[&str]) -> Place {
        let mut node = self;
        for key in path {
            match node.table().and_then(|t| t.get(key)) {
                Some(next) => node = next,
                None => break,
            }
        }
        node.place.clone()
    }

    /// What kind of value it is, in words.
    pub fn kind(&self) -> &'static str {
        match self.value {
            Value::Text(_) => "text",
            Value::Whole(_) | Value::Number(_) => "a number",
            Value::Bool(_) => "true or false",
            Value::Date { .. } | Value::OtherTime(_) => "a date or time",
            Value::List(_) => "a list",
            Value::Table(_) => "a table",
        }
    }

    /// The value in a few words for a message.
    pub fn shown(&self) -> String {
        match &self.value {
            Value::Text(text) => format!("the text \"{}\"", clip(text)),
            Value::Whole(None) => "a number of more than 38 digits".to_string(),
            Value::Table(_) | Value::List(_) => self.kind().to_string(),
            _ => super::inline(self),
        }
    }
}

/// At most 60 characters of a text, control characters escaped.
pub(in crate::model) fn clip(text: &str) -> String {
    let mut out: String = text.chars().take(60).flat_map(escape).collect();
    if text.chars().nth(60).is_some() {
        out.push('…');
    }
    out
}

fn escape(c: char) -> Vec<char> {
    if c.is_control() || is_invisible(c) { c.escape_unicode().collect() } else { vec![c] }
}

/// Characters that turn or hide text.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}
