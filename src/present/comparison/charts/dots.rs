//! A picture of rows with intervals.

use super::super::findings::Finding;
use super::super::{Comparison, ReportError, figure};
use super::drawn;
use crate::experiment::estimate::Summary;
use crate::present::chart::{DotInterval, DotRow, Size, panels};
use crate::present::format;
use crate::present::html::Figure;
use crate::present::table::{Cell, Column, Kind, Table};
use crate::stats::interval::student;

/// Most rows in one picture of differences.
const MOST_ROWS: usize = 60;

/// A picture of rows with intervals, and its table.
pub(super) struct Dots {
    pub(super) id: String,
    pub(super) subtitle: String,
    pub(super) label: String,
    pub(super) unit: &'static str,
    pub(super) places: usize,
    pub(super) level: f64,
    pub(super) rows: Vec<DotRow>,
    pub(super) headline: String,
    /// Whose picture it is: the scenario and the model.
    pub(super) head: Vec<String>,
    pub(super) notes: Vec<String>,
}

impl Dots {
    pub(super) fn figure(self) -> Result<Option<Figure>, ReportError> {
        if self.rows.is_empty() {
            return Ok(None);
        }
        let n = |key: &str, heading: &str| {
            Column::new(key, heading, Kind::Number(self.places as u8)).unit(self.unit)
        };
        let level = format::level(self.level);
        let columns = vec![
            Column::new("what", "What", Kind::Text),
            n("difference", "Difference"),
            n("low", &format!("Low end of {level} interval")),
            n("high", &format!("High end of {level} interval")),
        ];
        let mut table = Table::new(&self.id, &self.subtitle, columns);
        for r in &self.rows {
            table.row(vec![
                Cell::text(&r.label),
                Cell::Number(r.estimate),
                Cell::Number(r.low),
                Cell::Number(r.high),
            ]);
        }
        let left = self.rows.len().saturating_sub(MOST_ROWS);
        let mut rows = self.rows;
        rows.truncate(MOST_ROWS);
        let chart = DotInterval {
            id: format!("{}-rows", self.id),
            title: self.subtitle.clone(),
            value_label: self.label,
            level: self.level,
            places: self.places,
            rows,
            size: Size::default(),
        };
        let part = (String::new(), drawn(&self.id, chart.drawing())?);
        let drawing = drawn(&self.id, panels(&self.id, &self.subtitle, &self.head, &[part]))?;
        let mut figure = figure(drawing, self.headline, self.subtitle, table);
        figure.notes.extend(self.notes);
        if left > 0 {
            figure.notes.push(format!("{left} not drawn: they are in the data of this picture."));
        }
        Ok(Some(figure))
    }
}

pub(super) fn row(label: &str, s: &Summary, scale: f64) -> Option<DotRow> {
    let (estimate, low, high) = (s.point? * scale, s.low? * scale, s.high? * scale);
    Some(DotRow { label: label.to_string(), estimate, low, high })
}

/// How many changes are beyond chance when all were tried at once (Holm 1979): the clearest must be so at the level of all
/// of them together, the next at that of the others, and so on to the first that is not.
pub(super) fn holm(c: &Comparison<'_>, tried: &[&&Finding<'_>]) -> usize {
    let n = super::super::findings::draws(c).unwrap_or(c.base.sheet.numbers.len());
    let mut sizes: Vec<f64> = tried.iter().map(|f| f.clarity()).collect();
    sizes.sort_by(|a, b| b.total_cmp(a));
    let miss = 1.0 - c.manifest.level;
    let bar = |rank: usize| student(n, 1.0 - miss / (sizes.len() - rank) as f64);
    sizes.iter().enumerate().take_while(|(rank, size)| **size > bar(*rank)).count()
}
