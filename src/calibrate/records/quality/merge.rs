//! Several records of one episode brought to one.

use super::draft::{Draft, Record, group};
use super::findings::{Column, Findings};
use super::rules::{changed_end, late_record, reopened};
use crate::calibrate::records::episode::{End, Episode, Event, EventKind, Outcome, Placement, Stage};

/// Whether two records are of one episode: same child, stage and start.
///
/// Two contacts on one day are two unless they are alike in who made them and what came of them.
pub(super) fn together(a: &Record, b: &Record) -> bool {
    let (x, y) = (&a.episode, &b.episode);
    let same = x.person == y.person && group(x.stage) == group(y.stage) && x.start == y.start;
    let contact = x.stage == Stage::Contact;
    same && (!contact || (x.referrer == y.referrer && (x.outcome == y.outcome || a.source == b.source)))
}

/// A record with what it does not say taken from another of the same episode.
pub(super) fn fill(mut record: Record, other: &Record) -> Record {
    let (e, o) = (&mut record.episode, &other.episode);
    if e.end == o.end && (e.outcome.is_none() || e.outcome == Some(Outcome::Continued)) {
        e.outcome = o.outcome.or(e.outcome);
    }
    if e.stage == Stage::Care(Placement::Any) {
        e.stage = o.stage;
    }
    e.referrer = e.referrer.or(o.referrer);
    e.need = e.need.or(o.need);
    e.abuse = e.abuse.or(o.abuse);
    e.legal = e.legal.or(o.legal);
    e.factors = e.factors.with(o.factors);
    e.previous = e.previous.or(o.previous);
    e.received = e.received.or(o.received);
    e.case = e.case.or(o.case);
    record.first_seen = least(record.first_seen, other.first_seen);
    record.last_seen = record.last_seen.max(other.last_seen);
    record.legal_only &= other.legal_only;
    record
}

fn least<T: Ord>(a: Option<T>, b: Option<T>) -> Option<T> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

/// Brings the records of one episode in several files to one; records must be sorted, so that the file that
/// saw it last comes last and is believed.
pub(super) fn years(draft: &mut Draft, findings: &mut Findings) {
    draft.records.dedup_by(|next, kept| {
        if !together(next, kept) || next.episode.origin.file == kept.episode.origin.file {
            return false;
        }
        let at = next.episode.origin;
        if changed_end::broken(kept, next) {
            findings.add(&changed_end::RULE, at, Column::None);
        } else if reopened::broken(kept, next) {
            findings.add(&reopened::RULE, at, Column::None);
        } else if late_record::broken(kept, next) {
            // the row that lacks the end is the one to look at
            findings.add(&late_record::RULE, kept.episode.origin, Column::None);
        }
        // Of two files that saw it to the same day, one that knows the end is believed.
        let known = matches!(kept.episode.end, End::Known(_));
        let open = next.episode.end == End::StillOpen;
        let later = next.last_seen > kept.last_seen;
        *kept = if known && open && !later { fill(*kept, next) } else { fill(*next, kept) };
        true
    });
}

/// Joins rows that are new only because the legal status changed to the placement that goes on, and keeps
/// the change as an event; records must be sorted and years merged.
pub(super) fn legal_changes(draft: &mut Draft) {
    let events = &mut draft.events;
    draft.records.dedup_by(|next, kept| {
        let (e, k) = (&next.episode, &kept.episode);
        let (Stage::Care(a), Stage::Care(b)) = (e.stage, k.stage) else { return false };
        let goes_on = next.legal_only
            && a == b
            && e.person == k.person
            && k.end == End::Known(e.start)
            && k.outcome.is_none_or(|o| o == Outcome::Continued);
        if goes_on {
            if let Some(legal) = e.legal {
                let kind = EventKind::LegalStatus(legal);
                events.push(Event { person: e.person, stage: e.stage, date: e.start, kind });
            }
            let (end, outcome) = (e.end, e.outcome);
            kept.episode = Episode { end, outcome, ..kept.episode };
            kept.last_seen = kept.last_seen.max(next.last_seen);
        }
        goes_on
    });
}
