//! Drawing through plotters, in the units of the picture.

use std::cell::RefCell;
use std::rc::Rc;

use plotters::coord::Shift;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::{
    Cartesian2d, Circle, DrawingArea, IntoDrawingArea, IntoFont, PathElement, Polygon, RGBColor, Rectangle,
    ShapeStyle, Text, TextStyle,
};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontStyle};

use super::backend::{FINE, SvgBackend};
use super::error::ChartError;
use super::scene::{Drawing, LabelBox, Scene, Stroke, TEXT};
use crate::present::escape;
use crate::present::palette::{INK, Rgb};

type Plotted = Cartesian2d<RangedCoordf64, RangedCoordf64>;

/// Where a text stands against its point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// A picture under the hand.
pub(super) struct Pen {
    area: DrawingArea<SvgBackend, Shift>,
    scene: Rc<RefCell<Scene>>,
    failed: RefCell<Option<String>>,
    width: f64,
    height: f64,
}

fn fine((x, y): (f64, f64)) -> (i32, i32) {
    ((x * FINE).round() as i32, (y * FINE).round() as i32)
}

fn rgb(c: Rgb) -> RGBColor {
    RGBColor(c.0, c.1, c.2)
}

fn line(s: Stroke) -> ShapeStyle {
    ShapeStyle { color: rgb(s.color).to_rgba(), filled: false, stroke_width: (s.width * FINE).round() as u32 }
}

impl Pen {
    pub fn new(width: f64, height: f64) -> Pen {
        let scene = Rc::new(RefCell::new(Scene::default()));
        let area = SvgBackend::new(Rc::clone(&scene), width, height).into_drawing_area();
        Pen { area, scene, failed: RefCell::new(None), width, height }
    }

    fn check<E: std::fmt::Display>(&self, result: Result<(), E>) {
        if let Err(e) = result {
            self.failed.borrow_mut().get_or_insert_with(|| e.to_string());
        }
    }

    /// Runs `draw` inside a group with a class that tells what is in it.
    pub fn group(&self, class: &str, draw: impl FnOnce()) {
        self.scene.borrow_mut().open(class, "");
        draw();
        self.scene.borrow_mut().close();
    }

    pub fn line(&self, points: &[(f64, f64)], stroke: Stroke) {
        self.scene.borrow_mut().dash = stroke.dash;
        let path = PathElement::new(points.iter().copied().map(fine).collect::<Vec<_>>(), line(stroke));
        self.check(self.area.draw(&path));
        self.scene.borrow_mut().dash = "";
    }

    pub fn rect(&self, (x0, y0): (f64, f64), (x1, y1): (f64, f64), fill: Rgb) {
        self.check(self.area.draw(&Rectangle::new([fine((x0, y0)), fine((x1, y1))], rgb(fill).filled())));
    }

    pub fn outline(&self, (x0, y0): (f64, f64), (x1, y1): (f64, f64), stroke: Stroke) {
        self.line(&[(x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)], stroke);
    }

    pub fn polygon(&self, points: &[(f64, f64)], fill: Rgb) {
        let points: Vec<_> = points.iter().copied().map(fine).collect();
        self.check(self.area.draw(&Polygon::new(points, rgb(fill).filled())));
    }

    /// A circle, white inside unless `solid`.
    pub fn dot(&self, at: (f64, f64), radius: f64, color: Rgb, solid: bool) {
        let r = (radius * FINE).round() as i32;
        let inside = if solid { rgb(color) } else { RGBColor(255, 255, 255) };
        self.check(self.area.draw(&Circle::new(fine(at), r, inside.filled())));
        self.check(self.area.draw(&Circle::new(fine(at), r, line(Stroke::new(color, 2.0)))));
    }

    /// A line of text centred on `y`.
    pub fn text(&self, at: (f64, f64), text: &str, anchor: Anchor, bold: bool) {
        self.words(at, text, anchor, bold, INK, false);
    }

    /// A line of text with a white edge, centred on `y`, to be read across lines.
    pub fn label(&self, at: (f64, f64), text: &str, anchor: Anchor, bold: bool) {
        self.words(at, text, anchor, bold, INK, true);
    }

    pub fn words(&self, at: (f64, f64), text: &str, anchor: Anchor, bold: bool, color: Rgb, halo: bool) {
        let h = match anchor {
            Anchor::Start => HPos::Left,
            Anchor::Middle => HPos::Center,
            Anchor::End => HPos::Right,
        };
        let face = if bold { FontStyle::Bold } else { FontStyle::Normal };
        let font = ("Liberation Sans", TEXT * FINE, face).into_font();
        let paint = rgb(color);
        let style = TextStyle::from(font).color(&paint).pos(Pos::new(h, VPos::Center));
        self.scene.borrow_mut().halo = halo;
        self.check(self.area.draw(&Text::new(text.to_owned(), fine(at), style)));
        self.scene.borrow_mut().halo = false;
    }

    /// SVG path data in the picture's units, for shapes plotters does not have.
    pub fn path(&self, data: &str, fill: Option<(Rgb, f64)>, stroke: Option<Stroke>) {
        self.scene.borrow_mut().path(data, fill, stroke);
    }

    /// A plotters coordinate system over a rectangle of the picture; `y` grows upwards.
    pub fn plot(&self, rect: Rect, x: (f64, f64), y: (f64, f64)) -> Plot<'_> {
        let (left, top) = fine((rect.x0, rect.y0));
        let (right, bottom) = fine((rect.x1, rect.y1));
        let spec = Plotted::new(x.0..x.1, y.0..y.1, (left..right, bottom..top));
        Plot { pen: self, area: self.area.apply_coord_spec(spec), rect, x, y }
    }

    /// Width of the picture.
    pub fn width(&self) -> f64 {
        self.width
    }

    /// Where text stands so far.
    pub fn labels(&self) -> Vec<LabelBox> {
        self.scene.borrow().labels.clone()
    }

    /// The finished picture.
    pub fn finish(self, id: &str, title: &str, description: &str) -> Result<Drawing, ChartError> {
        if let Some(e) = self.failed.into_inner() {
            return Err(ChartError::Drawing(e));
        }
        let scene = std::mem::take(&mut *self.scene.borrow_mut());
        Ok(Drawing {
            id: escape::slug(id),
            title: title.to_owned(),
            description: description.to_owned(),
            width: self.width,
            height: self.height,
            labels: scene.labels,
            body: scene.body,
        })
    }
}

/// A rectangle of the picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rect {
    pub x0: f64,
    pub y0: f64,
    pub x1: f64,
    pub y1: f64,
}

/// The part of the picture that shows data, with its scales.
pub(super) struct Plot<'a> {
    pen: &'a Pen,
    area: DrawingArea<SvgBackend, Plotted>,
    pub rect: Rect,
    pub x: (f64, f64),
    pub y: (f64, f64),
}

impl Plot<'_> {
    /// The place of a value in the picture.
    pub fn at(&self, x: f64, y: f64) -> (f64, f64) {
        let (px, py) = self.area.map_coordinate(&(x, y));
        (f64::from(px) / FINE, f64::from(py) / FINE)
    }

    /// A line through values.
    pub fn line(&self, values: &[(f64, f64)], stroke: Stroke) {
        self.pen.scene.borrow_mut().dash = stroke.dash;
        self.pen.check(self.area.draw(&PathElement::new(values.to_vec(), line(stroke))));
        self.pen.scene.borrow_mut().dash = "";
    }

    /// The area between two lines over the same places.
    pub fn band(&self, low: &[(f64, f64)], high: &[(f64, f64)], fill: Rgb) {
        let ring: Vec<(f64, f64)> = low.iter().copied().chain(high.iter().rev().copied()).collect();
        self.pen.check(self.area.draw(&Polygon::new(ring, rgb(fill).filled())));
    }
}
