//! Long distributions of durations, counted in whole numbers.

/// Most blocks of buckets, whatever their width.
const BLOCKS: usize = 64;

/// Counts of non-negative durations in milliseconds, in the manner of an HDR histogram (Tene): values
/// below `2^(BITS + 1)` ms have a bucket each, larger ones a bucket of relative width `2^-BITS`.
///
/// Everything is a whole number, so histograms merge exactly and in any order. Buckets lie in blocks of
/// `2^BITS`, one for each doubling; memory reaches as far as the longest duration seen (4 bytes a bucket:
/// at most 430 kB with 11 bits), and blocks that hold nothing cost no time.
#[derive(Debug, Clone)]
pub struct DurationHistogram<const BITS: u32 = 11> {
    count: u64,
    zeros: u64,
    sum: i128,
    min: i64,
    max: i64,
    /// How many durations lie in each block.
    blocks: [u64; BLOCKS],
    /// All buckets, shortest first.
    buckets: Vec<u32>,
}

impl<const BITS: u32> Default for DurationHistogram<BITS> {
    fn default() -> Self {
        Self { count: 0, zeros: 0, sum: 0, min: 0, max: 0, blocks: [0; BLOCKS], buckets: Vec::new() }
    }
}

/// Two are equal that counted the same, however much memory they have.
impl<const BITS: u32> PartialEq for DurationHistogram<BITS> {
    fn eq(&self, other: &Self) -> bool {
        let heads = |h: &Self| (h.count, h.zeros, h.sum, h.min, h.max);
        heads(self) == heads(other) && self.buckets().eq(other.buckets())
    }
}

impl<const BITS: u32> DurationHistogram<BITS> {
    /// An empty histogram, which allocates nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// The bucket of a value above 0.
    #[inline]
    fn place(value: i64) -> usize {
        let shift = (63 - value.leading_zeros()).saturating_sub(BITS);
        ((shift as usize) << BITS) + (value as u64 >> shift) as usize
    }

    /// Least value of a bucket, and how many values it holds.
    fn bounds(bucket: usize) -> (i64, i64) {
        let shift = (bucket >> BITS).saturating_sub(1);
        (((bucket - (shift << BITS)) as i64) << shift, 1 << shift)
    }

    /// Counts one duration in milliseconds; a negative one counts as 0.
    #[inline]
    pub fn record(&mut self, milliseconds: i64) {
        self.record_many(milliseconds, 1);
    }

    /// Counts the same duration several times.
    #[inline]
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
        self.count += times;
        if value == 0 {
            self.zeros += times;
            return;
        }
        self.sum = self.sum.saturating_add(i128::from(value) * i128::from(times));
        let bucket = Self::place(value);
        self.blocks[bucket >> BITS] += times;
        let times = u32::try_from(times).unwrap_or(u32::MAX);
        if let Some(count) = self.buckets.get_mut(bucket) {
            *count = count.saturating_add(times);
        } else {
            self.grow(bucket)[bucket] = times;
        }
    }

    /// All buckets, reaching to the end of the block of this one.
    #[cold]
    #[inline(never)]
    fn grow(&mut self, bucket: usize) -> &mut [u32] {
        let block = (bucket >> BITS) + 1;
        if self.buckets.len() < block << BITS {
            self.buckets.resize(block << BITS, 0);
        }
        &mut self.buckets
    }

    /// Blocks that hold something, ascending.
    fn used(&self) -> impl Iterator<Item = (usize, u64)> + '_ {
        self.blocks.iter().enumerate().filter(|b| *b.1 > 0).map(|(i, n)| (i, *n))
    }

    /// The buckets of a block.
    fn block(&self, block: usize) -> &[u32] {
        self.buckets.get(block << BITS..(block + 1) << BITS).unwrap_or_default()
    }

    /// Back to empty, keeping the memory.
    pub fn clear(&mut self) {
        if self.count == 0 {
            return;
        }
        for block in 0..BLOCKS {
            if self.blocks[block] > 0
                && let Some(buckets) = self.buckets.get_mut(block << BITS..(block + 1) << BITS)
            {
                buckets.fill(0);
            }
        }
        self.blocks = [0; BLOCKS];
        (self.count, self.zeros, self.sum, self.min, self.max) = (0, 0, 0, 0, 0);
    }

    /// Adds all counts of another; exact and independent of the order.
    pub fn merge(&mut self, other: &Self) {
        if other.count == 0 {
            return;
        }
        if self.count == 0 {
            (self.min, self.max) = (other.min, other.max);
        } else {
            self.min = self.min.min(other.min);
            self.max = self.max.max(other.max);
        }
        self.count += other.count;
        self.zeros += other.zeros;
        self.sum = self.sum.saturating_add(other.sum);
        for (block, n) in other.used() {
            self.blocks[block] += n;
            let first = block << BITS;
            for (mine, add) in self.grow(first)[first..].iter_mut().zip(other.block(block)) {
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
        self.used().flat_map(|(block, _)| self.of_block(block))
    }

    fn of_block(&self, block: usize) -> impl Iterator<Item = (i64, i64, u64)> + '_ {
        self.block(block).iter().enumerate().filter(|(_, count)| **count > 0).map(move |(i, count)| {
            let (low, width) = Self::bounds((block << BITS) + i);
            (low, width, u64::from(*count))
        })
    }

    /// The duration of nearest rank `ceil(p * count)`, in milliseconds: exact below `2^(BITS + 1)`, otherwise
    /// as if the durations of a bucket were spread evenly over it, held between the least and the greatest
    /// seen, so off by less than the bucket's width. `p` is held to [0, 1]; none when empty.
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
        for (block, n) in self.used() {
            if seen + n < rank {
                seen += n;
                continue;
            }
            for (low, width, count) in self.of_block(block) {
                if seen + count >= rank {
                    // the middle of its own part of the bucket
                    let part = (2 * (rank - seen) - 1) as f64 / (2 * count) as f64;
                    return Some((low + (width as f64 * part) as i64).max(self.min).min(self.max));
                }
                seen += count;
            }
        }
        Some(self.max)
    }

    /// Share of durations above `milliseconds`; none when empty. Durations in the same bucket count as
    /// not above, so that a deadline met to the second is never counted as missed: above `2^(BITS + 1)` ms
    /// the share is that above the next bucket's start, at most one part in `2^BITS` further out.
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
        let at = if milliseconds > 0 { Self::place(milliseconds) >> BITS } else { 0 };
        let beyond: u64 = self.used().filter(|b| b.0 > at).map(|b| b.1).sum();
        let near: u64 = self.of_block(at).filter(|b| b.0 > milliseconds).map(|b| b.2).sum();
        Some((beyond + near) as f64 / self.count as f64)
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
        let mut h = DurationHistogram::<11>::new();
        values.iter().for_each(|&v| h.record(v));
        h
    }

    fn tiles<const BITS: u32>(v: i64) {
        let bucket = DurationHistogram::<BITS>::place(v);
        let (low, width) = DurationHistogram::<BITS>::bounds(bucket);
        assert!(low <= v && v - low < width, "{v} in {low} + {width}");
        assert!(width == 1 || width <= v >> BITS, "{v}: {width}");
        assert!(bucket >> BITS < BLOCKS);
    }

    #[test]
    fn buckets_tile_the_line() {
        let mut values = sample(9, 5000);
        values.extend([1, 2, 3, 4095, 4096, 4097, 8191, 8192, i64::MAX]);
        for v in values.into_iter().filter(|&v| v > 0) {
            tiles::<11>(v);
            tiles::<8>(v);
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
    fn quantiles_are_within_a_bucket_of_the_nearest_rank() {
        let mut values = sample(4, 3001);
        let h = of(&values);
        values.sort_unstable();
        for k in 0..=1000 {
            let p = f64::from(k) / 1000.0;
            let rank = ((p * 3001.0).ceil() as usize).clamp(1, 3001);
            let exact = values[rank - 1];
            let found = h.quantile(p).unwrap();
            assert!((found - exact).abs() <= exact / 2048, "{p}: {found} for {exact}");
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
        let mut forwards = DurationHistogram::<11>::new();
        parts.iter().for_each(|p| forwards.merge(p));
        let mut backwards = DurationHistogram::<11>::new();
        parts.iter().rev().for_each(|p| backwards.merge(p));
        forwards.merge(&DurationHistogram::new());
        assert_eq!(forwards, whole);
        assert_eq!(backwards, whole);
    }

    /// By hand: four durations spread over a bucket of 1,024 ms stand in the middles of its quarters.
    #[test]
    fn a_bucket_is_spread_evenly() {
        let low = 1_i64 << 21; // 11 bits: a bucket of 1,024 ms begins here
        let h = of(&[1, low, low + 1, low + 2, low + 3, 1 << 40]);
        assert_eq!(h.quantile(2.0 / 6.0), Some(low + 128));
        assert_eq!(h.quantile(5.0 / 6.0), Some(low + 896));
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
        assert_eq!(h.quantile(0.1), Some(0));
    }

    #[test]
    fn zero_is_cheap_and_empty_has_no_answers() {
        let mut h = DurationHistogram::<11>::new();
        assert_eq!((h.mean(), h.quantile(0.5), h.share_over(3)), (None, None, None));
        h.record_many(0, 1_000_000);
        assert!(h.buckets.is_empty());
        assert_eq!((h.mean(), h.quantile(0.99), h.share_over(0)), (Some(0.0), Some(0), Some(0.0)));
        assert_eq!(h.quantile(f64::NAN), Some(0));
    }
}
