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
    Err(IntervalError::Range { what: "level", found: level, expected })
}

fn check_values(values: &[f64], needed: usize) -> Result<(), IntervalError> {
    if values.len() < needed {
        return Err(IntervalError::TooFew { found: values.len(), needed });
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
        let half = if se > 0.0 { student(values.len(), level) * se } else { 0.0 };
        let n = values.len() as u64;
        Ok(Estimate { point, se, low: point - half, high: point + half, level, n })
    }

    /// Mean of `changed[i] - base[i]`, replication by replication, with Student's interval.
    ///
    /// # Errors
    /// When the lengths differ, and as [`Estimate::mean`].
    pub fn paired_difference(base: &[f64], changed: &[f64], level: f64) -> Result<Estimate, IntervalError> {
        if base.len() != changed.len() {
            return Err(IntervalError::Unpaired { first: base.len(), second: changed.len() });
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
            return Err(IntervalError::TooFew { found: 0, needed: 1 });
        }
        if hits > n {
            let expected = "at most the number of trials";
            return Err(IntervalError::Range { what: "hits", found: hits as f64, expected });
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
        Ok(Estimate { point, se, low, high, level, n })
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
            return Err(IntervalError::Range { what: "p", found: p, expected });
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
        Ok(Estimate { point, se, low: at(lower - 1), high: at(upper - 1), level, n })
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
    let low = if k > 0.0 { beta_quantile(k, n - k + 1.0, tail) } else { 0.0 };
    // The upper end is one minus the lower end for the misses.
    let high = if k < n { 1.0 - beta_quantile(n - k, k + 1.0, tail) } else { 1.0 };
    (low, high)
}

/// Quantile of the ratio of two independent mean squares (Fisher's F) with `above` and `below` degrees of freedom.
pub fn f_quantile(above: f64, below: f64, p: f64) -> f64 {
    let x = beta_quantile(above / 2.0, below / 2.0, p);
    below * x / (above * (1.0 - x))
}

/// Quantile of the beta law by halving: 60 steps leave less than the last bit.
fn beta_quantile(a: f64, b: f64, p: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    let mut x = a / (a + b);
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
        let upto = if i + 1 == sorted.len() { 1.0 } else { beta_reg(a, b, (i + 1) as f64 / n) };
        let weight = upto - before;
        before = upto;
        first += weight * (x - centre);
        second += weight * (x - centre) * (x - centre);
    }
    (second - first * first).max(0.0).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: f64, want: f64, tol: f64) {
        assert!((found - want).abs() <= tol * want.abs().max(1e-300), "{found}, not {want}");
    }

    #[test]
    fn student_quantiles() {
        // mpmath 1.3.0, from the incomplete beta function at 30 digits.
        near(student(8, 0.95), 2.364_624_251_592_785, 1e-10);
        near(student(2, 0.95), 12.706_204_736_174_693, 1e-10);
        near(student(30, 0.99), 2.756_385_903_670_605_2, 1e-10);
        near(student(1000, 0.95), 1.962_341_461_133_449_6, 1e-10);
    }

    #[test]
    fn mean_by_hand() {
        let e = Estimate::mean(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0], 0.95).unwrap();
        let se = (32.0_f64 / 7.0 / 8.0).sqrt();
        near(e.point, 5.0, 1e-15);
        near(e.se, se, 1e-14);
        near(e.high, 5.0 + 2.364_624_251_592_785 * se, 1e-10);
        near(e.half_width(), 2.364_624_251_592_785 * se, 1e-10);
        assert_eq!((e.n, e.level), (8, 0.95));
        let flat = Estimate::mean(&[3.0; 5], 0.9).unwrap();
        assert_eq!((flat.low, flat.point, flat.high, flat.se), (3.0, 3.0, 3.0, 0.0));
    }

    #[test]
    fn pairing_takes_out_what_is_shared() {
        let base = [10.0, 20.0, 30.0];
        let e = Estimate::paired_difference(&base, &[11.0, 22.0, 33.0], 0.95).unwrap();
        near(e.point, 2.0, 1e-15);
        near(e.se, 1.0 / 3.0_f64.sqrt(), 1e-14);
        let unequal = Estimate::paired_difference(&base, &[1.0], 0.95);
        assert_eq!(unequal, Err(IntervalError::Unpaired { first: 3, second: 1 }));
    }

    #[test]
    fn wilson_as_published() {
        // Newcombe (1998), Statistics in Medicine 17:857, table I; further digits from mpmath.
        for (k, n, low, high) in [
            (81, 263, 0.255_288_519_878_274_2, 0.366_209_576_982_800_1),
            (15, 148, 0.062_386_399_530_736_28, 0.160_487_241_723_308),
            (0, 20, 0.0, 0.161_125_158_052_819_4),
            (1, 29, 0.006_113_214_292_762_661, 0.171_755_218_793_203_3),
        ] {
            let e = Estimate::proportion(k, n, 0.95, ProportionMethod::Wilson).unwrap();
            near(e.low, low, 1e-12);
            near(e.high, high, 1e-12);
        }
    }

    #[test]
    fn clopper_and_pearson_as_published() {
        for (k, n, low, high) in [
            (4, 20, 0.057_333_997_050_032_76, 0.436_614_002_996_668_4),
            (0, 10, 0.0, 0.308_497_107_818_760_8),
            (10, 10, 0.691_502_892_181_239_2, 1.0),
            (81, 263, 0.252_736_745_585_271_2, 0.367_621_922_601_351_4),
            (1, 1000, 2.531_748_749_129_404e-5, 0.005_558_924_279_826_673),
        ] {
            let e = Estimate::proportion(k, n, 0.95, ProportionMethod::ClopperPearson).unwrap();
            near(e.low, low, 1e-10);
            near(e.high, high, 1e-10);
        }
    }

    #[test]
    fn quantiles_between_order_statistics() {
        // David and Nagaraja: for a median of 20 the 6th and the 15th, covering 0.9586; of 10 the
        // 2nd and the 9th.
        let x: Vec<f64> = (1..=20).map(f64::from).collect();
        let e = Estimate::quantile(&x, 0.5, 0.95).unwrap();
        assert_eq!((e.low, e.point, e.high, e.level), (6.0, 10.5, 15.0, 0.95));
        let e = Estimate::quantile(&x[..10], 0.5, 0.95).unwrap();
        assert_eq!((e.low, e.high), (2.0, 9.0));
        // The 95th centile of 20 cannot have 95 %: from the rank needed below to the greatest,
        // 1 - 0.95^20 - what is below.
        let e = Estimate::quantile(&x, 0.95, 0.95).unwrap();
        assert_eq!((e.low, e.high), (17.0, 20.0));
        assert!(e.level < 1.0 - libm::pow(0.95, 20.0) && e.level > 0.62, "{}", e.level);
        near(e.point, 19.05, 1e-13);
    }

    #[test]
    fn standard_error_of_a_median() {
        // For many uniform values the asymptotic sqrt(p (1 - p) / n) / density.
        let x: Vec<f64> = (0..4000).map(|k| (f64::from(k) + 0.5) / 4000.0).collect();
        let e = Estimate::quantile(&x, 0.5, 0.95).unwrap();
        near(e.se, 0.5 / 4000.0_f64.sqrt(), 5e-3);
    }

    #[test]
    fn refusals() {
        assert_eq!(Estimate::mean(&[1.0], 0.95), Err(IntervalError::TooFew { found: 1, needed: 2 }));
        let nan = Estimate::mean(&[1.0, f64::NAN], 0.95).unwrap_err();
        assert_eq!(nan.to_string(), "value number 2 is not a finite number");
        for level in [0.0, 1.0, -1.0, 95.0, f64::NAN] {
            assert!(Estimate::mean(&[1.0, 2.0], level).is_err());
            assert!(Estimate::proportion(1, 2, level, ProportionMethod::Wilson).is_err());
            assert!(Estimate::quantile(&[1.0, 2.0], level, 0.9).is_err());
        }
        assert!(Estimate::proportion(0, 0, 0.95, ProportionMethod::Wilson).is_err());
        assert!(Estimate::proportion(3, 2, 0.95, ProportionMethod::Wilson).is_err());
    }
}
