//! Time, units, random numbers, identifiers and diagnostics.
