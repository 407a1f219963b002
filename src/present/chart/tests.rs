//! What holds for every picture.

use super::*;
use crate::present::png;

/// No text leaves the picture and none covers another.
pub fn check_labels(name: &str, d: &Drawing) {
    assert!(!d.labels.is_empty());
    for (i, a) in d.labels.iter().enumerate() {
        assert!(
            a.x0 >= -0.1 && a.y0 >= -0.1 && a.x1 <= d.width + 0.1 && a.y1 <= d.height + 0.1,
            "{name}: {a:?} leaves {} by {}",
            d.width,
            d.height
        );
        for b in &d.labels[i + 1..] {
            assert!(!a.overlaps(b), "{name}: {a:?} covers {b:?}");
        }
    }
}

#[test]
fn no_text_leaves_the_picture_or_covers_other_text() {
    for (name, d) in samples::all() {
        check_labels(name, &d);
    }
}

#[test]
fn every_picture_is_drawn_with_names_for_those_who_cannot_see_it() {
    for (name, d) in samples::all() {
        let svg = d.svg();
        for part in ["role=\"img\"", "<title id=", "<desc id=", "viewBox=\"0 0 ", "Liberation Sans"] {
            assert!(svg.contains(part), "{name} lacks {part}");
        }
        assert!(svg.contains(&format!("id=\"{}\"", d.id)) && !d.description.is_empty(), "{name}");
        assert!(!svg.contains("<script") && !svg.contains("onload=\""), "{name}");
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{name}");
        assert_eq!(svg, d.svg());
        let bytes = png::png(&svg, 1.0).unwrap();
        assert!(bytes.len() > 5_000, "{name}");
        // A folder named here receives the pictures, to be looked at.
        if let Some(folder) = std::env::var_os("CASEFLOW_PICTURES") {
            let folder = std::path::PathBuf::from(folder);
            std::fs::write(folder.join(format!("{name}.svg")), &svg).unwrap();
            std::fs::write(folder.join(format!("{name}.png")), png::png(&svg, 1.5).unwrap()).unwrap();
        }
    }
}

#[test]
fn lines_are_not_snapped_to_pixels() {
    let svg = samples::scenarios().svg().unwrap();
    assert!(svg.matches(".06").count() + svg.matches(".44").count() + svg.matches(".81").count() > 3);
}

#[test]
fn bad_data_is_an_error_that_says_what() {
    let mut c = samples::fan();
    c.middle.pop();
    assert!(matches!(c.svg(), Err(ChartError::Length { .. })));
    let mut c = samples::fan();
    c.bands[0].high[3] = f64::NAN;
    assert!(matches!(c.svg(), Err(ChartError::NotFinite(_))));
    assert!(matches!(FanChart::default().svg(), Err(ChartError::Empty(_))));
    let mut c = samples::scenarios();
    let one = c.series[0].clone();
    c.series = vec![one; 7];
    assert!(matches!(c.svg(), Err(ChartError::TooMany { .. })));
    let mut c = samples::scenarios();
    c.size = Size { width: 1e9, height: 100.0 };
    assert!(matches!(c.svg(), Err(ChartError::Size(..))));
}
