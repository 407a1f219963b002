//! The rules applied, in order.

use super::draft::Draft;
use super::findings::Findings;
use super::merge;
use super::rules::{
    after_death, before_birth, begun_again, birth_implausible, care_gap, case_closed, contradiction,
    duplicate, end_before_start, end_without_reason, future_date, idle_case, late_record, open_past_eighteen,
    open_too_long, out_of_touch, overlap, same_day, superseded, vanished, very_long,
};
use crate::calibrate::records::episode::Table;

/// Applies every rule and gives the table.
///
/// First what is impossible in one record; then records of one episode are brought to one, within a file and
/// over the years; then what several episodes of a child cannot be together; then what is only noted.
pub fn clean(mut draft: Draft, findings: &mut Findings) -> Table {
    for k in 0..draft.records.len() {
        let seen = draft.records.get(k).and_then(|r| draft.window(r.episode.origin.file, r.episode.stage));
        if let (Some(record), Some((first, last))) = (draft.records.get_mut(k), seen) {
            (record.first_seen, record.last_seen) = (Some(first), Some(last));
        }
    }
    birth_implausible::apply(&mut draft, findings);
    before_birth::apply(&mut draft, findings);
    future_date::apply(&mut draft, findings);
    end_before_start::apply(&mut draft, findings);

    draft.sort();
    draft.events.sort();
    duplicate::apply(&mut draft, findings);
    contradiction::apply(&mut draft, findings);
    merge::years(&mut draft, findings);
    late_record::apply(&mut draft, findings);
    vanished::apply(&mut draft, findings);

    after_death::apply(&mut draft, findings);
    merge::legal_changes(&mut draft);
    draft.events.sort();
    // closures that are missing, the surest evidence first
    superseded::apply(&mut draft, findings);
    case_closed::apply(&mut draft, findings);
    begun_again::apply(&mut draft, findings);
    idle_case::apply(&mut draft, findings);
    out_of_touch::apply(&mut draft, findings);
    open_too_long::apply(&mut draft, findings);
    overlap::apply(&mut draft, findings);
    open_past_eighteen::apply(&mut draft, findings);
    care_gap::apply(&mut draft, findings);

    end_without_reason::apply(&mut draft, findings);
    very_long::apply(&mut draft, findings);
    same_day::apply(&mut draft, findings);

    let Draft { windows, people, records, mut events, services } = draft;
    events.sort();
    events.dedup();
    let windows = windows.into_iter().map(|w| w.window).collect();
    let episodes = records.into_iter().map(|r| r.episode).collect();
    Table::new(windows, people, episodes, events, services)
}
