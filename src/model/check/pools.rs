//! Pools: places for everybody who needs one, and queues that make sense.

use super::{flow, stage_place};
use crate::base::diag::Diagnostic;
use crate::base::ids::{Id, StageId};
use crate::model::Model;
use crate::model::file::Node;
use crate::model::pool::{Pool, Queue};
use crate::model::read::Reader;
use crate::model::stage::Seize;

/// Rules between stages and the pools they use.
pub(super) fn places_and_queues(r: &mut Reader<'_>, model: &Model, root: &Node) {
    let reachable = flow::reachable(model);
    for (id, stage) in model.stages.pairs() {
        let Some(seize) = stage.seize else {
            without_pool(r, model, root, id);
            continue;
        };
        let used = reachable.get(id.index()) == Some(&true);
        enough_places(r, model, root, id, seize, used);
        waiting_room(r, model, root, id, &model.pools[seize.pool]);
        priority(r, model, root, id, &model.pools[seize.pool]);
    }
    for (id, pool) in model.pools.pairs() {
        if !model.stages.iter().any(|s| s.seize.is_some_and(|z| z.pool == id)) {
            let message = format!("no stage uses the pool `{}`", pool.name);
            r.push(Diagnostic::warning(root.nearest(&["pools", &pool.name]), message));
        }
    }
}

/// What a stage without a pool has no use for.
fn without_pool(r: &mut Reader<'_>, model: &Model, root: &Node, id: StageId) {
    let stage = &model.stages[id];
    // those who wait for a worker may give up too
    let staffed = model.staff.as_ref().and_then(|s| s.stages.get(id.index())).is_some_and(Option::is_some);
    for (part, given) in
        [("patience", stage.patience.is_some() && !staffed), ("refused", stage.refused.is_some())]
    {
        if given {
            let message = format!("`{part}` of `{}` has no effect: the stage has no pool", stage.name);
            r.push(Diagnostic::warning(stage_place(root, model, id, part), message));
        }
    }
}

/// The pool must some day have the places a case needs.
fn enough_places(r: &mut Reader<'_>, model: &Model, root: &Node, id: StageId, seize: Seize, used: bool) {
    let (name, pool) = (&model.stages[id].name, &model.pools[seize.pool]);
    let most = pool.places.iter().map(|(_, n)| *n).max().unwrap_or(0);
    // a pool of no places that nobody comes to is a service not yet opened
    if most >= seize.amount || (!used && most == 0) {
        return;
    }
    let needs = match seize.amount {
        1 => "a place".to_string(),
        n => format!("{n} places"),
    };
    let message = format!(
        "the pool `{}` never has more than {most} places, but `{name}` needs {needs}: its cases would wait for ever",
        pool.name
    );
    let place = root.nearest(&["pools", &pool.name, "places"]);
    r.push(Diagnostic::error(place, message).also(stage_place(root, model, id, "pool"), "needed here"));
}

/// A waiting room needs a way for those it refuses, and the other way round.
fn waiting_room(r: &mut Reader<'_>, model: &Model, root: &Node, id: StageId, pool: &Pool) {
    let stage = &model.stages[id];
    match (pool.waiting_room, stage.refused) {
        (Some(_), None) => {
            let message = format!(
                "`{}` does not say where a case goes that finds the waiting room of `{}` full",
                stage.name, pool.name
            );
            let error = Diagnostic::error(stage_place(root, model, id, "pool"), message);
            r.push(error.hint("add refused = \"out\" or another stage or exit"));
        }
        (None, Some(_)) => {
            let message = format!(
                "`refused` of `{}` has no effect: the pool `{}` has no waiting_room",
                stage.name, pool.name
            );
            r.push(Diagnostic::warning(stage_place(root, model, id, "refused"), message));
        }
        _ => {}
    }
}

/// Priorities mean nothing where the first comes first.
fn priority(r: &mut Reader<'_>, model: &Model, root: &Node, id: StageId, pool: &Pool) {
    let stage = &model.stages[id];
    let given = stage.priority.base != 0 || !stage.priority.by.is_empty();
    if pool.queue == Queue::Fifo && given {
        let message = format!(
            "`priority` of `{}` has no effect: the pool `{}` is first come, first served",
            stage.name, pool.name
        );
        let warning = Diagnostic::warning(stage_place(root, model, id, "priority"), message);
        r.push(warning.hint("give the pool queue = \"priority\""));
    }
}
