//! The gamma law.

use super::{Dist, ParamError, error, law::Law, solve};
use crate::stats::special::{gamma_pq, gamma_pqd, gamma_start, normal_quantile, poisson_kernel};

/// Gamma with density `x^(shape-1) e^(-x/scale) / (gamma(shape) scale^shape)`.
#[derive(Debug, Clone, PartialEq)]
pub struct Gamma {
    shape: f64,
    scale: f64,
}

/// Shapes accepted: a coefficient of variation between 0.01 and 10.
const SHAPES: (f64, f64) = (0.009_999, 10_001.0);

impl Gamma {
    pub(super) fn checked(name: &'static str, shape: f64, scale: f64) -> Result<Gamma, ParamError> {
        let expected = "between 0.01 and 10000 (a coefficient of variation between 0.01 and 10)";
        error::within(name, "shape", shape, SHAPES, expected)?;
        error::positive(name, "scale", scale)?;
        error::moments(name, shape * scale, shape * scale * scale)?;
        Ok(Gamma { shape, scale })
    }

    /// The same law on another scale.
    pub(super) fn times(&self, factor: f64) -> Gamma {
        Gamma { shape: self.shape, scale: self.scale * factor }
    }
}

impl Dist {
    /// Gamma with this shape (0.01 to 10,000) and scale; the mean is `shape * scale`.
    ///
    /// # Errors
    /// When a parameter is out of range.
    pub fn gamma(shape: f64, scale: f64) -> Result<Dist, ParamError> {
        Gamma::checked("gamma", shape, scale).map(Dist::Gamma)
    }

    /// Gamma with this mean and standard deviation; their ratio lies between 0.01 and 10.
    ///
    /// # Errors
    /// When a parameter is out of range.
    pub fn gamma_mean_sd(mean: f64, sd: f64) -> Result<Dist, ParamError> {
        error::positive("gamma", "mean", mean)?;
        error::positive("gamma", "sd", sd)?;
        let cv = sd / mean;
        let expected = "between 0.01 and 10 times the mean";
        if !(0.01..=10.0).contains(&cv) {
            return Err(ParamError::Range { law: "gamma", parameter: "sd", found: sd, expected });
        }
        Dist::gamma(1.0 / (cv * cv), mean * cv * cv)
    }

    /// Gamma with this mean and shape.
    ///
    /// # Errors
    /// When a parameter is out of range.
    pub fn gamma_mean_shape(mean: f64, shape: f64) -> Result<Dist, ParamError> {
        error::positive("gamma", "mean", mean)?;
        error::positive("gamma", "shape", shape)?;
        Dist::gamma(shape, mean / shape)
    }
}

impl Law for Gamma {
    fn name(&self) -> &'static str {
        "gamma"
    }
    fn mean(&self) -> f64 {
        self.shape * self.scale
    }
    fn variance(&self) -> f64 {
        self.shape * self.scale * self.scale
    }
    fn support(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }
    fn cdf(&self, x: f64) -> f64 {
        gamma_pq(self.shape, x / self.scale).0
    }
    fn sf(&self, x: f64) -> f64 {
        gamma_pq(self.shape, x / self.scale).1
    }
    fn pdf(&self, x: f64) -> f64 {
        if x < 0.0 {
            return 0.0;
        }
        if x == 0.0 {
            return match self.shape.total_cmp(&1.0) {
                std::cmp::Ordering::Less => f64::INFINITY,
                std::cmp::Ordering::Equal => 1.0 / self.scale,
                std::cmp::Ordering::Greater => 0.0,
            };
        }
        poisson_kernel(self.shape, x / self.scale) * self.shape / x
    }
    fn pdf_slope(&self, x: f64) -> f64 {
        self.pdf(x) * ((self.shape - 1.0) / x - 1.0 / self.scale)
    }
    fn quantile(&self, u: f64) -> f64 {
        let a = self.shape;
        let start = gamma_start(a, normal_quantile(u), u);
        let y = solve::lower(u, (0.0, f64::INFINITY), start, |y| {
            let (p, _, density) = gamma_pqd(a, y);
            (p, density)
        });
        y * self.scale
    }
    fn quantile_upper(&self, s: f64) -> f64 {
        let a = self.shape;
        if s > 0.5 {
            return self.quantile(1.0 - s);
        }
        let start = gamma_start(a, -normal_quantile(s), 1.0 - s);
        let y = solve::upper(s, (0.0, f64::INFINITY), start, |y| {
            let (_, q, density) = gamma_pqd(a, y);
            (q, density)
        });
        y * self.scale
    }
    fn quantile_near(&self, p: f64, upper: bool, guess: f64) -> f64 {
        solve::near(p, upper, guess, |x| self.tail_and_pdf(x, upper))
    }
    fn tail_and_pdf(&self, x: f64, upper: bool) -> (f64, f64) {
        let (p, q, density) = gamma_pqd(self.shape, x / self.scale);
        (if upper { q } else { p }, density / self.scale)
    }
    fn partial_mean(&self, x: f64) -> f64 {
        self.mean() * gamma_pq(self.shape + 1.0, x / self.scale).0
    }
    fn scaled(&self, factor: f64) -> Dist {
        Dist::Gamma(self.times(factor))
    }
    fn smooth(&self) -> bool {
        true
    }
}
