//! How long child protection plans last: reviews and what falls between them.

use super::borrow::{Reader, Shares};
use super::number::{Grade, Number};

/// A review falls due after 3 months, then every 6; it is held within these days before.
pub const WITHIN_DAYS: f64 = 28.0;

/// Bands of plans ended by duration.
const ENDED: [&str; 5] = [
    "d7.3_months_or_less",
    "d7.more_than_3_months_6_months",
    "d7.more_than_6_months_less_than_1_year",
    "d7.1_year_less_than_2_years",
    "d7.2_years_or_more",
];
/// Bands of open plans.
const OPEN: [&str; 5] = [
    "d5.3_months_or_less",
    "d5.more_than_3_months_6_months",
    "d5.more_than_6_months_less_than_1_year",
    "d5.1_year_less_than_2_years",
    "d5.2_years_or_more",
];

/// The law of a plan's length.
#[derive(Clone, PartialEq, Debug)]
pub struct PlanLaw {
    /// Probability of ending at the 1st, 2nd, 3rd and each later review.
    pub ends: [f64; 4],
    /// Ends a year between reviews.
    pub between: Number,
    /// Mean length in years.
    pub mean: f64,
    /// Share of plans that end between reviews.
    pub early: f64,
    /// Bands of plans ended, as published.
    pub ended: Shares,
    /// Bands of open plans, as published.
    pub open: Shares,
}

impl PlanLaw {
    /// The law with its mean multiplied, as far as may be.
    pub(super) fn stretched_by(&mut self, by: f64) {
        let (ends, hazard) = stretch(self.ends, self.between.value, self.mean * by);
        let between = self.between.times(hazard / self.between.value.max(1e-9));
        let (mean, early) = mean_and_early(&ends, hazard);
        (self.ends, self.between, self.mean, self.early) = (ends, between, mean, early);
    }
}

/// Mean length in years and share that end between reviews, for these chances and this hazard: reviews at 3 months
/// less half of [`WITHIN_DAYS`], then every 6 months.
pub fn mean_and_early(ends: &[f64; 4], hazard: f64) -> (f64, f64) {
    let (mut alive, mut at, mut mean, mut early) = (1.0, 0.0, 0.0, 0.0);
    for k in 0..120usize {
        let due = 0.25 + 0.5 * k as f64 - 0.5 * WITHIN_DAYS / 365.25;
        let lost = 1.0 - libm::exp(-hazard * (due - at));
        mean += if hazard > 1e-9 { alive * lost / hazard } else { alive * (due - at) };
        early += alive * lost;
        alive *= (1.0 - lost) * (1.0 - ends.get(k).or(ends.last()).copied().unwrap_or(1.0));
        at = due;
        if alive < 1e-9 {
            break;
        }
    }
    (mean, early)
}

/// Fits the law to the bands of ended plans (open ones are read at the start, by `before`), then stretches it so that its mean is `mean` years where that can be.
pub fn fit(reader: &Reader<'_>, before: &Reader<'_>, mean: f64) -> PlanLaw {
    let ended = reader.pooled(&ENDED);
    let open = before.shares(&OPEN);
    let s = |k: usize| ended.share.get(k).copied().unwrap_or(0.2).max(0.005);
    let sum: f64 = (0..5).map(s).sum();
    let after = |k: usize| (k..5).map(s).sum::<f64>() / sum;
    // between 3 and 6 months no ordinary review falls due
    let hazard = (-4.0 * libm::log(after(2) / after(1))).clamp(0.05, 1.2);
    let stays = |years: f64| libm::exp(-hazard * years);
    let first = 1.0 - after(1) / stays(0.25);
    let second = 1.0 - after(3) / (after(2) * stays(0.5));
    let later = 1.0 - (after(4) / (after(3) * stays(1.0))).max(0.0).sqrt();
    let ends =
        [first.clamp(0.01, 0.9), second.clamp(0.05, 0.95), later.clamp(0.05, 0.95), later.clamp(0.1, 0.95)];
    let (ends, hazard) = stretch(ends, hazard, mean);
    let (mean, early) = mean_and_early(&ends, hazard);
    let between = Number {
        value: hazard,
        low: 0.7 * hazard,
        high: 1.4 * hazard,
        grade: Grade::Derived,
        source: ended.source.clone(),
        note: format!(
            "{:.1} % of plans end between 3 and 6 months, where no ordinary review falls",
            100.0 * s(1)
        ),
    };
    PlanLaw { ends, between, mean, early, ended, open }
}

/// Multiplies the odds of ending and the hazard by one factor, found by halving, so that the mean is as asked.
fn stretch(ends: [f64; 4], hazard: f64, mean: f64) -> ([f64; 4], f64) {
    let at = |log_factor: f64| {
        let f = libm::exp(log_factor);
        (ends.map(|p| p * f / (1.0 - p + p * f)), hazard * f)
    };
    let mean = if mean.is_finite() { mean.clamp(0.3, 2.5) } else { 0.8 };
    let (mut low, mut high) = (-3.0, 3.0);
    for _ in 0..50 {
        let middle = 0.5 * (low + high);
        let (e, h) = at(middle);
        // a larger factor ends plans sooner
        if mean_and_early(&e, h).0 > mean { low = middle } else { high = middle }
    }
    at(0.5 * (low + high))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All end at the first review: the mean is 3 months less half of 28 days.
    #[test]
    fn mean_by_hand() {
        let (mean, early) = mean_and_early(&[1.0; 4], 0.0);
        assert!((mean - (0.25 - 14.0 / 365.25)).abs() < 1e-9);
        assert_eq!(early, 0.0);
        // half end at each review, no hazard: t1 + 0.5 * (1 + 1/2 + 1/4 ...) * 1/2 = t1 + 0.5
        let (mean, _) = mean_and_early(&[0.5; 4], 0.0);
        assert!((mean - (0.25 - 14.0 / 365.25 + 0.5)).abs() < 1e-6);
    }

    #[test]
    fn a_stretched_law_has_the_mean_asked_for() {
        for mean in [0.5, 0.8, 1.2] {
            let (e, h) = stretch([0.05, 0.6, 0.5, 0.5], 0.4, mean);
            assert!((mean_and_early(&e, h).0 - mean).abs() < 1e-6);
        }
    }
}
