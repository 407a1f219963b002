//! A record has no identifier of the child.

use crate::calibrate::records::quality::rule::{Level, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    id: "missing_identifier",
    level: Level::LeftOut,
    found: "A record has no identifier of the child.",
    done: "The record is left out.",
    effect: "Counts are too low by as many; histories of children may be cut.",
};
