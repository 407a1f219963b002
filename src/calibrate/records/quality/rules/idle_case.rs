//! An episode of need looks open, and nothing in it is, nor has been for long.

use crate::calibrate::records::episode::{End, Event, SourceKind, Stage};
use crate::calibrate::records::quality::evidence::{children, is_open, lose, twice_all_but_one_in_a_hundred};
use crate::calibrate::records::quality::rule::{Level, Rule};
use crate::calibrate::records::quality::{Column, Draft, Findings, Record};
use jiff::civil::Date;

/// The rule.
pub const RULE: Rule = Rule {
    id: "idle_case",
    level: Level::Assumed,
    found: "An episode of need looks open, no assessment, plan or placement in it is, and nothing has happened for over twice as long as before all but one in a hundred of the closures (91 days at the least, a year where there are under 200): its closure is missing.",
    done: "It counts as open until the last thing that happened in it, and not after.",
    effect: "Ends are too few by as many as are found. Of a census without the looked after return, children in care look idle, so that the rule finds little.",
};

/// Days of nothing at the least.
const LEAST: i64 = 91;
/// Days of nothing where too few cases have closed to say.
const YEAR: i64 = 366;

/// Finds them; records and events must be sorted and years merged.
pub(in super::super) fn apply(draft: &mut Draft, findings: &mut Findings) {
    let mut gaps = Vec::new();
    children(draft, |records, events| {
        for case in records.iter().filter(|r| r.episode.stage == Stage::InNeedEpisode) {
            if let End::Known(end) = case.episode.end {
                gaps.extend(last_thing(case, records, events, end).map(|last| super::days(last, end)));
            }
        }
    });
    let most = twice_all_but_one_in_a_hundred(&mut gaps).unwrap_or(YEAR).max(LEAST);
    children(draft, |records, events| {
        for k in 0..records.len() {
            let Some(case) = records.get(k).copied().filter(is_open) else { continue };
            // Annex A does not have what ended over six months ago.
            if case.episode.stage != Stage::InNeedEpisode || case.source == SourceKind::AnnexA {
                continue;
            }
            let Some(seen) = case.last_seen else { continue };
            let Some(last) = last_thing(&case, records, events, seen) else { continue };
            if super::days(last, seen) <= most {
                continue;
            }
            findings.add(&RULE, case.episode.origin, Column::None);
            if let Some(record) = records.get_mut(k) {
                lose(record, last);
            }
        }
    });
}

/// The last thing that happened in a case up to a day; none if something in it is open.
fn last_thing(case: &Record, records: &[Record], events: &[Event], until: Date) -> Option<Date> {
    let from = case.episode.start;
    let mut last = from;
    for r in records {
        let e = &r.episode;
        let part = !matches!(
            e.stage,
            Stage::InNeedEpisode
                | Stage::Contact
                | Stage::EarlySupportAssessment
                | Stage::Support
                | Stage::CareLeaver
                | Stage::Service(_)
        );
        if !part || e.start < from || e.start > until {
            continue;
        }
        let end = match e.end {
            End::Known(d) | End::Censored(d) => d,
            End::StillOpen => return None,
        };
        last = last.max(end.min(until));
    }
    let seen = events.iter().map(|e| e.date).filter(|d| (from..=until).contains(d));
    Some(seen.fold(last, Date::max))
}
