//! A child has a different sex in different records.

use crate::calibrate::records::quality::rule::{Level, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    id: "sex_differs",
    level: Level::Note,
    found: "A child has a different sex in different records.",
    done: "The last read is used.",
    effect: "None on flows.",
};
