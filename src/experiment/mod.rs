//! Replications, estimates, chance apart from ignorance, and named measures.

pub mod compare;
mod costs;
pub mod estimate;
pub mod ignorance;
pub mod measures;
pub mod run;
