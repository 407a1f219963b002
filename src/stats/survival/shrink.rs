//! Sparse cells drawn towards the pool by as much as the data say: empirical Bayes.
//!
//! Rates: exits are Poisson, true rates gamma (Clayton & Kaldor 1987). Branching: choices are
//! multinomial, true shares Dirichlet. The spread of the true values is estimated by marginal maximum
//! likelihood; where cells vary no more than chance the pool is used for all.

use super::SurvivalError;
use super::jet::Jet;
use super::optimise::{Local, Stopped, bfgs, newton};
use super::special::log_gamma;

/// A gamma law of a cell's rate, after seeing its data.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RateBelief {
    /// Shape.
    pub shape: f64,
    /// Rate parameter, in time at risk.
    pub rate: f64,
}

impl RateBelief {
    /// The shrunk rate.
    pub fn mean(self) -> f64 {
        self.shape / self.rate
    }

    /// Its standard deviation.
    pub fn sd(self) -> f64 {
        self.shape.sqrt() / self.rate
    }
}

/// Rates of several cells and the pool they were drawn towards.
#[derive(Debug, Clone, PartialEq)]
pub struct ShrunkRates {
    /// Mean of the pool.
    pub pool: f64,
    /// Shape of the gamma law of true rates (1/shape is their squared coefficient of variation); infinite
    /// when cells vary no more than chance.
    pub shape: f64,
    /// Each cell's rate.
    pub cells: Vec<RateBelief>,
}

/// Shrinks the rates of cells given as (exits, time at risk).
///
/// With no exits at all, each cell has the belief of half an exit in the whole time (Jeffreys).
pub fn shrink_rates(cells: &[(f64, f64)]) -> Result<ShrunkRates, SurvivalError> {
    let proper = |&(d, t): &(f64, f64)| d >= 0.0 && t >= 0.0 && d.is_finite() && t.is_finite();
    let (exits, time) = cells.iter().fold((0.0, 0.0), |(d, t), c| (d + c.0, t + c.1));
    if !cells.iter().all(proper) || time <= 0.0 || !exits.is_finite() || !time.is_finite() {
        return Err(SurvivalError::Unsupported(
            "cells need exits and time at risk that are not negative, and some time",
        ));
    }
    let pool = exits / time;
    // Slope of the marginal likelihood where the true rates begin to differ.
    let excess: f64 = (cells.iter()).map(|(d, t)| (d - pool * t) * (d - pool * t) - d).sum();
    if exits <= 0.0 || excess <= 0.0 || cells.len() < 2 {
        let shape = if exits > 0.0 { exits } else { 0.5 };
        let belief = RateBelief { shape, rate: time };
        return Ok(ShrunkRates { pool, shape: f64::INFINITY, cells: vec![belief; cells.len()] });
    }
    // Variables: log of the pool's mean, log of the shape.
    let objective = |x: &[f64]| {
        let [m, a] = variables(x);
        let (shape, beta) = (a.exp(), (a - m).exp());
        let mut sum = Jet::constant(0.0);
        for &(d, t) in cells {
            let more = shape + d;
            sum = sum + more.chain(log_gamma(more.v)) - shape.chain(log_gamma(shape.v)) + shape * (a - m)
                - more * (beta + t).log();
        }
        down(sum)
    };
    let starts = [0.2, 1.0, 5.0, 30.0].map(|shape| vec![libm::log(pool), libm::log(shape)]);
    let best = best_of(objective, &starts, "gamma pool", cells.len() as f64)?;
    let (mean, shape) = (libm::exp(best.at[0]), libm::exp(best.at[1]));
    let belief = |&(d, t): &(f64, f64)| RateBelief { shape: shape + d, rate: shape / mean + t };
    Ok(ShrunkRates { pool: mean, shape, cells: cells.iter().map(belief).collect() })
}

/// Shares of several groups among the same choices, drawn towards the pooled shares.
#[derive(Debug, Clone, PartialEq)]
pub struct ShrunkShares {
    /// Pooled share of each choice.
    pub pool: Vec<f64>,
    /// How many observations the pool counts for; infinite when groups vary no more than chance.
    pub precision: f64,
    /// For each group the parameters of the Dirichlet law of its shares. (A beta law for two choices.)
    pub groups: Vec<Vec<f64>>,
}

impl ShrunkShares {
    /// Mean share of each choice in a group.
    pub fn shares(&self, group: usize) -> Vec<f64> {
        let Some(weights) = self.groups.get(group) else {
            return Vec::new();
        };
        let total: f64 = weights.iter().sum();
        weights.iter().map(|w| w / total).collect()
    }
}

/// Shrinks the choices of groups given as counts, `counts[group][choice]`.
///
/// Where groups vary no more than chance every group gets the Dirichlet law of the pooled counts. A
/// choice never made has share zero.
pub fn shrink_shares(counts: &[Vec<f64>]) -> Result<ShrunkShares, SurvivalError> {
    let choices = counts.first().map_or(0, Vec::len);
    let proper = |n: &f64| *n >= 0.0 && n.is_finite();
    let alike = counts.iter().all(|g| g.len() == choices && g.iter().all(proper));
    let mut pooled = vec![0.0; choices];
    for group in counts {
        for (sum, n) in pooled.iter_mut().zip(group) {
            *sum += n;
        }
    }
    let all: f64 = pooled.iter().sum();
    if !alike || all <= 0.0 || !all.is_finite() {
        return Err(SurvivalError::Unsupported(
            "groups need the same choices, counts that are not negative, and some of them",
        ));
    }
    let pool: Vec<f64> = pooled.iter().map(|n| n / all).collect();
    // Slope of the marginal likelihood where the true shares begin to differ.
    let excess: f64 = (counts.iter())
        .map(|group| {
            let total: f64 = group.iter().sum();
            let own: f64 =
                (group.iter().zip(&pool)).filter(|(_, p)| **p > 0.0).map(|(n, p)| n * (n - 1.0) / p).sum();
            own - total * (total - 1.0)
        })
        .sum();
    if excess <= 0.0 || counts.len() < 2 {
        return Ok(ShrunkShares { pool, precision: f64::INFINITY, groups: vec![pooled; counts.len()] });
    }
    let objective = |x: &[f64]| {
        let [a] = variables(x);
        let precision = a.exp();
        let gain =
            |base: Jet<1>, n: f64| (base + n).chain(log_gamma(base.v + n)) - base.chain(log_gamma(base.v));
        let mut sum = Jet::constant(0.0);
        for group in counts {
            sum = sum - gain(precision, group.iter().sum());
            for (&n, &p) in group.iter().zip(&pool).filter(|(n, _)| **n > 0.0) {
                sum = sum + gain(precision * p, n);
            }
        }
        down(sum)
    };
    let starts = [0.5, 5.0, 50.0, 500.0].map(|p| vec![libm::log(p)]);
    let best = best_of(objective, &starts, "Dirichlet pool", counts.len() as f64)?;
    let precision = libm::exp(best.at[0]);
    let posterior = |group: &Vec<f64>| {
        let each = group.iter().zip(&pool);
        each.map(|(n, p)| n + precision * p).collect()
    };
    let groups = counts.iter().map(posterior).collect();
    Ok(ShrunkShares { pool, precision, groups })
}

fn variables<const N: usize>(x: &[f64]) -> [Jet<N>; N] {
    core::array::from_fn(|i| Jet::variable(x.get(i).copied().unwrap_or(f64::NAN), i))
}

fn down<const N: usize>(sum: Jet<N>) -> Local {
    Local {
        value: -sum.v,
        gradient: sum.g.iter().map(|g| -g).collect(),
        hessian: (sum.h.iter()).map(|row| row.iter().map(|h| -h).collect()).collect(),
    }
}

fn best_of(
    objective: impl Fn(&[f64]) -> Local,
    starts: &[Vec<f64>],
    family: &'static str,
    size: f64,
) -> Result<Stopped, SurvivalError> {
    let climb = |start: &Vec<f64>| {
        let near = bfgs(&objective, start, 60, 1e-8)?;
        newton(&objective, &near.at, 60)
    };
    let best = (starts.iter().filter_map(climb))
        .min_by(|a, b| a.local.value.total_cmp(&b.local.value))
        .filter(|s| s.local.steepest() < 1e-6 * size.max(1.0));
    best.ok_or_else(|| SurvivalError::NoMaximum {
        family,
        why: "no start came to rest".into(),
        reached: f64::NAN,
        at: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_that_agree_are_pooled() {
        let shrunk = shrink_rates(&[(2.0, 10.0), (4.0, 20.0), (6.0, 30.0)]).unwrap();
        assert_eq!(shrunk.shape, f64::INFINITY);
        for cell in &shrunk.cells {
            assert!((cell.mean() - 0.2).abs() < 1e-15);
            assert!((cell.sd() - 12.0_f64.sqrt() / 60.0).abs() < 1e-15);
        }
    }

    #[test]
    fn cells_that_differ_are_drawn_in_by_their_own_weight() {
        let cells = [(40.0, 100.0), (5.0, 100.0), (1.0, 1.0), (22.0, 100.0)];
        let shrunk = shrink_rates(&cells).unwrap();
        assert!(shrunk.shape.is_finite());
        for (cell, &(d, t)) in shrunk.cells.iter().zip(&cells) {
            // Posterior mean is a weighted mean of the cell's own rate and the pool's.
            let weight = t / (t + shrunk.shape / shrunk.pool);
            let by_hand = weight * d / t + (1.0 - weight) * shrunk.pool;
            assert!((cell.mean() - by_hand).abs() < 1e-14);
        }
        // The cell with one exit in one unit of time moves nearly all the way.
        assert!((shrunk.cells[2].mean() - shrunk.pool).abs() < 0.1);
        // The maximum of the marginal likelihood: higher than anywhere near.
        let at = |m: f64, a: f64| -> f64 {
            let beta = a / m;
            let one = |&(d, t): &(f64, f64)| {
                libm::lgamma(d + a) - libm::lgamma(a) + a * libm::log(beta) - (d + a) * libm::log(t + beta)
            };
            cells.iter().map(one).sum()
        };
        let top = at(shrunk.pool, shrunk.shape);
        for (m, a) in [(1.01, 1.0), (0.99, 1.0), (1.0, 1.01), (1.0, 0.99)] {
            assert!(at(shrunk.pool * m, shrunk.shape * a) < top);
        }
    }

    #[test]
    fn no_exits_leave_half_a_one() {
        let shrunk = shrink_rates(&[(0.0, 10.0), (0.0, 30.0)]).unwrap();
        assert!((shrunk.cells[0].mean() - 0.5 / 40.0).abs() < 1e-16);
        assert!(shrink_rates(&[(1.0, 0.0)]).is_err());
        assert!(shrink_rates(&[(f64::NAN, 1.0)]).is_err());
        assert!(shrink_rates(&[]).is_err());
    }

    #[test]
    fn branching_shrinks_towards_the_pool() {
        let counts = [vec![90.0, 10.0], vec![40.0, 60.0], vec![2.0, 0.0], vec![65.0, 35.0]];
        let shrunk = shrink_shares(&counts).unwrap();
        assert!(shrunk.precision.is_finite());
        let pool = 197.0 / 302.0;
        assert!((shrunk.pool[0] - pool).abs() < 1e-15);
        for (g, group) in counts.iter().enumerate() {
            let n: f64 = group.iter().sum();
            let by_hand = (group[0] + shrunk.precision * pool) / (n + shrunk.precision);
            assert!((shrunk.shares(g)[0] - by_hand).abs() < 1e-14);
        }
        // Two out of two is not believed to be certain.
        assert!(shrunk.shares(2)[0] < 0.95);
        let same = shrink_shares(&[vec![3.0, 7.0], vec![30.0, 70.0]]).unwrap();
        assert_eq!(same.precision, f64::INFINITY);
        assert_eq!(same.shares(0), [0.3, 0.7]);
        assert!(shrink_shares(&[vec![1.0], vec![1.0, 2.0]]).is_err());
        assert!(shrink_shares(&[vec![0.0, 0.0]]).is_err());
    }
}
