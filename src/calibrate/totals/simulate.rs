//! What the model gives for the targets with given numbers.

use super::target::Target;
use crate::base::diag::{FileId, SourceMap};
use crate::base::rng::mix;
use crate::base::time::Span;
use crate::engine::Network;
use crate::experiment::measures::values_over;
use crate::experiment::run::{Plan, Unwatched, run};
use crate::model::draws::{Draws, Prior};
use crate::model::{Model, load};
use std::collections::BTreeMap;
use std::sync::Mutex;

/// Keeps what was simulated, so that a search can go on where it stopped.
pub trait Cache: Sync {
    /// What was kept for these numbers.
    fn get(&self, key: u64) -> Option<Vec<f64>>;
    /// Keeps it.
    fn put(&self, key: u64, outputs: &[f64]);
}

/// Remembers for as long as it lives.
#[derive(Debug, Default)]
pub struct Forgets(Mutex<BTreeMap<u64, Vec<f64>>>);

impl Cache for Forgets {
    fn get(&self, key: u64) -> Option<Vec<f64>> {
        self.0.lock().ok()?.get(&key).cloned()
    }
    fn put(&self, key: u64, outputs: &[f64]) {
        if let Ok(mut kept) = self.0.lock() {
            kept.insert(key, outputs.to_vec());
        }
    }
}

/// Sets of random numbers in turn, from point to point.
pub const BLOCKS: usize = 32;

/// Simulates a model with other numbers.
pub struct Simulator<'a> {
    /// Texts.
    pub sources: &'a SourceMap,
    /// The model among them.
    pub model: FileId,
    /// Scenarios among them.
    pub scenarios: &'a [FileId],
    /// Its unknowns.
    pub prior: &'a Prior,
    /// What is to be met.
    pub targets: &'a [Target],
    /// Replications of a point. Points of one block share theirs (common random numbers); those of another have others, so that
    /// chance is known from [`BLOCKS`] times as many.
    pub replications: u64,
    /// Seed.
    pub seed: u64,
    /// Kept results.
    pub cache: &'a dyn Cache,
}

impl Simulator<'_> {
    /// Values of the targets in each replication of a block, one replication after the other; none if these numbers give no
    /// sound model or the run fails.
    pub fn outputs(&self, z: &[f64], block: usize) -> Option<Vec<f64>> {
        let key = mix(self.key(z).wrapping_add(block as u64));
        let size = self.replications as usize * self.targets.len();
        if let Some(kept) = self.cache.get(key).filter(|k| k.len() == size || k.is_empty()) {
            return (!kept.is_empty()).then_some(kept);
        }
        let found = self.simulated(z, block).filter(|x| x.iter().all(|v| v.is_finite()));
        self.cache.put(key, found.as_deref().unwrap_or_default());
        found
    }

    /// A digest of these numbers and of what is asked of them.
    pub(super) fn key(&self, z: &[f64]) -> u64 {
        let mut key = mix(self.seed ^ self.replications);
        for t in self.targets {
            for part in [t.measure as u64, t.from.0 as u64, t.to.0 as u64] {
                key = mix(key.wrapping_add(part));
            }
        }
        z.iter().fold(key, |h, x| mix(h.wrapping_add(x.to_bits())))
    }

    /// The model with these numbers, run no longer than the targets need; none if it is not sound.
    pub(super) fn model_with(&self, z: &[f64]) -> Option<Model> {
        let values = vec![self.prior.cells(&self.prior.values(z))];
        let draws = Draws { paths: self.prior.paths(), values };
        let mut sources = self.sources.clone();
        let file = sources.add("numbers tried", draws.scenario(0)?);
        let changes: Vec<FileId> = std::iter::once(file).chain(self.scenarios.iter().copied()).collect();
        let mut model = load(&sources, self.model, &changes).ok()?.model;
        let last = self.targets.iter().map(|t| t.to.days()).fold(0.0, f64::max);
        if last > 0.0 && last < model.run.length.days() {
            model.run.length = Span::from_days(last);
        }
        model.run.window = None;
        (model.run.by_age, model.run.by_need) = (false, false);
        model.run.by_attribute.clear();
        Some(model)
    }

    fn simulated(&self, z: &[f64], block: usize) -> Option<Vec<f64>> {
        let model = self.model_with(z)?;
        let network = Network::compile(&model);
        let plan = Plan {
            seed: self.seed,
            first: 1 + block as u64 * self.replications,
            replications: self.replications,
        };
        let rows = run(&network, plan, &Unwatched).ok()?;
        let spans: Vec<_> = self.targets.iter().map(|t| (t.measure, t.from, t.to)).collect();
        let values = values_over(&model, network.layout(), &rows, &spans)?;
        Some(values.iter().copied().collect())
    }
}
