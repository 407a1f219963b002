//! Paired differences, and how often a scenario is better or meets a target.

use super::super::estimate::{Summariser, Summary};
use crate::model::measure::{Better, Target};
use crate::stats::interval::{Estimate, ProportionMethod};
use crate::stats::moments::Moments;
use ndarray::{Array1, ArrayView1};
use serde::Serialize;

/// A scenario against the baseline on one measure over one span.
#[derive(Clone, Debug, Serialize)]
pub struct Difference {
    /// The baseline.
    pub base: Summary,
    /// The scenario.
    pub with: Summary,
    /// Scenario less baseline, paired by replication.
    pub change: Summary,
    /// The change as a share of the baseline's mean, with an interval that allows for the
    /// baseline's own chance (the residuals of a ratio estimate); `None` where the baseline is 0.
    pub relative: Option<Relative>,
    /// How many times fewer replications the pairing takes than independent seeds would:
    /// (Var base + Var scenario) / Var (scenario - base). `None` if the change never varies.
    pub reduction: Option<f64>,
}

/// A change as a share of the baseline.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Relative {
    /// The share; 0.1 for a tenth more.
    pub point: f64,
    /// Low end of its interval.
    pub low: f64,
    /// High end.
    pub high: f64,
}

/// Compares value by value; pairs in which either is not measured are left out.
#[must_use]
pub fn difference(
    base: ArrayView1<'_, f64>,
    with: ArrayView1<'_, f64>,
    summariser: &mut Summariser,
) -> Difference {
    // a value without its partner is left out, in its place, so that the others keep their draws
    let both = |own: f64, other: f64| if own.is_finite() && other.is_finite() { own } else { f64::NAN };
    let a: Array1<f64> = base.iter().zip(with).map(|(a, b)| both(*a, *b)).collect();
    let b: Array1<f64> = with.iter().zip(base).map(|(b, a)| both(*b, *a)).collect();
    let change = &b - &a;
    let moments =
        |values: &Array1<f64>| values.iter().copied().filter(|v| v.is_finite()).collect::<Moments>();
    let variance = |values: &Array1<f64>| moments(values).variance();
    let reduction = match (variance(&a), variance(&b), variance(&change)) {
        (Some(a), Some(b), Some(d)) if d > 0.0 => Some((a + b) / d),
        _ => None,
    };
    Difference {
        relative: relative(&a, &change, summariser),
        base: summariser.summary(a.view()),
        with: summariser.summary(b.view()),
        change: summariser.summary(change.view()),
        reduction,
    }
}

fn pairs<'a>(base: ArrayView1<'a, f64>, with: ArrayView1<'a, f64>) -> impl Iterator<Item = (f64, f64)> {
    let both: Vec<(f64, f64)> = base.iter().copied().zip(with.iter().copied()).collect();
    both.into_iter().filter(|(a, b)| a.is_finite() && b.is_finite())
}

/// Ratio of the mean change to the mean baseline; its standard error is that of the residuals
/// `change - ratio * base` over the mean baseline (Cochran 1977, section 6.4).
fn relative(base: &Array1<f64>, change: &Array1<f64>, summariser: &mut Summariser) -> Option<Relative> {
    let mean_of =
        |values: &Array1<f64>| values.iter().copied().filter(|v| v.is_finite()).collect::<Moments>().mean();
    let mean = mean_of(base).filter(|m| m.abs() > 0.0)?;
    let point = mean_of(change)? / mean;
    let residuals: Array1<f64> = change.iter().zip(base).map(|(d, b)| d - point * b).collect();
    let summary = summariser.summary(residuals.view());
    let half = summary.high? - summary.point?;
    let half = (half / mean).abs();
    Some(Relative { point, low: point - half, high: point + half })
}

/// How often a scenario is better than the baseline, future by future.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Verdict {
    /// Share of replications in which it is better, with Wilson's interval; where replications share draws of the
    /// model's numbers, the interval counts draws, not replications, which is wide enough whatever they share.
    pub better: Estimate,
    /// Share in which both are equal.
    pub equal: f64,
    /// Share in which it is worse.
    pub worse: f64,
}

/// A share of replications; its interval counts `draws` where there are any.
fn proportion(hits: u64, n: u64, draws: &[u64], level: f64) -> Option<Estimate> {
    let apart = draws.iter().collect::<std::collections::BTreeSet<_>>().len() as u64;
    if apart == 0 || apart >= n {
        return Estimate::proportion(hits, n, level, ProportionMethod::Wilson).ok();
    }
    let point = hits as f64 / n as f64;
    let of_draws = (point * apart as f64).round() as u64;
    let wide = Estimate::proportion(of_draws, apart, level, ProportionMethod::Wilson).ok()?;
    Some(Estimate { point, low: wide.low.min(point), high: wide.high.max(point), n, ..wide })
}

/// Counts the replications in which a scenario is better; `None` without any. `draws` are those of the replications,
/// empty if the model's own numbers were used.
#[must_use]
pub fn verdict(
    base: ArrayView1<'_, f64>,
    with: ArrayView1<'_, f64>,
    draws: &[u64],
    direction: Better,
    level: f64,
) -> Option<Verdict> {
    let (mut better, mut equal, mut n) = (0u64, 0u64, 0u64);
    for (a, b) in pairs(base, with) {
        n += 1;
        equal += u64::from(a == b);
        better += u64::from(match direction {
            Better::Lower => b < a,
            Better::Higher => b > a,
        });
    }
    let estimate = proportion(better, n, draws, level)?;
    let share = |k: u64| k as f64 / n as f64;
    Some(Verdict { better: estimate, equal: share(equal), worse: share(n - better - equal) })
}

/// Share of replications that meet a target, with Wilson's interval.
pub type MetShare = Estimate;

/// Counts the replications that meet a target; `None` without any.
#[must_use]
pub fn met(values: ArrayView1<'_, f64>, draws: &[u64], target: Target, level: f64) -> Option<MetShare> {
    let present: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
    let hits = present.iter().filter(|v| target.met(**v)).count() as u64;
    proportion(hits, present.len() as u64, draws, level)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::arr1;

    /// By hand: base 10, 20, 30, 40; scenario 12, 21, 33, 42, so changes 2, 1, 3, 2 with mean 2,
    /// variance 2/3, standard error sqrt(1/6) and t(3, 0.975) = 3.182446. Variances 500/3 and
    /// 174: base sums (15^2 + 5^2) * 2 / 3; scenario mean 27, deviations -15, -6, 6, 15, squares
    /// 522 / 3 = 174. Reduction (500/3 + 174) / (2/3) = 511.
    #[test]
    fn paired_by_hand() {
        let (a, b) = (arr1(&[10.0, 20.0, 30.0, 40.0]), arr1(&[12.0, 21.0, 33.0, 42.0]));
        let d = difference(a.view(), b.view(), &mut Summariser::new(0.95));
        let se = (1.0f64 / 6.0).sqrt();
        assert!((d.change.point.unwrap() - 2.0).abs() < 1e-12);
        assert!((d.change.se.unwrap() - se).abs() < 1e-12);
        assert!((d.change.low.unwrap() - (2.0 - 3.182_446_305_284 * se)).abs() < 1e-8);
        assert!((d.change.high.unwrap() - (2.0 + 3.182_446_305_284 * se)).abs() < 1e-8);
        assert!((d.reduction.unwrap() - 511.0).abs() < 1e-9);
        assert!((d.relative.unwrap().point - 0.08).abs() < 1e-12);
        // residuals 2 - 0.8, 1 - 1.6, 3 - 2.4, 2 - 3.2: 1.2, -0.6, 0.6, -1.2, variance 1.2
        let half = 3.182_446_305_284 * (1.2f64 / 4.0).sqrt() / 25.0;
        assert!((d.relative.unwrap().high - (0.08 + half)).abs() < 1e-9);
    }

    #[test]
    fn what_is_not_measured_in_both_is_left_out() {
        let (a, b) = (arr1(&[1.0, f64::NAN, 3.0]), arr1(&[1.0, 2.0, f64::NAN]));
        let d = difference(a.view(), b.view(), &mut Summariser::new(0.95));
        assert_eq!((d.change.n, d.change.point, d.reduction), (1, Some(0.0), None));
        let v = verdict(a.view(), b.view(), &[], Better::Lower, 0.95).unwrap();
        assert_eq!((v.better.point, v.equal, v.worse), (0.0, 1.0, 0.0));
        assert!(verdict(arr1(&[f64::NAN]).view(), arr1(&[1.0]).view(), &[], Better::Lower, 0.95).is_none());
    }

    #[test]
    fn verdict_and_target_by_hand() {
        let (a, b) = (arr1(&[5.0, 5.0, 5.0, 5.0]), arr1(&[4.0, 5.0, 6.0, 3.0]));
        let lower = verdict(a.view(), b.view(), &[], Better::Lower, 0.95).unwrap();
        assert_eq!((lower.better.point, lower.equal, lower.worse), (0.5, 0.25, 0.25));
        let higher = verdict(a.view(), b.view(), &[], Better::Higher, 0.95).unwrap();
        assert_eq!((higher.better.point, higher.worse), (0.25, 0.5));
        let target = Target { at_most: Some(5.0), at_least: Some(4.0) };
        assert_eq!(met(b.view(), &[], target, 0.95).unwrap().point, 0.5);
    }

    /// Two draws of two replications: the share is over four futures, its interval that of 1 in 2 draws.
    #[test]
    fn with_draws_the_interval_counts_draws() {
        let (a, b) = (arr1(&[5.0, 5.0, 5.0, 5.0]), arr1(&[4.0, 5.0, 6.0, 3.0]));
        let v = verdict(a.view(), b.view(), &[1, 1, 2, 2], Better::Lower, 0.95).unwrap().better;
        let two = Estimate::proportion(1, 2, 0.95, ProportionMethod::Wilson).unwrap();
        assert_eq!((v.point, v.low, v.high, v.n), (0.5, two.low, two.high, 4));
    }

    /// By hand as in `ignorance`: changes (1, 3) and (5, 9) of two draws, within 5, between (25 - 5) / 2; a value without its
    /// partner takes its draw with it.
    #[test]
    fn chance_and_ignorance_of_a_difference() {
        let (a, b) = (arr1(&[1.0, 1.0, 2.0, f64::NAN, 2.0]), arr1(&[2.0, 4.0, 7.0, 1.0, 11.0]));
        let d = difference(a.view(), b.view(), &mut Summariser::drawn(0.95, &[1, 1, 2, 2, 2]));
        let split = d.change.split.unwrap();
        assert!((split.chance_sd - 5f64.sqrt()).abs() < 1e-12);
        assert!((split.ignorance_sd - 10f64.sqrt()).abs() < 1e-12);
        assert_eq!(d.change.n, 4);
    }
}
