//! A file has the same bytes as another.

use crate::calibrate::records::quality::rule::{Level, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    id: "same_file",
    level: Level::LeftOut,
    found: "A file has the same bytes as another.",
    done: "It is read once.",
    effect: "None.",
};
