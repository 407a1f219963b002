//! The triangular law, for expert judgement of least, likeliest and most.

use super::{Dist, ParamError, error, law::Law};

/// Triangular between `low` and `high` with its peak at `mode`.
#[derive(Debug, Clone, PartialEq)]
pub struct Triangular {
    low: f64,
    mode: f64,
    high: f64,
}

impl Dist {
    /// Triangular with `0 <= low <= mode <= high` and `low < high`.
    ///
    /// # Errors
    /// When they are out of order or not finite.
    pub fn triangular(low: f64, mode: f64, high: f64) -> Result<Dist, ParamError> {
        let law = "triangular";
        error::not_negative(law, "low", low)?;
        if !(high.is_finite() && high > low) {
            let expected = "a finite number above low";
            return Err(ParamError::Range { law, parameter: "high", found: high, expected });
        }
        error::within(law, "mode", mode, (low, high), "between low and high")?;
        let d = Triangular { low, mode, high };
        error::moments(law, d.mean(), d.variance())?;
        Ok(Dist::Triangular(d))
    }
}

impl Triangular {
    /// Probability of at most the mode.
    fn split(&self) -> f64 {
        (self.mode - self.low) / (self.high - self.low)
    }

    /// `(low, mode, high)`.
    pub(super) fn corners(&self) -> (f64, f64, f64) {
        (self.low, self.mode, self.high)
    }
}

impl Law for Triangular {
    fn name(&self) -> &'static str {
        "triangular"
    }
    fn mean(&self) -> f64 {
        (self.low + self.mode + self.high) / 3.0
    }
    fn variance(&self) -> f64 {
        let (a, b, w) = (self.mode - self.low, self.high - self.mode, self.high - self.low);
        (a * a + b * b + w * w) / 36.0
    }
    fn support(&self) -> (f64, f64) {
        (self.low, self.high)
    }
    fn cdf(&self, x: f64) -> f64 {
        if x <= self.low {
            0.0
        } else if x < self.mode {
            let t = (x - self.low) / (self.mode - self.low);
            self.split() * t * t
        } else if x < self.high {
            // 1 - t^2 with t = (high - x) / (high - mode), without cancellation.
            let t = (x - self.mode) / (self.high - self.mode);
            self.split() + (1.0 - self.split()) * t * (2.0 - t)
        } else {
            1.0
        }
    }
    fn sf(&self, x: f64) -> f64 {
        if x >= self.high {
            0.0
        } else if x > self.mode {
            let t = (self.high - x) / (self.high - self.mode);
            (1.0 - self.split()) * t * t
        } else if x > self.low {
            let t = (self.mode - x) / (self.mode - self.low);
            1.0 - self.split() + self.split() * t * (2.0 - t)
        } else {
            1.0
        }
    }
    fn pdf(&self, x: f64) -> f64 {
        let w = self.high - self.low;
        if x < self.low || x > self.high {
            0.0
        } else if x < self.mode {
            2.0 * (x - self.low) / (w * (self.mode - self.low))
        } else if x > self.mode {
            2.0 * (self.high - x) / (w * (self.high - self.mode))
        } else {
            2.0 / w
        }
    }
    fn pdf_slope(&self, x: f64) -> f64 {
        let w = self.high - self.low;
        if x < self.low || x > self.high {
            0.0
        } else if x < self.mode {
            2.0 / (w * (self.mode - self.low))
        } else {
            -2.0 / (w * (self.high - self.mode))
        }
    }
    fn quantile(&self, u: f64) -> f64 {
        let split = self.split();
        if u < split {
            return self.low + (self.mode - self.low) * (u / split).sqrt();
        }
        // 1 - sqrt(1 - v) without cancellation.
        let v = (u - split) / (1.0 - split);
        self.mode + (self.high - self.mode) * v / (1.0 + (1.0 - v).max(0.0).sqrt())
    }
    fn quantile_upper(&self, s: f64) -> f64 {
        let above = 1.0 - self.split();
        if s < above {
            return self.high - (self.high - self.mode) * (s / above).sqrt();
        }
        let v = (s - above) / self.split();
        self.mode - (self.mode - self.low) * v / (1.0 + (1.0 - v).max(0.0).sqrt())
    }
    fn partial_mean(&self, x: f64) -> f64 {
        let w = self.high - self.low;
        if x <= self.low {
            0.0
        } else if x < self.mode {
            let t = x - self.low;
            t * t * (self.low + t / 1.5) / (w * (self.mode - self.low))
        } else if x < self.high {
            let t = self.high - x;
            self.mean() - t * t * (self.high - t / 1.5) / (w * (self.high - self.mode))
        } else {
            self.mean()
        }
    }
    fn scaled(&self, factor: f64) -> Dist {
        Dist::Triangular(Triangular {
            low: self.low * factor,
            mode: self.mode * factor,
            high: self.high * factor,
        })
    }
}
