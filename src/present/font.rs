//! The embedded font and the widths of its letters.
//!
//! Liberation Sans has the same letter widths as Arial, so a layout that fits in one fits in
//! the other.

use std::sync::OnceLock;

/// Liberation Sans Regular, SIL Open Font License 1.1 (`assets/fonts/OFL.txt`).
pub const REGULAR: &[u8] = include_bytes!("../../assets/fonts/LiberationSans-Regular.ttf");
/// Liberation Sans Bold, SIL Open Font License 1.1 (`assets/fonts/OFL.txt`).
pub const BOLD: &[u8] = include_bytes!("../../assets/fonts/LiberationSans-Bold.ttf");
/// The licence of the fonts, which goes wherever they go.
pub const LICENCE: &str = include_str!("../../assets/fonts/OFL.txt");
/// The font list that every picture and page asks for.
pub const FAMILY: &str = "'Liberation Sans', Arial, sans-serif";

/// Height of the part of a letter above the baseline, in ems.
pub const ASCENT: f64 = 0.905;
/// Depth of the part of a letter below the baseline, in ems.
pub const DESCENT: f64 = 0.212;
/// Height of a capital letter, in ems.
pub const CAP_HEIGHT: f64 = 0.688;
/// Distance from one line of text to the next, in ems.
pub const LINE: f64 = 1.22;

/// Advance widths of the first 65,536 characters, in ems.
struct Widths {
    units: f64,
    advance: Vec<u16>,
}

/// Width of a line of text in the unit of `size`; kerning is left out, so it errs wide.
pub fn width(text: &str, size: f64, bold: bool) -> f64 {
    static FACES: OnceLock<[Widths; 2]> = OnceLock::new();
    let faces = FACES.get_or_init(|| [Widths::read(REGULAR), Widths::read(BOLD)]);
    let face = &faces[usize::from(bold)];
    text.chars().map(|c| face.of(c)).sum::<f64>() * size
}

impl Widths {
    fn of(&self, c: char) -> f64 {
        match self.advance.get(c as usize) {
            Some(&a) if a > 0 => f64::from(a) / self.units,
            // Characters the font lacks are given a whole em, the widest a fallback is likely to be.
            _ => 1.0,
        }
    }

    /// Reads `head`, `hhea`, `hmtx` and the Unicode `cmap` (format 4) of a TrueType file.
    fn read(data: &[u8]) -> Widths {
        Self::try_read(data).unwrap_or(Widths { units: 1.0, advance: Vec::new() })
    }

    fn try_read(data: &[u8]) -> Option<Widths> {
        let units = f64::from(u16_at(data, table(data, b"head")? + 18)?);
        let long = usize::from(u16_at(data, table(data, b"hhea")? + 34)?);
        let hmtx = table(data, b"hmtx")?;
        let map = unicode_map(data)?;
        let mut advance = vec![0u16; 0x1_0000];
        for (c, slot) in advance.iter_mut().enumerate() {
            let glyph = usize::from(glyph(data, map, c as u16).unwrap_or(0));
            if glyph > 0 {
                let row = glyph.min(long.checked_sub(1)?);
                *slot = u16_at(data, hmtx + 4 * row)?;
            }
        }
        Some(Widths { units, advance })
    }
}

fn u16_at(data: &[u8], at: usize) -> Option<u16> {
    let b = data.get(at..at.checked_add(2)?)?;
    Some(u16::from_be_bytes([b[0], b[1]]))
}

fn u32_at(data: &[u8], at: usize) -> Option<usize> {
    Some(usize::from(u16_at(data, at)?) << 16 | usize::from(u16_at(data, at + 2)?))
}

fn table(data: &[u8], tag: &[u8; 4]) -> Option<usize> {
    let count = usize::from(u16_at(data, 4)?);
    (0..count)
        .map(|i| 12 + 16 * i)
        .find(|&at| data.get(at..at + 4) == Some(tag.as_slice()))
        .and_then(|at| u32_at(data, at + 8))
}

fn unicode_map(data: &[u8]) -> Option<usize> {
    let cmap = table(data, b"cmap")?;
    let count = usize::from(u16_at(data, cmap + 2)?);
    (0..count).map(|i| cmap + 4 + 8 * i).find_map(|at| {
        let sub = cmap + u32_at(data, at + 4)?;
        let windows = (u16_at(data, at)?, u16_at(data, at + 2)?) == (3, 1);
        (windows && u16_at(data, sub)? == 4).then_some(sub)
    })
}

fn glyph(data: &[u8], map: usize, c: u16) -> Option<u16> {
    let twice = usize::from(u16_at(data, map + 6)?);
    let (ends, starts) = (map + 14, map + 16 + twice);
    // Segments are sorted by their end; the first that ends at or after `c` is the only one.
    let (mut lo, mut hi) = (0, twice / 2);
    while lo < hi {
        let mid = (lo + hi) / 2;
        if u16_at(data, ends + 2 * mid)? < c { lo = mid + 1 } else { hi = mid }
    }
    let start = u16_at(data, starts + 2 * lo)?;
    if lo >= twice / 2 || start > c {
        return None;
    }
    let delta = u16_at(data, starts + twice + 2 * lo)?;
    let offset_at = starts + 2 * twice + 2 * lo;
    match u16_at(data, offset_at)? {
        0 => Some(c.wrapping_add(delta)),
        offset => {
            let id = u16_at(data, offset_at + usize::from(offset) + 2 * usize::from(c - start))?;
            (id != 0).then(|| id.wrapping_add(delta))
        }
    }
}

/// Breaks text into lines no wider than `limit`, at spaces; a word that is too long is cut
/// and ends in an ellipsis. At most `lines` lines are given, the last with an ellipsis if
/// something is left over.
pub fn wrap(text: &str, size: f64, bold: bool, limit: f64, lines: usize) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let word = cut(word, size, bold, limit);
        let joined = if line.is_empty() { word.clone() } else { format!("{line} {word}") };
        if width(&joined, size, bold) <= limit || line.is_empty() {
            line = joined;
        } else {
            out.push(std::mem::replace(&mut line, word));
        }
    }
    if !line.is_empty() {
        out.push(line);
    }
    if out.len() > lines.max(1) {
        let rest = out.split_off(lines.max(1) - 1).join(" ");
        out.push(cut(&rest, size, bold, limit));
    }
    out
}

/// The text, or as much of it as fits in `limit` with an ellipsis.
pub fn cut(text: &str, size: f64, bold: bool, limit: f64) -> String {
    if width(text, size, bold) <= limit {
        return text.to_owned();
    }
    let mut short = String::new();
    let mut used = width("…", size, bold);
    for c in text.chars() {
        used += width(c.encode_utf8(&mut [0; 4]), size, bold);
        if used > limit {
            break;
        }
        short.push(c);
    }
    format!("{}…", short.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_those_of_arial() {
        // Adobe's Helvetica metrics, which Arial and Liberation Sans share, per 1,000.
        for (text, regular, bold) in [
            ("A", 667.0, 722.0),
            ("i", 222.0, 278.0),
            (" ", 278.0, 278.0),
            ("0", 556.0, 556.0),
            ("W", 944.0, 944.0),
        ] {
            assert!((width(text, 1000.0, false) - regular).abs() < 1.0, "{text}");
            assert!((width(text, 1000.0, true) - bold).abs() < 1.0, "{text}");
        }
        assert!((width("£1,234", 1.0, false) - 5.0 * 0.556 - 0.278).abs() < 1e-3);
    }

    #[test]
    fn wrapped_lines_fit() {
        let lines = wrap("Initial child protection conference held", 16.0, true, 130.0, 3);
        assert!(lines.len() > 1 && lines.iter().all(|l| width(l, 16.0, true) <= 130.0));
        assert_eq!(lines.join(" "), "Initial child protection conference held");
        let cut = wrap("Incomprehensibilities of very long words in rows", 16.0, false, 60.0, 2);
        assert_eq!(cut.len(), 2);
        assert!(cut.iter().all(|l| width(l, 16.0, false) <= 60.0) && cut[1].ends_with('…'));
    }

    #[test]
    fn a_broken_font_gives_wide_letters_and_no_panic() {
        for end in [0, 5, 40, 300, 5000] {
            assert!(Widths::read(&REGULAR[..end]).of('a') >= 0.5);
        }
    }
}
