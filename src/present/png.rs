//! Pictures as bitmaps, drawn with the embedded font and nothing from the machine.

use std::sync::{Arc, OnceLock};

use resvg::{tiny_skia, usvg};

use super::font;

/// The largest side of a bitmap, in pixels.
pub const LARGEST_SIDE: f64 = 10_000.0;

/// Why a picture could not be turned into a bitmap.
#[derive(Debug, thiserror::Error)]
pub enum PngError {
    /// The text is not an SVG that can be drawn.
    #[error("the picture is not a valid SVG: {0}")]
    Parse(String),
    /// The bitmap would be empty, or wider or higher than [`LARGEST_SIDE`].
    #[error("the bitmap would be {0} by {1} pixels")]
    Size(f64, f64),
    /// The bitmap could not be encoded.
    #[error("the bitmap could not be written: {0}")]
    Encode(String),
}

fn fonts() -> Arc<usvg::fontdb::Database> {
    static FONTS: OnceLock<Arc<usvg::fontdb::Database>> = OnceLock::new();
    Arc::clone(FONTS.get_or_init(|| {
        let mut db = usvg::fontdb::Database::new();
        db.load_font_data(font::REGULAR.to_vec());
        db.load_font_data(font::BOLD.to_vec());
        db.set_sans_serif_family("Liberation Sans");
        Arc::new(db)
    }))
}

/// Draws an SVG as a PNG, `scale` bitmap pixels to one unit of the picture, on white.
pub fn png(svg: &str, scale: f64) -> Result<Vec<u8>, PngError> {
    let pixmap = render(svg, scale)?;
    pixmap.encode_png().map_err(|e| PngError::Encode(e.to_string()))
}

fn render(svg: &str, scale: f64) -> Result<tiny_skia::Pixmap, PngError> {
    let options = usvg::Options {
        font_family: "Liberation Sans".to_owned(),
        fontdb: fonts(),
        // A picture never reads another file.
        image_href_resolver: usvg::ImageHrefResolver {
            resolve_data: Box::new(|_, _, _| None),
            resolve_string: Box::new(|_, _| None),
        },
        ..usvg::Options::default()
    };
    let tree = usvg::Tree::from_str(svg, &options).map_err(|e| PngError::Parse(e.to_string()))?;
    let (w, h) = (f64::from(tree.size().width()) * scale, f64::from(tree.size().height()) * scale);
    let bad = PngError::Size(w, h);
    if !(w >= 1.0 && h >= 1.0 && w <= LARGEST_SIDE && h <= LARGEST_SIDE) {
        return Err(bad);
    }
    let mut pixmap = tiny_skia::Pixmap::new(w.ceil() as u32, h.ceil() as u32).ok_or(bad)?;
    pixmap.fill(tiny_skia::Color::WHITE);
    let transform = tiny_skia::Transform::from_scale(scale as f32, scale as f32);
    resvg::render(&tree, transform, &mut pixmap.as_mut());
    Ok(pixmap)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dark_pixels(body: &str) -> usize {
        let svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 200 40\" width=\"200\" height=\"40\" \
             font-family=\"{}\" font-size=\"20\">{body}</svg>",
            font::FAMILY
        );
        let map = render(&svg, 1.0).unwrap();
        map.pixels().iter().filter(|p| p.red() < 100).count()
    }

    #[test]
    fn text_shows_without_any_font_of_the_machine() {
        assert_eq!(dark_pixels(""), 0);
        let regular = dark_pixels("<text x=\"10\" y=\"28\">Children</text>");
        let bold = dark_pixels("<text x=\"10\" y=\"28\" font-weight=\"bold\">Children</text>");
        assert!(regular > 150, "{regular}");
        // The bold face is a face of its own, not the regular one again.
        assert!(bold > regular + 50, "{bold} {regular}");
    }

    #[test]
    fn the_width_of_drawn_text_is_the_width_computed() {
        let svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"400\" height=\"60\" font-family=\"{}\">\
             <text x=\"0\" y=\"40\" font-size=\"32\">HHHHIIII1,234H</text></svg>",
            font::FAMILY
        );
        let map = render(&svg, 1.0).unwrap();
        let last = map.pixels().iter().enumerate().filter(|(_, p)| p.red() < 128).map(|(i, _)| i % 400).max();
        let drawn = last.unwrap() as f64 + 1.0;
        let computed = font::width("HHHHIIII1,234H", 32.0, false);
        // The last H has a side bearing of 0.08 em.
        assert!((computed - drawn - 0.08 * 32.0).abs() < 1.5, "{computed} {drawn}");
    }

    #[test]
    fn hostile_input_is_an_error() {
        assert!(png("not svg", 1.0).is_err());
        assert!(png("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9e9\" height=\"10\"/>", 1.0).is_err());
        assert!(
            png("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"10\" height=\"10\"/>", f64::NAN).is_err()
        );
        let bytes =
            png("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"10\" height=\"10\"/>", 2.0).unwrap();
        assert_eq!(&bytes[1..4], b"PNG");
    }
}
