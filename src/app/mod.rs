//! The outside of caseflow: files, clock, terminal.

pub mod cli;
