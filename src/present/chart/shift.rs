//! Two intervals of each number, before and after, each row on a scale of its own.

use super::error::{ChartError, Size, at_most, finite};
use super::frame::ROW;
use super::pen::{Anchor, Pen};
use super::scene::{Drawing, Stroke, TEXT};
use crate::present::font;
use crate::present::palette::{GREY, GRID, INK, SERIES};

/// One number.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ShiftRow {
    /// What it is.
    pub label: String,
    /// Low end, middle and high end before.
    pub before: [f64; 3],
    /// The same after.
    pub after: [f64; 3],
    /// The first as a reader sees it.
    pub before_text: String,
    /// The second.
    pub after_text: String,
}

/// A chart of numbers before and after, in their own units.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Shift {
    /// Stable id.
    pub id: String,
    /// What is shown, read out in place of the picture.
    pub title: String,
    /// Heading of the first intervals' texts.
    pub before_label: String,
    /// Heading of the second.
    pub after_label: String,
    /// The rows, from above.
    pub rows: Vec<ShiftRow>,
    /// Size of the picture; the height follows the rows, and the width grows if it must.
    pub size: Size,
}

impl Shift {
    /// The chart with the places of its labels.
    pub fn drawing(&self) -> Result<Drawing, ChartError> {
        self.size.check()?;
        if self.rows.is_empty() {
            return Err(ChartError::Empty("no rows"));
        }
        at_most("rows", self.rows.len(), 60)?;
        finite(self.rows.iter().flat_map(|r| r.before.iter().chain(&r.after)).copied(), "rows")?;
        let w = self.size.width;
        let names: Vec<Vec<String>> =
            self.rows.iter().map(|r| font::wrap(&r.label, TEXT, false, w * 0.36, 3)).collect();
        let widest = |texts: &mut dyn Iterator<Item = &str>| {
            texts.map(|t| font::width(t, TEXT, false)).fold(0.0, f64::max)
        };
        let left = widest(&mut names.iter().flatten().map(String::as_str)) + 18.0;
        let texts = self.rows.iter().flat_map(|r| [r.before_text.as_str(), r.after_text.as_str()]);
        let heads = [self.before_label.as_str(), self.after_label.as_str()];
        let right = widest(&mut texts.chain(heads)) + 18.0;
        let w = w.max(left + right + 220.0);
        let heights: Vec<f64> = names.iter().map(|n| (ROW * n.len() as f64).max(2.0 * ROW) + 14.0).collect();
        let top = 2.0 * ROW + 12.0;
        let pen = Pen::new(w, top + heights.iter().sum::<f64>() + 8.0);
        pen.words((w, ROW / 2.0), &self.before_label, Anchor::End, false, GREY, false);
        pen.words((w, ROW * 1.5), &self.after_label, Anchor::End, false, SERIES[0], false);
        let (x0, x1) = (left, w - right);
        let mut y = top;
        pen.group("rows", || {
            for ((r, lines), height) in self.rows.iter().zip(&names).zip(&heights) {
                let m = y + height / 2.0;
                let first = m - ROW * (lines.len() as f64 - 1.0) / 2.0;
                for (i, line) in lines.iter().enumerate() {
                    pen.text((x0 - 18.0, first + ROW * i as f64), line, Anchor::End, false);
                }
                let all = || r.before.iter().chain(&r.after).copied();
                let (low, high) =
                    (all().fold(f64::INFINITY, f64::min), all().fold(f64::NEG_INFINITY, f64::max));
                let room = (high - low).max(1e-12 * high.abs()).max(1e-300);
                let x = |v: f64| x0 + (x1 - x0) * (0.03 + 0.94 * (v - low) / room);
                pen.line(&[(0.0, y + height), (w, y + height)], Stroke::new(GRID, 1.0));
                let half = ROW / 2.0;
                for (ends, at, colour, text) in [
                    (&r.before, m - half, GREY, &r.before_text),
                    (&r.after, m + half, SERIES[0], &r.after_text),
                ] {
                    pen.rect((x(ends[0]), at - 5.0), (x(ends[2]), at + 5.0), colour);
                    pen.line(&[(x(ends[1]), at - 9.0), (x(ends[1]), at + 9.0)], Stroke::new(INK, 2.5));
                    pen.words((w, at), text, Anchor::End, false, colour, false);
                }
                y += height;
            }
        });
        let rows =
            self.rows.iter().map(|r| format!("{}: {}, then {}.", r.label, r.before_text, r.after_text));
        pen.finish(&self.id, &self.title, &rows.collect::<Vec<_>>().join(" "))
    }
}
