//! Text to rows of cells (RFC 4180, with what spreadsheets really write).

use crate::forecast::problem::Problem;

/// Most rows read.
const MOST_ROWS: usize = 1_000_000;
/// Most columns read.
const MOST_COLUMNS: usize = 20_000;

/// One row: its line in the file and its cells, trimmed, trailing empty ones dropped.
#[derive(Debug, PartialEq)]
pub struct Row {
    /// The line it starts on, from 1.
    pub line: usize,
    /// The cells.
    pub cells: Vec<String>,
}

impl Row {
    /// A cell, empty beyond the end.
    pub fn cell(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }
}

/// Splits text into rows; empty rows are left out.
pub fn split(text: &str) -> Result<Vec<Row>, Vec<Problem>> {
    let (text, mut line, forced) = declared_separator(text);
    let separator = forced.unwrap_or_else(|| guess_separator(text));
    let mut rows = Vec::new();
    let mut cells: Vec<String> = Vec::new();
    let mut cell = String::new();
    let (mut quoted, mut was_quoted) = (false, false);
    let (mut row_line, mut quote_line) = (line, line);
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        if quoted {
            match c {
                '"' if characters.peek() == Some(&'"') => {
                    characters.next();
                    cell.push('"');
                }
                '"' => quoted = false,
                _ => {
                    if c == '\n' {
                        line += 1;
                    }
                    cell.push(c);
                }
            }
            continue;
        }
        match c {
            '"' if cell.trim().is_empty() && !was_quoted => {
                cell.clear();
                (quoted, was_quoted, quote_line) = (true, true, line);
            }
            _ if c == separator => {
                push(&mut cells, &mut cell);
                was_quoted = false;
                if cells.len() > MOST_COLUMNS {
                    return Err(vec![Problem::at(
                        line,
                        0,
                        "over 20,000 columns",
                        "is this a table of months?",
                    )]);
                }
            }
            '\r' | '\n' => {
                if c == '\r' && characters.peek() == Some(&'\n') {
                    characters.next();
                }
                push(&mut cells, &mut cell);
                was_quoted = false;
                finish(&mut rows, &mut cells, row_line);
                line += 1;
                row_line = line;
                if rows.len() > MOST_ROWS {
                    return Err(vec![Problem::at(line, 0, "over a million rows", "split the file")]);
                }
            }
            _ => cell.push(c),
        }
    }
    if quoted {
        return Err(vec![Problem::at(
            quote_line,
            cells.len() + 1,
            "a quotation mark is opened and never closed",
            "close it, or double it if it is part of the text",
        )]);
    }
    push(&mut cells, &mut cell);
    finish(&mut rows, &mut cells, row_line);
    Ok(rows)
}

/// The character between cells.
pub fn separator(text: &str) -> char {
    let (rest, _, forced) = declared_separator(text);
    forced.unwrap_or_else(|| guess_separator(rest))
}

/// Excel's `sep=;` first line.
fn declared_separator(text: &str) -> (&str, usize, Option<char>) {
    let first = text.lines().next().unwrap_or("");
    let named = first.trim_matches('"').strip_prefix("sep=").and_then(|s| s.chars().next());
    match named {
        Some(c) => {
            let rest = text.get(first.len()..).unwrap_or("");
            let rest = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix('\n')).unwrap_or(rest);
            (rest, 2, Some(c))
        }
        None => (text, 1, None),
    }
}

/// Comma, semicolon or tab: whichever the first line with any has most of.
fn guess_separator(text: &str) -> char {
    for line in text.lines().take(50) {
        let count = |c: char| line.matches(c).count();
        let best = [',', ';', '\t'].into_iter().max_by_key(|&c| (count(c), c == ','));
        if let Some(best) = best.filter(|&c| count(c) > 0) {
            return best;
        }
    }
    ','
}

/// Ends a cell: spaces (also the no-break kind) trimmed, Excel's ="text" unwrapped.
fn push(cells: &mut Vec<String>, cell: &mut String) {
    let trimmed = cell.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\u{200b}');
    let plain = trimmed.strip_prefix("=\"").and_then(|t| t.strip_suffix('"')).unwrap_or(trimmed);
    cells.push(plain.trim().to_string());
    cell.clear();
}

fn finish(rows: &mut Vec<Row>, cells: &mut Vec<String>, line: usize) {
    while cells.last().is_some_and(String::is_empty) {
        cells.pop();
    }
    if !cells.is_empty() {
        rows.push(Row { line, cells: std::mem::take(cells) });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> Vec<Vec<String>> {
        split(text).unwrap().into_iter().map(|r| r.cells).collect()
    }

    #[test]
    fn quotes_line_ends_and_separators() {
        assert_eq!(cells("a,\"b, \"\"c\"\"\"\r\n1,\r\n,,\r\n"), [vec!["a", "b, \"c\""], vec!["1"]]);
        assert_eq!(cells("a;b\r1;2"), [["a", "b"], ["1", "2"]]);
        assert_eq!(cells("sep=;\r\na;b,c\n"), [["a", "b,c"]]);
        assert_eq!(cells("a\tb\n=\"01\"\t2\n"), [["a", "b"], ["01", "2"]]);
        let rows = split("a,\"two\nlines\"\nb,c\n").unwrap();
        assert_eq!(rows[1].line, 3);
        assert_eq!(split("a,b\n\"open,1\n2,3").unwrap_err()[0].line, 2);
    }
}
