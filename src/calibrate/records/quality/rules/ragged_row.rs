//! A row has more or fewer cells than the headings.

use crate::calibrate::records::quality::rule::{Level, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    id: "ragged_row",
    level: Level::Assumed,
    found: "A row has more or fewer cells than the headings.",
    done: "Missing cells are empty, surplus ones not read.",
    effect: "None, unless cells have slipped.",
};
