//! What a rule says of itself.

/// How much a finding matters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Level {
    /// Something to know; nothing was changed.
    Note,
    /// The records were read in a way that could be wrong.
    Assumed,
    /// A value or a record was left out.
    LeftOut,
}

impl Level {
    /// The name used in files and tables.
    pub fn code(self) -> &'static str {
        match self {
            Level::Note => "note",
            Level::Assumed => "assumed",
            Level::LeftOut => "left_out",
        }
    }
}

/// A rule of data quality.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rule {
    /// Stable name.
    pub id: &'static str,
    /// How much it matters.
    pub level: Level,
    /// What was found.
    pub found: &'static str,
    /// What is done about it.
    pub done: &'static str,
    /// What it does to the estimates.
    pub effect: &'static str,
}
