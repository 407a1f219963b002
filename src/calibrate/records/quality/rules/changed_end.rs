//! An episode has another end in a later file.

use crate::calibrate::records::episode::End;
use crate::calibrate::records::quality::Record;
use crate::calibrate::records::quality::rule::{Level, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    id: "changed_end",
    level: Level::Assumed,
    found: "An episode has another end in a later file.",
    done: "The later file is believed.",
    effect: "If the earlier is right, the stay is off by the difference.",
};

/// Whether the later record of an episode changes a known end.
pub(in super::super) fn broken(earlier: &Record, later: &Record) -> bool {
    matches!((earlier.episode.end, later.episode.end), (End::Known(a), End::Known(b)) if a != b)
}
