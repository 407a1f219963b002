//! A cell holds a formula.

use crate::calibrate::records::quality::rule::{Level, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    id: "formula",
    level: Level::Assumed,
    found: "A cell holds a formula.",
    done: "The value last computed is read; without one it is empty.",
    effect: "None if the workbook was saved after computing.",
};
