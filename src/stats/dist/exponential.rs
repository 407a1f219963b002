//! The exponential law: constant hazard.

use libm::{exp, expm1, log, log1p};

use super::{Dist, ParamError, error, law::Law};
use crate::stats::special::gamma_pq;

/// Constant hazard `1 / mean`.
#[derive(Debug, Clone, PartialEq)]
pub struct Exponential {
    mean: f64,
}

impl Dist {
    /// Exponential with this mean.
    ///
    /// # Errors
    /// When the mean is not a finite number above 0.
    pub fn exponential(mean: f64) -> Result<Dist, ParamError> {
        let name = "exponential";
        error::positive(name, "mean", mean)?;
        error::moments(name, mean, mean * mean)?;
        Ok(Dist::Exponential(Exponential { mean }))
    }

    /// Exponential with this rate per unit.
    ///
    /// # Errors
    /// When the rate is not a finite number above 0.
    pub fn exponential_rate(rate: f64) -> Result<Dist, ParamError> {
        error::positive("exponential", "rate", rate)?;
        Dist::exponential(1.0 / rate)
    }
}

impl Law for Exponential {
    fn name(&self) -> &'static str {
        "exponential"
    }
    fn mean(&self) -> f64 {
        self.mean
    }
    fn variance(&self) -> f64 {
        self.mean * self.mean
    }
    fn support(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }
    fn cdf(&self, x: f64) -> f64 {
        -expm1(-x.max(0.0) / self.mean)
    }
    fn sf(&self, x: f64) -> f64 {
        exp(-x.max(0.0) / self.mean)
    }
    fn pdf(&self, x: f64) -> f64 {
        if x < 0.0 { 0.0 } else { exp(-x / self.mean) / self.mean }
    }
    fn pdf_slope(&self, x: f64) -> f64 {
        -self.pdf(x) / self.mean
    }
    fn quantile(&self, u: f64) -> f64 {
        -self.mean * log1p(-u)
    }
    fn quantile_upper(&self, s: f64) -> f64 {
        -self.mean * log(s)
    }
    fn partial_mean(&self, x: f64) -> f64 {
        self.mean * gamma_pq(2.0, x / self.mean).0
    }
    fn scaled(&self, factor: f64) -> Dist {
        Dist::Exponential(Exponential { mean: self.mean * factor })
    }
    fn smooth(&self) -> bool {
        true
    }
}
