//! Tables with commas, just enough of them, and gzip around them.

use super::statistics::DataError;

/// The most a compressed table may unfold to.
const MOST_BYTES: usize = 256 << 20;

/// Faults of a table that are told.
pub(super) const MOST_FAULTS: usize = 20;

/// The text of a table, unfolded if it is gzip.
pub(super) fn text(file: &str, bytes: &[u8]) -> Result<String, DataError> {
    let fail = |what: &str| DataError::Table { file: file.into(), line: 0, what: what.into() };
    let plain = match bytes.strip_prefix(&[0x1f, 0x8b]) {
        None => bytes.to_vec(),
        Some(_) => {
            let body = gzip_body(bytes).ok_or_else(|| fail("the gzip header is damaged"))?;
            miniz_oxide::inflate::decompress_to_vec_with_limit(body, MOST_BYTES)
                .map_err(|_| fail("the gzip data are damaged or too large"))?
        }
    };
    String::from_utf8(plain).map_err(|_| fail("the text is not UTF-8"))
}

/// What follows the header of a gzip member (RFC 1952).
fn gzip_body(bytes: &[u8]) -> Option<&[u8]> {
    let flags = *bytes.get(3)?;
    let mut rest = bytes.get(10..)?;
    if flags & 4 != 0 {
        let n = usize::from(*rest.first()?) + 256 * usize::from(*rest.get(1)?);
        rest = rest.get(2 + n..)?;
    }
    for flag in [8, 16] {
        if flags & flag != 0 {
            let end = rest.iter().position(|&b| b == 0)?;
            rest = rest.get(end + 1..)?;
        }
    }
    if flags & 2 != 0 { rest.get(2..) } else { Some(rest) }
}

/// The fields of a line; quotes may hold commas, doubled quotes stand for one.
pub(super) fn fields(line: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut quoted = false;
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                push(&mut out, '"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => out.push(String::new()),
            c => push(&mut out, c),
        }
    }
    out
}

fn push(out: &mut [String], c: char) {
    if let Some(last) = out.last_mut() {
        last.push(c);
    }
}

/// A table whose columns are asked for by name.
pub(super) struct Table<'a> {
    file: &'a str,
    header: Vec<String>,
    text: &'a str,
}

impl<'a> Table<'a> {
    pub(super) fn new(file: &'a str, text: &'a str) -> Table<'a> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        Table { file, header: text.lines().next().map(fields).unwrap_or_default(), text }
    }

    pub(super) fn columns(&self) -> &[String] {
        &self.header
    }

    pub(super) fn has(&self, column: &str) -> bool {
        self.header.iter().any(|h| h == column)
    }

    /// Calls `hear` with the line number and the values of these columns, in each row; all rows that it refuses are said, up to
    /// [`MOST_FAULTS`].
    pub(super) fn each<const N: usize>(
        &self,
        columns: [&str; N],
        mut hear: impl FnMut(usize, [&str; N]) -> Result<(), String>,
    ) -> Result<(), DataError> {
        self.rows(&columns, |line, values| match values.try_into() {
            Ok(values) => hear(line, values),
            Err(_) => Ok(()),
        })
    }

    /// The same for columns whose number is not known beforehand: `hear` gets one value for each, in this order.
    pub(super) fn rows(
        &self,
        columns: &[&str],
        mut hear: impl FnMut(usize, &[&str]) -> Result<(), String>,
    ) -> Result<(), DataError> {
        let fail = |line: usize, what: String| DataError::Table { file: self.file.into(), line, what };
        let mut places = Vec::with_capacity(columns.len());
        for column in columns {
            let place = self.header.iter().position(|h| h == column);
            places.push(place.ok_or_else(|| fail(1, format!("there is no column {column}")))?);
        }
        let mut faults = Vec::new();
        for (k, line) in self.text.lines().enumerate().skip(1) {
            if line.is_empty() {
                continue;
            }
            let row = fields(line);
            let values: Vec<&str> = places.iter().map(|&p| row.get(p).map_or("", |s| s.trim())).collect();
            if let Err(what) = hear(k + 1, &values) {
                faults.push(fail(k + 1, what));
                if faults.len() >= MOST_FAULTS {
                    let what = format!("there may be more: reading stopped after {MOST_FAULTS} faults");
                    faults.push(fail(k + 1, what));
                    break;
                }
            }
        }
        DataError::of(faults)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_hold_commas() {
        assert_eq!(
            fields("E06000010,\"Kingston upon Hull, City of\",\"a \"\"b\"\"\",,1"),
            ["E06000010", "Kingston upon Hull, City of", "a \"b\"", "", "1"]
        );
    }

    #[test]
    fn damaged_gzip_is_an_error() {
        assert!(text("x", &[0x1f, 0x8b, 8]).is_err());
        assert!(text("x", &[0x1f, 0x8b, 8, 31, 0, 0, 0, 0, 0, 3, 255, 255]).is_err());
        assert_eq!(text("x", b"a,b\n1,2").unwrap(), "a,b\n1,2");
    }
}
