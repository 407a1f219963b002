//! A date lies before 1930 or after 2100.

use crate::calibrate::records::quality::rule::{Level, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    id: "date_out_of_range",
    level: Level::LeftOut,
    found: "A date lies before 1930 or after 2100.",
    done: "It is taken as not given.",
    effect: "An end that is lost leaves the episode open and stays too long.",
};
