//! Where a cell stands in its line, for showing what is wrong.

use super::cells::separator;
use std::ops::Range;

/// The text of a line (from 1) and the bytes of its cell in a column (from 1; 0 for the whole line).
#[must_use]
pub fn place(text: &str, line: usize, column: usize) -> Option<(&str, Range<usize>)> {
    let found = text.split('\n').nth(line.checked_sub(1)?)?.trim_end_matches('\r');
    let whole = 0..found.len();
    let Some(wanted) = column.checked_sub(1) else {
        return Some((found, whole));
    };
    let separator = separator(text);
    let (mut quoted, mut at, mut start) = (false, 0, 0);
    for (i, c) in found.char_indices() {
        if c == '"' {
            quoted = !quoted;
        } else if c == separator && !quoted {
            if at == wanted {
                return Some((found, start..i));
            }
            at += 1;
            start = i + c.len_utf8();
        }
    }
    // a cell beyond the end, or one that a quotation mark hides
    let span = if at == wanted { start..found.len() } else { whole };
    Some((found, span))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_by_hand() {
        let text = "month,n\n2024-01,\"1,5\",7\r\nx";
        let cell = |line, column| place(text, line, column).map(|(l, s)| l[s].to_string());
        assert_eq!(cell(2, 1).unwrap(), "2024-01");
        assert_eq!(cell(2, 2).unwrap(), "\"1,5\"");
        assert_eq!(cell(2, 3).unwrap(), "7");
        assert_eq!(cell(2, 0).unwrap(), "2024-01,\"1,5\",7");
        assert_eq!(cell(3, 1).unwrap(), "x");
        assert_eq!(cell(3, 9).unwrap(), "x");
        assert_eq!(cell(4, 1), None);
        assert_eq!(cell(0, 1), None);
        assert_eq!(place("sep=;\na;b", 2, 2).map(|(l, s)| &l[s]), Some("b"));
    }
}
