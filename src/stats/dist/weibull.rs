//! The Weibull law: hazard a power of time.

use libm::{exp, expm1, log, log1p, pow};

use super::{Dist, ParamError, error, law::Law};
use crate::stats::special::{gamma_pq, ln_gamma};

/// Survival `exp(-(x / scale)^shape)`.
#[derive(Debug, Clone, PartialEq)]
pub struct Weibull {
    shape: f64,
    scale: f64,
}

const NAME: &str = "weibull";

fn check_shape(shape: f64) -> Result<f64, ParamError> {
    error::within(NAME, "shape", shape, (0.05, 1000.0), "between 0.05 and 1000")
}

impl Dist {
    /// Weibull with this shape (0.05 to 1000) and scale.
    ///
    /// # Errors
    /// When a parameter is out of range.
    pub fn weibull(shape: f64, scale: f64) -> Result<Dist, ParamError> {
        check_shape(shape)?;
        error::positive(NAME, "scale", scale)?;
        let d = Weibull { shape, scale };
        error::moments(NAME, d.mean(), d.variance())?;
        Ok(Dist::Weibull(d))
    }

    /// Weibull with this mean and shape.
    ///
    /// # Errors
    /// When a parameter is out of range.
    pub fn weibull_mean_shape(mean: f64, shape: f64) -> Result<Dist, ParamError> {
        error::positive(NAME, "mean", mean)?;
        check_shape(shape)?;
        Dist::weibull(shape, mean / exp(ln_gamma(1.0 + 1.0 / shape)))
    }
}

impl Weibull {
    /// Cumulative hazard.
    fn hazard(&self, x: f64) -> f64 {
        if x <= 0.0 { 0.0 } else { pow(x / self.scale, self.shape) }
    }
}

impl Law for Weibull {
    fn name(&self) -> &'static str {
        NAME
    }
    fn mean(&self) -> f64 {
        self.scale * exp(ln_gamma(1.0 + 1.0 / self.shape))
    }
    fn variance(&self) -> f64 {
        // mean^2 (G(1 + 2/k) / G(1 + 1/k)^2 - 1), the bracket without cancellation.
        let g1 = ln_gamma(1.0 + 1.0 / self.shape);
        let g2 = ln_gamma(1.0 + 2.0 / self.shape);
        let mean = self.mean();
        mean * mean * expm1(g2 - 2.0 * g1)
    }
    fn support(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }
    fn cdf(&self, x: f64) -> f64 {
        -expm1(-self.hazard(x))
    }
    fn sf(&self, x: f64) -> f64 {
        exp(-self.hazard(x))
    }
    fn pdf(&self, x: f64) -> f64 {
        if x < 0.0 {
            return 0.0;
        }
        let t = x / self.scale;
        self.shape / self.scale * pow(t, self.shape - 1.0) * exp(-self.hazard(x))
    }
    fn pdf_slope(&self, x: f64) -> f64 {
        self.pdf(x) * (self.shape - 1.0 - self.shape * self.hazard(x)) / x
    }
    fn quantile(&self, u: f64) -> f64 {
        self.scale * pow(-log1p(-u), 1.0 / self.shape)
    }
    fn quantile_upper(&self, s: f64) -> f64 {
        self.scale * pow(-log(s), 1.0 / self.shape)
    }
    fn partial_mean(&self, x: f64) -> f64 {
        self.mean() * gamma_pq(1.0 + 1.0 / self.shape, self.hazard(x)).0
    }
    fn scaled(&self, factor: f64) -> Dist {
        Dist::Weibull(Weibull { shape: self.shape, scale: self.scale * factor })
    }
    fn smooth(&self) -> bool {
        true
    }
}
