//! The starting state must be possible.

use crate::base::diag::{Diagnostic, Place};
use crate::base::ids::StageId;
use crate::base::quantity::TimeUnit;
use crate::base::time::{DAY_MS, LONGEST_MS};
use crate::model::Model;
use crate::model::file::Node;
use crate::model::read::{Reader, short};
use crate::model::stage::{Law, Stage};
use crate::model::start::{Elapsed, StartStage};

/// Working days are at least this share of calendar days.
const WORKING_SHARE: f64 = 0.6;

/// Rules of `[start]`.
pub(super) fn starting_state(r: &mut Reader<'_>, model: &Model, root: &Node) {
    for s in &model.start.stages {
        let stage = &model.stages[s.stage];
        let place = root.nearest(&["start", "stages", &stage.name, "elapsed"]);
        elapsed_possible(r, s, stage, place);
    }
    no_more_than_places(r, model, root);
}

/// Nobody can have stayed longer than the longest stay.
fn elapsed_possible(r: &mut Reader<'_>, s: &StartStage, stage: &Stage, place: Place) {
    let name = &stage.name;
    if matches!(s.elapsed, Elapsed::Steady) && s.cases > 0 && matches!(stage.stay.law, Law::Open) {
        // what ends such a stay does not look at the time spent; lengths of stay do
        let message = format!(
            "`start.stages.{name}` has no steady state to draw from, since the stay is open: its stays count from the start"
        );
        let warning = Diagnostic::warning(place.clone(), message);
        r.push(warning.hint("give `elapsed` as bands with shares or a list of lengths"));
    }
    let longest = longest_stay(stage);
    let given = match &s.elapsed {
        Elapsed::Steady => 0.0,
        // some of a band may lie beyond, but not all of it
        Elapsed::Bands(bands) => bands.iter().filter(|b| b.2 > 0.0).map(|b| b.0.days()).fold(0.0, f64::max),
        Elapsed::Listed(list) => list.iter().map(|s| s.days()).fold(0.0, f64::max),
    };
    if given >= longest && given > 0.0 {
        let message = format!(
            "`start.stages.{name}.elapsed` has a case {} days into a stay that never lasts more than {} days",
            short(given),
            short(longest)
        );
        let error = Diagnostic::error(place, message);
        r.push(error.hint("shorten it, or give the stage a law that allows such stays"));
    }
}

/// Cases in pooled stages hold places, of which there must be as many.
fn no_more_than_places(r: &mut Reader<'_>, model: &Model, root: &Node) {
    for (id, pool) in model.pools.pairs() {
        let holding = model.start.stages.iter().filter_map(|s| {
            let seize = model.stages[s.stage].seize.filter(|z| z.pool == id)?;
            Some((s.stage, u64::from(s.cases) * u64::from(seize.amount)))
        });
        let holding: Vec<(StageId, u64)> = holding.collect();
        let held: u64 = holding.iter().map(|(_, n)| n).sum();
        let places = pool.places.first().map_or(0, |(_, n)| u64::from(*n));
        let Some((first, _)) = holding.first().filter(|_| held > places) else { continue };
        let message =
            format!("the start holds {held} places of the pool `{}`, which has {places}", pool.name);
        let place = root.nearest(&["start", "stages", &model.stages[*first].name]);
        let there = root.nearest(&["pools", &pool.name, "places"]);
        r.push(Diagnostic::error(place, message).also(there, "places here"));
    }
}

/// The longest stay any law of a stage allows, in calendar days.
fn longest_stay(stage: &Stage) -> f64 {
    let factor: f64 = stage.stay.times.iter().map(|(_, x)| x.values().fold(1.0, f64::max)).product();
    super::flow::laws(stage)
        .map(|law| match law {
            Law::Length { dist, unit } => {
                let days = dist.support().1;
                match unit {
                    TimeUnit::Natural => days,
                    TimeUnit::WorkingDays => days / WORKING_SHARE + 14.0,
                }
            }
            Law::Hazards { hazards, .. } => {
                let days = LONGEST_MS as f64 / DAY_MS as f64;
                if hazards.survival(days) > 0.0 { f64::INFINITY } else { days }
            }
            _ => f64::INFINITY,
        })
        .fold(0.0, f64::max)
        * factor
}
