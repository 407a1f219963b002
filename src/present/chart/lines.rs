//! Lines against time or another measure, each with its name at its end.

use jiff::civil::Date;

use super::error::{ChartError, Size, at_most, finite, same};
use super::frame::{EndLabel, Frame, ROW, boundary, end_labels, end_room, reference};
use super::pen::{Pen, Plot};
use super::scene::{Drawing, Stroke, TEXT};
use super::ticks::{dates, day, nice, nice_along};
use crate::present::palette::{ACCENT, DASHES, PAIR, Rgb, SERIES};
use crate::present::{font, format};

/// The places of a chart's values on its horizontal axis.
#[derive(Debug, Clone, PartialEq)]
pub enum Places {
    /// Days.
    Dates(Vec<Date>),
    /// Numbers, with what they count, such as `Weeks since the plan started`.
    Numbers(Vec<f64>, String),
}

impl Default for Places {
    fn default() -> Self {
        Places::Dates(Vec::new())
    }
}

/// One line of a chart.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Series {
    /// Name, written at the line's end.
    pub name: String,
    /// A value for each place.
    pub values: Vec<f64>,
    /// An interval for each place, drawn as thin lines either side; empty for none.
    pub interval: Vec<(f64, f64)>,
}

/// A chart of up to six lines (four are easier to read).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LineChart {
    /// Stable id.
    pub id: String,
    /// What is shown, read out in place of the picture.
    pub title: String,
    /// What the vertical axis counts.
    pub y_label: String,
    /// Places of the values.
    pub x: Places,
    /// The lines.
    pub series: Vec<Series>,
    /// Whether the lines go in steps: a value holds until the next place.
    pub steps: bool,
    /// Whether the values are shares from 0 to 1, shown in per cent.
    pub percent: bool,
    /// Whether the values are pounds.
    pub pounds: bool,
    /// Whether the vertical axis starts from zero.
    pub from_zero: bool,
    /// A level to reach, with its name.
    pub target: Option<(String, f64)>,
    /// A place to mark with a labelled line, in days for dates.
    pub boundary: Option<(f64, String)>,
    /// Size of the picture.
    pub size: Size,
}

/// The place of a day on a dated axis, for [`LineChart::boundary`].
pub fn day_number(d: Date) -> f64 {
    day(d)
}

fn color(i: usize, of: usize) -> Rgb {
    let set: &[Rgb] = if of <= 2 { &PAIR } else { &SERIES };
    set.get(i).copied().unwrap_or(SERIES[0])
}

fn stroke(i: usize, of: usize) -> Stroke {
    Stroke::new(color(i, of), if i == 0 { 3.0 } else { 2.5 }).dash(DASHES.get(i).copied().unwrap_or(""))
}

impl LineChart {
    /// The chart as SVG.
    pub fn svg(&self) -> Result<String, ChartError> {
        Ok(self.drawing()?.svg())
    }

    fn places(&self) -> Vec<f64> {
        match &self.x {
            Places::Dates(d) => d.iter().map(|d| day(*d)).collect(),
            Places::Numbers(n, _) => n.clone(),
        }
    }

    fn check(&self) -> Result<(), ChartError> {
        self.size.check()?;
        let places = self.places();
        if places.is_empty() || self.series.is_empty() {
            return Err(ChartError::Empty("no lines"));
        }
        at_most("lines", self.series.len(), SERIES.len())?;
        finite(places.iter().copied(), "places")?;
        for s in &self.series {
            same("values of a line", s.values.len(), places.len())?;
            finite(s.values.iter().copied(), "values of a line")?;
            if !s.interval.is_empty() {
                same("intervals of a line", s.interval.len(), places.len())?;
                finite(s.interval.iter().flat_map(|(a, b)| [*a, *b]), "intervals of a line")?;
            }
        }
        finite(self.target.iter().map(|t| t.1).chain(self.boundary.iter().map(|b| b.0)), "target")
    }

    /// The chart with the places of its labels.
    pub fn drawing(&self) -> Result<Drawing, ChartError> {
        self.check()?;
        let mut texts: Vec<(Vec<String>, bool)> =
            self.series.iter().map(|s| (self.end_text(s), false)).collect();
        let target = self.target.as_ref().map(|(name, value)| {
            let text = vec![format!("{name}: {}", self.value(*value))];
            texts.push((text.clone(), false));
            (*value, text)
        });
        let mut frame = self.frame(&texts);
        let pen = frame.pen();
        let plot = frame.draw(&pen);
        let places = self.places();
        if let Some((_, value)) = &self.target {
            pen.group("target", || {
                reference(&pen, &plot, *value, ACCENT);
            });
        }
        pen.group("lines", || {
            for (i, s) in self.series.iter().enumerate() {
                self.draw_series(&pen, &plot, &places, i, s);
            }
        });
        if let Some((at, text)) = &self.boundary {
            boundary(&pen, &plot, *at, text, 1);
        }
        let mut ends: Vec<EndLabel> = self
            .series
            .iter()
            .zip(texts)
            .enumerate()
            .map(|(i, (s, (lines, bold)))| {
                let last = s.values.last().copied().unwrap_or(0.0);
                EndLabel { y: plot.at(plot.x.1, last).1, lines, bold, stroke: stroke(i, self.series.len()) }
            })
            .collect();
        if let Some((value, lines)) = target {
            let stroke = Stroke::new(ACCENT, 2.0).dash("8 5");
            ends.push(EndLabel { y: plot.at(plot.x.1, value).1, lines, bold: false, stroke });
        }
        end_labels(&pen, plot.rect.x1, (0.0, plot.rect.y1 + 20.0), &ends);
        pen.finish(&self.id, &self.title, &self.describe())
    }

    fn value(&self, v: f64) -> String {
        if self.percent {
            format::percent(v)
        } else if self.pounds {
            format::pounds(v)
        } else if v.abs() < 100.0 && v != v.trunc() {
            format::decimal(v, 1)
        } else {
            format::count(v)
        }
    }

    fn end_text(&self, s: &Series) -> Vec<String> {
        let last = s.values.last().map_or(String::new(), |v| self.value(*v));
        let limit = (self.size.width * 0.24).max(90.0);
        // As many rows as there is height for; the value always has its place at the end.
        let labels = self.series.len() + usize::from(self.target.is_some());
        let rows = (self.size.height - 60.0) / ROW / labels as f64;
        let rows = rows.clamp(1.0, 3.0) as usize;
        let value = font::width(&format!(" {last}"), TEXT, false);
        if rows == 1 {
            let name = font::cut(&format!("{}:", s.name), TEXT, false, (limit - value).max(40.0));
            return vec![format!("{name} {last}")];
        }
        let mut lines = font::wrap(&format!("{}:", s.name), TEXT, false, limit, rows - 1);
        match lines.last_mut() {
            Some(line) if font::width(line, TEXT, false) + value <= limit => {
                line.push(' ');
                line.push_str(&last);
            }
            _ => lines.push(last),
        }
        lines
    }

    fn frame(&self, texts: &[(Vec<String>, bool)]) -> Frame {
        let places = self.places();
        let values = self.series.iter().flat_map(|s| s.values.iter().copied());
        let intervals = self.series.iter().flat_map(|s| s.interval.iter().flat_map(|(a, b)| [*a, *b]));
        let (mut lo, mut hi) = (f64::INFINITY, f64::NEG_INFINITY);
        for v in values.chain(intervals).chain(self.target.iter().map(|t| t.1)) {
            (lo, hi) = (lo.min(v), hi.max(v));
        }
        let (y, mut y_ticks) = nice(if self.from_zero { lo.min(0.0) } else { lo }, hi, 5);
        if self.percent {
            y_ticks.iter_mut().for_each(|t| t.text = format::level(t.at));
        }
        if self.pounds {
            y_ticks.iter_mut().for_each(|t| t.text = format::pounds_mark(t.at));
        }
        let right = end_room(texts);
        let x0 = places.iter().copied().fold(f64::INFINITY, f64::min);
        let x1 = places.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let pixels = self.size.width - right - 60.0;
        let (x, x_ticks, x_note) = match &self.x {
            Places::Dates(d) => {
                let (ticks, note) = dates(d, pixels);
                ((x0, x1), ticks, note.unwrap_or_default())
            }
            Places::Numbers(_, label) => {
                let (_, mut ticks) = nice_along(x0, x1, 8, pixels, 0.0);
                ticks.retain(|t| t.at >= x0 && t.at <= x1);
                ((x0, x1), ticks, label.clone())
            }
        };
        Frame {
            size: self.size,
            y_label: self.y_label.clone(),
            x: if x.1 > x.0 { x } else { (x.0, x.0 + 1.0) },
            x_ticks,
            x_note,
            y,
            y_ticks,
            rows_above: usize::from(self.boundary.is_some()),
            right,
        }
    }

    fn draw_series(&self, pen: &Pen, plot: &Plot<'_>, places: &[f64], i: usize, s: &Series) {
        let of = self.series.len();
        let line = |values: &mut dyn Iterator<Item = f64>| {
            let points: Vec<(f64, f64)> = places.iter().copied().zip(values).collect();
            if self.steps { stepped(&points) } else { points }
        };
        if !s.interval.is_empty() {
            let edge = Stroke::new(color(i, of), 1.25).dash("2 4");
            plot.line(&line(&mut s.interval.iter().map(|p| p.0)), edge);
            plot.line(&line(&mut s.interval.iter().map(|p| p.1)), edge);
        }
        let points = line(&mut s.values.iter().copied());
        plot.line(&points, stroke(i, of));
        if places.len() <= 12 && !self.steps {
            for (x, y) in &points {
                pen.dot(plot.at(*x, *y), 3.0, color(i, of), i == 0);
            }
        }
    }

    fn describe(&self) -> String {
        let one = |s: &Series| match (s.values.first(), s.values.last()) {
            (Some(a), Some(b)) => {
                format!("{}: from {} to {}.", s.name, self.value(*a), self.value(*b))
            }
            _ => String::new(),
        };
        self.series.iter().map(one).collect::<Vec<_>>().join(" ")
    }
}

fn stepped(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let mut out = Vec::with_capacity(points.len() * 2);
    let mut before: Option<f64> = None;
    for (x, y) in points {
        if let Some(b) = before {
            out.push((*x, b));
        }
        out.push((*x, *y));
        before = Some(*y);
    }
    out
}
