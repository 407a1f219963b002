//! A start or an end was recorded late: it lies in a period whose file does not have it.

use crate::calibrate::records::episode::End;
use crate::calibrate::records::quality::Record;
use crate::calibrate::records::quality::rule::{Level, Rule};
use crate::calibrate::records::quality::{Column, Draft, Findings};

/// The rule.
pub const RULE: Rule = Rule {
    id: "late_record",
    level: Level::Note,
    found: "A start or an end was recorded late: it lies in a period whose file does not have it.",
    done: "The later file is believed.",
    effect: "The last months of the newest file lack as many: starts are too low and open cases too high there.",
};

/// Whether the later record of an episode has an end that the earlier should have had.
pub(in super::super) fn broken(earlier: &Record, later: &Record) -> bool {
    match (earlier.episode.end, later.episode.end, earlier.last_seen) {
        (End::StillOpen, End::Known(end), Some(seen)) => end <= seen && later.last_seen > earlier.last_seen,
        _ => false,
    }
}

/// Finds starts that an earlier file of the same source should have had; years must be merged.
pub(in super::super) fn apply(draft: &mut Draft, findings: &mut Findings) {
    for record in &draft.records {
        let e = &record.episode;
        let missed = record.first_seen.is_some_and(|first| {
            e.start < first
                && draft.windows.iter().any(|w| {
                    let w = &w.window;
                    w.source == record.source
                        && w.stages.has(e.stage)
                        && w.first <= e.start
                        && e.start <= w.last
                        && w.last < first
                })
        });
        if missed {
            findings.add(&RULE, e.origin, Column::None);
        }
    }
}
