//! A cell holds an error, such as #N/A.

use crate::calibrate::records::quality::rule::{Level, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    id: "error_cell",
    level: Level::LeftOut,
    found: "A cell holds an error, such as #N/A.",
    done: "It is taken as empty.",
    effect: "As for a missing value.",
};
