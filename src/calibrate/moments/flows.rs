//! Means and variances of counts of moves between stages.

use super::matrix::Matrix;
use super::network::{MomentsError, Network};
use super::real::Real;
use super::step::{Stepper, stepped};

/// Mean and variance of a count of moves in a span of time.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct FlowMoments<R> {
    /// Expected moves.
    pub mean: R,
    /// Variance. Above the mean where a case can make the move again within the span.
    pub variance: R,
}

impl<R: Real> Network<R> {
    /// Moments of the number of moves `from` any of these stages `to` any of those (`None` is out
    /// of the network) in `(begin, end]`, for single Poisson arrivals and a known opening caseload:
    /// the factorial moments of one case's moves, added over cases. Families and multipliers of
    /// the streams are not counted in the variance.
    pub fn flow(
        &self,
        from: &[usize],
        to: &[Option<usize>],
        begin: f64,
        end: f64,
    ) -> Result<FlowMoments<R>, MomentsError> {
        if !(begin.is_finite() && end.is_finite() && begin >= 0.0 && end >= begin) {
            return Err(MomentsError::Times);
        }
        let matrix = self.counting(from, to);
        let n = self.phases();
        let wide = |v: Vec<R>| {
            let mut v = v;
            v.resize(2 * n + 2, R::zero());
            v
        };
        let sources = self.arrivals.iter().map(|a| (wide(self.entry_of(&a.to)), &a.rate)).collect();
        let mut stepper = Stepper::new(matrix.clone(), sources);
        // up to `begin` only where cases are matters; what was counted before is then forgotten
        let mut x = vec![R::zero(); 2 * n + 2];
        stepper.walk(0.0, begin, &[], |_, _, taken| x = stepped(&x, &taken))?;
        x = wide(x.into_iter().take(n).collect());
        stepper.walk(begin, end, &[], |_, _, taken| x = stepped(&x, &taken))?;
        let read = |x: &[R]| {
            let at = |i: usize| x.get(i).copied().unwrap_or(R::zero());
            (at(2 * n), at(2 * n + 1))
        };
        let (mut mean, factorial) = read(&x);
        let mut variance = mean + factorial.scale(2.0);
        for o in &self.opening {
            let placed = self.generator.exponential(begin).left(&o.phases);
            let moved = matrix.exponential(end - begin).left(&wide(placed));
            let (m, f) = read(&moved);
            mean = mean + m.scale(o.cases);
            variance = variance + (m + f.scale(2.0) - m * m).scale(o.cases);
        }
        Ok(FlowMoments { mean, variance })
    }

    /// The linear flow of (m, w, c, f): where cases are, how often they have moved by where they
    /// are, expected moves, and expected ordered pairs of moves.
    fn counting(&self, from: &[usize], to: &[Option<usize>]) -> Matrix<R> {
        let n = self.phases();
        let mut a = Matrix::zeros(2 * n + 2, 2 * n + 2);
        for p in 0..n {
            for (q, &g) in self.generator.row(p).iter().enumerate() {
                a.add(p, q, g);
                a.add(n + p, n + q, g);
            }
            let stage = self.stage_of[p];
            if !from.contains(&stage) {
                continue;
            }
            let mut stays = R::one();
            for &(dest, probability) in &self.routes[stage] {
                stays = stays - probability;
                if !to.contains(&Some(dest)) {
                    continue;
                }
                for (q, &enter) in self.entry[dest].iter().enumerate() {
                    let rate = self.ends[p] * probability * enter;
                    a.add(p, n + q, rate);
                    a.add(p, 2 * n, rate);
                    a.add(n + p, 2 * n + 1, rate);
                }
            }
            if to.contains(&None) {
                let rate = self.ends[p] * stays;
                a.add(p, 2 * n, rate);
                a.add(n + p, 2 * n + 1, rate);
            }
        }
        a
    }
}
