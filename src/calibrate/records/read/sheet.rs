//! Sheets of a file as rows, whether of a workbook or of delimited text, and the table found in each.

use super::delimited;
use super::error::ReadError;
use super::input::Input;
use super::limits::{HEADING_ROWS, MOST_BYTES, MOST_ROWS};
use super::names::{Match, match_headings};
use super::row::Row;
use super::ssda903_xml;
use super::table::{TableSpec, tables};
use super::text::Decoder;
use super::xlsx::Workbook;
use jiff::civil::Date;

/// A file of sheets.
pub enum Sheets<'a> {
    /// Delimited text: one sheet.
    Text(&'a dyn Input),
    /// The looked after children return as XML: a sheet for each of its tables.
    Care(&'a dyn Input),
    /// A workbook.
    Book(Box<Workbook<'a>>),
}

/// What was noticed of a text file while reading it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Noticed {
    /// Bytes that were not UTF-8.
    pub odd: u64,
}

impl Sheets<'_> {
    /// How many sheets there are.
    pub fn count(&self) -> usize {
        match self {
            Sheets::Text(_) => 1,
            Sheets::Care(_) => ssda903_xml::COUNT,
            Sheets::Book(book) => book.sheets().count(),
        }
    }

    /// See [`Workbook::day_offset`].
    pub fn day_offset(&self) -> i64 {
        match self {
            Sheets::Text(_) | Sheets::Care(_) => 0,
            Sheets::Book(book) => book.day_offset,
        }
    }

    /// Gives every row of a sheet to `each` until it asks to stop.
    pub fn rows(
        &self,
        sheet: usize,
        mut each: impl FnMut(&Row) -> Result<bool, ReadError>,
    ) -> Result<Noticed, ReadError> {
        let mut row = Row::default();
        match self {
            Sheets::Text(input) => {
                let mut rows = delimited::Rows::new(Decoder::new(input.open()?, MOST_BYTES)?)?;
                while rows.next(&mut row)? {
                    if !each(&row)? {
                        break;
                    }
                }
                Ok(Noticed { odd: rows.odd() })
            }
            Sheets::Care(input) => {
                ssda903_xml::rows(*input, sheet, each)?;
                Ok(Noticed::default())
            }
            Sheets::Book(book) => {
                let mut rows = book.rows(sheet)?;
                let mut count = 0;
                while rows.next(&mut row)? {
                    count += 1;
                    if count > MOST_ROWS || !each(&row)? {
                        break;
                    }
                }
                Ok(Noticed::default())
            }
        }
    }
}

/// The table that a sheet holds.
#[derive(Clone)]
pub struct Found {
    /// The table.
    pub table: &'static TableSpec,
    /// Where its columns are.
    pub found: Match,
    /// The row of its headings.
    pub row: u32,
    /// The period that a line above the headings says is covered.
    pub observed: Option<(Date, Date)>,
}

/// What the first rows of a sheet are.
pub enum Head {
    /// A table.
    Table(Box<Found>),
    /// No table: the nearest, with the names of columns it lacks; none if nothing is near.
    Nothing(Option<(&'static TableSpec, Vec<&'static str>)>),
    /// No rows.
    Empty,
}

/// Looks for a table's headings in the first rows of a sheet.
pub fn head(sheets: &Sheets<'_>, sheet: usize) -> Result<Head, ReadError> {
    let mut seen = 0;
    let mut observed = None;
    let mut best: Option<Found> = None;
    let mut near: Option<(usize, &'static TableSpec, Vec<&'static str>)> = None;
    sheets.rows(sheet, |row| {
        seen += 1;
        observed = observed.or_else(|| period(row));
        for table in tables() {
            let found = match_headings(row, table.fields);
            let matched = found.found();
            if found.whole(table.fields) {
                let better = best.as_ref().is_none_or(|b| better(matched, table, b));
                if better {
                    best = Some(Found { table, found, row: row.number, observed });
                }
            } else if matched >= 2 && near.as_ref().is_none_or(|n| matched > n.0) {
                let lacks = table.fields.iter().zip(&found.columns);
                let lacks = lacks.filter(|(f, c)| f.is_key() && c.is_none()).map(|(f, _)| f.name).collect();
                near = Some((matched, table, lacks));
            }
        }
        Ok(best.is_none() && seen < HEADING_ROWS)
    })?;
    Ok(match best {
        Some(found) => Head::Table(Box::new(found)),
        None if seen == 0 => Head::Empty,
        None => Head::Nothing(near.map(|(_, table, lacks)| (table, lacks))),
    })
}

/// Whether a table fits better: more columns, and of two with as many the one of which less is missing.
fn better(matched: usize, table: &TableSpec, than: &Found) -> bool {
    let have = than.found.found();
    matched > have || (matched == have && table.fields.len() < than.table.fields.len())
}

/// The period in a line such as `# observed 2019-04-01 to 2024-03-31`.
fn period(row: &Row) -> Option<(Date, Date)> {
    let line = row.text(0);
    let rest = line.strip_prefix('#')?.trim_start().strip_prefix("observed")?;
    let mut dates = rest.split_whitespace().filter_map(|w| w.parse::<Date>().ok());
    let (first, last) = (dates.next()?, dates.next()?);
    (first <= last).then_some((first, last))
}
