//! An episode ends before it starts.

use crate::calibrate::records::episode::End;
use crate::calibrate::records::quality::rule::{Level, Rule};
use crate::calibrate::records::quality::{Column, Draft, Findings};

/// The rule.
pub const RULE: Rule = Rule {
    id: "end_before_start",
    level: Level::LeftOut,
    found: "An episode ends before it starts.",
    done: "Its end is taken as not known: it counts as a start, and its length does not count.",
    effect: "Lengths are of the rest.",
};

/// Finds them.
pub(in super::super) fn apply(draft: &mut Draft, findings: &mut Findings) {
    for record in &mut draft.records {
        let e = &mut record.episode;
        if matches!(e.end, End::Known(end) if end < e.start) {
            findings.add(&RULE, e.origin, Column::None);
            e.end = End::Censored(e.start);
            e.outcome = None;
        }
    }
}
