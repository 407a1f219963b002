//! A model too large to run is refused before it is run.

use super::traffic::Traffic;
use crate::base::diag::Diagnostic;
use crate::model::Model;
use crate::model::arrivals::Arrivals;
use crate::model::file::Node;
use crate::model::read::{Reader, short};
use crate::model::run::Periods;

/// Most bytes that one replication may need.
const MOST_BYTES: f64 = 2.0 * 1024.0 * 1024.0 * 1024.0;
/// Bytes a case in the model takes, with its agenda entry.
const CASE_BYTES: f64 = 200.0;
/// Numbers kept for each stage, period and class of case.
const NUMBERS: f64 = 12.0;

/// Expected events against `most_events`, and memory against a fixed limit.
pub(super) fn events_and_memory(r: &mut Reader<'_>, model: &Model, root: &Node, traffic: &Traffic) {
    let days = (model.run.length + model.run.warm_up).days();
    let here: f64 = model.start.stages.iter().map(|s| f64::from(s.cases)).sum();
    let flow: f64 = traffic.flow.iter().sum();
    // a case comes to a stage and leaves it; families of gaps and rates arrive besides
    let events = (2.0 * flow + traffic.arriving) * days + 2.0 * here;
    let most = model.run.most_events as f64;
    let place = root.nearest(&["arrivals"]);
    if events.is_nan() || events > most {
        r.push(
            Diagnostic::error(
                busiest(model, root).unwrap_or(place),
                format!(
                    "one replication would have about {} events, the most is {}",
                    grand(events),
                    grand(most)
                ),
            )
            .hint("check the units of rates and lengths, shorten the run, or raise model.most_events"),
        );
        return;
    }
    let present: f64 =
        traffic.flow.iter().zip(&traffic.stay).map(|(flow, stay)| flow * stay.min(days)).sum::<f64>() + here;
    let bytes = present * CASE_BYTES + cells(model) * 8.0;
    if bytes > MOST_BYTES {
        r.push(
            Diagnostic::error(
                root.nearest(&["model", "periods"]),
                format!(
                    "one replication would need about {} MiB of memory, the most is {} MiB",
                    grand((bytes / 1_048_576.0).ceil()),
                    grand(MOST_BYTES / 1_048_576.0)
                ),
            )
            .hint("use fewer periods, stages or classes to report by, or a shorter run"),
        );
    }
}

/// Numbers kept for statistics.
fn cells(model: &Model) -> f64 {
    let days = model.run.length.days();
    let periods = match model.run.periods {
        Periods::Months => days / 30.0 + 1.0,
        Periods::Every(span) => days / span.days().max(1e-9) + 1.0,
        Periods::Whole => 1.0,
    };
    let by_age = if model.run.by_age { model.ages.len() } else { 0 };
    let by_need = if model.run.by_need { model.needs.len() } else { 0 };
    let values = |id: &u16| {
        let attribute = model.attributes.iter().nth(usize::from(*id));
        attribute.map_or(0, |a| a.values.len())
    };
    let by_value: usize = model.run.by_attribute.iter().map(values).sum();
    let classes = (1 + by_age + by_need + by_value) as f64;
    let routes: usize = model.stages.iter().map(|s| s.routes.to.len() + s.bands.len()).sum();
    let stages = model.stages.len() as f64;
    periods * classes * (stages * NUMBERS + routes as f64 + model.measures.len() as f64)
}

/// The place of the stream that brings most cases.
fn busiest(model: &Model, root: &Node) -> Option<crate::base::diag::Place> {
    let rate = |s: &crate::model::arrivals::Stream| super::traffic::mean_rate(model, s);
    let stream = model.streams.iter().max_by(|a, b| rate(a).total_cmp(&rate(b)))?;
    let part = match &stream.arrivals {
        Arrivals::Gaps(_) => "gaps",
        Arrivals::At(_) => "at",
        Arrivals::Forecast(_) => "forecast",
        Arrivals::Rate(rate) if rate.steps.is_empty() => "per_10000",
        Arrivals::Rate(_) => "rate",
    };
    Some(root.nearest(&["arrivals", &stream.name, part]))
}

/// A large number in few characters.
fn grand(x: f64) -> String {
    if x < 1e6 {
        short(x.round())
    } else if x < 1e9 {
        format!("{} million", short((x / 1e5).round() / 10.0))
    } else if x < 1e15 {
        format!("{} thousand million", short((x / 1e8).round() / 10.0))
    } else {
        format!("{x:.1e}")
    }
}
