//! A record is of a series of short breaks.

use crate::calibrate::records::quality::rule::{Level, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    id: "short_breaks",
    level: Level::Note,
    found: "A record is of a series of short breaks (V3, V4).",
    done: "It is left out: such children are not counted as in care.",
    effect: "None.",
};
