//! A placement ends because another starts, and none does.

use crate::calibrate::records::episode::{End, Outcome, Stage};
use crate::calibrate::records::quality::draft::runs;
use crate::calibrate::records::quality::rule::{Level, Rule};
use crate::calibrate::records::quality::{Column, Draft, Findings};

/// The rule.
pub const RULE: Rule = Rule {
    id: "care_gap",
    level: Level::Assumed,
    found: "A placement ends because another starts, and none does.",
    done: "The child is taken to have left care, for a reason not known.",
    effect: "Ends of care are too many if a placement is missing.",
};

/// Finds them; records must be sorted and years merged.
pub(in super::super) fn apply(draft: &mut Draft, findings: &mut Findings) {
    runs(&mut draft.records, |run| {
        for k in 0..run.len() {
            let next = run.get(k + 1).map(|r| r.episode.start);
            let Some(record) = run.get_mut(k) else { continue };
            let e = &mut record.episode;
            let (Stage::Care(_), Some(Outcome::Continued), End::Known(end)) = (e.stage, e.outcome, e.end)
            else {
                continue;
            };
            // What starts on the last day watched may be in a file that was not given.
            let seen = record.last_seen.is_none_or(|last| end < last);
            if seen && next.is_none_or(|start| super::days(end, start) > 1) {
                findings.add(&RULE, e.origin, Column::None);
                e.outcome = None;
            }
        }
    });
}
