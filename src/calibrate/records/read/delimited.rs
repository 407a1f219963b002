//! Rows of delimited text, as a stream.
//!
//! Quotes as in RFC 4180; comma, semicolon, tab or bar, whichever the first lines have most of.

use super::error::ReadError;
use super::limits::{MOST_CELL, MOST_COLUMNS, MOST_ROW, MOST_ROWS};
use super::row::{Cell, Row};
use super::text::Decoder;
use std::io::{BufRead, BufReader, Read};

/// Reads rows one by one.
pub struct Rows<R: Read> {
    source: BufReader<Decoder<R>>,
    separator: u8,
    line: u32,
    rows: u32,
    cell: Vec<u8>,
    ended: bool,
}

/// What came after a cell.
enum After {
    Cell,
    Row,
    End,
}

impl<R: Read> Rows<R> {
    /// Settles the separator from the first lines.
    pub fn new(source: Decoder<R>) -> Result<Rows<R>, ReadError> {
        let mut source = BufReader::with_capacity(1 << 16, source);
        let head = source.fill_buf()?;
        if head.is_empty() {
            return Err(ReadError::Empty);
        }
        if head.contains(&0) {
            return Err(ReadError::damaged(
                0,
                "it holds null bytes, so it is not text; save it as CSV UTF-8",
            ));
        }
        let separator = separator(head);
        Ok(Rows { source, separator, line: 1, rows: 0, cell: Vec::new(), ended: false })
    }

    /// Bytes so far that were not UTF-8.
    pub fn odd(&self) -> u64 {
        self.source.get_ref().odd()
    }

    /// Reads the next row; none at the end. Lines with nothing on them are passed over.
    pub fn next(&mut self, row: &mut Row) -> Result<bool, ReadError> {
        while !self.ended {
            row.clear(self.line);
            loop {
                let after = self.cell(row.number)?;
                self.put(row)?;
                match after {
                    After::Cell => {}
                    After::Row => break,
                    After::End => {
                        self.ended = true;
                        break;
                    }
                }
            }
            if row.width() > 1 || !matches!(row.cell(0), Cell::Empty) {
                self.rows += 1;
                if self.rows > MOST_ROWS {
                    return Err(ReadError::TooLarge {
                        what: "rows",
                        most: u64::from(MOST_ROWS),
                        row: self.line,
                    });
                }
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Puts the cell that was read into the row.
    fn put(&mut self, row: &mut Row) -> Result<(), ReadError> {
        if row.width() >= MOST_COLUMNS {
            return Err(ReadError::TooLarge { what: "columns", most: MOST_COLUMNS as u64, row: row.number });
        }
        if self.cell.len() > MOST_CELL {
            row.push(Cell::Cut);
        } else {
            // The decoder gives UTF-8, and cells are cut at ASCII bytes.
            match std::str::from_utf8(&self.cell) {
                Ok(text) => row.push(Cell::Text(text)),
                Err(_) => row.push(Cell::Error),
            }
        }
        if row.bytes() > MOST_ROW {
            return Err(ReadError::TooLarge {
                what: "bytes in a row",
                most: MOST_ROW as u64,
                row: row.number,
            });
        }
        Ok(())
    }

    /// Reads one cell into the buffer; what is beyond the limit is passed over.
    fn cell(&mut self, row: u32) -> Result<After, ReadError> {
        self.cell.clear();
        let mut passed = 0_usize;
        let (mut quoted, mut closed) = (false, false);
        loop {
            let Some(byte) = self.byte()? else {
                return if quoted && !closed {
                    Err(ReadError::damaged(row, "a quotation mark is opened and never closed"))
                } else {
                    Ok(After::End)
                };
            };
            if byte == b'\n' {
                self.line = self.line.saturating_add(1);
            }
            let inside = quoted && !closed;
            match byte {
                0 => return Err(ReadError::damaged(row, "it holds a null byte, so it is not text")),
                b'"' if inside => closed = true,
                b'"' if closed => {
                    closed = false;
                    self.cell.push(b'"');
                }
                b'"' if self.cell.is_empty() && passed == 0 && !quoted => quoted = true,
                b'\n' if !inside => {
                    if self.cell.last() == Some(&b'\r') {
                        self.cell.pop();
                    }
                    return Ok(After::Row);
                }
                b if b == self.separator && !inside => return Ok(After::Cell),
                // A lone carriage return ends a row too, as old spreadsheets write it.
                b'\r' if !inside && self.peek()? != Some(b'\n') => {
                    self.line = self.line.saturating_add(1);
                    return Ok(After::Row);
                }
                b if self.cell.len() <= MOST_CELL => self.cell.push(b),
                _ => {
                    passed += 1;
                    if passed > MOST_ROW {
                        let what = "bytes in a cell (is a quotation mark left open?)";
                        return Err(ReadError::TooLarge { what, most: MOST_ROW as u64, row });
                    }
                }
            }
        }
    }

    fn peek(&mut self) -> Result<Option<u8>, ReadError> {
        Ok(self.source.fill_buf()?.first().copied())
    }

    fn byte(&mut self) -> Result<Option<u8>, ReadError> {
        let next = self.source.fill_buf()?.first().copied();
        self.source.consume(usize::from(next.is_some()));
        Ok(next)
    }
}

/// The separator of which the first lines have most, outside quotes.
fn separator(head: &[u8]) -> u8 {
    let mut counts = [(b',', 0_u32), (b';', 0), (b'\t', 0), (b'|', 0)];
    let mut quoted = false;
    let mut lines = 0;
    for &byte in head {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' => {
                lines += 1;
                if lines == 5 {
                    break;
                }
            }
            _ if !quoted => counts.iter_mut().filter(|c| c.0 == byte).for_each(|c| c.1 += 1),
            _ => {}
        }
    }
    let best = counts.iter().copied().reduce(|a, b| if b.1 > a.1 { b } else { a });
    best.map_or(b',', |c| c.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8]) -> Result<Vec<(u32, Vec<String>)>, ReadError> {
        let mut rows = Rows::new(Decoder::new(text, 1 << 30)?)?;
        let mut row = Row::default();
        let mut out = Vec::new();
        while rows.next(&mut row)? {
            out.push((row.number, (0..row.width()).map(|k| row.text(k).to_owned()).collect()));
        }
        Ok(out)
    }

    fn cells(text: &str) -> Vec<(u32, Vec<String>)> {
        read(text.as_bytes()).unwrap()
    }

    fn row(number: u32, cells: &[&str]) -> (u32, Vec<String>) {
        (number, cells.iter().map(|c| (*c).to_owned()).collect())
    }

    #[test]
    fn quotes_lines_and_separators() {
        let expected = [row(1, &["a", "b"]), row(2, &["x, \"y\"\nz", "2"]), row(5, &["3", ""])];
        assert_eq!(cells("a,b\r\n\"x, \"\"y\"\"\nz\",2\n\n3,"), expected);
        assert_eq!(cells("a;b\n1,5;2"), [row(1, &["a", "b"]), row(2, &["1,5", "2"])]);
        assert_eq!(cells("a\tb\n1\t2\n")[1], row(2, &["1", "2"]));
        assert_eq!(cells("a|b\r1|2\r"), [row(1, &["a", "b"]), row(2, &["1", "2"])]);
        assert_eq!(cells("a,b\n1,it's 5\" wide\n")[1], row(2, &["1", "it's 5\" wide"]));
        assert_eq!(cells("\u{feff}a,b"), [row(1, &["a", "b"])]);
    }

    #[test]
    fn what_is_not_text_or_too_large_is_refused() {
        assert_eq!(read(b""), Err(ReadError::Empty));
        assert!(matches!(read(b"a,b\n1,\0"), Err(ReadError::Damaged { .. })));
        assert!(matches!(read(b"a,b\n1,\"2\n3,4\n"), Err(ReadError::Damaged { row: 2, .. })));
        let wide = ",".repeat(MOST_COLUMNS + 1);
        assert!(matches!(read(wide.as_bytes()), Err(ReadError::TooLarge { what: "columns", .. })));
        let mut rows = Rows::new(Decoder::new(std::io::repeat(b'x'), 1 << 30).unwrap()).unwrap();
        assert!(matches!(rows.next(&mut Row::default()), Err(ReadError::TooLarge { .. })));
        let long = format!("a,b\n{},2\n", "x".repeat(MOST_CELL + 5));
        let mut rows = Rows::new(Decoder::new(long.as_bytes(), 1 << 30).unwrap()).unwrap();
        let mut row = Row::default();
        assert!(rows.next(&mut row).unwrap() && rows.next(&mut row).unwrap());
        assert_eq!((row.cell(0), row.cell(1)), (Cell::Cut, Cell::Text("2")));
    }
}
