//! Axes, grid and marks around a plot, and labels at the ends of lines.

use super::error::Size;
use super::pen::{Anchor, Pen, Plot, Rect};
use super::place::{Item, spread};
use super::scene::{Stroke, TEXT};
use super::ticks::{Tick, widest};
use crate::present::font;
use crate::present::palette::{GREY, GRID, INK, Rgb};

/// Height of a line of text in a picture.
pub(super) const ROW: f64 = TEXT * font::LINE;

/// What stands around a plot.
pub(super) struct Frame {
    pub size: Size,
    /// What the vertical axis counts, written above it.
    pub y_label: String,
    pub x: (f64, f64),
    pub x_ticks: Vec<Tick>,
    /// Written under the marks of the horizontal axis.
    pub x_note: String,
    pub y: (f64, f64),
    pub y_ticks: Vec<Tick>,
    /// Rows of text between the label of the axis and the plot.
    pub rows_above: usize,
    /// Room for labels on the right.
    pub right: f64,
}

impl Frame {
    /// The rectangle of the plot inside the picture.
    pub fn rect(&self) -> Rect {
        let left = widest(&self.y_ticks) + 10.0;
        let last = self.x_ticks.last().map_or(0.0, |t| font::width(&t.text, TEXT, false) / 2.0);
        let note = if self.x_note.is_empty() { 0.0 } else { ROW };
        Rect {
            x0: left.max(self.x_ticks.first().map_or(0.0, |t| font::width(&t.text, TEXT, false) / 2.0)),
            y0: ROW * (1 + self.rows_above) as f64 + 12.0,
            x1: (self.size.width - self.right.max(last.min(40.0) + 2.0)).max(left + 40.0),
            y1: self.size.height - 12.0 - ROW - note,
        }
    }

    /// A picture of the right size: wider than asked if labels leave too little for the plot.
    pub fn pen(&mut self) -> Pen {
        let around = widest(&self.y_ticks) + 10.0 + self.right;
        self.size.width = self.size.width.max(around + 120.0);
        Pen::new(self.size.width, self.size.height)
    }

    /// Draws grid, axes, marks and labels.
    pub fn draw<'p>(&self, pen: &'p Pen) -> Plot<'p> {
        let rect = self.rect();
        let plot = pen.plot(rect, self.x, self.y);
        pen.group("axes", || {
            pen.text(
                (0.0, TEXT * 0.6),
                &font::cut(&self.y_label, TEXT, false, self.size.width),
                Anchor::Start,
                false,
            );
            for t in &self.y_ticks {
                let (_, y) = plot.at(self.x.0, t.at);
                let base = t.at == 0.0 || (t.at - self.y.0).abs() < 1e-9;
                let stroke = if base { Stroke::new(GREY, 1.25) } else { Stroke::new(GRID, 1.0) };
                pen.line(&[(rect.x0, y), (rect.x1, y)], stroke);
                pen.text((rect.x0 - 8.0, y), &t.text, Anchor::End, false);
            }
            let mut free = f64::NEG_INFINITY;
            for t in &self.x_ticks {
                let (x, _) = plot.at(t.at, self.y.0);
                pen.line(&[(x, rect.y1), (x, rect.y1 + 6.0)], Stroke::new(GREY, 1.25));
                let half = font::width(&t.text, TEXT, false) / 2.0;
                let x = x.clamp(half, (self.size.width - half).max(half));
                if x - half < free {
                    continue;
                }
                free = x + half + 6.0;
                pen.text((x, rect.y1 + 8.0 + ROW / 2.0), &t.text, Anchor::Middle, false);
            }
            if !self.x_note.is_empty() {
                let y = rect.y1 + 10.0 + ROW * 1.5;
                let middle = (rect.x0 + rect.x1) / 2.0;
                let note = font::cut(&self.x_note, TEXT, false, rect.x1 - rect.x0);
                pen.words((middle, y), &note, Anchor::Middle, false, GREY, false);
            }
        });
        plot
    }
}

/// A label at the end of a line.
pub(super) struct EndLabel {
    /// Height of the line's end in the picture.
    pub y: f64,
    pub lines: Vec<String>,
    pub bold: bool,
    pub stroke: Stroke,
}

/// Length of the piece of line that leads from a line's end to its label.
pub(super) const LEADER: f64 = 40.0;

/// Room that end labels need on the right.
pub(super) fn end_room(labels: &[(Vec<String>, bool)]) -> f64 {
    let wide = |(lines, bold): &(Vec<String>, bool)| {
        lines.iter().map(|l| font::width(l, TEXT, *bold)).fold(0.0, f64::max)
    };
    labels.iter().map(wide).fold(0.0, f64::max) + LEADER + 10.0
}

/// Draws labels right of `x`, pushed apart, each with a piece of its line as leader.
pub(super) fn end_labels(pen: &Pen, x: f64, (top, bottom): (f64, f64), labels: &[EndLabel]) {
    let mut order: Vec<&EndLabel> = labels.iter().collect();
    order.sort_by(|a, b| a.y.total_cmp(&b.y));
    let items: Vec<Item> = order
        .iter()
        .map(|l| Item { wish: l.y, size: ROW * l.lines.len() as f64, weight: if l.bold { 4.0 } else { 1.0 } })
        .collect();
    let places = spread(&items, |_| 2.0, top, bottom);
    pen.group("direct-labels", || {
        for (label, y) in order.iter().zip(&places) {
            // A plain thread to the label's height, then a sample of the line itself.
            let thread = Stroke { dash: "", width: 1.0, ..label.stroke };
            pen.line(&[(x + 1.0, label.y), (x + 4.0, label.y), (x + 13.0, *y)], thread);
            pen.line(&[(x + 13.0, *y), (x + LEADER, *y)], thin(label.stroke));
            let first = y - ROW * (label.lines.len() as f64 - 1.0) / 2.0;
            for (i, line) in label.lines.iter().enumerate() {
                pen.text((x + LEADER + 5.0, first + ROW * i as f64), line, Anchor::Start, label.bold);
            }
        }
    });
}

fn thin(s: Stroke) -> Stroke {
    Stroke { width: s.width.min(2.0), ..s }
}

/// A labelled vertical line, such as the end of what was observed.
pub(super) fn boundary(pen: &Pen, plot: &Plot<'_>, at: f64, text: &str, row: usize) {
    let rect = plot.rect;
    let (x, _) = plot.at(at, plot.y.0);
    let x = x.clamp(rect.x0, rect.x1);
    let text = font::cut(text, TEXT, false, rect.x1 - rect.x0);
    let half = font::width(&text, TEXT, false) / 2.0;
    let y = ROW * (row as f64 + 0.5) + 4.0;
    pen.group("boundary", || {
        pen.line(&[(x, y + ROW / 2.0), (x, rect.y1)], Stroke::new(INK, 1.25).dash("3 4"));
        pen.text(
            (x.clamp(rect.x0 + half, (rect.x1 - half).max(rect.x0 + half)), y),
            &text,
            Anchor::Middle,
            false,
        );
    });
}

/// A labelled horizontal line, such as a target; gives the line in the picture's units.
pub(super) fn reference(pen: &Pen, plot: &Plot<'_>, value: f64, color: Rgb) -> [(f64, f64); 2] {
    let (_, y) = plot.at(plot.x.0, value);
    let ends = [(plot.rect.x0, y), (plot.rect.x1, y)];
    pen.line(&ends, Stroke::new(color, 2.0).dash("8 5"));
    ends
}
