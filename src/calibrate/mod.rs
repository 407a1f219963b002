//! Estimates from records and from published totals.

pub mod moments;
