//! What is wrong with an input, told so that it can be put right.

use serde::Serialize;
use std::fmt;

/// One fault in a file of counts or in the options.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Line, from 1; 0 where no line is to blame.
    pub line: usize,
    /// Column of the table, from 1; 0 where no column is to blame.
    pub column: usize,
    /// What was found.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

impl Problem {
    /// A fault at a place.
    pub fn at(line: usize, column: usize, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { line, column, message: message.into(), hint: hint.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(f, "line {}", self.line)?;
            if self.column > 0 {
                write!(f, ", column {}", self.column)?;
            }
            write!(f, ": ")?;
        }
        write!(f, "{}", self.message)?;
        if !self.hint.is_empty() {
            write!(f, " ({})", self.hint)?;
        }
        Ok(())
    }
}
