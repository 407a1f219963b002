//! Services that run beside the stages, in events of their own.
//!
//! When a stay begins, a case may be referred. The referral is turned away, not taken up, or joins
//! the queue; it starts, is given up, or is withdrawn; what has started goes on to its end. A
//! family shares one place in a service for families.
//!
//! How far a case has come ([`Status`](crate::model::service::Status)) bends what follows under
//! three rules, none of which needs another random number:
//!
//! - **Route.** The uniform that decides the route decides it again when the stay ends, with the
//!   odds of the status at that moment.
//! - **Stay.** When the status changes, what is left of the stay is multiplied by the ratio of the
//!   new factor to the old. A stay that ends at reviews keeps the uniform that decides its review,
//!   and each review ends it with the odds of the status at that review.
//! - **Return.** The uniform that decides a return is compared with the odds of the status at the
//!   exit.
//!
//! A factor of 1 takes no part at all, so that effects of 1 change no bit of a run.

mod course;
mod effect;
mod hooks;
mod open;
mod plan;
mod queue;
mod refer;
mod state;

pub(crate) use course::odds;
pub(crate) use plan::ServicePlan;
pub(crate) use state::Services;
