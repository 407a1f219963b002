//! The colours of every picture and page, in one place.
//!
//! Series colours, their order and the rule for two series are those of the Government
//! Analysis Function; the focus colours are those of the GOV.UK Design System.

/// A colour as red, green and blue, 0 to 255 each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rgb(pub u8, pub u8, pub u8);

impl Rgb {
    /// The colour as `#RRGGBB`.
    pub fn hex(self) -> String {
        format!("#{:02X}{:02X}{:02X}", self.0, self.1, self.2)
    }
}

/// Categorical colours in the order they are given out; six is a hard stop.
pub const SERIES: [Rgb; 6] = [
    Rgb(0x12, 0x43, 0x6D),
    Rgb(0x28, 0xA1, 0x97),
    Rgb(0x80, 0x16, 0x50),
    Rgb(0xF4, 0x6A, 0x25),
    Rgb(0x3D, 0x3D, 0x3D),
    Rgb(0xA2, 0x85, 0xD1),
];

/// Dash patterns that go with [`SERIES`], so that colour is never the only difference.
pub const DASHES: [&str; 6] = ["", "9 5", "2 4", "13 4 3 4", "5 3", "16 6"];

/// The two colours of a picture with two series.
pub const PAIR: [Rgb; 2] = [Rgb(0x12, 0x43, 0x6D), Rgb(0xF4, 0x6A, 0x25)];

/// Sequential colours, dark to light.
pub const SEQUENTIAL: [Rgb; 3] = [Rgb(0x12, 0x43, 0x6D), Rgb(0x20, 0x73, 0xBC), Rgb(0x6B, 0xAC, 0xE6)];

/// The edge of a fan's band, which carries the contrast its tint lacks.
pub const BAND_EDGE: Rgb = SEQUENTIAL[1];

/// Tints of a fan's bands, widest band first.
pub const BAND_TINTS: [Rgb; 3] = [Rgb(0xDC, 0xEB, 0xF8), Rgb(0xBB, 0xD8, 0xF2), Rgb(0x93, 0xC3, 0xEC)];

/// Text, axes and outlines.
pub const INK: Rgb = Rgb(0x0B, 0x0C, 0x0C);
/// Secondary text (at least 4.5:1 on white) and axis lines.
pub const GREY: Rgb = Rgb(0x50, 0x5A, 0x5F);
/// Grid lines: decoration only, nothing is read from them alone.
pub const GRID: Rgb = Rgb(0xD8, 0xDB, 0xDD);
/// The ground.
pub const WHITE: Rgb = Rgb(0xFF, 0xFF, 0xFF);
/// Targets, returns and whatever needs a second look.
pub const ACCENT: Rgb = SERIES[2];
/// Tint that goes with [`ACCENT`].
pub const ACCENT_TINT: Rgb = Rgb(0xE6, 0xC0, 0xD5);
/// Tint of what leaves the picture in a flow diagram.
pub const EXIT_TINT: Rgb = Rgb(0xDA, 0xDD, 0xDF);
/// Colour of the focused element's ground.
pub const FOCUS: Rgb = Rgb(0xFF, 0xDD, 0x00);
/// Links.
pub const LINK: Rgb = Rgb(0x1D, 0x70, 0xB8);

/// Relative luminance as WCAG 2.2 defines it, 0 (black) to 1 (white).
pub fn luminance(c: Rgb) -> f64 {
    let channel = |v: u8| {
        let s = f64::from(v) / 255.0;
        if s <= 0.040_45 { s / 12.92 } else { libm::pow((s + 0.055) / 1.055, 2.4) }
    };
    0.2126 * channel(c.0) + 0.7152 * channel(c.1) + 0.0722 * channel(c.2)
}

/// WCAG 2.2 contrast ratio of two colours, 1 to 21.
pub fn contrast(a: Rgb, b: Rgb) -> f64 {
    let (x, y) = (luminance(a), luminance(b));
    (x.max(y) + 0.05) / (x.min(y) + 0.05)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_matches_the_definition() {
        assert!((contrast(Rgb(0, 0, 0), WHITE) - 21.0).abs() < 1e-9);
        assert!((contrast(WHITE, WHITE) - 1.0).abs() < 1e-12);
        // #777777 on white is the well-known near miss of 4.5:1.
        let grey = contrast(Rgb(0x77, 0x77, 0x77), WHITE);
        assert!((grey - 4.48).abs() < 0.005, "{grey}");
    }

    #[test]
    fn marks_reach_three_to_one_and_text_four_and_a_half() {
        for c in SERIES.iter().chain(&PAIR).chain(&[BAND_EDGE, GREY, ACCENT]) {
            assert!(contrast(*c, WHITE) >= 2.995, "{} {}", c.hex(), contrast(*c, WHITE));
        }
        for c in [INK, GREY, ACCENT, LINK] {
            assert!(contrast(c, WHITE) >= 4.5, "{}", c.hex());
        }
        for ground in BAND_TINTS.iter().chain(&[ACCENT_TINT, EXIT_TINT, FOCUS]) {
            assert!(contrast(INK, *ground) >= 4.5, "{}", ground.hex());
        }
        // Tints fail on their own, which is why their edges are drawn.
        assert!(BAND_TINTS.iter().all(|c| contrast(*c, WHITE) < 3.0));
        for (tint, edge) in BAND_TINTS.iter().map(|t| (*t, BAND_EDGE)).take(2) {
            assert!(contrast(edge, tint) >= 3.0, "{} {}", tint.hex(), contrast(edge, tint));
        }
    }
}
