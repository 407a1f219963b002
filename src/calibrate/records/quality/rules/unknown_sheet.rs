//! A sheet is not one that is used.

use crate::calibrate::records::quality::rule::{Level, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    id: "unknown_sheet",
    level: Level::Note,
    found: "A sheet is not one that is used.",
    done: "The sheet is not read.",
    effect: "None.",
};
