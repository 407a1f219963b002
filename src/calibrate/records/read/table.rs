//! Tables of the returns that come as rows: their columns, what they watch, and how a row is read.

use super::error::ReadError;
use super::line::Line;
use super::names::Field;
use super::{annex_a, cin_csv, episodes_csv, ssd, ssda903};
use crate::calibrate::records::episode::{SourceKind, Stage};

/// Reads a row.
pub type ReadRow = fn(&mut Line<'_>) -> Result<(), ReadError>;

/// How the period that a table covers is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Covers {
    /// The six months to the last date in the workbook, or in all lists given as files.
    SixMonths,
    /// Whole years to 31 March.
    ReturnYears,
    /// From the first end to the last date.
    History,
    /// It has no stages.
    Nothing,
}

/// A table of a return.
#[derive(Clone, Copy)]
pub struct TableSpec {
    /// Stable name.
    pub id: &'static str,
    /// Name in messages.
    pub title: &'static str,
    /// The return.
    pub source: SourceKind,
    /// Columns.
    pub fields: &'static [Field],
    /// Stages that it watches.
    pub stages: &'static [Stage],
    /// How its period is known.
    pub covers: Covers,
    /// Reads a row; none where the table is known and not used.
    pub read: Option<ReadRow>,
}

/// Every table, the more particular before the more general.
pub fn tables() -> impl Iterator<Item = &'static TableSpec> {
    let flat = annex_a::TABLES.iter().chain(ssda903::TABLES).chain(cin_csv::TABLES);
    flat.chain(ssd::TABLES).chain(episodes_csv::TABLES)
}
