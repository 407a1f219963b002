//! The picture while it is drawn, and when it is done.

use std::fmt::Write as _;

use crate::present::palette::{INK, Rgb, WHITE};
use crate::present::{escape, font};

/// Size of all text in a picture, in CSS pixels: 12 points.
pub const TEXT: f64 = 16.0;

/// The place a line of text takes up, in the picture's units.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelBox {
    /// Left edge.
    pub x0: f64,
    /// Upper edge.
    pub y0: f64,
    /// Right edge.
    pub x1: f64,
    /// Lower edge.
    pub y1: f64,
    /// The text.
    pub text: String,
}

impl LabelBox {
    /// Whether two boxes share more than a hair of area.
    pub fn overlaps(&self, other: &LabelBox) -> bool {
        self.x0 < other.x1 - 0.5
            && other.x0 < self.x1 - 0.5
            && self.y0 < other.y1 - 0.5
            && other.y0 < self.y1 - 0.5
    }
}

/// A finished picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawing {
    /// Stable id, safe in XML and CSS.
    pub id: String,
    /// What the picture shows, for those who cannot see it.
    pub title: String,
    /// The longer description.
    pub description: String,
    /// Width in CSS pixels.
    pub width: f64,
    /// Height in CSS pixels.
    pub height: f64,
    /// Where every line of text stands.
    pub labels: Vec<LabelBox>,
    pub(super) body: String,
}

impl Drawing {
    /// The picture as a self-contained SVG document, which may also stand inside a page.
    pub fn svg(&self) -> String {
        let id = &self.id;
        let (w, h) = (num(self.width), num(self.height));
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" id=\"{id}\" role=\"img\" aria-labelledby=\"{id}-title {id}-desc\" \
             viewBox=\"0 0 {w} {h}\" width=\"{w}\" height=\"{h}\" font-family=\"{family}\" font-size=\"{TEXT}\" \
             fill=\"{ink}\">\n<title id=\"{id}-title\">{title}</title>\n<desc id=\"{id}-desc\">{desc}</desc>\n\
             <rect width=\"{w}\" height=\"{h}\" fill=\"{white}\"/>\n{body}</svg>\n",
            family = font::FAMILY,
            ink = INK.hex(),
            white = WHITE.hex(),
            title = escape::xml(&self.title),
            desc = escape::xml(&self.description),
            body = self.body,
        )
    }
}

/// How a line is drawn.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stroke {
    pub color: Rgb,
    pub width: f64,
    pub dash: &'static str,
}

impl Stroke {
    pub fn new(color: Rgb, width: f64) -> Stroke {
        Stroke { color, width, dash: "" }
    }

    pub fn dash(self, dash: &'static str) -> Stroke {
        Stroke { dash, ..self }
    }
}

/// The picture while it is drawn: SVG so far, and the text boxes in it.
#[derive(Debug, Default)]
pub(super) struct Scene {
    pub body: String,
    pub labels: Vec<LabelBox>,
    /// Dash pattern of the next lines.
    pub dash: &'static str,
    /// Whether the next text gets a white edge, so that it can be read across a line.
    pub halo: bool,
}

impl Scene {
    /// Starts a group with a class and an id that tell what is in it.
    pub fn open(&mut self, class: &str, id: &str) {
        let id = if id.is_empty() { String::new() } else { format!(" id=\"{}\"", escape::xml(id)) };
        let _ = writeln!(self.body, "<g class=\"{}\"{id}>", escape::xml(class));
    }

    pub fn close(&mut self) {
        self.body.push_str("</g>\n");
    }

    /// An SVG path with data already in the picture's units.
    pub fn path(&mut self, data: &str, fill: Option<(Rgb, f64)>, stroke: Option<Stroke>) {
        let paint = match fill {
            Some((c, a)) if a < 1.0 => format!("fill=\"{}\" fill-opacity=\"{}\"", c.hex(), num(a)),
            Some((c, _)) => format!("fill=\"{}\"", c.hex()),
            None => "fill=\"none\"".to_owned(),
        };
        let line = stroke.map_or(String::new(), |s| {
            let dash =
                if s.dash.is_empty() { String::new() } else { format!(" stroke-dasharray=\"{}\"", s.dash) };
            format!(
                " stroke=\"{}\" stroke-width=\"{}\" stroke-linejoin=\"round\"{dash}",
                s.color.hex(),
                num(s.width)
            )
        });
        let _ = writeln!(self.body, "<path d=\"{data}\" {paint}{line}/>");
    }

    /// A line of text with its baseline at `y`; `anchor` is 0 for start, 0.5 for middle, 1 for end.
    pub fn text(&mut self, text: &str, (x, y): (f64, f64), size: f64, bold: bool, color: Rgb, anchor: f64) {
        let width = font::width(text, size, bold);
        let left = x - anchor * width;
        self.labels.push(LabelBox {
            x0: left,
            y0: y - font::ASCENT * size,
            x1: left + width,
            y1: y + font::DESCENT * size,
            text: text.to_owned(),
        });
        let at = match anchor {
            a if a <= 0.0 => "",
            a if a >= 1.0 => " text-anchor=\"end\"",
            _ => " text-anchor=\"middle\"",
        };
        let weight = if bold { " font-weight=\"bold\"" } else { "" };
        let fill = if color == INK { String::new() } else { format!(" fill=\"{}\"", color.hex()) };
        let size = if size == TEXT { String::new() } else { format!(" font-size=\"{}\"", num(size)) };
        let halo = if self.halo {
            " stroke=\"#FFFFFF\" stroke-width=\"4\" stroke-linejoin=\"round\" paint-order=\"stroke\""
        } else {
            ""
        };
        let _ = writeln!(
            self.body,
            "<text x=\"{}\" y=\"{}\"{at}{weight}{size}{fill}{halo}>{}</text>",
            num(x),
            num(y),
            escape::xml(text)
        );
    }
}

/// A number as short as it can be at a hundredth of a unit.
pub(super) fn num(value: f64) -> String {
    let text = format!("{:.2}", if value.is_finite() { value } else { 0.0 });
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" || text.is_empty() { "0".to_owned() } else { text.to_owned() }
}

/// A polyline as SVG path data.
pub(super) fn polyline(points: &[(f64, f64)], closed: bool) -> String {
    let mut out = String::with_capacity(points.len() * 14);
    for (i, (x, y)) in points.iter().enumerate() {
        let _ = write!(out, "{}{} {}", if i == 0 { "M" } else { "L" }, num(*x), num(*y));
    }
    if closed {
        out.push('Z');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        for (v, s) in
            [(1.0, "1"), (1.5, "1.5"), (-0.001, "0"), (100.0, "100"), (0.126, "0.13"), (f64::NAN, "0")]
        {
            assert_eq!(num(v), s);
        }
    }

    #[test]
    fn names_are_escaped() {
        let mut s = Scene::default();
        s.text("<script>alert(1)</script>", (0.0, 0.0), TEXT, false, INK, 0.0);
        assert!(!s.body.contains("<script"));
        let d = Drawing {
            id: "a".into(),
            title: "</title><script>".into(),
            description: "&<b>".into(),
            width: 1.0,
            height: 1.0,
            labels: vec![],
            body: s.body,
        };
        assert!(!d.svg().contains("<script") && d.svg().contains("&amp;&lt;b&gt;"));
    }
}
