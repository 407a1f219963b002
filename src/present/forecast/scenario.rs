//! The scenario file that puts a forecast into a model.

use crate::forecast::month::Month;
use crate::forecast::run::Outcome;
use crate::model::CountsAsked;
use crate::present::escape;
use std::collections::BTreeSet;
use std::fmt::Write;

/// Paths written at most: as many as a model takes.
const MOST_PATHS: usize = 2_000;
/// Months of history written at most.
const MOST_BEFORE: usize = 1_200;
/// Months of a path written at most.
const MOST_AHEAD: usize = 240;

/// A name of a stream for each series: its source if they all have one of their own, else its name.
pub fn streams(outcomes: &[Outcome]) -> Vec<String> {
    let source = |o: &Outcome| o.series.source.as_deref().map(escape::slug);
    let sources: Option<BTreeSet<String>> = outcomes.iter().map(source).collect();
    let by_source = sources.is_some_and(|s| s.len() == outcomes.len());
    let mut taken = BTreeSet::new();
    let names = outcomes.iter().map(|o| {
        let slug = source(o).filter(|_| by_source).unwrap_or_else(|| escape::slug(&o.series.name));
        let slug: String = slug.chars().take(150).collect();
        let mut name = slug.clone();
        let mut n = 2;
        while !taken.insert(name.clone()) {
            name = format!("{slug}-{n}");
            n += 1;
        }
        name
    });
    names.collect()
}

/// A scenario that gives streams the paths of forecasts; `origin` says where they are from. Missing
/// months of a history are filled with what its parts add up to.
#[must_use]
pub fn scenario(into: &[(&Outcome, &str)], origin: &str) -> String {
    let Some(&(outcome, stream)) = into.first() else { return String::new() };
    let Some(first) = outcome.steps.first() else { return String::new() };
    let (what, many) = match into.len() {
        1 => (outcome.series.name.clone(), String::new()),
        n => {
            (format!("{n} series"), "# Give the streams the names that the model has for them.\n".to_string())
        }
    };
    let streams: Vec<String> = into.iter().map(|i| format!("`{}`", i.1)).collect();
    let streams = streams.join(", ");
    let mut out = format!(
        "# Puts a forecast into the stream {streams} of a model:\n#   caseflow run MODEL.toml --scenario arrivals.toml\n\
         # It takes the place of the stream's rate.\n{many}\
         # If a series counts something else than its stream, such as referrals where the stream counts contacts,\n\
         # multiply `paths` and `before` in a further scenario:\n\
         #   \"arrivals.{stream}.forecast.paths\" = {{ times = 2.2 }}\n\
         #   \"arrivals.{stream}.forecast.before\" = {{ times = 2.2 }}\n\
         # A surge, or a school that refers more, changes the factor on the paths, from a date:\n\
         #   \"arrivals.{stream}.forecast.times\" = {{ times = 1.2, from = {}-01 }}\n",
        first.month
    );
    let _ = writeln!(out, "title = {}\n\n[sources]", quoted(&format!("{what}, as forecast")));
    let _ = writeln!(out, "caseflow-forecast = {}", quoted(origin));
    for (outcome, stream) in into {
        change(&mut out, outcome, stream);
    }
    out
}

/// One stream's part of the scenario.
fn change(out: &mut String, outcome: &Outcome, stream: &str) {
    let Some(first) = outcome.steps.first() else { return };
    let before = before(outcome, first.month);
    let months = outcome.paths.horizon.min(MOST_AHEAD);
    let _ = writeln!(out, "\n[change.\"arrivals.{stream}.forecast\"]");
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
}

/// A scenario that fills in the forecast of a stream that asked for it: its file of counts gives way to
/// the paths.
#[must_use]
pub fn filling(outcome: &Outcome, asked: &CountsAsked, origin: &str) -> String {
    let Some(first) = outcome.steps.first() else { return String::new() };
    let key = |name: &str| format!("\"arrivals.{}.forecast.{name}\"", asked.stream);
    let keys: Vec<String> = asked.keys.iter().map(|k| key(k)).collect();
    let mut out = format!("title = {}\n\n", quoted(&format!("{} as forecast", asked.series)));
    if !asked.sourced {
        let _ = writeln!(out, "[sources]\nforecast-{} = {}\n", escape::slug(&asked.stream), quoted(origin));
    }
    let _ = writeln!(out, "[remove]\npaths = [{}]\n\n[change]", keys.join(", "));
    let _ = writeln!(out, "{} = \"{}\"", key("starts"), first.month);
    if outcome.paths.horizon >= 12 && !asked.goes_on {
        let _ = writeln!(out, "{} = \"repeat last year\"", key("then"));
    }
    if !asked.sourced {
        let _ = writeln!(out, "{} = \"forecast-{}\"", key("source"), escape::slug(&asked.stream));
        let _ = writeln!(out, "{} = \"derived\"", key("grade"));
    }
    let before = before(outcome, first.month);
    if !before.is_empty() {
        let _ = writeln!(out, "{} = [{}]", key("before"), list(&before));
    }
    let _ = writeln!(out, "{} = [", key("paths"));
    for i in 0..outcome.paths.len().min(MOST_PATHS) {
        let _ = writeln!(out, "  [{}],", list(outcome.paths.path(i)));
    }
    out.push_str("]\n");
    out
}

/// The months before the forecast, in order, without a gap.
fn before(outcome: &Outcome, first: Month) -> Vec<f64> {
    let mut out = Vec::new();
    for part in &outcome.parts.history {
        let expected = part.trend + part.season + part.working_days + part.holidays;
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
        // a model takes no negative cases
        let rounded = (v.max(0.0) * 1000.0).round() / 1000.0;
        format!("{rounded}")
    };
    values.iter().map(number).collect::<Vec<_>>().join(", ")
}

/// A text as TOML.
fn quoted(text: &str) -> String {
    toml::Value::String(escape::plain(text).replace(['\n', '\t'], " ")).to_string()
}

fn clip(text: &str) -> String {
    text.chars().take(1_500).collect()
}
