//! Bytes of a file to text.

use super::MOST_BYTES;
use crate::base::diag::Diagnostic;

/// The text of a file, without a byte-order mark.
///
/// # Errors
/// When the file is empty, too large, not UTF-8, or plainly something else.
#[allow(clippy::result_large_err)] // made at most once a file
pub fn decode(bytes: &[u8]) -> Result<String, Diagnostic> {
    if bytes.is_empty() {
        return Err(Diagnostic::whole("the file is empty")
            .hint("a model needs at least [model], [arrivals] and [stages]"));
    }
    if bytes.len() > MOST_BYTES {
        return Err(Diagnostic::whole(format!(
            "the file has {} bytes, the most is {MOST_BYTES} (16 MiB)",
            bytes.len()
        )));
    }
    if let Some(kind) = other_kind(bytes) {
        return Err(Diagnostic::whole(format!("this looks like {kind}, not a text file"))
            .hint("a model file is plain text in TOML, saved as UTF-8"));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|e| not_utf8(bytes, e.valid_up_to()))?;
    match text.find('\0') {
        Some(at) => Err(Diagnostic::whole(format!("the file has a NUL byte at offset {at}"))),
        None => Ok(text.to_string()),
    }
}

fn not_utf8(bytes: &[u8], at: usize) -> Diagnostic {
    let upto = bytes.get(..at).unwrap_or(bytes);
    let line = upto.iter().filter(|b| **b == b'\n').count() + 1;
    let byte = bytes.get(at).copied().unwrap_or(0);
    Diagnostic::whole(format!("the file is not UTF-8: byte 0x{byte:02x} at offset {at} (line {line})"))
        .hint("save the file as UTF-8")
}

/// What a file that is no text begins with.
fn other_kind(bytes: &[u8]) -> Option<&'static str> {
    const KINDS: [(&[u8], &str); 8] = [
        (b"\x1f\x8b", "a gzip archive"),
        (b"PK\x03\x04", "a zip archive or an Excel workbook (xlsx)"),
        (b"\xd0\xcf\x11\xe0", "an old Excel or Word file"),
        (b"%PDF", "a PDF"),
        (b"\xff\xfe", "UTF-16 text (little-endian)"),
        (b"\xfe\xff", "UTF-16 text (big-endian)"),
        (b"\x28\xb5\x2f\xfd", "a zstd archive"),
        (b"\x89PNG", "a picture"),
    ];
    KINDS.iter().find(|(magic, _)| bytes.starts_with(magic)).map(|(_, kind)| *kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(bytes: &[u8]) -> String {
        decode(bytes).unwrap_err().message
    }

    #[test]
    fn text_with_or_without_a_mark_is_read() {
        assert_eq!(decode(b"a = 1\r\n").unwrap(), "a = 1\r\n");
        assert_eq!(decode(b"\xef\xbb\xbfa = 1").unwrap(), "a = 1");
    }

    #[test]
    fn other_files_are_named() {
        assert_eq!(message(b""), "the file is empty");
        assert!(message(b"\x1f\x8b\x08").contains("gzip"));
        assert!(message(b"PK\x03\x04\x14").contains("xlsx"));
        assert!(message(b"\xff\xfea\0").contains("UTF-16"));
        assert_eq!(
            message(b"a = 1\ntitle = \"Zo\xeb\""),
            "the file is not UTF-8: byte 0xeb at offset 17 (line 2)"
        );
        assert_eq!(message(b"a\0b"), "the file has a NUL byte at offset 1");
        assert!(message(&vec![b' '; MOST_BYTES + 1]).contains("16 MiB"));
    }
}
