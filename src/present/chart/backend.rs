//! A plotters backend that writes SVG.
//!
//! plotters draws on whole pixels, which makes slanted lines jagged. This backend offers a
//! canvas [`FINE`] times finer than the picture and scales what is drawn back.

use std::cell::RefCell;
use std::convert::Infallible;
use std::rc::Rc;

use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind, FontStyle,
};

use super::scene::{Scene, Stroke, num, polyline};
use crate::present::font;
use crate::present::palette::Rgb;

/// Steps of the drawing canvas to one unit of the picture.
pub(super) const FINE: f64 = 16.0;

type Drawn = Result<(), DrawingErrorKind<Infallible>>;

/// Writes what plotters draws into a shared [`Scene`].
pub(super) struct SvgBackend {
    scene: Rc<RefCell<Scene>>,
    width: f64,
    height: f64,
}

impl SvgBackend {
    pub fn new(scene: Rc<RefCell<Scene>>, width: f64, height: f64) -> SvgBackend {
        SvgBackend { scene, width, height }
    }

    fn shape(&self, data: &str, fill: Option<BackendColor>, stroke: Option<(BackendColor, u32)>) {
        let mut scene = self.scene.borrow_mut();
        let dash = scene.dash;
        let stroke = stroke.map(|(c, w)| Stroke { color: rgb(c), width: f64::from(w) / FINE, dash });
        scene.path(data, fill.map(|c| (rgb(c), c.alpha)), stroke);
    }
}

fn rgb(c: BackendColor) -> Rgb {
    Rgb(c.rgb.0, c.rgb.1, c.rgb.2)
}

fn unit((x, y): BackendCoord) -> (f64, f64) {
    (f64::from(x) / FINE, f64::from(y) / FINE)
}

fn corners(a: BackendCoord, b: BackendCoord) -> [(f64, f64); 4] {
    let ((x0, y0), (x1, y1)) = (unit(a), unit(b));
    [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]
}

impl DrawingBackend for SvgBackend {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        ((self.width * FINE) as u32, (self.height * FINE) as u32)
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, point: BackendCoord, color: BackendColor) -> Drawn {
        self.draw_rect(point, (point.0 + 1, point.1 + 1), &color, true)
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> Drawn {
        self.draw_path([from, to], style)
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        a: BackendCoord,
        b: BackendCoord,
        style: &S,
        fill: bool,
    ) -> Drawn {
        let data = polyline(&corners(a, b), true);
        let paint = style.color();
        let line = (!fill).then_some((paint, style.stroke_width()));
        self.shape(&data, fill.then_some(paint), line);
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        let points: Vec<(f64, f64)> = path.into_iter().map(unit).collect();
        self.shape(&polyline(&points, false), None, Some((style.color(), style.stroke_width())));
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        let points: Vec<(f64, f64)> = path.into_iter().map(unit).collect();
        self.shape(&polyline(&points, true), Some(style.color()), None);
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        at: BackendCoord,
        radius: u32,
        style: &S,
        fill: bool,
    ) -> Drawn {
        let ((x, y), r) = (unit(at), f64::from(radius) / FINE);
        let (left, d) = (num(x - r), num(2.0 * r));
        let (y, r) = (num(y), num(r));
        let data = format!("M{left} {y}a{r} {r} 0 1 0 {d} 0a{r} {r} 0 1 0 -{d} 0Z");
        let line = (!fill).then_some((style.color(), style.stroke_width()));
        self.shape(&data, fill.then_some(style.color()), line);
        Ok(())
    }

    fn draw_text<T: BackendTextStyle>(&mut self, text: &str, style: &T, at: BackendCoord) -> Drawn {
        let (size, (x, y)) = (style.size() / FINE, unit(at));
        let anchor = match style.anchor().h_pos {
            HPos::Left => 0.0,
            HPos::Center => 0.5,
            HPos::Right => 1.0,
        };
        let drop = match style.anchor().v_pos {
            VPos::Top => font::ASCENT,
            VPos::Center => font::CAP_HEIGHT / 2.0,
            VPos::Bottom => -font::DESCENT,
        };
        let bold = matches!(style.style(), FontStyle::Bold);
        self.scene.borrow_mut().text(text, (x, y + drop * size), size, bold, rgb(style.color()), anchor);
        Ok(())
    }

    fn estimate_text_size<T: BackendTextStyle>(
        &self,
        text: &str,
        style: &T,
    ) -> Result<(u32, u32), DrawingErrorKind<Infallible>> {
        let bold = matches!(style.style(), FontStyle::Bold);
        let height = (font::ASCENT + font::DESCENT) * style.size();
        Ok((font::width(text, style.size(), bold).ceil() as u32, height.ceil() as u32))
    }
}
