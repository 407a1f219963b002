//! Chance and ignorance, told apart.
//!
//! Replications are nested in draws of the model's numbers: replications 1 and 2 use the first draw, 3 and 4 the second,
//! and so on, beginning again after the last. Replication r therefore has the same draw whatever the size of the run. The
//! variance of one future is then Var(E) over draws, which is ignorance and stays however long one simulates, plus E(Var)
//! within draws, which is chance (Barton, Nelson & Xie 2014); the mean of r replications of one draw has Var(E) + E(Var)/r.

use super::estimate::quantile;
use super::run::Plan;
use crate::engine::Network;
use ndarray::ArrayView1;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Replications of one draw that stand together.
pub const PER_DRAW: u64 = 2;

/// Which replication uses which draw.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Nesting {
    /// How many draws there are.
    pub draws: u64,
    /// Replications of one draw that stand together.
    pub per_draw: u64,
}

impl Nesting {
    /// The draw of a replication (numbered from 1), from 0.
    pub fn draw(&self, replication: u64) -> u64 {
        replication.saturating_sub(1) / self.per_draw.max(1) % self.draws.max(1)
    }

    /// The draws that the replications of a plan use.
    pub fn needed(&self, plan: Plan) -> BTreeSet<u64> {
        let numbers = plan.first..plan.first.saturating_add(plan.replications);
        let most = self.draws.saturating_mul(self.per_draw.max(1)).saturating_add(self.per_draw);
        numbers.take(usize::try_from(most).unwrap_or(usize::MAX)).map(|n| self.draw(n)).collect()
    }
}

/// A network for each draw that a run needs.
pub struct Drawn {
    nesting: Nesting,
    networks: BTreeMap<u64, Network>,
    first: Network,
}

/// A draw that changes what is measured or when, so that its replications cannot stand beside the others.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("draw {0} changes what is measured or when: draws may change numbers, not the shape of a model")]
pub struct OtherShape(pub u64);

impl Drawn {
    /// Puts networks together; `base` is that of the model's own numbers.
    ///
    /// # Errors
    /// If a draw does not measure the same as the model.
    pub fn new(
        base: Network,
        nesting: Nesting,
        networks: BTreeMap<u64, Network>,
    ) -> Result<Drawn, OtherShape> {
        let other = networks.iter().find(|(_, n)| {
            n.layout().columns() != base.layout().columns() || n.period_edges() != base.period_edges()
        });
        match other {
            Some((k, _)) => Err(OtherShape(k + 1)),
            None => Ok(Drawn { nesting, networks, first: base }),
        }
    }

    /// The network with the model's own numbers.
    pub fn base(&self) -> &Network {
        &self.first
    }

    /// The draw of a replication, from 0.
    pub fn draw(&self, replication: u64) -> u64 {
        self.nesting.draw(replication)
    }

    /// The network of a replication.
    pub fn network(&self, replication: u64) -> &Network {
        self.networks.get(&self.draw(replication)).unwrap_or(&self.first)
    }
}

/// How far futures lie apart by chance, and how far because the model's numbers are not known.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct Split {
    /// Standard deviation within a draw: chance.
    pub chance_sd: f64,
    /// Standard deviation of the means of draws, chance taken out: ignorance; 0 where chance alone explains it.
    pub ignorance_sd: f64,
    /// Share of the variance of one future that is ignorance.
    pub ignorance_share: f64,
    /// 2.5th percentile of futures that differ by chance alone, around the mean of all.
    pub chance_low: f64,
    /// 97.5th percentile.
    pub chance_high: f64,
}

/// A split with what an interval of the mean needs.
#[derive(Clone, Debug)]
pub(super) struct Nested {
    pub split: Split,
    /// Standard error of the mean over draws.
    pub se: f64,
    /// Draws that had something to measure.
    pub draws: usize,
}

/// Analysis of variance by draw (unbalanced one-way, Searle 1971); `None` with fewer than two draws or no draw with
/// two replications.
pub(super) fn split(values: ArrayView1<'_, f64>, draws: &[u64]) -> Option<Nested> {
    let mut groups: BTreeMap<u64, Vec<f64>> = BTreeMap::new();
    for (value, draw) in values.iter().zip(draws).filter(|v| v.0.is_finite()) {
        groups.entry(*draw).or_default().push(*value);
    }
    let (k, n) = (groups.len(), groups.values().map(Vec::len).sum::<usize>());
    if k < 2 || n <= k {
        return None;
    }
    let mean_of = |x: &[f64]| x.iter().sum::<f64>() / x.len() as f64;
    let (kf, nf) = (k as f64, n as f64);
    let mean = groups.values().flatten().sum::<f64>() / nf;
    let (mut within, mut between, mut squares) = (0.0, 0.0, 0.0);
    let mut residuals = Vec::with_capacity(n);
    let mut means = Vec::with_capacity(k);
    for group in groups.values() {
        let (m, size) = (mean_of(group), group.len() as f64);
        within += group.iter().map(|x| (x - m) * (x - m)).sum::<f64>();
        between += size * (m - mean) * (m - mean);
        squares += size * size;
        if group.len() > 1 {
            // a mean of few hides part of the spread around it
            let scale = (size / (size - 1.0)).sqrt();
            residuals.extend(group.iter().map(|x| (x - m) * scale));
        }
        means.push(m);
    }
    let chance = within / (nf - kf);
    let size = (nf - squares / nf) / (kf - 1.0);
    let ignorance = ((between / (kf - 1.0) - chance) / size).max(0.0);
    residuals.sort_by(f64::total_cmp);
    let all = mean_of(&means);
    let se = (means.iter().map(|m| (m - all) * (m - all)).sum::<f64>() / (kf - 1.0) / kf).sqrt();
    let total = chance + ignorance;
    // what was never below nought (a count, a share) is not by chance either: residuals of draws with much of it would say so
    let floor = if groups.values().flatten().all(|x| *x >= 0.0) { 0.0 } else { f64::NEG_INFINITY };
    let split = Split {
        chance_sd: chance.sqrt(),
        ignorance_sd: ignorance.sqrt(),
        ignorance_share: if total > 0.0 { ignorance / total } else { 0.0 },
        chance_low: (mean + quantile(&residuals, 0.025)?).max(floor),
        chance_high: mean + quantile(&residuals, 0.975)?,
    };
    Some(Nested { split, se, draws: k })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::rng::{Key, Purpose};
    use crate::stats::special::normal_quantile;
    use ndarray::Array1;

    #[test]
    fn a_replication_keeps_its_draw_whatever_the_run() {
        let n = Nesting { draws: 3, per_draw: 2 };
        let draws: Vec<u64> = (1..=8).map(|r| n.draw(r)).collect();
        assert_eq!(draws, [0, 0, 1, 1, 2, 2, 0, 0]);
        let plan = |first, replications| Plan { seed: 1, first, replications };
        assert_eq!(n.needed(plan(5, 1)).into_iter().collect::<Vec<_>>(), [2]);
        assert_eq!(n.needed(plan(1, 100_000)).len(), 3);
    }

    /// By hand: draws with values (1, 3) and (5, 9), means 2 and 7: within 2 + 8 over 2, between 2 x 12.5.
    #[test]
    fn two_draws_by_hand() {
        let nested = split(Array1::from(vec![1.0, 3.0, 5.0, 9.0]).view(), &[1, 1, 2, 2]).unwrap();
        let s = nested.split;
        assert!((s.chance_sd - 5f64.sqrt()).abs() < 1e-12);
        assert!((s.ignorance_sd - ((25.0 - 5.0) / 2.0f64).sqrt()).abs() < 1e-12);
        assert!((s.ignorance_share - 10.0 / 15.0).abs() < 1e-12);
        assert!((nested.se - 2.5).abs() < 1e-12);
        assert!(split(Array1::from(vec![1.0, 3.0]).view(), &[1, 2]).is_none());
        assert!(split(Array1::from(vec![1.0, f64::NAN]).view(), &[1, 1]).is_none());
    }

    /// Known variances are found again: ignorance 4, chance 1, 400 draws of two.
    #[test]
    fn known_variances_are_found_again() {
        let z = |n: u64, p: &'static str| normal_quantile(Key::root(7, 0).unit(Purpose::named(p), n));
        let draws: Vec<u64> = (0..800).map(|i| i / 2).collect();
        let x: Vec<f64> = (0..800).map(|i| 10.0 + 2.0 * z(i / 2, "theta") + z(i, "luck")).collect();
        let s = split(Array1::from(x).view(), &draws).unwrap();
        // five standard errors: of a variance of 4.5 over 400 draws, and of 1 over 400 degrees of freedom
        assert!((s.split.ignorance_sd.powi(2) - 4.0).abs() < 5.0 * (2.0f64 / 400.0).sqrt() * 4.6, "{s:?}");
        assert!((s.split.chance_sd - 1.0).abs() < 5.0 * (1.0 / 800.0f64).sqrt(), "{s:?}");
        assert!((s.split.chance_high - s.split.chance_low - 3.92).abs() < 0.6, "{s:?}");
        assert!((s.se - (4.5f64 / 400.0).sqrt()).abs() < 0.03, "{s:?}");
    }
}
