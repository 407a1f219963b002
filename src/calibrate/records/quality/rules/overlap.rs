//! Two episodes of one kind overlap: a child cannot be in two at once.

use crate::calibrate::records::episode::{End, Outcome, Stage};
use crate::calibrate::records::quality::draft::alike;
use crate::calibrate::records::quality::rule::{Level, Rule};
use crate::calibrate::records::quality::{Column, Draft, Findings, Record};

/// The rule.
pub const RULE: Rule = Rule {
    id: "overlap",
    level: Level::Assumed,
    found: "Two episodes of one kind overlap: a child cannot be in two at once.",
    done: "In care the earlier placement ends when the later starts. Otherwise two that have ended are one, from first start to last end, and an open one is taken as lost on the day the later starts.",
    effect: "Starts are fewer by as many; stays are longer where joining is wrong.",
};

/// Finds them; records must be sorted and years merged.
pub(in super::super) fn apply(draft: &mut Draft, findings: &mut Findings) {
    draft.records.dedup_by(|next, kept| {
        let stage = next.episode.stage;
        let apart = stage.is_instant() || matches!(stage, Stage::Service(_) | Stage::CareLeaver);
        if apart || !alike(next, kept) || kept.ends() <= next.episode.start {
            return false;
        }
        // Nothing is known of the end of a record that is kept for its start alone.
        if matches!(kept.episode.end, End::Censored(last) if last <= kept.episode.start) {
            return false;
        }
        findings.add(&RULE, next.episode.origin, Column::None);
        if matches!(stage, Stage::Care(_)) { displace(kept, next) } else { join(kept, next) }
    });
}

/// The later placement takes the place of the earlier, and lasts as long as the longer of them.
fn displace(kept: &mut Record, next: &mut Record) -> bool {
    if kept.ends() > next.ends() && kept.episode.end != End::StillOpen {
        next.episode.end = kept.episode.end;
        next.episode.outcome = kept.episode.outcome;
    }
    kept.episode.end = End::Known(next.episode.start);
    kept.episode.outcome = Some(Outcome::Continued);
    false
}

/// Two that have ended become one; an open one is lost when the later starts.
fn join(kept: &mut Record, next: &mut Record) -> bool {
    if kept.episode.end == End::StillOpen {
        kept.episode.end = End::Censored(next.episode.start);
        return false;
    }
    if next.ends() >= kept.ends() {
        kept.episode.end = next.episode.end;
        kept.episode.outcome = next.episode.outcome;
        kept.last_seen = kept.last_seen.max(next.last_seen);
    }
    true
}
