//! An episode is open at the end of one file and not in the next: its closure is missing.

use crate::calibrate::records::episode::End;
use crate::calibrate::records::quality::rule::{Level, Rule};
use crate::calibrate::records::quality::{Column, Draft, Findings};

/// The rule.
pub const RULE: Rule = Rule {
    id: "vanished",
    level: Level::Assumed,
    found: "An episode is open at the end of one file and not in the next: its closure is missing.",
    done: "It counts as open until the last day of the file that has it, and not after.",
    effect: "Stays are too long where the end came earlier; censoring here may hang together with leaving.",
};

/// Finds them; years must be merged.
pub(in super::super) fn apply(draft: &mut Draft, findings: &mut Findings) {
    let mut records = std::mem::take(&mut draft.records);
    for record in &mut records {
        let (End::StillOpen, Some(seen)) = (record.episode.end, record.last_seen) else { continue };
        let stage = record.episode.stage;
        if draft.last(record.source, stage).is_none_or(|last| last <= seen) || stage.is_instant() {
            continue;
        }
        // One that is open when nobody looks may end unseen: only a file that follows at once should have it.
        let follows = draft.windows.iter().map(|w| &w.window).any(|w| {
            let adjoins = w.first <= seen.tomorrow().unwrap_or(seen);
            w.source == record.source && w.stages.has(stage) && adjoins && w.last > seen
        });
        if follows {
            findings.add(&RULE, record.episode.origin, Column::None);
        }
        record.episode.end = End::Censored(seen);
    }
    draft.records = records;
}
