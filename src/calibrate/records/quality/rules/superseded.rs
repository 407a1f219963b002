//! An episode looks open, and the next step of the case, which cannot be at the same time, has begun.

use crate::calibrate::records::episode::{End, Event, EventKind, Outcome, SourceKind, Stage};
use crate::calibrate::records::quality::evidence::{LAG, children, is_open, last_known_open, lose};
use crate::calibrate::records::quality::rule::{Level, Rule};
use crate::calibrate::records::quality::{Column, Draft, Findings, Record};
use jiff::civil::Date;

/// The rule.
pub const RULE: Rule = Rule {
    id: "superseded",
    level: Level::Assumed,
    found: "An episode looks open, and the next step, which cannot be at the same time, began over 28 days ago (91 between care and a protection plan): its closure is missing.",
    done: "It ends when the next step begins.",
    effect: "Stays are too long where there was a gap before the next step; ends without a next step are still missing.",
};

/// Days without a review after which a new placement is a new period of care: the statutory six months and one more.
const REVIEWED: i64 = 213;

/// Days after its start at which a later stage shows that an open one is over; none if both may be.
fn excludes(open: Stage, later: Stage) -> Option<i64> {
    use Stage::{
        Assessment, Care, CareLeaver, ChildInNeed, ChildProtection, Conference, EarlySupportAssessment,
        Referral, Section47, Support,
    };
    match (open, later) {
        (Care(_), Care(_)) => Some(0),
        (
            EarlySupportAssessment,
            Support | Referral | Assessment | Section47 | ChildInNeed | ChildProtection,
        )
        | (Support, Referral | Assessment | Section47 | ChildInNeed | ChildProtection | Care(_))
        | (Assessment, Conference | ChildInNeed | ChildProtection | Care(_))
        | (Section47, Conference | ChildInNeed | ChildProtection | Care(_))
        | (ChildInNeed, ChildProtection | Care(_))
        | (ChildProtection, ChildInNeed)
        | (Care(_), ChildInNeed | CareLeaver) => Some(LAG),
        // For some weeks a child may be both looked after and on a plan.
        (ChildProtection, Care(_)) | (Care(_), ChildProtection) => Some(91),
        _ => None,
    }
}

/// Finds them; records and events must be sorted and years merged.
pub(in super::super) fn apply(draft: &mut Draft, findings: &mut Findings) {
    children(draft, |records, events| {
        for k in 0..records.len() {
            let Some(open) = records.get(k).copied().filter(is_open) else { continue };
            let Some((start, stage)) = next(&open, records) else { continue };
            let Some(record) = records.get_mut(k) else { continue };
            findings.add(&RULE, open.episode.origin, Column::None);
            if matches!(stage, Stage::Care(_)) && away(&open, events, start) {
                lose(record, last_known_open(&open, events, start));
            } else {
                record.episode.end = End::Known(start);
                record.episode.outcome = outcome(open.episode.stage, stage);
            }
        }
    });
}

/// The first later step that shows the episode to be over, if the child was not referred anew before it.
fn next(open: &Record, records: &[Record]) -> Option<(Date, Stage)> {
    let e = &open.episode;
    let last = open.last_seen?;
    let after = records.iter().map(|r| &r.episode).filter(|o| o.start > e.start);
    let nothing_came = |o: Stage, outcome| o == Stage::Referral && outcome == Some(Outcome::NoFurtherAction);
    let shows = after.clone().filter(|o| !nothing_came(o.stage, o.outcome));
    // List 6 of Annex A has one plan for the whole case: a protection plan or care within it may have come and gone.
    let within = open.source == SourceKind::AnnexA && e.stage == Stage::ChildInNeed;
    let shows = shows.filter(|o| !(within && o.end != End::StillOpen));
    let shows =
        shows.filter(|o| excludes(e.stage, o.stage).is_some_and(|lag| super::days(o.start, last) >= lag));
    let first = shows.map(|o| (o.start, o.stage)).min()?;
    let early = matches!(e.stage, Stage::EarlySupportAssessment | Stage::Support);
    let anew = after.clone().any(|o| o.stage == Stage::Referral && o.start <= first.0);
    (early || !anew).then_some(first)
}

/// Whether a looked after child had no review for so long that it must have left care in between.
fn away(open: &Record, events: &[Event], start: Date) -> bool {
    let reviewed = events.iter().any(|e| e.kind == EventKind::Review && matches!(e.stage, Stage::Care(_)));
    matches!(open.episode.stage, Stage::Care(_))
        && reviewed
        && super::days(last_known_open(open, events, start), start) > REVIEWED
}

/// What the next step says of the end.
fn outcome(from: Stage, to: Stage) -> Option<Outcome> {
    match (from, to) {
        (Stage::Care(_), Stage::Care(_)) => Some(Outcome::Continued),
        (_, Stage::Support) => Some(Outcome::ToEarlySupport),
        (_, Stage::Referral) => Some(Outcome::ToReferral),
        (_, Stage::Assessment) => Some(Outcome::ToAssessment),
        (_, Stage::Section47) => Some(Outcome::ToSection47),
        (_, Stage::Conference) => Some(Outcome::ToConference),
        (_, Stage::ChildInNeed) => Some(Outcome::ToChildInNeed),
        (_, Stage::ChildProtection) => Some(Outcome::ToChildProtection),
        (_, Stage::Care(_)) => Some(Outcome::ToCare),
        _ => None,
    }
}
