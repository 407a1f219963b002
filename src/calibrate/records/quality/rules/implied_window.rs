//! The file does not say what period it covers.

use crate::calibrate::records::quality::rule::{Level, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    id: "implied_window",
    level: Level::Assumed,
    found: "The file does not say what period it covers.",
    done: "It is taken from the dates in it.",
    effect: "If wrong, rates and stays are: give the period.",
};
