//! The pictures of a run.

use super::words::{is_stock, value};
use super::{Group, ReportError, Study, figure, flows};
use crate::base::ids::StageId;
use crate::experiment::estimate::{SPREAD, Summariser, Summary};
use crate::experiment::ignorance::Split;
use crate::experiment::measures::Measured;
use crate::model::measure::{Measure, Published, Unit, What};
use crate::present::chart::{Band, ChartError, FanChart, Size, StayBands};
use crate::present::html::Figure;
use crate::present::table::{Cell, Column, Kind, Table};
use crate::present::{escape, format};
use jiff::civil::Date;
use ndarray::{Array2, ArrayView1};

/// All pictures, under their headings.
pub(super) fn all(study: &Study<'_>) -> Result<Vec<Group>, ReportError> {
    let mut groups = Vec::new();
    let charted = charted(study)?;
    if !charted.is_empty() {
        groups.push(Group {
            title: "What lies ahead".into(),
            words: "Dots and the line before are published figures. The middle line is the mean of the simulated \
                    futures; "
                .to_string()
                + bands_in_words(study),
            figures: charted,
        });
    }
    let flow = flows::sankey(study)?;
    if let Some(flow) = flow {
        groups.push(Group {
            title: "Where children go in a year".into(),
            words:
                "Every band is drawn to one scale. Bands that turn back are step-ups, step-downs and returns."
                    .into(),
            figures: vec![flow],
        });
    }
    let stays = stays(study)?;
    if !stays.is_empty() {
        groups.push(Group {
            title: "How long children stay".into(),
            words: "Shares by length, model beside published.".into(),
            figures: stays,
        });
    }
    let stages = stages(study)?;
    if !stages.is_empty() {
        groups.push(Group {
            title: "Children in each stage, by month".into(),
            words: "At the end of each month, waiting or in their stay.".into(),
            figures: stages,
        });
    }
    Ok(groups)
}

/// What the bands of the fans are.
fn bands_in_words(study: &Study<'_>) -> &'static str {
    if study.drawn() {
        "95% of them lie in the outer band, which holds chance and what is not known about the model's numbers. The \
         inner band is what chance alone would do: where it is much narrower, better numbers would help more than luck."
    } else {
        "half of them lie in the inner band, 95% in the outer. The bands show chance alone, not how unsure we are of \
         the model's numbers."
    }
}

fn drawn<T>(id: &str, result: Result<T, ChartError>) -> Result<T, ReportError> {
    result.map_err(|e| ReportError::Chart(id.to_string(), e))
}

/// One fan for each measure marked to be charted.
fn charted(study: &Study<'_>) -> Result<Vec<Figure>, ReportError> {
    let model = study.network.model();
    let mut out = Vec::new();
    for measured in study.measured {
        let Some(measure) = model.measures.get(measured.measure).filter(|m| m.chart) else { continue };
        if let Some(figure) = measure_fan(study, measured, measure)? {
            out.push(figure);
        }
    }
    Ok(out)
}

/// The last day of a period that ends at an edge.
fn last_days(study: &Study<'_>, step: usize) -> Vec<Date> {
    let Some(calendar) = study.network.calendar() else { return Vec::new() };
    let edges = study.network.period_edges();
    edges
        .iter()
        .skip(1)
        .enumerate()
        .filter(|(i, _)| (i + 1) % step == 0)
        .filter_map(|(_, t)| calendar.date_of(*t)?.yesterday().ok())
        .collect()
}

fn summaries(study: &Study<'_>, values: &Array2<f64>) -> Vec<Summary> {
    let mut summariser = Summariser::of(study.network.model().run.level, study.rows);
    values.columns().into_iter().map(|column| summariser.summary(column)).collect()
}

fn measure_fan(
    study: &Study<'_>,
    measured: &Measured,
    measure: &Measure,
) -> Result<Option<Figure>, ReportError> {
    let model = study.network.model();
    let stock = is_stock(measure);
    let (values, step) = if stock { (&measured.periods, 1) } else { (&measured.years, 12) };
    let dates = last_days(study, step);
    let summaries = summaries(study, values);
    let history = published_points(study, &measure.published);
    let scale = crate::present::measure::scale(measure);
    let id = escape::slug(&measure.name);
    let when = if stock { "at the end of each month" } else { "by year to 31 March" };
    let place = if model.place.is_empty() { String::new() } else { format!("{}, ", model.place) };
    let unit = crate::present::measure::suffix(measure);
    let subtitle = format!("{}{unit}, {place}{when}", measure.title);
    let Some(chart) = fan(&id, &subtitle, &measure.title, &dates, &summaries, &history, scale) else {
        return Ok(None);
    };
    let table = fan_table(&id, &subtitle, &dates, &summaries, &history, scale);
    let headline = headline(measure, &summaries, &history);
    let decimals = chart.decimals.max(usize::from(measure.unit() == Unit::Decimal));
    let drawing = drawn(&id, FanChart { boundary: boundary(study), decimals, ..chart }.drawing())?;
    Ok(Some(figure(drawing, headline, subtitle, table)))
}

fn boundary(study: &Study<'_>) -> Option<(Date, String)> {
    let start = study.network.calendar()?.start();
    Some((start, "model starts".to_string()))
}

/// Published figures as points, at the last day of their period.
fn published_points(study: &Study<'_>, published: &[Published]) -> Vec<(Date, f64)> {
    let Some(calendar) = study.network.calendar() else { return Vec::new() };
    let known = published.iter().filter(|p| !p.stand_in);
    let mut points: Vec<(Date, f64)> =
        known.filter_map(|p| Some((calendar.date_of(p.to)?.yesterday().ok()?, p.value))).collect();
    points.sort_by_key(|p| p.0);
    points
}

/// Where the measure goes, in at most ten words.
fn headline(measure: &Measure, summaries: &[Summary], history: &[(Date, f64)]) -> String {
    let end = summaries.last().and_then(|s| s.point);
    let begin = history.last().map(|h| h.1).or_else(|| summaries.first().and_then(|s| s.point));
    let name = measure.title.split(" (").next().unwrap_or(&measure.title);
    let (Some(from), Some(to)) = (begin, end) else { return name.to_string() };
    let change = if from.abs() > 0.0 { (to - from) / from } else { 0.0 };
    let verb = match change {
        c if c > 0.03 => "rises to",
        c if c < -0.03 => "falls to",
        _ => "stays near",
    };
    let words: Vec<&str> = name.split_whitespace().take(7).collect();
    format!("{}: {verb} {}", words.join(" "), value(measure, to))
}

fn fan(
    id: &str,
    title: &str,
    y: &str,
    dates: &[Date],
    summaries: &[Summary],
    history: &[(Date, f64)],
    scale: f64,
) -> Option<FanChart> {
    let at =
        |i: usize| -> Option<Vec<f64>> { summaries.iter().map(|s| s.spread[i].map(|v| v * scale)).collect() };
    let middle: Option<Vec<f64>> = summaries.iter().map(|s| s.point.map(|v| v * scale)).collect();
    let band = |label: &str, low: usize, high: usize| {
        let level = SPREAD[high] - SPREAD[low];
        Some(Band { label: label.into(), level, low: at(low)?, high: at(high)? })
    };
    let split: Option<Vec<_>> = summaries.iter().map(|s| s.split).collect();
    let bands = match split {
        Some(split) => {
            let of = |get: fn(&Split) -> f64| split.iter().map(|s| get(s) * scale).collect();
            let (low, high) = (of(|s| s.chance_low), of(|s| s.chance_high));
            vec![band("All", 0, 6)?, Band { label: "Chance".into(), level: 0.95, low, high }]
        }
        None => vec![band("", 0, 6)?, band("", 2, 4)?],
    };
    let start = dates.first()?;
    let (before, inside): (Vec<_>, Vec<_>) =
        history.iter().map(|&(d, v)| (d, v * scale)).partition(|p| p.0 < *start);
    // the line of what is published runs on into the run
    let line: Vec<_> = before.iter().chain(&inside).copied().collect();
    Some(FanChart {
        id: id.to_string(),
        title: title.to_string(),
        y_label: y.to_string(),
        history: line,
        history_label: "published".into(),
        gap_days: 0,
        dates: dates.to_vec(),
        middle: middle?,
        bands,
        markers: Vec::new(),
        marker_label: String::new(),
        target: None,
        boundary: None,
        decimals: if scale > 1.0 { 1 } else { 0 },
        from_zero: true,
        size: Size::default(),
    })
}

fn fan_table(
    id: &str,
    title: &str,
    dates: &[Date],
    summaries: &[Summary],
    history: &[(Date, f64)],
    scale: f64,
) -> Table {
    let n = |key: &str, heading: &str| Column::new(key, heading, Kind::Number(1));
    let mut columns = vec![
        Column::new("date", "Date", Kind::Date),
        n("published", "Published"),
        n("mean", "Mean of futures"),
        n("low95", "Low end of 95% of futures"),
        n("low50", "Low end of 50% of futures"),
        n("high50", "High end of 50% of futures"),
        n("high95", "High end of 95% of futures"),
    ];
    let split = summaries.iter().any(|s| s.split.is_some());
    if split {
        columns.push(n("chance_low95", "Low end of 95%, chance alone"));
        columns.push(n("chance_high95", "High end of 95%, chance alone"));
    }
    let mut table = Table::new(id, title, columns);
    let mut all: Vec<Date> = dates.iter().copied().chain(history.iter().map(|h| h.0)).collect();
    all.sort();
    all.dedup();
    for date in all {
        let published = history.iter().find(|h| h.0 == date).map(|h| h.1 * scale);
        let s = dates.iter().position(|d| *d == date).and_then(|i| summaries.get(i));
        let cell = |v: Option<f64>| Cell::maybe(v.map(|v| v * scale));
        let mut row = vec![
            Cell::Date(date),
            Cell::maybe(published),
            cell(s.and_then(|s| s.point)),
            cell(s.and_then(|s| s.spread[0])),
            cell(s.and_then(|s| s.spread[2])),
            cell(s.and_then(|s| s.spread[4])),
            cell(s.and_then(|s| s.spread[6])),
        ];
        if split {
            row.push(cell(s.and_then(|s| s.split).map(|x| x.chance_low)));
            row.push(cell(s.and_then(|s| s.split).map(|x| x.chance_high)));
        }
        table.row(row);
    }
    table
}

/// A fan for every stage that holds children for a while.
fn stages(study: &Study<'_>) -> Result<Vec<Figure>, ReportError> {
    let model = study.network.model();
    let dates = last_days(study, 1);
    let layout = study.network.layout();
    let mut out = Vec::new();
    for (id, stage) in model.stages.pairs() {
        let columns: Vec<usize> = (0..dates.len())
            .filter_map(|p| layout.find("stage", "children_end", &stage.name, "", Some(p)))
            .collect();
        if columns.len() != dates.len() || dates.is_empty() {
            continue;
        }
        let mut summariser = Summariser::of(model.run.level, study.rows);
        let column = |c: &usize| -> ArrayView1<'_, f64> { study.rows.values.column(*c) };
        let summaries: Vec<Summary> = columns.iter().map(|c| summariser.summary(column(c))).collect();
        let largest = summaries.iter().filter_map(|s| s.spread[6]).fold(0.0, f64::max);
        if largest < 1.0 {
            continue;
        }
        let slug = format!("stage-{}", escape::slug(&stage.name));
        let history = stage_history(study, id);
        let subtitle = format!("Children, {}, at the end of each month", stage.title);
        let Some(chart) = fan(&slug, &subtitle, "Children", &dates, &summaries, &history, 1.0) else {
            continue;
        };
        let table = fan_table(&slug, &subtitle, &dates, &summaries, &history, 1.0);
        let drawing = drawn(&slug, FanChart { boundary: None, ..chart }.drawing())?;
        let words: Vec<&str> =
            stage.title.split(" (").next().unwrap_or("").split_whitespace().take(7).collect();
        let last = summaries.last().and_then(|s| s.point).unwrap_or(0.0);
        let headline = format!("{}: {} at the end", words.join(" "), format::count(last));
        out.push(figure(drawing, headline, subtitle, table));
    }
    Ok(out)
}

/// What is published about just this stage's children.
fn stage_history(study: &Study<'_>, id: StageId) -> Vec<(Date, f64)> {
    let model = study.network.model();
    let about =
        |m: &&Measure| matches!(&m.what, What::Children(list) if list.as_slice() == [id]) && m.of.is_none();
    let measure = model.measures.iter().find(about);
    let start = last_days(study, 1).first().copied();
    let mut points = measure.map_or_else(Vec::new, |m| published_points(study, &m.published));
    points.retain(|p| start.is_none_or(|s| p.0.year() + 4 > s.year()));
    points
}

/// The share of a group's spells in one band of length.
struct StayBand {
    band: usize,
    mean: f64,
    published: f64,
    stand_in: bool,
    interval: Option<(f64, f64)>,
    period: String,
}

/// Lengths of stay of a group by band, for the groups about which something is published.
fn stays(study: &Study<'_>) -> Result<Vec<Figure>, ReportError> {
    let model = study.network.model();
    let mut out = Vec::new();
    for (g, group) in model.groups.iter().enumerate() {
        for ended in [true, false] {
            let mut bands: Vec<StayBand> = Vec::new();
            for measured in study.measured {
                let Some(measure) = model.measures.get(measured.measure) else { continue };
                let band = match measure.what {
                    What::EndedInBand { group, band } if ended && group == g => band,
                    What::OpenInBand { group, band } if !ended && group == g => band,
                    _ => continue,
                };
                let Some(c) = measured.compared.last().filter(|_| measure.of.is_some()) else { continue };
                let Some(mean) = c.model.point else { continue };
                let interval = c.model.spread[0].zip(c.model.spread[6]);
                bands.push(StayBand {
                    band,
                    mean,
                    published: c.published,
                    stand_in: c.stand_in,
                    interval,
                    period: c.period.clone(),
                });
            }
            bands.sort_by_key(|b| b.band);
            if bands.len() < 2 {
                continue;
            }
            out.push(stay_figure(study, g, &group.title, ended, &bands)?);
        }
    }
    Ok(out)
}

fn stay_figure(
    study: &Study<'_>,
    g: usize,
    title: &str,
    ended: bool,
    bands: &[StayBand],
) -> Result<Figure, ReportError> {
    let model = study.network.model();
    let edges = model.groups.get(g).map_or(&[][..], |g| g.bands.as_slice());
    let id = format!("stays-{}-{}", if ended { "ended" } else { "open" }, escape::slug(title));
    let names: Vec<String> = bands.iter().map(|b| band_name(edges, b.band)).collect();
    let kind = if ended { "ended" } else { "open at the end" };
    let stand_in = bands.iter().any(|b| b.stand_in);
    let (beside, word) =
        if stand_in { ("Stands in: not published", "what stands in") } else { ("Published", "published") };
    let subtitle = format!("{title}, {kind}: share by length, {}", bands[0].period);
    let chart = StayBands {
        id: id.clone(),
        title: subtitle.clone(),
        bands: names.clone(),
        model: bands.iter().map(|b| b.mean).collect(),
        intervals: bands.iter().map(|b| b.interval).collect(),
        published: bands.iter().map(|b| b.published).collect(),
        beside: beside.into(),
        size: Size::default(),
    };
    let percent = |key: &str, heading: &str| Column::new(key, heading, Kind::Percent);
    let columns = vec![
        Column::new("length", "Length", Kind::Text),
        percent("model", "Model, mean"),
        percent("low95", "Low end of 95% of futures"),
        percent("high95", "High end of 95% of futures"),
        percent("published", beside),
    ];
    let mut table = Table::new(&id, &subtitle, columns);
    for (name, b) in names.iter().zip(bands) {
        table.row(vec![
            Cell::text(name),
            Cell::Number(b.mean),
            Cell::maybe(b.interval.map(|i| i.0)),
            Cell::maybe(b.interval.map(|i| i.1)),
            Cell::Number(b.published),
        ]);
    }
    let worst = bands.iter().map(|b| (b.mean - b.published).abs()).fold(0.0, f64::max);
    let words: Vec<&str> = title.split_whitespace().take(4).collect();
    let headline = format!("{}: within {} of {word}", words.join(" "), points(worst));
    let drawing = drawn(&id, chart.drawing())?;
    Ok(figure(drawing, headline, subtitle, table))
}

fn points(share: f64) -> String {
    format!("{} points", format::decimal(share * 100.0, 1))
}

/// A band for a reader, from its edges in days.
fn band_name(edges: &[f64], band: usize) -> String {
    let months = |days: f64| (days / crate::base::time::DAYS_PER_MONTH).round() as i64;
    let low = band.checked_sub(1).and_then(|i| edges.get(i)).map(|d| months(*d));
    let high = edges.get(band).map(|d| months(*d));
    match (low, high) {
        (None, Some(h)) => format!("under {h} months"),
        (Some(l), Some(h)) => format!("{l} to {h} months"),
        (Some(l), None) => format!("{l} months or more"),
        (None, None) => "all".into(),
    }
}
