//! A guard against nesting so deep that it would exhaust the stack.

/// The byte at which brackets are first nested deeper than `most`, outside strings and comments.
pub(super) fn too_deep(text: &str, most: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut depth = 0usize;
    let mut at = 0usize;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'#' => at = line_end(bytes, at),
            b'"' | b'\'' => at = string_end(bytes, at, byte),
            b'[' | b'{' => {
                depth += 1;
                if depth > most {
                    return Some(at);
                }
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        at += 1;
    }
    None
}

fn line_end(bytes: &[u8], from: usize) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    from + rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len().saturating_sub(1))
}

/// The last byte of the string that begins at `from`; a string of one line ends with its line.
fn string_end(bytes: &[u8], from: usize, quote: u8) -> usize {
    let triple = bytes.get(from..from + 3) == Some(&[quote; 3]);
    let mut at = from + if triple { 3 } else { 1 };
    while let Some(&byte) = bytes.get(at) {
        if byte == b'\\' && quote == b'"' {
            at += 2;
            continue;
        }
        if !triple && (byte == quote || byte == b'\n') {
            return at;
        }
        if triple && bytes.get(at..at + 3) == Some(&[quote; 3]) {
            return at + 2;
        }
        at += 1;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::too_deep;

    #[test]
    fn only_real_brackets_count() {
        assert_eq!(too_deep("a = [[1]]", 2), None);
        assert_eq!(too_deep("a = [[[1]]]", 2), Some(6));
        assert_eq!(too_deep("a = '[[[['\n# [[[[\nb = \"[[\\\"[[\"", 1), None);
        assert_eq!(too_deep("a = '''[[\n[['''\nb = [[[", 2), Some(22));
        assert!(too_deep(&"[".repeat(100_000), 32).is_some());
        assert_eq!(too_deep("\"", 1), None);
        assert_eq!(too_deep("#", 1), None);
    }
}
