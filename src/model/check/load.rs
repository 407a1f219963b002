//! Streams without cases, and pools offered more than they serve.

use super::traffic::{Traffic, mean_rate};
use crate::base::diag::Diagnostic;
use crate::model::Model;
use crate::model::file::Node;
use crate::model::read::{Reader, short};

/// Streams that bring nobody.
pub(super) fn streams_without_cases(r: &mut Reader<'_>, model: &Model, root: &Node) {
    let mut silent = 0;
    for stream in model.streams.iter() {
        if mean_rate(model, stream) > 0.0 {
            continue;
        }
        silent += 1;
        let path = ["rate", "per_10000", "at", "gaps", "forecast"];
        let part = path.into_iter().find(|p| root.find(&["arrivals", &stream.name, p]).is_some());
        r.push(Diagnostic::warning(
            root.nearest(&["arrivals", &stream.name, part.unwrap_or("rate")]),
            format!("no case ever arrives by `{}`", stream.name),
        ));
    }
    let here = model.start.stages.iter().any(|s| s.cases > 0) || !model.start.left.is_empty();
    if silent == model.streams.len() && silent > 0 && !here {
        r.push(
            Diagnostic::warning(root.nearest(&["arrivals"]), "no case ever comes into this model")
                .hint("results will be zeros, and means of nothing"),
        );
    }
}

/// Pools whose long-run load is at least their places, and that lose nobody.
pub(super) fn pools_offered_too_much(r: &mut Reader<'_>, model: &Model, root: &Node, traffic: &Traffic) {
    for (id, pool) in model.pools.pairs() {
        if pool.waiting_room.is_some() {
            continue;
        }
        let users: Vec<_> = model
            .stages
            .pairs()
            .filter_map(|(s, stage)| stage.seize.filter(|z| z.pool == id).map(|z| (s, stage, z.amount)))
            .collect();
        if users.iter().any(|(_, stage, _)| stage.patience.is_some()) {
            continue;
        }
        let load: f64 =
            users.iter().map(|(s, _, amount)| traffic.flow(*s) * traffic.stay(*s) * f64::from(*amount)).sum();
        let places = pool.places.last().map_or(0, |(_, n)| *n);
        if !load.is_finite() || load < f64::from(places) || load == 0.0 {
            continue;
        }
        let load = (load * 100.0).round() / 100.0;
        r.push(
            Diagnostic::warning(
                root.nearest(&["pools", &pool.name, "places"]),
                format!(
                    "the pool `{}` is offered a load of {} places in the long run and has {places}: its queue grows as long as the run lasts",
                    pool.name,
                    short(load)
                ),
            )
            .hint("results then depend on the length of the run; there is no steady state"),
        );
    }
}
