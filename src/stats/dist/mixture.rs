//! A weighted choice of other laws.

use super::{Dist, ParamError, error, law::Law, solve};

/// One of several laws, chosen with given weights.
#[derive(Debug, Clone, PartialEq)]
pub struct Mixture {
    parts: Vec<(f64, Dist)>,
    /// Atoms of all parts, ascending and distinct.
    atoms: Vec<(f64, f64)>,
}

const NAME: &str = "mixture";
const MAX_PARTS: usize = 64;
const MAX_DEPTH: usize = 3;

impl Dist {
    /// A draw from `laws[i]` with probability `weights[i]` (at most 64 laws, mixtures nested at most
    /// three deep).
    ///
    /// # Errors
    /// When the lists differ in length, the weights do not sum to 1, or every law is constant 0.
    pub fn mixture(weights: &[f64], laws: Vec<Dist>) -> Result<Dist, ParamError> {
        error::length(NAME, "weights", weights.len(), 1, MAX_PARTS)?;
        error::length(NAME, "laws", laws.len(), weights.len(), weights.len())?;
        let weights = error::probabilities(NAME, "weights", weights)?;
        let parts: Vec<(f64, Dist)> = weights.into_iter().zip(laws).filter(|part| part.0 > 0.0).collect();
        let d = Mixture::of(parts);
        if d.depth() > MAX_DEPTH {
            let expected = "mixtures nested at most 3 deep";
            let found = d.depth() as f64;
            return Err(ParamError::Range { law: NAME, parameter: "depth", found, expected });
        }
        error::moments(NAME, d.mean(), d.variance())?;
        Ok(Dist::Mixture(d))
    }
}

impl Mixture {
    fn of(parts: Vec<(f64, Dist)>) -> Mixture {
        let mut atoms: Vec<(f64, f64)> =
            parts.iter().flat_map(|(w, d)| d.atoms().into_iter().map(move |(x, p)| (x, w * p))).collect();
        atoms.sort_by(|a, b| a.0.total_cmp(&b.0));
        atoms.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 += next.1;
            }
            same
        });
        Mixture { parts, atoms }
    }

    fn sum(&self, f: impl Fn(&Dist) -> f64) -> f64 {
        self.parts.iter().map(|(w, d)| w * f(d)).sum()
    }

    /// Least and greatest over the parts.
    fn range(&self, f: impl Fn(&Dist) -> f64) -> (f64, f64) {
        let mut bracket = (f64::INFINITY, 0.0_f64);
        for (_, d) in &self.parts {
            let x = f(d);
            bracket = (bracket.0.min(x), bracket.1.max(x));
        }
        bracket
    }

    /// The atom at which the distribution function passes `u`, if it does so at an atom. `reached`
    /// says whether a probability is at least the one sought.
    fn atom_at(&self, reached: impl Fn(f64, f64) -> bool) -> Option<f64> {
        let i = self.atoms.partition_point(|&(x, _)| !reached(x, 0.0));
        let &(x, mass) = self.atoms.get(i)?;
        (!reached(x, mass)).then_some(x)
    }
}

impl Law for Mixture {
    fn name(&self) -> &'static str {
        NAME
    }
    fn mean(&self) -> f64 {
        self.sum(Dist::mean)
    }
    fn variance(&self) -> f64 {
        let mean = self.mean();
        self.sum(|d| {
            let between = d.mean() - mean;
            d.variance() + between * between
        })
    }
    fn support(&self) -> (f64, f64) {
        (self.range(|d| d.support().0).0, self.range(|d| d.support().1).1)
    }
    fn cdf(&self, x: f64) -> f64 {
        self.sum(|d| d.cdf(x)).min(1.0)
    }
    fn sf(&self, x: f64) -> f64 {
        self.sum(|d| d.sf(x)).min(1.0)
    }
    fn pdf(&self, x: f64) -> f64 {
        self.sum(|d| d.pdf(x))
    }
    fn pdf_slope(&self, x: f64) -> f64 {
        self.sum(|d| d.pdf_slope(x))
    }
    fn quantile(&self, u: f64) -> f64 {
        let (low, high) = self.range(|d| d.quantile(u));
        if low >= high {
            return low;
        }
        if let Some(x) = self.atom_at(|x, less| self.cdf(x) - less >= u) {
            return x;
        }
        let low = low * (1.0 - 1e-12);
        solve::lower(u, (low, high), low + 0.5 * (high - low), |x| (self.cdf(x), self.pdf(x)))
    }
    fn quantile_upper(&self, s: f64) -> f64 {
        if s > 0.5 {
            return Law::quantile(self, 1.0 - s);
        }
        let (low, high) = self.range(|d| d.quantile_upper(s));
        if low >= high {
            return low;
        }
        if let Some(x) = self.atom_at(|x, less| self.sf(x) + less <= s) {
            return x;
        }
        let low = low * (1.0 - 1e-12);
        solve::upper(s, (low, high), low + 0.5 * (high - low), |x| (self.sf(x), self.pdf(x)))
    }
    fn quantile_near(&self, p: f64, upper: bool, guess: f64) -> f64 {
        let atom = if upper {
            self.atom_at(|x, less| self.sf(x) + less <= p)
        } else {
            self.atom_at(|x, less| self.cdf(x) - less >= p)
        };
        if let Some(x) = atom {
            return x;
        }
        solve::near(p, upper, guess, |x| self.tail_and_pdf(x, upper))
    }
    fn tail_and_pdf(&self, x: f64, upper: bool) -> (f64, f64) {
        self.parts.iter().fold((0.0, 0.0), |sum, (w, d)| {
            let (tail, density) = d.tail_and_pdf(x, upper);
            (sum.0 + w * tail, sum.1 + w * density)
        })
    }
    fn partial_mean(&self, x: f64) -> f64 {
        self.sum(|d| d.partial_mean(x))
    }
    fn scaled(&self, factor: f64) -> Dist {
        let parts = self.parts.iter().map(|(w, d)| (*w, d.scaled(factor))).collect();
        Dist::Mixture(Mixture::of(parts))
    }
    fn atoms(&self) -> Vec<(f64, f64)> {
        self.atoms.clone()
    }
    fn smooth(&self) -> bool {
        self.parts.iter().all(|(_, d)| d.smooth())
    }
    fn depth(&self) -> usize {
        1 + self.parts.iter().map(|(_, d)| d.depth()).max().unwrap_or(0)
    }
}
