//! Making text safe for the place it is written to.

/// Characters that XML cannot hold, or that reorder or hide the text around them.
fn hostile(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\t'))
        || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}'
            | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}')
}

/// Text for the content or a quoted attribute of SVG and HTML.
pub fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if hostile(c) => out.push('\u{FFFD}'),
            c => out.push(c),
        }
    }
    out
}

/// Text with the characters of [`xml`]'s blacklist replaced, for writers that escape markup themselves.
pub fn plain(text: &str) -> String {
    text.chars().map(|c| if hostile(c) { '\u{FFFD}' } else { c }).collect()
}

/// Text for a terminal: every control character, so every escape sequence, becomes visible,
/// and the text stays on one line.
pub fn terminal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\t' => out.push(' '),
            c if hostile(c) => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    out
}

/// Text for a cell of a file that a spreadsheet may open: what would start a formula gets an
/// apostrophe in front.
pub fn spreadsheet(text: &str) -> String {
    match text.trim_start_matches(' ').chars().next() {
        Some(
            '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '\u{FF1D}' | '\u{FF0B}' | '\u{FF0D}' | '\u{FF20}',
        ) => {
            format!("'{}", plain(text))
        }
        _ => plain(text),
    }
}

/// Text for a cell of a Markdown table.
pub fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\t' => out.push(' '),
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\\' | '|' | '`' | '*' | '_' | '[' | ']' | '#' => {
                out.push('\\');
                out.push(c);
            }
            c if hostile(c) => out.push('\u{FFFD}'),
            c => out.push(c),
        }
    }
    out
}

/// Lower-case letters, digits and hyphens that start with a letter: for ids and file names.
pub fn slug(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars().take(120) {
        if c.is_ascii_alphanumeric() {
            out.push(c.to_ascii_lowercase());
        } else if !out.ends_with('-') && !out.is_empty() {
            out.push('-');
        }
    }
    let out = out.trim_end_matches('-');
    if out.starts_with(|c: char| c.is_ascii_alphabetic()) { out.to_owned() } else { format!("x{out}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_place_has_its_own_rule() {
        assert_eq!(xml("<b a=\"1\">'&\u{1b}"), "&lt;b a=&quot;1&quot;&gt;&#39;&amp;\u{FFFD}");
        assert_eq!(terminal("a\u{1b}[31mb\nc"), "a\\u{1b}[31mb c");
        assert_eq!(terminal("\u{202e}evil"), "\\u{202e}evil");
        for bad in ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "  =HYPERLINK()"] {
            assert!(spreadsheet(bad).starts_with('\''), "{bad:?}");
        }
        assert_eq!(spreadsheet("Child in need - open"), "Child in need - open");
        assert_eq!(markdown("a|b <i>*x*"), "a\\|b &lt;i&gt;\\*x\\*");
        assert_eq!(slug("Children in need, 2025/26"), "children-in-need-2025-26");
        assert_eq!(slug("31 March"), "x31-march");
        assert_eq!(slug("\"><script>"), "script");
    }
}
