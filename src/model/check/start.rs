//! The starting state must be possible.

use crate::base::diag::Diagnostic;
use crate::base::ids::Id;
use crate::base::quantity::TimeUnit;
use crate::base::time::{DAY_MS, LONGEST_MS};
use crate::model::Model;
use crate::model::file::Node;
use crate::model::read::{Reader, short};
use crate::model::stage::{Law, Stage};
use crate::model::start::Elapsed;

/// Working days are at least this share of calendar days.
const WORKING_SHARE: f64 = 0.6;

/// Rules of `[start]`.
pub(super) fn starting_state(r: &mut Reader<'_>, model: &Model, root: &Node) {
    let mut held = vec![0u64; model.pools.len()];
    for s in &model.start.stages {
        let stage = &model.stages[s.stage];
        let place = root.nearest(&["start", "stages", &stage.name, "elapsed"]);
        if let Some(seize) = stage.seize
            && let Some(slot) = held.get_mut(seize.pool.index())
        {
            *slot += u64::from(s.cases) * u64::from(seize.amount);
        }
        if matches!(s.elapsed, Elapsed::Steady) && s.cases > 0 && matches!(stage.stay.law, Law::Open) {
            // what ends such a stay does not look at the time spent; lengths of stay do
            r.push(
                Diagnostic::warning(
                    place.clone(),
                    format!(
                        "`start.stages.{}` has no steady state to draw from, since the stay is open: its stays count from the start",
                        stage.name
                    ),
                )
                .hint("give `elapsed` as bands with shares or a list of lengths"),
            );
        }
        let longest = longest_stay(stage);
        let given = match &s.elapsed {
            Elapsed::Steady => 0.0,
            // some of a band may lie beyond, but not all of it
            Elapsed::Bands(bands) => {
                bands.iter().filter(|b| b.2 > 0.0).map(|b| b.0.days()).fold(0.0, f64::max)
            }
            Elapsed::Listed(list) => list.iter().map(|s| s.days()).fold(0.0, f64::max),
        };
        if given >= longest && given > 0.0 {
            r.push(
                Diagnostic::error(
                    place,
                    format!(
                        "`start.stages.{}.elapsed` has a case {} days into a stay that never lasts more than {} days",
                        stage.name,
                        short(given),
                        short(longest)
                    ),
                )
                .hint("shorten it, or give the stage a law that allows such stays"),
            );
        }
    }
    for ((_, pool), held) in model.pools.pairs().zip(held) {
        let places = pool.places.first().map_or(0, |(_, n)| u64::from(*n));
        if held > places {
            let first = model.start.stages.iter().find(|s| {
                let seize = model.stages[s.stage].seize;
                seize.is_some_and(|z| model.pools[z.pool].name == pool.name)
            });
            let name = first.map_or("", |s| model.stages[s.stage].name.as_str());
            r.push(
                Diagnostic::error(
                    root.nearest(&["start", "stages", name]),
                    format!("the start holds {held} places of the pool `{}`, which has {places}", pool.name),
                )
                .also(root.nearest(&["pools", &pool.name, "places"]), "places here"),
            );
        }
    }
}

/// The longest stay any law of a stage allows, in calendar days.
fn longest_stay(stage: &Stage) -> f64 {
    let factor: f64 = stage.stay.times.iter().map(|(_, x)| x.max(1.0)).product();
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
