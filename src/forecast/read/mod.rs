//! Monthly series from a file of comma-separated values.
//!
//! Long (a row a month: a month column, a value column, and optionally series, source, age and
//! area columns), wide (a row a month, a column a series) or turned (a row a series, a column a
//! month). Everything that is wrong is reported at once, with its line and column; nothing is
//! guessed: a date that could be two months is refused.

mod assemble;
mod cells;
mod dates;
mod layout;
mod numbers;
mod text;

use super::problem::Problem;
pub use assemble::{Read, read};
pub use numbers::MARKS;

/// The rows of any table, each with its line: decoded and split as a file of series is.
///
/// # Errors
/// A file that is not text or not a table.
pub fn table(bytes: &[u8]) -> Result<Vec<(usize, Vec<String>)>, Vec<Problem>> {
    let text = text::decode(bytes, &mut Vec::new()).map_err(|p| vec![p])?;
    Ok(cells::split(&text)?
        .into_iter()
        .map(|r| (r.line, r.cells))
        .collect())
}
