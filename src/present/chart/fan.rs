//! A line of what was observed and a fan of what is forecast.

use jiff::civil::Date;

use super::error::{ChartError, Size, at_most, finite, same};
use super::frame::{EndLabel, Frame, boundary, end_labels, end_room, reference};
use super::pen::{Anchor, Pen, Plot, Rect};
use super::place::Room;
use super::scene::{Drawing, Stroke, TEXT};
use super::ticks::{dates, day, nice};
use crate::present::palette::{ACCENT, BAND_EDGE, BAND_TINTS, INK, SERIES};
use crate::present::{font, format};

/// An interval around a forecast, over the dates of the chart's forecast.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Band {
    /// What it is called at its end; its level if empty.
    pub label: String,
    /// Probability that the interval holds the value, 0 to 1.
    pub level: f64,
    /// Lower ends.
    pub low: Vec<f64>,
    /// Upper ends.
    pub high: Vec<f64>,
}

impl Band {
    fn name(&self) -> String {
        if self.label.is_empty() { format::level(self.level) } else { self.label.clone() }
    }
}

/// A fan chart: history, then a middle line inside bands.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FanChart {
    /// Stable id.
    pub id: String,
    /// What is shown, read out in place of the picture.
    pub title: String,
    /// What the vertical axis counts, such as `Children in need`.
    pub y_label: String,
    /// What was observed.
    pub history: Vec<(Date, f64)>,
    /// Name of the line of what was observed, such as `published`.
    pub history_label: String,
    /// The line of what was observed is broken where it misses more days than this; 0 never breaks it.
    pub gap_days: i64,
    /// Dates of the forecast.
    pub dates: Vec<Date>,
    /// Middle of the forecast, on its dates.
    pub middle: Vec<f64>,
    /// Up to three bands, on the forecast's dates.
    pub bands: Vec<Band>,
    /// Single observed values to hold against the forecast.
    pub markers: Vec<(Date, f64)>,
    /// Name of the markers.
    pub marker_label: String,
    /// A level to reach, with its name.
    pub target: Option<(String, f64)>,
    /// Where the forecast starts, with what to write there.
    pub boundary: Option<(Date, String)>,
    /// Decimals of the figures written at the lines.
    pub decimals: usize,
    /// Whether the vertical axis starts from zero.
    pub from_zero: bool,
    /// Size of the picture.
    pub size: Size,
}

/// Dash patterns of the bands' edges, widest band first.
const EDGES: [&str; 3] = ["", "7 4", "2 3"];

impl FanChart {
    /// The chart as SVG.
    pub fn svg(&self) -> Result<String, ChartError> {
        Ok(self.drawing()?.svg())
    }

    fn check(&self) -> Result<(), ChartError> {
        self.size.check()?;
        if self.history.is_empty() && self.dates.is_empty() {
            return Err(ChartError::Empty("neither history nor forecast"));
        }
        at_most("bands", self.bands.len(), BAND_TINTS.len())?;
        same("middle", self.middle.len(), self.dates.len())?;
        for b in &self.bands {
            same("lower ends of a band", b.low.len(), self.dates.len())?;
            same("upper ends of a band", b.high.len(), self.dates.len())?;
        }
        finite(self.history.iter().chain(&self.markers).map(|p| p.1), "history")?;
        finite(self.middle.iter().copied(), "middle")?;
        finite(
            self.bands.iter().flat_map(|b| b.low.iter().chain(&b.high).chain([&b.level])).copied(),
            "bands",
        )?;
        finite(self.target.iter().map(|t| t.1), "target")
    }

    /// The chart with the places of its labels.
    pub fn drawing(&self) -> Result<Drawing, ChartError> {
        self.check()?;
        let mut bands: Vec<&Band> = self.bands.iter().collect();
        bands.sort_by(|a, b| b.level.total_cmp(&a.level));
        let texts = self.end_texts(&bands);
        let mut frame = self.frame(&texts);
        let pen = frame.pen();
        let plot = frame.draw(&pen);
        self.draw_bands(&pen, &plot, &bands);
        let ends = self.draw_ends(&bands, &plot, texts);
        let mut room = self.draw_lines(&pen, &plot, &bands);
        if let Some((at, text)) = &self.boundary {
            boundary(&pen, &plot, day(*at), text, 1);
        }
        end_labels(&pen, plot.rect.x1, (0.0, plot.rect.y1 + 20.0), &ends);
        self.draw_labels(&pen, &plot, &mut room);
        pen.finish(&self.id, &self.title, &self.describe(&bands))
    }

    fn frame(&self, texts: &[(Vec<String>, bool)]) -> Frame {
        let all: Vec<Date> =
            self.history.iter().chain(&self.markers).map(|p| p.0).chain(self.dates.iter().copied()).collect();
        let values = self.history.iter().chain(&self.markers).map(|p| p.1).chain(self.middle.iter().copied());
        let bands = self.bands.iter().flat_map(|b| b.low.iter().chain(&b.high)).copied();
        let (mut lo, mut hi) = (f64::INFINITY, f64::NEG_INFINITY);
        for v in values.chain(bands).chain(self.target.iter().map(|t| t.1)) {
            (lo, hi) = (lo.min(v), hi.max(v));
        }
        let (y, y_ticks) = nice(if self.from_zero { lo.min(0.0) } else { lo }, hi, 5);
        let right = end_room(texts);
        let (x_ticks, note) = dates(&all, self.size.width - right - 60.0);
        let x0 = all.iter().map(|d| day(*d)).fold(f64::INFINITY, f64::min);
        let x1 = all.iter().map(|d| day(*d)).fold(f64::NEG_INFINITY, f64::max);
        Frame {
            size: self.size,
            y_label: self.y_label.clone(),
            x: (x0, if x1 > x0 { x1 } else { x0 + 1.0 }),
            x_ticks,
            x_note: note.unwrap_or_default(),
            y,
            y_ticks,
            rows_above: usize::from(self.boundary.is_some()),
            right,
        }
    }

    /// Labels at the right: for each band its upper and lower end, then the middle.
    fn end_texts(&self, bands: &[&Band]) -> Vec<(Vec<String>, bool)> {
        let mut out = Vec::new();
        for b in bands {
            for v in [b.high.last(), b.low.last()].into_iter().flatten() {
                out.push((vec![format!("{}: {}", b.name(), format::decimal(*v, self.decimals))], false));
            }
        }
        if let Some(v) = self.middle.last() {
            out.push((vec![format!("Middle: {}", format::decimal(*v, self.decimals))], true));
        }
        out
    }

    fn draw_ends(&self, bands: &[&Band], plot: &Plot<'_>, texts: Vec<(Vec<String>, bool)>) -> Vec<EndLabel> {
        let ends = bands.iter().zip(EDGES).flat_map(|(b, dash)| {
            let stroke = Stroke::new(BAND_EDGE, 1.5).dash(dash);
            [b.high.last(), b.low.last()].into_iter().flatten().map(move |v| (*v, stroke))
        });
        let middle = self.middle.last().map(|v| (*v, Stroke::new(SERIES[0], 3.0)));
        ends.chain(middle)
            .zip(texts)
            .map(|((v, stroke), (lines, bold))| EndLabel { y: plot.at(plot.x.1, v).1, lines, bold, stroke })
            .collect()
    }

    fn series(&self, values: &[f64]) -> Vec<(f64, f64)> {
        self.dates.iter().map(|d| day(*d)).zip(values.iter().copied()).collect()
    }

    fn draw_bands(&self, pen: &Pen, plot: &Plot<'_>, bands: &[&Band]) {
        pen.group("bands", || {
            for (b, tint) in bands.iter().zip(BAND_TINTS) {
                plot.band(&self.series(&b.low), &self.series(&b.high), tint);
            }
            for (b, dash) in bands.iter().zip(EDGES) {
                let stroke = Stroke::new(BAND_EDGE, 1.5).dash(dash);
                plot.line(&self.series(&b.low), stroke);
                plot.line(&self.series(&b.high), stroke);
            }
        });
    }

    /// Draws the lines and markers, and gives the room they leave for labels.
    fn draw_lines(&self, pen: &Pen, plot: &Plot<'_>, bands: &[&Band]) -> Room {
        let mut room = Room::new(plot.rect);
        let history: Vec<(f64, f64)> = self.history.iter().map(|(d, v)| (day(*d), *v)).collect();
        let middle = self.series(&self.middle);
        let mut add = |values: &[(f64, f64)]| {
            room.add_line(&values.iter().map(|(x, y)| plot.at(*x, *y)).collect::<Vec<_>>());
        };
        for values in [&history, &middle] {
            add(values);
        }
        for b in bands {
            add(&self.series(&b.low));
            add(&self.series(&b.high));
        }
        if let Some((_, value)) = &self.target {
            pen.group("target", || room.add_line(&reference(pen, plot, *value, ACCENT)));
        }
        if let Some((at, _)) = &self.boundary {
            let (x, _) = plot.at(day(*at), plot.y.0);
            room.add_line(&[(x, plot.rect.y0), (x, plot.rect.y1)]);
        }
        pen.group("lines", || {
            plot.line(&middle, Stroke::new(SERIES[0], 3.0));
            for part in parts(&history, self.gap_days) {
                plot.line(part, Stroke::new(INK, 2.25));
            }
            if history.len() <= 16 {
                for (x, y) in &history {
                    pen.dot(plot.at(*x, *y), 3.5, INK, true);
                }
            }
        });
        pen.group("markers", || {
            for (d, v) in &self.markers {
                let at = plot.at(day(*d), *v);
                pen.dot(at, 4.5, ACCENT, false);
                room.taken.push(Rect::around(at, 10.0, 10.0));
            }
        });
        room
    }

    /// Labels inside the plot: history, markers, target.
    fn draw_labels(&self, pen: &Pen, plot: &Plot<'_>, room: &mut Room) {
        let beside = |points: &[(Date, f64)], w: f64| {
            let mut out = Vec::new();
            for away in [18.0, 30.0, 46.0, 66.0, 90.0] {
                for (d, v) in points {
                    let (x, y) = plot.at(day(*d), *v);
                    let x = x.clamp(
                        plot.rect.x0 + w / 2.0 + 2.0,
                        (plot.rect.x1 - w / 2.0 - 2.0).max(plot.rect.x0),
                    );
                    out.push((x, y - away));
                    out.push((x, y + away));
                }
            }
            out
        };
        let mut put = |text: &str, candidates: &dyn Fn(f64) -> Vec<(f64, f64)>| {
            let text = font::cut(text, TEXT, false, (plot.rect.x1 - plot.rect.x0) * 0.6);
            let w = font::width(&text, TEXT, false);
            let at = room.find(&candidates(w), w + 6.0, TEXT * 1.2);
            if let Some(at) = at.filter(|_| !text.is_empty()) {
                pen.label(at, &text, Anchor::Middle, false);
            }
        };
        pen.group("labels", || {
            put(&self.history_label, &|w| beside(&self.history, w));
            if !self.markers.is_empty() {
                put(&self.marker_label, &|w| beside(&self.markers, w));
            }
            if let Some((text, value)) = &self.target {
                let text = format!("{text}: {}", format::decimal(*value, self.decimals));
                put(&text, &|w| along(plot, *value, w));
            }
        });
    }

    fn describe(&self, bands: &[&Band]) -> String {
        let mut out = Vec::new();
        if let (Some(a), Some(b)) = (self.history.first(), self.history.last()) {
            let at =
                |p: &(Date, f64)| format!("{} on {}", format::decimal(p.1, self.decimals), format::date(p.0));
            out.push(format!("{}: from {} to {}.", capital(&self.history_label, "Observed"), at(a), at(b)));
        }
        if let (Some(d), Some(m)) = (self.dates.last(), self.middle.last()) {
            let mut text =
                format!("Forecast for {}: middle {}", format::date(*d), format::decimal(*m, self.decimals));
            for b in bands {
                if let (Some(lo), Some(hi)) = (b.low.last(), b.high.last()) {
                    text.push_str(&format!(
                        ", {} interval {}",
                        b.name(),
                        format::interval(*lo, *hi, self.decimals)
                    ));
                }
            }
            out.push(format!("{text}."));
        }
        if let Some((text, value)) = &self.target {
            out.push(format!("{text}: {}.", format::decimal(*value, self.decimals)));
        }
        out.join(" ")
    }
}

/// The line broken where it misses more than `gap` days; whole if `gap` is nought.
fn parts(line: &[(f64, f64)], gap: i64) -> impl Iterator<Item = &[(f64, f64)]> {
    line.chunk_by(move |a, b| gap <= 0 || b.0 - a.0 <= gap as f64)
}

/// Places along a horizontal line for a label just above or below it.
pub(super) fn along(plot: &Plot<'_>, value: f64, w: f64) -> Vec<(f64, f64)> {
    let (_, y) = plot.at(plot.x.0, value);
    let (lo, hi) = (plot.rect.x0 + w / 2.0 + 4.0, plot.rect.x1 - w / 2.0 - 4.0);
    (0..=12)
        .flat_map(|i| {
            let x = lo + (hi - lo).max(0.0) * f64::from(i) / 12.0;
            [(x, y - TEXT * 0.8), (x, y + TEXT * 0.8)]
        })
        .collect()
}

pub(super) fn capital(text: &str, fallback: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(c) => c.to_uppercase().chain(chars).collect(),
        None => fallback.to_owned(),
    }
}
