//! An episode starts before the child is born: in care at all, otherwise by more than 280 days.

use crate::calibrate::records::episode::{Birth, Stage};
use crate::calibrate::records::quality::rule::{Level, Rule};
use crate::calibrate::records::quality::{Column, Draft, Findings};

/// The rule.
pub const RULE: Rule = Rule {
    id: "before_birth",
    level: Level::LeftOut,
    found: "An episode starts before the child is born: in care at all, otherwise by more than 280 days.",
    done: "The record is left out.",
    effect: "Counts of starts are too low by as many.",
};

/// Finds them.
pub(in super::super) fn apply(draft: &mut Draft, findings: &mut Findings) {
    let people = &draft.people;
    draft.records.retain(|record| {
        let e = &record.episode;
        let Some(Birth::Born(born)) = people.get(e.person.0 as usize).map(|p| p.birth) else { return true };
        let before = super::days(e.start, born);
        let wrong = before > 280 || (before > 0 && matches!(e.stage, Stage::Care(_)));
        if wrong {
            findings.add(&RULE, e.origin, Column::None);
        }
        !wrong
    });
}
