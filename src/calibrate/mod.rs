//! Estimates from records and from published totals.
