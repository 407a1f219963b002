//! The uniform law.

use super::{Dist, ParamError, error, law::Law};

/// Uniform between two ends.
#[derive(Debug, Clone, PartialEq)]
pub struct Uniform {
    low: f64,
    high: f64,
}

impl Dist {
    /// Uniform between `low` (at least 0) and `high` (above `low`).
    ///
    /// # Errors
    /// When an end is out of range.
    pub fn uniform(low: f64, high: f64) -> Result<Dist, ParamError> {
        let law = "uniform";
        error::not_negative(law, "low", low)?;
        if !(high.is_finite() && high > low) {
            let expected = "a finite number above low";
            return Err(ParamError::Range { law, parameter: "high", found: high, expected });
        }
        let d = Uniform { low, high };
        error::moments(law, d.mean(), d.variance())?;
        Ok(Dist::Uniform(d))
    }
}

impl Law for Uniform {
    fn name(&self) -> &'static str {
        "uniform"
    }
    fn mean(&self) -> f64 {
        self.low + 0.5 * (self.high - self.low)
    }
    fn variance(&self) -> f64 {
        let w = self.high - self.low;
        w * w / 12.0
    }
    fn support(&self) -> (f64, f64) {
        (self.low, self.high)
    }
    fn cdf(&self, x: f64) -> f64 {
        ((x - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
    }
    fn sf(&self, x: f64) -> f64 {
        ((self.high - x) / (self.high - self.low)).clamp(0.0, 1.0)
    }
    fn pdf(&self, x: f64) -> f64 {
        if x < self.low || x > self.high { 0.0 } else { 1.0 / (self.high - self.low) }
    }
    fn pdf_slope(&self, _: f64) -> f64 {
        0.0
    }
    fn quantile(&self, u: f64) -> f64 {
        self.low + u * (self.high - self.low)
    }
    fn quantile_upper(&self, s: f64) -> f64 {
        self.high - s * (self.high - self.low)
    }
    fn partial_mean(&self, x: f64) -> f64 {
        if x <= self.low {
            return 0.0;
        }
        let top = x.min(self.high);
        0.5 * (top + self.low) * (top - self.low) / (self.high - self.low)
    }
    fn scaled(&self, factor: f64) -> Dist {
        Dist::Uniform(Uniform { low: self.low * factor, high: self.high * factor })
    }
}
