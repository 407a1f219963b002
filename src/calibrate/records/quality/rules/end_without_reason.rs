//! An episode has ended and no reason is given.

use crate::calibrate::records::episode::{End, Stage};
use crate::calibrate::records::quality::rule::{Level, Rule};
use crate::calibrate::records::quality::{Column, Draft, Findings};

/// The rule.
pub const RULE: Rule = Rule {
    id: "end_without_reason",
    level: Level::Note,
    found: "An episode has ended and no reason is given.",
    done: "The end counts; its reason is not known.",
    effect: "Shares of reasons are of the rest.",
};

/// Finds them where a return asks for a reason.
pub(in super::super) fn apply(draft: &mut Draft, findings: &mut Findings) {
    for record in &draft.records {
        let e = &record.episode;
        let asked = matches!(e.stage, Stage::Care(_) | Stage::InNeedEpisode);
        if asked && e.outcome.is_none() && matches!(e.end, End::Known(_)) {
            findings.add(&RULE, e.origin, Column::None);
        }
    }
}
