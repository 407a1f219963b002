//! Files as trees: every value keeps its place, so that a message can point at it.

mod decode;
mod depth;
mod duplicate;
mod parse;
mod tree;
mod write;

pub use decode::decode;
pub use parse::parse;
pub(in crate::model) use tree::clip;
pub use tree::{Entry, Node, Table, Value};
pub use write::{canonical, inline};

/// Largest file read, in bytes.
pub const MOST_BYTES: usize = 16 * 1024 * 1024;
/// Deepest nesting of tables and lists.
pub const MOST_DEPTH: usize = 32;
