//! Sentences about a forecast.

use super::{MOST_SHOWN, Study, tables};
use crate::forecast::run::Outcome;
use crate::forecast::series::{Series, Treatment, covid};
use crate::present::{escape, format};
use crate::stats::series::member::Method;

/// Series printed in full in a terminal.
const PRINTED: usize = 3;

/// The next year's mean over that of the same months a year before, minus 1.
pub(super) fn change(outcome: &Outcome) -> Option<f64> {
    let ahead = outcome.steps.len().min(12);
    let values = &outcome.series.values;
    let from = values.len().checked_sub(12)?;
    let before: Vec<f64> = values.iter().skip(from).take(ahead).flatten().copied().collect();
    let past: f64 = before.iter().sum();
    let coming: f64 = outcome.steps.iter().take(ahead).map(|s| s.forecast).sum();
    (before.len() == ahead && past > 0.0).then(|| coming / past - 1.0)
}

/// Whether a history holds months of school closures.
pub(super) fn holds_covid(series: &Series) -> bool {
    covid(Treatment::Dip).iter().any(|s| series.start <= s.to && series.end() > s.from)
}

/// A treatment for a reader.
pub(super) fn treatment(t: Treatment) -> &'static str {
    match t {
        Treatment::Dip => "set aside",
        Treatment::LevelShift => "a lasting change of level",
        Treatment::Ignored => "used as they are",
    }
}

/// Whether the method only repeats the past.
pub(super) fn is_naive(method: Method) -> bool {
    matches!(method, Method::SeasonalNaive | Method::Naive)
}

/// What must be known before any number is read.
pub(super) fn caveats(study: &Study) -> Vec<String> {
    let mut out = vec![
        "A forecast carries the past forward. It does not foresee new laws, new services, or changes in how \
         families and partners behave; those belong in a scenario."
            .to_string(),
    ];
    out.push(held(study));
    if study.outcomes.iter().any(|o| holds_covid(&o.series)) {
        out.push(format!(
            "The months in which schools were closed to most pupils (March to June 2020, January and February \
             2021) are {}. They are named with hindsight: no interval here warns of the next such event.",
            treatment(study.manifest.covid)
        ));
    }
    out
}

/// How often the intervals held, over all series that could be tested.
fn held(study: &Study) -> String {
    let rows = study.outcomes.iter().filter_map(|o| o.backtest.row(o.method));
    let (mut months, mut in_80, mut in_95) = (0.0, 0.0, 0.0);
    for row in rows {
        let n = row.all.months as f64;
        months += n;
        in_80 += n * row.all.cover_80;
        in_95 += n * row.all.cover_95;
    }
    if months == 0.0 {
        return "The history is too short for a test on its own past: the intervals rest on the methods' own \
                spread alone, and are likely to be too narrow."
            .to_string();
    }
    format!(
        "Tested on the past, the 80% intervals held {} and the 95% intervals {} of {} months. Tests of one series \
         share the same few years, so these shares are rough.",
        format::percent(in_80 / months),
        format::percent(in_95 / months),
        format::count(months)
    )
}

/// What is printed after a forecast.
pub fn text(study: &Study) -> String {
    let mut out = Vec::new();
    for outcome in study.outcomes.iter().take(PRINTED) {
        let name = &outcome.series.name;
        if study.outcomes.len() > 1 {
            out.push(name.clone());
        }
        out.push(outcome.sentence.clone());
        out.push(String::new());
        out.push(format!("Method: {}. {}", outcome.method.label(), outcome.reason));
        out.extend(outcome.findings.iter().map(|f| format!("{}: {}", f.month.label(), f.message)));
        if study.outcomes.len() <= PRINTED {
            out.push(String::new());
            out.push(tables::short("forecast", &format!("{name}: forecast by month"), outcome).text());
        }
        out.push(String::new());
    }
    if study.outcomes.len() > PRINTED {
        let mut table = tables::contents(study);
        let more = table.rows.len().saturating_sub(MOST_SHOWN);
        table.rows.truncate(MOST_SHOWN);
        table.columns.truncate(6);
        out.push(table.text());
        out.push(String::new());
        if more > 0 {
            out.push(format!("and {more} series more, in the tables"));
        }
    }
    out.extend(study.notes.iter().cloned());
    out.push(held(study));
    let lines: Vec<String> =
        out.iter().flat_map(|t| t.lines().map(escape::terminal).chain(blank(t))).collect();
    lines.join("\n")
}

/// A line for a text that has none.
fn blank(text: &str) -> Option<String> {
    text.is_empty().then(String::new)
}
