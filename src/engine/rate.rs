//! When families arrive: Poisson processes with changing rates, as the points under a curve.
//!
//! Over time and height lie points, one to a unit of area on average; the families that come are those
//! under the rate of the moment (Lewis & Shedler 1979 thin such points). Height is cut into bands and
//! time into blocks, and the points of a band in a block, with the families they stand for, belong to
//! the two of them. Under a scenario that raises the rate the same families come at the same moments,
//! and others besides; under one that lowers it some stay away. Counting families from the start would
//! make each later one another family at another moment.
//!
//! A block is a power of two of milliseconds, near a hundredth of the run, and bands are heights in
//! families a block: with all times of a model doubled, the same families come at doubled times, and a
//! run that is somewhat longer begins with the same families.

use crate::base::calendar::Calendar;
use crate::base::rng::{Key, Purpose};
use crate::base::time::{DAY_MS, DAYS_PER_MONTH, SimTime, Span};
use crate::model::arrivals::Rate;
use crate::stats::dist::{Dist, exp1};
use jiff::civil::Date;

const GAP: Purpose = Purpose::named("gap");
const HEIGHT: Purpose = Purpose::named("height");

/// Blocks in a run: so many or up to twice as many.
const BLOCKS: i64 = 64;
/// Families in a block; more, and blocks are shorter, so that what is held at once stays small, and far fewer than places.
const MOST_IN_BLOCK: f64 = 100_000.0;

/// Bits of the place of a family in its block, below its moment in the block.
const PLACE: u32 = 18;

/// A piecewise constant rate over the whole run of one replication, and the families under it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Path {
    /// Start of each segment and the rate in families a millisecond during it.
    segments: Vec<(i64, f64)>,
    /// The segment of the latest family, or that in which the block that is open begins.
    at: usize,
    end: i64,
    key: Key,
    /// Milliseconds in a block.
    block: i64,
    /// Beginning of the next block to open, or of the run.
    open: i64,
    /// Families in the block that is open: (label, height) in the order in which they were found,
    points: Vec<(u64, f64)>,
    /// moments in the block and places among these, in time,
    order: Vec<u64>,
    /// and how many have come or were passed over.
    come: usize,
    /// Beginning of the block that is open.
    begun: i64,
    /// Label of the family that came or is to come next.
    pub label: u64,
}

impl Path {
    fn new(segments: Vec<(i64, f64)>, end: i64, key: Key) -> Path {
        let open = segments.first().map_or(end, |s| s.0);
        let most = segments.iter().map(|s| s.1).fold(0.0, f64::max);
        let mut block = 1 << ((end - open) / BLOCKS).max(1).ilog2();
        while block > 1 && most * block as f64 > MOST_IN_BLOCK {
            block /= 2;
        }
        Path {
            segments,
            at: 0,
            end,
            key,
            block,
            open,
            points: Vec::new(),
            order: Vec::new(),
            come: 0,
            begun: open,
            label: 0,
        }
    }

    /// The moment of the next family, whose label is then set; [`SimTime::NEVER`] past the end.
    #[inline]
    pub fn next(&mut self) -> SimTime {
        loop {
            while let Some(next) = self.order.get(self.come) {
                self.come += 1;
                let at = self.begun + (next >> PLACE) as i64;
                let Some(&(label, height)) = self.points.get((next & ((1 << PLACE) - 1)) as usize) else {
                    continue;
                };
                while self.segments.get(self.at + 1).is_some_and(|s| s.0 <= at) {
                    self.at += 1;
                }
                if self.segments.get(self.at).is_some_and(|s| height < s.1) {
                    self.label = label;
                    return SimTime(at);
                }
            }
            if self.open >= self.end {
                return SimTime::NEVER;
            }
            self.fill();
        }
    }

    /// Opens the next block.
    fn fill(&mut self) {
        let from = self.open;
        let block = from.div_euclid(self.block);
        let to = ((block + 1) * self.block).min(self.end);
        self.open = to;
        let starts = |i: usize| self.segments.get(i).map_or(i64::MAX, |s| s.0);
        while starts(self.at + 1) <= from {
            self.at += 1;
        }
        let last = (self.at..).take_while(|i| starts(*i) < to).last().unwrap_or(self.at);
        let rates = self.segments.get(self.at..=last).unwrap_or_default().iter().map(|s| s.1);
        let most = rates.clone().fold(0.0, f64::max);
        let least = rates.fold(f64::INFINITY, f64::min);
        let begun = block * self.block;
        self.begun = begun;
        self.points.clear();
        self.order.clear();
        self.come = 0;
        for (number, low, high) in bands(self.block).take_while(|b| b.1 < most) {
            // block, band and place in them
            let first = (block as u64 & 0xFF_FFFF) << 38 | number << 30;
            let (own, gap) = (self.key.child(first), 1.0 / (high - low));
            let mut at = 0.0;
            for j in 0.. {
                at += exp1(own.bits(GAP, j)) * gap;
                // not a number where the band has no height
                if at.is_nan() || at >= (to - begun) as f64 || self.points.len() >> PLACE > 0 {
                    break;
                }
                // within its band no family needs a height where the rate is above it throughout
                let height = if high <= least { low } else { low + own.unit(HEIGHT, j) * (high - low) };
                if at >= (from - begun) as f64 && height < most {
                    self.order.push((at as u64) << PLACE | self.points.len() as u64);
                    self.points.push((first | j, height));
                }
            }
        }
        self.order.sort_unstable();
    }
}

/// Bands of height, in families a millisecond: up to one family a block, then each doubling, from 16 a
/// block in four parts, so that few points lie above the rate.
fn bands(block: i64) -> impl Iterator<Item = (u64, f64, f64)> {
    let unit = 1.0 / block as f64;
    let first = std::iter::once((0.0, 1.0));
    let doubled = (0..4).map(|k| (f64::from(1 << k), f64::from(2 << k)));
    let parts = (4..60).flat_map(|k| {
        let base = (1u64 << k) as f64;
        (0..4)
            .map(move |part| (base * (1.0 + 0.25 * f64::from(part)), base * (1.25 + 0.25 * f64::from(part))))
    });
    let all = first.chain(doubled).chain(parts).enumerate();
    all.map(move |(i, (low, high))| (i as u64, low * unit, high * unit))
}

/// Builds the path of a rate: steps, repeats, months, then the monthly gamma multiplier.
pub(crate) struct PathMaker {
    /// Segment starts and families a millisecond, without chance.
    base: Vec<(i64, f64)>,
    /// First moments of the months (or 30-day spans) that each get their own multiplier.
    months: Vec<i64>,
    varies: Option<Dist>,
    end: i64,
}

impl PathMaker {
    /// Prepares a rate over `[begin, end)`, for families of this mean size.
    pub fn new(rate: &Rate, family: f64, begin: SimTime, end: SimTime, start: Option<Date>) -> PathMaker {
        let calendar = start.map(|date| Calendar::new(date, 0, 1));
        let months = months(begin, end, calendar.as_ref());
        let mut edges: Vec<i64> = steps_edges(rate, begin, end);
        if rate.varies > 0.0 || rate.months.is_some() {
            edges.extend(&months);
        }
        edges.push(begin.0);
        edges.sort_unstable();
        edges.dedup();
        edges.retain(|&t| t >= begin.0 && t < end.0);
        let season = rate.months.map(scaled_months);
        let base = edges
            .into_iter()
            .map(|t| {
                let mut per_day = level(rate, t);
                if let (Some(season), Some(calendar)) = (&season, &calendar) {
                    let month = calendar.date_of(SimTime(t)).map_or(1, |d| d.month());
                    per_day *= season[(month as usize - 1).min(11)];
                }
                (t, per_day / family / DAY_MS as f64)
            })
            .collect();
        let varies = (rate.varies > 0.0)
            .then(|| Dist::gamma(1.0 / (rate.varies * rate.varies), rate.varies * rate.varies).ok())
            .flatten();
        PathMaker { base, months, varies, end: end.0 }
    }

    /// The path of one replication.
    pub fn path(&self, key: Key) -> Path {
        let mut segments = self.base.clone();
        if let Some(gamma) = &self.varies {
            let purpose = Purpose::named("monthly variation");
            let factors: Vec<f64> =
                (0..self.months.len()).map(|m| gamma.quantile(key.unit(purpose, m as u64))).collect();
            for (from, rate) in &mut segments {
                let month = self.months.partition_point(|m| *m <= *from).saturating_sub(1);
                *rate *= factors.get(month).copied().unwrap_or(1.0);
            }
        }
        Path::new(segments, self.end, key)
    }

    /// Expected number of families over the whole run.
    pub fn expected(&self) -> f64 {
        let ends = self.base.iter().skip(1).map(|s| s.0).chain([self.end]);
        self.base.iter().zip(ends).map(|(&(from, rate), to)| rate * (to - from) as f64).sum()
    }
}

fn months(begin: SimTime, end: SimTime, calendar: Option<&Calendar>) -> Vec<i64> {
    match calendar {
        Some(calendar) => {
            let mut edges = calendar.month_edges(begin, end);
            edges.pop();
            edges.into_iter().map(|t| t.0).collect()
        }
        None => {
            let month = (DAYS_PER_MONTH * DAY_MS as f64) as i64;
            (0..).map(|i| begin.0 + i * month).take_while(|t| *t < end.0).collect()
        }
    }
}

/// Month factors scaled so that a year's total (by days of the months) stays the same.
fn scaled_months(factors: [f64; 12]) -> [f64; 12] {
    const DAYS: [f64; 12] = [31.0, 28.25, 31.0, 30.0, 31.0, 30.0, 31.0, 31.0, 30.0, 31.0, 30.0, 31.0];
    let total: f64 = factors.iter().zip(DAYS).map(|(f, d)| f * d).sum();
    let scale = if total > 0.0 { 365.25 / total } else { 0.0 };
    factors.map(|f| f * scale)
}

/// Most repeats of a repeating rate; more are cut by the checker beforehand.
const MOST_SEGMENTS: usize = 2_000_000;

fn steps_edges(rate: &Rate, begin: SimTime, end: SimTime) -> Vec<i64> {
    if !rate.by_age.is_empty() {
        return rate.by_age.iter().map(|s| s.0.0).collect();
    }
    let Some(Span(period)) = rate.repeat.filter(|p| p.0 > 0) else {
        return rate.steps.iter().map(|s| s.0.0).collect();
    };
    let first = begin.0.div_euclid(period) * period;
    (0..)
        .map(|i: i64| first + i * period)
        .take_while(|t| *t < end.0)
        .flat_map(|base| rate.steps.iter().map(move |s| base + s.0.0.max(0)))
        .take(MOST_SEGMENTS)
        .collect()
}

/// Cases a day at a time.
fn level(rate: &Rate, t: i64) -> f64 {
    if !rate.by_age.is_empty() {
        let i = rate.by_age.partition_point(|s| s.0.0 <= t).max(1) - 1;
        return rate.by_age.get(i).map_or(0.0, |s| s.1.iter().sum());
    }
    let t = rate.repeat.filter(|p| p.0 > 0).map_or(t, |p| t.rem_euclid(p.0));
    let i = rate.steps.partition_point(|s| s.0.0 <= t).max(1) - 1;
    rate.steps.get(i).map_or(0.0, |s| s.1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn rate(steps: Vec<(SimTime, f64)>) -> Rate {
        Rate { steps, repeat: None, by_age: Vec::new(), months: None, varies: 0.0 }
    }

    fn times(path: &mut Path) -> Vec<(i64, u64)> {
        std::iter::from_fn(|| {
            let at = path.next();
            (at < SimTime::NEVER).then_some((at.0, path.label))
        })
        .collect()
    }

    /// 2 a day for 10 days, then 0 for 5, then 1 a day: 105 expected by day 100.
    #[test]
    fn families_come_under_the_rate() {
        let day = |d: i64| SimTime(d * DAY_MS);
        let spec = rate(vec![(day(0), 2.0), (day(10), 0.0), (day(15), 1.0)]);
        let maker = PathMaker::new(&spec, 1.0, day(0), day(100), None);
        assert!((maker.expected() - 105.0).abs() < 1e-9);
        let (n, mut first, mut all, mut squares) = (4_000u64, 0.0, 0.0, 0.0);
        for k in 0..n {
            let come = times(&mut maker.path(Key::root(2, 2).child(k)));
            assert!(come.windows(2).all(|w| w[0] <= w[1]));
            assert!(!come.iter().any(|c| (10 * DAY_MS..15 * DAY_MS).contains(&c.0)));
            first += come.iter().filter(|c| c.0 < 10 * DAY_MS).count() as f64;
            all += come.len() as f64;
            squares += (come.len() * come.len()) as f64;
        }
        let n = n as f64;
        let mean = all / n;
        let variance = squares / n - mean * mean;
        // standard deviations 0.07, 0.16 and 2.3
        assert!((first / n - 20.0).abs() < 0.35, "{}", first / n);
        assert!((mean - 105.0).abs() < 0.8 && (variance - 105.0).abs() < 12.0, "{mean} {variance}");
    }

    /// Gaps at a constant rate are exponential whatever bands and blocks they cross: Kolmogorov-Smirnov
    /// at the 1e-6 level (2.7 / sqrt(n)), from 3 a year to 40,000.
    #[test]
    fn gaps_are_exponential() {
        for per_day in [0.008, 1.0, 110.0] {
            let spec = rate(vec![(SimTime(0), per_day)]);
            let days = (20_000.0 / per_day) as i64;
            let maker = PathMaker::new(&spec, 1.0, SimTime(-3 * DAY_MS), SimTime(days * DAY_MS), None);
            let come = times(&mut maker.path(Key::root(8, 1)));
            let mut u: Vec<f64> = come
                .windows(2)
                .map(|w| -libm::expm1(-per_day * (w[1].0 - w[0].0) as f64 / DAY_MS as f64))
                .collect();
            u.sort_by(f64::total_cmp);
            let n = u.len() as f64;
            assert!((n - 20_000.0).abs() < 800.0, "{n}");
            let worst =
                u.iter().enumerate().map(|(i, u)| (u - (i as f64 + 0.5) / n).abs()).fold(0.0, f64::max);
            assert!(worst < 2.7 / n.sqrt(), "{per_day}: {worst}");
        }
    }

    /// From day 50 an eighth more: the same families come at the same moments, and others besides, all
    /// of them after that day.
    #[test]
    fn a_higher_rate_adds_families_and_moves_none() {
        let day = |d: i64| SimTime(d * DAY_MS);
        let maker = |steps| PathMaker::new(&rate(steps), 1.5, day(0), day(400), None);
        let few = times(&mut maker(vec![(day(0), 20.0)]).path(Key::root(1, 5)));
        let more = times(&mut maker(vec![(day(0), 20.0), (day(50), 22.5)]).path(Key::root(1, 5)));
        let new: Vec<_> = more.iter().filter(|c| !few.contains(c)).collect();
        assert!(few.iter().all(|c| more.contains(c)));
        assert!(new.iter().all(|c| c.0 >= 50 * DAY_MS));
        // 583 expected, sd 24
        assert!((460..710).contains(&new.len()), "{}", new.len());
        let labels: std::collections::BTreeSet<u64> = more.iter().map(|c| c.1).collect();
        assert_eq!(labels.len(), more.len());
    }

    #[test]
    fn families_halve_the_rate_and_repeats_repeat() {
        let day = |d: i64| SimTime(d * DAY_MS);
        let mut spec = rate(vec![(day(0), 4.0), (day(5), 0.0)]);
        spec.repeat = Some(Span(7 * DAY_MS));
        let maker = PathMaker::new(&spec, 2.0, day(-14), day(14), None);
        assert!((maker.expected() - 4.0 * 5.0 * 2.0).abs() < 1e-9);
    }

    #[test]
    fn months_keep_the_total_of_a_year() {
        let mut spec = rate(vec![(SimTime(0), 10.0)]);
        spec.months = Some([1.0, 2.0, 0.5, 1.0, 1.0, 1.0, 0.1, 1.0, 1.0, 1.0, 1.0, 3.0]);
        let end = SimTime(1461 * DAY_MS);
        let maker = PathMaker::new(&spec, 1.0, SimTime(0), end, Some(date(2024, 4, 1)));
        assert!((maker.expected() - 14_610.0).abs() < 1e-6);
    }

    /// The multiplier has mean 1 and the stated standard deviation: over 20,000 months the mean
    /// lies within 5 standard errors.
    #[test]
    fn variation_has_mean_one() {
        let mut spec = rate(vec![(SimTime(0), 1.0)]);
        spec.varies = 0.3;
        let month = (DAYS_PER_MONTH * DAY_MS as f64) as i64;
        let maker = PathMaker::new(&spec, 1.0, SimTime(0), SimTime(month * 20_000), None);
        let path = maker.path(Key::root(1, 1));
        let n = path.segments.len() as f64;
        let scale = DAY_MS as f64;
        let mean = path.segments.iter().map(|s| s.1 * scale).sum::<f64>() / n;
        let var = path.segments.iter().map(|s| (s.1 * scale - mean).powi(2)).sum::<f64>() / n;
        assert!((mean - 1.0).abs() < 5.0 * 0.3 / n.sqrt(), "{mean}");
        assert!((var.sqrt() - 0.3).abs() < 0.02, "{var}");
    }
}
