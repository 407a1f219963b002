//! What each number rests on.

use serde::Serialize;

/// A source by its short name.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Source {
    /// Short name used in the file.
    pub name: String,
    /// The document, table or data set.
    pub title: String,
}

/// How strong the ground of a number is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Grade {
    /// Published or measured for this place.
    Measured,
    /// Worked out from published figures.
    Derived,
    /// Taken from other places or experts.
    Borrowed,
    /// Nothing but a reasoned guess.
    Assumed,
    /// The file does not say.
    Unstated,
}

/// One number and what it rests on.
#[derive(Clone, Debug, Serialize)]
pub struct Assumption {
    /// Dotted path in the file.
    pub path: String,
    /// The value as written.
    pub value: String,
    /// Lowest value thought possible, as written.
    pub low: Option<String>,
    /// Highest value thought possible, as written.
    pub high: Option<String>,
    /// Name of the source.
    pub source: Option<String>,
    /// How strong.
    pub grade: Grade,
    /// Why this value and this range.
    pub note: Option<String>,
    /// Line in the model file.
    pub line: usize,
}
