//! The hyperexponential law: one exponential out of several.

use libm::{exp, expm1};

use super::{Dist, ParamError, error, law::Law, solve};
use crate::stats::special::gamma_pq;

/// An exponential whose mean is chosen with given probabilities; more variable than exponential.
#[derive(Debug, Clone, PartialEq)]
pub struct HyperExponential {
    parts: Vec<(f64, f64)>,
}

const NAME: &str = "hyperexponential";
const MAX_PARTS: usize = 64;

impl Dist {
    /// Exponential of mean `means[i]` with probability `probs[i]` (at most 64 of them).
    ///
    /// # Errors
    /// When the lists differ in length, the probabilities do not sum to 1, or a mean is not a finite
    /// number above 0.
    pub fn hyperexponential(probs: &[f64], means: &[f64]) -> Result<Dist, ParamError> {
        error::length(NAME, "probs", probs.len(), 1, MAX_PARTS)?;
        error::length(NAME, "means", means.len(), probs.len(), probs.len())?;
        let probs = error::probabilities(NAME, "probs", probs)?;
        for (index, &found) in means.iter().enumerate() {
            if !(found.is_finite() && found > 0.0) {
                let expected = "a finite number above 0";
                let parameter = "means";
                return Err(ParamError::Item { law: NAME, parameter, index, found, expected });
            }
            error::moments(NAME, found, found * found)?;
        }
        let parts = probs.into_iter().zip(means.iter().copied()).filter(|p| p.0 > 0.0).collect();
        let d = HyperExponential { parts };
        error::moments(NAME, d.mean(), d.variance())?;
        Ok(Dist::HyperExponential(d))
    }

    /// Two exponentials with balanced means (`p1 m1 = p2 m2`) that give this mean and coefficient
    /// of variation, 1 to 100 (Whitt 1982, Operations Research 30:125).
    ///
    /// # Errors
    /// When a parameter is out of range.
    pub fn hyperexponential_mean_cv(mean: f64, cv: f64) -> Result<Dist, ParamError> {
        error::positive(NAME, "mean", mean)?;
        error::within(NAME, "cv", cv, (1.0, 100.0), "between 1 and 100")?;
        let c2 = cv * cv;
        let p = 0.5 * (1.0 + ((c2 - 1.0) / (c2 + 1.0)).sqrt());
        let q = 1.0 / ((c2 + 1.0) * 2.0) / p; // 1 - p without cancellation: p (1 - p) = 1 / (2 (c2 + 1))
        Dist::hyperexponential(&[p, q], &[mean / (2.0 * p), mean / (2.0 * q)])
    }
}

impl HyperExponential {
    fn sum(&self, f: impl Fn(f64) -> f64) -> f64 {
        self.parts.iter().map(|&(p, m)| p * f(m)).sum()
    }

    /// Least and greatest over the parts.
    fn range(&self, f: impl Fn(f64) -> f64) -> (f64, f64) {
        let mut bracket = (f64::INFINITY, 0.0_f64);
        for &(_, m) in &self.parts {
            let x = f(m);
            bracket = (bracket.0.min(x), bracket.1.max(x));
        }
        // Room for rounding, so that the root is inside.
        (bracket.0 * (1.0 - 1e-12), bracket.1 * (1.0 + 1e-12))
    }
}

impl Law for HyperExponential {
    fn name(&self) -> &'static str {
        NAME
    }
    fn mean(&self) -> f64 {
        self.sum(|m| m)
    }
    fn variance(&self) -> f64 {
        // Within and between parts, both sums of positive terms.
        let mean = self.mean();
        self.sum(|m| m * m + (m - mean) * (m - mean))
    }
    fn support(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }
    fn cdf(&self, x: f64) -> f64 {
        let x = x.max(0.0);
        self.sum(|m| -expm1(-x / m))
    }
    fn sf(&self, x: f64) -> f64 {
        let x = x.max(0.0);
        self.sum(|m| exp(-x / m))
    }
    fn pdf(&self, x: f64) -> f64 {
        if x < 0.0 { 0.0 } else { self.sum(|m| exp(-x / m) / m) }
    }
    fn pdf_slope(&self, x: f64) -> f64 {
        if x < 0.0 { 0.0 } else { -self.sum(|m| exp(-x / m) / (m * m)) }
    }
    fn quantile(&self, u: f64) -> f64 {
        let e = -libm::log1p(-u);
        let (low, high) = self.range(|m| m * e);
        let start = (u / self.pdf(0.0)).max(low);
        solve::lower(u, (low, high), start, |x| (self.cdf(x), self.pdf(x)))
    }
    fn quantile_upper(&self, s: f64) -> f64 {
        let e = -libm::log(s);
        let (low, high) = self.range(|m| m * e);
        solve::upper(s, (low, high), low, |x| (self.sf(x), self.pdf(x)))
    }
    fn quantile_near(&self, p: f64, upper: bool, guess: f64) -> f64 {
        solve::near(p, upper, guess, |x| self.tail_and_pdf(x, upper))
    }
    fn partial_mean(&self, x: f64) -> f64 {
        self.sum(|m| m * gamma_pq(2.0, x / m).0)
    }
    fn scaled(&self, factor: f64) -> Dist {
        let parts = self.parts.iter().map(|&(p, m)| (p, m * factor)).collect();
        Dist::HyperExponential(HyperExponential { parts })
    }
    fn smooth(&self) -> bool {
        true
    }
}
