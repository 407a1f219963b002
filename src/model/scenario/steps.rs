//! A change from some time on: the value becomes a list of steps.

use super::change::Change;
use crate::base::calendar::time_of;
use crate::base::diag::{Diagnostic, Place};
use crate::base::quantity::duration;
use crate::base::time::{SimTime, Span};
use crate::model::file::{Node, Table, Value};
use jiff::civil::Date;

/// The steps of a value that is `old` until `from` and changed afterwards. `key` is the name of
/// the value in a step: `places` or `rate`.
pub(super) fn from_then(
    change: &mut Change,
    starts: Option<Date>,
    path: &str,
    key: &str,
    old: &Node,
    from: &Node,
) -> Result<Node, Box<Diagnostic>> {
    let error = |place: &Place, m: String| Box::new(Diagnostic::error(place.clone(), m));
    let Some(at) = moment(from, starts) else {
        return Err(error(
            &from.place,
            format!(
                "`from` must be a date (if the model has dates) or a length of time, found {}",
                from.shown()
            ),
        ));
    };
    let calendar = old.table().is_some_and(|t| t.get("value").is_none());
    if calendar {
        return by_calendar(change, starts, path, old, at);
    }
    let place = change.place.clone();
    let steps = match old.list() {
        Some(items) => items.to_vec(),
        None => vec![step(&old.place, key, old.clone(), None)],
    };
    let mut out = Vec::new();
    let mut in_force: Option<Node> = None;
    let mut split = false;
    for item in steps {
        let begins = item.find(&["from"]).and_then(|n| moment(n, starts));
        let value = item.find(&[key]).cloned();
        let later = begins.is_some_and(|b| b >= at);
        if later && !split {
            split = true;
            if begins.is_some_and(|b| b > at)
                && let Some(value) = &in_force
            {
                out.push(step(&place, key, change.apply(path, value)?, Some(from)));
            }
        }
        in_force = value.clone();
        let mut item = item;
        if let (true, Some(value)) = (later, value) {
            let new = change.apply(path, &value)?;
            if let Some(table) = item.table_mut() {
                table.set(key, place.clone(), new);
            }
        }
        out.push(item);
    }
    if !split && let Some(value) = &in_force {
        out.push(step(&place, key, change.apply(path, value)?, Some(from)));
    }
    Ok(Node { place, value: Value::List(out) })
}

fn step(place: &Place, key: &str, value: Node, from: Option<&Node>) -> Node {
    let mut table = Table::default();
    if let Some(from) = from {
        table.set("from", from.place.clone(), from.clone());
    }
    table.set(key, place.clone(), value);
    Node { place: place.clone(), value: Value::Table(table) }
}

/// Counts by month or year: those that begin at or after the time are changed.
fn by_calendar(
    change: &mut Change,
    starts: Option<Date>,
    path: &str,
    old: &Node,
    at: SimTime,
) -> Result<Node, Box<Diagnostic>> {
    let mut out = old.clone();
    out.place = change.place.clone();
    let mut edge = false;
    let Some(table) = out.table_mut() else {
        return Ok(out);
    };
    for entry in &mut table.entries {
        let first = match entry.key.len() {
            4 => format!("{}-01-01", entry.key),
            _ => format!("{}-01", entry.key),
        };
        let begins = first.parse::<Date>().ok().zip(starts).map(|(d, s)| time_of(s, d));
        let Some(begins) = begins else { continue };
        edge |= begins == at;
        if begins >= at {
            entry.node = change.apply(path, &entry.node)?;
        }
    }
    if edge {
        return Ok(out);
    }
    Err(Box::new(
        Diagnostic::error(
            change.place.clone(),
            format!(
                "`{path}` is given by calendar month or year, and `from` is not the first day of one of them"
            ),
        )
        .hint("let it begin on the first day of a month (or year) that the table has"),
    ))
}

/// A date or length of time as simulated time.
fn moment(node: &Node, starts: Option<Date>) -> Option<SimTime> {
    match &node.value {
        Value::Date { at, .. } => Some(time_of(starts?, at.date())),
        Value::Text(text) => Some(SimTime::ZERO + Span::from_days(duration(text).ok()?.days)),
        _ => None,
    }
}
