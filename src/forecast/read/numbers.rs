//! Counts as people and official statistics write them.

/// Marks that stand for a value not shown: suppressed, unavailable, not applicable, rounded away.
pub const MARKS: [&str; 23] = [
    "c", "x", "u", "z", "k", "n", "r", "low", "..", ".", "...", ":", "-", "--", "\u{2013}", "\u{2014}",
    "\u{2026}", "*", "n/a", "na", "nan", "null", "none",
];

/// What a cell says about a count.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Said {
    /// A number.
    Value(f64),
    /// Nothing there.
    Empty,
    /// A mark in place of a number.
    Marked,
    /// Something wrong: what, and what to do.
    Wrong(&'static str, &'static str),
}

/// Reads one cell.
pub fn read(cell: &str) -> Said {
    if cell.is_empty() {
        return Said::Empty;
    }
    let lower = cell.to_lowercase();
    let bare = lower.trim_matches(['[', ']', '(', ')']);
    let bracketed = lower.starts_with('(') && lower.ends_with(')');
    if MARKS.contains(&lower.as_str()) || MARKS.contains(&bare) {
        return Said::Marked;
    }
    if lower.starts_with('#') {
        return Said::Wrong("is a spreadsheet error", "repair the formula, or leave the cell empty");
    }
    if lower.ends_with('%') {
        return Said::Wrong("is a percentage", "give counts");
    }
    if bracketed || lower.starts_with('-') {
        return Said::Wrong("is negative", "counts are zero or more; leave the cell empty if it is unknown");
    }
    if lower.starts_with(['<', '>', '~']) {
        return Said::Wrong("is a bound, not a number", "leave the cell empty or mark it c");
    }
    number(&lower).map_or(
        Said::Wrong("is not a number", "write digits, leave it empty, or use a mark such as c, x, u or .."),
        Said::Value,
    )
}

fn number(cell: &str) -> Option<f64> {
    let spaceless: String =
        cell.chars().filter(|c| !matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\'')).collect();
    let plain = if spaceless.contains(',') { ungroup(&spaceless)? } else { spaceless };
    // Only digits, one point and an exponent: not "inf", not hexadecimal.
    let known = plain.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'+' | b'-'));
    let value: f64 = if known && plain.len() <= 40 {
        plain.parse().ok()?
    } else {
        return None;
    };
    (value.is_finite() && (0.0..=1e12).contains(&value)).then_some(value)
}

/// Takes out commas that group thousands; nothing if they stand anywhere else.
fn ungroup(text: &str) -> Option<String> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let fits = (1..=3).contains(&first.len()) && groups.all(|g| g.len() == 3) && !decimals.contains(',');
    let point = if decimals.is_empty() { "" } else { "." };
    fits.then(|| format!("{}{point}{decimals}", whole.replace(',', "")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_marks_and_faults() {
        for (cell, value) in [
            ("0", 0.0),
            ("1,234", 1234.0),
            ("1 234", 1234.0),
            ("12.0", 12.0),
            ("1,234,567.5", 1234567.5),
            ("1.2E+03", 1200.0),
        ] {
            assert_eq!(read(cell), Said::Value(value), "{cell}");
        }
        for cell in ["c", "x", "u", "..", ":", "[c]", "N/A", "\u{2013}", "*", "low"] {
            assert_eq!(read(cell), Said::Marked, "{cell}");
        }
        for cell in ["-5", "(5)", "12%", "#REF!", "<5", "twelve", "1,23", "inf", "0x10", "1e400", "1.2.3"] {
            assert!(matches!(read(cell), Said::Wrong(..)), "{cell}");
        }
        assert_eq!(read(""), Said::Empty);
    }
}
