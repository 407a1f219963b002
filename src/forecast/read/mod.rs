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
mod place;
mod table;
mod text;

pub use assemble::{Read, read};
pub use numbers::MARKS;
pub use place::place;
pub use table::table;
pub use text::{MOST_BYTES, decode};
