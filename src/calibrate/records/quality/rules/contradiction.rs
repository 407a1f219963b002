//! Records of one file give one child two episodes of one kind that start on one day.

use crate::calibrate::records::episode::Stage;
use crate::calibrate::records::quality::merge::{fill, together};
use crate::calibrate::records::quality::rule::{Level, Rule};
use crate::calibrate::records::quality::{Column, Draft, Findings};

/// The rule.
pub const RULE: Rule = Rule {
    id: "contradiction",
    level: Level::Assumed,
    found: "Records of one file give one child two episodes of one kind that start on one day.",
    done: "They count as one, with the later end.",
    effect: "If the earlier end is right, the stay is too long.",
};

/// Finds them; records must be sorted, and then the later end comes last.
pub(in super::super) fn apply(draft: &mut Draft, findings: &mut Findings) {
    draft.records.dedup_by(|next, kept| {
        let clash = together(next, kept)
            && next.episode.origin.file == kept.episode.origin.file
            && !matches!(next.episode.stage, Stage::Contact | Stage::Service(_));
        if clash {
            findings.add(&RULE, next.episode.origin, Column::None);
            *kept = fill(*next, kept);
        }
        clash
    });
}
