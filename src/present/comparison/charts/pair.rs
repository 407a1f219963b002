//! As now and with the change in one picture, and the paired difference below it.

use super::super::findings::{Finding, View, bounded, last_day};
use super::super::words::change;
use super::super::{Comparison, ReportError, figure};
use super::{begins, boundary, drawn, own_words, target};
use crate::experiment::compare::{Difference, Sheet, Span, difference};
use crate::experiment::estimate::{Summariser, Summary};
use crate::model::measure::{Measure, Unit};
use crate::present::chart::{Band, FanChart, LineChart, Places, Series, Size, panels};
use crate::present::html::Figure;
use crate::present::table::{Cell, Column, Kind, Table};
use jiff::civil::Date;

/// The days of the spans of a picture: ends of months for stocks, of years for flows.
pub(super) fn places(c: &Comparison<'_>, measure: &Measure) -> Vec<(Span, Date)> {
    let shape = &c.base.sheet.shape;
    let spans: Vec<Span> = if measure.is_stock() || shape.years == 0 {
        (0..shape.periods).map(Span::Period).collect()
    } else {
        (0..shape.years).map(Span::Year).collect()
    };
    spans.into_iter().filter_map(|s| Some((s, last_day(c.base, s)?))).collect()
}

pub(super) fn line(
    c: &Comparison<'_>,
    sheet: &Sheet,
    measure: usize,
    spans: &[(Span, Date)],
) -> Option<Vec<Summary>> {
    let mut summariser = Summariser::drawn(c.manifest.level, &sheet.draws);
    spans.iter().map(|(s, _)| sheet.column(measure, *s).map(|values| summariser.summary(values))).collect()
}

/// As now and the scenario in one picture, each with the range of its futures, and below it the paired difference.
pub(super) fn pair(
    c: &Comparison<'_>,
    view: &View<'_>,
    f: &Finding<'_>,
) -> Result<Option<Figure>, ReportError> {
    let spans = places(c, f.measure);
    if spans.len() < 2 {
        return Ok(None);
    }
    let sides = [
        ("As now", line(c, &c.base.sheet, f.base, &spans)),
        ("With the change", line(c, &view.case.sheet, f.with, &spans)),
    ];
    let mut series = Vec::new();
    for (name, summaries) in &sides {
        let Some(one) = summaries.as_deref().and_then(|s| one_line(name, s)) else { return Ok(None) };
        series.push(one);
    }
    let id = format!("{}-{}", view.slug, crate::present::escape::slug(&f.measure.name));
    let subtitle = format!(
        "{}{}: mean of futures as now and with the change; dotted lines hold 95% of futures. Below, the difference between \
         each future with the change and the same future without it",
        f.measure.title,
        place_and_step(c, f.measure)
    );
    // lines that nearly meet are shown close up
    let zero = f.last().and_then(|d| d.relative).is_none_or(|r| r.point.abs() >= 0.05);
    let chart = LineChart {
        id: format!("{id}-lines"),
        title: subtitle.clone(),
        y_label: axis(f.measure),
        x: Places::Dates(spans.iter().map(|s| s.1).collect()),
        series,
        percent: f.share(),
        pounds: f.measure.unit() == Unit::Pounds,
        from_zero: zero,
        target: target(view, f),
        boundary: boundary(c, view, &spans),
        size: Size::default(),
        ..LineChart::default()
    };
    let changes = paired(c, view, f, &spans);
    let mut parts = vec![("As now and with the change".to_string(), drawn(&id, chart.drawing())?)];
    if let Some(fan) = changes.as_deref().and_then(|changes| difference_fan(c, view, f, &id, &spans, changes))
    {
        let name = "With the change less as now, future by future".to_string();
        parts.push((name, drawn(&id, fan.drawing())?));
    }
    let dotted =
        "Dotted lines hold 95% of futures; bands hold 95% and 80% of the differences between paired futures.";
    let head = own_words(c, &view.case.head.title, &[&f.measure.title, dotted]);
    let drawing = drawn(&id, panels(&id, &subtitle, &head, &parts))?;
    let table = pair_table(&id, &subtitle, f, &spans, &sides, changes.as_deref().unwrap_or_default());
    let said = f.last().and_then(|d| d.change.point).map_or_else(String::new, |p| change(f.measure, p));
    let year = spans.last().map_or_else(String::new, |s| format!(" by {}", s.1.year()));
    let mut figure = figure(drawing, format!("{}: {said}{year}", f.measure.title), subtitle, table);
    if !zero {
        figure.notes.push(
            "The vertical axis of the upper picture does not start at zero, so that the two lines can be told apart.".into(),
        );
    }
    Ok(Some(figure))
}

/// What the vertical axis counts.
pub(super) fn axis(measure: &Measure) -> String {
    format!("{}{}", measure.title, crate::present::measure::suffix(measure))
}

pub(super) fn place_and_step(c: &Comparison<'_>, measure: &Measure) -> String {
    let place = &c.base.network.model().place;
    let place = if place.is_empty() { String::new() } else { format!(", {place}") };
    let step = if measure.is_stock() { "at the end of each month" } else { "by year" };
    format!("{}{place}, {step}", crate::present::measure::suffix(measure))
}

pub(super) fn one_line(name: &str, summaries: &[Summary]) -> Option<Series> {
    let values: Option<Vec<f64>> = summaries.iter().map(|s| s.point).collect();
    let interval: Option<Vec<(f64, f64)>> = summaries.iter().map(|s| s.spread[0].zip(s.spread[6])).collect();
    Some(Series { name: name.to_string(), values: values?, interval: interval? })
}

/// The paired difference at each place.
pub(super) fn paired(
    c: &Comparison<'_>,
    view: &View<'_>,
    f: &Finding<'_>,
    spans: &[(Span, Date)],
) -> Option<Vec<Difference>> {
    let mut summariser = Summariser::drawn(c.manifest.level, &c.base.sheet.draws);
    let one = |(span, _): &(Span, Date)| {
        let (a, b) = (c.base.sheet.column(f.base, *span)?, view.case.sheet.column(f.with, *span)?);
        Some(bounded(f.measure, difference(a, b, &mut summariser)))
    };
    spans.iter().map(one).collect()
}

/// The paired difference with the bands that hold 95 and 80 per cent of futures.
pub(super) fn difference_fan(
    c: &Comparison<'_>,
    view: &View<'_>,
    f: &Finding<'_>,
    id: &str,
    spans: &[(Span, Date)],
    changes: &[Difference],
) -> Option<FanChart> {
    let spread = |i: usize| -> Option<Vec<f64>> {
        changes.iter().map(|d| d.change.spread.get(i).copied().flatten()).collect()
    };
    let (low95, low80, middle, high80, high95) = (spread(0)?, spread(1)?, spread(3)?, spread(5)?, spread(6)?);
    let size = low95.iter().chain(&high95).fold(0.0f64, |m, v| m.max(v.abs()));
    let scale = scale(f.measure, size);
    let times = |values: Vec<f64>| values.into_iter().map(|v| v * scale.by).collect::<Vec<_>>();
    let band =
        |level: f64, low, high| Band { label: String::new(), level, low: times(low), high: times(high) };
    Some(FanChart {
        id: format!("{id}-difference"),
        title: format!("{}: paired difference", f.measure.title),
        y_label: format!("Difference{}", scale.label),
        history: Vec::new(),
        history_label: String::new(),
        gap_days: 0,
        dates: spans.iter().map(|s| s.1).collect(),
        middle: times(middle),
        bands: vec![band(0.95, low95, high95), band(0.8, low80, high80)],
        markers: Vec::new(),
        marker_label: String::new(),
        target: Some(("No difference".into(), 0.0)),
        boundary: begins(c, view)
            .filter(|day| spans.last().is_some_and(|s| *day <= s.1))
            .map(|day| (day, String::new())),
        decimals: if size * scale.by < 10.0 { 1 } else { 0 },
        from_zero: true,
        size: Size { height: 300.0, ..Size::default() },
    })
}

/// Names and lines of both sides.
type Sides = [(&'static str, Option<Vec<Summary>>); 2];

pub(super) fn pair_table(
    id: &str,
    title: &str,
    f: &Finding<'_>,
    spans: &[(Span, Date)],
    sides: &Sides,
    changes: &[Difference],
) -> Table {
    let kind = if f.share() { Kind::Percent } else { Kind::Number(1) };
    let n = |key: &str, heading: &str| Column::new(key, heading, kind);
    let columns = vec![
        Column::new("date", "Date", Kind::Date),
        n("base", "As now, mean of futures"),
        n("base_low95", "As now, low end of 95 % of futures"),
        n("base_high95", "As now, high end of 95 % of futures"),
        n("with", "With the change, mean of futures"),
        n("with_low95", "With the change, low end of 95 % of futures"),
        n("with_high95", "With the change, high end of 95 % of futures"),
        n("difference", "Paired difference, mean of futures"),
        n("difference_low", "Low end of the interval of that mean"),
        n("difference_high", "High end of the interval of that mean"),
        n("difference_low95", "Paired difference, low end of 95 % of futures"),
        n("difference_low80", "Paired difference, low end of 80 % of futures"),
        n("difference_high80", "Paired difference, high end of 80 % of futures"),
        n("difference_high95", "Paired difference, high end of 95 % of futures"),
    ];
    let mut table = Table::new(id, title, columns);
    for (i, (_, date)) in spans.iter().enumerate() {
        let mut cells = vec![Cell::Date(*date)];
        for (_, summaries) in sides {
            let s = summaries.as_ref().and_then(|list| list.get(i));
            cells.push(Cell::maybe(s.and_then(|s| s.point)));
            cells.push(Cell::maybe(s.and_then(|s| s.spread[0])));
            cells.push(Cell::maybe(s.and_then(|s| s.spread[6])));
        }
        let s = changes.get(i).map(|d| d.change);
        let of = |pick: fn(&Summary) -> Option<f64>| Cell::maybe(s.as_ref().and_then(pick));
        cells.extend([of(|s| s.point), of(|s| s.low), of(|s| s.high)]);
        cells.extend([of(|s| s.spread[0]), of(|s| s.spread[1]), of(|s| s.spread[5]), of(|s| s.spread[6])]);
        table.row(cells);
    }
    table
}

/// How numbers of a measure are scaled in a picture of differences, with what they are then counted in.
pub(super) struct Scale {
    pub(super) by: f64,
    pub(super) unit: &'static str,
    pub(super) label: &'static str,
}

pub(super) fn scale(measure: &Measure, size: f64) -> Scale {
    match measure.unit() {
        Unit::Share => Scale { by: 100.0, unit: "points", label: " in percentage points" },
        Unit::Pounds if size >= 1e6 => Scale { by: 1e-6, unit: "£m", label: " in £m" },
        Unit::Pounds if size >= 1e4 => Scale { by: 1e-3, unit: "£k", label: " in £k" },
        Unit::Pounds => Scale { by: 1.0, unit: "£", label: " in £" },
        _ => Scale { by: 1.0, unit: "", label: "" },
    }
}

/// The largest size that summaries reach.
pub(super) fn largest<'s>(all: impl IntoIterator<Item = &'s Summary>) -> f64 {
    let reach =
        |s: &Summary| [s.point, s.low, s.high].into_iter().flatten().fold(0.0f64, |m, v| m.max(v.abs()));
    all.into_iter().map(reach).fold(0.0, f64::max)
}
