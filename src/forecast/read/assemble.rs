//! Rows to series.

use super::cells::{Row, split};
use super::dates::{self, Order, resolve, settle};
use super::layout::{Layout, MonthColumns, find};
use super::numbers;
use super::text::decode;
use crate::forecast::month::Month;
use crate::forecast::problem::Problem;
use crate::forecast::series::{MOST_MONTHS, Series};
use serde::Serialize;
use std::collections::BTreeMap;

/// Problems listed before the rest are only counted.
const MOST_PROBLEMS: usize = 200;
/// Series in one file.
const MOST_SERIES: usize = 20_000;

/// What was read.
#[derive(Clone, Debug, Serialize)]
pub struct Read {
    /// The series, in order of first appearance.
    pub series: Vec<Series>,
    /// What a reader should know: encodings, marks, gaps.
    pub notes: Vec<String>,
}

type Key = [String; 4];

struct Builder {
    keys: Vec<Key>,
    index: BTreeMap<Key, usize>,
    values: Vec<BTreeMap<Month, (usize, Option<f64>)>>,
    problems: Vec<Problem>,
    more: usize,
    marked: usize,
}

impl Builder {
    fn fault(&mut self, problem: Problem) {
        if self.problems.len() < MOST_PROBLEMS {
            self.problems.push(problem);
        } else {
            self.more += 1;
        }
    }

    fn add(&mut self, key: Key, month: Month, row: &Row, column: usize) {
        let value = match numbers::read(row.cell(column)) {
            numbers::Said::Value(v) => Some(v),
            numbers::Said::Empty => None,
            numbers::Said::Marked => {
                self.marked += 1;
                None
            }
            numbers::Said::Wrong(what, hint) => {
                let message = format!("\"{}\" {what}", clip(row.cell(column)));
                self.fault(Problem::at(row.line, column + 1, message, hint));
                None
            }
        };
        let at = match self.index.get(&key) {
            Some(&at) => at,
            None if self.keys.len() >= MOST_SERIES => {
                self.fault(Problem::at(row.line, 0, "over 20,000 series", "split the file"));
                return;
            }
            None => {
                self.index.insert(key.clone(), self.keys.len());
                self.keys.push(key);
                self.values.push(BTreeMap::new());
                self.keys.len() - 1
            }
        };
        let Some(months) = self.values.get_mut(at) else {
            return;
        };
        if let Some((line, _)) = months.get(&month).copied() {
            let name = label(&self.keys[at]);
            let of = if name.is_empty() { String::new() } else { format!(" of \"{name}\"") };
            self.fault(Problem::at(
                row.line,
                column + 1,
                format!("{}{of} is there twice; first on line {line}", month.label()),
                "one row a month: add the rows up, or remove one; if rows are split by something else, name that column source, age, area or series",
            ));
            return;
        }
        months.insert(month, (row.line, value));
    }
}

fn clip(text: &str) -> String {
    let mut short: String = text.chars().take(40).collect();
    if short.len() < text.len() {
        short.push('\u{2026}');
    }
    short
}

fn label(key: &Key) -> String {
    key.iter().filter(|k| !k.is_empty()).map(String::as_str).collect::<Vec<_>>().join(", ")
}

/// Reads every series of a file.
///
/// # Errors
/// All problems at once, in order of line.
pub fn read(bytes: &[u8]) -> Result<Read, Vec<Problem>> {
    let mut notes = Vec::new();
    let text = decode(bytes, &mut notes).map_err(|p| vec![p])?;
    let rows = split(&text)?;
    if rows.is_empty() {
        return Err(vec![Problem::at(0, 0, "the file is empty", "give a header and a row a month")]);
    }
    let (at, layout) = find(&rows).map_err(|p| vec![p])?;
    let (head, body) = rows.split_at(at + 1);
    let header = head.last().ok_or_else(|| vec![Problem::at(0, 0, "no header", "")])?;
    let mut builder = Builder {
        keys: Vec::new(),
        index: BTreeMap::new(),
        values: Vec::new(),
        problems: Vec::new(),
        more: 0,
        marked: 0,
    };
    match &layout {
        Layout::Long { month, value, keys } => {
            each_month(body, *month, &mut builder, |builder, row, month| {
                builder.add(keys.map(|c| c.map_or("", |c| row.cell(c)).to_string()), month, row, *value);
            });
        }
        Layout::Wide { month, values } => {
            each_month(body, *month, &mut builder, |builder, row, month| {
                for &column in values {
                    let key = [header.cell(column).to_string(), String::new(), String::new(), String::new()];
                    builder.add(key, month, row, column);
                }
            });
        }
        Layout::Turned { keys, months } => turned(header, body, keys, months, &mut builder),
    }
    for row in body.iter().filter(|r| r.cells.len() > header.cells.len()) {
        let message = format!("{} cells under {} headings", row.cells.len(), header.cells.len());
        builder.fault(Problem::at(
            row.line,
            header.cells.len() + 1,
            message,
            "is a comma inside a number not quoted?",
        ));
    }
    finish(builder, notes)
}

/// Resolves the month of each row and hands it on.
fn each_month(
    body: &[Row],
    columns: MonthColumns,
    builder: &mut Builder,
    mut then: impl FnMut(&mut Builder, &Row, Month),
) {
    let order = match columns {
        MonthColumns::One(c) => settle(body.iter().map(|r| r.cell(c))),
        MonthColumns::Two { .. } => Order::Unknown,
    };
    for row in body {
        let (column, found) = match columns {
            MonthColumns::One(c) => (c, resolve(dates::read(row.cell(c)), order)),
            MonthColumns::Two { year, month } => (month, apart(row.cell(year), row.cell(month))),
        };
        match found {
            Ok(month) => then(builder, row, month),
            Err(what) => {
                let cell = clip(row.cell(column));
                let said =
                    if cell.is_empty() { "the month is empty".into() } else { format!("\"{cell}\" {what}") };
                let hint = if cell.to_lowercase().contains("total") {
                    "remove rows of totals"
                } else {
                    "write months as 2024-03 or March 2024"
                };
                builder.fault(Problem::at(row.line, column + 1, said, hint));
            }
        }
    }
}

fn apart(year: &str, month: &str) -> Result<Month, &'static str> {
    let year: i32 = year.parse().map_err(|_| "stands beside a year that is not four digits")?;
    let month = dates::named(month).or_else(|| month.parse().ok()).ok_or("is not a month")?;
    Month::new(year, month).ok_or("is not a month")
}

fn turned(header: &Row, body: &[Row], keys: &[Option<usize>; 4], months: &[usize], builder: &mut Builder) {
    let order = settle(months.iter().map(|&c| header.cell(c)));
    let resolved: Vec<(usize, Option<Month>)> = months
        .iter()
        .map(|&c| match resolve(dates::read(header.cell(c)), order) {
            Ok(month) => (c, Some(month)),
            Err(what) => {
                let message = format!("\"{}\" {what}", clip(header.cell(c)));
                builder.fault(Problem::at(header.line, c + 1, message, "write months as 2024-03"));
                (c, None)
            }
        })
        .collect();
    for row in body {
        let key = keys.map(|c| c.map_or("", |c| row.cell(c)).to_string());
        for &(column, month) in &resolved {
            if let Some(month) = month {
                builder.add(key.clone(), month, row, column);
            }
        }
    }
}

fn finish(mut builder: Builder, mut notes: Vec<String>) -> Result<Read, Vec<Problem>> {
    let mut series = Vec::with_capacity(builder.keys.len());
    let keys = std::mem::take(&mut builder.keys);
    let values = std::mem::take(&mut builder.values);
    for (key, months) in keys.into_iter().zip(values) {
        let (Some((&first, _)), Some((&last, (line, _)))) =
            (months.first_key_value(), months.last_key_value())
        else {
            continue;
        };
        let span = usize::try_from(last.since(first)).unwrap_or(usize::MAX);
        if span >= MOST_MONTHS {
            let message = format!("months run from {first} to {last}");
            builder.fault(Problem::at(*line, 0, message, "at most a century is read: is a year mistyped?"));
            continue;
        }
        let mut full = vec![None; span + 1];
        for (month, (_, value)) in &months {
            if let Some(slot) = usize::try_from(month.since(first)).ok().and_then(|i| full.get_mut(i)) {
                *slot = *value;
            }
        }
        let option = |text: &String| (!text.is_empty()).then(|| text.clone());
        let name = label(&key);
        series.push(Series {
            name: if name.is_empty() { "series".into() } else { name },
            source: option(&key[1]),
            age: option(&key[2]),
            area: option(&key[3]),
            start: first,
            values: full,
            exposure: None,
        });
    }
    if series.is_empty() && builder.problems.is_empty() {
        builder.fault(Problem::at(0, 0, "a header but no months", "give a row a month"));
    }
    if !builder.problems.is_empty() {
        builder.problems.sort_by_key(|p| (p.line, p.column));
        if builder.more > 0 {
            let message = format!("and {} problems more", builder.more);
            builder.problems.push(Problem::at(0, 0, message, "mend these first"));
        }
        return Err(builder.problems);
    }
    if builder.marked > 0 {
        notes.push(format!(
            "{} value(s) marked as suppressed or unavailable: treated as missing",
            builder.marked
        ));
    }
    Ok(Read { series, notes })
}
