//! Replications, estimates and comparisons.
