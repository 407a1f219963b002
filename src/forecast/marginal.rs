//! The distribution of one future month.

use crate::stats::series::conformal::Shape;

/// A predicted month: centre and standard deviation before calibration.
#[derive(Clone, Copy, Debug)]
pub struct Marginal {
    /// The point forecast.
    pub mean: f64,
    /// Predicted standard deviation.
    pub sd: f64,
    /// Values below zero cannot happen.
    pub non_negative: bool,
}

impl Marginal {
    /// Whether the cube-root scale is used: where zero is within reach, the distribution leans to
    /// the right as a gamma does (Wilson & Hilferty 1931); elsewhere it is symmetric.
    fn leans(&self) -> bool {
        self.non_negative && self.mean > 0.0 && self.sd > 0.0 && self.sd < 3.0 * self.mean
    }

    /// The value at `z` calibrated standard deviations.
    #[must_use]
    pub fn value(&self, z: f64) -> f64 {
        if !self.leans() {
            let value = self.mean + self.sd * z;
            return if self.non_negative { value.max(0.0) } else { value };
        }
        let (centre, width) = self.cube();
        let root = (centre + width * z).max(0.0);
        self.mean * root * root * root
    }

    /// The calibrated standard deviations that give a value: the inverse of [`Self::value`].
    #[must_use]
    pub fn score(&self, value: f64) -> f64 {
        if !self.leans() {
            return if self.sd > 0.0 { (value - self.mean) / self.sd } else { 0.0 };
        }
        let (centre, width) = self.cube();
        (libm::cbrt((value / self.mean).max(0.0)) - centre) / width
    }

    /// Centre and width on the cube-root scale, relative to the mean. The centre is placed so that
    /// z = 0 gives the point forecast itself.
    fn cube(&self) -> (f64, f64) {
        (1.0, self.sd / (3.0 * self.mean))
    }

    /// Part of the way from this month to `other`: of the centre and of the spread alike.
    #[must_use]
    pub fn towards(&self, other: &Self, share: f64) -> Self {
        Self {
            mean: (1.0 - share) * self.mean + share * other.mean,
            sd: (1.0 - share) * self.sd + share * other.sd,
            non_negative: self.non_negative,
        }
    }

    /// The value at a standard normal quantile after calibration.
    #[must_use]
    pub fn quantile(&self, z: f64, ahead: usize, shape: &Shape, scale: f64) -> f64 {
        self.value(shape.stretch(z, ahead, scale))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn score_inverts_value() {
        for (mean, sd, non_negative) in [(50.0, 8.0, true), (50.0, 8.0, false), (3.0, 2.0, true)] {
            let m = Marginal { mean, sd, non_negative };
            for z in [-1.5, -0.3, 0.0, 0.7, 2.2] {
                assert!((m.score(m.value(z)) - z).abs() < 1e-9);
            }
            assert_eq!(m.value(0.0), mean);
        }
        let small = Marginal { mean: 2.0, sd: 2.0, non_negative: true };
        assert!(small.value(-5.0) >= 0.0);
    }
}
