//! Faults of records: one rule a file, what is done about each, and what it does to the estimates.
//!
//! - [`Rule`], [`RULES`]: every rule, in the order in which they are reported;
//! - [`Findings`]: how often and where each was broken: file, sheet, column, first rows; never a value;
//! - [`Draft`]: records as read, before the rules; [`clean`] applies them and gives the table.
//!
//! A finding holds row numbers so that the council can look the record up in its own file; it never holds
//! a name, an identifier, a date of birth, a date, or any text of the file.

mod clean;
mod draft;
mod evidence;
mod findings;
mod merge;
mod rule;
pub mod rules;

pub use clean::clean;
pub use draft::{Draft, FileWindow, Record};
pub use findings::{Column, Finding, Findings, MOST_ROWS};
pub use rule::{Level, Rule};
pub use rules::RULES;
