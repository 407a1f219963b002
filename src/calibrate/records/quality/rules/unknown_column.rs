//! A column is not one of the standard's.

use crate::calibrate::records::quality::rule::{Level, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    id: "unknown_column",
    level: Level::Note,
    found: "A column is not one of the standard's.",
    done: "The column is not read.",
    effect: "None.",
};
