//! Listed values with probabilities.

use super::{Dist, ParamError, error, law::Law};

/// Values, ascending and distinct, each with its probability.
#[derive(Debug, Clone, PartialEq)]
pub struct Values {
    values: Vec<f64>,
    probs: Vec<f64>,
    /// Probability of at most each value; the last is exactly 1.
    upto: Vec<f64>,
}

const NAME: &str = "values";

impl Dist {
    /// Takes `values[i]` (at least 0) with probability `probs[i]`; the order does not matter and
    /// equal values are joined.
    ///
    /// # Errors
    /// When the lists differ in length, a value is negative or not finite, or the probabilities do
    /// not sum to 1.
    pub fn values(values: &[f64], probs: &[f64]) -> Result<Dist, ParamError> {
        error::length(NAME, "values", values.len(), 1, error::MAX_ENTRIES)?;
        error::length(NAME, "probs", probs.len(), values.len(), values.len())?;
        let probs = error::probabilities(NAME, "probs", probs)?;
        for (index, &found) in values.iter().enumerate() {
            if !(found.is_finite() && found >= 0.0) {
                let (parameter, expected) = ("values", "a finite number of at least 0");
                return Err(ParamError::Item { law: NAME, parameter, index, found, expected });
            }
        }
        let mut pairs: Vec<(f64, f64)> =
            values.iter().map(|v| v + 0.0).zip(probs).filter(|p| p.1 > 0.0).collect();
        pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
        pairs.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 += next.1;
            }
            same
        });
        let (values, probs): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
        let upto = cumulate(&probs);
        let d = Values { values, probs, upto };
        error::moments(NAME, d.mean(), d.variance())?;
        Ok(Dist::Values(d))
    }

    /// Takes each of the observed values equally often.
    ///
    /// # Errors
    /// As [`Dist::values`].
    pub fn observed(values: &[f64]) -> Result<Dist, ParamError> {
        error::length(NAME, "values", values.len(), 1, error::MAX_ENTRIES)?;
        let share = 1.0 / values.len() as f64;
        Dist::values(values, &vec![share; values.len()])
    }
}

/// Running sums, the last set to exactly 1.
pub(super) fn cumulate(probs: &[f64]) -> Vec<f64> {
    let mut sum = 0.0;
    let mut upto: Vec<f64> = probs
        .iter()
        .map(|p| {
            sum += p;
            f64::min(sum, 1.0)
        })
        .collect();
    if let Some(last) = upto.last_mut() {
        *last = 1.0;
    }
    upto
}

impl Values {
    /// Values and the probability of at most each.
    pub(super) fn steps(&self) -> (&[f64], &[f64]) {
        (&self.values, &self.upto)
    }

    fn moment(&self, f: impl Fn(f64) -> f64) -> f64 {
        self.values.iter().zip(&self.probs).map(|(&v, &p)| p * f(v)).sum()
    }
}

impl Law for Values {
    fn name(&self) -> &'static str {
        NAME
    }
    fn mean(&self) -> f64 {
        self.moment(|v| v)
    }
    fn variance(&self) -> f64 {
        let mean = self.mean();
        self.moment(|v| (v - mean) * (v - mean))
    }
    fn support(&self) -> (f64, f64) {
        let first = self.values.first().copied().unwrap_or(0.0);
        (first, self.values.last().copied().unwrap_or(first))
    }
    fn cdf(&self, x: f64) -> f64 {
        match self.values.partition_point(|&v| v <= x).checked_sub(1) {
            Some(i) => self.upto.get(i).copied().unwrap_or(1.0),
            None => 0.0,
        }
    }
    fn sf(&self, x: f64) -> f64 {
        1.0 - self.cdf(x)
    }
    fn pdf(&self, _: f64) -> f64 {
        0.0
    }
    fn pdf_slope(&self, _: f64) -> f64 {
        0.0
    }
    fn quantile(&self, u: f64) -> f64 {
        let i = self.upto.partition_point(|&c| c < u);
        self.values.get(i).copied().unwrap_or(self.support().1)
    }
    fn quantile_upper(&self, s: f64) -> f64 {
        let i = self.upto.partition_point(|&c| 1.0 - c > s);
        self.values.get(i).copied().unwrap_or(self.support().1)
    }
    fn partial_mean(&self, x: f64) -> f64 {
        let below = self.values.iter().zip(&self.probs).take_while(|(v, _)| **v <= x);
        below.map(|(v, p)| v * p).sum()
    }
    fn scaled(&self, factor: f64) -> Dist {
        let values = self.values.iter().map(|v| v * factor).collect();
        Dist::Values(Values { values, probs: self.probs.clone(), upto: self.upto.clone() })
    }
    fn atoms(&self) -> Vec<(f64, f64)> {
        self.values.iter().copied().zip(self.probs.iter().copied()).collect()
    }
}
