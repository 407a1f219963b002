//! Estimates from a council's own records: returns read, put into one table, checked, and forgotten.
//!
//! - [`fit`]: estimates from the table;
//! - [`fragment`]: the estimates as a model file;
//! - [`synthetic`]: an invented council's returns, from a model;
//! - [`episode`]: the canonical table that every return is brought to, and what is derived from it.
//!
//! Names and identifiers are dropped as soon as records are linked; the table lives in memory alone and
//! is never written. What leaves is estimates and counts.

pub mod episode;
pub mod fit;
pub mod fragment;
pub mod synthetic;
