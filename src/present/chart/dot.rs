//! Differences with their intervals, one to a row, against a line at zero.

use super::error::{ChartError, Size, at_most, finite};
use super::frame::ROW;
use super::pen::{Anchor, Pen, Rect};
use super::scene::{Drawing, Stroke, TEXT};
use super::ticks::nice_along;
use crate::present::palette::{GREY, GRID, INK, SERIES};
use crate::present::{font, format};

/// One estimate.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DotRow {
    /// What was compared.
    pub label: String,
    /// The estimate.
    pub estimate: f64,
    /// Lower end of its interval.
    pub low: f64,
    /// Upper end of its interval.
    pub high: f64,
}

/// A chart of estimates and intervals.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DotInterval {
    /// Stable id.
    pub id: String,
    /// What is shown, read out in place of the picture.
    pub title: String,
    /// What the axis measures and against what, such as `Change in children in need, against carrying on as now`.
    pub value_label: String,
    /// Level of the intervals, 0 to 1.
    pub level: f64,
    /// Decimals of the numbers, at most 3.
    pub places: usize,
    /// The rows, from above.
    pub rows: Vec<DotRow>,
    /// Size of the picture; the height follows the rows, and the width grows if it must.
    pub size: Size,
}

impl DotInterval {
    /// The chart as SVG.
    pub fn svg(&self) -> Result<String, ChartError> {
        Ok(self.drawing()?.svg())
    }

    fn number(&self, r: &DotRow) -> String {
        let n = self.places.min(3);
        format!(
            "{} ({} to {})",
            format::signed(r.estimate, n),
            format::signed(r.low, n),
            format::signed(r.high, n)
        )
    }

    /// The chart with the places of its labels.
    pub fn drawing(&self) -> Result<Drawing, ChartError> {
        self.size.check()?;
        if self.rows.is_empty() {
            return Err(ChartError::Empty("no rows"));
        }
        at_most("rows", self.rows.len(), 60)?;
        finite(self.rows.iter().flat_map(|r| [r.estimate, r.low, r.high]).chain([self.level]), "rows")?;
        let w = self.size.width;
        let names: Vec<Vec<String>> =
            self.rows.iter().map(|r| font::wrap(&r.label, TEXT, false, w * 0.3, 6)).collect();
        let left = names.iter().flatten().map(|l| font::width(l, TEXT, false)).fold(0.0, f64::max) + 18.0;
        let head = format!("Estimate ({} interval)", format::level(self.level));
        let texts = self.rows.iter().map(|r| font::width(&self.number(r), TEXT, false));
        let right = texts.fold(font::width(&head, TEXT, false), f64::max) + 14.0;
        // Narrow pictures grow rather than squeeze the plot.
        let w = w.max(left + right + 220.0);
        let heights: Vec<f64> = names.iter().map(|n| ROW * n.len() as f64 + 16.0).collect();
        let label = font::wrap(&self.value_label, TEXT, false, w, 4);
        let top = ROW * (label.len() as f64 + 1.0) + 16.0;
        let bottom = top + heights.iter().sum::<f64>();
        let pen = Pen::new(w, bottom + ROW + 12.0);
        for (i, line) in label.iter().enumerate() {
            pen.text((0.0, ROW * i as f64 + TEXT * 0.6), line, Anchor::Start, false);
        }
        pen.words((w, top - ROW / 2.0 - 2.0), &head, Anchor::End, false, GREY, false);
        let rect = Rect { x0: left, y0: top, x1: w - right, y1: bottom };
        self.draw_rows(&pen, rect, &names, &heights);
        pen.finish(&self.id, &self.title, &self.describe())
    }

    fn draw_rows(&self, pen: &Pen, rect: Rect, names: &[Vec<String>], heights: &[f64]) {
        let low = self.rows.iter().map(|r| r.low.min(r.estimate)).fold(0.0, f64::min);
        let high = self.rows.iter().map(|r| r.high.max(r.estimate)).fold(0.0, f64::max);
        let sign = font::width("+", TEXT, false);
        let (range, ticks) = nice_along(low, high, 6, rect.x1 - rect.x0, sign);
        let plot = pen.plot(rect, range, (0.0, 1.0));
        pen.group("axes", || {
            for t in &ticks {
                let (x, _) = plot.at(t.at, 0.0);
                // The text of a mark near the edge stays inside the picture.
                let text_at = |text: &str| {
                    let half = font::width(text, TEXT, false) / 2.0;
                    x.clamp(half, (pen.width() - half).max(half))
                };
                let zero = t.at == 0.0;
                pen.line(
                    &[(x, rect.y0), (x, rect.y1 + 5.0)],
                    if zero { Stroke::new(INK, 1.5) } else { Stroke::new(GRID, 1.0) },
                );
                let text = if t.at > 0.0 { format!("+{}", t.text) } else { t.text.clone() };
                pen.text((text_at(&text), rect.y1 + 6.0 + ROW / 2.0), &text, Anchor::Middle, false);
            }
        });
        let mut y = rect.y0;
        pen.group("rows", || {
            for ((r, lines), height) in self.rows.iter().zip(names).zip(heights) {
                let m = y + height / 2.0;
                let first = m - ROW * (lines.len() as f64 - 1.0) / 2.0;
                for (i, line) in lines.iter().enumerate() {
                    pen.text((rect.x0 - 18.0, first + ROW * i as f64), line, Anchor::End, false);
                }
                let x = |v: f64| plot.at(v, 0.0).0;
                let stroke = Stroke::new(SERIES[0], 2.5);
                pen.line(&[(x(r.low), m), (x(r.high), m)], stroke);
                for v in [r.low, r.high] {
                    pen.line(&[(x(v), m - 5.0), (x(v), m + 5.0)], stroke);
                }
                // Solid where the interval leaves zero out.
                pen.dot((x(r.estimate), m), 6.0, SERIES[0], r.low > 0.0 || r.high < 0.0);
                pen.text((pen.width(), m), &self.number(r), Anchor::End, false);
                y += height;
            }
        });
    }

    fn describe(&self) -> String {
        let rows = self.rows.iter().map(|r| format!("{}: {}.", r.label, self.number(r)));
        format!(
            "Estimates with {} intervals. {}",
            format::level(self.level),
            rows.collect::<Vec<_>>().join(" ")
        )
    }
}
