//! Text is not UTF-8.

use crate::calibrate::records::quality::rule::{Level, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    id: "not_utf8",
    level: Level::Assumed,
    found: "Text is not UTF-8.",
    done: "It is read as Windows-1252, as spreadsheets save it.",
    effect: "None: codes and dates are the same in both.",
};
