//! The log-normal law.

use libm::{exp, expm1, log, log1p};

use super::{Dist, ParamError, error, law::Law};
use crate::stats::special::{normal_cdf, normal_pdf, normal_quantile, normal_sf};

/// `exp(mu + sigma Z)` with `Z` standard normal.
#[derive(Debug, Clone, PartialEq)]
pub struct LogNormal {
    mu: f64,
    sigma: f64,
}

const NAME: &str = "lognormal";

impl Dist {
    /// Log-normal whose logarithm has mean `mu` and standard deviation `sigma` (0.001 to 6).
    ///
    /// # Errors
    /// When a parameter is out of range or the moments are.
    pub fn lognormal(mu: f64, sigma: f64) -> Result<Dist, ParamError> {
        error::within(NAME, "mu", mu, (-300.0, 300.0), "between -300 and 300")?;
        error::within(NAME, "sigma", sigma, (0.001, 6.0), "between 0.001 and 6")?;
        let d = LogNormal { mu, sigma };
        error::moments(NAME, d.mean(), d.variance())?;
        Ok(Dist::LogNormal(d))
    }

    /// Log-normal with this mean and coefficient of variation.
    ///
    /// # Errors
    /// When a parameter is out of range.
    pub fn lognormal_mean_cv(mean: f64, cv: f64) -> Result<Dist, ParamError> {
        error::positive(NAME, "mean", mean)?;
        error::within(NAME, "cv", cv, (0.002, 1e6), "between 0.002 and 1e6")?;
        let s2 = log1p(cv * cv);
        Dist::lognormal(log(mean) - 0.5 * s2, s2.sqrt())
    }

    /// Log-normal with this mean and standard deviation.
    ///
    /// # Errors
    /// When a parameter is out of range.
    pub fn lognormal_mean_sd(mean: f64, sd: f64) -> Result<Dist, ParamError> {
        error::positive(NAME, "mean", mean)?;
        error::positive(NAME, "sd", sd)?;
        let expected = "between 0.002 and 1e6 times the mean";
        if !(0.002..=1e6).contains(&(sd / mean)) {
            return Err(ParamError::Range { law: NAME, parameter: "sd", found: sd, expected });
        }
        Dist::lognormal_mean_cv(mean, sd / mean)
    }

    /// Log-normal with this median and standard deviation of the logarithm.
    ///
    /// # Errors
    /// When a parameter is out of range.
    pub fn lognormal_median_sigma(median: f64, sigma: f64) -> Result<Dist, ParamError> {
        error::positive(NAME, "median", median)?;
        Dist::lognormal(log(median), sigma)
    }
}

impl LogNormal {
    fn z(&self, x: f64) -> f64 {
        (log(x) - self.mu) / self.sigma
    }
}

impl Law for LogNormal {
    fn name(&self) -> &'static str {
        NAME
    }
    fn mean(&self) -> f64 {
        exp(self.mu + 0.5 * self.sigma * self.sigma)
    }
    fn variance(&self) -> f64 {
        let s2 = self.sigma * self.sigma;
        exp(2.0 * self.mu + s2) * expm1(s2)
    }
    fn support(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }
    fn cdf(&self, x: f64) -> f64 {
        if x <= 0.0 { 0.0 } else { normal_cdf(self.z(x)) }
    }
    fn sf(&self, x: f64) -> f64 {
        if x <= 0.0 { 1.0 } else { normal_sf(self.z(x)) }
    }
    fn pdf(&self, x: f64) -> f64 {
        if x <= 0.0 { 0.0 } else { normal_pdf(self.z(x)) / (self.sigma * x) }
    }
    fn pdf_slope(&self, x: f64) -> f64 {
        if x <= 0.0 { 0.0 } else { -self.pdf(x) * (1.0 + self.z(x) / self.sigma) / x }
    }
    fn quantile(&self, u: f64) -> f64 {
        exp(self.mu + self.sigma * normal_quantile(u))
    }
    fn quantile_upper(&self, s: f64) -> f64 {
        exp(self.mu - self.sigma * normal_quantile(s))
    }
    fn partial_mean(&self, x: f64) -> f64 {
        if x <= 0.0 { 0.0 } else { self.mean() * normal_cdf(self.z(x) - self.sigma) }
    }
    fn scaled(&self, factor: f64) -> Dist {
        Dist::LogNormal(LogNormal { mu: self.mu + log(factor), sigma: self.sigma })
    }
    fn smooth(&self) -> bool {
        true
    }
}
