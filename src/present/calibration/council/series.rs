//! Each measure over the years: published, simulated with both bands, foreseen.

use super::measures::{MEASURES, Shown};
use super::{Council, march, number};
use crate::calibrate::authority::{Point, YEARS};
use crate::present::calibration::PageError;
use crate::present::calibration::figures::figure;
use crate::present::chart::{Band, FanChart, Size};
use crate::present::html::{Download, Figure};
use crate::present::table::{Cell, Column, Kind, Table};
use crate::present::{escape, format};
use jiff::civil::Date;

/// First year of the published line.
const SINCE: i32 = 2013;
/// A line of yearly figures breaks where a year is missing.
const GAP: i64 = 400;

/// What the simulated model gives in a year: the years of the series from their own fit, those foreseen from the model.
pub(super) fn simulated<'a>(c: &'a Council<'_>, measure: &str, year: i32) -> Option<&'a Point> {
    let of = |curves: &'a [crate::calibrate::authority::Curve]| {
        curves.iter().find(|x| x.measure == measure).and_then(|x| x.at(year))
    };
    let (past, ahead) = (of(&c.back.past), of(&c.back.ahead));
    if year <= c.fitted.year { past.or(ahead) } else { ahead }
}

/// A chart for each measure with anything published.
pub(super) fn figures(c: &Council<'_>) -> Result<Vec<(Figure, Table)>, PageError> {
    let mut out = Vec::new();
    for shown in MEASURES.iter().filter(|m| m.chart) {
        out.extend(one(c, shown)?);
    }
    Ok(out)
}

fn one(c: &Council<'_>, shown: &Shown) -> Result<Option<(Figure, Table)>, PageError> {
    let f = c.fitted;
    let title = shown.title;
    let history: Vec<(Date, f64)> =
        (SINCE..=f.year).filter_map(|y| Some((march(y)?, shown.figure(c.stats, f.area, y)?))).collect();
    let points: Vec<(Date, Point)> = (SINCE..=f.year + YEARS)
        .filter_map(|y| Some((march(y)?, *simulated(c, shown.measure, y)?)))
        .collect();
    if history.is_empty() || points.is_empty() {
        return Ok(None);
    }
    let band = |label: &str, level: f64, of: fn(&Point) -> (f64, f64)| Band {
        label: label.into(),
        level,
        low: points.iter().map(|p| of(&p.1).0.max(0.0)).collect(),
        high: points.iter().map(|p| of(&p.1).1).collect(),
    };
    let id = escape::slug(shown.indicator().unwrap_or(shown.measure));
    let last = history.last().map_or(0.0, |h| h.1);
    let end = points.last().map_or(0.0, |p| p.1.mean);
    let headline = format!("{}: {} to {}", short(title), format::count(last), format::count(end));
    let chart = FanChart {
        id: id.clone(),
        title: format!("{title}, {}, years to 31 March", f.name),
        y_label: title.into(),
        history,
        history_label: "published".into(),
        gap_days: GAP,
        dates: points.iter().map(|p| p.0).collect(),
        middle: points.iter().map(|p| p.1.mean).collect(),
        bands: vec![band("95%", 0.95, |p| p.all), band("Chance", 0.949, |p| p.chance)],
        boundary: march(f.year).map(|d| (d, "last return".to_string())),
        from_zero: true,
        size: Size::default(),
        ..FanChart::default()
    };
    let subtitle = format!(
        "{title}, {}, by year to or at 31 March: published (dots), simulated (line) with 95% of futures and what chance alone does",
        f.name
    );
    let table = data(c, shown, &id);
    let mut figure = figure(chart.drawing(), &id, &headline, &subtitle, None)?;
    figure.downloads.push(Download { label: "CSV".into(), path: format!("charts/{id}.csv") });
    Ok(Some((figure, table)))
}

/// The first words of a title.
fn short(title: &str) -> String {
    title.split_whitespace().take(6).collect::<Vec<_>>().join(" ")
}

/// What a chart shows, and what the outlook alone foresees.
fn data(c: &Council<'_>, shown: &Shown, id: &str) -> Table {
    let f = c.fitted;
    let columns = vec![
        number("year", "Year to or at 31 March", 0),
        number("published", "Published", 0),
        number("simulated", "Simulated, mean", 1),
        number("low95", "95% of futures, low end", 1),
        number("high95", "95% of futures, high end", 1),
        number("chance_low95", "Chance alone, low end", 1),
        number("chance_high95", "Chance alone, high end", 1),
        number("outlook", "Foreseen by the outlook", 1),
        number("outlook_low95", "Outlook, 95% low end", 1),
        number("outlook_high95", "Outlook, 95% high end", 1),
        Column::new("what", "What it is", Kind::Text),
    ];
    let mut table = Table::new(id, shown.title, columns);
    for year in SINCE..=f.year + YEARS {
        let published = shown.figure(c.stats, f.area, year).filter(|_| year <= f.year);
        let p = simulated(c, shown.measure, year);
        if published.is_none() && p.is_none() {
            continue;
        }
        let foreseen = shown.indicator().filter(|_| year > f.year).and_then(|i| {
            let h = year - f.year;
            let p = c.outlook.predict(c.stats, i, f.area, h)?;
            let (low, high) = c.outlook.change(i, h)?.interval(&p, 0.95);
            Some([p.point, low, high])
        });
        let of = |get: fn(&Point) -> f64| Cell::maybe(p.map(get));
        let outlook = |k: usize| Cell::maybe(foreseen.map(|x| x[k]));
        let what = match (year > f.year, p.is_some(), published.is_some()) {
            (true, ..) => "foreseen",
            (_, true, true) => "fitted",
            (_, true, false) => "simulated; not published",
            _ => "published",
        };
        table.row(vec![
            Cell::Number(f64::from(year)),
            Cell::maybe(published),
            of(|p| p.mean),
            of(|p| p.all.0.max(0.0)),
            of(|p| p.all.1),
            of(|p| p.chance.0.max(0.0)),
            of(|p| p.chance.1),
            outlook(0),
            outlook(1),
            outlook(2),
            Cell::text(what),
        ]);
    }
    table
}
