//! A service is named for fewer than six children.

use crate::calibrate::records::quality::rule::{Level, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    id: "few_use_service",
    level: Level::LeftOut,
    found: "A service is named for fewer than six children.",
    done: "Its records are put together with those of other small services.",
    effect: "Small services are not told apart.",
};
