//! When families arrive: Poisson processes with changing rates, by exact inversion.

use crate::base::calendar::Calendar;
use crate::base::rng::{Key, Purpose};
use crate::base::time::{DAY_MS, DAYS_PER_MONTH, SimTime, Span};
use crate::model::arrivals::Rate;
use crate::stats::dist::Dist;
use jiff::civil::Date;

/// A piecewise constant rate over the whole run of one replication.
#[derive(Clone, Debug, Default)]
pub(crate) struct Path {
    /// Start of each segment, the rate in families a millisecond during it, and its inverse.
    segments: Vec<(i64, f64, f64)>,
    /// The segment that the last arrival fell in.
    at: usize,
    end: i64,
}

impl Path {
    /// The time after `from` at which `amount` more of the expected number has come;
    /// [`SimTime::NEVER`] past the end. Calls must not go back in time.
    #[inline]
    pub fn after(&mut self, from: SimTime, amount: f64) -> SimTime {
        let mut left = amount;
        let mut now = from.0;
        while let Some(&(_, rate, gap)) = self.segments.get(self.at) {
            let until = self.segments.get(self.at + 1).map_or(self.end, |s| s.0);
            let room = (until - now) as f64 * rate;
            if left < room {
                return SimTime(now + ((left * gap + 0.5) as i64).max(0));
            }
            left -= room;
            now = until;
            self.at += 1;
        }
        SimTime::NEVER
    }

    /// Starts again from the beginning.
    pub fn rewind(&mut self) {
        self.at = 0;
    }
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
        let segments = segments.into_iter().map(|(from, rate)| (from, rate, 1.0 / rate)).collect();
        Path { segments, at: 0, end: self.end }
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

    /// By hand: 2 a day for 10 days, then 0 for 5, then 1 a day: the 25th expected arrival falls
    /// on day 20.
    #[test]
    fn inversion_crosses_segments() {
        let day = |d: i64| SimTime(d * DAY_MS);
        let spec = rate(vec![(day(0), 2.0), (day(10), 0.0), (day(15), 1.0)]);
        let maker = PathMaker::new(&spec, 1.0, day(0), day(100), None);
        assert_eq!(maker.path(Key(1)).after(day(0), 25.0), day(20));
        assert_eq!(maker.path(Key(1)).after(day(0), 10.0), day(5));
        assert_eq!(maker.path(Key(1)).after(day(0), 106.0), SimTime::NEVER);
        assert!((maker.expected() - 105.0).abs() < 1e-9);
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
