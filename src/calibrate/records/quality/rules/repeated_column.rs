//! A heading stands over two columns.

use crate::calibrate::records::quality::rule::{Level, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    id: "repeated_column",
    level: Level::Note,
    found: "A heading stands over two columns.",
    done: "The first is read.",
    effect: "None, unless the second was meant.",
};
