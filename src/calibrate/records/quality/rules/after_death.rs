//! An episode goes on, or starts, after the child's death.

use crate::calibrate::records::episode::{End, Outcome};
use crate::calibrate::records::quality::rule::{Level, Rule};
use crate::calibrate::records::quality::{Column, Draft, Findings};

/// The rule.
pub const RULE: Rule = Rule {
    id: "after_death",
    level: Level::LeftOut,
    found: "An episode goes on, or starts, after the child's death.",
    done: "It ends on the day of death; one that starts later is left out.",
    effect: "None worth naming.",
};

/// Finds them.
pub(in super::super) fn apply(draft: &mut Draft, findings: &mut Findings) {
    let people = &draft.people;
    draft.records.retain_mut(|record| {
        let e = &mut record.episode;
        let Some(died) = people.get(e.person.0 as usize).and_then(|p| p.died) else { return true };
        if e.start > died {
            findings.add(&RULE, e.origin, Column::None);
            return false;
        }
        if !matches!(e.end, End::Known(end) if end <= died) {
            findings.add(&RULE, e.origin, Column::None);
            e.end = End::Known(died);
            e.outcome = Some(Outcome::Died);
        }
        true
    });
}
