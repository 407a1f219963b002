//! Files of rows: each sheet's table found, its dates surveyed, then its rows read.

use super::collect::Collector;
use super::dates::{Order, Said, Survey, settle};
use super::error::ReadError;
use super::forms::{Form, Forms, form};
use super::import::{Pending, Pool, SheetReport};
use super::limits::MOST_COLUMNS;
use super::line::{Layout, Line, date_in};
use super::row::Row;
use super::sheet::{Found, Head, Sheets, head};
use super::table::{Covers, TableSpec};
use super::window::{Days, year_ending};
use crate::calibrate::records::episode::{Origin, SourceKind, StageSet};
use crate::calibrate::records::quality::{Column, rules};

type Fault = (Option<u16>, ReadError);

/// Reads every sheet that holds a table.
pub(super) fn read(
    sheets: &Sheets<'_>,
    file: u16,
    to: &mut Collector,
    pending: &mut Vec<Pending>,
) -> Result<Vec<SheetReport>, Fault> {
    let book = matches!(sheets, Sheets::Book(_));
    let mut reports = Vec::new();
    let mut near: Option<(&'static TableSpec, Vec<&'static str>)> = None;
    let mut any = false;
    for sheet in 0..sheets.count() {
        let place = u16::try_from(sheet).unwrap_or(u16::MAX);
        let fault = |e: ReadError| (book.then(|| place.saturating_add(1)), e);
        let at = Origin { file, sheet: place, row: 0 };
        let number = place.saturating_add(1);
        let found = match head(sheets, sheet).map_err(fault)? {
            Head::Table(found) => *found,
            Head::Nothing(lacks) => {
                near = near.or(lacks);
                to.findings.add(&rules::UNKNOWN_SHEET, at, Column::None);
                reports.push(SheetReport { number, holds: None, records: 0 });
                continue;
            }
            Head::Empty => {
                reports.push(SheetReport { number, holds: None, records: 0 });
                continue;
            }
        };
        any = true;
        let records = match found.table.read {
            Some(_) => table(sheets, sheet, &found, at, to, pending).map_err(fault)?,
            None => 0,
        };
        let holds = found.table.read.map(|_| found.table.title);
        reports.push(SheetReport { number, holds, records });
    }
    if !any {
        return Err((None, unknown(book, near)));
    }
    Ok(reports)
}

/// Says what is missing from what is nearest to a table.
fn unknown(book: bool, near: Option<(&'static TableSpec, Vec<&'static str>)>) -> ReadError {
    let what = if book { "no sheet" } else { "the file does not" };
    ReadError::Unknown(match near {
        Some((table, lacks)) if !lacks.is_empty() => {
            let lacks: Vec<String> = lacks.iter().take(6).map(|l| format!("\"{l}\"")).collect();
            let has = if book { "has" } else { "have" };
            let list = lacks.join(", ");
            format!(
                "{what} {has} the headings of one; nearest is {}, which needs {list} as well",
                table.title
            )
        }
        _ => {
            let has = if book { "has" } else { "have" };
            format!("{what} {has} the headings of one in its first 20 rows; docs/import.md lists them")
        }
    })
}

/// Reads one sheet's table.
fn table(
    sheets: &Sheets<'_>,
    sheet: usize,
    found: &Found,
    at: Origin,
    to: &mut Collector,
    pending: &mut Vec<Pending>,
) -> Result<u64, ReadError> {
    let spec = found.table;
    headings(found, at, to);
    let Surveyed { orders, year, forms } = survey(sheets, sheet, found)?;
    let day_offset = sheets.day_offset();
    let layout = Layout {
        source: spec.source,
        fields: spec.fields,
        found: found.found.clone(),
        orders,
        day_offset: sheets.day_offset(),
        file: at.file,
        sheet: at.sheet,
        year,
    };
    let text = matches!(sheets, Sheets::Text(_));
    let mut days = Days::default();
    let mut records = 0;
    let mut width = 0;
    let noticed = sheets.rows(sheet, |row| {
        if row.number == found.row {
            width = row.width();
        }
        if row.number <= found.row || row.is_blank() {
            return Ok(true);
        }
        records += 1;
        let here = Origin { row: row.number, ..at };
        if text && row.width() != width {
            to.findings.add(&rules::RAGGED_ROW, here, Column::None);
        }
        if row.formulas > 0 {
            to.findings.add(&rules::FORMULA, here, Column::None);
        }
        for &(column, field, usual) in &forms {
            let cell = row.cell(column);
            if form(cell, date_in(cell, day_offset).said).is_some_and(|f| f != usual) {
                let name = spec.fields.get(field).map_or(Column::None, |f| Column::Named(f.name));
                to.findings.add(&rules::MIXED_DATE_FORMS, here, name);
            }
        }
        if let Some(read) = spec.read {
            read(&mut Line { layout: &layout, row, to, days: &mut days })?;
        }
        Ok(true)
    })?;
    if noticed.odd > 0 {
        to.findings.add(&rules::NOT_UTF8, at, Column::None);
    }
    let stages = if spec.stages.is_empty() { days.stages() } else { StageSet::of(spec.stages) };
    let pool = match (spec.source, text) {
        (SourceKind::Ssd, _) => Pool::Source(SourceKind::Ssd),
        (SourceKind::AnnexA, true) => Pool::Source(SourceKind::AnnexA),
        (SourceKind::CinCensus, _) => Pool::Source(SourceKind::CinCensus),
        _ => Pool::File(at.file),
    };
    let covers = spec.covers;
    if covers != Covers::Nothing {
        let (source, observed) = (spec.source, found.observed);
        pending.push(Pending { file: at.file, pool, source, covers, stages, observed, days });
    }
    Ok(records)
}

/// Counts what is odd about the headings.
fn headings(found: &Found, at: Origin, to: &mut Collector) {
    let at = Origin { row: found.row, ..at };
    let number = |k: &usize| Column::Number(u16::try_from(k.saturating_add(1)).unwrap_or(u16::MAX));
    for column in &found.found.unknown {
        to.findings.add(&rules::UNKNOWN_COLUMN, at, number(column));
    }
    for column in &found.found.repeated {
        to.findings.add(&rules::REPEATED_COLUMN, at, number(column));
    }
    for (field, column) in found.table.fields.iter().zip(&found.found.columns) {
        if field.is_missed() && column.is_none() {
            to.findings.add(&rules::MISSING_COLUMN, at, Column::Named(field.name));
        }
    }
}

/// What a first look through a sheet tells of its dates.
struct Surveyed {
    /// The order of day and month in each column.
    orders: Vec<Order>,
    /// The year of a return, if all its dates that can be read one way alone are of one.
    year: Option<i16>,
    /// Columns that mix forms: column, field, the usual form.
    forms: Vec<(usize, usize, Form)>,
}

/// Looks through the dates of a sheet.
fn survey(sheets: &Sheets<'_>, sheet: usize, found: &Found) -> Result<Surveyed, ReadError> {
    let spec = found.table;
    let columns: Vec<(usize, usize, bool)> = spec
        .fields
        .iter()
        .zip(&found.found.columns)
        .enumerate()
        .filter(|(_, (f, _))| f.is_date())
        .filter_map(|(k, (f, c))| c.map(|c| (c, k, f.is_key())))
        .filter(|(c, ..)| *c < MOST_COLUMNS)
        .collect();
    let widest = columns.iter().map(|(c, ..)| c + 1).max().unwrap_or(0);
    let mut surveys = vec![Survey::default(); widest];
    let mut forms = vec![Forms::default(); columns.len()];
    let mut days = Days::default();
    let offset = sheets.day_offset();
    sheets.rows(sheet, |row: &Row| {
        if row.number <= found.row {
            return Ok(true);
        }
        for ((column, _, key), forms) in columns.iter().zip(&mut forms) {
            let said = date_in(row.cell(*column), offset).said;
            forms.count(form(row.cell(*column), said));
            if let Some(survey) = surveys.get_mut(*column) {
                survey.count(said);
            }
            if let (true, Said::Date(d) | Said::DayFirst(d) | Said::MonthFirst(d)) = (*key, said) {
                days.end(d);
            }
        }
        Ok(true)
    })?;
    // Only columns with dates of either kind may speak for others.
    let orders = settle(&surveys);
    let year = match (spec.covers, days.return_years()) {
        (Covers::ReturnYears, Some((_, last))) => Some(year_ending(last)),
        _ => None,
    };
    let mixed = columns.iter().zip(forms).filter_map(|((c, k, _), f)| f.usual().map(|usual| (*c, *k, usual)));
    Ok(Surveyed { orders, year, forms: mixed.collect() })
}
