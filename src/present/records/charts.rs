//! Pictures: the share still open, and where children go, observed and fitted.

use super::Study;
use super::tables::{number, percent, place};
use crate::calibrate::records::fit::{Council, Law, StateFit};
use crate::present::chart::{ChartError, Drawing, LineChart, Places, Series};
use crate::present::html::{Download, Figure};
use crate::present::report::ReportError;
use crate::present::table::{Cell, Table};

/// Curves stop where fewer are at risk.
const LEAST: f64 = 10.0;
/// Points of a curve.
const POINTS: usize = 121;
/// Ways out drawn.
const WAYS: usize = 4;

/// Figures of each state that has a length, with its place among the fits.
pub(super) fn all(study: &Study<'_>) -> Result<Vec<(usize, Vec<Figure>)>, ReportError> {
    let mut out = Vec::new();
    for (i, f) in study.council.fits.iter().enumerate() {
        let drawn = !matches!(f.choice.law, Law::Instant | Law::Never);
        let Some(end) = reach(f).filter(|_| drawn) else { continue };
        let mut figures = vec![open(f, end)?];
        if f.ways.len() > 1 {
            figures.extend(ways(study.council, f, end)?);
        }
        out.push((i, figures));
    }
    Ok(out)
}

/// A picture stops where fewer than this share are open: what comes after is a flat line.
const LITTLE: f64 = 0.02;

/// The last time with enough at risk and enough still open.
fn reach(f: &StateFit) -> Option<f64> {
    let last = f.curve.iter().rfind(|r| r.at_risk >= LEAST && r.open >= LITTLE)?.time;
    (last > f.landmark + 1.0).then_some(last)
}

fn grid(from: f64, to: f64) -> Vec<f64> {
    (0..POINTS).map(|i| from + (to - from) * i as f64 / (POINTS - 1) as f64).collect()
}

fn drawn(id: &str, result: Result<Drawing, ChartError>) -> Result<Drawing, ReportError> {
    result.map_err(|e| ReportError::Chart(id.to_string(), e))
}

fn band(value: f64, se: f64) -> (f64, f64) {
    let se = if se.is_finite() { se } else { 0.0 };
    ((value - 1.96 * se).max(0.0), (value + 1.96 * se).min(1.0))
}

fn figure(drawing: Drawing, headline: String, subtitle: String, table: Table) -> Figure {
    let id = drawing.id.clone();
    let link =
        |label: &str, end: &str| Download { label: label.to_string(), path: format!("charts/{id}.{end}") };
    Figure {
        downloads: vec![link("SVG", "svg"), link("PNG", "png"), link("Data as CSV", "csv")],
        headline,
        subtitle,
        drawing,
        table: Some(table),
        notes: Vec::new(),
    }
}

/// The share still open by days since the start: observed in steps, fitted as a line.
fn open(f: &StateFit, end: f64) -> Result<Figure, ReportError> {
    let id = format!("open-{}", f.state.name);
    let at = grid(f.landmark, end);
    let observed: Vec<(f64, f64)> = (at.iter())
        .map(|t| f.curve.iter().rfind(|r| r.time <= *t).map_or((1.0, 0.0), |r| (r.open, r.se)))
        .collect();
    let start = f.choice.law.survival(f.landmark).0.max(1e-9);
    let fitted: Vec<(f64, f64)> = (at.iter())
        .map(|t| f.choice.law.survival(*t))
        .map(|(s, se)| ((s / start).min(1.0), se / start))
        .collect();
    let series = |name: &str, values: &[(f64, f64)]| Series {
        name: name.to_string(),
        values: values.iter().map(|v| v.0).collect(),
        interval: values.iter().map(|v| band(v.0, v.1)).collect(),
    };
    let given =
        if f.landmark > 0.0 { format!(", given open at {:.0} days", f.landmark) } else { String::new() };
    let subtitle =
        format!("{}: share still open by days since the start{given}, with 95% intervals", f.state.title);
    let chart = LineChart {
        id: id.clone(),
        title: subtitle.clone(),
        y_label: "Still open".into(),
        x: Places::Numbers(at.clone(), "Days since the start".into()),
        series: vec![series("observed", &observed), series("fitted", &fitted)],
        percent: true,
        from_zero: true,
        ..LineChart::default()
    };
    let columns = vec![
        number("days", "Days", 1),
        percent("observed", "Observed"),
        percent("fitted", "Fitted"),
        percent("low", "Low end of 95% (fitted)"),
        percent("high", "High end of 95% (fitted)"),
    ];
    let mut table = Table::new(&id, &format!("{}: share still open", f.state.title), columns);
    for ((t, o), s) in at.iter().zip(&observed).zip(&fitted) {
        let (low, high) = band(s.0, s.1);
        table.row([*t, o.0, s.0, low, high].into_iter().map(Cell::Number).collect());
    }
    let headline = format!("{}: {}", short(f.state.title), short(&f.choice.law.name()));
    Ok(figure(drawn(&id, chart.drawing())?, headline, subtitle, table))
}

/// At most four words.
fn short(text: &str) -> String {
    text.split_whitespace().take(4).collect::<Vec<_>>().join(" ").trim_end_matches(',').to_string()
}

/// Cumulative incidence of the most common ways.
fn ways(council: &Council, f: &StateFit, end: f64) -> Result<Option<Figure>, ReportError> {
    if f.incidence.is_empty() {
        return Ok(None);
    }
    let id = format!("ways-{}", f.state.name);
    let at = grid(f.landmark, end);
    let row = |t: f64| f.incidence.iter().rfind(|r| r.time <= t);
    let shown = f.ways.len().min(WAYS);
    let value = |t: f64, way: usize| {
        row(t).map_or((0.0, 0.0), |r| {
            (r.incidence.get(way).copied().unwrap_or(0.0), r.se.get(way).copied().unwrap_or(0.0))
        })
    };
    let named = |way: usize| f.ways.get(way).map_or("", |w| place(council, w.to));
    let series = (0..shown)
        .map(|way| Series {
            name: short(named(way)),
            values: at.iter().map(|t| value(*t, way).0).collect(),
            interval: at.iter().map(|t| value(*t, way)).map(|(v, se)| band(v, se)).collect(),
        })
        .collect();
    let subtitle = format!("{}: share that has gone each way, observed, with 95% intervals", f.state.title);
    let chart = LineChart {
        id: id.clone(),
        title: subtitle.clone(),
        y_label: "Gone this way".into(),
        x: Places::Numbers(at.clone(), "Days since the start".into()),
        series,
        percent: true,
        from_zero: true,
        ..LineChart::default()
    };
    let mut columns = vec![number("days", "Days", 1)];
    columns.extend((0..shown).map(|way| percent(&format!("way_{}", way + 1), named(way))));
    let mut table = Table::new(&id, &format!("{}: cumulative incidence", f.state.title), columns);
    for t in &at {
        let cells = (0..shown).map(|way| Cell::Number(value(*t, way).0));
        table.row([Cell::Number(*t)].into_iter().chain(cells).collect());
    }
    let headline = format!("{}: where children go", short(f.state.title));
    let mut out = figure(drawn(&id, chart.drawing())?, headline, subtitle, table);
    out.notes.push(format!("Aalen-Johansen; errors: {:?}.", f.errors));
    Ok(Some(out))
}
