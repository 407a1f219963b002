//! Stays of any law, on a grid of durations.
//!
//! A stage is a chain of cells, one for each step of elapsed time; a case in cell d goes on to
//! d + 1 or ends its stay, with the law's own conditional probability. The whole is a Markov chain
//! in steps, so means and covariances are as exact as the grid: arrivals and moves within a step are
//! put at its middle, an error of second order in the step for smooth laws.

use super::network::MomentsError;

/// Most cells in all stages together.
const MOST_CELLS: usize = 2_000_000;

/// A stage on the grid.
#[derive(Clone, Debug)]
pub struct GridStage {
    /// `P(stay > d * step)` for d = 0, 1, …: falls, starts at 1; after the last value the hazard
    /// of the last step goes on.
    pub survival: Vec<f64>,
    /// (stage, probability) at the end of a stay; what is left leaves the network.
    pub routes: Vec<(usize, f64)>,
}

impl GridStage {
    /// A stage whose stay has this survival function of elapsed time, kept until it falls below 1e-9
    /// or `most` steps.
    pub fn from_survival(
        survival: impl Fn(f64) -> f64,
        step: f64,
        most: usize,
        routes: Vec<(usize, f64)>,
    ) -> GridStage {
        let mut values = vec![1.0];
        let mut last = 1.0f64;
        for d in 1..=most.clamp(1, MOST_CELLS) {
            last = survival(d as f64 * step).clamp(0.0, last);
            values.push(last);
            if last < 1e-9 {
                break;
            }
        }
        GridStage { survival: values, routes }
    }
}

/// Stages with stays of any law and no capacity limits.
#[derive(Clone, Debug)]
pub struct GridNetwork {
    stages: Vec<GridStage>,
    /// For each stage: chance of ending in each cell, for a case that came in the middle of a
    /// step (first cell) or a whole number of steps later.
    ends: Vec<Vec<f64>>,
    offset: Vec<usize>,
    cells: usize,
}

impl GridNetwork {
    /// Checks and prepares the stages.
    pub fn new(stages: Vec<GridStage>) -> Result<GridNetwork, MomentsError> {
        let bad = |stage, what| Err(MomentsError::Stage { stage, what });
        let cells: usize = stages.iter().map(|s| s.survival.len()).sum();
        if cells > MOST_CELLS {
            return Err(MomentsError::TooLarge("cells of the duration grid"));
        }
        let mut ends = Vec::with_capacity(stages.len());
        let mut offset = Vec::with_capacity(stages.len());
        let mut at = 0;
        for (i, s) in stages.iter().enumerate() {
            let falls = s.survival.windows(2).all(|w| w[0] >= w[1] && w[1] >= 0.0);
            if s.survival.len() < 2 || !falls || s.survival.first() != Some(&1.0) {
                return bad(i, "survival must start at 1 and fall, over at least one step");
            }
            let sum: f64 = s.routes.iter().map(|r| r.1).sum();
            if s.routes.iter().any(|r| r.0 >= stages.len() || r.1.is_nan() || r.1 < 0.0) || sum > 1.0 + 1e-9 {
                return bad(i, "routes need stages that exist and probabilities that add to at most 1");
            }
            ends.push(hazards(&s.survival));
            offset.push(at);
            at += s.survival.len();
        }
        Ok(GridNetwork { stages, ends, offset, cells })
    }

    /// Mean cases by step and stage, for `arrivals[step][stage]` new cases in each step and
    /// `opening` cases by (stage, elapsed steps, number). Row k is after k steps.
    pub fn means(&self, arrivals: &[Vec<f64>], opening: &[(usize, usize, f64)]) -> Vec<Vec<f64>> {
        let mut now = vec![0.0; self.cells];
        for &(stage, elapsed, cases) in opening {
            if let (Some(&offset), Some(s)) = (self.offset.get(stage), self.stages.get(stage)) {
                let cell = offset + elapsed.min(s.survival.len() - 1);
                now[cell] += cases;
            }
        }
        let mut out = vec![self.by_stage(&now)];
        for came in arrivals {
            self.step(&mut now, came);
            out.push(self.by_stage(&now));
        }
        out
    }

    /// For a case in each cell: the chance to be in `stage` after `steps` steps, which with the
    /// means by cell gives the covariance of stocks at two times.
    pub fn reach(&self, stage: usize, steps: usize) -> Vec<f64> {
        let mut chance = vec![0.0; self.cells];
        if let (Some(&offset), Some(s)) = (self.offset.get(stage), self.stages.get(stage)) {
            chance[offset..offset + s.survival.len()].fill(1.0);
        }
        for _ in 0..steps {
            let entered = self.on_entry(&chance);
            let mut before = vec![0.0; self.cells];
            for (i, ends) in self.ends.iter().enumerate() {
                let (offset, last) = (self.offset[i], ends.len() - 1);
                let left: f64 = self.stages[i].routes.iter().map(|&(j, p)| p * entered[j]).sum();
                for (d, &end) in ends.iter().enumerate() {
                    before[offset + d] = (1.0 - end) * chance[offset + (d + 1).min(last)] + end * left;
                }
            }
            chance = before;
        }
        chance
    }

    /// The same chance for a case that has just come to each stage in the middle of a step, at the end of it.
    fn on_entry(&self, chance: &[f64]) -> Vec<f64> {
        self.offset.iter().map(|&o| chance.get(o).copied().unwrap_or(0.0)).collect()
    }

    /// Covariance of cases in stage `i` after `early` steps and in `j` after `late` steps, for Poisson
    /// arrivals and an opening drawn as Poisson.
    pub fn covariance(&self, arrivals: &[Vec<f64>], i: usize, early: usize, j: usize, late: usize) -> f64 {
        let mut now = vec![0.0; self.cells];
        arrivals.iter().take(early).for_each(|came| self.step(&mut now, came));
        let reach = self.reach(j, late.saturating_sub(early));
        let (Some(&offset), Some(s)) = (self.offset.get(i), self.stages.get(i)) else { return 0.0 };
        let span = offset..offset + s.survival.len();
        now[span.clone()].iter().zip(&reach[span]).map(|(n, r)| n * r).sum()
    }

    fn step(&self, now: &mut Vec<f64>, came: &[f64]) {
        let mut next = vec![0.0; self.cells];
        let mut entering: Vec<f64> =
            (0..self.stages.len()).map(|i| came.get(i).copied().unwrap_or(0.0)).collect();
        for (i, ends) in self.ends.iter().enumerate() {
            let (offset, last) = (self.offset[i], ends.len() - 1);
            let mut left = 0.0;
            for (d, &end) in ends.iter().enumerate() {
                let here = now[offset + d];
                left += here * end;
                next[offset + (d + 1).min(last)] += here * (1.0 - end);
            }
            for &(j, p) in &self.stages[i].routes {
                entering[j] += left * p;
            }
        }
        // cell 0 holds the stays that began in the step just past
        for (&offset, &cases) in self.offset.iter().zip(&entering) {
            next[offset] += cases;
        }
        *now = next;
    }

    fn by_stage(&self, now: &[f64]) -> Vec<f64> {
        self.offset
            .iter()
            .zip(&self.stages)
            .map(|(&o, s)| now.get(o..o + s.survival.len()).unwrap_or(&[]).iter().sum())
            .collect()
    }
}

/// Chance of ending in the step after cell d. Stays in cell d began evenly within a step, so
/// their survival is the mean of the law's at d and d + 1 steps (the trapezium rule); those that
/// began and ended within one step are counted as ending in the next.
fn hazards(survival: &[f64]) -> Vec<f64> {
    let at = |d: usize| survival.get(d).copied();
    let middle: Vec<f64> = (0..survival.len())
        .map(|d| at(d).unwrap_or(0.0).midpoint(at(d + 1).unwrap_or(at(d).unwrap_or(0.0))))
        .collect();
    // a stay enters cell 0 with certainty, although part of it may have ended: first cell's
    // chance makes the number in cell 1 right
    let mut out = Vec::with_capacity(middle.len());
    let mut alive = 1.0;
    for d in 0..middle.len() {
        let next = middle.get(d + 1).copied();
        let end = match next {
            Some(next) if alive > 0.0 => (1.0 - next / alive).clamp(0.0, 1.0),
            _ => out.last().copied().unwrap_or(1.0),
        };
        alive *= 1.0 - end;
        out.push(end);
    }
    if survival.last().is_some_and(|&s| s < 1e-9)
        && let Some(last) = out.last_mut()
    {
        *last = 1.0;
    }
    out
}
