//! Mistakes planted in fake returns, each noted so that finding them can be scored.

use super::sheet::{Cell, Dates, Kind, Sheet};
use crate::base::rng::{Key, Purpose, mix};
use std::collections::BTreeMap;
use std::fmt::Write;

/// What can be planted.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Fault {
    /// A record stands twice.
    Duplicate,
    /// A record has ended, and neither when nor why is written: it looks open.
    MissingClosure,
    /// The date on which a record ended is left out, though the reason for its end stands.
    MissingEndDate,
    /// A record is in the return of a later year alone.
    LateRecord,
    /// A code is in no list.
    BadCode,
    /// A date is written in another readable form than the rest of its column.
    DateForm,
    /// A record ends before it begins.
    EndBeforeStart,
}

impl Fault {
    /// Every kind.
    pub const ALL: [Fault; 7] = [
        Fault::Duplicate,
        Fault::MissingClosure,
        Fault::MissingEndDate,
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
            Fault::MissingEndDate => "missing_end_date",
            Fault::LateRecord => "late_record",
            Fault::BadCode => "bad_code",
            Fault::DateForm => "date_form",
            Fault::EndBeforeStart => "end_before_start",
        }
    }
}

/// How the closure of a record is missing from yearly returns.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lost {
    /// The return of the year in which it ended lacks it; later ones know better.
    Once,
    /// Nobody closed it: it stands open in every later return.
    ForGood,
}

/// A place of a planted mistake. A closure that nobody entered, and a record that came late, stand in the
/// returns of several years: one mistake, in as many places, with one number.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Planted {
    /// Number of the mistake.
    pub number: u32,
    /// What.
    pub fault: Fault,
    /// File.
    pub file: String,
    /// Sheet of a workbook; empty for other files.
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
    numbers: BTreeMap<(Fault, u64), u32>,
    next: u32,
    /// What was planted so far.
    pub planted: Vec<Planted>,
}

/// Of the records that could carry it, the share that carries each kind of mistake at level 1.
const PER_RECORD: f64 = 0.03;
/// Columns that hold why or with what result a record ended, and so say that it did.
const REASONS: [&str; 6] = [
    "outcome",
    "REC",
    "REASON_PLACE_CHANGE",
    "Reason for Closure",
    "Reason Ceased to be Looked After",
    "Was the child assessed as requiring LA children's social care support?",
];
const DRAW: Purpose = Purpose::named("dirt");
const CLOSURE: Purpose = Purpose::named("missing closure");
const LATE: Purpose = Purpose::named("late record");

impl Dirt {
    /// Plants with `level` from 0 (nothing) to 1 (three in a hundred records for each kind).
    pub fn new(level: f64, seed: u64) -> Dirt {
        let level = if level.is_finite() { level.clamp(0.0, 1.0) } else { 0.0 };
        let key = Key(mix(seed ^ 0x6469_7274));
        Dirt { level, key, draws: 0, numbers: BTreeMap::new(), next: 1, planted: Vec::new() }
    }

    fn unit(&mut self) -> f64 {
        self.draws += 1;
        self.key.unit(DRAW, self.draws)
    }

    /// One of `n` at random.
    fn one_of(&mut self, n: usize) -> usize {
        ((self.unit() * n as f64) as usize).min(n.saturating_sub(1))
    }

    /// Whether to plant here.
    pub fn strikes(&mut self) -> bool {
        self.level > 0.0 && self.unit() < PER_RECORD * self.level
    }

    /// Whether the closure of a record that has ended is missing, and how: the same for every return that
    /// tells of the record.
    pub fn closure(&self, record: u64) -> Option<Lost> {
        let key = self.key.child(record);
        let lost = self.level > 0.0 && key.unit(CLOSURE, 0) < PER_RECORD * self.level;
        lost.then(|| if key.unit(CLOSURE, 1) < 0.5 { Lost::Once } else { Lost::ForGood })
    }

    /// Whether a record is missing from the first yearly return that should have it.
    pub fn late(&self, record: u64) -> bool {
        self.level > 0.0 && self.key.child(record).unit(LATE, 0) < PER_RECORD * self.level
    }

    /// Notes what was planted.
    pub fn note(&mut self, fault: Fault, file: &str, sheet: &str, row: usize, column: &str) {
        let number = self.next;
        self.next += 1;
        self.place(number, fault, (file, sheet, row, column));
    }

    /// Notes a mistake of a record that may stand in the returns of several years.
    pub fn note_of(&mut self, fault: Fault, record: u64, file: &str, row: usize, column: &str) {
        let number = *self.numbers.entry((fault, record)).or_insert(self.next);
        self.next = self.next.max(number + 1);
        self.place(number, fault, (file, "", row, column));
    }

    fn place(&mut self, number: u32, fault: Fault, at: (&str, &str, usize, &str)) {
        let (file, sheet, row, column) = at;
        let (file, sheet, column) = (file.to_string(), sheet.to_string(), column.to_string());
        self.planted.push(Planted { number, fault, file, sheet, row, column });
    }

    /// Plants in a table, at most one mistake a row. Rows that are marked have theirs already; with
    /// `yearly`, closures are left alone, since the writer of a return of several years took them out.
    pub fn spoil(&mut self, sheet: &mut Sheet, file: &str, own: Dates, yearly: bool) {
        if self.level <= 0.0 {
            return;
        }
        let name = if own == Dates::Serial { sheet.name.clone() } else { String::new() };
        let marks = std::mem::take(&mut sheet.marks);
        let rows = std::mem::take(&mut sheet.rows);
        let mut out: Vec<Vec<Cell>> = Vec::with_capacity(rows.len());
        let mut marked = marks.iter().peekable();
        for (k, mut row) in rows.into_iter().enumerate() {
            let line = out.len() + 2;
            let mut has = false;
            while let Some(mark) = marked.next_if(|m| m.row == k) {
                self.note_of(mark.fault, mark.record, file, line, mark.column);
                has = true;
            }
            if has {
                out.push(row);
                continue;
            }
            if self.strikes() {
                self.note(Fault::Duplicate, file, &name, line + 1, "");
                out.push(row.clone());
            } else if let Some((fault, column)) = self.spoil_row(sheet, &mut row, own, yearly) {
                self.note(fault, file, &name, line, column);
            }
            out.push(row);
        }
        sheet.rows = out;
    }

    /// Plants in a row, or does not.
    fn spoil_row(
        &mut self,
        sheet: &Sheet,
        row: &mut [Cell],
        own: Dates,
        yearly: bool,
    ) -> Option<(Fault, &'static str)> {
        let at = |kind: Kind| sheet.columns.iter().position(|c| c.1 == kind);
        let head = |c: usize| sheet.columns.get(c).map_or("", |c| c.0);
        let date = |row: &[Cell], c: Option<usize>| match c.and_then(|c| row.get(c)) {
            Some(Cell::Date(d)) => Some(*d),
            _ => None,
        };
        let (start, end) = (at(Kind::Start), at(Kind::End));
        let (from, to) = (date(row, start), date(row, end));
        let lasts = from.zip(to).is_some_and(|(s, e)| e > s);
        let reasons: Vec<usize> = (0..sheet.columns.len()).filter(|c| REASONS.contains(&head(*c))).collect();
        let told = reasons.iter().any(|c| row.get(*c).is_some_and(|cell| *cell != Cell::Empty));
        let end = end.unwrap_or(usize::MAX);
        if lasts && !yearly && self.strikes() {
            set(row, end, Cell::Empty);
            reasons.iter().for_each(|c| set(row, *c, Cell::Empty));
            // what says elsewhere that the case is closed would not be there either
            if let Some(status) = row.iter_mut().find(|c| **c == Cell::text("e) Closed episode")) {
                *status = Cell::text("c) Child in need plan");
            }
            return Some((Fault::MissingClosure, head(end)));
        }
        if lasts && told && self.strikes() {
            set(row, end, Cell::Empty);
            return Some((Fault::MissingEndDate, head(end)));
        }
        if let Some(from) = from.filter(|_| lasts).filter(|_| self.strikes()) {
            let back = jiff::Span::new().days(3 + (40.0 * self.unit()) as i32);
            set(row, end, Cell::Date(from.saturating_sub(back)));
            return Some((Fault::EndBeforeStart, head(end)));
        }
        let filled = |row: &[Cell], c: usize| {
            row.get(c).is_some_and(|cell| matches!(cell, Cell::Text(t) if !t.is_empty()))
        };
        let codes: Vec<usize> = (0..sheet.columns.len())
            .filter(|c| sheet.columns.get(*c).is_some_and(|c| c.1 == Kind::Code) && filled(row, *c))
            .collect();
        if !codes.is_empty() && self.strikes() {
            let c = codes.get(self.one_of(codes.len())).copied()?;
            set(row, c, Cell::text("ZZ9"));
            return Some((Fault::BadCode, head(c)));
        }
        let dates: Vec<usize> = (0..row.len()).filter(|c| date(row, Some(*c)).is_some()).collect();
        if !dates.is_empty() && self.strikes() {
            let c = dates.get(self.one_of(dates.len())).copied()?;
            let day = date(row, Some(c))?;
            set(row, c, Cell::text(self.other_form(own).write(day)));
            return Some((Fault::DateForm, head(c)));
        }
        None
    }

    /// Another form than the file's own.
    pub fn other_form(&mut self, own: Dates) -> Dates {
        let others: Vec<Dates> = Dates::ALL.into_iter().filter(|d| *d != own).collect();
        others.get(self.one_of(others.len())).copied().unwrap_or(Dates::Iso)
    }

    /// The list of what was planted, as CSV.
    pub fn csv(&self) -> Vec<u8> {
        let mut out = String::from("number,fault,file,sheet,row,column\n");
        for p in &self.planted {
            let column = super::sheet::quoted(&p.column);
            let _ =
                writeln!(out, "{},{},{},{},{},{column}", p.number, p.fault.code(), p.file, p.sheet, p.row);
        }
        out.into_bytes()
    }
}

fn set(row: &mut [Cell], column: usize, cell: Cell) {
    if let Some(slot) = row.get_mut(column) {
        *slot = cell;
    }
}
