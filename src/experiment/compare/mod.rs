//! Scenarios against a baseline with common random numbers, replication by replication.
//!
//! The same seed and replication numbers give the same children the same luck, so a difference
//! is the scenario's: paired differences (Stout & Goldie 2008), the chance that a scenario is
//! better, and the break-down of a difference into its causes (Shapley 1953).

mod causes;
mod collect;
mod paired;
mod sheet;

pub use causes::{Causes, MOST_ALL, SAMPLED};
pub use collect::{BLOCK, Block, CollectError, Collected, Keep, KeepError, Kept, Nothing, Numbers, collect};
pub use paired::{Difference, MetShare, Verdict, difference, met, verdict};
pub use sheet::{Shape, Sheet, Span};
