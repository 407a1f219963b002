//! TOML text to a tree.

use super::duplicate::first_place;
use super::{Entry, MOST_BYTES, MOST_DEPTH, Node, Table, Value, depth};
use crate::base::diag::{Diagnostic, FileId, Place, SourceMap};
use jiff::civil::{Date, DateTime, Time};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Most syntax errors reported for one file.
const MOST_ERRORS: usize = 20;

/// The tree of a file.
///
/// # Errors
/// Every syntax error, with its place.
pub fn parse(sources: &SourceMap, file: FileId) -> Result<Node, Vec<Diagnostic>> {
    let Some((_, text)) = sources.file(file) else {
        return Err(vec![Diagnostic::whole("the file was not read")]);
    };
    let text = text.strip_prefix('\u{feff}').map_or(text, |_| text);
    if text.trim_start_matches('\u{feff}').trim().is_empty() {
        return Err(vec![Diagnostic::error(place(file, 0..0), "the file is empty")]);
    }
    if text.len() > MOST_BYTES {
        return Err(vec![Diagnostic::error(
            place(file, 0..0),
            format!("the file has {} bytes, the most is {MOST_BYTES} (16 MiB)", text.len()),
        )]);
    }
    if let Some(at) = depth::too_deep(text, MOST_DEPTH) {
        return Err(vec![
            Diagnostic::error(
                place(file, at..at + 1),
                format!("brackets are nested more than {MOST_DEPTH} deep"),
            )
            .hint("look for a bracket that is never closed"),
        ]);
    }
    match DeTable::parse(text) {
        Ok(table) => Ok(Node { place: place(file, 0..0), value: convert_table(file, table.into_inner()) }),
        Err(first) => Err(syntax_errors(file, text, first)),
    }
}

fn place(file: FileId, span: std::ops::Range<usize>) -> Place {
    Place { file, span }
}

fn syntax_errors(file: FileId, text: &str, first: toml::de::Error) -> Vec<Diagnostic> {
    // a long file of rubbish has too many errors to hold
    let (tree, errors) = if text.len() < 1 << 20 {
        let (tree, errors) = DeTable::parse_recoverable(text);
        (Some(tree), errors)
    } else {
        (None, vec![first])
    };
    let tree = tree.map(|t| Node { place: place(file, 0..0), value: convert_table(file, t.into_inner()) });
    let starts: Vec<usize> = text.match_indices('\n').map(|(at, _)| at + 1).collect();
    let mut seen = std::collections::BTreeSet::new();
    let mut out = Vec::new();
    let mut in_repeated_table = false;
    for error in &errors {
        let span = error.span().unwrap_or(0..0);
        let line = starts.partition_point(|start| *start <= span.start);
        let from = line.checked_sub(1).and_then(|n| starts.get(n)).copied().unwrap_or(0);
        let header = text.get(from..).is_some_and(|rest| rest.trim_start().starts_with('['));
        let duplicate = error.message().starts_with("duplicate key");
        // the keys of a table that is given twice are no news
        let told = duplicate && !header && in_repeated_table;
        in_repeated_table = duplicate && (header || told);
        // one line with several errors has one cause
        if told || !seen.insert(line) {
            continue;
        }
        out.push(syntax_error(file, text, tree.as_ref(), error.message(), span));
        if out.len() == MOST_ERRORS {
            break;
        }
    }
    out
}

fn syntax_error(
    file: FileId,
    text: &str,
    tree: Option<&Node>,
    message: &str,
    span: std::ops::Range<usize>,
) -> Diagnostic {
    let found = text.get(span.clone()).unwrap_or_default().trim();
    let here = place(file, span.clone());
    if message.starts_with("duplicate key") {
        let key = found.trim_matches(['"', '\'']);
        let error = Diagnostic::error(here, format!("`{}` is given twice", super::tree::clip(key)))
            .label("given again here")
            .hint("keep one of the two");
        return match tree.and_then(|t| first_place(t, text, key, span.start)) {
            Some(first) => error.also(first, "first given here"),
            None => error,
        };
    }
    let found = if found.is_empty() || found.contains('\n') {
        String::new()
    } else {
        format!(" (found `{}`)", super::tree::clip(found))
    };
    let error = Diagnostic::error(here, format!("not valid TOML: {message}{found}"));
    match hint(text, message, span.start) {
        Some(hint) => error.hint(hint),
        None => error,
    }
}

fn hint(text: &str, message: &str, at: usize) -> Option<&'static str> {
    let line_start = text.get(..at)?.rfind('\n').map_or(0, |i| i + 1);
    let line = text.get(line_start..)?.lines().next()?;
    let value = line.split_once('=').map_or("", |(_, v)| v.trim());
    if message.contains("date") || message.contains("month") || message.contains("day") {
        Some("a date is written 2025-04-01, and must exist")
    } else if value.starts_with(|c: char| c.is_ascii_digit()) && value.contains([',', ' ']) {
        Some("a number is written 1120 or 3.5; a quantity with a unit is text, such as \"26 weeks\"")
    } else if value.starts_with(|c: char| c.is_alphabetic()) {
        Some("text stands in quotes")
    } else {
        None
    }
}

fn convert_table(file: FileId, table: DeTable<'_>) -> Value {
    let mut entries: Vec<Entry> = table
        .into_iter()
        .map(|(key, value)| Entry {
            place: place(file, key.span()),
            key: key.into_inner().into_owned(),
            node: convert(file, value),
        })
        .collect();
    // the parser sorts by key; order in the file matters to what is drawn and shown
    entries.sort_by_key(|e| e.place.span.start);
    Value::Table(Table { entries })
}

fn convert(file: FileId, value: Spanned<DeValue<'_>>) -> Node {
    let span = value.span();
    let value = match value.into_inner() {
        DeValue::String(text) => Value::Text(text.into_owned()),
        DeValue::Integer(n) => Value::Whole(i128::from_str_radix(n.as_str(), n.radix()).ok()),
        DeValue::Float(x) => Value::Number(x.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(b) => Value::Bool(b),
        DeValue::Datetime(d) => moment(&d),
        DeValue::Array(items) => Value::List(items.iter().map(|item| convert(file, item.clone())).collect()),
        DeValue::Table(table) => convert_table(file, table),
    };
    Node { place: place(file, span), value }
}

fn moment(d: &toml::value::Datetime) -> Value {
    let other = || Value::OtherTime(d.to_string());
    let (Some(date), None) = (d.date, d.offset) else {
        return other();
    };
    let (Ok(year), Ok(month), Ok(day)) =
        (i16::try_from(date.year), i8::try_from(date.month), i8::try_from(date.day))
    else {
        return other();
    };
    let Ok(date) = Date::new(year, month, day) else {
        return other();
    };
    let time = match d.time {
        None => Some(Time::midnight()),
        Some(t) => {
            let part = |n: u8| i8::try_from(n).ok();
            let (h, m, s) = (part(t.hour), part(t.minute), part(t.second.unwrap_or(0)));
            let nano = i32::try_from(t.nanosecond.unwrap_or(0)).ok();
            match (h, m, s, nano) {
                (Some(h), Some(m), Some(s), Some(n)) => Time::new(h, m, s, n).ok(),
                _ => None,
            }
        }
    };
    time.map_or_else(other, |time| Value::Date {
        at: DateTime::from_parts(date, time),
        timed: d.time.is_some(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(text: &str) -> Result<Node, Vec<Diagnostic>> {
        let mut sources = SourceMap::default();
        let file = sources.add("m.toml", text);
        parse(&sources, file)
    }

    #[test]
    fn order_and_places_are_kept() {
        let text = "[b]\nz = 1\na = \"x\"\n[a]\nlist = [1.5, 2025-04-01]\n";
        let root = tree(text).unwrap();
        let keys: Vec<_> = root.table().unwrap().entries.iter().map(|e| &e.key).collect();
        assert_eq!(keys, ["b", "a"]);
        let node = root.find(&["b", "a"]).unwrap();
        assert_eq!(&text[node.place.span.clone()], "\"x\"");
        assert_eq!(node.text(), Some("x"));
        assert!(matches!(
            root.find(&["a", "list"]).unwrap().list().unwrap()[1].value,
            Value::Date { timed: false, .. }
        ));
    }

    #[test]
    fn every_syntax_error_is_told_once_a_line() {
        let errors = tree("a = \nb = 3,5\nc = 1\nd = 2025-02-30\n").unwrap_err();
        assert_eq!(errors.len(), 3, "{errors:#?}");
    }

    #[test]
    fn a_duplicate_names_both_places() {
        let text = "[a]\nmean = 1\n[b]\nmean = 5\nx = { mean = 1 }\nmean = 50\n";
        let errors = tree(text).unwrap_err();
        assert_eq!(errors[0].message, "`mean` is given twice");
        assert_eq!(errors[0].also[0].0.span.start, text.find("mean = 5").unwrap());
        let text = "[stages.a]\nx = 1\n[stages.b]\n[stages.a]\n";
        let errors = tree(text).unwrap_err();
        assert_eq!(errors[0].also[0].0.span.start, 0);
    }

    #[test]
    fn hostile_files_are_refused_and_not_crashed_on() {
        for text in ["", "  \n", "\u{feff}", "[", "a", "=", "\"", "a = [", "a = {b = {c", "[[a]]\n[a]"] {
            assert!(tree(text).is_err(), "{text:?}");
        }
        for open in ["[", "a.", "{a=", "[[", "a=[", "a={b="] {
            assert!(tree(&open.repeat(100_000)).is_err());
        }
        assert!(tree(&format!("{}b = 1", "a.".repeat(5000))).is_err());
        assert!(matches!(
            tree("a = 18446744073709551616").unwrap().find(&["a"]).unwrap().value,
            Value::Whole(Some(n)) if n == 1i128 << 64
        ));
    }
}
