//! Bars in groups, lying or standing, with intervals and their numbers.

use super::error::{ChartError, Size, at_most, finite, same};
use super::frame::ROW;
use super::pen::{Anchor, Pen, Rect};
use super::scene::{Drawing, Stroke, TEXT, num};
use super::ticks::{Tick, nice, widest};
use crate::present::palette::{GREY, GRID, INK, PAIR, Rgb, SERIES, WHITE};
use crate::present::{font, format};

/// The bars of one kind, one for each category.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BarSeries {
    /// Name, shown in the key when there are several.
    pub name: String,
    /// Lengths, not negative.
    pub values: Vec<f64>,
    /// Intervals, drawn as whiskers; empty for none.
    pub intervals: Vec<Option<(f64, f64)>>,
}

/// A chart of bars in groups, up to four kinds.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BarChart {
    /// Stable id.
    pub id: String,
    /// What is shown, read out in place of the picture.
    pub title: String,
    /// What the bars count.
    pub value_label: String,
    /// The categories in the order they are shown.
    pub categories: Vec<String>,
    /// The kinds of bars.
    pub series: Vec<BarSeries>,
    /// Standing bars, for categories with short names; else lying bars.
    pub upright: bool,
    /// Whether values are shares from 0 to 1, shown in per cent.
    pub percent: bool,
    /// Size of the picture; lying bars take the height they need.
    pub size: Size,
}

/// The most categories a chart may have.
const MOST: usize = 60;
/// Thickness of a lying bar.
const THICK: f64 = 22.0;

/// The colours of a chart with so many kinds.
fn color(i: usize, of: usize) -> Rgb {
    let set: &[Rgb] = if of <= 2 { &PAIR } else { &SERIES };
    set.get(i).copied().unwrap_or(SERIES[0])
}

impl BarChart {
    /// The chart as SVG.
    pub fn svg(&self) -> Result<String, ChartError> {
        Ok(self.drawing()?.svg())
    }

    fn check(&self) -> Result<(), ChartError> {
        self.size.check()?;
        if self.categories.is_empty() || self.series.is_empty() {
            return Err(ChartError::Empty("no bars"));
        }
        at_most("categories", self.categories.len(), MOST)?;
        at_most("kinds of bars", self.series.len(), 4)?;
        for s in &self.series {
            same("bars of a kind", s.values.len(), self.categories.len())?;
            finite(s.values.iter().copied(), "bars")?;
            if s.values.iter().any(|v| *v < 0.0) {
                return Err(ChartError::NotFinite("bars (a length below zero)"));
            }
            if !s.intervals.is_empty() {
                same("intervals of a kind", s.intervals.len(), self.categories.len())?;
                finite(s.intervals.iter().flatten().flat_map(|(a, b)| [*a, *b]), "intervals")?;
            }
        }
        Ok(())
    }

    /// The chart with the places of its labels.
    pub fn drawing(&self) -> Result<Drawing, ChartError> {
        self.check()?;
        let pen = if self.upright { self.standing() } else { self.lying() };
        pen.finish(&self.id, &self.title, &self.describe())
    }

    fn value(&self, v: f64) -> String {
        if self.percent { format::percent(v) } else { format::count(v) }
    }

    fn interval(&self, s: usize, c: usize) -> Option<(f64, f64)> {
        self.series.get(s).and_then(|s| s.intervals.get(c)).copied().flatten()
    }

    fn scale(&self, wanted: usize) -> ((f64, f64), Vec<Tick>) {
        let values = self.series.iter().flat_map(|s| s.values.iter().copied());
        let highs = self.series.iter().flat_map(|s| s.intervals.iter().flatten().map(|p| p.1));
        let (range, mut ticks) = nice(0.0, values.chain(highs).fold(0.0, f64::max), wanted);
        ticks.retain(|t| t.at >= 0.0);
        if self.percent {
            ticks.iter_mut().for_each(|t| t.text = format::level(t.at));
        }
        ((0.0, range.1), ticks)
    }

    /// Where the names of the key stand: left edge and row of each.
    fn key_places(&self) -> Vec<(f64, usize, String)> {
        let (mut x, mut row) = (0.0, 0);
        let mut out = Vec::new();
        for s in self.series.iter().filter(|_| self.series.len() > 1) {
            let name = font::cut(&s.name, TEXT, false, self.size.width - 30.0);
            let w = 24.0 + font::width(&name, TEXT, false);
            if x > 0.0 && x + w > self.size.width {
                (x, row) = (0.0, row + 1);
            }
            out.push((x, row, name));
            x += w + 24.0;
        }
        out
    }

    /// Height of the label of the axis and the key under it.
    fn header(&self) -> f64 {
        let rows = self.key_places().last().map_or(0, |p| p.1 + 1);
        ROW + 10.0 + (ROW + 6.0) * rows as f64
    }

    fn draw_header(&self, pen: &Pen) {
        let label = font::cut(&self.value_label, TEXT, false, self.size.width);
        pen.text((0.0, TEXT * 0.6), &label, Anchor::Start, false);
        pen.group("key", || {
            for (i, (x, row, name)) in self.key_places().iter().enumerate() {
                let y = ROW + 8.0 + (ROW + 6.0) * *row as f64;
                let r = Rect { x0: *x, y0: y + 1.0, x1: x + 18.0, y1: y + 17.0 };
                bar(pen, r, i, self.series.len());
                pen.text((x + 24.0, y + 9.0), name, Anchor::Start, false);
            }
        });
    }

    fn lying(&self) -> Pen {
        let w = self.size.width;
        let limit = w * 0.36;
        let names: Vec<Vec<String>> =
            self.categories.iter().map(|c| font::wrap(c, TEXT, false, limit, 3)).collect();
        let left = names.iter().flatten().map(|l| font::width(l, TEXT, false)).fold(0.0, f64::max) + 14.0;
        let bars = THICK * self.series.len() as f64 + 2.0 * (self.series.len() as f64 - 1.0);
        let rows: Vec<f64> = names.iter().map(|n| bars.max(ROW * n.len() as f64) + 14.0).collect();
        let (range, _) = self.scale(5);
        let texts = self
            .series
            .iter()
            .flat_map(|s| s.values.iter().map(|v| font::width(&self.value(*v), TEXT, false)));
        let right = texts.fold(0.0, f64::max) + 14.0;
        let header = self.header();
        let height = header + rows.iter().sum::<f64>() + 8.0;
        let pen = Pen::new(w, height);
        self.draw_header(&pen);
        let mut y = header;
        let px = |v: f64| left + (w - right - left) * v / range.1;
        pen.group("bars", || {
            for (c, (lines, row)) in names.iter().zip(&rows).enumerate() {
                let middle = y + row / 2.0;
                let first = middle - ROW * (lines.len() as f64 - 1.0) / 2.0;
                for (i, line) in lines.iter().enumerate() {
                    pen.text((left - 12.0, first + ROW * i as f64), line, Anchor::End, false);
                }
                for (i, s) in self.series.iter().enumerate() {
                    let top = middle - bars / 2.0 + (THICK + 2.0) * i as f64;
                    let v = s.values.get(c).copied().unwrap_or(0.0);
                    bar(&pen, Rect { x0: left, y0: top, x1: px(v), y1: top + THICK }, i, self.series.len());
                    let mut end = px(v);
                    if let Some((lo, hi)) = self.interval(i, c) {
                        let m = top + THICK / 2.0;
                        whisker(&pen, (px(lo.max(0.0)), m), (px(hi), m));
                        end = end.max(px(hi));
                    }
                    pen.text((end + 7.0, top + THICK / 2.0), &self.value(v), Anchor::Start, false);
                }
                y += row;
            }
        });
        pen.line(&[(left, header), (left, y)], Stroke::new(GREY, 1.25));
        pen
    }

    fn standing(&self) -> Pen {
        let (w, h) = (self.size.width, self.size.height);
        let pen = Pen::new(w, h);
        self.draw_header(&pen);
        let top = self.header() + ROW;
        let (range, ticks) = self.scale(4);
        let left = widest(&ticks) + 10.0;
        let slot = (w - left) / self.categories.len() as f64;
        let names: Vec<Vec<String>> =
            self.categories.iter().map(|c| font::wrap(c, TEXT, false, (slot - 8.0).max(12.0), 3)).collect();
        let deepest = names.iter().map(Vec::len).max().unwrap_or(1) as f64;
        let rect = Rect { x0: left, y0: top, x1: w, y1: (h - ROW * deepest - 10.0).max(top + 40.0) };
        let plot = pen.plot(rect, (0.0, 1.0), range);
        for t in &ticks {
            let (_, y) = plot.at(0.0, t.at);
            pen.line(
                &[(left, y), (w, y)],
                if t.at == 0.0 { Stroke::new(GREY, 1.25) } else { Stroke::new(GRID, 1.0) },
            );
            pen.text((left - 8.0, y), &t.text, Anchor::End, false);
        }
        let kinds = self.series.len() as f64;
        let thick = ((slot * 0.78 - 3.0 * (kinds - 1.0)) / kinds).clamp(2.0, 72.0);
        let group = thick * kinds + 3.0 * (kinds - 1.0);
        let widest_value = self
            .series
            .iter()
            .flat_map(|s| s.values.iter().map(|v| font::width(&self.value(*v), TEXT, false)))
            .fold(0.0, f64::max);
        pen.group("bars", || {
            for (c, lines) in names.iter().enumerate() {
                let middle = left + slot * (c as f64 + 0.5);
                for (i, line) in lines.iter().enumerate() {
                    pen.text((middle, rect.y1 + 6.0 + ROW * (i as f64 + 0.5)), line, Anchor::Middle, false);
                }
                for (i, s) in self.series.iter().enumerate() {
                    let x = middle - group / 2.0 + (thick + 3.0) * i as f64;
                    let v = s.values.get(c).copied().unwrap_or(0.0);
                    let (_, y) = plot.at(0.0, v);
                    bar(&pen, Rect { x0: x, y0: y, x1: x + thick, y1: rect.y1 }, i, self.series.len());
                    let mut end = y;
                    if let Some((lo, hi)) = self.interval(i, c) {
                        let m = x + thick / 2.0;
                        whisker(&pen, (m, plot.at(0.0, lo.max(0.0)).1), (m, plot.at(0.0, hi).1));
                        end = end.min(plot.at(0.0, hi).1);
                    }
                    // Numbers only where every one of them fits over its bar.
                    if widest_value <= thick + 2.0 {
                        pen.label((x + thick / 2.0, end - 11.0), &self.value(v), Anchor::Middle, false);
                    }
                }
            }
        });
        pen
    }

    fn describe(&self) -> String {
        let one = |(c, name): (usize, &String)| {
            let values: Vec<String> = self
                .series
                .iter()
                .filter_map(|s| {
                    s.values.get(c).map(|v| format!("{} {}", s.name, self.value(*v)).trim().to_owned())
                })
                .collect();
            format!("{name}: {}.", values.join(", "))
        };
        self.categories.iter().enumerate().map(one).collect::<Vec<_>>().join(" ")
    }
}

/// A bar: the first kind solid, the others told apart by hatching as well as colour.
fn bar(pen: &Pen, r: Rect, kind: usize, of: usize) {
    let c = color(kind, of);
    if r.x1 - r.x0 < 0.05 || r.y1 - r.y0 < 0.05 {
        return;
    }
    if kind == 0 {
        pen.rect((r.x0, r.y0), (r.x1, r.y1), c);
        return;
    }
    pen.rect((r.x0, r.y0), (r.x1, r.y1), WHITE);
    hatch(pen, r, c, kind);
    let e = 1.0;
    pen.outline((r.x0 + e, r.y0 + e), ((r.x1 - e).max(r.x0 + e), r.y1 - e), Stroke::new(c, 2.0));
}

/// Slanted, upright or crossed lines inside a rectangle, as one path.
fn hatch(pen: &Pen, r: Rect, c: Rgb, kind: usize) {
    let (w, h) = (r.x1 - r.x0, r.y1 - r.y0);
    let mut data = String::new();
    let mut add = |a: (f64, f64), b: (f64, f64)| {
        data.push_str(&format!("M{} {}L{} {}", num(a.0), num(a.1), num(b.0), num(b.1)));
    };
    let step = 7.0;
    let lines = ((w + h) / step).min(600.0) as usize;
    for i in 1..=lines {
        let d = step * i as f64;
        let (from, to) = ((d.min(w), (d - w).max(0.0)), ((d - h).max(0.0), d.min(h)));
        if kind == 2 && d < w {
            add((r.x0 + d, r.y0), (r.x0 + d, r.y1));
        } else if kind != 2 {
            add((r.x0 + from.0, r.y0 + from.1), (r.x0 + to.0, r.y0 + to.1));
        }
        if kind == 3 {
            add((r.x1 - from.0, r.y0 + from.1), (r.x1 - to.0, r.y0 + to.1));
        }
    }
    if !data.is_empty() {
        pen.path(&data, None, Some(Stroke::new(c, 2.0)));
    }
}

/// An interval as a line with ends, dark with a white edge so that it shows on any bar.
pub(super) fn whisker(pen: &Pen, a: (f64, f64), b: (f64, f64)) {
    let (dx, dy) = if (a.1 - b.1).abs() < 1e-9 { (0.0, 5.0) } else { (5.0, 0.0) };
    for stroke in [Stroke::new(WHITE, 4.5), Stroke::new(INK, 1.75)] {
        pen.line(&[a, b], stroke);
        for p in [a, b] {
            pen.line(&[(p.0 - dx, p.1 - dy), (p.0 + dx, p.1 + dy)], stroke);
        }
    }
}

/// Lengths of stay in bands, model beside published: a chart of standing bars.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StayBands {
    /// Stable id.
    pub id: String,
    /// What is shown, read out in place of the picture.
    pub title: String,
    /// Names of the bands, shortest stay first, such as `3 to 6 months`.
    pub bands: Vec<String>,
    /// The model's share of stays in each band, 0 to 1.
    pub model: Vec<f64>,
    /// Intervals of the model's shares; empty for none.
    pub intervals: Vec<Option<(f64, f64)>>,
    /// The published share of stays in each band.
    pub published: Vec<f64>,
    /// What those are called.
    pub beside: String,
    /// Size of the picture.
    pub size: Size,
}

impl StayBands {
    /// The chart as SVG.
    pub fn svg(&self) -> Result<String, ChartError> {
        Ok(self.drawing()?.svg())
    }

    /// The chart with the places of its labels.
    pub fn drawing(&self) -> Result<Drawing, ChartError> {
        BarChart {
            id: self.id.clone(),
            title: self.title.clone(),
            value_label: "Share of stays".into(),
            categories: self.bands.clone(),
            series: vec![
                BarSeries {
                    name: "Model".into(),
                    values: self.model.clone(),
                    intervals: self.intervals.clone(),
                },
                BarSeries {
                    name: self.beside.clone(),
                    values: self.published.clone(),
                    intervals: Vec::new(),
                },
            ],
            upright: true,
            percent: true,
            size: self.size,
        }
        .drawing()
    }
}
