//! The scenario file that puts a forecast into a model.

use crate::forecast::month::Month;
use crate::forecast::run::Outcome;
use std::fmt::Write;

/// Paths written at most: as many as a model takes.
const MOST_PATHS: usize = 2_000;
/// Months of history written at most.
const MOST_BEFORE: usize = 1_200;
/// Months of a path written at most.
const MOST_AHEAD: usize = 240;

/// A scenario that gives the stream `stream` the forecast's paths; `origin` says where it is from.
/// Missing months of the history are filled with what its parts add up to.
#[must_use]
pub fn scenario(outcome: &Outcome, stream: &str, origin: &str) -> String {
    let Some(first) = outcome.steps.first() else { return String::new() };
    let name = &outcome.series.name;
    let before = before(outcome, first.month);
    let months = outcome.paths.horizon.min(MOST_AHEAD);
    let mut out = format!(
        "# Puts a forecast into the stream `{stream}` of a model:\n#   caseflow run MODEL.toml --scenario arrivals.toml\n\
         # It takes the place of the stream's rate. If the series counts something else than the stream,\n\
         # such as referrals where the stream counts contacts, set `times`, and `before` to match.\n\
         # A further scenario may change it, also from a date:\n\
         #   \"arrivals.{stream}.forecast.times\" = {{ times = 1.2, from = {}-01 }}\n",
        first.month
    );
    let _ = writeln!(out, "title = {}\n\n[sources]", quoted(&format!("{name}, as forecast")));
    let _ = writeln!(out, "caseflow-forecast = {}\n", quoted(origin));
    let _ = writeln!(out, "[change.\"arrivals.{stream}.forecast\"]");
    let _ = writeln!(out, "starts = \"{}\"", first.month);
    if months >= 12 {
        out.push_str("then = \"repeat last year\"\n");
    }
    out.push_str("times = 1.0\nsource = \"caseflow-forecast\"\ngrade = \"derived\"\n");
    let _ = writeln!(out, "note = {}", quoted(&clip(&outcome.reason)));
    if !before.is_empty() {
        let _ = writeln!(out, "before = [{}]", list(&before));
    }
    out.push_str("paths = [\n");
    for i in 0..outcome.paths.len().min(MOST_PATHS) {
        let path = outcome.paths.path(i);
        let _ = writeln!(out, "  [{}],", list(path.get(..months).unwrap_or(path)));
    }
    out.push_str("]\n");
    out
}

/// The months before the forecast, in order, without a gap.
fn before(outcome: &Outcome, first: Month) -> Vec<f64> {
    let mut out = Vec::new();
    for part in &outcome.parts.history {
        let expected = part.trend + part.season + part.calendar;
        out.push(part.value.unwrap_or(expected).max(0.0));
    }
    // months not fully reported at the end are not in the parts: the level they would have had
    let last = outcome.parts.history.last().map(|p| p.month.plus(1));
    let missing = last.map_or(0, |next| first.since(next)).clamp(0, 24);
    for back in 0..missing {
        let month = first.plus(back - missing);
        let year = outcome.parts.history.iter().rev().find(|p| p.month.plus(12) == month);
        let level = outcome.parts.history.last().map_or(0.0, |p| p.trend);
        out.push(year.map_or(level, |p| level + p.season).max(0.0));
    }
    let skip = out.len().saturating_sub(MOST_BEFORE);
    out.split_off(skip)
}

fn list(values: &[f64]) -> String {
    let number = |v: &f64| {
        let rounded = (v * 1000.0).round() / 1000.0;
        format!("{rounded}")
    };
    values.iter().map(number).collect::<Vec<_>>().join(", ")
}

/// A text as TOML.
fn quoted(text: &str) -> String {
    toml::Value::String(crate::present::escape::plain(text).replace(['\n', '\t'], " ")).to_string()
}

fn clip(text: &str) -> String {
    text.chars().take(1_500).collect()
}
