//! A date cannot be read.

use crate::calibrate::records::quality::rule::{Level, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    id: "unreadable_date",
    level: Level::LeftOut,
    found: "A date cannot be read.",
    done: "It is taken as not given.",
    effect: "An end that is lost leaves the episode open and stays too long.",
};
