//! A code was not in use in the year of the return.

use crate::calibrate::records::quality::rule::{Level, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    id: "code_of_other_year",
    level: Level::Note,
    found: "A code was not in use in the year of the return.",
    done: "It is read as what it meant.",
    effect: "None.",
};
