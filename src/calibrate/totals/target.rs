//! What a model is fitted to.

use crate::base::time::SimTime;
use crate::model::draws::fields;
use crate::model::measure::Measure;
use crate::model::{Model, period, suggest};
use jiff::ToSpan;

/// A figure to be met.
#[derive(Clone, PartialEq, Debug)]
pub struct Target {
    /// Index into the model's measures.
    pub measure: usize,
    /// The period as written.
    pub period: String,
    /// When it begins; equal to `to` for a moment.
    pub from: SimTime,
    /// When it ends.
    pub to: SimTime,
    /// The figure; shares as 0 to 1.
    pub value: f64,
    /// Standard deviation of what is wrong with the figure itself: its error, and its rounding.
    pub error: f64,
    /// The part of it that was given as an error.
    pub own: f64,
    /// What the figure is rounded to; 0 if it is not.
    pub rounding: f64,
}

/// A file of targets that cannot be used.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct TargetError {
    /// Line, from 1.
    pub line: usize,
    /// What is wrong.
    pub what: String,
}

/// Most targets.
const MOST: usize = 400;

/// Columns that are known; notes and sources are for readers.
const COLUMNS: [&str; 7] = ["measure", "period", "value", "error", "rounding", "note", "source"];
const NEEDED: [&str; 3] = ["measure", "period", "value"];

/// Reads targets: CSV with the columns `measure`, `period`, `value`, and if wanted `error` (a standard deviation in the
/// figure's unit, or per cent of it), `rounding` (rounded to the nearest of this), `note` and `source` (not read). Shares are
/// in per cent. A comma may stand between thousands where the cell is in quotes.
///
/// # Errors
/// Every line that has no sense for this model.
pub fn read(text: &str, model: &Model) -> Result<Vec<Target>, Vec<TargetError>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = text
        .lines()
        .enumerate()
        .map(|(k, l)| (k + 1, l))
        .filter(|(_, l)| !l.trim().is_empty() && !l.starts_with('#'));
    let (at, head) = lines.next().unwrap_or((1, ""));
    let columns = Columns::read(head).map_err(|wrong| {
        wrong.into_iter().map(|what| TargetError { line: at, what }).collect::<Vec<TargetError>>()
    })?;
    let mut out: Vec<(usize, Target)> = Vec::new();
    let mut wrong = Vec::new();
    for (line, text) in lines {
        match columns.row(text).map_err(|w| vec![w]).and_then(|row| one(model, &row)) {
            Ok(target) => {
                let same =
                    |t: &Target| t.measure == target.measure && (t.from, t.to) == (target.from, target.to);
                if let Some((first, _)) = out.iter().find(|o| same(&o.1)) {
                    let name = &model.measures[target.measure].name;
                    wrong.push(TargetError {
                        line,
                        what: format!(
                            "{name:?} in {:?} stands in line {first} already: give each figure once",
                            target.period
                        ),
                    });
                } else {
                    out.push((line, target));
                }
            }
            Err(found) => wrong.extend(found.into_iter().map(|what| TargetError { line, what })),
        }
        if out.len() > MOST {
            wrong.push(TargetError { line, what: format!("there are more than {MOST} targets") });
            break;
        }
    }
    if out.is_empty() && wrong.is_empty() {
        wrong.push(TargetError { line: at + 1, what: "there is no target under the heading".into() });
    }
    if wrong.is_empty() { Ok(out.into_iter().map(|o| o.1).collect()) } else { Err(wrong) }
}

/// Where each column stands.
struct Columns {
    names: Vec<String>,
}

impl Columns {
    fn read(head: &str) -> Result<Columns, Vec<String>> {
        for (mark, name) in [(';', "semicolons"), ('\t', "tabs")] {
            if !head.contains(',') && head.contains(mark) {
                return Err(vec![format!(
                    "the columns are parted by {name}; save the file as CSV with commas between columns"
                )]);
            }
        }
        let names = fields(head).ok_or_else(|| vec!["a quote is not closed".to_string()])?;
        let names: Vec<String> = names.iter().map(|n| n.trim().to_lowercase()).collect();
        let mut wrong = Vec::new();
        for (k, name) in names.iter().enumerate() {
            if names[..k].contains(name) {
                wrong.push(format!("the column {name:?} stands there twice: leave one of them out"));
            } else if !COLUMNS.contains(&name.as_str()) {
                let hint = suggest(name, COLUMNS).map_or_else(
                    || format!("known are {}", COLUMNS.join(", ")),
                    |near| format!("did you mean {near:?}?"),
                );
                wrong.push(format!("the column {name:?} is not known; {hint}"));
            }
        }
        let missing: Vec<&str> = NEEDED.into_iter().filter(|n| !names.iter().any(|name| name == n)).collect();
        if !missing.is_empty() {
            wrong.push(format!(
                "expected the columns measure, period and value; there is no {}",
                missing.join(" and no ")
            ));
        }
        if wrong.is_empty() { Ok(Columns { names }) } else { Err(wrong) }
    }

    fn row(&self, line: &str) -> Result<Row<'_>, String> {
        let cells = fields(line).ok_or("a quote is not closed: each \" needs another after it")?;
        let (found, expected) = (cells.len(), self.names.len());
        if found != expected {
            let hint = if found > expected {
                "; a number with commas between thousands must be in quotes, or without its commas"
            } else {
                "; leave what is not known empty, but keep its comma"
            };
            return Err(format!(
                "expected {expected} fields as in the heading ({}), found {found}{hint}",
                self.names.join(",")
            ));
        }
        Ok(Row { names: &self.names, cells })
    }
}

/// A line by its columns.
struct Row<'a> {
    names: &'a [String],
    cells: Vec<String>,
}

impl Row<'_> {
    fn at(&self, name: &str) -> &str {
        let place = self.names.iter().position(|n| n == name);
        place.and_then(|k| self.cells.get(k)).map_or("", |s| s.trim())
    }
}

/// A number that is not negative; a comma may stand between thousands.
fn number(text: &str, column: &str, expected: &str) -> Result<f64, String> {
    let parts: Vec<&str> = text.split(',').collect();
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    let thousands = match parts.split_first() {
        Some((first, rest)) if !rest.is_empty() => {
            let first = first.strip_prefix('-').unwrap_or(first);
            let (last, middle) = rest.split_last().unwrap_or((&"", &[]));
            let whole = last.split('.').next().unwrap_or_default();
            (1..=3).contains(&first.len())
                && digits(first)
                && middle.iter().chain([&whole]).all(|p| p.len() == 3 && digits(p))
        }
        _ => true,
    };
    if !thousands {
        return Err(format!(
            "column {column}: found {text:?}, expected {expected}; a comma stands only between thousands, as in \"1,620\", \
             and a point before decimals"
        ));
    }
    let read = text.replace(',', "").parse::<f64>().ok().filter(|x| x.is_finite());
    match read {
        Some(x) if x >= 0.0 => Ok(x),
        Some(_) => Err(format!("column {column}: found {text}, expected {expected}; it cannot be negative")),
        None => Err(format!("column {column}: found {text:?}, expected {expected}; it is not a number")),
    }
}

/// The measure of a name.
fn measure<'m>(model: &'m Model, name: &str) -> Result<(usize, &'m Measure), String> {
    model.measures.iter().enumerate().find(|m| m.1.name == name).ok_or_else(|| {
        let known = || model.measures.iter().map(|m| m.name.as_str());
        let hint = suggest(name, known()).map_or_else(
            || {
                let more = model.measures.len().saturating_sub(30);
                let more = if more > 0 { format!(" and {more} more") } else { String::new() };
                format!("the model has {}{more}", known().take(30).collect::<Vec<_>>().join(", "))
            },
            |near| format!("did you mean {near:?}?"),
        );
        format!("column measure: there is no measure {name:?}; {hint}")
    })
}

/// The times of a period inside the run.
fn span(model: &Model, when: &str) -> Result<(SimTime, SimTime), String> {
    let starts = model.run.starts.ok_or("targets need dates: give model.starts")?;
    let whole = |part: &str| period(starts, part);
    let (from, to) = period(starts, when).ok_or_else(|| {
        let ends = when.split_once('/').and_then(|(a, b)| Some((whole(a)?, whole(b)?)));
        match ends {
            Some((a, b)) if b.0 < a.0 => {
                format!("column period: {when:?} ends before it starts; write the earlier month first")
            }
            _ => format!(
                "column period: {when:?} is no period, expected months as in \"2024-04/2025-03\", a month as in \
                 \"2024-04\" or a day as in \"2025-03-31\""
            ),
        }
    })?;
    if from < SimTime(0) || to.days() > model.run.length.days() + 1e-9 {
        // the last day that is run wholly
        let days = libm::floor(model.run.length.days() + 1e-9) as i64 - 1;
        let last = starts.checked_add(days.clamp(0, 200_000).days()).unwrap_or(starts);
        return Err(format!(
            "column period: {when} does not lie inside the model's run, {starts} to {last}; leave it out, or change \
             model.starts or model.runs"
        ));
    }
    Ok((from, to))
}

/// A line's target, or all that is wrong with it.
fn one(model: &Model, row: &Row<'_>) -> Result<Target, Vec<String>> {
    let found = measure(model, row.at("measure"));
    let when = span(model, row.at("period"));
    let share = found.as_ref().is_ok_and(|m| m.1.of.is_some());
    let scale = if share { 0.01 } else { 1.0 };
    let expected = if share { "a share in per cent, 0 to 100" } else { "a number of at least 0" };
    let value = number(row.at("value"), "value", expected).and_then(|x| {
        if share && x > 100.0 {
            return Err(format!("column value: found {x}, expected {expected}; this measure is a share"));
        }
        Ok(scale * x)
    });
    let text = row.at("error");
    let own = match text.strip_suffix('%') {
        _ if text.is_empty() => Ok(0.0),
        Some(percent) => number(percent.trim(), "error", "a standard deviation of at least 0")
            .map(|p| value.as_ref().map_or(0.0, |v| v.abs()) * p / 100.0),
        None => number(text, "error", "a standard deviation of at least 0, or per cent as in 2%")
            .map(|x| scale * x),
    };
    let rounded = match row.at("rounding") {
        "" => Ok(0.0),
        text => number(text, "rounding", "what figures are rounded to, such as 5").map(|x| scale * x),
    };
    match (found, when, value, own, rounded) {
        (Ok((measure, _)), Ok((from, to)), Ok(value), Ok(own), Ok(rounding)) => {
            // the error of rounding is even over its interval
            let error = (own * own + rounding * rounding / 12.0).sqrt();
            Ok(Target { measure, period: row.at("period").into(), from, to, value, error, own, rounding })
        }
        (a, b, c, d, e) => Err([a.err(), b.err(), c.err(), d.err(), e.err()].into_iter().flatten().collect()),
    }
}
