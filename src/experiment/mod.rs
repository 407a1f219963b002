//! Replications, estimates, and named measures.

pub mod compare;
pub mod estimate;
pub mod measures;
pub mod run;
