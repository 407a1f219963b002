//! The identifiers of two kinds of return do not belong to one scheme: children who share one have different dates of birth.

use crate::calibrate::records::quality::rule::{Level, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    id: "identifiers_differ",
    level: Level::Assumed,
    found: "The identifiers of two kinds of return do not belong to one scheme: children who share one have different dates of birth.",
    done: "Children are not linked between the two.",
    effect: "Moves between what the two returns cover are not seen.",
};
