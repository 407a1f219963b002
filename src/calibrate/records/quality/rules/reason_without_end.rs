//! A reason for ending stands without a date of ending.

use crate::calibrate::records::quality::rule::{Level, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    id: "reason_without_end",
    level: Level::Assumed,
    found: "A reason for ending stands without a date of ending.",
    done: "It has ended, and not known when: it counts as a start, and its length does not count.",
    effect: "Lengths are of the rest: ends are too few by as many.",
};
