//! Fit of any model to totals: by exact moments where capacity does not bind and the model has them
//! ([`crate::calibrate::moments::pathway`]), by simulation where it does.
//!
//! The numbers that have a range in the model file are the parameters, on a scale on which their prior is standard normal
//! ([`crate::model::draws::Prior`]). By moments, the likelihood is normal with their mean and covariance, the mode is found
//! by Gauss and Newton, and the posterior is drawn by chains on a response surface whose draws are weighted by the likelihood
//! itself. By simulation, a first wave of simulations over the whole prior finds which of them the targets depend on; further
//! waves search where the targets are not implausible (history matching: Craig 1997, Vernon 2010), with a Gaussian process for
//! each target. The posterior is that of a synthetic likelihood (Wood 2010) under the emulator: chance of one year, emulator
//! error, the numbers left at their prior, rounding and a discrepancy are all in its covariance; counts, which may be few and
//! skew, have margins of their own (An, Nott & Drovandi 2020). Simulated points share their random numbers in blocks, so that
//! points are compared like with like and chance is still known from many replications.

mod chance;
mod climb;
mod corrected;
mod emulate;
mod exact;
mod fit;
mod learnt;
mod margin;
mod over_time;
mod response;
mod sample;
mod simulate;
mod surface;
mod target;
mod waves;
mod written;

pub use corrected::ENOUGH;
pub use fit::{
    Curve, Fit, FitError, Informed, Method, Misfit, Plan, Ridge, Target as Met, Wave, Way, effort, fit,
};
pub use over_time::periods;
pub use simulate::{BLOCKS, Cache, Forgets, Simulator};
pub use target::{Target, TargetError, read};
pub use written::{Written, written};
