//! An open network of stages with phase-type stays and no capacity limits.

use super::matrix::Matrix;
use super::rate::Rate;
use super::real::Real;
use thiserror::Error;

/// The most phases a network may have: the work grows with their cube.
pub const MOST_PHASES: usize = 400;

/// Why moments cannot be computed.
#[derive(Clone, PartialEq, Debug, Error)]
pub enum MomentsError {
    /// A stage, phase or route that does not exist, or probabilities that make no sense.
    #[error("stage {stage}: {what}")]
    Stage {
        /// Index of the stage.
        stage: usize,
        /// What is wrong with it.
        what: &'static str,
    },
    /// Times fall, or are not finite.
    #[error("times must be finite, not negative, and rise")]
    Times,
    /// Too much work.
    #[error("too large: {0}")]
    TooLarge(&'static str),
    /// A vector of the wrong length.
    #[error("{0} has the wrong length")]
    Length(&'static str),
}

/// A stage: its phases and where cases go at the end.
#[derive(Clone, Debug)]
pub struct Stage<R> {
    /// Probability of starting in each phase.
    pub start: Vec<R>,
    /// For each phase: (rate, next phase); `None` ends the stay.
    pub phases: Vec<(R, Option<usize>)>,
    /// (stage, probability) at the end of a stay; what is left leaves the network.
    pub routes: Vec<(usize, R)>,
}

impl<R: Real> Stage<R> {
    /// A stay with `k` equal exponential phases and this mean.
    pub fn erlang(k: usize, mean: R, routes: Vec<(usize, R)>) -> Self {
        let k = k.clamp(1, MOST_PHASES);
        let rate = R::of(k as f64) / mean;
        let phases = (0..k).map(|i| (rate, (i + 1 < k).then_some(i + 1))).collect();
        let start = (0..k).map(|i| R::of(f64::from(u8::from(i == 0)))).collect();
        Stage { start, phases, routes }
    }
    /// A stay that is exponential with one of these (share, mean).
    pub fn hyperexponential(parts: &[(R, R)], routes: Vec<(usize, R)>) -> Self {
        let start = parts.iter().map(|p| p.0).collect();
        let phases = parts.iter().map(|p| (R::one() / p.1, None)).collect();
        Stage { start, phases, routes }
    }
}

/// Cases that arrive as a Poisson process whose rate may change.
#[derive(Clone, Debug)]
pub struct Arrivals<R> {
    /// (stage, probability).
    pub to: Vec<(usize, R)>,
    /// Cases per unit of time.
    pub rate: Rate<R>,
    /// E[B(B-1)]/E[B] for families of B; 0 for single arrivals.
    pub family: f64,
    /// Whether siblings move as one (all luck shared) or each for itself.
    pub together: bool,
    /// Relative standard deviation of a multiplier of mean 1 drawn anew in each block.
    pub varies: f64,
    /// Length of those blocks, counted from time 0.
    pub block: f64,
}

impl<R: Real> Arrivals<R> {
    /// Single arrivals into one stage, without extra variation.
    pub fn single(stage: usize, rate: Rate<R>) -> Self {
        Arrivals { to: vec![(stage, R::one())], rate, family: 0.0, together: false, varies: 0.0, block: 1.0 }
    }
}

/// Cases here at time 0, alike and independent: each is in phase p with probability `phases[p]`
/// (indices over the whole network, see [`Network::opening`]).
#[derive(Clone, Debug)]
pub struct Opening<R> {
    /// How many.
    pub cases: f64,
    /// Probability of each phase.
    pub phases: Vec<R>,
}

/// A network: generator over phases, and what flows in.
#[derive(Clone, Debug)]
pub struct Network<R> {
    pub(super) generator: Matrix<R>,
    pub(super) stage_of: Vec<usize>,
    pub(super) stages: usize,
    /// Rate of ending the stay, by phase.
    pub(super) ends: Vec<R>,
    pub(super) routes: Vec<Vec<(usize, R)>>,
    pub(super) entry: Vec<Vec<R>>,
    pub(super) sub: Vec<Matrix<R>>,
    pub(super) offset: Vec<usize>,
    /// Streams of arrivals.
    pub arrivals: Vec<Arrivals<R>>,
    /// Cases at time 0.
    pub opening: Vec<Opening<R>>,
}

impl<R: Real> Network<R> {
    /// Checks the stages and puts them together.
    pub fn new(stages: &[Stage<R>]) -> Result<Self, MomentsError> {
        let total: usize = stages.iter().map(|s| s.phases.len()).sum();
        if total > MOST_PHASES {
            return Err(MomentsError::TooLarge("phases"));
        }
        stages.iter().enumerate().try_for_each(|(i, s)| check(i, s, stages.len()))?;
        let mut offset = Vec::with_capacity(stages.len());
        let mut stage_of = Vec::with_capacity(total);
        for (i, s) in stages.iter().enumerate() {
            offset.push(stage_of.len());
            stage_of.extend(s.phases.iter().map(|_| i));
        }
        let entry: Vec<Vec<R>> = stages
            .iter()
            .zip(&offset)
            .map(|(s, &o)| {
                let mut v = vec![R::zero(); total];
                v.iter_mut().skip(o).zip(&s.start).for_each(|(v, &p)| *v = p);
                v
            })
            .collect();
        let mut generator = Matrix::zeros(total, total);
        let mut ends = vec![R::zero(); total];
        let mut sub = Vec::with_capacity(stages.len());
        for (s, &o) in stages.iter().zip(&offset) {
            let mut inner = Matrix::zeros(s.phases.len(), s.phases.len());
            for (p, &(rate, next)) in s.phases.iter().enumerate() {
                inner.add(p, p, -rate);
                generator.add(o + p, o + p, -rate);
                match next {
                    Some(q) => {
                        inner.add(p, q, rate);
                        generator.add(o + p, o + q, rate);
                    }
                    None => {
                        if let Some(end) = ends.get_mut(o + p) {
                            *end = rate;
                        }
                        for &(to, probability) in &s.routes {
                            let enter = entry.get(to).map(Vec::as_slice).unwrap_or(&[]);
                            for (q, &a) in enter.iter().enumerate() {
                                generator.add(o + p, q, rate * probability * a);
                            }
                        }
                    }
                }
            }
            sub.push(inner);
        }
        let routes = stages.iter().map(|s| s.routes.clone()).collect();
        Ok(Network {
            generator,
            stage_of,
            stages: stages.len(),
            ends,
            routes,
            entry,
            sub,
            offset,
            arrivals: Vec::new(),
            opening: Vec::new(),
        })
    }

    /// Number of stages.
    pub fn stages(&self) -> usize {
        self.stages
    }
    /// Number of phases.
    pub fn phases(&self) -> usize {
        self.stage_of.len()
    }
    /// The generator over phases: rates per unit of time; rows sum to minus the rate of leaving.
    pub fn generator(&self) -> &Matrix<R> {
        &self.generator
    }

    /// `cases` in a stage that have been there for `elapsed`: the probability of each phase given
    /// that the stay has lasted so long. `None` if none lasts so long.
    pub fn opening(&self, stage: usize, cases: f64, elapsed: f64) -> Option<Opening<R>> {
        let (sub, &offset) = (self.sub.get(stage)?, self.offset.get(stage)?);
        let start = self.entry.get(stage)?.get(offset..offset + sub.rows())?;
        let now = sub.exponential(elapsed).left(start);
        let left = now.iter().fold(R::zero(), |sum, &p| sum + p);
        if left.value().is_nan() || left.value() <= 0.0 {
            return None;
        }
        let mut phases = vec![R::zero(); self.phases()];
        phases.iter_mut().skip(offset).zip(now).for_each(|(slot, p)| *slot = p / left);
        Some(Opening { cases, phases })
    }

    /// Where a stream's cases start, over phases.
    pub(super) fn entry_of(&self, to: &[(usize, R)]) -> Vec<R> {
        let mut sum = vec![R::zero(); self.phases()];
        for &(stage, p) in to {
            let entry = self.entry.get(stage).map(Vec::as_slice).unwrap_or(&[]);
            sum.iter_mut().zip(entry).for_each(|(s, &a)| *s = *s + p * a);
        }
        sum
    }
}

fn check<R: Real>(stage: usize, s: &Stage<R>, stages: usize) -> Result<(), MomentsError> {
    let bad = |what| Err(MomentsError::Stage { stage, what });
    let sum: f64 = s.start.iter().map(|p| p.value()).sum();
    if s.start.len() != s.phases.len() || (sum - 1.0).abs() > 1e-9 || s.start.iter().any(|p| p.value() < 0.0)
    {
        return bad("the chances of the first phase must be as many as phases and add to 1");
    }
    if s.phases.iter().any(|&(rate, next)| {
        !(rate.value() > 0.0 && rate.value().is_finite()) || next.is_some_and(|q| q >= s.phases.len())
    }) {
        return bad("a phase needs a positive rate and a next phase that exists");
    }
    let sum: f64 = s.routes.iter().map(|r| r.1.value()).sum();
    if s.routes.iter().any(|r| r.0 >= stages || r.1.value().is_nan() || r.1.value() < 0.0) || sum > 1.0 + 1e-9
    {
        return bad("routes need stages that exist and probabilities that add to at most 1");
    }
    Ok(())
}
