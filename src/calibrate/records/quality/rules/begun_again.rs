//! An episode looks open, and the child was referred anew, or another episode of the kind began.

use crate::calibrate::records::episode::{Outcome, Stage};
use crate::calibrate::records::quality::draft::alike;
use crate::calibrate::records::quality::evidence::{LAG, children, is_open, last_known_open, lose};
use crate::calibrate::records::quality::rule::{Level, Rule};
use crate::calibrate::records::quality::{Column, Draft, Findings, Record};
use jiff::civil::Date;

/// The rule.
pub const RULE: Rule = Rule {
    id: "begun_again",
    level: Level::Assumed,
    found: "An episode looks open, and over 28 days ago the child was referred anew or another episode of the kind began: its closure is missing.",
    done: "It counts as open until it is last known to have been open (a review, a visit, its start), and not after.",
    effect: "Ends are too few by as many as are found: stays come out slightly too long.",
};

/// Finds them; records and events must be sorted and years merged.
pub(in super::super) fn apply(draft: &mut Draft, findings: &mut Findings) {
    children(draft, |records, events| {
        for k in 0..records.len() {
            let Some(open) = records.get(k).copied().filter(is_open) else { continue };
            let Some(again) = again(&open, records) else { continue };
            let Some(record) = records.get_mut(k) else { continue };
            findings.add(&RULE, open.episode.origin, Column::None);
            lose(record, last_known_open(&open, events, again));
        }
    });
}

/// When the child came anew.
fn again(open: &Record, records: &[Record]) -> Option<Date> {
    let e = &open.episode;
    let last = open.last_seen?;
    let anew = |o: &&Record| {
        let other = &o.episode;
        let referred = other.stage == Stage::Referral
            && other.outcome != Some(Outcome::NoFurtherAction)
            // a referral while the case is open is told of some cases, and does not end them
            && !matches!(e.stage, Stage::InNeedEpisode | Stage::CareLeaver);
        (referred || alike(o, open)) && other.start > e.start && super::days(other.start, last) >= LAG
    };
    records.iter().filter(anew).map(|o| o.episode.start).min()
}
