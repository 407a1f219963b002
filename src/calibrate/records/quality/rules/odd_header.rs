//! The year and the reference date of a return do not agree, or are missing.

use crate::calibrate::records::quality::rule::{Level, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    id: "odd_header",
    level: Level::Assumed,
    found: "The year and the reference date of a return do not agree, or are missing.",
    done: "The reference date is used if it is 31 March, else the year.",
    effect: "If wrong, the period observed is wrong, and rates with it.",
};
