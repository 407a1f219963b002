//! Mistakes planted in fake returns, each noted so that finding them can be scored.

use super::sheet::{Cell, Dates, Kind, Sheet};
use crate::base::rng::{Key, Purpose, mix};
use std::fmt::Write;

/// What can be planted.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Fault {
    /// A record stands twice.
    Duplicate,
    /// The date on which a record ended is left out, though the reason for its end stands.
    MissingClosure,
    /// A record is in the return of a later year alone.
    LateRecord,
    /// A code is in no list.
    BadCode,
    /// A date is written in another form than the rest, with two digits for the year.
    DateForm,
    /// A record ends before it begins.
    EndBeforeStart,
}

impl Fault {
    /// Every kind.
    pub const ALL: [Fault; 6] = [
        Fault::Duplicate,
        Fault::MissingClosure,
        Fault::LateRecord,
        Fault::BadCode,
        Fault::DateForm,
        Fault::EndBeforeStart,
    ];

    /// Its name in the list of what was planted.
    pub fn code(self) -> &'static str {
        match self {
            Fault::Duplicate => "duplicate",
            Fault::MissingClosure => "missing_closure",
            Fault::LateRecord => "late_record",
            Fault::BadCode => "bad_code",
            Fault::DateForm => "date_form",
            Fault::EndBeforeStart => "end_before_start",
        }
    }
}

/// One planted mistake.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Planted {
    /// What.
    pub fault: Fault,
    /// File.
    pub file: String,
    /// Sheet of a workbook, or element of an XML file; empty for CSV.
    pub sheet: String,
    /// Row as a spreadsheet numbers it (the heading is 1), or the child's place in an XML file from 1.
    pub row: usize,
    /// Column or element.
    pub column: String,
}

/// Plants mistakes at random.
#[derive(Clone, Debug)]
pub struct Dirt {
    level: f64,
    key: Key,
    draws: u64,
    /// What was planted so far.
    pub planted: Vec<Planted>,
}

/// Of a thousand records that could carry it, how many carry each kind of mistake at level 1.
const PER_RECORD: f64 = 0.03;
/// Columns of reasons that follow the date of an end.
const REASONS: [&str; 4] = ["outcome", "REC", "Reason for Closure", "Reason Ceased to be Looked After"];
const DRAW: Purpose = Purpose::named("dirt");

impl Dirt {
    /// Plants with `level` from 0 (nothing) to 1 (three in a hundred records for each kind).
    pub fn new(level: f64, seed: u64) -> Dirt {
        let level = if level.is_finite() { level.clamp(0.0, 1.0) } else { 0.0 };
        Dirt { level, key: Key(mix(seed ^ 0x6469_7274)), draws: 0, planted: Vec::new() }
    }

    fn unit(&mut self) -> f64 {
        self.draws += 1;
        self.key.unit(DRAW, self.draws)
    }

    /// Whether to plant here.
    pub fn strikes(&mut self) -> bool {
        self.level > 0.0 && self.unit() < PER_RECORD * self.level
    }

    /// Notes what was planted.
    pub fn note(&mut self, fault: Fault, file: &str, sheet: &str, row: usize, column: &str) {
        let planted =
            Planted { fault, file: file.into(), sheet: sheet.into(), row, column: column.to_string() };
        self.planted.push(planted);
    }

    /// Plants in a table whose rows stand in order of child and start. At most one mistake a row.
    pub fn spoil(&mut self, sheet: &mut Sheet, file: &str, in_workbook: bool) {
        if self.level <= 0.0 {
            return;
        }
        let rows = std::mem::take(&mut sheet.rows);
        let name = if in_workbook { sheet.name.clone() } else { String::new() };
        let at = |kind: Kind| sheet.columns.iter().position(|c| c.1 == kind);
        let (start, end) = (at(Kind::Start), at(Kind::End));
        let codes: Vec<usize> =
            sheet.columns.iter().enumerate().filter(|(_, c)| c.1 == Kind::Code).map(|(i, _)| i).collect();
        let mut out: Vec<Vec<Cell>> = Vec::with_capacity(rows.len());
        for row in &rows {
            let mut row = row.clone();
            let line = out.len() + 2;
            let cell = |row: &[Cell], c: Option<usize>| c.and_then(|c| row.get(c).cloned());
            let ends = match cell(&row, end) {
                Some(Cell::Date(d)) => Some(d),
                _ => None,
            };
            let head = |c: Option<usize>| c.and_then(|c| sheet.columns.get(c)).map_or("", |c| c.0);
            let mut again = false;
            let lasts = matches!((cell(&row, start), ends), (Some(Cell::Date(s)), Some(e)) if e > s);
            // the reason stands, the date was forgotten
            let reason = end.map(|e| e + 1).filter(|r| REASONS.contains(&head(Some(*r))));
            let told = matches!(cell(&row, reason), Some(Cell::Text(_)));
            if self.strikes() {
                again = true;
                self.note(Fault::Duplicate, file, &name, line + 1, "");
            } else if lasts && told && self.strikes() {
                if let Some(slot) = end.and_then(|e| row.get_mut(e)) {
                    *slot = Cell::Empty;
                }
                self.note(Fault::MissingClosure, file, &name, line, head(end));
            } else if lasts && self.strikes() {
                if let (Some(e), Some(Cell::Date(from))) = (end, cell(&row, start)) {
                    let back = jiff::Span::new().days(3 + (40.0 * self.unit()) as i32);
                    if let Some(slot) = row.get_mut(e) {
                        *slot = Cell::Date(from.saturating_sub(back));
                    }
                    self.note(Fault::EndBeforeStart, file, &name, line, head(end));
                }
            } else if !codes.is_empty() && self.strikes() {
                let c = codes.get((self.unit() * codes.len() as f64) as usize).copied();
                if let Some(slot) = c.and_then(|c| row.get_mut(c)).filter(|s| **s != Cell::Empty) {
                    *slot = Cell::text("ZZ9");
                    self.note(Fault::BadCode, file, &name, line, head(c));
                }
            } else if self.strikes()
                && let Some(Cell::Date(d)) = cell(&row, start)
                && let Some(slot) = start.and_then(|c| row.get_mut(c))
            {
                *slot = Cell::text(Dates::Short.write(d));
                self.note(Fault::DateForm, file, &name, line, head(start));
            }
            if again {
                out.push(row.clone());
            }
            out.push(row);
        }
        sheet.rows = out;
    }

    /// The list of what was planted, as CSV.
    pub fn csv(&self) -> Vec<u8> {
        let mut out = String::from("fault,file,sheet,row,column\n");
        for p in &self.planted {
            let _ = writeln!(out, "{},{},{},{},{}", p.fault.code(), p.file, p.sheet, p.row, p.column);
        }
        out.into_bytes()
    }
}
