//! Always the same value.

use super::{Dist, ParamError, error, law::Law};

/// Always the same value, which may be 0.
#[derive(Debug, Clone, PartialEq)]
pub struct Constant {
    value: f64,
}

impl Dist {
    /// Always `value`, which may be 0.
    ///
    /// # Errors
    /// When it is negative, not finite, or above 1e100.
    pub fn constant(value: f64) -> Result<Dist, ParamError> {
        let name = "constant";
        error::not_negative(name, "value", value)?;
        if value > 0.0 {
            error::moments(name, value, 0.0)?;
        }
        Ok(Dist::Constant(Constant { value: value.abs() })) // no negative zero
    }
}

impl Law for Constant {
    fn name(&self) -> &'static str {
        "constant"
    }
    fn mean(&self) -> f64 {
        self.value
    }
    fn variance(&self) -> f64 {
        0.0
    }
    fn support(&self) -> (f64, f64) {
        (self.value, self.value)
    }
    fn cdf(&self, x: f64) -> f64 {
        f64::from(u8::from(x >= self.value))
    }
    fn sf(&self, x: f64) -> f64 {
        f64::from(u8::from(x < self.value))
    }
    fn pdf(&self, _: f64) -> f64 {
        0.0
    }
    fn pdf_slope(&self, _: f64) -> f64 {
        0.0
    }
    fn quantile(&self, _: f64) -> f64 {
        self.value
    }
    fn quantile_upper(&self, _: f64) -> f64 {
        self.value
    }
    fn partial_mean(&self, x: f64) -> f64 {
        if x >= self.value { self.value } else { 0.0 }
    }
    fn scaled(&self, factor: f64) -> Dist {
        Dist::Constant(Constant { value: self.value * factor })
    }
    fn atoms(&self) -> Vec<(f64, f64)> {
        vec![(self.value, 1.0)]
    }
}
