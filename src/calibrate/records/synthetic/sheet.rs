//! A table of a return before it becomes CSV or a sheet of a workbook.

use super::dirt::Fault;
use jiff::civil::Date;
use std::fmt::Write;

/// What a column holds, which says how it can go wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Anything else.
    Plain,
    /// The child's identifier.
    Child,
    /// A code from a list.
    Code,
    /// A date that begins a record.
    Start,
    /// A date that ends a record.
    End,
    /// Another date.
    Date,
}

/// A cell.
#[derive(Clone, PartialEq, Debug)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// Text.
    Text(String),
    /// A whole number.
    Number(i64),
    /// A date, written as the file writes dates.
    Date(Date),
}

impl Cell {
    /// Text.
    pub fn text(text: impl Into<String>) -> Cell {
        Cell::Text(text.into())
    }

    /// A date if there is one.
    pub fn date(date: Option<Date>) -> Cell {
        date.map_or(Cell::Empty, Cell::Date)
    }

    /// Y or N.
    pub fn yes(yes: bool) -> Cell {
        Cell::text(if yes { "Y" } else { "N" })
    }
}

/// A table with headed columns.
#[derive(Clone, PartialEq, Debug)]
pub struct Sheet {
    /// Name of the sheet in a workbook, or of the file without its ending.
    pub name: String,
    /// Headings and what stands under them.
    pub columns: Vec<(&'static str, Kind)>,
    /// Rows, each as long as the headings.
    pub rows: Vec<Vec<Cell>>,
    /// Mistakes that the writer planted itself, in order of row.
    pub marks: Vec<Mark>,
}

/// A mistake that stands in a row of a table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Mark {
    /// Place of the row, from 0.
    pub row: usize,
    /// What.
    pub fault: Fault,
    /// A number for the record, the same in every return that tells of it.
    pub record: u64,
    /// The column.
    pub column: &'static str,
}

/// How a file writes dates.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Dates {
    /// 2024-03-31
    Iso,
    /// 31/03/2024
    British,
    /// 31/03/24
    Short,
    /// 31-Mar-2024
    Named,
    /// 31 March 2024
    Long,
    /// 20240331
    Compact,
    /// 45382: days as spreadsheets number them
    Serial,
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

impl Dates {
    /// Every form.
    pub const ALL: [Dates; 7] =
        [Dates::Iso, Dates::British, Dates::Short, Dates::Named, Dates::Long, Dates::Compact, Dates::Serial];

    /// A date written so.
    pub fn write(self, date: Date) -> String {
        let (y, m, d) = (date.year(), date.month(), date.day());
        let month = usize::try_from(m - 1).ok().and_then(|k| MONTHS.get(k)).copied().unwrap_or("");
        match self {
            Dates::Iso => format!("{y:04}-{m:02}-{d:02}"),
            Dates::British => format!("{d:02}/{m:02}/{y:04}"),
            Dates::Short => format!("{d:02}/{m:02}/{:02}", y.rem_euclid(100)),
            Dates::Named => format!("{d:02}-{}-{y:04}", month.get(..3).unwrap_or("")),
            Dates::Long => format!("{d} {month} {y:04}"),
            Dates::Compact => format!("{y:04}{m:02}{d:02}"),
            Dates::Serial => {
                let days = date.since(jiff::civil::date(1899, 12, 30)).map_or(0, |s| s.get_days());
                format!("{days}")
            }
        }
    }
}

impl Sheet {
    /// An empty table.
    pub fn new(name: &str, columns: &[(&'static str, Kind)]) -> Sheet {
        Sheet { name: name.to_string(), columns: columns.to_vec(), rows: Vec::new(), marks: Vec::new() }
    }

    /// As CSV with dates written as `dates` says.
    pub fn csv(&self, dates: Dates) -> Vec<u8> {
        let mut out = String::new();
        let heads: Vec<&str> = self.columns.iter().map(|c| c.0).collect();
        let _ = writeln!(out, "{}", heads.iter().map(|h| quoted(h)).collect::<Vec<_>>().join(","));
        for row in &self.rows {
            for (i, cell) in row.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                match cell {
                    Cell::Empty => {}
                    Cell::Text(text) => out.push_str(&quoted(text)),
                    Cell::Number(n) => {
                        let _ = write!(out, "{n}");
                    }
                    Cell::Date(date) => out.push_str(&dates.write(*date)),
                }
            }
            out.push('\n');
        }
        out.into_bytes()
    }
}

pub(super) fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_string()
    }
}
