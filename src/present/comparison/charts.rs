//! The pictures of a comparison.

use super::findings::{Finding, View, end_of, explained, last_day, parts_of};
use super::words::{change, clear, when};
use super::{Breakdown, Comparison, ReportError, figure};
use crate::experiment::compare::{Sheet, Span};
use crate::experiment::estimate::{Summariser, Summary};
use crate::model::measure::{Measure, ServiceCount, What};
use crate::model::staff::{Figure as Kept, Regime};
use crate::present::chart::{ChartError, DotInterval, DotRow, Drawing, LineChart, Places, Series, Size};
use crate::present::format;
use crate::present::html::Figure;
use crate::present::table::{Cell, Column, Kind, Table};
use jiff::civil::Date;

/// Most paired pictures of one scenario: its main measure and those that change most clearly.
const MOST_PAIRED: usize = 4;
/// Most waiting lists and caseloads of one scenario that are drawn because it changes them.
const MOST_OWN: usize = 8;
/// Most measures in one picture of differences.
const MOST_ROWS: usize = 16;
/// Most measures on which all scenarios are shown side by side.
const MOST_OVERVIEW: usize = 6;

fn drawn(id: &str, result: Result<Drawing, ChartError>) -> Result<Drawing, ReportError> {
    result.map_err(|e| ReportError::Chart(id.to_string(), e))
}

/// The pictures of one scenario.
pub(super) fn of(c: &Comparison<'_>, view: &View<'_>) -> Result<Vec<Figure>, ReportError> {
    let mut out = Vec::new();
    let charted = view.charted();
    let mut paired: Vec<&Finding<'_>> = charted.iter().skip(1).copied().collect();
    // those that change most clearly, in the order of the model
    let mut clearest: Vec<f64> = paired.iter().map(|f| f.clarity()).collect();
    clearest.sort_by(|a, b| b.total_cmp(a));
    let bar = clearest.get(MOST_PAIRED - 2).copied().unwrap_or(0.0);
    paired.retain(|f| f.clarity() >= bar && f.last().is_some_and(|d| clear(&d.change)));
    paired.truncate(MOST_PAIRED - 1);
    paired.retain(|f| !own(view, f));
    let main = charted.first().copied();
    let telling = view.findings.iter().filter(|f| own(view, f) && main.is_none_or(|m| m.base != f.base));
    for f in main.into_iter().chain(telling.take(MOST_OWN)).chain(paired) {
        out.extend(pair(c, view, f)?);
    }
    for share in [false, true] {
        out.extend(differences(c, view, &charted, share)?);
    }
    if let Some(f) = view.main() {
        out.extend(causes(c, view, f)?);
        out.extend(ends(c, view, f)?);
    }
    Ok(out)
}

/// Whether a measure is the waiting list of a service, or the caseload or line of a role, that the
/// scenario changes.
fn own(view: &View<'_>, f: &Finding<'_>) -> bool {
    let changes = |section: &str, name: &str| {
        view.case.head.changes.iter().any(|c| {
            let mut parts = c.path.split('.');
            parts.next() == Some(section) && (name.is_empty() || parts.next() == Some(name))
        })
    };
    let model = &view.case.model;
    match f.measure.what {
        What::Service(s, ServiceCount::Waiting) => {
            model.services.get(s).is_some_and(|s| changes("services", &s.name))
        }
        What::Staff { figure: Kept::Caseload | Kept::Unallocated, role, team: None } => {
            let held = f.last().is_some_and(|d| clear(&d.change));
            let role = model.staff.as_ref().and_then(|s| s.roles.get(role));
            role.is_some_and(|r| changes("roles", &r.name)) || (held && changes("teams", ""))
        }
        _ => false,
    }
}

/// The line to keep to: the measure's target, or what a worker of the role may hold.
fn target(view: &View<'_>, f: &Finding<'_>) -> Option<(String, f64)> {
    if let Some(target) = f.target.and_then(|t| t.at_most.or(t.at_least)) {
        return Some(("Target".into(), target));
    }
    let What::Staff { figure: Kept::Caseload, role, .. } = f.measure.what else { return None };
    let role = view.case.model.staff.as_ref()?.roles.get(role)?;
    let word = if role.regime == Regime::Cap { "Cap" } else { "Target" };
    Some((word.into(), role.caseload))
}

/// A headline of at most ten words.
fn headline(text: &str) -> String {
    text.split_whitespace().take(10).collect::<Vec<_>>().join(" ")
}

/// The first words of a title, without what is in brackets.
fn name(measure: &Measure, words: usize) -> String {
    let title = measure.title.split(" (").next().unwrap_or(&measure.title);
    title.split_whitespace().take(words).collect::<Vec<_>>().join(" ")
}

/// The days of the spans of a picture: ends of months for stocks, of years for flows.
fn places(c: &Comparison<'_>, measure: &Measure) -> Vec<(Span, Date)> {
    let shape = &c.base.sheet.shape;
    let spans: Vec<Span> = if measure.is_stock() || shape.years == 0 {
        (0..shape.periods).map(Span::Period).collect()
    } else {
        (0..shape.years).map(Span::Year).collect()
    };
    spans.into_iter().filter_map(|s| Some((s, last_day(c.base, s)?))).collect()
}

fn line(c: &Comparison<'_>, sheet: &Sheet, measure: usize, spans: &[(Span, Date)]) -> Option<Vec<Summary>> {
    let mut summariser = Summariser::drawn(c.manifest.level, &sheet.draws);
    spans.iter().map(|(s, _)| sheet.column(measure, *s).map(|values| summariser.summary(values))).collect()
}

/// As now and the scenario in one picture, each with the range of its futures.
fn pair(c: &Comparison<'_>, view: &View<'_>, f: &Finding<'_>) -> Result<Option<Figure>, ReportError> {
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
        let Some(summaries) = summaries else { return Ok(None) };
        let values: Option<Vec<f64>> = summaries.iter().map(|s| s.point).collect();
        let interval: Option<Vec<(f64, f64)>> =
            summaries.iter().map(|s| s.spread[0].zip(s.spread[6])).collect();
        let (Some(values), Some(interval)) = (values, interval) else { return Ok(None) };
        series.push(Series { name: name.to_string(), values, interval });
    }
    let id = format!("{}-{}", view.slug, crate::present::escape::slug(&f.measure.name));
    let place = &c.base.network.model().place;
    let place = if place.is_empty() { String::new() } else { format!(", {place}") };
    let step = if f.measure.is_stock() { "at the end of each month" } else { "by year" };
    let unit = if f.share() { " (%)" } else { "" };
    let subtitle = format!(
        "{}{unit}{place}, {step}: mean of futures as now and with the change; dotted lines hold 95% of futures",
        f.measure.title
    );
    let chart = LineChart {
        id: id.clone(),
        title: subtitle.clone(),
        y_label: f.measure.title.clone(),
        x: Places::Dates(spans.iter().map(|s| s.1).collect()),
        series,
        percent: f.share(),
        // lines that nearly meet are shown close up
        from_zero: f.last().and_then(|d| d.relative).is_none_or(|r| r.point.abs() >= 0.05),
        target: target(view, f),
        size: Size::default(),
        ..LineChart::default()
    };
    let table = pair_table(&id, &subtitle, f, &spans, &sides);
    let said = f.last().and_then(|d| d.change.point).map_or_else(String::new, |p| change(f.measure, p));
    let year = spans.last().map_or_else(String::new, |s| format!(" by {}", s.1.year()));
    let said = format!("{said}{year}");
    let words = 10usize.saturating_sub(said.split_whitespace().count());
    let text = format!("{}: {said}", name(f.measure, words));
    let zero = chart.from_zero;
    let drawing = drawn(&id, chart.drawing())?;
    let mut figure = figure(drawing, headline(&text), subtitle, table);
    if !zero {
        figure.notes.push(
            "The vertical axis does not start at zero, so that the two lines can be told apart.".into(),
        );
    }
    Ok(Some(figure))
}

type Sides = [(&'static str, Option<Vec<Summary>>); 2];

fn pair_table(id: &str, title: &str, f: &Finding<'_>, spans: &[(Span, Date)], sides: &Sides) -> Table {
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
        table.row(cells);
    }
    table
}

/// A picture of rows with intervals, and its table.
struct Dots {
    id: String,
    subtitle: String,
    label: String,
    unit: &'static str,
    places: usize,
    level: f64,
    rows: Vec<DotRow>,
    headline: String,
    note: Option<String>,
}

impl Dots {
    fn figure(self) -> Result<Option<Figure>, ReportError> {
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
        let chart = DotInterval {
            id: self.id.clone(),
            title: self.subtitle.clone(),
            value_label: self.label,
            level: self.level,
            places: self.places,
            rows: self.rows,
            size: Size::default(),
        };
        let drawing = drawn(&self.id, chart.drawing())?;
        let mut figure = figure(drawing, headline(&self.headline), self.subtitle, table);
        figure.notes.extend(self.note);
        Ok(Some(figure))
    }
}

fn row(label: &str, s: &Summary, scale: f64) -> Option<DotRow> {
    let (estimate, low, high) = (s.point? * scale, s.low? * scale, s.high? * scale);
    Some(DotRow { label: label.to_string(), estimate, low, high })
}

/// Every charted measure of a scenario: counts as a share of as now, shares in points.
fn differences(
    c: &Comparison<'_>,
    view: &View<'_>,
    charted: &[&Finding<'_>],
    share: bool,
) -> Result<Option<Figure>, ReportError> {
    let chosen: Vec<&&Finding<'_>> = charted.iter().filter(|f| f.share() == share).take(MOST_ROWS).collect();
    let rows: Vec<DotRow> = chosen
        .iter()
        .filter_map(|f| {
            let d = f.last()?;
            if share {
                return row(&f.measure.title, &d.change, 100.0);
            }
            let r = d.relative?;
            let (estimate, low, high) = (r.point * 100.0, r.low * 100.0, r.high * 100.0);
            Some(DotRow { label: f.measure.title.clone(), estimate, low, high })
        })
        .collect();
    let beyond = rows.iter().filter(|r| r.low > 0.0 || r.high < 0.0).count();
    let day = last_day(c.base, c.base.sheet.shape.last())
        .map(|d| format!(", {}", format::date(d)))
        .unwrap_or_default();
    let (kind, label) = if share {
        ("Shares", "Change in percentage points, against carrying on as now")
    } else {
        ("Counts", "Change in per cent of carrying on as now")
    };
    Dots {
        id: format!("{}-{}", view.slug, if share { "points" } else { "changes" }),
        subtitle: format!("{kind}: change in the last year or at its end{day}"),
        label: label.into(),
        unit: if share { "points" } else { "%" },
        places: 1,
        level: c.manifest.level,
        headline: format!("{kind}: {beyond} of {} change beyond chance", rows.len()),
        rows,
        note: None,
    }
    .figure()
}

/// What each cause adds to the main measure.
fn causes(c: &Comparison<'_>, view: &View<'_>, f: &Finding<'_>) -> Result<Option<Figure>, ReportError> {
    let Some(Breakdown::Known { causes, titles, .. }) = &view.case.breakdown else { return Ok(None) };
    let Some((span, _)) = f.spans.first() else { return Ok(None) };
    let Some(d) = explained(c, view, f, *span) else { return Ok(None) };
    let Some(parts) = parts_of(c, view, f, *span) else { return Ok(None) };
    let scale = if f.share() { 100.0 } else { 1.0 };
    let rows: Vec<DotRow> = titles
        .iter()
        .zip(&parts)
        .map(|(title, part)| row(title, part, scale))
        .chain([row("All together", &d.change, scale)])
        .flatten()
        .collect();
    let largest = titles.iter().zip(&parts).max_by(|a, b| {
        let size = |s: &Summary| s.point.unwrap_or(0.0).abs();
        size(a.1).total_cmp(&size(b.1))
    });
    let largest = largest
        .map_or(String::new(), |(title, _)| title.split_whitespace().take(5).collect::<Vec<_>>().join(" "));
    Dots {
        id: format!("{}-causes", view.slug),
        subtitle: format!("{}, {}: the difference by cause", f.measure.title, when(c.base, f.measure, *span)),
        label: format!("Part of the change{}", if f.share() { " in percentage points" } else { "" }),
        unit: if f.share() { "points" } else { "" },
        places: 1,
        level: c.manifest.level,
        rows,
        headline: format!("Most comes from: {largest}"),
        note: Some(
            format!("{} {}", super::tables::orders(causes), super::words::explained(c)).trim().to_string(),
        ),
    }
    .figure()
}

/// The main measure with the effect at the ends of its range.
fn ends(c: &Comparison<'_>, view: &View<'_>, f: &Finding<'_>) -> Result<Option<Figure>, ReportError> {
    let Some(ends) = &view.case.ends else { return Ok(None) };
    let Some((span, d)) = f.spans.first() else { return Ok(None) };
    let scale = if f.share() { 100.0 } else { 1.0 };
    let of = |sheet| end_of(c, f, sheet, *span).map(|d| d.change);
    let rows = [
        ("Weak end of the range", of(&ends.weak)),
        ("As written", Some(d.change)),
        ("Strong end of the range", of(&ends.strong)),
    ];
    let rows: Vec<DotRow> = rows.into_iter().filter_map(|(label, s)| row(label, &s?, scale)).collect();
    let reach = |i: usize| {
        rows.get(i).map_or(String::new(), |r| match r.estimate {
            0.0 => "no difference".into(),
            estimate => change(f.measure, estimate / scale),
        })
    };
    Dots {
        id: format!("{}-effect", view.slug),
        subtitle: format!(
            "{}, {}: change by the size of the effect",
            f.measure.title,
            when(c.base, f.measure, *span)
        ),
        label: format!(
            "Change{}, against carrying on as now",
            if f.share() { " in percentage points" } else { "" }
        ),
        unit: if f.share() { "points" } else { "" },
        places: 1,
        level: c.manifest.level,
        headline: format!("From {} to {}", reach(0), reach(2)),
        rows,
        note: Some("All changes that have a range stand at the same end of it together.".into()),
    }
    .figure()
}

/// All scenarios side by side on each measure that is the main one of any of them.
pub(super) fn overview(c: &Comparison<'_>, views: &[View<'_>]) -> Result<Vec<Figure>, ReportError> {
    let mut mains: Vec<&str> = Vec::new();
    for f in views.iter().filter_map(View::main) {
        if !mains.contains(&f.measure.name.as_str()) {
            mains.push(&f.measure.name);
        }
    }
    let mut out = Vec::new();
    if views.len() < 2 {
        return Ok(out);
    }
    for measure in mains.into_iter().take(MOST_OVERVIEW) {
        let found: Vec<(&View<'_>, &Finding<'_>)> = views
            .iter()
            .filter_map(|v| Some((v, v.findings.iter().find(|f| f.measure.name == measure)?)))
            .collect();
        let Some((_, first)) = found.first() else { continue };
        let Some((span, _)) = first.spans.first() else { continue };
        let scale = if first.share() { 100.0 } else { 1.0 };
        let rows: Vec<DotRow> = found
            .iter()
            .filter_map(|(v, f)| row(&v.case.head.title, &f.last()?.change, scale))
            .take(60)
            .collect();
        let place = when(c.base, first.measure, *span);
        let dots = Dots {
            id: format!("all-{}", crate::present::escape::slug(measure)),
            subtitle: format!("{}, {place}: difference from carrying on as now", first.measure.title),
            label: format!(
                "{}: change{}",
                first.measure.title,
                if first.share() { " in percentage points" } else { "" }
            ),
            unit: if first.share() { "points" } else { "" },
            places: 1,
            level: c.manifest.level,
            headline: format!("{}, scenario by scenario", name(first.measure, 6)),
            rows,
            note: None,
        };
        out.extend(dots.figure()?);
    }
    Ok(out)
}
