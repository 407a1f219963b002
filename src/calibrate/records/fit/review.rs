//! A review cycle: stays end at reviews, some between them.
//!
//! Reviews fall due at `first`, then every `then`; each is held uniformly in `within` before it is due. A stay
//! ends at the i-th review with probability e_i, and between reviews at a constant rate.

use super::joint::{Ended, Obs};
use crate::stats::survival::jet::Jet;
use crate::stats::survival::linalg::{Matrix, inverse};
use crate::stats::survival::optimise::{Local, bfgs, newton};

/// Reviews whose probabilities are told apart; the last repeats.
pub const REVIEWS: usize = 4;
const N: usize = REVIEWS + 1;

/// When reviews fall due, in days.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Cycle {
    /// To the first.
    pub first: f64,
    /// Between later ones.
    pub then: f64,
    /// Held in this long before due.
    pub within: f64,
}

/// The statutory cycle of child protection plans.
pub const PLANS: Cycle = Cycle { first: 91.3125, then: 182.625, within: 28.0 };

/// A fitted review cycle.
#[derive(Clone, PartialEq, Debug)]
pub struct Reviews {
    /// When reviews fall due.
    pub cycle: Cycle,
    /// Fitted scale: logits of ending at each review, then the logarithm of the rate between.
    pub x: Vec<f64>,
    /// Covariance of `x`, clustered on families.
    pub covariance: Matrix,
    /// Covariance if stays were independent.
    pub naive: Matrix,
    /// Log-likelihood of the times.
    pub log_likelihood: f64,
}

impl Cycle {
    /// The cycle as it shows in lengths of whole days, which are up to a day longer or shorter than the stay:
    /// ends at the edges of a review's window would otherwise be taken for ends between reviews.
    fn in_whole_days(self) -> Cycle {
        Cycle { first: self.first + 1.0, within: self.within + 2.0, ..self }
    }

    fn due(&self, i: usize) -> f64 {
        self.first + i as f64 * self.then
    }

    /// log of open share at `t`, and log density there.
    fn logs(&self, x: &[Jet<N>; N], t: f64) -> (Jet<N>, Jet<N>) {
        let rate = x[REVIEWS].exp();
        let end = |i: usize| {
            // 1 / (1 + e^-x)
            let z = x[i.min(REVIEWS - 1)];
            (-(-z).softplus()).exp()
        };
        let mut open = -(rate * t);
        let mut review = Jet::constant(0.0);
        for i in 0..400 {
            let (due, begin) = (self.due(i), self.due(i) - self.within);
            if t <= begin {
                break;
            }
            let e = end(i);
            let part = ((t - begin) / self.within).min(1.0);
            let left = Jet::constant(1.0) - e * part;
            if t <= due {
                // hazard of the review inside its window
                review = e * (1.0 / self.within) * left.recip();
            }
            open = open + left.log();
        }
        let density = open + (rate + review).log();
        (open, density)
    }
}

impl Reviews {
    /// Fits the cycle; `None` if no maximum is found.
    pub fn fit(told: Cycle, obs: &[Obs]) -> Option<Reviews> {
        let cycle = told.in_whole_days();
        let sums = |x: &[f64]| {
            let mut at = [0.0; N];
            at.iter_mut().zip(x).for_each(|(a, b)| *a = *b);
            let jets = Jet::variables(&at);
            obs.iter().fold(Jet::<N>::constant(0.0), |sum, o| sum + one(cycle, &jets, o))
        };
        // a faint pull to the middle keeps reviews that nobody reached from running off
        let objective = |x: &[f64]| {
            let jet = sums(x);
            let mut local = Local {
                value: -jet.v,
                gradient: jet.g.iter().map(|g| -g).collect(),
                hessian: jet.h.iter().map(|r| r.iter().map(|h| -h).collect()).collect(),
            };
            for (i, v) in x.iter().enumerate().take(REVIEWS) {
                local.value += FAINT * v * v;
                local.gradient[i] += 2.0 * FAINT * v;
                local.hessian[i][i] += 2.0 * FAINT;
            }
            local
        };
        let time: f64 = obs.iter().map(|o| o.end - o.entry).sum();
        let exits = obs.iter().filter(|o| o.ended != Ended::Open).count() as f64;
        if exits < 20.0 || time <= 0.0 {
            return None;
        }
        let mut start = vec![0.0; N];
        start[REVIEWS] = libm::log(0.2 * exits / time);
        let near = bfgs(objective, &start, 80, 1e-7)?;
        let there = newton(objective, &near.at, 60)?;
        let naive = inverse(&there.local.hessian)?;
        let covariance = clustered(cycle, &there.at, obs, &naive);
        let log_likelihood = sums(&there.at).v;
        Some(Reviews { cycle: told, x: there.at, covariance, naive, log_likelihood })
    }

    /// Probability of ending at each review told apart.
    pub fn ends(&self) -> Vec<f64> {
        self.x.iter().take(REVIEWS).map(|x| 1.0 / (1.0 + libm::exp(-x))).collect()
    }

    /// Rate of ending between reviews, per day.
    pub fn rate(&self) -> f64 {
        libm::exp(self.x.get(REVIEWS).copied().unwrap_or(f64::NEG_INFINITY))
    }

    /// Standard error of a fitted parameter.
    pub fn se(&self, i: usize) -> f64 {
        self.covariance.get(i).and_then(|r| r.get(i)).copied().unwrap_or(f64::NAN).max(0.0).sqrt()
    }

    /// Parameters of the law.
    pub const PARAMETERS: usize = N;

    /// Cumulative hazard with its slopes.
    pub fn cumulative(&self, t: f64) -> (f64, Vec<f64>) {
        let mut at = [0.0; N];
        at.iter_mut().zip(&self.x).for_each(|(a, b)| *a = *b);
        let open = self.cycle.in_whole_days().logs(&Jet::variables(&at), t.max(0.0)).0;
        (-open.v, open.g.iter().map(|g| -g).collect())
    }
}

const FAINT: f64 = 0.02;

fn one(cycle: Cycle, x: &[Jet<N>; N], o: &Obs) -> Jet<N> {
    let (open, density) = cycle.logs(x, o.end);
    let own = if o.ended == Ended::Open { open } else { density };
    own - cycle.logs(x, o.entry).0
}

fn clustered(cycle: Cycle, x: &[f64], obs: &[Obs], naive: &Matrix) -> Matrix {
    let mut at = [0.0; N];
    at.iter_mut().zip(x).for_each(|(a, b)| *a = *b);
    let jets = Jet::variables(&at);
    let mut by: std::collections::BTreeMap<u64, [f64; N]> = std::collections::BTreeMap::new();
    for o in obs {
        let jet = one(cycle, &jets, o);
        let sum = by.entry(o.cluster).or_insert([0.0; N]);
        sum.iter_mut().zip(jet.g).for_each(|(s, g)| *s += g);
    }
    let n = by.len() as f64;
    let few = if n > 1.0 { n / (n - 1.0) } else { 1.0 };
    let mut meat = vec![vec![0.0; N]; N];
    for g in by.values() {
        for (row, a) in meat.iter_mut().zip(g) {
            row.iter_mut().zip(g).for_each(|(cell, b)| *cell += few * a * b);
        }
    }
    super::joint::product(&super::joint::product(naive, &meat), naive)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand, with reviews only: before the window everyone is open; in its middle half of those who
    /// end at the first have; after it all of them.
    #[test]
    fn shares_open_by_hand() {
        let cycle = Cycle { first: 90.0, then: 180.0, within: 30.0 };
        let mut at = [0.0; N];
        at[REVIEWS] = -60.0;
        let x = Jet::variables(&at);
        let open = |t: f64| libm::exp(cycle.logs(&x, t).0.v);
        for (t, share) in
            [(50.0, 1.0), (75.0, 0.75), (100.0, 0.5), (269.0, 0.5 * (1.0 - 0.5 * 29.0 / 30.0)), (300.0, 0.25)]
        {
            assert!((open(t) - share).abs() < 1e-12, "{t}: {}", open(t));
        }
        // the density is minus the slope of the open share
        let density = libm::exp(cycle.logs(&x, 75.0).1.v);
        assert!((density - 0.5 / 30.0).abs() < 1e-12);
    }
}
