//! Dotted paths into a tree.

use crate::base::diag::Place;
use crate::model::catalogue::{Def, Kind, MODEL};
use crate::model::file::{Node, Table, Value};
use crate::model::read::suggest;

/// Why a path leads nowhere: the part that is not there, what stands before it, and a suggestion.
#[derive(Debug)]
pub(super) struct Lost {
    pub part: String,
    pub before: String,
    pub near: Option<String>,
}

/// Parts of a dotted path.
pub(super) fn parts(path: &str) -> Vec<&str> {
    path.split('.').map(str::trim).collect()
}

/// The value at a path.
pub(super) fn find<'n>(root: &'n mut Node, parts: &[&str]) -> Result<&'n mut Node, Lost> {
    let mut node = root;
    for (n, part) in parts.iter().enumerate() {
        let known = keys(node);
        node = step(node, part).ok_or_else(|| lost(parts, n, &known))?;
    }
    Ok(node)
}

/// The table above the last part of a path; tables that the grammar knows are made on the way, as if they stood at
/// `place`.
pub(super) fn parent<'n>(root: &'n mut Node, parts: &[&str], place: &Place) -> Result<&'n mut Node, Lost> {
    let mut node = root;
    let mut kind = Some(Kind::Table(&MODEL));
    for (n, part) in parts.iter().take(parts.len().saturating_sub(1)).enumerate() {
        let next = kind.and_then(|k| below(k, part));
        let known = keys(node);
        // a table with fixed keys, or one whose keys are names, may be begun; a name may not
        let fixed = matches!(kind.map(table_of), Some(Some(Open::Fixed(def))) if def.key(part).is_some());
        // but for the odds of a way out, which are 1 where nothing is said
        let odds = n == 3 && matches!(parts, ["stages", _, "odds", ..]);
        let opens = (fixed || odds) && next.is_some_and(|k| table_of(k).is_some());
        let missing = step_ref(node, part).is_none();
        if missing && opens {
            let table = Node { place: place.clone(), value: Value::Table(Table::default()) };
            if let Some(t) = node.table_mut() {
                t.set(part, place.clone(), table);
            }
        }
        node = step(node, part).ok_or_else(|| lost(parts, n, &known))?;
        kind = next;
    }
    Ok(node)
}

/// A table of the grammar that a key may open.
enum Open {
    Fixed(&'static Def),
    Named(&'static Kind),
}

fn table_of(kind: Kind) -> Option<Open> {
    match kind {
        Kind::Table(def) => Some(Open::Fixed(def)),
        Kind::Map(_, item) | Kind::NotedMap(_, item) => Some(Open::Named(item)),
        Kind::Noted(inner) => table_of(*inner),
        Kind::Any(kinds) => kinds.iter().find_map(|k| table_of(*k)),
        _ => None,
    }
}

/// What the grammar allows under a key.
fn below(kind: Kind, part: &str) -> Option<Kind> {
    match table_of(kind)? {
        Open::Fixed(def) => def.key(part).map(|k| k.kind),
        Open::Named(item) => Some(*item),
    }
}

/// The length of the path of what must be there already, if a path names a factor by condition.
pub(super) fn factors_at(parts: &[&str]) -> Option<usize> {
    match parts {
        ["stages", _, "odds", _, _] | ["stages", _, "stay_times", _] => Some(2),
        ["exits", _, "returns", "odds", _] => Some(3),
        _ => None,
    }
}

/// Whether a path, written with dots, names a whole number.
pub(in crate::model) fn is_whole_number(path: &str) -> bool {
    is_whole(&parts(path))
}

/// Whether a path names a whole number in the grammar, such as places.
pub(super) fn is_whole(parts: &[&str]) -> bool {
    let kind = parts.iter().try_fold(Kind::Table(&MODEL), |kind, part| below(kind, part));
    fn whole(kind: Kind) -> bool {
        match kind {
            Kind::Whole(..) => true,
            Kind::Noted(inner) => whole(*inner),
            Kind::Any(kinds) => kinds.iter().any(|k| whole(*k)),
            _ => false,
        }
    }
    kind.is_some_and(whole)
}

fn step<'n>(node: &'n mut Node, part: &str) -> Option<&'n mut Node> {
    match &mut node.value {
        Value::Table(table) => table.get_mut(part),
        Value::List(items) => items.get_mut(index(part)?),
        _ => None,
    }
}

fn step_ref<'n>(node: &'n Node, part: &str) -> Option<&'n Node> {
    match &node.value {
        Value::Table(table) => table.get(part),
        Value::List(items) => items.get(index(part)?),
        _ => None,
    }
}

/// Items are numbered from 1.
pub(super) fn index(part: &str) -> Option<usize> {
    part.parse::<usize>().ok()?.checked_sub(1)
}

fn keys(node: &Node) -> Vec<String> {
    match &node.value {
        Value::Table(table) => table.entries.iter().map(|e| e.key.clone()).collect(),
        _ => Vec::new(),
    }
}

fn lost(parts: &[&str], n: usize, known: &[String]) -> Lost {
    let part = parts.get(n).copied().unwrap_or_default();
    Lost {
        part: part.to_string(),
        before: parts.get(..n).unwrap_or_default().join("."),
        near: suggest(part, known.iter().map(String::as_str)).map(str::to_string),
    }
}
