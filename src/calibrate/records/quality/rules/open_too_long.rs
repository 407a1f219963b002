//! An episode looks open for longer than all but one in a thousand of its kind lasted.

use crate::calibrate::records::episode::End;
use crate::calibrate::records::quality::draft::group;
use crate::calibrate::records::quality::evidence::{
    all_but_one_in_a_thousand, children, is_open, last_known_open, lasted, lose,
};
use crate::calibrate::records::quality::rule::{Level, Rule};
use crate::calibrate::records::quality::{Column, Draft, Findings};
use std::collections::BTreeMap;

/// The rule.
pub const RULE: Rule = Rule {
    id: "open_too_long",
    level: Level::Assumed,
    found: "An episode looks open for longer than all but one in a thousand of the ended ones of its kind lasted (not said where under a thousand have ended): its closure may be missing.",
    done: "It counts as open until it is last known to have been open, and not after.",
    effect: "If it is open, the longest stays come out too few: one in a thousand at the most.",
};

/// Finds them; records and events must be sorted and years merged.
pub(in super::super) fn apply(draft: &mut Draft, findings: &mut Findings) {
    let mut lengths: BTreeMap<(&'static str, u16), Vec<i64>> = BTreeMap::new();
    for record in &draft.records {
        let e = &record.episode;
        if let (End::Known(end), false) = (e.end, e.stage.is_instant()) {
            lengths.entry(group(e.stage)).or_default().push(super::days(e.start, end));
        }
    }
    let most: BTreeMap<_, i64> = lengths
        .into_iter()
        .filter_map(|(stage, mut all)| Some((stage, all_but_one_in_a_thousand(&mut all)?)))
        .collect();
    children(draft, |records, events| {
        for record in records.iter_mut().filter(|r| is_open(r)) {
            let most = most.get(&group(record.episode.stage));
            let (Some(most), Some(lasted), Some(seen)) = (most, lasted(record), record.last_seen) else {
                continue;
            };
            if lasted > *most {
                findings.add(&RULE, record.episode.origin, Column::None);
                lose(record, last_known_open(record, events, seen));
            }
        }
    });
}
