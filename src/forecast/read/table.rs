//! Rows of any table.

use super::{cells, text};
use crate::forecast::problem::Problem;

/// The rows of any table, each with its line: decoded and split as a file of series is.
///
/// # Errors
/// A file that is not text or not a table.
pub fn table(bytes: &[u8]) -> Result<Vec<(usize, Vec<String>)>, Vec<Problem>> {
    let text = text::decode(bytes, &mut Vec::new()).map_err(|p| vec![p])?;
    Ok(cells::split(&text)?.into_iter().map(|r| (r.line, r.cells)).collect())
}
