//! Factors that may change at dates: how odds, lengths of stay and returns drift over the years.

use crate::base::time::SimTime;

/// A factor that may be another one from each of some dates on.
#[derive(Clone, PartialEq, Debug)]
pub struct Factor {
    /// Before the first step.
    pub first: f64,
    /// (from, factor), rising in time.
    pub steps: Vec<(SimTime, f64)>,
}

impl Factor {
    /// A factor that never changes.
    pub fn always(factor: f64) -> Factor {
        Factor { first: factor, steps: Vec::new() }
    }

    /// The factor at a moment; a step holds from its own moment on.
    #[inline]
    pub fn at(&self, time: SimTime) -> f64 {
        let passed = self.steps.partition_point(|s| s.0 <= time);
        passed.checked_sub(1).and_then(|n| self.steps.get(n)).map_or(self.first, |s| s.1)
    }

    /// Every value it takes.
    pub fn values(&self) -> impl Iterator<Item = f64> {
        std::iter::once(self.first).chain(self.steps.iter().map(|s| s.1))
    }

    /// Whether it never changes anything.
    pub fn is_one(&self) -> bool {
        self.values().all(|x| x == 1.0)
    }

    /// The mean over a stretch of time; its value there if that has no length.
    pub fn mean(&self, from: SimTime, to: SimTime) -> f64 {
        if self.steps.is_empty() || to <= from {
            return self.at(from);
        }
        let mut sum = 0.0;
        let (mut since, mut value) = (from, self.at(from));
        for &(at, next) in self.steps.iter().filter(|s| s.0 > from && s.0 < to) {
            sum += (at - since).days() * value;
            (since, value) = (at, next);
        }
        (sum + (to - since).days() * value) / (to - from).days()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time::DAY_MS;

    fn day(n: i64) -> SimTime {
        SimTime(n * DAY_MS)
    }

    /// By hand: 1 for 10 days, 2 for 20, 4 for 10: over 40 days (10 + 40 + 40) / 40.
    #[test]
    fn steps_hold_from_their_own_moment_on() {
        let factor = Factor { first: 1.0, steps: vec![(day(10), 2.0), (day(30), 4.0)] };
        let before = SimTime(10 * DAY_MS - 1);
        assert_eq!(
            [day(-5), before, day(10), day(29), day(30), day(99)].map(|t| factor.at(t)),
            [1.0, 1.0, 2.0, 2.0, 4.0, 4.0]
        );
        assert_eq!(factor.mean(day(0), day(40)), 2.25);
        assert_eq!(factor.mean(day(15), day(25)), 2.0);
        assert_eq!(factor.mean(day(35), day(35)), 4.0);
        assert_eq!(Factor::always(3.0).mean(day(0), day(9)), 3.0);
    }

    #[test]
    fn only_a_factor_of_1_at_all_times_is_one() {
        assert!(Factor::always(1.0).is_one());
        assert!(Factor { first: 1.0, steps: vec![(day(1), 1.0)] }.is_one());
        assert!(!Factor { first: 1.0, steps: vec![(day(1), 1.1)] }.is_one());
        assert!(!Factor { first: 0.9, steps: vec![(day(1), 1.0)] }.is_one());
    }
}
