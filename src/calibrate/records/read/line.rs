//! A row of a table whose columns are known, as the readers of tables see it.

use super::collect::Collector;
use super::dates::{Order, Reading, Resolved, Said, number, resolve, text};
use super::error::ReadError;
use super::names::{Field, Match};
use super::row::{Cell, Row};
use super::spell;
use super::window::Days;
use crate::calibrate::records::episode::{
    Birth, End, Episode, Event, EventKind, Origin, Outcome, PersonIx, SourceKind, Stage,
};
use crate::calibrate::records::quality::{Column, Rule, rules};
use jiff::civil::Date;
use std::borrow::Cow;

/// What is the same for all rows of a table.
#[derive(Clone, Debug)]
pub struct Layout {
    /// The source.
    pub source: SourceKind,
    /// Columns of the table.
    pub fields: &'static [Field],
    /// Where they are.
    pub found: Match,
    /// Order of day and month, for each column of the sheet.
    pub orders: Vec<Order>,
    /// See [`super::xlsx::Workbook::day_offset`].
    pub day_offset: i64,
    /// Place of the file.
    pub file: u16,
    /// Place of the sheet.
    pub sheet: u16,
    /// The year that the return ends in, where it is known beforehand.
    pub year: Option<i16>,
}

/// What a cell says of a date.
pub fn date_in(cell: Cell<'_>, day_offset: i64) -> Reading {
    let long = |said| Reading { said, short_year: false };
    match cell {
        Cell::Empty | Cell::Error | Cell::Formula | Cell::Cut => long(Said::Blank),
        Cell::Number(x) => long(number(x, day_offset)),
        Cell::Text(t) => text(t),
    }
}

/// A row.
pub struct Line<'a> {
    /// The table.
    pub layout: &'a Layout,
    /// The cells.
    pub row: &'a Row,
    /// Where everything goes.
    pub to: &'a mut Collector,
    /// Dates of starts and ends, for the period that the file covers.
    pub days: &'a mut Days,
}

impl Line<'_> {
    /// Where the row stands.
    pub fn origin(&self) -> Origin {
        Origin { file: self.layout.file, sheet: self.layout.sheet, row: self.row.number }
    }

    /// The name of a column.
    fn column(&self, field: usize) -> Column {
        self.layout.fields.get(field).map_or(Column::None, |f| Column::Named(f.name))
    }

    /// Counts a finding in a column.
    pub fn note(&mut self, rule: &'static Rule, field: usize) {
        let (at, column) = (self.origin(), self.column(field));
        self.to.findings.add(rule, at, column);
    }

    fn cell(&self, field: usize) -> Cell<'_> {
        match self.layout.found.columns.get(field) {
            Some(Some(column)) => self.row.cell(*column),
            _ => Cell::Empty,
        }
    }

    /// The text of a column; numbers are written without a decimal point where they are whole.
    pub fn text(&self, field: usize) -> Cow<'_, str> {
        match self.cell(field) {
            Cell::Text(t) => Cow::Borrowed(super::row::trim(t)),
            Cell::Number(x) if x.fract() == 0.0 && x.abs() < 1e15 => Cow::Owned(format!("{x:.0}")),
            Cell::Number(x) => Cow::Owned(format!("{x}")),
            _ => Cow::Borrowed(""),
        }
    }

    /// The date of a column; what cannot be read is counted and taken as not given.
    pub fn date(&mut self, field: usize) -> Option<Date> {
        let column = self.layout.found.columns.get(field).copied().flatten()?;
        let cell = self.row.cell(column);
        if let Cell::Empty = cell {
            return None;
        }
        let rule: &'static Rule = match cell {
            Cell::Error => &rules::ERROR_CELL,
            Cell::Formula => &rules::FORMULA,
            Cell::Cut => &rules::CUT_CELL,
            _ => {
                let reading = date_in(cell, self.layout.day_offset);
                let order = self.layout.orders.get(column).copied().unwrap_or_default();
                if reading.short_year {
                    self.note(&rules::TWO_DIGIT_YEAR, field);
                }
                match resolve(reading.said, order) {
                    Resolved::Blank => return None,
                    Resolved::Date(d) => return Some(d),
                    Resolved::MonthFirst(d) => {
                        self.note(&rules::MONTH_FIRST, field);
                        return Some(d);
                    }
                    Resolved::Ambiguous => &rules::MIXED_DATE_ORDER,
                    Resolved::Filler => &rules::PLACEHOLDER_DATE,
                    Resolved::OutOfRange => &rules::DATE_OUT_OF_RANGE,
                    Resolved::Nothing => &rules::UNREADABLE_DATE,
                }
            }
        };
        self.note(rule, field);
        None
    }

    /// The code of a column; a spelling that is not known is counted and taken as not given.
    pub fn code<T>(&mut self, field: usize, read: impl Fn(&str) -> Option<T>) -> Option<T> {
        match self.cell(field) {
            Cell::Error => {
                self.note(&rules::ERROR_CELL, field);
                return None;
            }
            Cell::Cut => {
                self.note(&rules::CUT_CELL, field);
                return None;
            }
            _ => {}
        }
        let text = self.text(field);
        if is_nothing(&text) {
            return None;
        }
        let found = read(&text);
        drop(text);
        if found.is_none() {
            self.note(&rules::UNKNOWN_CODE, field);
        }
        found
    }

    /// Whether yes or no; anything else is counted and taken as not given.
    pub fn yes(&mut self, field: usize) -> Option<bool> {
        self.code(field, spell::yes)
    }

    /// Counts a code that is not known in a column that is not used otherwise.
    pub fn check<T>(&mut self, field: usize, read: impl Fn(&str) -> Option<T>) {
        self.code(field, read);
    }

    /// The child of the row; a row without is counted.
    pub fn person(&mut self, field: usize) -> Result<Option<PersonIx>, ReadError> {
        let id = self.text(field).into_owned();
        let person = if is_nothing(&id) { None } else { self.to.person(self.layout.source, &id)? };
        if person.is_none() && !self.row.is_blank() {
            self.note(&rules::MISSING_IDENTIFIER, field);
        }
        Ok(person)
    }

    /// The first date of an episode; a row without is counted.
    pub fn start(&mut self, field: usize) -> Option<Date> {
        let start = self.date(field);
        match start {
            Some(day) => self.days.start(day),
            None => self.note(&rules::MISSING_START, field),
        }
        start
    }

    /// The end of an episode.
    pub fn end(&mut self, field: usize) -> End {
        match self.date(field) {
            Some(day) => {
                self.days.end(day);
                End::Known(day)
            }
            None => End::StillOpen,
        }
    }

    /// Tells the child's birth, by the date in a column.
    pub fn birth(&mut self, person: PersonIx, field: usize) {
        if let Some(day) = self.date(field) {
            let (at, column) = (self.origin(), self.column(field));
            self.to.birth(person, Birth::Born(day), at, column);
        }
    }

    /// Tells the child's sex.
    pub fn sex(&mut self, person: PersonIx, field: usize) {
        if let Some(sex) = self.code(field, spell::sex) {
            let (at, column) = (self.origin(), self.column(field));
            self.to.sex(person, sex, at, column);
        }
    }

    /// Tells whether the child has a disability.
    pub fn disability(&mut self, person: PersonIx, field: usize) {
        if let Some(Some(has)) = self.code(field, spell::disability) {
            self.to.tell(person, |p| p.disabled = Some(p.disabled == Some(true) || has));
        }
    }

    /// Adds an episode with this row as its origin; a reason for an end that has no date is counted, and
    /// then only that it ended is known, not when.
    pub fn episode(&mut self, episode: Episode, reason: Option<usize>) -> Result<(), ReadError> {
        let mut episode = Episode { origin: self.origin(), ..episode };
        if episode.outcome.is_some() && episode.end == End::StillOpen {
            if let Some(field) = reason {
                self.note(&rules::REASON_WITHOUT_END, field);
            }
            episode.end = End::Censored(episode.start);
            episode.outcome = None;
        }
        self.to.episode(self.layout.source, episode, false)
    }

    /// Adds an instant: an episode that ends when it starts.
    pub fn instant(&mut self, person: PersonIx, stage: Stage, day: Date) -> Episode {
        self.days.end(day);
        Episode::new(person, stage, day, End::Known(day))
    }

    /// Adds a section 47 enquiry. It ends with its conference; of one without, only that it ended is known,
    /// where a conference was deemed unnecessary, and not when.
    pub fn enquiry(
        &mut self,
        person: PersonIx,
        start: Date,
        conference: Option<Date>,
        unneeded: bool,
        case: Option<u32>,
    ) -> Result<(), ReadError> {
        let (end, outcome) = match conference {
            Some(day) => (End::Known(day), Some(Outcome::ToConference)),
            None if unneeded => (End::Censored(start), Some(Outcome::ConferenceNotRequired)),
            None => (End::StillOpen, None),
        };
        let enquiry = Episode { outcome, case, ..Episode::new(person, Stage::Section47, start, end) };
        self.episode(enquiry, None)
    }

    /// Adds a conference, with whether it led to a plan.
    pub fn conference(
        &mut self,
        person: PersonIx,
        day: Date,
        plan: Option<bool>,
        case: Option<u32>,
    ) -> Result<(), ReadError> {
        let outcome = plan.map(|p| if p { Outcome::ToChildProtection } else { Outcome::NoFurtherAction });
        let conference = self.instant(person, Stage::Conference, day);
        self.episode(Episode { outcome, case, ..conference }, None)
    }

    /// Adds an event if the column has a date.
    pub fn event(
        &mut self,
        person: PersonIx,
        stage: Stage,
        field: usize,
        kind: EventKind,
    ) -> Result<(), ReadError> {
        match self.date(field) {
            Some(date) => self.to.event(Event { person, stage, date, kind }),
            None => Ok(()),
        }
    }
}

/// Words that stand for an empty cell.
fn is_nothing(text: &str) -> bool {
    text.is_empty()
        || ["null", "nan", "none given", "-", "--", "n/a", "#n/a", "(blank)"]
            .iter()
            .any(|w| text.eq_ignore_ascii_case(w))
}
