//! Dates of a column have the month before the day: some cannot be read otherwise.

use crate::calibrate::records::quality::rule::{Level, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    id: "month_first",
    level: Level::Assumed,
    found: "Dates of a column have the month before the day: some cannot be read otherwise.",
    done: "The whole column is read so.",
    effect: "None if the column is of one form; else dates are wrong by months.",
};
