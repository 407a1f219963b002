//! A date lies after the last day that the file covers.

use crate::calibrate::records::episode::End;
use crate::calibrate::records::quality::rule::{Level, Rule};
use crate::calibrate::records::quality::{Column, Draft, Findings};

/// The rule.
pub const RULE: Rule = Rule {
    id: "future_date",
    level: Level::LeftOut,
    found: "A date lies after the last day that the file covers.",
    done: "A start so dated is left out; an end is taken as not yet come.",
    effect: "Few such are slips; many mean that the period is not what was taken.",
};

/// Finds them.
pub(in super::super) fn apply(draft: &mut Draft, findings: &mut Findings) {
    let mut records = std::mem::take(&mut draft.records);
    records.retain_mut(|record| {
        let e = &mut record.episode;
        let Some((_, last)) = draft.window(e.origin.file, e.stage) else { return true };
        if e.start > last {
            findings.add(&RULE, e.origin, Column::None);
            return false;
        }
        if matches!(e.end, End::Known(end) if end > last) {
            findings.add(&RULE, e.origin, Column::None);
            e.end = End::StillOpen;
            e.outcome = None;
        }
        true
    });
    draft.records = records;
}
