//! The Erlang law: equal exponential phases one after another.

use super::{Dist, Gamma, ParamError, error, law::Law};

/// Sum of `k` independent exponential phases of equal mean: a gamma law with whole shape.
#[derive(Debug, Clone, PartialEq)]
pub struct Erlang {
    inner: Gamma,
}

impl Dist {
    /// Erlang of `k` phases (1 to 10,000) with this total mean.
    ///
    /// # Errors
    /// When a parameter is out of range.
    pub fn erlang(k: u32, mean: f64) -> Result<Dist, ParamError> {
        let name = "erlang";
        let expected = "between 1 and 10000 phases";
        let phases = error::within(name, "k", f64::from(k), (1.0, 10_000.0), expected)?;
        error::positive(name, "mean", mean)?;
        let inner = Gamma::checked(name, phases, mean / phases)?;
        Ok(Dist::Erlang(Erlang { inner }))
    }
}

impl Law for Erlang {
    fn name(&self) -> &'static str {
        "erlang"
    }
    fn mean(&self) -> f64 {
        self.inner.mean()
    }
    fn variance(&self) -> f64 {
        self.inner.variance()
    }
    fn support(&self) -> (f64, f64) {
        self.inner.support()
    }
    fn cdf(&self, x: f64) -> f64 {
        self.inner.cdf(x)
    }
    fn sf(&self, x: f64) -> f64 {
        self.inner.sf(x)
    }
    fn pdf(&self, x: f64) -> f64 {
        self.inner.pdf(x)
    }
    fn pdf_slope(&self, x: f64) -> f64 {
        self.inner.pdf_slope(x)
    }
    fn quantile(&self, u: f64) -> f64 {
        self.inner.quantile(u)
    }
    fn quantile_upper(&self, s: f64) -> f64 {
        self.inner.quantile_upper(s)
    }
    fn quantile_near(&self, p: f64, upper: bool, guess: f64) -> f64 {
        self.inner.quantile_near(p, upper, guess)
    }
    fn tail_and_pdf(&self, x: f64, upper: bool) -> (f64, f64) {
        self.inner.tail_and_pdf(x, upper)
    }
    fn partial_mean(&self, x: f64) -> f64 {
        self.inner.partial_mean(x)
    }
    fn scaled(&self, factor: f64) -> Dist {
        Dist::Erlang(Erlang { inner: self.inner.times(factor) })
    }
    fn smooth(&self) -> bool {
        true
    }
}
