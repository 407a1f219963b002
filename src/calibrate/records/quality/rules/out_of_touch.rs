//! A plan or placement looks open, and its reviews and visits ceased long ago.

use crate::calibrate::records::episode::{End, Event, EventKind, Stage};
use crate::calibrate::records::quality::evidence::{children, is_open, lose};
use crate::calibrate::records::quality::rule::{Level, Rule};
use crate::calibrate::records::quality::{Column, Draft, Findings, Record};
use jiff::civil::Date;

/// The rule.
pub const RULE: Rule = Rule {
    id: "out_of_touch",
    level: Level::Assumed,
    found: "A plan or placement looks open, and it had no review for twice the statutory six months, or no visit for twice what is usual at the longest (84 days for plans, 183 in care): its closure is missing, or its reviews are.",
    done: "It counts as open until the last review or visit, and not after.",
    effect: "Little where the reviews alone are missing: what is known until then counts. Ends are too few by as many as are closures.",
};

/// The longest that a stage may go without an event, in days.
type Longest = fn(Stage) -> Option<i64>;

/// What keeps touch, and the days without it that are too many.
const TOUCH: [(EventKind, Longest); 2] = [(EventKind::Review, review), (EventKind::Visit, visit)];
/// Long stays that it takes to say that a return holds reviews or visits.
const LONG: usize = 20;

/// A plan is reviewed after three months, then every six; care after four weeks, then three months, then six.
fn review(stage: Stage) -> Option<i64> {
    matches!(stage, Stage::ChildProtection | Stage::Care(_)).then_some(366)
}

/// On a plan a child is seen every six weeks or oftener; in settled care every three months.
fn visit(stage: Stage) -> Option<i64> {
    match stage {
        Stage::ChildProtection | Stage::ChildInNeed | Stage::InNeedEpisode => Some(84),
        Stage::Care(_) => Some(183),
        _ => None,
    }
}

/// Finds them; records and events must be sorted and years merged.
pub(in super::super) fn apply(draft: &mut Draft, findings: &mut Findings) {
    for (kind, most) in TOUCH {
        for stage in [
            Stage::ChildProtection,
            Stage::Care(crate::calibrate::records::episode::Placement::Any),
            Stage::ChildInNeed,
            Stage::InNeedEpisode,
        ] {
            if let Some(most) = most(stage).filter(|most| is_kept(draft, stage, kind, *most)) {
                find(draft, stage, kind, most, findings);
            }
        }
    }
}

/// The last time, up to a day.
fn last(record: &Record, events: &[Event], kind: EventKind, until: Date) -> Option<Date> {
    let e = &record.episode;
    let own = |event: &&Event| {
        let whole = e.stage == Stage::InNeedEpisode && event.stage == Stage::ChildInNeed;
        (event.stage.same_as(e.stage) || whole)
            && event.kind == kind
            && (e.start..=until).contains(&event.date)
    };
    events.iter().filter(own).map(|event| event.date).max()
}

/// Whether the returns hold them: nine in ten of the long stays that ended had one in time before the end.
fn is_kept(draft: &mut Draft, stage: Stage, kind: EventKind, most: i64) -> bool {
    let (mut all, mut kept) = (0_usize, 0_usize);
    children(draft, |records, events| {
        for record in records.iter().filter(|r| r.episode.stage.same_as(stage)) {
            let End::Known(end) = record.episode.end else { continue };
            if super::days(record.episode.start, end) > most {
                all += 1;
                let last = last(record, events, kind, end);
                kept += usize::from(last.is_some_and(|d| super::days(d, end) <= most));
            }
        }
    });
    all >= LONG && kept * 10 >= all * 9
}

fn find(draft: &mut Draft, stage: Stage, kind: EventKind, most: i64, findings: &mut Findings) {
    children(draft, |records, events| {
        for record in records.iter_mut().filter(|r| r.episode.stage.same_as(stage) && is_open(r)) {
            let Some(seen) = record.last_seen else { continue };
            let touched = last(record, events, kind, seen).unwrap_or(record.episode.start);
            if super::days(touched, seen) > most {
                findings.add(&RULE, record.episode.origin, Column::None);
                lose(record, touched);
            }
        }
    });
}
