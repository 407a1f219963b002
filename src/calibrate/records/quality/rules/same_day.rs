//! An episode starts and ends on one day.

use crate::calibrate::records::episode::End;
use crate::calibrate::records::quality::rule::{Level, Rule};
use crate::calibrate::records::quality::{Column, Draft, Findings};

/// The rule.
pub const RULE: Rule = Rule {
    id: "same_day",
    level: Level::Note,
    found: "An episode starts and ends on one day.",
    done: "It is taken to last half a day.",
    effect: "None worth naming, unless there are many.",
};

/// Finds them.
pub(in super::super) fn apply(draft: &mut Draft, findings: &mut Findings) {
    for record in &draft.records {
        let e = &record.episode;
        if !e.stage.is_instant() && e.end == End::Known(e.start) {
            findings.add(&RULE, e.origin, Column::None);
        }
    }
}
