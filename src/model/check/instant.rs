//! A loop of stays that take no time would stop the clock.

use super::stage_place;
use crate::base::diag::Diagnostic;
use crate::base::ids::{Id, StageId};
use crate::base::time::Span;
use crate::model::Model;
use crate::model::file::Node;
use crate::model::read::Reader;
use crate::model::stage::{Dest, Law, Stage};

/// Routes from stays that may take no time at all must not lead in a circle.
pub(super) fn no_loop_without_time(r: &mut Reader<'_>, model: &Model, root: &Node) {
    let n = model.stages.len();
    let next: Vec<Vec<usize>> = model.stages.iter().map(instant_routes).collect();
    // 0 not seen, 1 on the way, 2 done
    let mut state = vec![0u8; n];
    for from in 0..n {
        if let Some(ring) = ring(from, &next, &mut state) {
            let id = StageId::new(ring.first().copied().unwrap_or(from));
            let names: Vec<String> =
                ring.iter().take(8).map(|i| format!("`{}`", model.stages[StageId::new(*i)].name)).collect();
            r.push(
                Diagnostic::error(
                    stage_place(root, model, id, "stay"),
                    format!("stays of no time lead in a circle: {}", names.join(" to ")),
                )
                .hint("let one of these stays take time: a case would go round for ever in one moment"),
            );
        }
    }
}

/// Leaving at an age must not lead back to a stage that is left at an age: a case old enough would
/// go round for ever in one moment.
pub(super) fn no_circle_of_leaving(r: &mut Reader<'_>, model: &Model, root: &Node) {
    let next: Vec<Vec<usize>> = model
        .stages
        .iter()
        .map(|s| match s.leave.map(|l| l.to) {
            Some(Dest::Stage(id)) => vec![id.index()],
            _ => Vec::new(),
        })
        .collect();
    let mut state = vec![0u8; next.len()];
    for from in 0..next.len() {
        let Some(ring) = ring(from, &next, &mut state) else { continue };
        let id = StageId::new(ring.first().copied().unwrap_or(from));
        let name = &model.stages[id].name;
        r.push(
            Diagnostic::error(
                stage_place(root, model, id, "leave"),
                format!("leaving at an age leads from `{name}` back to `{name}`"),
            )
            .hint("give the stage where cases go leave = \"never\" or a higher age with another way out"),
        );
    }
}

/// Walks on from a stage; the first circle found.
fn ring(from: usize, next: &[Vec<usize>], state: &mut [u8]) -> Option<Vec<usize>> {
    let mut path: Vec<(usize, usize)> = vec![(from, 0)];
    if state.get(from).is_none_or(|s| *s != 0) {
        return None;
    }
    let mut found = None;
    while let Some((at, taken)) = path.last_mut() {
        let (here, turn) = (*at, *taken);
        *taken += 1;
        if let Some(s) = state.get_mut(here) {
            *s = (*s).max(1);
        }
        let Some(&to) = next.get(here).and_then(|list| list.get(turn)) else {
            if let Some(s) = state.get_mut(here) {
                *s = 2;
            }
            path.pop();
            continue;
        };
        match state.get(to) {
            Some(0) => path.push((to, 0)),
            Some(1) if found.is_none() => {
                let start = path.iter().position(|(i, _)| *i == to).unwrap_or(0);
                let circle = path.get(start..).unwrap_or_default();
                let mut circle: Vec<usize> = circle.iter().map(|(i, _)| *i).collect();
                circle.push(to);
                found = Some(circle);
            }
            _ => {}
        }
    }
    found
}

/// Stages that a case may come to in the very moment it enters this one.
fn instant_routes(stage: &Stage) -> Vec<usize> {
    let mut out = Vec::new();
    for (to, p) in stage.routes.to.iter().zip(&stage.routes.base) {
        let law = stage.stay.by_destination.iter().find(|(d, _)| d == to);
        let law = law.map_or(&stage.stay.law, |(_, law)| law);
        if let (Dest::Stage(id), true) = (to, *p > 0.0 && takes_no_time(law)) {
            out.push(id.index());
        }
    }
    out
}

/// Whether a stay always rounds to nothing.
fn takes_no_time(law: &Law) -> bool {
    match law {
        Law::Length { dist, .. } => Span::from_days(dist.support().1) == Span::ZERO,
        _ => false,
    }
}
