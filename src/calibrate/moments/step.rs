//! Stepping a linear flow through time: `x' = x A + sum of sources a λ(t)`.
//!
//! Over a step the homogeneous part is a matrix exponential, the sources are integrated by
//! Gauss-Legendre quadrature with ten points, exact for polynomials of degree 19; steps end at
//! every jump of a rate and are short against the fastest rate, so that both are exact to
//! rounding.

use super::matrix::Matrix;
use super::network::MomentsError;
use super::rate::Rate;
use super::real::Real;

/// Most steps from one time to another.
const MOST_STEPS: usize = 2_000_000;

/// Nodes and weights on [-1, 1], one half; the other is its mirror.
const GAUSS: [(f64, f64); 5] = [
    (0.148_874_338_981_631_2, 0.295_524_224_714_752_87),
    (0.433_395_394_129_247_2, 0.269_266_719_309_996_35),
    (0.679_409_568_299_024_4, 0.219_086_362_515_982_04),
    (0.865_063_366_688_984_5, 0.149_451_349_150_580_6),
    (0.973_906_528_517_171_7, 0.066_671_344_308_688_14),
];

/// Nodes in (0, 1) with weights that add to 1.
fn nodes() -> impl Iterator<Item = (f64, f64)> {
    GAUSS.iter().flat_map(|&(x, w)| [(0.5 - 0.5 * x, 0.5 * w), (0.5 + 0.5 * x, 0.5 * w)])
}

/// What a step of one length needs.
#[derive(Debug)]
struct Prepared<R> {
    length: u64,
    /// `exp(A h)`.
    over: Matrix<R>,
    /// For each source and node: (share of the step passed, weight times h, `a exp(A (h - s))`).
    sources: Vec<Vec<(f64, f64, Vec<R>)>>,
}

/// Steps a flow, remembering the exponentials of steps already taken.
#[derive(Debug)]
pub struct Stepper<'a, R> {
    matrix: Matrix<R>,
    sources: Vec<(Vec<R>, &'a Rate<R>)>,
    longest: f64,
    prepared: Vec<Prepared<R>>,
}

/// One step taken: what propagates, and what came in.
pub struct Taken<'s, R> {
    /// `exp(A h)`.
    pub over: &'s Matrix<R>,
    /// For each source, at each node: (cases that came, where they are at the end of the step).
    pub came: Vec<Vec<(R, &'s [R])>>,
}

impl<'a, R: Real> Stepper<'a, R> {
    /// A flow with this matrix and these sources (entry vector, rate).
    pub fn new(matrix: Matrix<R>, sources: Vec<(Vec<R>, &'a Rate<R>)>) -> Self {
        let fastest = (0..matrix.rows()).map(|i| matrix.at(i, i).value().abs()).fold(1e-300, f64::max);
        let smooth = sources.iter().map(|s| s.1.smooth_over()).fold(f64::INFINITY, f64::min);
        Stepper { longest: (2.0 / fastest).min(smooth), matrix, sources, prepared: Vec::new() }
    }

    /// `exp(A (to - from))`.
    pub fn transition(&self, length: f64) -> Matrix<R> {
        self.matrix.exponential(length)
    }

    /// Takes all steps from one time to another, telling each to `hear`; `edges` are further times at which a
    /// step must end.
    pub fn walk(
        &mut self,
        from: f64,
        to: f64,
        edges: &[f64],
        mut hear: impl FnMut(f64, f64, Taken<'_, R>),
    ) -> Result<(), MomentsError> {
        let mut stops: Vec<f64> = self.sources.iter().flat_map(|s| s.1.jumps(from, to)).collect();
        stops.extend(edges.iter().copied().filter(|&t| t > from && t < to));
        stops.push(to);
        stops.sort_by(f64::total_cmp);
        let mut at = from;
        let mut budget = MOST_STEPS;
        for stop in stops {
            if stop <= at {
                continue;
            }
            let parts = ((stop - at) / self.longest).ceil().max(1.0);
            if parts > budget as f64 {
                return Err(MomentsError::TooLarge(
                    "steps: the times lie too far apart for the fastest rate",
                ));
            }
            budget -= parts as usize;
            let h = (stop - at) / parts;
            let start = at;
            for k in 0..parts as usize {
                let begin = start + h * k as f64;
                let index = self.prepare(h);
                hear(begin, h, self.taken(index, begin, h));
            }
            at = stop;
        }
        Ok(())
    }

    fn taken(&self, index: usize, begin: f64, h: f64) -> Taken<'_, R> {
        let prepared = &self.prepared[index];
        let came = self
            .sources
            .iter()
            .zip(&prepared.sources)
            .map(|((_, rate), nodes)| {
                nodes.iter().map(|(s, w, v)| (rate.at(begin + s * h).scale(*w), v.as_slice())).collect()
            })
            .collect();
        Taken { over: &prepared.over, came }
    }

    fn prepare(&mut self, h: f64) -> usize {
        if let Some(found) = self.prepared.iter().position(|p| p.length == h.to_bits()) {
            return found;
        }
        if self.prepared.len() >= 64 {
            self.prepared.clear();
        }
        let after: Vec<(f64, f64, Matrix<R>)> =
            nodes().map(|(s, w)| (s, w * h, self.matrix.exponential(h * (1.0 - s)))).collect();
        let sources = self
            .sources
            .iter()
            .map(|(entry, _)| after.iter().map(|(s, w, e)| (*s, *w, e.left(entry))).collect())
            .collect();
        let over = self.matrix.exponential(h);
        self.prepared.push(Prepared { length: h.to_bits(), over, sources });
        self.prepared.len() - 1
    }
}

/// `x` after a step.
pub fn stepped<R: Real>(x: &[R], taken: &Taken<'_, R>) -> Vec<R> {
    let mut out = taken.over.left(x);
    for source in &taken.came {
        for (cases, place) in source {
            out.iter_mut().zip(*place).for_each(|(o, &v)| *o = *o + *cases * v);
        }
    }
    out
}
