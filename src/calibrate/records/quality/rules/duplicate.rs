//! A record stands twice in one file.

use crate::calibrate::records::quality::rule::{Level, Rule};
use crate::calibrate::records::quality::{Column, Draft, Findings, Record};

/// The rule.
pub const RULE: Rule = Rule {
    id: "duplicate",
    level: Level::LeftOut,
    found: "A record stands twice in one file.",
    done: "It counts once.",
    effect: "None: without this, counts would be too high.",
};

/// Finds them; records must be sorted.
pub(in super::super) fn apply(draft: &mut Draft, findings: &mut Findings) {
    draft.records.dedup_by(|next, kept| {
        let twice = same(next, kept);
        if twice {
            findings.add(&RULE, next.episode.origin, Column::None);
        }
        twice
    });
}

/// Whether two records of one file say the same of the same child.
fn same(a: &Record, b: &Record) -> bool {
    let (x, y) = (&a.episode, &b.episode);
    x.person == y.person
        && x.stage == y.stage
        && x.start == y.start
        && x.end == y.end
        && x.outcome == y.outcome
        && x.referrer == y.referrer
        && x.origin.file == y.origin.file
}
