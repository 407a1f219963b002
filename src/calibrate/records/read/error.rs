//! Why a file is refused. No message holds anything of the file but what the standards name.

/// A file that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The system could not read it.
    #[error("it cannot be read: {0}")]
    Io(String),
    /// There is nothing in it.
    #[error("it is empty")]
    Empty,
    /// It is of a kind that is not read.
    #[error("it is {found}; {hint}")]
    Kind {
        /// What it seems to be.
        found: &'static str,
        /// What to do.
        hint: &'static str,
    },
    /// It is damaged.
    #[error("it is damaged{}: {what}", place(*.row))]
    Damaged {
        /// What is wrong.
        what: String,
        /// Row or line, 0 if not known.
        row: u32,
    },
    /// A limit was passed.
    #[error("it is too large{}: {what}, and at most {most} is read", place(*.row))]
    TooLarge {
        /// What there is too much of.
        what: &'static str,
        /// The limit.
        most: u64,
        /// Row or line, 0 if not known.
        row: u32,
    },
    /// No list or table of a standard was found in it.
    #[error("no table of a known return is in it: {0}")]
    Unknown(String),
    /// What may be dangerous is refused.
    #[error("it is refused{}: {what}", place(*.row))]
    Refused {
        /// What was found.
        what: &'static str,
        /// Row or line, 0 if not known.
        row: u32,
    },
}

impl ReadError {
    /// A damaged file.
    pub fn damaged(row: u32, what: impl Into<String>) -> ReadError {
        ReadError::Damaged { what: what.into(), row }
    }
}

/// A row as it is named in a message.
fn place(row: u32) -> String {
    if row == 0 { String::new() } else { format!(" at row {row}") }
}

impl From<std::io::Error> for ReadError {
    fn from(e: std::io::Error) -> ReadError {
        // Errors made by this module travel through readers as errors of the system.
        let text = e.to_string();
        match e.into_inner().map(|inner| inner.downcast::<ReadError>()) {
            Some(Ok(own)) => *own,
            _ => ReadError::Io(text),
        }
    }
}

impl From<ReadError> for std::io::Error {
    fn from(e: ReadError) -> std::io::Error {
        std::io::Error::other(e)
    }
}
