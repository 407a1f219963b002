//! A column that the list needs is not in the file.

use crate::calibrate::records::quality::rule::{Level, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    id: "missing_column",
    level: Level::LeftOut,
    found: "A column that the list needs is not in the file.",
    done: "The list is read without it.",
    effect: "What the column tells is not estimated from this file.",
};
