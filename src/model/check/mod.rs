//! What a model must satisfy beyond the grammar; one rule, or a few that belong together, a file.

use super::Model;
use super::file::Node;
use super::read::Reader;

/// Runs every rule.
pub(in crate::model) fn check(r: &mut Reader<'_>, model: &Model, root: &Node) {
    let _ = (r, model, root);
}
