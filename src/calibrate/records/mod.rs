//! Estimates from a council's own records: returns read, put into one table, checked, and forgotten.
//!
//! - [`episode`]: the canonical table that every return is brought to, and what is derived from it;
//! - [`quality`]: faults of records, one rule a file, and the merging of years;
//! - [`fit`]: estimates from the table;
//! - [`fragment`]: the estimates as a model file;
//! - [`synthetic`]: an invented council's returns, from a model.
//!
//! Names and identifiers are dropped as soon as records are linked; the table lives in memory alone and
//! is never written. What leaves is estimates and counts.

pub mod episode;
pub mod fit;
pub mod fragment;
pub mod quality;
#[cfg(feature = "records")]
pub mod read;
pub mod synthetic;
