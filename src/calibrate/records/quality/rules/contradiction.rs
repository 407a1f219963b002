//! Records of one file give one child two episodes of one kind that start on one day.

use crate::calibrate::records::episode::{End, Stage};
use crate::calibrate::records::quality::merge::{fill, together};
use crate::calibrate::records::quality::rule::{Level, Rule};
use crate::calibrate::records::quality::{Column, Draft, Findings};

/// The rule.
pub const RULE: Rule = Rule {
    id: "contradiction",
    level: Level::Assumed,
    found: "Records of one file give one child two episodes of one kind that start on one day.",
    done: "They count as one, with the later end; an open one gives way to one that has ended.",
    effect: "If the earlier end is right, the stay is too long.",
};

/// Finds them; records must be sorted, and then the later end comes last.
///
/// A file of several years has an episode once for each: open in the earlier, ended in the later. That is no
/// contradiction.
pub(in super::super) fn apply(draft: &mut Draft, findings: &mut Findings) {
    draft.records.dedup_by(|next, kept| {
        let clash = together(next, kept)
            && next.episode.origin.file == kept.episode.origin.file
            && !matches!(next.episode.stage, Stage::Contact | Stage::Service(_));
        if !clash {
            return false;
        }
        let open = next.episode.end == End::StillOpen && kept.episode.end != End::StillOpen;
        let years = match (next.first_seen, next.last_seen) {
            (Some(first), Some(last)) => super::days(first, last) > 366,
            _ => false,
        };
        if !(open && years) {
            findings.add(&RULE, next.episode.origin, Column::None);
        }
        *kept = if open { fill(*kept, next) } else { fill(*next, kept) };
        true
    });
}
