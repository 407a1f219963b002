//! Measures that a scenario brings.

use super::super::findings::View;
use super::super::{Comparison, ReportError, figure};
use super::pair::{axis, line, one_line, place_and_step, places};
use super::{boundary, drawn, own_words};
use crate::experiment::compare::Span;
use crate::experiment::estimate::Summary;
use crate::model::measure::{Measure, Unit};
use crate::present::chart::{LineChart, Places, Size, panels};
use crate::present::html::Figure;
use crate::present::table::{Cell, Column, Kind, Table};
use jiff::civil::Date;

/// Charted measures that the scenario brings, from the day they exist, with no line as now.
pub(super) fn fresh(c: &Comparison<'_>, view: &View<'_>) -> Result<Vec<Figure>, ReportError> {
    let mut out = Vec::new();
    let sheet = &view.case.sheet;
    let known = |name: &str| c.base.sheet.measure(name).is_some();
    for m in view.case.model.measures.iter().filter(|m| m.chart && !known(&m.name)) {
        let spans = places(c, m);
        let Some(index) = sheet.measure(&m.name) else { continue };
        let Some(summaries) = line(c, sheet, index, &spans).filter(|_| spans.len() > 1) else { continue };
        // a month in which no future had anything to measure is not there
        let there: Vec<usize> =
            (0..spans.len()).filter(|i| summaries.get(*i).is_some_and(|s| s.point.is_some())).collect();
        let spans: Vec<(Span, Date)> = there.iter().filter_map(|i| spans.get(*i).copied()).collect();
        let summaries: Vec<Summary> = there.iter().filter_map(|i| summaries.get(*i).copied()).collect();
        let Some(series) = one_line("With the change", &summaries).filter(|s| s.values.len() > 1) else {
            continue;
        };
        let id = format!("{}-{}", view.slug, crate::present::escape::slug(&m.name));
        let subtitle = format!(
            "{}{}: mean of futures with the change; dotted lines hold 95% of futures. It is not there as now",
            m.title,
            place_and_step(c, m)
        );
        let chart = LineChart {
            id: format!("{id}-lines"),
            title: subtitle.clone(),
            y_label: axis(m),
            x: Places::Dates(spans.iter().map(|s| s.1).collect()),
            series: vec![series],
            percent: m.unit() == Unit::Share,
            pounds: m.unit() == Unit::Pounds,
            from_zero: true,
            target: m.target.and_then(|t| t.at_most.or(t.at_least)).map(|t| ("Target".into(), t)),
            boundary: boundary(c, view, &spans),
            size: Size::default(),
            ..LineChart::default()
        };
        let head = own_words(c, &view.case.head.title, &[&m.title, "Dotted lines hold 95% of futures."]);
        let part = (String::new(), drawn(&id, chart.drawing())?);
        let drawing = drawn(&id, panels(&id, &subtitle, &head, &[part]))?;
        let last = summaries
            .last()
            .and_then(|s| s.point)
            .map_or_else(String::new, |v| super::super::words::value(m, v));
        let year = spans.last().map_or_else(String::new, |s| format!(" by {}", s.1.year()));
        let table = fresh_table(&id, &subtitle, m, &spans, &summaries);
        out.push(figure(drawing, format!("{}: {last}{year}", m.title), subtitle, table));
    }
    Ok(out)
}

pub(super) fn fresh_table(
    id: &str,
    title: &str,
    m: &Measure,
    spans: &[(Span, Date)],
    summaries: &[Summary],
) -> Table {
    let kind = if m.unit() == Unit::Share { Kind::Percent } else { Kind::Number(1) };
    let n = |key: &str, heading: &str| Column::new(key, heading, kind);
    let columns = vec![
        Column::new("date", "Date", Kind::Date),
        n("with", "With the change, mean of futures"),
        n("with_low95", "Low end of 95 % of futures"),
        n("with_high95", "High end of 95 % of futures"),
    ];
    let mut table = Table::new(id, title, columns);
    for ((_, date), s) in spans.iter().zip(summaries) {
        let values = [s.point, s.spread[0], s.spread[6]].map(Cell::maybe);
        table.row([Cell::Date(*date)].into_iter().chain(values).collect());
    }
    table
}
