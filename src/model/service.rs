//! Services that run beside a stage: places, a waiting list, and what receiving them changes.

use super::case::Level;
use super::selector::Selector;
use super::stage::Dest;
use crate::base::ids::StageId;
use crate::base::time::{SimTime, Span};
use crate::stats::dist::Dist;

/// A service to which families or children are referred while their case goes on.
#[derive(Clone, Debug)]
pub struct Service {
    /// Name in the file.
    pub name: String,
    /// Name for readers.
    pub title: String,
    /// Who provides it; may be empty.
    pub provider: String,
    /// Whether a place is for a family or for a child.
    pub of: Level,
    /// Places from each time on, rising in time; sessions a week are turned into places.
    pub places: Vec<(SimTime, u32)>,
    /// How long it takes, in days.
    pub length: Dist,
    /// Who is referred, and from which stage; the first entry of a stage that fits holds.
    pub refer: Vec<Refer>,
    /// Share of referrals over the provider's threshold.
    pub accepted: f64,
    /// Share of those accepted that take it up.
    pub taken_up: f64,
    /// Most that may wait; more are turned away. Unlimited if `None`.
    pub waiting_room: Option<u32>,
    /// How long they will wait, in days; for ever if `None`.
    pub patience: Option<Dist>,
    /// Share of those who start that are reached by it (not, say, by what is offered online only).
    pub delivered: f64,
    /// A start within this long of the referral is in time.
    pub in_time: Span,
    /// Report the share of starts within these lengths, in days.
    pub within: Vec<f64>,
    /// Whether they give up their place in the queue when their case closes.
    pub withdraws: bool,
    /// What holds for those already in the stages at the beginning.
    pub start: Already,
    /// What it changes, by stage and exit.
    pub effects: Vec<Effect>,
}

/// A share of those who come to a stage is referred.
#[derive(Clone, Debug)]
pub struct Refer {
    /// From this stage, when the stay begins.
    pub stage: StageId,
    /// Of cases that fit.
    pub selector: Selector,
    /// Share that is referred.
    pub share: f64,
    /// Lower goes first.
    pub priority: i32,
}

/// Of those found at the beginning who would have been referred, the shares that are so far; the
/// rest have not received it.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Already {
    /// Have received it in time.
    pub received: f64,
    /// Have received it late.
    pub received_late: f64,
    /// Are receiving it, in time.
    pub receiving: f64,
    /// Wait for it.
    pub waiting: f64,
}

/// How far a case has come with a service. A case that was not referred has none of these.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Status {
    /// Waits for it.
    Waiting,
    /// Its first contact was in time.
    InTime,
    /// Its first contact was later.
    Late,
    /// Turned away, not taken up, given up, or not reached by what was delivered.
    Not,
}

/// What a service changes at a stage or an exit.
#[derive(Clone, Debug)]
pub struct Effect {
    /// The stage or exit.
    pub at: Dest,
    /// By [`Status`], in its order.
    pub by: [Strength; 4],
}

/// The strength of an effect; 1 everywhere changes nothing.
#[derive(Clone, PartialEq, Debug)]
pub struct Strength {
    /// Multiplies the odds of these routes out of the stage.
    pub odds: Vec<(Dest, f64)>,
    /// Multiplies what is left of the stay; at a review, divides the odds of ending.
    pub stay: f64,
    /// Multiplies the odds of ever coming back through the exit.
    pub returns: f64,
}

impl Default for Strength {
    fn default() -> Strength {
        Strength { odds: Vec::new(), stay: 1.0, returns: 1.0 }
    }
}
