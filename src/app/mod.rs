//! The outside of caseflow: files, clock, terminal.

pub mod cli;
mod diagnostics;
mod files;
mod kept;
mod progress;
mod store;
