//! A date is written in another form than most of its column.

use crate::calibrate::records::quality::rule::{Level, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    id: "mixed_date_forms",
    level: Level::Note,
    found: "A date is written in another form than most of its column, or in XML in another than year-month-day.",
    done: "It is read in its own form.",
    effect: "None where day and month stand in the order of the rest; rows come from several hands, so look at them.",
};
