//! Fit of any model to totals, by simulation: for models whose capacity binds, and for those with no exact moments.
//!
//! The numbers that have a range in the model file are the parameters, on a scale on which their prior is standard normal
//! ([`crate::model::draws::Prior`]). A first wave of simulations over the whole prior finds which of them the targets
//! depend on; further waves search where the targets are not implausible (history matching: Craig 1997, Vernon 2010), with
//! a Gaussian process for each target. The posterior is that of a synthetic likelihood (Wood 2010) under the emulator:
//! chance of one year, emulator error, the numbers left at their prior, rounding and a discrepancy are all in its
//! covariance. Every simulation uses the same random numbers.

mod emulate;
mod fit;
mod sample;
mod simulate;
mod target;

pub use fit::{Fit, FitError, Informed, Plan, Target as Met, Wave, fit};
pub use simulate::{Cache, Forgets, Simulator};
pub use target::{Target, TargetError, read};
