//! Cases that are already here at the start.

use super::case::{Given, NeedShares};
use crate::base::ids::{ExitId, StageId};
use crate::base::time::Span;

/// The starting state. It holds at the beginning of the warm-up, if there is one.
#[derive(Clone, Debug, Default)]
pub struct Start {
    /// Cases in stages.
    pub stages: Vec<StartStage>,
    /// Cases that left before the start and may come back.
    pub left: Vec<StartLeft>,
}

/// Cases in one stage at the start.
#[derive(Clone, Debug)]
pub struct StartStage {
    /// The stage.
    pub stage: StageId,
    /// How many.
    pub cases: u32,
    /// How long they have been there.
    pub elapsed: Elapsed,
    /// Share of each age band; the model's if `None`.
    pub ages: Option<Vec<f64>>,
    /// Attributes given.
    pub given: Given,
    /// Needs, if other than the model's.
    pub needs: NeedShares,
    /// Whether they come as families (of the model's sizes) or one by one.
    pub families: bool,
    /// By group, how long ago the spell began, as bands `(from, to, share)`; no shorter than the time in the stage.
    pub spells: Vec<(usize, Bands)>,
}

/// Shares of bands `(from, to, share)`, uniform within a band.
pub type Bands = Vec<(Span, Span, f64)>;

/// How long cases have been in a stage at the start.
#[derive(Clone, Debug)]
pub enum Elapsed {
    /// Drawn from the length-biased law of the stage.
    Steady,
    /// Shares of bands `(from, to, share)`, uniform within a band.
    Bands(Bands),
    /// Each case's own, in order; as many as cases.
    Listed(Vec<Span>),
}

/// Cases that left before the start: they left evenly over `over`, at this rate, and those that
/// would have come back already are not counted.
#[derive(Clone, Debug)]
pub struct StartLeft {
    /// The exit.
    pub exit: ExitId,
    /// Cases that left per day.
    pub per_day: f64,
    /// How far back.
    pub over: Span,
    /// Share of each age band at leaving; the model's if `None`.
    pub ages: Option<Vec<f64>>,
    /// Attributes given.
    pub given: Given,
    /// Groups (by index) of which such a case has had a spell that began this long before it left.
    pub spells: Vec<(usize, Span)>,
}
