//! What a fitted model gives by year, with its bands: all futures, and those that differ by chance alone.

use super::fit::Fitted;
use super::text::model_text;
use crate::base::diag::SourceMap;
use crate::calibrate::data::Statistics;
use crate::engine::Network;
use crate::experiment::estimate::Summariser;
use crate::experiment::ignorance::{Drawn, Nesting, PER_DRAW};
use crate::experiment::measures::measure_all;
use crate::experiment::run::{Plan, Unwatched, run_drawn};
use crate::model::{draws::laid, load};

/// Level of the bands.
const LEVEL: f64 = 0.95;
/// Referrals of a year over all replications; and least and most replications.
const REFERRALS: f64 = 150_000.0;
const REPLICATIONS: (u64, u64) = (30, 100);

/// A measure in one year.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Point {
    /// Year to, or at, 31 March.
    pub year: i32,
    /// Mean over futures.
    pub mean: f64,
    /// 95 % of futures: chance and what is not known of the numbers.
    pub all: (f64, f64),
    /// 95 % of futures that differ by chance alone, about the mean.
    pub chance: (f64, f64),
}

/// A named measure of the model file over the years of a run. Shares are between 0 and 1.
#[derive(Clone, PartialEq, Debug)]
pub struct Curve {
    /// Its name in the model file.
    pub measure: String,
    /// By year, as far as there was anything to measure.
    pub points: Vec<Point>,
}

impl Curve {
    /// The point of a year.
    pub fn at(&self, year: i32) -> Option<&Point> {
        self.points.iter().find(|p| p.year == year)
    }
}

/// Every measure of a fitted model by year, each pair of replications with a draw of its numbers; none if the model does
/// not load or run.
pub fn futures(stats: &Statistics, f: &Fitted) -> Option<Vec<Curve>> {
    let text = model_text(stats, f).ok()?;
    let referrals = f.aim("referrals", 0).unwrap_or(0.0).max(1.0);
    let replications = ((REFERRALS / referrals) as u64).clamp(REPLICATIONS.0, REPLICATIONS.1) / 2 * 2;
    let plan = Plan { seed: 1, first: 1, replications };
    let mut sources = SourceMap::default();
    let file = sources.add("fitted model", &text);
    let model = load(&sources, file, &[]).ok()?.model;
    let nesting = Nesting { draws: f.draws.len() as u64, per_draw: PER_DRAW };
    let which = nesting.needed(plan).into_iter().map(|k| k as usize);
    let drawn = laid(&mut sources, file, &[], &f.draws, "draws", which).ok()?;
    let networks = drawn.into_iter().map(|(k, l)| (k as u64, Network::compile(&l.model))).collect();
    let drawn = Drawn::new(Network::compile(&model), nesting, networks).ok()?;
    let rows = run_drawn(&drawn, plan, &Unwatched).ok()?;
    let measured = measure_all(&model, drawn.base().layout(), &rows, LEVEL);
    let mut summariser = Summariser::of(LEVEL, &rows);
    let mut curves = Vec::new();
    for m in &measured {
        let Some(named) = model.measures.get(m.measure) else { continue };
        let mut points = Vec::new();
        for (k, column) in m.years.columns().into_iter().enumerate() {
            let s = summariser.summary(column);
            let ends = (s.spread.first().copied().flatten(), s.spread.last().copied().flatten());
            if let (Some(mean), (Some(low), Some(high))) = (s.point, ends) {
                let chance = s.split.map_or((low, high), |x| (x.chance_low, x.chance_high));
                points.push(Point { year: f.starts + 1 + k as i32, mean, all: (low, high), chance });
            }
        }
        curves.push(Curve { measure: named.name.clone(), points });
    }
    Some(curves)
}
