//! Where a key that is given twice was first given.

use super::Node;
use crate::base::diag::Place;

/// The earlier place of `key`, whose repetition stands at byte `at`.
pub(super) fn first_place(root: &Node, text: &str, key: &str, at: usize) -> Option<Place> {
    let line_start = text.get(..at)?.rfind('\n').map_or(0, |i| i + 1);
    let line = text.get(line_start..)?.lines().next()?.trim();
    if line.starts_with('[') {
        // the tree holds the later table under this header: look for the earlier one in the text
        let mut offset = 0;
        for earlier in text.get(..line_start)?.split_inclusive('\n') {
            if earlier.trim() == line {
                let span = offset..offset + earlier.trim_end().len();
                return Some(Place { file: root.place.file, span });
            }
            offset += earlier.len();
        }
    }
    let mut best: Option<(usize, Place)> = None;
    search(root, key, at, &mut best);
    best.map(|(_, place)| place)
}

/// Finds the key in the table that begins last before `at`: an inline table around it, or the
/// table under the last header.
fn search(node: &Node, key: &str, at: usize, best: &mut Option<(usize, Place)>) {
    if let Some(items) = node.list() {
        for item in items {
            search(item, key, at, best);
        }
    }
    let Some(table) = node.table() else { return };
    let start = node.place.span.start;
    for entry in &table.entries {
        if entry.place.span.start >= at {
            continue;
        }
        if entry.key == key && best.as_ref().is_none_or(|(b, _)| *b <= start) {
            let ended = is_inline(node) && node.place.span.end <= at;
            if !ended {
                *best = Some((start, entry.place.clone()));
            }
        }
        search(&entry.node, key, at, best);
    }
}

/// An inline table's place covers its entries; that of a table under a header does not.
fn is_inline(node: &Node) -> bool {
    let span = &node.place.span;
    node.table().is_some_and(|t| {
        t.entries.iter().all(|e| e.place.span.start > span.start && e.place.span.end < span.end)
    })
}
