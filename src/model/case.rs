//! Cases: ages, needs, attributes, families, and the ways out.

use super::factor::Factor;
use super::selector::Selector;
use crate::base::ids::{AttributeId, NeedId, StageId};
use crate::base::time::Span;

/// A way out of the model, and whether cases come back through it.
#[derive(Clone, Debug)]
pub struct Exit {
    /// Name in the file.
    pub name: String,
    /// Name for readers.
    pub title: String,
    /// Coming back after leaving this way.
    pub returns: Option<Return>,
}

/// Coming back after leaving, with the same identity.
#[derive(Clone, Debug)]
pub struct Return {
    /// Where the case comes back to.
    pub to: StageId,
    /// Cumulative probability of having come back: (time since leaving, probability), rising
    /// in both, straight lines between, from (0, 0). The last is the share that ever returns.
    pub within: Vec<(Span, f64)>,
    /// Multiplies the odds of ever coming back, by when the case left.
    pub odds: Vec<(Selector, Factor)>,
    /// Whether a family comes back together (shares its luck).
    pub together: bool,
}

/// A need; needs overlap.
#[derive(Clone, Debug)]
pub struct Need {
    /// Name in the file.
    pub name: String,
    /// Name for readers.
    pub title: String,
    /// Share of families (or children) that have it.
    pub share: f64,
    /// Whether siblings share it or each child draws it.
    pub of: Level,
}

/// Whether something is drawn once a family or for each child.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Level {
    /// Once for all siblings.
    Family,
    /// For each child.
    Child,
}

/// A named attribute with a closed list of at most 255 values.
#[derive(Clone, Debug)]
pub struct Attribute {
    /// Name in the file.
    pub name: String,
    /// Name for readers.
    pub title: String,
    /// Its values; a case that was given none has the first.
    pub values: Vec<String>,
    /// Share of each value; the first value for all if empty.
    pub shares: Vec<f64>,
    /// Whether siblings share it.
    pub of: Level,
}

/// An age band `[from, to)` in years; negative is before birth.
#[derive(Clone, Debug)]
pub struct AgeBand {
    /// Name in the file.
    pub name: String,
    /// Name for readers.
    pub title: String,
    /// From this age in years.
    pub from: f64,
    /// Below this age in years.
    pub to: f64,
}

/// What holds for all cases.
#[derive(Clone, Debug, Default)]
pub struct CaseRules {
    /// Share of arrivals in each age band (age uniform within it); empty if ages do not matter.
    pub ages: Vec<f64>,
    /// Children in a family: (number, probability).
    pub families: Vec<(u8, f64)>,
    /// The age in years at which a case leaves wherever it is, and where it then goes.
    pub leave: Option<Leave>,
}

/// Leaving at an age.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Leave {
    /// Age in years.
    pub age: f64,
    /// Where the case then goes.
    pub to: super::stage::Dest,
}

/// What a case is given: each listed attribute with the share of each of its values.
pub type Given = Vec<(AttributeId, Vec<(u8, f64)>)>;

/// Shares of needs that replace the model's for some cases.
pub type NeedShares = Vec<(NeedId, f64)>;
