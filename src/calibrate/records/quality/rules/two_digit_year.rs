//! A year has two digits.

use crate::calibrate::records::quality::rule::{Level, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    id: "two_digit_year",
    level: Level::Assumed,
    found: "A year has two digits.",
    done: "00 to 69 are of this century, 70 to 99 of the last.",
    effect: "None if that is right.",
};
