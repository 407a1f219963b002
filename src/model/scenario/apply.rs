//! Applying a scenario to the tree of a model.

use super::change::{Change, changed};
use super::head::read_head;
use super::path::{self, Lost};
use super::range::Strength;
use crate::base::diag::{Diagnostic, FileId, Place};
use crate::model::catalogue::{CHANGE, REMOVE};
use crate::model::file::{Entry, Node, Table, Value, clip};
use crate::model::read::{Item, Reader};
use std::collections::BTreeSet;

/// Most changes in one scenario.
const MOST_CHANGES: usize = 10_000;

/// What of a scenario is applied.
#[derive(Clone, Debug)]
pub struct Part {
    /// The scenario's file.
    pub file: FileId,
    /// Paths of the changes and removals to make; all of them if `None`.
    pub only: Option<BTreeSet<String>>,
    /// How strong changes with a range are taken to be.
    pub strength: Strength,
}

impl Part {
    /// All of a scenario, as written.
    #[must_use]
    pub fn whole(file: FileId) -> Part {
        Part { file, only: None, strength: Strength::Written }
    }

    fn has(&self, path: &str) -> bool {
        self.only.as_ref().is_none_or(|only| only.contains(path.trim()))
    }
}

/// Applies a scenario: removals first, then changes in the order of the file.
pub(in crate::model) fn apply(r: &mut Reader<'_>, root: &mut Node, tree: &Node, part: &Part) {
    r.section = "change";
    read_head(r, tree);
    add_sources(r, root, tree);
    if let Some(node) = tree.find(&["remove"]) {
        remove(r, root, &Item::new(node, "remove"), part);
    }
    let Some(node) = tree.find(&["change"]) else {
        return;
    };
    let item = Item::new(node, "change");
    let entries = r.entries(&item, "a table of changes");
    if entries.len() > MOST_CHANGES {
        r.push(item.error(format_args!("has {} changes, the most is {MOST_CHANGES}", entries.len())));
        return;
    }
    for entry in entries.iter().filter(|e| part.has(&e.key)) {
        if let Err(error) = change(r, root, entry, part.strength) {
            r.push(*error);
        }
    }
}

/// Sources of the scenario stand beside the model's.
fn add_sources(r: &mut Reader<'_>, root: &mut Node, tree: &Node) {
    let Some(added) = tree.find(&["sources"]).and_then(Node::table) else {
        return;
    };
    let place = tree.nearest(&["sources"]);
    let Some(table) = root.table_mut() else {
        return;
    };
    if table.get("sources").is_none() {
        let empty = Node { place: place.clone(), value: Value::Table(Table::default()) };
        table.set("sources", place, empty);
    }
    let Some(sources) = table.get_mut("sources").and_then(Node::table_mut) else {
        return;
    };
    for entry in &added.entries {
        if let Some(old) = sources.entry(&entry.key) {
            if old.node.text() != entry.node.text() {
                let first = old.place.clone();
                r.push(
                    Diagnostic::error(
                        entry.place.clone(),
                        format!("the source `{}` is another one in the model", clip(&entry.key)),
                    )
                    .also(first, "in the model")
                    .hint("give it another short name"),
                );
            }
            continue;
        }
        sources.set(&entry.key, entry.place.clone(), entry.node.clone());
    }
}

fn remove(r: &mut Reader<'_>, root: &mut Node, item: &Item<'_>, part: &Part) {
    let Some(f) = r.fields(item, &REMOVE) else {
        return;
    };
    let Some(list) = r.need(&f, "paths") else {
        return;
    };
    let Some(items) = r.list(&list, "a list of dotted paths", MOST_CHANGES) else {
        return;
    };
    for i in items {
        let Some(text) = r.text(&i).filter(|text| part.has(text)) else { continue };
        let parts = path::parts(&text);
        if let Err(lost) = take_out(root, &parts) {
            r.push(nowhere(i.place(), &text, &lost));
        }
    }
}

fn take_out(root: &mut Node, parts: &[&str]) -> Result<(), Lost> {
    path::find(root, parts)?;
    let (Some(last), Some(above)) = (parts.last(), parts.get(..parts.len().saturating_sub(1))) else {
        return Ok(());
    };
    let node = path::find(root, above)?;
    match &mut node.value {
        Value::Table(table) => table.entries.retain(|e| e.key != *last),
        Value::List(items) => {
            if let Some(at) = path::index(last).filter(|at| *at < items.len()) {
                items.remove(at);
            }
        }
        _ => {}
    }
    Ok(())
}

fn nowhere(place: Place, text: &str, lost: &Lost) -> Diagnostic {
    let inside =
        if lost.before.is_empty() { "the model".to_string() } else { format!("`{}`", clip(&lost.before)) };
    let error = Diagnostic::error(
        place,
        format!("`{}` leads nowhere: {inside} has no `{}`", clip(text), clip(&lost.part)),
    );
    match &lost.near {
        Some(near) => error.hint(format!("did you mean `{near}`?")),
        None => error.hint("a path is as in the model file, such as \"pools.beds.places\""),
    }
}

/// Sections of a model file, which are no paths by themselves.
fn is_section(key: &str) -> bool {
    crate::model::catalogue::MODEL.key(key).is_some()
}

fn change(
    r: &mut Reader<'_>,
    root: &mut Node,
    entry: &Entry,
    strength: Strength,
) -> Result<(), Box<Diagnostic>> {
    let parts = path::parts(&entry.key);
    let place = entry.place.clone();
    if let [key] = parts.as_slice()
        && is_section(key)
        && entry.node.table().is_some()
    {
        return Err(Box::new(
            Diagnostic::error(place, format!("`{key}` is a whole section, not a path to one value"))
                .hint(format!("write the path in quotes, such as \"{key}.….…\" = …")),
        ));
    }
    if parts.iter().any(|p| p.is_empty()) {
        let error = format!("`{}` is no path: a part of it is empty", clip(&entry.key));
        return Err(Box::new(Diagnostic::error(place, error)));
    }
    let value = match scale(r, root, entry, strength) {
        None => {
            only_forecast(root, &parts);
            entry.node.clone()
        }
        Some(None) => return Ok(()), // reported
        Some(Some(change)) => {
            let starts = starts(root);
            begin_forecast_factor(root, &parts, &place);
            write_out_factor(root, &parts, &place);
            let old = path::find(root, &parts)
                .map_err(|lost| Box::new(nowhere(place.clone(), &entry.key, &lost)))?;
            changed(r, starts, &parts, &entry.key, old.clone(), &change)?
        }
    };
    set(root, &parts, entry, value).map_err(|lost| Box::new(nowhere(place, &entry.key, &lost)))
}

/// A forecast that a scenario gives a stream takes the place of what said when families arrive.
fn only_forecast(root: &mut Node, parts: &[&str]) {
    const OTHERS: [&str; 7] = ["rate", "per_10000", "gaps", "at", "repeat", "months", "varies"];
    if let ["arrivals", stream, "forecast"] = parts
        && let Ok(node) = path::find(root, &["arrivals", stream])
        && let Some(table) = node.table_mut()
    {
        table.entries.retain(|e| !OTHERS.contains(&e.key.as_str()));
    }
}

/// The factor of a forecast may be changed though the model leaves it at 1.
fn begin_forecast_factor(root: &mut Node, parts: &[&str], place: &Place) {
    if let ["arrivals", stream, "forecast", "times"] = parts
        && let Ok(node) = path::find(root, &["arrivals", stream, "forecast"])
        && let Some(table) = node.table_mut()
        && table.get("times").is_none()
    {
        let one = Node { place: place.clone(), value: Value::Number(1.0) };
        table.set("times", place.clone(), one);
    }
}

/// A factor by condition may be changed though the model leaves it at 1, altogether or before its first step.
fn write_out_factor(root: &mut Node, parts: &[&str], place: &Place) {
    let one = || Node { place: place.clone(), value: Value::Number(1.0) };
    let there = path::factors_at(parts).and_then(|n| parts.get(..n));
    let (Some(there), Some(condition)) = (there, parts.last()) else { return };
    if path::find(root, there).is_err() {
        return;
    }
    let Ok(above) = path::parent(root, parts, place) else { return };
    let Some(table) = above.table_mut() else { return };
    match table.get_mut(condition).map(|node| &mut node.value) {
        None => table.set(condition, place.clone(), one()),
        Some(Value::List(steps)) if steps.first().is_some_and(|s| s.find(&["from"]).is_some()) => {
            let mut step = Table::default();
            step.set("times", place.clone(), one());
            steps.insert(0, Node { place: place.clone(), value: Value::Table(step) });
        }
        _ => {}
    }
}

/// The date of time 0, before the model is read.
fn starts(root: &Node) -> Option<jiff::civil::Date> {
    match root.find(&["model", "starts"])?.value {
        Value::Date { at, .. } => Some(at.date()),
        _ => None,
    }
}

fn set(root: &mut Node, parts: &[&str], entry: &Entry, value: Node) -> Result<(), Lost> {
    let above = path::parent(root, parts, &entry.place)?;
    let last = parts.last().copied().unwrap_or_default();
    match &mut above.value {
        Value::Table(table) => {
            table.set(last, entry.place.clone(), value);
            Ok(())
        }
        Value::List(items) => match path::index(last).and_then(|at| items.get_mut(at)) {
            Some(item) => {
                *item = value;
                Ok(())
            }
            None => Err(here(parts)),
        },
        _ => Err(here(parts)),
    }
}

fn here(parts: &[&str]) -> Lost {
    Lost {
        part: parts.last().copied().unwrap_or_default().to_string(),
        before: parts.get(..parts.len().saturating_sub(1)).unwrap_or_default().join("."),
        near: None,
    }
}

/// `{ times, add, from }`: `None` if the entry is a plain value, `Some(None)` if it is wrong.
fn scale(r: &mut Reader<'_>, root: &Node, entry: &Entry, strength: Strength) -> Option<Option<Change>> {
    let table = entry.node.table()?;
    // a forecast has a factor of its own
    let none = table.get("times").is_none() && table.get("add").is_none();
    if none || table.get("paths").is_some() {
        return None;
    }
    let item = Item::new(&entry.node, format!("change.\"{}\"", clip(&entry.key)));
    known_source(r, root, &item);
    Some(Change::read(r, &item, &CHANGE, strength))
}

/// The source of a change must be listed by the scenario or the model.
fn known_source(r: &mut Reader<'_>, root: &Node, item: &Item<'_>) {
    let Some(node) = item.node.find(&["source"]) else { return };
    let name = node.text().unwrap_or("");
    if root.find(&["sources", name]).is_some() {
        r.used.insert(name.to_string());
        return;
    }
    let error = item.child("source", node).expected("the name of a source that [sources] lists");
    r.push(error);
}
