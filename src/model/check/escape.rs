//! A case that comes into a stage must be able to leave the model some day.

use super::{flow, stage_place};
use crate::base::diag::Diagnostic;
use crate::base::ids::{Id, StageId};
use crate::model::Model;
use crate::model::file::Node;
use crate::model::read::Reader;
use crate::model::stage::{Dest, Law};

/// Stages from which no exit can be reached are errors, one for each loop; those from which only
/// cases that fit a condition get away are warnings.
pub(super) fn every_stage_has_a_way_out(r: &mut Reader<'_>, model: &Model, root: &Node) {
    let next: Vec<Vec<Dest>> = model.stages.iter().map(|s| flow::ways_out(s, true)).collect();
    let traps = traps(&next);
    for trap in &traps {
        r.push(trapped(model, root, trap));
    }
    if !traps.is_empty() {
        return;
    }
    let base: Vec<Vec<Dest>> = model.stages.iter().map(|s| flow::ways_out(s, false)).collect();
    for trap in self::traps(&base) {
        let Some(first) = trap.first() else { continue };
        let id = StageId::new(*first);
        r.push(
            Diagnostic::warning(
                stage_place(root, model, id, "to"),
                format!("cases that enter `{}` and fit no condition can never leave", model.stages[id].name),
            )
            .hint("give `to` a way out too, unless every case comes to fit a condition"),
        );
    }
}

/// Stages that lead to no exit, those that belong together in one list.
fn traps(next: &[Vec<Dest>]) -> Vec<Vec<usize>> {
    let n = next.len();
    let mut before: Vec<Vec<usize>> = vec![Vec::new(); n];
    let mut free = vec![false; n];
    let mut todo = Vec::new();
    for (i, dests) in next.iter().enumerate() {
        for dest in dests {
            match dest {
                Dest::Stage(id) => {
                    if let Some(list) = before.get_mut(id.index()) {
                        list.push(i);
                    }
                }
                Dest::Exit(_) => todo.push(i),
            }
        }
    }
    while let Some(i) = todo.pop() {
        match free.get_mut(i) {
            Some(slot) if !*slot => *slot = true,
            _ => continue,
        }
        todo.extend(before.get(i).into_iter().flatten());
    }
    let mut told = vec![false; n];
    let mut out = Vec::new();
    for i in 0..n {
        if free.get(i) == Some(&true) || told.get(i) == Some(&true) {
            continue;
        }
        let trap = reach(i, next);
        for &t in &trap {
            if let Some(slot) = told.get_mut(t) {
                *slot = true;
            }
        }
        out.push(trap);
    }
    out
}

/// Stages that can be reached from one, itself first.
fn reach(from: usize, next: &[Vec<Dest>]) -> Vec<usize> {
    let mut seen = vec![from];
    let mut at = 0;
    let mut known = vec![false; next.len()];
    if let Some(k) = known.get_mut(from) {
        *k = true;
    }
    while let Some(&i) = seen.get(at) {
        at += 1;
        for dest in next.get(i).into_iter().flatten() {
            let Dest::Stage(id) = dest else { continue };
            match known.get_mut(id.index()) {
                Some(k) if !*k => {
                    *k = true;
                    seen.push(id.index());
                }
                _ => {}
            }
        }
    }
    seen
}

fn trapped(model: &Model, root: &Node, trap: &[usize]) -> Diagnostic {
    let id = StageId::new(trap.first().copied().unwrap_or(0));
    let stage = &model.stages[id];
    let name = &stage.name;
    let place = stage_place(root, model, id, "to");
    let names: Vec<String> =
        trap.iter().take(8).map(|i| format!("`{}`", model.stages[StageId::new(*i)].name)).collect();
    let message = if trap.len() > 1 {
        format!("cases that enter `{name}` can never leave: {} lead only to each other", names.join(", "))
    } else if matches!(stage.stay.law, Law::Open) {
        format!(
            "cases that enter `{name}` can never leave: its stay is open, and no age or interruption ends it"
        )
    } else {
        format!("cases that enter `{name}` can never leave: its only route is to itself")
    };
    let hint = if trap.len() > 1 {
        "give one of these stages a route to an exit such as `out`"
    } else if matches!(stage.stay.law, Law::Open) {
        "add `interrupted`, or `leave` at an age"
    } else {
        "give it a route to another stage or to an exit such as `out`"
    };
    Diagnostic::error(place, message).hint(hint)
}
