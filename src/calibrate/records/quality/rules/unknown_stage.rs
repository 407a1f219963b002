//! A stage is not one that is known.

use crate::calibrate::records::quality::rule::{Level, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    id: "unknown_stage",
    level: Level::LeftOut,
    found: "A stage is not one that is known.",
    done: "The record is left out.",
    effect: "Counts are too low by as many.",
};
