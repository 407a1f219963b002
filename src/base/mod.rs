//! Time, units, random numbers, identifiers and diagnostics: what every layer speaks.

pub mod calendar;
pub mod diag;
pub mod holidays;
pub mod ids;
pub mod quantity;
pub mod rng;
pub mod time;
