//! A date of birth cannot be right: more than 280 days after a record, or 26 years before one.

use crate::calibrate::records::episode::{Birth, Origin};
use crate::calibrate::records::quality::rule::{Level, Rule};
use crate::calibrate::records::quality::{Column, Draft, Findings};
use jiff::civil::Date;

/// The rule.
pub const RULE: Rule = Rule {
    id: "birth_implausible",
    level: Level::LeftOut,
    found: "A date of birth cannot be right: more than 280 days after a record, or 26 years before one.",
    done: "The child's age is taken as not known.",
    effect: "Children of unknown age are in totals, not in ages.",
};

/// Finds them, by each child's first and last start.
pub(in super::super) fn apply(draft: &mut Draft, findings: &mut Findings) {
    let mut bounds: Vec<Option<(Date, Date, Origin)>> = vec![None; draft.people.len()];
    for record in &draft.records {
        let e = &record.episode;
        if let Some(bound) = bounds.get_mut(e.person.0 as usize) {
            let (first, last, origin) = bound.unwrap_or((e.start, e.start, e.origin));
            *bound = Some((first.min(e.start), last.max(e.start), origin.min(e.origin)));
        }
    }
    for (person, bound) in draft.people.iter_mut().zip(bounds) {
        let (Birth::Born(born) | Birth::Expected(born), Some((first, last, origin))) = (person.birth, bound)
        else {
            continue;
        };
        let early = i32::from(last.year()) - i32::from(born.year()) >= 27 || super::days(born, last) > 9_496;
        if early || super::days(first, born) > 280 {
            person.birth = Birth::Unknown;
            findings.add(&RULE, origin, Column::None);
        }
    }
}
