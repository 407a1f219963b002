//! A record has no readable first date.

use crate::calibrate::records::quality::rule::{Level, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    id: "missing_start",
    level: Level::LeftOut,
    found: "A record has no readable first date.",
    done: "The record is left out.",
    effect: "Counts of starts are too low by as many.",
};
