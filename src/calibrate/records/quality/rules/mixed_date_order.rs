//! A column mixes day/month and month/day.

use crate::calibrate::records::quality::rule::{Level, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    id: "mixed_date_order",
    level: Level::LeftOut,
    found: "A column mixes day/month and month/day.",
    done: "Dates that could be either are taken as not given.",
    effect: "An end that is lost leaves the episode open and stays too long.",
};
