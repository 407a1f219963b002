//! Which column is what.

use super::cells::Row;
use super::dates::{self, named};
use super::numbers;
use crate::forecast::problem::Problem;

/// How the table is laid out; columns count from 0.
#[derive(Debug, PartialEq)]
pub enum Layout {
    /// A row a month and series.
    Long {
        /// Where the month is.
        month: MonthColumns,
        /// Where the value is.
        value: usize,
        /// Columns that name the series: series, source, age, area, in that order.
        keys: [Option<usize>; 4],
    },
    /// A row a month, a column a series.
    Wide {
        /// Where the month is.
        month: MonthColumns,
        /// The series' columns.
        values: Vec<usize>,
    },
    /// A row a series, a column a month.
    Turned {
        /// Columns that name the series.
        keys: [Option<usize>; 4],
        /// The months' columns.
        months: Vec<usize>,
    },
}

/// Where the month is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum MonthColumns {
    /// In one column.
    One(usize),
    /// Year and month apart.
    Two {
        /// The year's column.
        year: usize,
        /// The month's column.
        month: usize,
    },
}

const MONTH: [&str; 12] = [
    "month",
    "date",
    "period",
    "time",
    "time period",
    "month start",
    "month ending",
    "month end",
    "ds",
    "year month",
    "calendar month",
    "reporting month",
];
const VALUE: [&str; 15] = [
    "count",
    "value",
    "number",
    "n",
    "total",
    "contacts",
    "referrals",
    "demand",
    "y",
    "volume",
    "children",
    "cases",
    "no",
    "counts",
    "values",
];
const KEYS: [&[&str]; 4] = [
    &["series", "name", "measure", "la name", "authority", "la code", "unique id", "id", "type"],
    &["source", "referral source", "contact source", "agency", "referrer"],
    &["age", "age band", "age group", "ageband"],
    &["area", "team", "locality", "region", "ward", "geography"],
];

fn plain(header: &str) -> String {
    let spaced: String =
        header.chars().map(|c| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { ' ' }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Finds the header row and the layout. Rows above the header (titles) are allowed; returns the
/// header's place among the rows.
pub fn find(rows: &[Row]) -> Result<(usize, Layout), Problem> {
    // A title above the header may look like a poor header: its fault counts only if no row below
    // does better.
    let mut first_fault = None;
    for (at, header) in rows.iter().take(20).enumerate() {
        let body = rows.get(at + 1..).unwrap_or(&[]);
        match of_header(header, body) {
            Ok(Some(layout)) => return Ok((at, layout)),
            Ok(None) => {}
            Err(fault) => first_fault = first_fault.or(Some(fault)),
        }
    }
    if let Some(fault) = first_fault {
        return Err(fault);
    }
    let line = rows.first().map_or(1, |r| r.line);
    Err(Problem::at(
        line,
        0,
        "no header names a month column, and no header is itself a row of months",
        "name a column \"month\" (and one \"count\"), or head the columns with months such as 2024-03",
    ))
}

fn of_header(header: &Row, body: &[Row]) -> Result<Option<Layout>, Problem> {
    let names: Vec<String> = header.cells.iter().map(|c| plain(c)).collect();
    let keys = KEYS.map(|words| words.iter().find_map(|w| names.iter().position(|n| n == w)));
    let months: Vec<usize> = (0..header.cells.len())
        .filter(|&c| !matches!(dates::read(header.cell(c)), dates::Said::Nothing))
        .collect();
    if months.len() >= 6 && months.len() + 5 >= header.cells.len() {
        let keys = if keys.iter().all(Option::is_none) && !months.contains(&0) {
            [Some(0), None, None, None]
        } else {
            keys
        };
        return Ok(Some(Layout::Turned { keys, months }));
    }
    let Some(month) = month_columns(&names, header, body) else {
        return Ok(None);
    };
    let taken = |c: usize| {
        keys.contains(&Some(c))
            || match month {
                MonthColumns::One(m) => m == c,
                MonthColumns::Two { year, month } => year == c || month == c,
            }
    };
    let numeric: Vec<usize> = (0..names.len()).filter(|&c| !taken(c) && mostly_numbers(body, c)).collect();
    let known: Vec<usize> = numeric.iter().copied().filter(|&c| VALUE.contains(&names[c].as_str())).collect();
    let keyed = keys.iter().any(Option::is_some);
    match (keyed, numeric.as_slice(), known.as_slice()) {
        (_, [], _) => Err(Problem::at(
            header.line,
            0,
            "no column of numbers beside the month",
            "add a column of counts",
        )),
        (_, [one], _) => Ok(Some(Layout::Long { month, value: *one, keys })),
        (true, _, [one]) => Ok(Some(Layout::Long { month, value: *one, keys })),
        (true, ..) => Err(Problem::at(
            header.line,
            0,
            format!("{} columns hold numbers, and rows are split by series", numeric.len()),
            "name the column of counts \"count\"",
        )),
        (false, ..) => Ok(Some(Layout::Wide { month, values: numeric })),
    }
}

fn month_columns(names: &[String], header: &Row, body: &[Row]) -> Option<MonthColumns> {
    let is = |c: usize, test: fn(&str) -> bool| {
        let cells: Vec<&str> = body.iter().map(|r| r.cell(c)).filter(|v| !v.is_empty()).take(50).collect();
        !cells.is_empty() && cells.iter().filter(|v| test(v)).count() * 2 > cells.len()
    };
    let year = names.iter().position(|n| n == "year" || n == "calendar year");
    let month = names.iter().position(|n| n == "month");
    let bare = |v: &str| named(v).is_some() || v.parse::<u32>().is_ok_and(|m| (1..=12).contains(&m));
    if let (Some(year), Some(month)) = (year, month)
        && is(month, bare)
    {
        return Some(MonthColumns::Two { year, month });
    }
    let dated = |v: &str| !matches!(dates::read(v), dates::Said::Nothing);
    if let Some(c) = names.iter().position(|n| MONTH.contains(&n.as_str())) {
        return Some(MonthColumns::One(c));
    }
    // An unnamed or oddly named column of months will do if its header is not a month itself.
    (0..header.cells.len())
        .find(|&c| is(c, dated) && !is(c, |v| v.parse::<f64>().is_ok()) && !dated(header.cell(c)))
        .map(MonthColumns::One)
}

fn mostly_numbers(body: &[Row], column: usize) -> bool {
    let (mut numbers, mut others) = (0, 0);
    for row in body.iter().take(500) {
        match numbers::read(row.cell(column)) {
            numbers::Said::Value(_) => numbers += 1,
            numbers::Said::Empty | numbers::Said::Marked => {}
            numbers::Said::Wrong(..) => others += 1,
        }
    }
    numbers > 0 && numbers >= others
}
