//! What a file is, by its first bytes.

use super::error::ReadError;
use super::input::Input;
use super::limits::{MOST_BYTES, MOST_WORKBOOK};
use super::text::Decoder;
use super::xml::{Met, Xml};
use std::io::Read;

/// A kind of file that is read.
pub enum FileKind {
    /// Children in need census.
    Cin,
    /// Looked after children return as XML.
    Care,
    /// Workforce census.
    Workforce,
    /// A workbook, in memory.
    Workbook(Vec<u8>),
    /// Delimited text.
    Text,
}

/// Looks at a file's first bytes.
pub fn sniff(input: &dyn Input) -> Result<FileKind, ReadError> {
    let mut head = Vec::new();
    input.open()?.take(4_096).read_to_end(&mut head)?;
    if head.is_empty() {
        return Err(ReadError::Empty);
    }
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return workbook(input);
    }
    refuse(&head)?;
    let mut text = String::new();
    Decoder::new(&head[..], MOST_BYTES)?.read_to_string(&mut text)?;
    let start = super::row::trim(&text);
    if start.is_empty() && head.len() < 4_096 {
        return Err(ReadError::Empty);
    }
    if start.starts_with('<') {
        if start.get(..14).is_some_and(|s| s.to_ascii_lowercase().starts_with("<!doctype html"))
            || start.get(..5).is_some_and(|s| s.eq_ignore_ascii_case("<html"))
                && start.get(5..6).is_some_and(|s| !s.bytes().any(|b| b.is_ascii_alphanumeric()))
        {
            return Err(ReadError::Kind {
                found: "a web page",
                hint: "save the data itself, as .xlsx, CSV or XML",
            });
        }
        return collection(input);
    }
    Ok(FileKind::Text)
}

/// Kinds that are known and not read.
fn refuse(head: &[u8]) -> Result<(), ReadError> {
    let kinds: [(&[u8], &str, &str); 9] = [
        (
            b"\xd0\xcf\x11\xe0",
            "an old Excel workbook (.xls), or one with a password",
            "save it as .xlsx without one",
        ),
        (b"%PDF", "a PDF", "give the workbook, CSV or XML that it was made from"),
        (b"\x1f\x8b", "compressed (gzip)", "unpack it first"),
        (b"7z\xbc\xaf", "an archive (7z)", "unpack it first"),
        (b"Rar!", "an archive (RAR)", "unpack it first"),
        (b"PAR1", "a Parquet file", "save it as CSV"),
        (b"SQLite format 3", "a database (SQLite)", "save its tables as CSV"),
        (b"{\\rtf", "a word-processor document", "give the data as .xlsx, CSV or XML"),
        (b"\x89PNG", "a picture", "give the data as .xlsx, CSV or XML"),
    ];
    match kinds.iter().find(|(magic, ..)| head.starts_with(magic)) {
        Some((_, found, hint)) => Err(ReadError::Kind { found, hint }),
        None => Ok(()),
    }
}

/// Takes a workbook into memory, up to the limit.
fn workbook(input: &dyn Input) -> Result<FileKind, ReadError> {
    let large = || ReadError::TooLarge { what: "bytes in a workbook", most: MOST_WORKBOOK, row: 0 };
    if input.size().is_some_and(|n| n > MOST_WORKBOOK) {
        return Err(large());
    }
    let mut bytes = Vec::new();
    input.open()?.take(MOST_WORKBOOK + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MOST_WORKBOOK {
        return Err(large());
    }
    Ok(FileKind::Workbook(bytes))
}

/// Which collection an XML file is of: by the name of the collection, or by elements that only one has.
fn collection(input: &dyn Input) -> Result<FileKind, ReadError> {
    let mut xml = Xml::new(Decoder::new(input.open()?, MOST_BYTES)?);
    let unknown = || {
        ReadError::Unknown(
            "XML is read of the children in need census and of the workforce census (Message, Header, Collection CIN \
             or CSWW), and of the looked after children return (EXPSSDA903)"
                .to_owned(),
        )
    };
    for _ in 0..10_000 {
        match xml.step()? {
            Met::Start => match xml.name() {
                "Collection" => match super::row::trim(&xml.content()?).to_ascii_uppercase().as_str() {
                    "CIN" => return Ok(FileKind::Cin),
                    "CSWW" => return Ok(FileKind::Workforce),
                    _ => return Err(unknown()),
                },
                "CSWWWorker" => return Ok(FileKind::Workforce),
                "ChildIdentifiers" | "CINdetails" => return Ok(FileKind::Cin),
                "EXPSSDA903" => return Ok(FileKind::Care),
                _ => {}
            },
            Met::Eof => return Err(unknown()),
            _ => {}
        }
    }
    Err(unknown())
}
