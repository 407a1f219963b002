//! Waits of a desk or a service: a list while they are few, a histogram when they are many.
//!
//! A month has a handful of waits, and a histogram is large: to clear, merge and search one every month for every
//! service and team cost more than the waits themselves.

use crate::stats::histogram::DurationHistogram;

/// Waits above 0 kept as they are.
const FEW: usize = 2048;

/// Waits in milliseconds.
#[derive(Clone, Default)]
pub(crate) struct Waits {
    zeros: u64,
    few: Vec<i64>,
    many: DurationHistogram,
}

impl Waits {
    /// Counts a wait.
    #[inline]
    pub fn record(&mut self, wait: i64) {
        if wait <= 0 {
            self.zeros += 1;
        } else {
            self.few.push(wait);
            if self.few.len() >= FEW {
                self.pour();
            }
        }
    }

    fn pour(&mut self) {
        self.few.drain(..).for_each(|wait| self.many.record(wait));
    }

    /// Adds all waits of another; what is found afterwards does not depend on the order.
    pub fn merge(&mut self, other: &Waits) {
        self.zeros += other.zeros;
        self.many.merge(&other.many);
        self.few.extend_from_slice(&other.few);
        if self.few.len() >= FEW || self.many.count() > 0 {
            self.pour();
        }
    }

    /// Back to none, keeping the memory.
    pub fn clear(&mut self) {
        self.zeros = 0;
        self.few.clear();
        self.many.clear();
    }

    /// All in one histogram.
    fn whole(&self) -> DurationHistogram {
        let mut whole = self.many.clone();
        whole.record_many(0, self.zeros);
        self.few.iter().for_each(|wait| whole.record(*wait));
        whole
    }

    /// The waits of these nearest ranks (`ceil(p * count)`) in milliseconds: exact for a list, within a bucket of the
    /// histogram for many; `None` without any.
    pub fn quantiles<const N: usize>(&self, p: [f64; N]) -> [Option<i64>; N] {
        if self.many.count() > 0 {
            let whole = self.whole();
            return p.map(|p| whole.quantile(p));
        }
        let mut sorted = self.few.clone();
        sorted.sort_unstable();
        let count = self.zeros + sorted.len() as u64;
        p.map(|p| {
            let rank = ((p * count as f64).ceil() as u64).clamp(1, count.max(1));
            match rank.checked_sub(self.zeros + 1) {
                _ if count == 0 => None,
                None => Some(0),
                Some(above) => sorted.get(above as usize).copied(),
            }
        })
    }

    /// Share of waits above so many milliseconds; `None` without any.
    pub fn share_over(&self, milliseconds: i64) -> Option<f64> {
        if self.many.count() > 0 {
            return self.whole().share_over(milliseconds);
        }
        let count = self.zeros + self.few.len() as u64;
        let over = self.few.iter().filter(|wait| **wait > milliseconds).count();
        (count > 0).then(|| over as f64 / count as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: 0, 0, 10, 20, 30: the median has rank 3, the nine tenths rank 5; two of five are above 10.
    #[test]
    fn few_by_hand() {
        let mut waits = Waits::default();
        [30, 0, 10, 0, 20].into_iter().for_each(|w| waits.record(w));
        assert_eq!(waits.quantiles([0.4, 0.5, 0.9]), [Some(0), Some(10), Some(30)]);
        assert_eq!(waits.share_over(10), Some(0.4));
        waits.clear();
        assert_eq!((waits.quantiles([0.5]), waits.share_over(0)), ([None], None));
    }

    /// Many in any parts are what one histogram of all is.
    #[test]
    fn many_are_a_histogram() {
        let wait = |i: i64| (i * 7_919) % 100_000;
        let (mut parts, mut whole) = (vec![Waits::default(); 3], DurationHistogram::<11>::new());
        (0..9000).for_each(|i| {
            parts[(i % 3) as usize].record(wait(i));
            whole.record(wait(i));
        });
        for order in [[0, 1, 2], [2, 0, 1]] {
            let mut all = Waits::default();
            order.into_iter().for_each(|i| all.merge(&parts[i]));
            assert_eq!(all.quantiles([0.1, 0.5, 0.9]), [0.1, 0.5, 0.9].map(|p| whole.quantile(p)));
            assert_eq!(all.share_over(50_000), whole.share_over(50_000));
        }
    }
}
