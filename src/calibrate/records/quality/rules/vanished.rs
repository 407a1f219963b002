//! An episode is open at the end of one file and not in the next: its closure is missing.

use crate::calibrate::records::episode::End;
use crate::calibrate::records::quality::evidence::{events_of, last_known_open};
use crate::calibrate::records::quality::rule::{Level, Rule};
use crate::calibrate::records::quality::{Column, Draft, Findings};

/// The rule.
pub const RULE: Rule = Rule {
    id: "vanished",
    level: Level::Assumed,
    found: "An episode is open at the end of one file and not in the next: its closure is missing.",
    done: "It counts as open until it is last known to have been open (the end of the file before, a review), and not after.",
    effect: "Ends are too few by as many as are found: stays come out slightly too long.",
};

/// Finds them; events must be sorted and years merged.
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
        if !follows {
            record.episode.end = End::Censored(seen);
            continue;
        }
        // The next file would have it had it been open on the last day: it ended before, unseen.
        findings.add(&RULE, record.episode.origin, Column::None);
        let began = draft.window(record.episode.origin.file, stage).map(|w| w.0);
        let before = began.filter(|b| record.first_seen < Some(*b)).and_then(|b| b.yesterday().ok());
        let known = last_known_open(record, events_of(&draft.events, record.episode.person), seen);
        record.episode.end = End::Censored(before.map_or(known, |b| b.max(known)));
    }
    draft.records = records;
}
