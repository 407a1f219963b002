//! Replications, estimates, and named measures.

pub mod compare;
mod costs;
pub mod estimate;
pub mod measures;
pub mod run;
