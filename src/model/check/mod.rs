//! What a model must satisfy beyond the grammar; one rule, or a few that belong together, a file.
//!
//! A rule runs when the sections it looks at were read without errors, so that one mistake is not
//! told twice.

mod escape;
mod flow;
mod instant;
mod load;
mod parts;
mod pools;
mod services;
mod size;
mod staff;
mod start;
mod traffic;
mod unused;

use super::Model;
use super::file::Node;
use super::read::Reader;
use crate::base::diag::Place;
use crate::base::ids::StageId;

/// Runs every rule.
pub(in crate::model) fn check(r: &mut Reader<'_>, model: &Model, root: &Node) {
    unused::sources(r, root);
    const GROUND: [&str; 8] = ["stages", "exits", "cases", "ages", "needs", "attributes", "pools", "change"];
    if model.stages.is_empty() || r.errors_in(&GROUND) {
        return;
    }
    let before = r.errors();
    escape::every_stage_has_a_way_out(r, model, root);
    instant::no_loop_without_time(r, model, root);
    instant::no_circle_of_leaving(r, model, root);
    pools::places_and_queues(r, model, root);
    start::starting_state(r, model, root);
    if !r.errors_in(&["roles", "teams"]) {
        staff::somebody_for_every_case(r, model, root);
    }
    services::services(r, model, root);
    if !r.errors_in(&["model", "measures", "groups"]) {
        parts::parts_are_reported(r, model, root);
    }
    if r.errors() > before || r.errors_in(&["arrivals", "model", "population", "start"]) {
        return;
    }
    let traffic = traffic::Traffic::of(model);
    size::events_and_memory(r, model, root, &traffic);
    if r.errors() > before {
        return;
    }
    unused::unreachable_stages(r, model, root, &traffic);
    load::streams_without_cases(r, model, root);
    load::pools_offered_too_much(r, model, root, &traffic);
}

/// The place of a part of a stage, or of the stage.
fn stage_place(root: &Node, model: &Model, id: StageId, part: &str) -> Place {
    root.nearest(&["stages", &model.stages[id].name, part])
}
