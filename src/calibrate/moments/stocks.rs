//! Means and covariances of the cases in each stage at several times.

use super::matrix::Matrix;
use super::network::{Arrivals, MomentsError, Network};
use super::real::Real;
use super::step::{Stepper, Taken, stepped};

/// Most (time, stage) pairs.
const MOST_CELLS: usize = 5_000;

/// Means and covariances of cases by time and stage; time-major: entry `t * stages + i`.
#[derive(Clone, Debug)]
pub struct Stocks<R> {
    /// Times, as asked.
    pub times: Vec<f64>,
    /// Number of stages.
    pub stages: usize,
    /// Mean of each.
    pub mean: Vec<R>,
    /// Covariance of each pair.
    pub covariance: Matrix<R>,
}

/// All that is followed through time, over phases.
#[derive(Clone)]
struct State<R> {
    /// Poisson mean.
    mean: Vec<R>,
    /// Part of that mean whose siblings move as one, times their E[B(B-1)]/E[B].
    twin: Vec<R>,
    /// `sum of family * integral of λ v v'` for siblings who move each for itself.
    pairs: Option<Matrix<R>>,
    /// (variance of the multiplier, integral of λ v over its block).
    blocks: Vec<(f64, Vec<R>)>,
    /// Probability of each phase for each opening group.
    opening: Vec<Vec<R>>,
}

impl<R: Real> Network<R> {
    /// Exact means and covariances at rising times (Massey & Whitt 1993): Poisson arrivals make
    /// stocks at one time independent Poisson with `Cov(N_i(s), N_j(t)) = sum over phases p of i
    /// and q of j of m_p(s) exp(G (t - s))_pq`; families, multipliers and a known opening caseload
    /// add or take away what [`Arrivals`] and [`super::network::Opening`] say.
    pub fn stocks(&self, times: &[f64]) -> Result<Stocks<R>, MomentsError> {
        let rising = times.windows(2).all(|w| w[0] < w[1]);
        if !rising || times.iter().any(|t| !t.is_finite() || *t < 0.0) {
            return Err(MomentsError::Times);
        }
        if times.len().saturating_mul(self.stages) > MOST_CELLS {
            return Err(MomentsError::TooLarge("times x stages"));
        }
        if self.opening.iter().any(|o| o.phases.len() != self.phases()) {
            return Err(MomentsError::Length("opening"));
        }
        let states = self.follow(times)?;
        let mean = states.iter().flat_map(|s| self.by_stage(&self.mean_of(s))).collect();
        let covariance = self.covariance(times, &states);
        Ok(Stocks { times: times.to_vec(), stages: self.stages, mean, covariance })
    }

    /// Means alone: by time, then stage.
    pub fn means(&self, times: &[f64]) -> Result<Vec<Vec<R>>, MomentsError> {
        let states = self.follow(times)?;
        Ok(states.iter().map(|s| self.by_stage(&self.mean_of(s))).collect())
    }

    fn follow(&self, times: &[f64]) -> Result<Vec<State<R>>, MomentsError> {
        let sources = self.arrivals.iter().map(|a| (self.entry_of(&a.to), &a.rate)).collect();
        let mut stepper = Stepper::new(self.generator.clone(), sources);
        let n = self.phases();
        let paired = self.arrivals.iter().any(|a| a.family > 0.0 && !a.together);
        let mut state = State {
            mean: vec![R::zero(); n],
            twin: vec![R::zero(); n],
            pairs: paired.then(|| Matrix::zeros(n, n)),
            blocks: Vec::new(),
            opening: self.opening.iter().map(|o| o.phases.clone()).collect(),
        };
        let edges = block_edges(&self.arrivals, times.last().copied().unwrap_or(0.0))?;
        let mut out = Vec::with_capacity(times.len());
        let mut at = 0.0;
        // which block each stream's last step lay in, and where its integral is kept
        let mut current: Vec<Option<(i64, usize)>> = vec![None; self.arrivals.len()];
        for &time in times {
            stepper.walk(at, time, &edges, |begin, h, taken| {
                self.advance(&mut state, begin + 0.5 * h, &taken, &mut current);
            })?;
            at = time;
            out.push(state.clone());
        }
        Ok(out)
    }

    fn advance(
        &self,
        state: &mut State<R>,
        middle: f64,
        taken: &Taken<'_, R>,
        current: &mut [Option<(i64, usize)>],
    ) {
        let over = taken.over;
        state.mean = stepped(&state.mean, taken);
        state.opening.iter_mut().for_each(|p| *p = over.left(p));
        state.twin = over.left(&state.twin);
        state.blocks.iter_mut().for_each(|b| b.1 = over.left(&b.1));
        if let Some(pairs) = &mut state.pairs {
            *pairs = over.transposed().times(pairs).times(over);
        }
        for ((a, came), slot) in self.arrivals.iter().zip(&taken.came).zip(current) {
            if a.family > 0.0 {
                for (cases, place) in came {
                    let cases = cases.scale(a.family);
                    if a.together {
                        state.twin.iter_mut().zip(*place).for_each(|(x, &v)| *x = *x + cases * v);
                    } else if let Some(pairs) = &mut state.pairs {
                        add_outer(pairs, cases, place, place);
                    }
                }
            }
            if a.varies > 0.0 {
                let block = (middle / a.block).floor() as i64;
                let at = match *slot {
                    Some((b, at)) if b == block => at,
                    _ => {
                        state.blocks.push((a.varies * a.varies, vec![R::zero(); self.phases()]));
                        state.blocks.len() - 1
                    }
                };
                *slot = Some((block, at));
                for (cases, place) in came {
                    if let Some(b) = state.blocks.get_mut(at) {
                        b.1.iter_mut().zip(*place).for_each(|(x, &v)| *x = *x + *cases * v);
                    }
                }
            }
        }
    }

    fn mean_of(&self, state: &State<R>) -> Vec<R> {
        let mut mean = state.mean.clone();
        for (p, o) in state.opening.iter().zip(&self.opening) {
            mean.iter_mut().zip(p).for_each(|(m, &p)| *m = *m + p.scale(o.cases));
        }
        mean
    }

    fn by_stage(&self, phases: &[R]) -> Vec<R> {
        let mut out = vec![R::zero(); self.stages];
        for (&x, &stage) in phases.iter().zip(&self.stage_of) {
            if let Some(o) = out.get_mut(stage) {
                *o = *o + x;
            }
        }
        out
    }

    fn covariance(&self, times: &[f64], states: &[State<R>]) -> Matrix<R> {
        let (n, s) = (self.phases(), self.stages);
        let mut out = Matrix::zeros(times.len() * s, times.len() * s);
        for (i, early) in states.iter().enumerate() {
            let mut over = Matrix::identity(n);
            for (j, late) in states.iter().enumerate().skip(i) {
                if j > i {
                    over = over.times(&self.generator.exponential(times[j] - times[j - 1]));
                }
                let block = self.pair_covariance(early, late, &over);
                for p in 0..s {
                    for q in 0..s {
                        out.set(i * s + p, j * s + q, block.at(p, q));
                        out.set(j * s + q, i * s + p, block.at(p, q));
                    }
                }
            }
        }
        out
    }

    /// Covariance, stage by stage, of cases at one time and a later one.
    fn pair_covariance(&self, early: &State<R>, late: &State<R>, over: &Matrix<R>) -> Matrix<R> {
        let n = self.phases();
        let mut weight: Vec<R> = early.mean.iter().zip(&early.twin).map(|(&m, &t)| m + t).collect();
        for (p, o) in early.opening.iter().zip(&self.opening) {
            weight.iter_mut().zip(p).for_each(|(w, &p)| *w = *w + p.scale(o.cases));
        }
        let pairs = early.pairs.as_ref().map(|v| v.times(over));
        let mut out = Matrix::zeros(self.stages, self.stages);
        for (p, &weight) in weight.iter().enumerate().take(n) {
            for q in 0..n {
                let mut c = weight * over.at(p, q);
                if let Some(pairs) = &pairs {
                    c = c + pairs.at(p, q);
                }
                out.add(self.stage_of[p], self.stage_of[q], c);
            }
        }
        for ((a, b), o) in early.opening.iter().zip(&late.opening).zip(&self.opening) {
            add_outer(&mut out, R::of(-o.cases), &self.by_stage(a), &self.by_stage(b));
        }
        for ((variance, a), (_, b)) in early.blocks.iter().zip(&late.blocks) {
            add_outer(&mut out, R::of(*variance), &self.by_stage(a), &self.by_stage(b));
        }
        out
    }
}

fn add_outer<R: Real>(m: &mut Matrix<R>, by: R, a: &[R], b: &[R]) {
    for (i, &x) in a.iter().enumerate() {
        for (j, &y) in b.iter().enumerate() {
            m.add(i, j, by * x * y);
        }
    }
}

/// Ends of the blocks of streams that vary, up to `last`.
fn block_edges<R>(arrivals: &[Arrivals<R>], last: f64) -> Result<Vec<f64>, MomentsError> {
    let mut edges = Vec::new();
    for a in arrivals.iter().filter(|a| a.varies > 0.0) {
        let count = last / a.block;
        if !(0.0..100_000.0).contains(&count) {
            return Err(MomentsError::TooLarge("blocks of arrivals that vary"));
        }
        edges.extend((1..=count as u64).map(|k| k as f64 * a.block));
    }
    Ok(edges)
}
