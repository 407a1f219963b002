//! Fitted against published, by year.

use super::measures::{MEASURES, Shown};
use super::series::simulated;
use super::{Council, number, text};
use crate::calibrate::authority::Point;
use crate::present::table::{Cell, Table};

/// A figure beside the model's.
pub(super) struct Beside<'a> {
    pub shown: &'a Shown,
    pub year: i32,
    pub published: f64,
    pub point: Point,
}

impl Beside<'_> {
    /// Gap in per cent of the figure, or in points of a share.
    pub fn gap(&self) -> f64 {
        let off = self.point.mean - self.published;
        if self.shown.indicator().is_none() { 100.0 * off } else { 100.0 * off / self.published.max(1e-9) }
    }

    /// Whether the figure lies in what 95 % of futures do.
    pub fn inside(&self) -> bool {
        self.point.all.0 <= self.published && self.published <= self.point.all.1
    }
}

/// Every figure published in a year that is simulated.
pub(super) fn beside(c: &Council<'_>) -> Vec<Beside<'static>> {
    let years = || c.back.history.starts + 1..=c.fitted.year;
    let one = |shown: &'static Shown, year: i32| {
        let published = shown.figure(c.stats, c.fitted.area, year)?;
        let point = *simulated(c, shown.measure, year)?;
        Some(Beside { shown, year, published, point })
    };
    MEASURES.iter().flat_map(|m| years().filter_map(move |y| one(m, y))).collect()
}

/// Every figure of every year.
pub(super) fn table(all: &[Beside<'_>]) -> Table {
    let columns = vec![
        text("measure", "Measure"),
        number("year", "Year to or at 31 March", 0),
        number("published", "Published", 1),
        number("fitted", "Fitted, mean", 1),
        number("gap", "Gap, % (of a share: points)", 1),
        number("low95", "95% of futures, low end", 1),
        number("high95", "95% of futures, high end", 1),
        number("chance_low95", "Chance alone, low end", 1),
        number("chance_high95", "Chance alone, high end", 1),
        text("inside", "Inside the 95%"),
    ];
    let mut table = Table::new("fitted", "Fitted against published, by year", columns);
    for b in all {
        let (scale, unit) = b.shown.unit();
        let n = |x: f64| Cell::Number(scale * x);
        table.row(vec![
            Cell::text(&format!("{}{unit}", b.shown.title)),
            Cell::Number(f64::from(b.year)),
            n(b.published),
            n(b.point.mean),
            Cell::Number(b.gap()),
            n(b.point.all.0),
            n(b.point.all.1),
            n(b.point.chance.0),
            n(b.point.chance.1),
            Cell::text(if b.inside() { "yes" } else { "no" }),
        ]);
    }
    table
}

/// A row a measure: gaps by year, and how many years lie inside.
pub(super) fn by_measure(c: &Council<'_>, all: &[Beside<'_>]) -> Table {
    let years: Vec<i32> = (c.back.history.starts + 1..=c.fitted.year).collect();
    let mut columns = vec![text("measure", "Measure")];
    columns.extend(years.iter().map(|y| number(&format!("gap_{y}"), &format!("{y}"), 1)));
    columns.push(number("median", "Median size", 1));
    columns.push(text("inside", "Years inside the 95%"));
    let mut table = Table::new(
        "gaps",
        "Simulated less published, in % (shares: in percentage points), by year to or at 31 March",
        columns,
    );
    for shown in &MEASURES {
        let mine: Vec<&Beside<'_>> = all.iter().filter(|b| b.shown.measure == shown.measure).collect();
        if mine.is_empty() {
            continue;
        }
        let mut sizes: Vec<f64> = mine.iter().map(|b| b.gap().abs()).collect();
        sizes.sort_by(f64::total_cmp);
        let middle = sizes[(sizes.len() - 1) / 2].midpoint(sizes[sizes.len() / 2]);
        let inside = mine.iter().filter(|b| b.inside()).count();
        let title = format!("{}{}", shown.title, if shown.indicator().is_none() { " (points)" } else { "" });
        let mut row = vec![Cell::text(&title)];
        row.extend(years.iter().map(|y| Cell::maybe(mine.iter().find(|b| b.year == *y).map(|b| b.gap()))));
        row.extend([Cell::Number(middle), Cell::text(&format!("{inside} of {}", mine.len()))]);
        table.row(row);
    }
    table.note(
        "A figure that is not published, or suppressed, is neither held against the model nor bridged.",
    );
    table
}
