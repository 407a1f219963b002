//! Bytes to text.

use crate::forecast::problem::Problem;

/// The largest file read, in bytes.
pub const MOST_BYTES: usize = 64 << 20;

/// Decodes UTF-8, UTF-16 with a byte order mark, or else Windows-1252 as Excel saves it; says so
/// in `notes` where it is not UTF-8.
pub fn decode(bytes: &[u8], notes: &mut Vec<String>) -> Result<String, Problem> {
    if bytes.len() > MOST_BYTES {
        let message = format!("the file has {} bytes", bytes.len());
        return Err(Problem::at(0, 0, message, "at most 64 MB is read: split the file"));
    }
    if let Some(rest) = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]) {
        return utf8(rest, notes);
    }
    let wide = |rest: &[u8], join: fn([u8; 2]) -> u16, notes: &mut Vec<String>| {
        notes.push("read as UTF-16".into());
        let units = rest.as_chunks::<2>().0.iter().map(|pair| join(*pair));
        let text: String = char::decode_utf16(units).map(|c| c.unwrap_or('\u{fffd}')).collect();
        Ok(text)
    };
    if let Some(rest) = bytes.strip_prefix(&[0xff, 0xfe]) {
        return wide(rest, u16::from_le_bytes, notes);
    }
    if let Some(rest) = bytes.strip_prefix(&[0xfe, 0xff]) {
        return wide(rest, u16::from_be_bytes, notes);
    }
    utf8(bytes, notes)
}

fn utf8(bytes: &[u8], notes: &mut Vec<String>) -> Result<String, Problem> {
    if bytes.contains(&0) {
        return Err(Problem::at(
            0,
            0,
            "the file holds null bytes, so it is not text",
            "save the sheet as CSV (an .xlsx workbook cannot be read here)",
        ));
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return Err(Problem::at(0, 0, "the file is a workbook or an archive", "save the sheet as CSV UTF-8"));
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(text.to_string());
    }
    notes.push("not UTF-8: read as Windows-1252, as Excel saves it".into());
    Ok(bytes.iter().map(|&b| windows_1252(b)).collect())
}

/// The characters that names and marks use; the rest as in Latin-1.
const fn windows_1252(byte: u8) -> char {
    match byte {
        0x80 => '\u{20ac}',
        0x85 => '\u{2026}',
        0x91 => '\u{2018}',
        0x92 => '\u{2019}',
        0x93 => '\u{201c}',
        0x94 => '\u{201d}',
        0x96 => '\u{2013}',
        0x97 => '\u{2014}',
        _ => byte as char,
    }
}
