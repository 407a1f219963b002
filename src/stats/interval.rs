//! Estimates with their uncertainty, never a bare number.

use serde::Serialize;
use statrs::{
    distribution::{ContinuousCDF, StudentsT},
    function::beta::beta_reg,
};

use super::{moments::Moments, special::normal_quantile};

/// A point, its standard error and an interval with its level, always together.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Estimate {
    /// The estimate, in the unit of the data.
    pub point: f64,
    /// Its standard error.
    pub se: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
    /// Probability, before the data, that such an interval holds the truth (0.95 for 95 %).
    pub level: f64,
    /// How many observations or replications it rests on.
    pub n: u64,
}

/// Why an interval cannot be given.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum IntervalError {
    /// Too little data.
    #[error("{found} values are too few: {needed} are needed")]
    TooFew {
        /// How many there were.
        found: usize,
        /// How many it takes.
        needed: usize,
    },
    /// A level, probability or count outside its range.
    #[error("{what} is {found}, expected {expected}")]
    Range {
        /// What it is.
        what: &'static str,
        /// The value found.
        found: f64,
        /// What would be accepted.
        expected: &'static str,
    },
    /// A value that is no number.
    #[error("value number {} is not a finite number", .index + 1)]
    NotFinite {
        /// Position from 0.
        index: usize,
    },
    /// Two lists that should pair off.
    #[error("the lists to pair have {first} and {second} values")]
    Unpaired {
        /// Length of the first.
        first: usize,
        /// Length of the second.
        second: usize,
    },
}

/// How the interval of a proportion is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProportionMethod {
    /// Wilson (1927): covers its level on average.
    Wilson,
    /// Clopper and Pearson (1934): covers at least its level always.
    ClopperPearson,
}

fn check_level(level: f64) -> Result<(), IntervalError> {
    if level > 0.0 && level < 1.0 {
        return Ok(());
    }
    let expected = "a level between 0 and 1, such as 0.95";
    Err(IntervalError::Range {
        what: "level",
        found: level,
        expected,
    })
}

fn check_values(values: &[f64], needed: usize) -> Result<(), IntervalError> {
    if values.len() < needed {
        return Err(IntervalError::TooFew {
            found: values.len(),
            needed,
        });
    }
    match values.iter().position(|x| !x.is_finite()) {
        Some(index) => Err(IntervalError::NotFinite { index }),
        None => Ok(()),
    }
}

/// Two-sided quantile of Student's t with `n - 1` degrees of freedom.
pub(crate) fn student(n: usize, level: f64) -> f64 {
    match StudentsT::new(0.0, 1.0, n.saturating_sub(1).max(1) as f64) {
        // The lower tail is exact where 1 - level is small.
        Ok(t) => -t.inverse_cdf(0.5 * (1.0 - level)),
        Err(_) => f64::NAN,
    }
}

impl Estimate {
    /// Mean of independent replications, with Student's interval.
    ///
    /// # Errors
    /// Below two values, on a value that is not finite, or a level outside (0, 1).
    pub fn mean(values: &[f64], level: f64) -> Result<Estimate, IntervalError> {
        check_level(level)?;
        check_values(values, 2)?;
        let moments: Moments = values.iter().copied().collect();
        let point = moments.mean().unwrap_or(f64::NAN);
        let se = (moments.variance().unwrap_or(f64::NAN) / values.len() as f64).sqrt();
        let half = if se > 0.0 {
            student(values.len(), level) * se
        } else {
            0.0
        };
        let n = values.len() as u64;
        Ok(Estimate {
            point,
            se,
            low: point - half,
            high: point + half,
            level,
            n,
        })
    }

    /// Mean of `changed[i] - base[i]`, replication by replication, with Student's interval.
    ///
    /// # Errors
    /// When the lengths differ, and as [`Estimate::mean`].
    pub fn paired_difference(
        base: &[f64],
        changed: &[f64],
        level: f64,
    ) -> Result<Estimate, IntervalError> {
        if base.len() != changed.len() {
            return Err(IntervalError::Unpaired {
                first: base.len(),
                second: changed.len(),
            });
        }
        let differences: Vec<f64> = base.iter().zip(changed).map(|(b, c)| c - b).collect();
        Estimate::mean(&differences, level)
    }

    /// Proportion `hits / n` of independent trials.
    ///
    /// # Errors
    /// Without trials, with more hits than trials, or a level outside (0, 1).
    pub fn proportion(
        hits: u64,
        n: u64,
        level: f64,
        method: ProportionMethod,
    ) -> Result<Estimate, IntervalError> {
        check_level(level)?;
        if n == 0 {
            return Err(IntervalError::TooFew {
                found: 0,
                needed: 1,
            });
        }
        if hits > n {
            let expected = "at most the number of trials";
            return Err(IntervalError::Range {
                what: "hits",
                found: hits as f64,
                expected,
            });
        }
        let (k, trials) = (hits as f64, n as f64);
        let point = k / trials;
        let se = (point * (1.0 - point) / trials).sqrt();
        let (low, high) = match method {
            ProportionMethod::Wilson => wilson(k, trials, level),
            ProportionMethod::ClopperPearson => clopper_pearson(k, trials, level),
        };
        // At the ends the bound is the end itself, not a rounding beside it.
        let low = if hits == 0 { 0.0 } else { low.min(point) };
        let high = if hits == n { 1.0 } else { high.max(point) };
        Ok(Estimate {
            point,
            se,
            low,
            high,
            level,
            n,
        })
    }

    /// Quantile `p` of what single replications give, from independent replications: the point
    /// interpolates the order statistics (type 7 of Hyndman and Fan 1996), the standard error is
    /// that of Maritz and Jarrett (1978), and the interval runs between order statistics with a tail
    /// of at most `(1 - level) / 2` on each side by the binomial law. Where there are too few
    /// replications for that, the interval runs from the least to the greatest and `level` is the
    /// lower one it attains.
    ///
    /// # Errors
    /// Below two values, on a value that is not finite, or `p` or a level outside (0, 1).
    pub fn quantile(values: &[f64], p: f64, level: f64) -> Result<Estimate, IntervalError> {
        check_level(level)?;
        check_values(values, 2)?;
        if !(p > 0.0 && p < 1.0) {
            let expected = "a probability between 0 and 1";
            return Err(IntervalError::Range {
                what: "p",
                found: p,
                expected,
            });
        }
        let mut x = values.to_vec();
        x.sort_by(f64::total_cmp);
        let at = |i: usize| x.get(i.min(x.len() - 1)).copied().unwrap_or(f64::NAN);
        let place = p * (x.len() - 1) as f64;
        let (i, part) = (place.floor() as usize, place - place.floor());
        let point = at(i) + part * (at(i + 1) - at(i));
        let (lower, upper, level) = order_ranks(x.len(), p, level);
        let n = x.len() as u64;
        let se = maritz_jarrett(&x, p);
        Ok(Estimate {
            point,
            se,
            low: at(lower - 1),
            high: at(upper - 1),
            level,
            n,
        })
    }

    /// Half the width of the interval.
    pub fn half_width(&self) -> f64 {
        0.5 * (self.high - self.low)
    }
}

fn wilson(k: f64, n: f64, level: f64) -> (f64, f64) {
    let z = -normal_quantile(0.5 * (1.0 - level));
    let z2 = z * z;
    let centre = (k + 0.5 * z2) / (n + z2);
    let half = z / (n + z2) * (k * (1.0 - k / n) + 0.25 * z2).sqrt();
    ((centre - half).max(0.0), (centre + half).min(1.0))
}

fn clopper_pearson(k: f64, n: f64, level: f64) -> (f64, f64) {
    let tail = 0.5 * (1.0 - level);
    let low = if k > 0.0 {
        beta_quantile(k, n - k + 1.0, tail, false)
    } else {
        0.0
    };
    // The upper end is one minus the lower end for the misses.
    let high = if k < n {
        1.0 - beta_quantile(n - k, k + 1.0, tail, false)
    } else {
        1.0
    };
    (low, high)
}

/// Quantile of the beta law by halving: 60 steps leave less than the last bit.
fn beta_quantile(a: f64, b: f64, p: f64, start_high: bool) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    let mut x = if start_high { 0.9 } else { a / (a + b) };
    for _ in 0..60 {
        if beta_reg(a, b, x) < p {
            low = x;
        } else {
            high = x;
        }
        x = 0.5 * (low + high);
    }
    x
}

/// Ranks (from 1) of the order statistics between which the quantile lies, and the level attained or
/// asked for, whichever is less.
fn order_ranks(n: usize, p: f64, level: f64) -> (usize, usize, f64) {
    let tail = 0.5 * (1.0 - level);
    // Probability that at least r of n values lie below the quantile.
    let at_least = |r: usize| {
        if r == 0 {
            1.0
        } else if r > n {
            0.0
        } else {
            beta_reg(r as f64, (n - r + 1) as f64, p)
        }
    };
    // The r-th value lies above the quantile with probability P(fewer than r below).
    let mut lower = 1;
    let mut upper = n;
    while lower < n && 1.0 - at_least(lower + 1) <= tail {
        lower += 1;
    }
    while upper > 1 && at_least(upper - 1) <= tail {
        upper -= 1;
    }
    let attained = at_least(lower) - at_least(upper);
    (lower, upper.max(lower), level.min(attained))
}

/// Standard error of a quantile: the order statistics weighted by their chance of being the sample
/// quantile.
fn maritz_jarrett(sorted: &[f64], p: f64) -> f64 {
    let n = sorted.len() as f64;
    let rank = (p * n + 0.5).floor().clamp(1.0, n);
    let (a, b) = (rank, n - rank + 1.0);
    let (mut first, mut second, mut before) = (0.0, 0.0, 0.0);
    let centre = sorted.get(sorted.len() / 2).copied().unwrap_or(0.0);
    for (i, x) in sorted.iter().enumerate() {
        let upto = if i + 1 == sorted.len() {
            1.0
        } else {
            beta_reg(a, b, (i + 1) as f64 / n)
        };
        let weight = upto - before;
        before = upto;
        first += weight * (x - centre);
        second += weight * (x - centre) * (x - centre);
    }
    (second - first * first).max(0.0).sqrt()
}
