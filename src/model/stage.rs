//! Stages: how long a case stays, what it needs to be there, and where it goes next.

use super::case::Leave;
use super::factor::Factor;
use super::selector::Selector;
use crate::base::ids::{AttributeId, ExitId, PoolId, StageId};
use crate::base::quantity::{Duration, TimeUnit};
use crate::base::time::Span;
use crate::stats::dist::{Dist, Hazards};

/// Where a case goes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Dest {
    /// Another stage, or the same again.
    Stage(StageId),
    /// Out of the model.
    Exit(ExitId),
}

/// A stage of the pathway.
#[derive(Clone, Debug)]
pub struct Stage {
    /// Name in the file.
    pub name: String,
    /// Name for readers.
    pub title: String,
    /// Name under which flow diagrams draw it, together with others of that name.
    pub shown_as: Option<String>,
    /// Length of stay.
    pub stay: Stay,
    /// Where a case goes at the end of its stay.
    pub routes: Routes,
    /// Places it must hold during its stay.
    pub seize: Option<Seize>,
    /// Lower goes first in a priority queue.
    pub priority: Priority,
    /// Giving up waiting.
    pub patience: Option<Patience>,
    /// Where a case goes that finds the waiting room full.
    pub refused: Option<Dest>,
    /// Statutory time limit of a stay, counted from its start.
    pub clock: Option<Duration>,
    /// Edges in days between the bands in which lengths of stay are counted; band i is
    /// `[edge i-1, edge i)`, or `(edge i-1, edge i]` when `bands_closed_above`.
    pub bands: Vec<f64>,
    /// Siblings share the luck of their stay and route here.
    pub together: bool,
    /// Attributes given to a case when it starts here.
    pub sets: Vec<(AttributeId, u8)>,
    /// Leaving at an age here; `None` if no age ends a stay here.
    pub leave: Option<Leave>,
}

/// Length of stay.
#[derive(Clone, Debug)]
pub struct Stay {
    /// The law for all others.
    pub law: Law,
    /// The first selector that fits replaces the law.
    pub by: Vec<(Selector, Law)>,
    /// The law by destination (the route is drawn first); fits before `by`.
    pub by_destination: Vec<(Dest, Law)>,
    /// Multiplies the length for cases that fit, by when the stay begins; all that fit multiply.
    pub times: Vec<(Selector, Factor)>,
    /// Interruptions: constant hazards per day that end the stay early, with their route.
    pub interrupted: Vec<(Dest, f64)>,
}

/// A law of the length of stay.
#[derive(Clone, Debug)]
pub enum Law {
    /// A distribution in days (or working days); the route is drawn apart.
    Length {
        /// Days.
        dist: Dist,
        /// Which days.
        unit: TimeUnit,
    },
    /// Competing hazards per day, which decide the route too: cause i goes to destination i.
    Hazards {
        /// In days.
        hazards: Hazards,
        /// Destination of each cause.
        to: Vec<Dest>,
    },
    /// The stay ends only at a review.
    Reviews(Reviews),
    /// Only an age or an interruption ends it.
    Open,
}

/// A review cycle: reviews fall due at `first`, then every `then`.
#[derive(Clone, Debug)]
pub struct Reviews {
    /// Time to the first review.
    pub first: Span,
    /// Time between later reviews.
    pub then: Span,
    /// Each review is held uniformly in this long before it is due.
    pub within: Span,
    /// Probability that the stay ends at the 1st, 2nd, … review; the last one repeats.
    pub ends: Vec<f64>,
}

/// Where cases go.
#[derive(Clone, Debug, Default)]
pub struct Routes {
    /// Destinations, in the order of the file.
    pub to: Vec<Dest>,
    /// Probability of each, sum 1.
    pub base: Vec<f64>,
    /// The first selector that fits replaces the probabilities.
    pub by: Vec<(Selector, Vec<f64>)>,
    /// Multiplies the odds of a destination (index into `to`), by when the route is drawn.
    pub odds: Vec<(usize, Selector, Factor)>,
}

/// Places a case must hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Seize {
    /// The pool.
    pub pool: PoolId,
    /// Places a case.
    pub amount: u32,
}

/// Priority in a queue; lower goes first.
#[derive(Clone, Debug, Default)]
pub struct Priority {
    /// For all others.
    pub base: i32,
    /// The first selector that fits replaces it.
    pub by: Vec<(Selector, i32)>,
}

/// Giving up waiting.
#[derive(Clone, Debug)]
pub struct Patience {
    /// How long a case will wait, in days.
    pub dist: Dist,
    /// Where it then goes.
    pub to: Dest,
}
