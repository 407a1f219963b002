//! The pictures of a forecast.

use super::words::{holds_covid, treatment};
use super::{MOST_SHOWN, Study, figure, tables};
use crate::forecast::month::Month;
use crate::forecast::parts::Part;
use crate::forecast::run::Outcome;
use crate::present::chart::{
    Band, ChartError, Drawing, FanChart, LineChart, Places, Series, Size, day_number, small_multiples,
};
use crate::present::html::Figure;
use crate::present::report::ReportError;
use crate::present::{escape, format};
use jiff::civil::Date;

/// Months of history in the picture of what lies ahead: more would leave no room for that.
const HISTORY: usize = 60;
/// Months of history in the pictures of the parts.
const PARTS: usize = 120;

/// The figures of each series that is shown in full.
pub(super) fn all(study: &Study) -> Result<Vec<Vec<Figure>>, ReportError> {
    let shown = study.outcomes.iter().take(MOST_SHOWN).enumerate();
    shown.map(|(i, outcome)| of_series(study, i, outcome)).collect()
}

fn of_series(study: &Study, i: usize, outcome: &Outcome) -> Result<Vec<Figure>, ReportError> {
    let slug: String = escape::slug(&outcome.series.name).chars().take(40).collect();
    let id = |what: &str| format!("{what}-{}-{slug}", i + 1);
    let mut out = vec![fan(&id("forecast"), outcome)?];
    out.extend(parts(&id("parts"), outcome)?);
    let other = study.other.as_ref().and_then(|o| Some((o.covid, o.outcomes.get(i)?)));
    if let Some((covid, other)) = other.filter(|_| holds_covid(&outcome.series)) {
        let names = [study.manifest.covid, covid].map(treatment);
        out.push(both_ways(&id("covid"), outcome, other, names)?);
    }
    Ok(out)
}

fn drawn(id: &str, result: Result<Drawing, ChartError>) -> Result<Drawing, ReportError> {
    result.map_err(|e| ReportError::Chart(id.to_string(), e))
}

/// The first day of a month.
fn date(month: Month) -> Date {
    let year = i16::try_from(month.year()).unwrap_or(1900);
    let of_year = i8::try_from(month.of_year()).unwrap_or(1);
    Date::new(year, of_year, 1).unwrap_or(Date::constant(1900, 1, 1))
}

/// The first words of a name, for a headline.
fn brief(name: &str) -> String {
    name.split_whitespace().take(4).collect::<Vec<_>>().join(" ")
}

fn boundary(outcome: &Outcome) -> Option<(Date, String)> {
    Some((date(outcome.steps.first()?.month), "Forecast from here".to_string()))
}

/// History and fan.
fn fan(id: &str, outcome: &Outcome) -> Result<Figure, ReportError> {
    let series = &outcome.series;
    let skip = series.values.len().saturating_sub(HISTORY);
    let history = series.values.iter().enumerate().skip(skip);
    let history: Vec<(Date, f64)> =
        history.filter_map(|(t, v)| Some((date(series.start.plus(t as i32)), (*v)?))).collect();
    let band = |i: usize| {
        let ends = || outcome.steps.iter().filter_map(move |s| s.intervals.get(i));
        Band {
            label: String::new(),
            level: ends().next().map_or(0.0, |e| e.level),
            low: ends().map(|e| e.low).collect(),
            high: ends().map(|e| e.high).collect(),
        }
    };
    let missing = series.values.iter().filter(|v| v.is_none()).count();
    let subtitle =
        format!("{} by month: observed, and forecast with 50%, 80% and 95% intervals", series.name);
    let small = outcome.steps.iter().all(|s| s.forecast < 10.0);
    let chart = FanChart {
        id: id.to_string(),
        title: subtitle.clone(),
        y_label: format!("{} a month", brief(&series.name)),
        history,
        history_label: "observed".into(),
        dates: outcome.steps.iter().map(|s| date(s.month)).collect(),
        middle: outcome.steps.iter().map(|s| s.forecast).collect(),
        bands: (0..3).map(band).collect(),
        boundary: boundary(outcome),
        decimals: usize::from(small),
        from_zero: true,
        ..FanChart::default()
    };
    let year = outcome.steps.len().clamp(1, 12);
    let mean = outcome.steps.iter().take(12).map(|s| s.forecast).sum::<f64>() / year as f64;
    let headline =
        format!("{}: about {} a month ahead", brief(&series.name), format::decimal(mean, usize::from(small)));
    let table = tables::short(id, &format!("{}: forecast by month", series.name), outcome);
    let mut out = figure(drawn(id, chart.drawing())?, headline, subtitle, table);
    if skip > 0 {
        out.notes.push(format!("The picture shows the last {HISTORY} months; all were used."));
    }
    if missing > 0 {
        out.notes.push(format!("The line runs straight across {missing} month(s) without a value."));
    }
    Ok(out)
}

/// What each part adds, one picture above the other.
fn parts(id: &str, outcome: &Outcome) -> Result<Option<Figure>, ReportError> {
    let all = &outcome.parts;
    let skip = all.history.len().saturating_sub(PARTS);
    let months: Vec<&Part> = all.history.iter().skip(skip).chain(&all.future).collect();
    if months.is_empty() {
        return Ok(None);
    }
    let dates: Vec<Date> = months.iter().map(|p| date(p.month)).collect();
    let start = boundary(outcome).map(|(d, text)| (day_number(d), text));
    type Pick = fn(&Part) -> f64;
    let rows: [(&str, &str, Pick); 6] = [
        ("Trend: the level without anything else", "level", |p| p.trend),
        ("Season: what the month of the year adds, its usual school holidays among it", "adds", |p| p.season),
        ("School holidays, where they fall otherwise than usual for the month", "adds", |p| p.holidays),
        ("Working days, where they are more or fewer than usual for the month", "adds", |p| p.working_days),
        ("Named shocks, and months set aside", "adds", |p| p.shock),
        ("What is left: chance, and what no part explains", "adds", |p| p.rest),
    ];
    let mut pictures = Vec::new();
    for (title, label, get) in rows {
        let values: Vec<f64> = months.iter().map(|p| get(p)).collect();
        if values.iter().all(|v| v.abs() < 0.05) {
            continue;
        }
        let chart = LineChart {
            id: format!("{id}-{}", pictures.len() + 1),
            title: title.to_string(),
            y_label: "A month".into(),
            x: Places::Dates(dates.clone()),
            series: vec![Series { name: label.into(), values, interval: Vec::new() }],
            boundary: start.clone(),
            size: Size { width: 860.0, height: 230.0 },
            ..LineChart::default()
        };
        pictures.push((title.to_string(), drawn(id, chart.drawing())?));
    }
    let subtitle =
        format!("{}: the parts add up to what was observed and to the forecast", outcome.series.name);
    let drawing = drawn(id, small_multiples(id, &subtitle, &pictures, 1))?;
    let table = tables::parts(outcome);
    let headline = format!("{}: what each part adds", brief(&outcome.series.name));
    let mut out = figure(drawing, headline, subtitle, tables::without_names(id, table));
    out.notes = effects(outcome);
    Ok(Some(out))
}

/// Working days and school terms in words.
fn effects(outcome: &Outcome) -> Vec<String> {
    let p = &outcome.parts;
    if p.working_day_elasticity == 0.0 && p.term_effect_per_cent == 0.0 {
        return vec![
            "No effect of working days or school terms beyond the month of the year was taken out.".into(),
        ];
    }
    vec![format!(
        "One per cent more working days than usual in a month goes with {} per cent in its number; a month all in \
         term rather than all in holidays with {} per cent (school terms follow a common English pattern, not the \
         council's own).",
        format::signed(p.working_day_elasticity, 1),
        format::signed(p.term_effect_per_cent, 0)
    )]
}

/// The forecast with Covid-19 months treated either way.
fn both_ways(id: &str, outcome: &Outcome, other: &Outcome, names: [&str; 2]) -> Result<Figure, ReportError> {
    let line = |o: &Outcome, name: &str| Series {
        name: format!("Months {name}"),
        values: o.steps.iter().map(|s| s.forecast).collect(),
        interval: o.steps.iter().map(|s| (s.intervals[1].low, s.intervals[1].high)).collect(),
    };
    let subtitle = format!(
        "{}: forecast and 80% interval with Covid-19 months {}, and with them {}",
        outcome.series.name, names[0], names[1]
    );
    let chart = LineChart {
        id: id.to_string(),
        title: subtitle.clone(),
        y_label: format!("{} a month", brief(&outcome.series.name)),
        x: Places::Dates(outcome.steps.iter().map(|s| date(s.month)).collect()),
        series: vec![line(outcome, names[0]), line(other, names[1])],
        from_zero: true,
        ..LineChart::default()
    };
    let sum = |o: &Outcome| o.steps.iter().map(|s| s.forecast).sum::<f64>();
    let (a, b) = (sum(outcome), sum(other));
    let headline = if a > 0.0 && (b / a - 1.0).abs() >= 0.01 {
        format!("Covid-19 months {}: {}% instead", names[1], format::signed(100.0 * (b / a - 1.0), 0))
    } else {
        "Covid-19 months hardly change the forecast".to_string()
    };
    let table = tables::both_ways(id, outcome, other, names);
    Ok(figure(drawn(id, chart.drawing())?, headline, subtitle, table))
}
