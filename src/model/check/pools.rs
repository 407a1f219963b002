//! Pools: places for everybody who needs one, and queues that make sense.

use super::{flow, stage_place};
use crate::base::diag::Diagnostic;
use crate::base::ids::Id;
use crate::model::Model;
use crate::model::file::Node;
use crate::model::pool::Queue;
use crate::model::read::Reader;

/// Rules between stages and the pools they use.
pub(super) fn places_and_queues(r: &mut Reader<'_>, model: &Model, root: &Node) {
    let reachable = flow::reachable(model);
    for (id, stage) in model.stages.pairs() {
        let name = &stage.name;
        let Some(seize) = stage.seize else {
            // those who wait for a worker may give up too
            let staffed =
                model.staff.as_ref().and_then(|s| s.stages.get(id.index())).is_some_and(Option::is_some);
            for (part, given) in
                [("patience", stage.patience.is_some() && !staffed), ("refused", stage.refused.is_some())]
            {
                if given {
                    r.push(Diagnostic::warning(
                        stage_place(root, model, id, part),
                        format!("`{part}` of `{name}` has no effect: the stage has no pool"),
                    ));
                }
            }
            continue;
        };
        let pool = &model.pools[seize.pool];
        let place = || stage_place(root, model, id, "pool");
        let most = pool.places.iter().map(|(_, n)| *n).max().unwrap_or(0);
        let pool_place = root.nearest(&["pools", &pool.name, "places"]);
        let used = reachable.get(id.index()) == Some(&true);
        if most < seize.amount && (used || most > 0) {
            let needs =
                if seize.amount == 1 { "a place".to_string() } else { format!("{} places", seize.amount) };
            r.push(
                Diagnostic::error(
                    pool_place,
                    format!(
                        "the pool `{}` never has more than {most} places, but `{name}` needs {needs}: its cases would wait for ever",
                        pool.name
                    ),
                )
                .also(place(), "needed here"),
            );
        }
        if pool.waiting_room.is_some() && stage.refused.is_none() {
            r.push(
                Diagnostic::error(
                    place(),
                    format!(
                        "`{name}` does not say where a case goes that finds the waiting room of `{}` full",
                        pool.name
                    ),
                )
                .hint("add refused = \"out\" or another stage or exit"),
            );
        }
        if stage.refused.is_some() && pool.waiting_room.is_none() {
            r.push(Diagnostic::warning(
                stage_place(root, model, id, "refused"),
                format!("`refused` of `{name}` has no effect: the pool `{}` has no waiting_room", pool.name),
            ));
        }
        if pool.queue == Queue::Fifo && (stage.priority.base != 0 || !stage.priority.by.is_empty()) {
            r.push(
                Diagnostic::warning(
                    stage_place(root, model, id, "priority"),
                    format!(
                        "`priority` of `{name}` has no effect: the pool `{}` is first come, first served",
                        pool.name
                    ),
                )
                .hint("give the pool queue = \"priority\""),
            );
        }
    }
    for pool in model
        .pools
        .pairs()
        .filter(|(id, _)| !model.stages.iter().any(|s| s.seize.is_some_and(|z| z.pool == *id)))
    {
        let name = &pool.1.name;
        r.push(Diagnostic::warning(
            root.nearest(&["pools", name]),
            format!("no stage uses the pool `{name}`"),
        ));
    }
}
