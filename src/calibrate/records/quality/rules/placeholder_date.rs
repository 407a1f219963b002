//! A date is a filler, such as 1 January 1900 or 31 December 9999.

use crate::calibrate::records::quality::rule::{Level, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    id: "placeholder_date",
    level: Level::Assumed,
    found: "A date is a filler, such as 1 January 1900 or 31 December 9999.",
    done: "It is taken as not given.",
    effect: "None if it means open or not known.",
};
