//! A child has different dates of birth in different records.

use crate::calibrate::records::quality::rule::{Level, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    id: "birth_differs",
    level: Level::Assumed,
    found: "A child has different dates of birth in different records.",
    done: "The one that most records have is used.",
    effect: "Ages are wrong where most records are.",
};
