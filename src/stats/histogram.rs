//! Long distributions of durations, counted in whole numbers.

/// Buckets per octave: the relative width of a bucket is at most one in 2048.
const BITS: u32 = 11;
const OCTAVES: usize = 63;

/// Counts of non-negative durations in milliseconds, in the manner of an HDR histogram (Tene): values
/// below 4096 ms have a bucket each, larger ones a bucket of relative width 1/2048.
///
/// Everything is a whole number, so histograms merge exactly and in any order. An octave of buckets is
/// allocated when first used: 16 kB each, 850 kB when every octave up to 292 million years is in use.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DurationHistogram {
    count: u64,
    zeros: u64,
    sum: i128,
    min: i64,
    max: i64,
    /// For each octave `[2^k, 2^(k+1))` its buckets, empty until used.
    octaves: Vec<Vec<u64>>,
}

/// Octave and bucket of a value above 0.
fn place(value: i64) -> (usize, usize) {
    let octave = 63 - value.leading_zeros();
    let shift = octave.saturating_sub(BITS);
    let within = (value as u64 - (1 << octave)) >> shift;
    (octave as usize, within as usize)
}

/// Least value of a bucket, and how many values it holds.
fn bounds(octave: usize, bucket: usize) -> (i64, i64) {
    let shift = (octave as u32).saturating_sub(BITS);
    ((1_i64 << octave) + ((bucket as i64) << shift), 1_i64 << shift)
}

impl DurationHistogram {
    /// An empty histogram, which allocates nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Counts one duration in milliseconds; a negative one counts as 0.
    #[inline]
    pub fn record(&mut self, milliseconds: i64) {
        self.record_many(milliseconds, 1);
    }

    /// Counts the same duration several times.
    pub fn record_many(&mut self, milliseconds: i64, times: u64) {
        if times == 0 {
            return;
        }
        let value = milliseconds.max(0);
        if self.count == 0 {
            (self.min, self.max) = (value, value);
        } else {
            self.min = self.min.min(value);
            self.max = self.max.max(value);
        }
        self.count = self.count.saturating_add(times);
        if value == 0 {
            self.zeros = self.zeros.saturating_add(times);
            return;
        }
        self.sum = self.sum.saturating_add(i128::from(value).saturating_mul(i128::from(times)));
        let (octave, bucket) = place(value);
        if let Some(count) = self.octave_mut(octave).get_mut(bucket) {
            *count = count.saturating_add(times);
        }
    }

    /// The buckets of an octave, made ready.
    fn octave_mut(&mut self, octave: usize) -> &mut [u64] {
        let octave = octave.min(OCTAVES - 1);
        if self.octaves.len() <= octave {
            self.octaves.resize_with(octave + 1, Vec::new);
        }
        match self.octaves.get_mut(octave) {
            Some(buckets) => {
                if buckets.is_empty() {
                    buckets.resize(1 << (octave as u32).min(BITS), 0);
                }
                buckets
            }
            None => &mut [],
        }
    }

    /// Back to empty, keeping the memory.
    pub fn clear(&mut self) {
        if self.count == 0 {
            return;
        }
        (self.count, self.zeros, self.sum, self.min, self.max) = (0, 0, 0, 0, 0);
        self.octaves.iter_mut().for_each(|buckets| buckets.fill(0));
    }

    /// Adds all counts of another; exact and independent of the order.
    pub fn merge(&mut self, other: &DurationHistogram) {
        if other.count == 0 {
            return;
        }
        if self.count == 0 {
            (self.min, self.max) = (other.min, other.max);
        } else {
            self.min = self.min.min(other.min);
            self.max = self.max.max(other.max);
        }
        self.count = self.count.saturating_add(other.count);
        self.zeros = self.zeros.saturating_add(other.zeros);
        self.sum = self.sum.saturating_add(other.sum);
        for (octave, theirs) in other.octaves.iter().enumerate().filter(|o| !o.1.is_empty()) {
            for (mine, add) in self.octave_mut(octave).iter_mut().zip(theirs) {
                *mine = mine.saturating_add(*add);
            }
        }
    }

    /// How many durations were counted.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// How many of them were exactly 0.
    pub fn zeros(&self) -> u64 {
        self.zeros
    }

    /// Exact sum in milliseconds.
    pub fn sum(&self) -> i128 {
        self.sum
    }

    /// Mean in milliseconds from the exact sum; none when empty.
    pub fn mean(&self) -> Option<f64> {
        (self.count > 0).then(|| self.sum as f64 / self.count as f64)
    }

    /// The least, exactly.
    pub fn min(&self) -> Option<i64> {
        (self.count > 0).then_some(self.min)
    }

    /// The greatest, exactly.
    pub fn max(&self) -> Option<i64> {
        (self.count > 0).then_some(self.max)
    }

    /// Non-empty buckets above 0 in ascending order: least value, number of values, count.
    pub fn buckets(&self) -> impl Iterator<Item = (i64, i64, u64)> + '_ {
        self.octaves.iter().enumerate().flat_map(|(octave, buckets)| {
            buckets.iter().enumerate().filter(|(_, count)| **count > 0).map(move |(bucket, count)| {
                let (low, width) = bounds(octave, bucket);
                (low, width, *count)
            })
        })
    }

    /// The duration of nearest rank `ceil(p * count)`, in milliseconds: exact below 4096, otherwise the
    /// middle of its bucket, held between the least and the greatest seen, so off by at most one part
    /// in 4096. `p` is held to [0, 1]; none when empty.
    pub fn quantile(&self, p: f64) -> Option<i64> {
        if self.count == 0 {
            return None;
        }
        let p = if p > 0.0 { p.min(1.0) } else { 0.0 };
        let rank = ((p * self.count as f64).ceil() as u64).clamp(1, self.count);
        if rank == self.count {
            return Some(self.max);
        }
        if rank <= self.zeros {
            return Some(0);
        }
        let mut seen = self.zeros;
        for (low, width, count) in self.buckets() {
            seen = seen.saturating_add(count);
            if seen >= rank {
                return Some((low + (width - 1) / 2).max(self.min).min(self.max));
            }
        }
        Some(self.max)
    }

    /// Share of durations above `milliseconds`; none when empty. Durations in the same bucket count as
    /// not above, so that a deadline met to the second is never counted as missed: above 4096 ms
    /// the share is that above the next bucket's start, at most one part in 2048 further out.
    pub fn share_over(&self, milliseconds: i64) -> Option<f64> {
        if self.count == 0 {
            return None;
        }
        if milliseconds >= self.max {
            return Some(0.0);
        }
        if milliseconds < self.min {
            return Some(1.0);
        }
        // From here the threshold is at least the least, hence not negative.
        let over: u64 = self.buckets().filter(|b| b.0 > milliseconds).map(|b| b.2).sum();
        Some(over as f64 / self.count as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(seed: u64, n: usize) -> Vec<i64> {
        let mut x = seed;
        (0..n)
            .map(|k| {
                x = x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                ((x >> 1) >> (k % 62)) as i64
            })
            .collect()
    }

    fn of(values: &[i64]) -> DurationHistogram {
        let mut h = DurationHistogram::new();
        values.iter().for_each(|&v| h.record(v));
        h
    }

    #[test]
    fn buckets_tile_the_line() {
        let mut values = sample(9, 5000);
        values.extend([1, 2, 3, 4095, 4096, 4097, 8191, 8192, i64::MAX]);
        for v in values.into_iter().filter(|&v| v > 0) {
            let (octave, bucket) = place(v);
            let (low, width) = bounds(octave, bucket);
            assert!(low <= v && v - low < width, "{v} in {low} + {width}");
            assert!(width == 1 || width <= v / 2048, "{v}: {width}");
            assert!(bucket < 1 << octave.min(11));
        }
    }

    #[test]
    fn mean_count_and_extremes_are_exact() {
        let mut values = sample(1, 10_000);
        values.iter_mut().for_each(|v| *v >>= 20);
        values.extend([0, 0, 0, -5]);
        let h = of(&values);
        let sum: i128 = values.iter().map(|&v| i128::from(v.max(0))).sum();
        assert_eq!((h.count(), h.sum()), (10_004, sum));
        assert_eq!(h.mean(), Some(sum as f64 / 10_004.0));
        assert_eq!(h.min(), Some(0));
        assert_eq!(h.max(), values.iter().copied().max());
        assert_eq!(h.zeros(), values.iter().filter(|&&v| v <= 0).count() as u64);
        assert_eq!(of(&[i64::MAX; 9]).sum(), 9 * i128::from(i64::MAX));
    }

    #[test]
    fn quantiles_are_within_half_a_bucket_of_the_nearest_rank() {
        let mut values = sample(4, 3001);
        let h = of(&values);
        values.sort_unstable();
        for k in 0..=1000 {
            let p = f64::from(k) / 1000.0;
            let rank = ((p * 3001.0).ceil() as usize).clamp(1, 3001);
            let exact = values[rank - 1];
            let found = h.quantile(p).unwrap();
            assert!((found - exact).abs() <= exact / 4096, "{p}: {found} for {exact}");
            if exact < 4096 {
                assert_eq!(found, exact);
            }
        }
    }

    #[test]
    fn merging_is_exact_in_any_order() {
        let values = sample(7, 4000);
        let whole = of(&values);
        let parts: Vec<DurationHistogram> = values.chunks(617).map(of).collect();
        let mut forwards = DurationHistogram::new();
        parts.iter().for_each(|p| forwards.merge(p));
        let mut backwards = DurationHistogram::new();
        parts.iter().rev().for_each(|p| backwards.merge(p));
        forwards.merge(&DurationHistogram::new());
        assert_eq!(forwards, whole);
        assert_eq!(backwards, whole);
    }

    #[test]
    fn a_deadline_met_is_not_missed() {
        const DAY: i64 = 86_400_000;
        let h = of(&[0, 10 * DAY, 45 * DAY, 45 * DAY, 46 * DAY, 90 * DAY]);
        assert_eq!(h.share_over(45 * DAY), Some(2.0 / 6.0));
        assert_eq!(h.share_over(0), Some(5.0 / 6.0));
        assert_eq!(h.share_over(-1), Some(1.0));
        assert_eq!(h.share_over(90 * DAY), Some(0.0));
        assert_eq!(h.share_over(i64::MAX), Some(0.0));
        assert_eq!(h.quantile(0.5), h.quantile(0.6));
    }

    #[test]
    fn zero_is_cheap_and_empty_has_no_answers() {
        let mut h = DurationHistogram::new();
        assert_eq!((h.mean(), h.quantile(0.5), h.share_over(3)), (None, None, None));
        h.record_many(0, 1_000_000);
        assert!(h.octaves.is_empty());
        assert_eq!((h.mean(), h.quantile(0.99), h.share_over(0)), (Some(0.0), Some(0), Some(0.0)));
        assert_eq!(h.quantile(f64::NAN), Some(0));
    }
}
