//! Estimates from records and from published totals.

pub mod authority;
pub mod data;
pub mod moments;
pub mod outlook;
pub mod records;
pub mod totals;
