//! A stay is longer than is likely: an assessment over a year, an enquiry over 180 days, a plan over five years.

use crate::calibrate::records::episode::{End, Stage};
use crate::calibrate::records::quality::rule::{Level, Rule};
use crate::calibrate::records::quality::{Column, Draft, Findings};

/// The rule.
pub const RULE: Rule = Rule {
    id: "very_long",
    level: Level::Note,
    found: "A stay is longer than is likely: an assessment over a year, an enquiry over 180 days, a plan over five years.",
    done: "It is used.",
    effect: "If the closure is missing, stays are too long.",
};

/// Finds them.
pub(in super::super) fn apply(draft: &mut Draft, findings: &mut Findings) {
    for record in &draft.records {
        let e = &record.episode;
        let longest = match e.stage {
            Stage::Assessment | Stage::EarlySupportAssessment => 366,
            Stage::Section47 => 180,
            Stage::ChildProtection => 1_827,
            _ => continue,
        };
        let last = match e.end {
            End::Known(d) | End::Censored(d) => Some(d),
            End::StillOpen => record.last_seen,
        };
        if last.is_some_and(|last| super::days(e.start, last) > longest) {
            findings.add(&RULE, e.origin, Column::None);
        }
    }
}
