//! The tables of a run.

use super::Study;
use crate::base::calendar::Calendar;
use crate::base::time::SimTime;
use crate::experiment::estimate::{Summariser, Summary};
use crate::experiment::ignorance::Split;
use crate::model::Model;
use crate::model::provenance::Grade;
use crate::present::table::{Cell, Column, Kind, Table};

fn text(key: &str, heading: &str) -> Column {
    Column::new(key, heading, Kind::Text)
}

fn number(key: &str, heading: &str, places: u8) -> Column {
    Column::new(key, heading, Kind::Number(places))
}

/// The columns of a summary.
fn summary_columns(study: &Study<'_>) -> Vec<Column> {
    let mut columns = vec![
        number("mean", "Mean", 2),
        number("standard_error", "Standard error", 3),
        number("low", "Low end", 2),
        number("high", "High end", 2),
        number("level", "Level", 2),
        Column::new("replications", "Replications", Kind::Count),
        number("p2_5", "2.5th percentile", 2),
        number("p10", "10th percentile", 2),
        number("p25", "25th percentile", 2),
        number("p50", "Median", 2),
        number("p75", "75th percentile", 2),
        number("p90", "90th percentile", 2),
        number("p97_5", "97.5th percentile", 2),
    ];
    if study.drawn() {
        columns.extend([
            number("chance_p2_5", "2.5th percentile, chance alone", 2),
            number("chance_p97_5", "97.5th percentile, chance alone", 2),
            number("chance_sd", "Standard deviation from chance", 3),
            number("ignorance_sd", "Standard deviation from ignorance", 3),
            number("ignorance_share", "Share of variance from ignorance", 3),
        ]);
    }
    columns
}

fn summary_cells(study: &Study<'_>, s: &Summary) -> Vec<Cell> {
    let mut cells = vec![
        Cell::maybe(s.point),
        Cell::maybe(s.se),
        Cell::maybe(s.low),
        Cell::maybe(s.high),
        Cell::Number(s.level),
        Cell::Number(s.n as f64),
    ];
    cells.extend(s.spread.iter().map(|v| Cell::maybe(*v)));
    if study.drawn() {
        let of = |get: fn(&Split) -> f64| Cell::maybe(s.split.as_ref().map(get));
        cells.extend([
            of(|s| s.chance_low),
            of(|s| s.chance_high),
            of(|s| s.chance_sd),
            of(|s| s.ignorance_sd),
            of(|s| s.ignorance_share),
        ]);
    }
    cells
}

const NOTE: &str = "Low and high end are the interval of the mean at the level named; percentiles are over \
replications, each one possible future. Times are in days.";

/// Everything over the window.
pub(super) fn window(study: &Study<'_>) -> Table {
    let mut columns =
        vec![text("kind", "Kind"), text("of", "Of"), text("measure", "Measure"), text("part", "Part")];
    columns.extend(summary_columns(study));
    let mut table = Table::new("window", "Every measure over the whole run", columns);
    let mut summariser = Summariser::of(study.network.model().run.level, study.rows);
    for (i, column) in study.network.layout().columns().iter().enumerate().filter(|c| c.1.period.is_none()) {
        let summary = summariser.summary(study.rows.values.column(i));
        let mut cells = vec![
            Cell::text(column.kind),
            Cell::text(&column.of),
            Cell::text(column.measure),
            Cell::text(&column.part),
        ];
        cells.extend(summary_cells(study, &summary));
        table.row(cells);
    }
    table.note(NOTE);
    table
}

/// Everything by reporting period.
pub(super) fn periods(study: &Study<'_>) -> Table {
    let mut columns = vec![
        text("from", "From"),
        text("to", "To"),
        text("kind", "Kind"),
        text("of", "Of"),
        text("measure", "Measure"),
        text("part", "Part"),
    ];
    columns.extend(summary_columns(study));
    let mut table = Table::new("periods", "Every measure by period", columns);
    let mut summariser = Summariser::of(study.network.model().run.level, study.rows);
    let edges = study.network.period_edges();
    let name = |i: usize| edges.get(i).map_or_else(String::new, |t| moment(study.network.calendar(), *t));
    for (i, column) in study.network.layout().columns().iter().enumerate() {
        let Some(period) = column.period.map(usize::from) else { continue };
        let summary = summariser.summary(study.rows.values.column(i));
        let mut cells = vec![
            Cell::text(&name(period)),
            Cell::text(&name(period + 1)),
            Cell::text(column.kind),
            Cell::text(&column.of),
            Cell::text(column.measure),
            Cell::text(&column.part),
        ];
        cells.extend(summary_cells(study, &summary));
        table.row(cells);
    }
    table.note(NOTE);
    table
}

/// Date in ISO form, or days where there are no dates.
fn moment(calendar: Option<&Calendar>, time: SimTime) -> String {
    match calendar.and_then(|c| c.date_of(time)) {
        Some(date) => date.to_string(),
        None => format!("{}", time.days()),
    }
}

/// Every measure over the window, replication by replication.
pub(super) fn replications(study: &Study<'_>) -> Table {
    let columns = vec![
        Column::new("replication", "Replication", Kind::Count),
        text("kind", "Kind"),
        text("of", "Of"),
        text("measure", "Measure"),
        text("part", "Part"),
        number("value", "Value", 4),
    ];
    let mut table = Table::new("replications", "Every measure over the run, by replication", columns);
    for (number, row) in study.rows.numbers.iter().zip(study.rows.values.rows()) {
        for (column, value) in study.network.layout().columns().iter().zip(row) {
            if column.period.is_some() {
                continue;
            }
            table.row(vec![
                Cell::Number(*number as f64),
                Cell::text(column.kind),
                Cell::text(&column.of),
                Cell::text(column.measure),
                Cell::text(&column.part),
                Cell::maybe(Some(*value).filter(|v| v.is_finite())),
            ]);
        }
    }
    table
}

/// Named measures by period and by year.
pub(super) fn measures(study: &Study<'_>) -> Table {
    let mut columns =
        vec![text("measure", "Measure"), text("title", "Title"), text("from", "From"), text("to", "To")];
    columns.extend(summary_columns(study));
    let mut table = Table::new("measures", "Named measures by period and by year", columns);
    let model = study.network.model();
    let mut summariser = Summariser::of(model.run.level, study.rows);
    let edges = study.network.period_edges();
    let name = |i: usize| edges.get(i).map_or_else(String::new, |t| moment(study.network.calendar(), *t));
    for measured in study.measured {
        let Some(measure) = model.measures.get(measured.measure) else { continue };
        let mut add = |values: ndarray::ArrayView1<'_, f64>, from: usize, to: usize| {
            let mut cells = vec![
                Cell::text(&measure.name),
                Cell::text(&measure.title),
                Cell::text(&name(from)),
                Cell::text(&name(to)),
            ];
            cells.extend(summary_cells(study, &summariser.summary(values)));
            table.row(cells);
        };
        for (p, values) in measured.periods.columns().into_iter().enumerate() {
            add(values, p, p + 1);
        }
        for (y, values) in measured.years.columns().into_iter().enumerate() {
            add(values, 12 * y, 12 * y + 12);
        }
    }
    table.note(NOTE);
    table
}

/// Chance and ignorance of each charted measure at the end of the run; `None` without draws.
pub(super) fn shares(study: &Study<'_>) -> Option<Table> {
    let columns = vec![
        text("title", "Measure"),
        number("mean", "Mean", 1),
        number("chance_sd", "Standard deviation from chance", 1),
        number("ignorance_sd", "Standard deviation from ignorance", 1),
        Column::new("ignorance_share", "Share of variance from ignorance", Kind::Percent),
        number("low", "95% of futures, low end", 1),
        number("high", "High end", 1),
        number("chance_low", "Chance alone, low end", 1),
        number("chance_high", "High end", 1),
    ];
    let mut table = Table::new("ignorance", "Chance and ignorance", columns);
    let model = study.network.model();
    let mut summariser = Summariser::of(model.run.level, study.rows);
    for measured in study.measured {
        let Some(measure) = model.measures.get(measured.measure).filter(|m| m.chart) else { continue };
        let values = if super::words::is_stock(measure) { &measured.periods } else { &measured.years };
        let Some(last) = values.columns().into_iter().next_back() else { continue };
        let s = summariser.summary(last);
        let Some(split) = s.split else { continue };
        let scale = if measure.of.is_some() { 100.0 } else { 1.0 };
        let of = |v: f64| Cell::Number(v * scale);
        let unit = if measure.of.is_some() { " (%)" } else { "" };
        table.row(vec![
            Cell::text(&format!("{}{unit}", measure.title)),
            Cell::maybe(s.point.map(|v| v * scale)),
            of(split.chance_sd),
            of(split.ignorance_sd),
            Cell::Number(split.ignorance_share),
            Cell::maybe(s.spread[0].map(|v| v * scale)),
            Cell::maybe(s.spread[6].map(|v| v * scale)),
            of(split.chance_low),
            of(split.chance_high),
        ]);
    }
    (!table.rows.is_empty()).then_some(table)
}

/// The model beside what is published; `None` if nothing is.
pub(super) fn compared(study: &Study<'_>) -> Option<Table> {
    let columns = vec![
        text("title", "Measure"),
        text("period", "Period"),
        number("published", "Published", 1),
        number("model", "Model, mean", 1),
        number("low", "Low end", 1),
        number("high", "High end", 1),
        number("p2_5", "2.5th percentile of futures", 1),
        number("p97_5", "97.5th percentile of futures", 1),
        number("difference", "Difference", 1),
        text("near", "As near as asked"),
        text("source", "Source"),
    ];
    let model = study.network.model();
    let place = if model.place.is_empty() { "" } else { &model.place };
    let level = crate::present::format::level(model.run.level);
    let title =
        format!("The model beside published figures{}{place}", if place.is_empty() { "" } else { ", " });
    let mut table = Table::new("compared", &title, columns);
    let mut stands_in = false;
    for measured in study.measured {
        let Some(measure) = model.measures.get(measured.measure) else { continue };
        // shares are shown in per cent, and their differences in percentage points
        let scale = crate::present::measure::scale(measure);
        let unit = crate::present::measure::suffix(measure);
        for c in &measured.compared {
            let near = match c.near {
                Some(true) => "yes",
                Some(false) => "no",
                None => "not asked",
            };
            let of = |v: Option<f64>| Cell::maybe(v.map(|v| v * scale));
            table.row(vec![
                Cell::text(&format!("{}{unit}", measure.title)),
                Cell::text(&c.period),
                Cell::Number(c.published * scale),
                of(c.model.point),
                of(c.model.low),
                of(c.model.high),
                of(c.model.spread[0]),
                of(c.model.spread[6]),
                of(c.model.point.map(|p| p - c.published)),
                Cell::text(near),
                Cell::text(&if c.stand_in { format!("stands in: {}", c.source) } else { c.source.clone() }),
            ]);
            stands_in |= c.stand_in;
        }
    }
    if stands_in {
        table.note("\"Stands in\": no figure of the period is published; the model file says what stands in for it and why.");
    }
    table.note(&format!(
        "Low and high end: {level} interval of the model's mean. 95% of simulated futures lie between the \
         percentiles; they show {}.",
        if study.drawn() { "chance and what is not known about the model's numbers" } else { "chance alone" }
    ));
    (!table.rows.is_empty()).then_some(table)
}

/// Every number of a model and what it rests on.
pub fn assumptions(model: &Model) -> Table {
    let columns = vec![
        text("path", "Number"),
        text("value", "Value"),
        text("low", "Low"),
        text("high", "High"),
        text("grade", "Ground"),
        text("source", "Source"),
        text("note", "Note"),
        Column::new("line", "Line", Kind::Count),
    ];
    let mut table = Table::new("assumptions", "What each number rests on", columns);
    let maybe = |v: &Option<String>| Cell::text(v.as_deref().unwrap_or(""));
    for a in &model.register {
        let title = a.source.as_ref().map(|name| {
            model.sources.iter().find(|s| s.name == *name).map_or(name.as_str(), |s| s.title.as_str())
        });
        table.row(vec![
            Cell::text(&a.path),
            Cell::text(&a.value),
            maybe(&a.low),
            maybe(&a.high),
            Cell::text(grade_name(a.grade)),
            Cell::text(title.unwrap_or("")),
            maybe(&a.note),
            Cell::Number(a.line as f64),
        ]);
    }
    table.note(
        "measured: published or measured for this place; derived: worked out from published figures; borrowed: \
         from other places or experts; assumed: a reasoned guess; unstated: the file does not say.",
    );
    table
}

/// A grade in a word.
pub fn grade_name(grade: Grade) -> &'static str {
    match grade {
        Grade::Measured => "measured",
        Grade::Derived => "derived",
        Grade::Borrowed => "borrowed",
        Grade::Assumed => "assumed",
        Grade::Unstated => "unstated",
    }
}
