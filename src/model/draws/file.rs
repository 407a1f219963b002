//! Draws of a model's numbers: what is not known about them, as values that take the place of those in the file.
//!
//! A file of draws is CSV: a column `draw`, then one column for each dotted path of the model file; each row is one
//! draw, its cells the values as TOML. A draw is laid over the model as a scenario is, before the model is checked, so
//! any number that a scenario can change can be drawn.

use std::fmt::Write;

/// Most cells a file of draws may hold.
const MOST_CELLS: usize = 1_000_000;
/// Most bytes in all.
pub const MOST_BYTES: usize = 64 << 20;

/// Draws: one row each, one column a path of the model file, a cell the value that replaces the one there.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Draws {
    /// Dotted paths.
    pub paths: Vec<String>,
    /// Values as TOML, by draw then path.
    pub values: Vec<Vec<String>>,
}

/// A file of draws that cannot be read.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct DrawsError {
    /// Line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub what: String,
}

impl Draws {
    /// How many draws there are.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// As CSV.
    pub fn csv(&self) -> String {
        let mut t = String::from("draw");
        self.paths.iter().for_each(|p| cell(&mut t, p));
        t.push('\n');
        for (k, row) in self.values.iter().enumerate() {
            let _ = write!(t, "{}", k + 1);
            row.iter().for_each(|v| cell(&mut t, v));
            t.push('\n');
        }
        t
    }

    /// Reads such a file.
    ///
    /// # Errors
    /// The first line that has no sense.
    pub fn read(text: &str) -> Result<Draws, DrawsError> {
        let fail = |line: usize, what: &str| DrawsError { line, what: what.into() };
        if text.len() > MOST_BYTES {
            return Err(fail(1, "the file is too large"));
        }
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut lines = text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty());
        let head = lines.next().and_then(|(_, l)| fields(l)).unwrap_or_default();
        let (first, paths) = head.split_first().ok_or_else(|| fail(1, "there is no heading"))?;
        if first.trim() != "draw" || paths.is_empty() || paths.iter().any(|p| p.trim().is_empty()) {
            return Err(fail(1, "expected the heading draw,PATH,PATH…"));
        }
        let mut sorted: Vec<&String> = paths.iter().collect();
        sorted.sort();
        if sorted.windows(2).any(|w| w.first() == w.last()) {
            return Err(fail(1, "a path stands there twice"));
        }
        let mut values: Vec<Vec<String>> = Vec::new();
        for (k, line) in lines {
            let row = fields(line).ok_or_else(|| fail(k + 1, "a quote is not closed"))?;
            let row = row.get(1..).unwrap_or_default();
            if row.len() != paths.len() {
                return Err(fail(k + 1, &format!("expected {} values, found {}", paths.len(), row.len())));
            }
            if values.len().saturating_mul(paths.len()) > MOST_CELLS {
                return Err(fail(k + 1, "there are too many draws"));
            }
            values.push(row.to_vec());
        }
        if values.is_empty() {
            return Err(fail(2, "there is no draw"));
        }
        Ok(Draws { paths: paths.to_vec(), values })
    }

    /// One draw as a scenario file, which lays its values over the model.
    pub fn scenario(&self, draw: usize) -> Option<String> {
        let row = self.values.get(draw)?;
        let mut t = format!("title = \"Draw {}\"\n[change]\n", draw + 1);
        for (path, value) in self.paths.iter().zip(row) {
            // a line break in a value would begin another key
            let value = value.replace(['\n', '\r'], " ");
            let _ = writeln!(t, "{} = {value}", quoted(path));
        }
        Some(t)
    }
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn cell(t: &mut String, text: &str) {
    t.push(',');
    if text.contains([',', '"', '\n', '\r']) {
        t.push('"');
        t.push_str(&text.replace('"', "\"\"").replace(['\n', '\r'], " "));
        t.push('"');
    } else {
        t.push_str(text);
    }
}

/// The fields of a line; `None` if a quote is not closed.
pub(crate) fn fields(line: &str) -> Option<Vec<String>> {
    let mut out = Vec::new();
    let (mut field, mut inside) = (String::new(), false);
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if inside && chars.peek() == Some(&'"') => {
                chars.next();
                field.push('"');
            }
            '"' => inside = !inside,
            ',' if !inside => out.push(std::mem::take(&mut field)),
            c => field.push(c),
        }
    }
    out.push(field);
    (!inside).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let draws = Draws {
            paths: vec!["a.b".into(), "arrivals.x.rate".into()],
            values: vec![
                vec!["0.1".into(), "\"5 per day\"".into()],
                vec!["0.2".into(), "[{ from = 2025-04-01, rate = \"6 per day\" }]".into()],
            ],
        };
        assert_eq!(Draws::read(&draws.csv()), Ok(draws.clone()));
        assert!(draws.scenario(1).unwrap().contains("\"a.b\" = 0.2\n"));
        assert_eq!(draws.scenario(2), None);
    }

    #[test]
    fn what_has_no_sense_is_refused_with_its_line() {
        for (text, line) in [
            ("", 1),
            ("a,b\n1,2\n", 1),
            ("draw\n1\n", 1),
            ("draw,a,a\n1,2,3\n", 1),
            ("draw,a\n", 2),
            ("draw,a\n1,2\n2\n", 3),
            ("draw,a\n1,\"2\n", 2),
        ] {
            assert_eq!(Draws::read(text).unwrap_err().line, line, "{text:?}");
        }
    }
}
