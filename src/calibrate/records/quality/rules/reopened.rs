//! An episode has ended in one file and is open in a later one.

use crate::calibrate::records::episode::End;
use crate::calibrate::records::quality::Record;
use crate::calibrate::records::quality::rule::{Level, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    id: "reopened",
    level: Level::Assumed,
    found: "An episode has ended in one file and is open in a later one.",
    done: "It is taken as open: the later file is believed.",
    effect: "If the end is right, the stay is too long.",
};

/// Whether the later record of an episode takes back its end.
pub(in super::super) fn broken(earlier: &Record, later: &Record) -> bool {
    matches!((earlier.episode.end, later.episode.end), (End::Known(_), End::StillOpen))
        && later.last_seen > earlier.last_seen
}
