//! A code is not one of the standard's, nor a spelling of one that is known.

use crate::calibrate::records::quality::rule::{Level, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    id: "unknown_code",
    level: Level::LeftOut,
    found: "A code is not one of the standard's, nor a spelling of one that is known.",
    done: "It is taken as not given.",
    effect: "Shares by this code are of the rest.",
};
