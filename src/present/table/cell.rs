//! One cell of a table and its forms for readers and machines.

use jiff::civil::Date;
use serde_json::Value;

use super::Kind;
use crate::present::{escape, format};

/// What stands in a cell that holds no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Symbol {
    /// `c`: withheld so that no child can be recognised.
    Suppressed,
    /// `z`: cannot have a value.
    NotApplicable,
    /// `:`: has a value that is not known here.
    NotAvailable,
    /// `k`: more than zero, and rounds to zero.
    RoundsToZero,
}

impl Symbol {
    /// Every symbol.
    pub const ALL: [Symbol; 4] =
        [Symbol::Suppressed, Symbol::NotApplicable, Symbol::NotAvailable, Symbol::RoundsToZero];

    /// The symbol as it is printed.
    pub fn mark(self) -> &'static str {
        match self {
            Symbol::Suppressed => "c",
            Symbol::NotApplicable => "z",
            Symbol::NotAvailable => ":",
            Symbol::RoundsToZero => "k",
        }
    }

    /// What the symbol stands for.
    pub fn meaning(self) -> &'static str {
        match self {
            Symbol::Suppressed => "suppressed to protect confidentiality",
            Symbol::NotApplicable => "not applicable",
            Symbol::NotAvailable => "not available",
            Symbol::RoundsToZero => "more than zero, rounds to zero",
        }
    }
}

/// A cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Words.
    Text(String),
    /// A number in the unit of its column; what is not finite is shown as not available.
    Number(f64),
    /// A day.
    Date(Date),
    /// No value, and why.
    Symbol(Symbol),
}

impl Cell {
    /// A cell of words.
    pub fn text(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }

    /// A cell with a number, or `:` where there is none.
    pub fn maybe(value: Option<f64>) -> Cell {
        value.map_or(Cell::Symbol(Symbol::NotAvailable), Cell::Number)
    }

    /// The symbol, if the cell shows one.
    pub fn symbol(&self) -> Option<Symbol> {
        match self {
            Cell::Symbol(s) => Some(*s),
            Cell::Number(v) if !v.is_finite() => Some(Symbol::NotAvailable),
            _ => None,
        }
    }

    /// The cell for a reader; not escaped for any markup.
    pub fn reader(&self, kind: Kind) -> String {
        match self {
            Cell::Text(t) => t.clone(),
            Cell::Date(d) => format::date(*d),
            Cell::Number(v) if v.is_finite() => match kind {
                Kind::Count => format::count(*v),
                Kind::Percent => format::percent(*v),
                Kind::Money => format::money(*v),
                Kind::Number(places) => format::decimal(*v, usize::from(places)),
                Kind::Text | Kind::Date => format::decimal(*v, 2),
            },
            _ => self.symbol().unwrap_or(Symbol::NotAvailable).mark().to_owned(),
        }
    }

    /// The cell for a machine: ISO dates, bare numbers, per cent rather than shares.
    pub(super) fn json(&self, kind: Kind) -> Value {
        match self {
            Cell::Text(t) => Value::String(escape::plain(t)),
            Cell::Date(d) => Value::String(format::iso(*d)),
            Cell::Number(v) if v.is_finite() => number(*v, kind),
            _ => Value::String(self.symbol().unwrap_or(Symbol::NotAvailable).mark().to_owned()),
        }
    }

    /// The cell for a CSV file, safe in a spreadsheet.
    pub(super) fn csv(&self, kind: Kind) -> String {
        match (self, self.json(kind)) {
            (Cell::Text(t), _) => escape::spreadsheet(t),
            (_, Value::String(s)) => s,
            (_, other) => other.to_string(),
        }
    }
}

fn number(value: f64, kind: Kind) -> Value {
    let value = match kind {
        // Ten decimals take away the tail that a product of two binary fractions leaves.
        Kind::Percent => (value * 1e12).round() / 1e10,
        Kind::Money => (value * 100.0).round() / 100.0,
        Kind::Count => value.round(),
        Kind::Number(_) | Kind::Text | Kind::Date => value,
    };
    // Whole numbers inside the exact range of a double are written without a decimal point.
    if value == value.trunc() && value.abs() < 9e15 { Value::from(value as i64) } else { Value::from(value) }
}
