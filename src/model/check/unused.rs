//! What stands in the file and is not used.

use super::traffic::Traffic;
use crate::base::diag::Diagnostic;
use crate::base::ids::Id;
use crate::model::Model;
use crate::model::file::{Node, clip};
use crate::model::read::Reader;

/// Sources that nothing names.
pub(super) fn sources(r: &mut Reader<'_>, root: &Node) {
    let Some(table) = root.find(&["sources"]).and_then(Node::table) else {
        return;
    };
    for entry in &table.entries {
        if !r.used.contains(&entry.key) {
            r.push(Diagnostic::warning(
                entry.place.clone(),
                format!("the source `{}` is never used", clip(&entry.key)),
            ));
        }
    }
}

/// Stages that no case can come to.
pub(super) fn unreachable_stages(r: &mut Reader<'_>, model: &Model, root: &Node, traffic: &Traffic) {
    for (id, stage) in model.stages.pairs() {
        if traffic.reachable.get(id.index()) == Some(&false) {
            r.push(Diagnostic::warning(
                root.nearest(&["stages", &stage.name]),
                format!("no case can come to the stage `{}`: nothing leads there", stage.name),
            ));
        }
    }
}
