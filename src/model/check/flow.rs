//! Who goes where: the routes of a model as a graph.

use crate::base::ids::{ExitId, Id, StageId};
use crate::model::Model;
use crate::model::stage::{Dest, Law, Stage};

/// All laws of a stage.
pub(super) fn laws(stage: &Stage) -> impl Iterator<Item = &Law> {
    std::iter::once(&stage.stay.law)
        .chain(stage.stay.by.iter().map(|(_, law)| law))
        .chain(stage.stay.by_destination.iter().map(|(_, law)| law))
}

/// Every destination a case may leave a stage for with probability above 0, during or after its
/// stay or its wait.
pub(super) fn destinations(stage: &Stage) -> Vec<Dest> {
    let mut out = ways_out(stage, true);
    if stage.seize.is_some() {
        out.extend(stage.patience.as_ref().map(|p| p.to));
        out.extend(stage.refused);
    }
    out
}

/// Destinations during or after a stay; of routes under conditions only if `conditional`.
pub(super) fn ways_out(stage: &Stage, conditional: bool) -> Vec<Dest> {
    let mut out = Vec::new();
    let routed = laws(stage).any(|law| matches!(law, Law::Length { .. } | Law::Reviews(_)));
    if routed {
        // a condition that all cases fit leaves none for the base
        let all = stage.routes.by.iter().position(|(s, _)| s.0.is_empty());
        let by = stage.routes.by.iter().take(all.map_or(usize::MAX, |n| n + 1));
        let base = std::iter::once(&stage.routes.base).filter(|_| all.is_none());
        let rows = base.chain(by.map(|(_, row)| row).filter(|_| conditional || all.is_some()));
        for row in rows {
            let taken = stage.routes.to.iter().zip(row).filter(|(_, p)| **p > 0.0);
            out.extend(taken.map(|(d, _)| *d));
        }
    }
    for law in laws(stage) {
        if let Law::Hazards { to, .. } = law {
            out.extend(to);
        }
    }
    let interrupted = stage.stay.interrupted.iter().filter(|(_, rate)| *rate > 0.0);
    out.extend(interrupted.map(|(d, _)| *d));
    out.extend(stage.leave.map(|l| l.to));
    out.sort();
    out.dedup();
    out
}

/// Stages that lead on from an exit: those its cases come back to.
pub(super) fn back_from(model: &Model, exit: ExitId) -> Option<StageId> {
    model.exits[exit].returns.as_ref().map(|r| r.to)
}

/// Which stages some case can come to: by arrival, from the start, by a route or by coming back.
pub(super) fn reachable(model: &Model) -> Vec<bool> {
    let mut seen = vec![false; model.stages.len()];
    let mut todo: Vec<StageId> = model
        .streams
        .iter()
        .flat_map(|s| s.to.iter().filter(|(_, p)| *p > 0.0).map(|(id, _)| *id))
        .chain(model.start.stages.iter().filter(|s| s.cases > 0).map(|s| s.stage))
        .chain(model.start.left.iter().filter_map(|l| back_from(model, l.exit)))
        .collect();
    while let Some(id) = todo.pop() {
        match seen.get_mut(id.index()) {
            Some(slot) if !*slot => *slot = true,
            _ => continue,
        }
        for dest in destinations(&model.stages[id]) {
            match dest {
                Dest::Stage(next) => todo.push(next),
                Dest::Exit(exit) => todo.extend(back_from(model, exit)),
            }
        }
    }
    seen
}
