//! The pictures of a comparison.

use super::findings::{Finding, View, bounded, cause_titles, end_of, explained, last_day, parts_of};
use super::words::{change, clear, when};
use super::{Breakdown, Comparison, ReportError, figure};
use crate::experiment::compare::{Difference, Sheet, Span, difference};
use crate::experiment::estimate::{Summariser, Summary};
use crate::model::measure::{Measure, ServiceCount, Unit, What};
use crate::model::staff::{Figure as Kept, Regime};
use crate::present::chart::{
    Band, ChartError, DotInterval, DotRow, Drawing, FanChart, LineChart, Places, Series, Size, day_number,
    panels,
};
use crate::present::format;
use crate::present::html::Figure;
use crate::present::table::{Cell, Column, Kind, Table};
use crate::stats::interval::student;
use jiff::civil::Date;

/// Most paired pictures of one scenario: its main measure and those that change most clearly.
const MOST_PAIRED: usize = 4;
/// Most waiting lists and caseloads of one scenario that are drawn because it changes them.
const MOST_OWN: usize = 8;
/// Most rows in one picture of differences.
const MOST_ROWS: usize = 60;
/// Most measures on which all scenarios are shown side by side.
const MOST_OVERVIEW: usize = 24;

fn drawn(id: &str, result: Result<Drawing, ChartError>) -> Result<Drawing, ReportError> {
    result.map_err(|e| ReportError::Chart(id.to_string(), e))
}

/// The pictures of one scenario.
pub(super) fn of(c: &Comparison<'_>, view: &View<'_>) -> Result<Vec<Figure>, ReportError> {
    let mut out = Vec::new();
    let charted = view.charted();
    let main = charted.first().copied();
    let mut paired: Vec<&Finding<'_>> = charted.iter().skip(1).copied().filter(|f| !own(view, f)).collect();
    let others = paired.len();
    paired.retain(|f| f.matters() && f.last().is_some_and(|d| clear(&d.change)));
    let telling = paired.len();
    // those that change most clearly, in the order of the model
    let mut clearest: Vec<f64> = paired.iter().map(|f| f.clarity()).collect();
    clearest.sort_by(|a, b| b.total_cmp(a));
    let bar = clearest.get(MOST_PAIRED - 2).copied().unwrap_or(0.0);
    paired.retain(|f| f.clarity() >= bar);
    paired.truncate(MOST_PAIRED - 1);
    let of_changed: Vec<&Finding<'_>> =
        view.findings.iter().filter(|f| own(view, f) && main.is_none_or(|m| m.base != f.base)).collect();
    let drawn = of_changed.iter().take(MOST_OWN).chain(&paired);
    for f in main.iter().chain(drawn) {
        out.extend(pair(c, view, f)?);
    }
    let left = [
        (
            others - telling,
            "charted measures change by less than 1% (or 1 percentage point) or no more than chance could make",
        ),
        (telling - paired.len(), "charted measures change, but less clearly than those drawn"),
        (of_changed.len().saturating_sub(MOST_OWN), "waiting lists and caseloads of what is changed"),
    ];
    let left: Vec<String> = left.iter().filter(|l| l.0 > 0).map(|(n, why)| format!("{n} {why}")).collect();
    if let Some(last) = out.last_mut().filter(|_| !left.is_empty()) {
        last.notes
            .push(format!("Not drawn month by month: {}. All are in differences.csv.", left.join("; ")));
    }
    out.extend(fresh(c, view)?);
    for share in [false, true] {
        out.extend(differences(c, view, &charted, share)?);
    }
    if let Some(f) = view.main() {
        out.extend(causes(c, view, f)?);
        out.extend(ends(c, view, f)?);
    }
    Ok(out)
}

/// What a picture says of itself, so that it can be passed on alone.
fn own_words(c: &Comparison<'_>, scenario: &str, more: &[&str]) -> Vec<String> {
    let model = c.base.network.model();
    let whose = match model.place.as_str() {
        "" => c.manifest.title.clone(),
        place if c.manifest.title.contains(place) => c.manifest.title.clone(),
        place => format!("{}, {place}", c.manifest.title),
    };
    let mut out = vec![scenario.to_string(), whose];
    out.extend(more.iter().map(|line| line.to_string()));
    out
}

/// When the change begins, if later than the run: what is changed from a day on, and nothing before.
fn begins(c: &Comparison<'_>, view: &View<'_>) -> Option<Date> {
    let calendar = c.base.network.calendar()?;
    let day = |text: &str| {
        text.parse::<Date>().ok().or_else(|| {
            let days = crate::base::quantity::duration(text).ok()?.days;
            calendar.date_of(crate::base::time::SimTime(crate::base::time::Span::from_days(days).0))
        })
    };
    let mut first: Option<Date> = None;
    for change in view.case.head.changes.iter().filter(|ch| !super::paths::follows(ch)) {
        let from = day(change.from.as_deref()?)?;
        first = Some(first.map_or(from, |f| f.min(from)));
    }
    first.filter(|day| *day > calendar.start())
}

fn boundary(c: &Comparison<'_>, view: &View<'_>, spans: &[(Span, Date)]) -> Option<(f64, String)> {
    let day = begins(c, view).filter(|day| spans.last().is_some_and(|s| *day <= s.1))?;
    Some((day_number(day), format!("Change begins {}", format::month(day))))
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
    Some((word.into(), role.terms.caseload))
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

/// As now and the scenario in one picture, each with the range of its futures, and below it the paired difference.
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
fn axis(measure: &Measure) -> String {
    format!("{}{}", measure.title, crate::present::measure::suffix(measure))
}

fn place_and_step(c: &Comparison<'_>, measure: &Measure) -> String {
    let place = &c.base.network.model().place;
    let place = if place.is_empty() { String::new() } else { format!(", {place}") };
    let step = if measure.is_stock() { "at the end of each month" } else { "by year" };
    format!("{}{place}, {step}", crate::present::measure::suffix(measure))
}

fn one_line(name: &str, summaries: &[Summary]) -> Option<Series> {
    let values: Option<Vec<f64>> = summaries.iter().map(|s| s.point).collect();
    let interval: Option<Vec<(f64, f64)>> = summaries.iter().map(|s| s.spread[0].zip(s.spread[6])).collect();
    Some(Series { name: name.to_string(), values: values?, interval: interval? })
}

/// The paired difference at each place.
fn paired(
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
fn difference_fan(
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

/// How numbers of a measure are scaled in a picture of differences, with what they are then counted in.
struct Scale {
    by: f64,
    unit: &'static str,
    label: &'static str,
}

fn scale(measure: &Measure, size: f64) -> Scale {
    match measure.unit() {
        Unit::Share => Scale { by: 100.0, unit: "points", label: " in percentage points" },
        Unit::Pounds if size >= 1e6 => Scale { by: 1e-6, unit: "£m", label: " in £m" },
        Unit::Pounds if size >= 1e4 => Scale { by: 1e-3, unit: "£k", label: " in £k" },
        Unit::Pounds => Scale { by: 1.0, unit: "£", label: " in £" },
        _ => Scale { by: 1.0, unit: "", label: "" },
    }
}

/// The largest size that summaries reach.
fn largest<'s>(all: impl IntoIterator<Item = &'s Summary>) -> f64 {
    let reach =
        |s: &Summary| [s.point, s.low, s.high].into_iter().flatten().fold(0.0f64, |m, v| m.max(v.abs()));
    all.into_iter().map(reach).fold(0.0, f64::max)
}

/// Charted measures that the scenario brings, from the day they exist, with no line as now.
fn fresh(c: &Comparison<'_>, view: &View<'_>) -> Result<Vec<Figure>, ReportError> {
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
        let last =
            summaries.last().and_then(|s| s.point).map_or_else(String::new, |v| super::words::value(m, v));
        let year = spans.last().map_or_else(String::new, |s| format!(" by {}", s.1.year()));
        let table = fresh_table(&id, &subtitle, m, &spans, &summaries);
        out.push(figure(drawing, format!("{}: {last}{year}", m.title), subtitle, table));
    }
    Ok(out)
}

fn fresh_table(id: &str, title: &str, m: &Measure, spans: &[(Span, Date)], summaries: &[Summary]) -> Table {
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

type Sides = [(&'static str, Option<Vec<Summary>>); 2];

fn pair_table(
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
    /// Whose picture it is: the scenario and the model.
    head: Vec<String>,
    notes: Vec<String>,
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

fn row(label: &str, s: &Summary, scale: f64) -> Option<DotRow> {
    let (estimate, low, high) = (s.point? * scale, s.low? * scale, s.high? * scale);
    Some(DotRow { label: label.to_string(), estimate, low, high })
}

/// How many changes are beyond chance when all were tried at once (Holm 1979): the clearest must be so at the level of all
/// of them together, the next at that of the others, and so on to the first that is not.
fn holm(c: &Comparison<'_>, tried: &[&&Finding<'_>]) -> usize {
    let n = super::findings::draws(c).unwrap_or(c.base.sheet.numbers.len());
    let mut sizes: Vec<f64> = tried.iter().map(|f| f.clarity()).collect();
    sizes.sort_by(|a, b| b.total_cmp(a));
    let miss = 1.0 - c.manifest.level;
    let bar = |rank: usize| student(n, 1.0 - miss / (sizes.len() - rank) as f64);
    sizes.iter().enumerate().take_while(|(rank, size)| **size > bar(*rank)).count()
}

/// Every charted measure of a scenario: counts as a share of as now, shares in points.
fn differences(
    c: &Comparison<'_>,
    view: &View<'_>,
    charted: &[&Finding<'_>],
    share: bool,
) -> Result<Option<Figure>, ReportError> {
    let chosen: Vec<&&Finding<'_>> = charted.iter().filter(|f| f.share() == share).collect();
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
    let alone = chosen.iter().filter(|f| f.last().is_some_and(|d| clear(&d.change))).count();
    let beyond = holm(c, &chosen);
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
        headline: format!("{kind}: {beyond} of {} tried change beyond chance", rows.len()),
        head: own_words(c, &view.case.head.title, &[&format!("{kind}: change in the last year or at its end{day}")]),
        notes: vec![format!(
            "{} were tried at once, and some would seem to change by chance. The headline allows for that (Holm 1979, at {}); \
             one by one, the intervals of {alone} leave zero out.",
            rows.len(),
            format::level(c.manifest.level)
        )],
        rows,
    }
    .figure()
}

/// What each cause adds to the main measure.
fn causes(c: &Comparison<'_>, view: &View<'_>, f: &Finding<'_>) -> Result<Option<Figure>, ReportError> {
    let Some(Breakdown::Known { causes, titles, .. }) = &view.case.breakdown else { return Ok(None) };
    let Some((span, _)) = f.spans.first() else { return Ok(None) };
    let Some(d) = explained(c, view, f, *span) else { return Ok(None) };
    let Some(parts) = parts_of(c, view, f, *span) else { return Ok(None) };
    let titles = cause_titles(c, view, titles);
    let scale = scale(f.measure, largest(parts.iter().chain([&d.change])));
    let rows: Vec<DotRow> = titles
        .iter()
        .zip(&parts)
        .map(|(title, part)| row(title, part, scale.by))
        .chain([row("All together", &d.change, scale.by)])
        .flatten()
        .collect();
    let most = titles.iter().zip(&parts).max_by(|a, b| {
        let size = |s: &Summary| s.point.unwrap_or(0.0).abs();
        size(a.1).total_cmp(&size(b.1))
    });
    let most = most.map_or("", |(title, _)| title.as_str());
    let subtitle =
        format!("{}, {}: the difference by cause", f.measure.title, when(c.base, f.measure, *span));
    Dots {
        id: format!("{}-causes", view.slug),
        label: format!("Part of the change{}", scale.label),
        unit: scale.unit,
        places: 1,
        level: c.manifest.level,
        rows,
        headline: format!("Most comes from: {most}"),
        head: own_words(c, &view.case.head.title, &[&subtitle]),
        subtitle,
        notes: vec![
            format!("{} {}", super::tables::orders(causes), super::words::explained(c)).trim().to_string(),
        ],
    }
    .figure()
}

/// The main measure with the effect at the ends of its range.
fn ends(c: &Comparison<'_>, view: &View<'_>, f: &Finding<'_>) -> Result<Option<Figure>, ReportError> {
    let Some(ends) = &view.case.ends else { return Ok(None) };
    let Some((span, d)) = f.spans.first() else { return Ok(None) };
    let of = |sheet| end_of(c, f, sheet, *span).map(|d| d.change);
    let found = [
        ("Weak end of the range", of(&ends.weak)),
        ("As written", Some(d.change)),
        ("Strong end of the range", of(&ends.strong)),
    ];
    let scale = scale(f.measure, largest(found.iter().filter_map(|r| r.1.as_ref())));
    let rows: Vec<DotRow> = found.iter().filter_map(|(label, s)| row(label, s.as_ref()?, scale.by)).collect();
    let reach = |i: usize| {
        rows.get(i).map_or(String::new(), |r| match r.estimate {
            0.0 => "no difference".into(),
            estimate => change(f.measure, estimate / scale.by),
        })
    };
    let subtitle =
        format!("{}, {}: change by the size of the effect", f.measure.title, when(c.base, f.measure, *span));
    Dots {
        id: format!("{}-effect", view.slug),
        label: format!("Change{}, against carrying on as now", scale.label),
        unit: scale.unit,
        places: 1,
        level: c.manifest.level,
        headline: format!("From {} to {}", reach(0), reach(2)),
        head: own_words(c, &view.case.head.title, &[&subtitle]),
        subtitle,
        rows,
        notes: vec!["All changes that have a range stand at the same end of it together.".into()],
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
    let left = mains.len().saturating_sub(MOST_OVERVIEW);
    for measure in mains.into_iter().take(MOST_OVERVIEW) {
        let found: Vec<(&View<'_>, &Finding<'_>)> = views
            .iter()
            .filter_map(|v| Some((v, v.findings.iter().find(|f| f.measure.name == measure)?)))
            .collect();
        let Some((_, first)) = found.first() else { continue };
        let Some((span, _)) = first.spans.first() else { continue };
        let sizes = found.iter().filter_map(|(_, f)| f.last().map(|d| &d.change));
        let scale = scale(first.measure, largest(sizes));
        let rows: Vec<DotRow> =
            found.iter().filter_map(|(v, f)| row(&v.case.head.title, &f.last()?.change, scale.by)).collect();
        let place = when(c.base, first.measure, *span);
        let subtitle = format!("{}, {place}: difference from carrying on as now", first.measure.title);
        let dots = Dots {
            id: format!("all-{}", crate::present::escape::slug(measure)),
            label: format!("{}: change{}", first.measure.title, scale.label),
            unit: scale.unit,
            places: 1,
            level: c.manifest.level,
            headline: format!("{}, scenario by scenario", first.measure.title),
            head: own_words(c, "Scenarios compared with carrying on as now", &[&subtitle]),
            subtitle,
            rows,
            notes: Vec::new(),
        };
        out.extend(dots.figure()?);
    }
    if let Some(last) = out.last_mut().filter(|_| left > 0) {
        last.notes.push(format!(
            "{left} more main measures are not drawn side by side: they are in differences.csv."
        ));
    }
    Ok(out)
}
