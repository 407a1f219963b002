//! What shows that an episode which looks open has ended: the closure was never written down.
//!
//! Rules that look for missing closures go through each child's records together with its reviews and visits.
//! When it truly ended is not known. Where the next step of the same case follows, it ended then; otherwise it
//! counts as open until it is last known to have been open, and not after, so that no time is counted in which
//! the child may have been gone.

use super::draft::{Draft, Record};
use super::rules::days;
use crate::calibrate::records::episode::{End, Event, EventKind, PersonIx, Stage};
use jiff::civil::Date;

/// Days that records are allowed to lag before something missing is taken as evidence.
pub(super) const LAG: i64 = 28;

/// Ended stays that it takes to say what is unusual.
pub(super) const ENOUGH: usize = 200;

/// Goes through the children: records of one, by stage and start, and its events by stage and date. Records and
/// events must be sorted.
pub(super) fn children(draft: &mut Draft, mut each: impl FnMut(&mut [Record], &[Event])) {
    let events = &draft.events;
    for records in draft.records.chunk_by_mut(|a, b| a.episode.person == b.episode.person) {
        let Some(person) = records.first().map(|r| r.episode.person) else { continue };
        each(records, events_of(events, person));
    }
}

/// The events of a child; all must be sorted.
pub(super) fn events_of(events: &[Event], person: PersonIx) -> &[Event] {
    let from = events.partition_point(|e| e.person < person);
    let to = events.partition_point(|e| e.person <= person);
    events.get(from..to).unwrap_or(&[])
}

/// Whether an episode that has a length looks open.
pub(super) fn is_open(record: &Record) -> bool {
    let stage = record.episode.stage;
    record.episode.end == End::StillOpen && !stage.is_instant() && !matches!(stage, Stage::Service(_))
}

/// The last day on or before `until` on which an episode is known to have been open: its start, or a review or
/// visit in it.
pub(super) fn last_known_open(record: &Record, events: &[Event], until: Date) -> Date {
    let e = &record.episode;
    let of = |event: &&Event| {
        let own = event.stage.same_as(e.stage);
        // List 6 of Annex A has the visits of the whole case.
        let whole = e.stage == Stage::InNeedEpisode && event.stage == Stage::ChildInNeed;
        let kind = !matches!(event.kind, EventKind::LegalStatus(_));
        (own || whole) && kind && (e.start..=until).contains(&event.date)
    };
    events.iter().filter(of).map(|event| event.date).fold(e.start, Date::max)
}

/// Takes an episode as lost: open until a day, and nothing is known after it.
pub(super) fn lose(record: &mut Record, until: Date) {
    record.episode.end = End::Censored(until);
    record.episode.outcome = None;
}

/// How long an open episode has lasted on the last day on which its source looked.
pub(super) fn lasted(record: &Record) -> Option<i64> {
    record.last_seen.map(|last| days(record.episode.start, last))
}

/// Twice the length that all but one in a hundred do not reach; none if there are too few to say. A tail that
/// falls off as an exponential reaches it once in ten thousand, a much heavier one about once in a thousand; and
/// mistakes, which are more than one in a thousand, do not decide it.
pub(super) fn twice_all_but_one_in_a_hundred(lengths: &mut [i64]) -> Option<i64> {
    if lengths.len() < ENOUGH {
        return None;
    }
    lengths.sort_unstable();
    let above = lengths.len() / 100;
    lengths.get(lengths.len() - 1 - above).map(|l| 2 * l)
}

/// The length that all but one in a thousand do not reach; none if there are under a thousand.
pub(super) fn all_but_one_in_a_thousand(lengths: &mut [i64]) -> Option<i64> {
    if lengths.len() < 1_000 {
        return None;
    }
    lengths.sort_unstable();
    let above = lengths.len() / 1_000;
    lengths.get(lengths.len() - 1 - above).copied()
}
