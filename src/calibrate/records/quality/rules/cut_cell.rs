//! A cell is longer than 32,767 characters.

use crate::calibrate::records::quality::rule::{Level, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    id: "cut_cell",
    level: Level::LeftOut,
    found: "A cell is longer than 32,767 characters.",
    done: "It is taken as empty.",
    effect: "As for a missing value.",
};
