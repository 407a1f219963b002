//! Files as this layer sees them: a name for messages, and bytes that can be read from the start again.

use super::error::ReadError;
use std::io::Read;

/// A file to be imported. It is read twice: once to learn how its dates are written, once for its records.
pub trait Input {
    /// A name for messages.
    fn name(&self) -> &str;
    /// Its bytes, from the start.
    fn open(&self) -> Result<Box<dyn Read + '_>, ReadError>;
    /// Bytes in it, where known beforehand.
    fn size(&self) -> Option<u64>;
}

/// A file held in memory.
#[derive(Clone, Copy, Debug)]
pub struct Held<'a> {
    /// A name for messages.
    pub name: &'a str,
    /// The bytes.
    pub bytes: &'a [u8],
}

impl Input for Held<'_> {
    fn name(&self) -> &str {
        self.name
    }

    fn open(&self) -> Result<Box<dyn Read + '_>, ReadError> {
        Ok(Box::new(self.bytes))
    }

    fn size(&self) -> Option<u64> {
        Some(self.bytes.len() as u64)
    }
}
