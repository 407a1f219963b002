//! Scenarios that act on a forecast: a surge, a source that refers more, a different conversion.

use super::month::Month;
use super::paths::Paths;
use super::run::Outcome;
use serde::{Deserialize, Serialize};

/// A change to future months.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// What it is called.
    pub name: String,
    /// Its first month.
    pub from: Month,
    /// Its last month.
    pub to: Month,
    /// What the months are multiplied by (1 for no change): 1.2 for a surge of a fifth; for a
    /// conversion that rises from 40 % to 50 %, 1.25.
    pub factor: f64,
    /// What is then added to each month.
    pub add: f64,
    /// Only the series of this source; all if none.
    #[serde(default)]
    pub source: Option<String>,
}

/// The change could not be applied.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChangeError {
    /// A factor below zero or not a number, or an addition that is not a number.
    #[error("\"{0}\": the factor must be zero or more and the addition a number")]
    Size(String),
    /// It ends before it starts.
    #[error("\"{0}\" ends before it starts")]
    Order(String),
}

impl Change {
    /// Applies the change to point forecasts, intervals and paths alike, so that a path under the
    /// change is the same path with the change: common random numbers across scenarios. Whole
    /// numbers stay whole.
    ///
    /// # Errors
    /// A change whose sizes or months make no sense.
    pub fn apply(&self, outcome: &mut Outcome) -> Result<(), ChangeError> {
        let sound = self.factor >= 0.0 && self.factor.is_finite() && self.add.is_finite();
        if !sound {
            return Err(ChangeError::Size(self.name.clone()));
        }
        if self.to < self.from {
            return Err(ChangeError::Order(self.name.clone()));
        }
        if self.source.is_some() && self.source != outcome.series.source {
            return Ok(());
        }
        let counts = outcome.series.is_counts();
        let change = |v: f64| (v * self.factor + self.add).max(0.0);
        for (h, step) in outcome.steps.iter_mut().enumerate() {
            if step.month < self.from || step.month > self.to {
                continue;
            }
            step.forecast = change(step.forecast);
            for band in &mut step.intervals {
                (band.low, band.high) = (change(band.low), change(band.high));
                if counts {
                    (band.low, band.high) = (band.low.floor(), band.high.ceil());
                }
            }
            shift(&mut outcome.paths, h, change, counts);
        }
        Ok(())
    }
}

/// Changes one month of every path; fractions of whole numbers are handed from path to path, so
/// the mean over paths is right to one part in their number.
fn shift(paths: &mut Paths, ahead: usize, change: impl Fn(f64) -> f64, counts: bool) {
    let horizon = paths.horizon.max(1);
    let mut owed = 0.0;
    for slot in paths.values.iter_mut().skip(ahead).step_by(horizon) {
        let value = change(*slot);
        *slot = if counts {
            let whole = (value + owed).round().max(0.0);
            owed += value - whole;
            whole
        } else {
            value
        };
    }
}
