//! A reason for ending stands without a date of ending.

use crate::calibrate::records::quality::rule::{Level, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    id: "reason_without_end",
    level: Level::Assumed,
    found: "A reason for ending stands without a date of ending.",
    done: "The episode is taken as open.",
    effect: "If it had ended, stays are too long.",
};
