//! An episode of a children's stage goes on for more than 31 days after the eighteenth birthday, or starts after it.

use crate::calibrate::records::episode::{Birth, End, Stage};
use crate::calibrate::records::quality::rule::{Level, Rule};
use crate::calibrate::records::quality::{Column, Draft, Findings};

/// The rule.
pub const RULE: Rule = Rule {
    id: "open_past_eighteen",
    level: Level::Assumed,
    found: "An episode of a children's stage goes on for more than 31 days after the eighteenth birthday, or starts after it.",
    done: "It counts as open until the birthday, and not after; one that starts later is left out.",
    effect: "None on stays: all leave children's stages at eighteen.",
};

/// Finds them.
pub(in super::super) fn apply(draft: &mut Draft, findings: &mut Findings) {
    let mut records = std::mem::take(&mut draft.records);
    records.retain_mut(|record| {
        let e = &mut record.episode;
        let person = draft.people.get(e.person.0 as usize);
        let grown = person.filter(|p| matches!(p.birth, Birth::Born(_))).and_then(|p| p.eighteenth());
        let (Some(grown), false) = (grown, matches!(e.stage, Stage::CareLeaver | Stage::Service(_))) else {
            return true;
        };
        if e.start > grown {
            findings.add(&RULE, e.origin, Column::None);
            return false;
        }
        let last = match e.end {
            End::Known(d) | End::Censored(d) => Some(d),
            End::StillOpen => record.last_seen,
        };
        if !e.stage.is_instant() && last.is_some_and(|last| super::days(grown, last) > 31) {
            findings.add(&RULE, e.origin, Column::None);
            e.end = End::Censored(grown);
            e.outcome = None;
        }
        true
    });
    draft.records = records;
}
