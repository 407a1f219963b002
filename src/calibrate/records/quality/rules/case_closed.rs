//! A step looks open, and the case that it belongs to has been closed.

use crate::calibrate::records::episode::{End, Stage};
use crate::calibrate::records::quality::draft::alike;
use crate::calibrate::records::quality::evidence::{children, is_open};
use crate::calibrate::records::quality::rule::{Level, Rule};
use crate::calibrate::records::quality::{Column, Draft, Findings};

/// The rule.
pub const RULE: Rule = Rule {
    id: "case_closed",
    level: Level::Assumed,
    found: "An assessment, enquiry, plan or placement looks open, and the episode of need that it is part of has ended: its closure is missing.",
    done: "It ends with the episode of need.",
    effect: "Stays are too long where it ended before the case was closed.",
};

/// Finds them; records must be sorted and years merged.
pub(in super::super) fn apply(draft: &mut Draft, findings: &mut Findings) {
    children(draft, |records, _| {
        for k in 0..records.len() {
            let Some(open) = records.get(k).copied().filter(is_open) else { continue };
            let e = &open.episode;
            let part = matches!(
                e.stage,
                Stage::Assessment
                    | Stage::Section47
                    | Stage::ChildInNeed
                    | Stage::ChildProtection
                    | Stage::Care(_)
            );
            let cases = records.iter().map(|r| &r.episode).filter(|c| c.stage == Stage::InNeedEpisode);
            let own = cases.filter(|c| c.start <= e.start).max_by_key(|c| c.start);
            let Some((closed, outcome)) = own.and_then(|c| c.end.date().map(|d| (d, c.outcome))) else {
                continue;
            };
            // what began again before the case closed had ended before that
            let again = records
                .iter()
                .any(|r| alike(r, &open) && r.episode.start > e.start && r.episode.start <= closed);
            if !part || closed <= e.start || again {
                continue;
            }
            findings.add(&RULE, e.origin, Column::None);
            if let Some(record) = records.get_mut(k) {
                (record.episode.end, record.episode.outcome) = (End::Known(closed), outcome);
            }
        }
    });
}
