//! Lengths of stay, compiled: from uniform bits to the time a stay ends.

use crate::base::calendar::Calendar;
use crate::base::quantity::TimeUnit;
use crate::base::rng::{Key, Purpose, unit};
use crate::base::time::{DAY_MS, SimTime, Span};
use crate::engine::service::odds;
use crate::model::stage::{Dest, Law as LawSpec, Reviews as ReviewSpec};
use crate::stats::dist::{Atom, Dist, Hazards, Sampler};

/// A compiled law.
#[derive(Clone, Debug)]
pub(crate) enum Law {
    /// Milliseconds.
    Natural(Sampler, Dist),
    /// Working days.
    Working(Sampler, Dist),
    /// Days; cause i takes the way out `to[i]`.
    Hazards(Box<Hazards>, Vec<u8>),
    /// A review cycle.
    Reviews(Box<Reviews>),
    /// No end of its own.
    Open,
}

/// How a stay ends.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct End {
    pub at: SimTime,
    /// The way out, where the law decides it.
    pub way: Option<u8>,
}

/// Whose draws, for what, on which occasion.
#[derive(Clone, Copy)]
pub(crate) struct Draws {
    pub key: Key,
    pub stay: Purpose,
    pub visit: u64,
}

impl Draws {
    /// The uniform that decides the length.
    #[inline]
    pub fn length(self) -> u64 {
        self.key.bits(self.stay, self.visit)
    }

    /// The uniform that decides what else the law leaves open (cause, day of a review).
    pub fn detail(self) -> f64 {
        self.key.unit(self.stay.numbered(1), self.visit)
    }
}

impl Law {
    /// Compiles a law; `way` finds the index of a destination among the stage's ways out.
    pub fn new(spec: &LawSpec, way: impl Fn(Dest) -> u8) -> Law {
        match spec {
            LawSpec::Length { dist, unit: TimeUnit::Natural } => {
                Law::Natural(Sampler::new(dist, DAY_MS as f64), dist.clone())
            }
            LawSpec::Length { dist, unit: TimeUnit::WorkingDays } => {
                Law::Working(Sampler::new(dist, 1.0), dist.clone())
            }
            LawSpec::Hazards { hazards, to } => {
                Law::Hazards(Box::new(hazards.clone()), to.iter().map(|d| way(*d)).collect())
            }
            LawSpec::Reviews(spec) => Law::Reviews(Box::new(Reviews::new(spec))),
            LawSpec::Open => Law::Open,
        }
    }

    /// When a stay that starts at `start` ends, its length multiplied by `times`.
    #[inline]
    pub fn end(&self, draws: Draws, start: SimTime, times: f64, calendar: Option<&Calendar>) -> End {
        match self {
            Law::Natural(sampler, _) => {
                End { at: start + Span::from_ms_f64(sampler.draw(draws.length()) * times), way: None }
            }
            _ => self.slow_end(draws, start, times, calendar),
        }
    }

    fn slow_end(&self, draws: Draws, start: SimTime, times: f64, calendar: Option<&Calendar>) -> End {
        match self {
            Law::Natural(..) | Law::Open => End { at: SimTime::NEVER, way: None },
            Law::Working(sampler, _) => {
                let days = sampler.draw(draws.length()) * times;
                End { at: add_working(calendar, start, days), way: None }
            }
            Law::Hazards(hazards, to) => {
                let (days, cause) = hazards.draw(unit(draws.length()), draws.detail());
                End { at: start + Span::from_days(days * times), way: to.get(cause).copied() }
            }
            Law::Reviews(reviews) => {
                let span = reviews.draw(unit(draws.length()), draws.detail(), times);
                End { at: start + span, way: None }
            }
        }
    }

    /// When a stay ends that has lasted `elapsed` at `now`.
    pub fn end_given(
        &self,
        draws: Draws,
        now: SimTime,
        elapsed: Span,
        times: f64,
        calendar: Option<&Calendar>,
    ) -> End {
        let u = unit(draws.length());
        let days = elapsed.days() / times;
        match self {
            Law::Natural(_, dist) => {
                End { at: now + Span::from_days(dist.remaining(days, u) * times), way: None }
            }
            Law::Working(_, dist) => {
                let worked = working_elapsed(calendar, now, elapsed) / times;
                let left = dist.remaining(worked, u) * times;
                End { at: add_working(calendar, now, left), way: None }
            }
            Law::Hazards(hazards, to) => {
                let (end, cause) = hazards.draw_given(days, u, draws.detail());
                End { at: now + Span::from_days((end - days) * times), way: to.get(cause).copied() }
            }
            Law::Reviews(reviews) => {
                End { at: now + reviews.remaining(elapsed, u, draws.detail(), times), way: None }
            }
            Law::Open => End { at: SimTime::NEVER, way: None },
        }
    }

    /// Time already spent, for a case found at a random moment of a steady flow.
    pub fn steady_elapsed(&self, u: f64, times: f64) -> Span {
        match self {
            Law::Natural(_, dist) => Span::from_days(dist.length_biased_elapsed(u) * times),
            // a working day takes 365.25 / 253 days on average (8 bank holidays a year)
            Law::Working(_, dist) => {
                Span::from_days(dist.length_biased_elapsed(u) * times * DAYS_PER_WORKING_DAY)
            }
            Law::Hazards(hazards, _) => Span::from_days(hazards.length_biased_elapsed(u) * times),
            Law::Reviews(reviews) => {
                Span::from_days(reviews.as_hazards.as_ref().map_or(0.0, |h| h.length_biased_elapsed(u)))
            }
            Law::Open => Span::ZERO,
        }
    }

    /// Probability that a stay lasts longer than `elapsed`.
    pub fn survival(&self, elapsed: Span, times: f64) -> f64 {
        let days = elapsed.days() / times;
        match self {
            Law::Natural(_, dist) => dist.sf(days),
            Law::Working(_, dist) => dist.sf(days / DAYS_PER_WORKING_DAY),
            Law::Hazards(hazards, _) => hazards.survival(days),
            Law::Reviews(reviews) => reviews.as_hazards.as_ref().map_or(1.0, |h| h.survival(elapsed.days())),
            Law::Open => 1.0,
        }
    }

    /// Milliseconds between reviews, where a review ends the stay.
    pub fn review_step(&self) -> Option<i64> {
        match self {
            Law::Reviews(reviews) => Some(reviews.then),
            _ => None,
        }
    }

    /// The review cycle, where a review ends the stay.
    pub fn reviews(&self) -> Option<&Reviews> {
        match self {
            Law::Reviews(reviews) => Some(reviews),
            _ => None,
        }
    }

    /// Mean length in days; infinite for an open law.
    pub fn mean_days(&self) -> f64 {
        match self {
            Law::Natural(_, dist) => dist.mean(),
            Law::Working(_, dist) => dist.mean() * DAYS_PER_WORKING_DAY,
            Law::Hazards(hazards, _) => hazards.mean(),
            Law::Reviews(reviews) => reviews.as_hazards.as_ref().map_or(0.0, Hazards::mean),
            Law::Open => f64::INFINITY,
        }
    }
}

/// 261 weekdays less 8 bank holidays a year.
const DAYS_PER_WORKING_DAY: f64 = 365.25 / 252.96;

fn add_working(calendar: Option<&Calendar>, from: SimTime, days: f64) -> SimTime {
    match calendar {
        Some(calendar) => calendar.add_working_days(from, days),
        None => from + Span::from_days(days * DAYS_PER_WORKING_DAY),
    }
}

fn working_elapsed(calendar: Option<&Calendar>, now: SimTime, elapsed: Span) -> f64 {
    match calendar {
        Some(calendar) => calendar.working_days_between(now - elapsed, now),
        None => elapsed.days() / DAYS_PER_WORKING_DAY,
    }
}

/// A compiled review cycle.
#[derive(Clone, Debug)]
pub(crate) struct Reviews {
    first: i64,
    then: i64,
    within: i64,
    /// Probability of being still there after the k-th review, from k = 0.
    after: Vec<f64>,
    /// Probability of ending at each review beyond the list.
    tail: f64,
    /// Every review taken in the middle of its window, for steady states and means.
    /// `None` for a cycle that cannot be one (the checker refuses those).
    as_hazards: Option<Hazards>,
}

/// Reviews listed one by one; beyond them the last probability repeats.
const LISTED: usize = 64;

impl Reviews {
    fn new(spec: &ReviewSpec) -> Reviews {
        let tail = spec.ends.last().copied().unwrap_or(1.0).clamp(1e-6, 1.0);
        let mut after = vec![1.0];
        let mut atoms = Vec::new();
        for k in 0..LISTED {
            let ends = spec.ends.get(k).copied().unwrap_or(tail).clamp(0.0, 1.0);
            after.push(after[k] * (1.0 - ends));
            let due = (spec.first.0 + spec.then.0 * k as i64 - spec.within.0 / 2) as f64 / DAY_MS as f64;
            // the last atom ends what little is left, so that the law is proper
            let prob = if k + 1 == LISTED { 1.0 } else { ends };
            atoms.push(Atom { at: due, probs: vec![prob] });
        }
        let as_hazards = Hazards::new(&[0.0], &[vec![0.0]], &atoms).ok();
        Reviews {
            first: spec.first.0,
            then: spec.then.0.max(1),
            within: spec.within.0,
            after,
            tail,
            as_hazards,
        }
    }

    /// Number (from 0) of the review at which a stay ends, from the probability `s` of lasting
    /// longer.
    fn review(&self, s: f64) -> i64 {
        let k = self.after.partition_point(|&after| after > s);
        if k < self.after.len() {
            return k as i64 - 1;
        }
        let last = self.after[LISTED];
        if self.tail >= 1.0 || last <= 0.0 {
            return LISTED as i64;
        }
        let more = libm::floor(libm::log(s / last) / libm::log(1.0 - self.tail));
        LISTED as i64 + (more as i64).clamp(0, 10_000)
    }

    fn due(&self, review: i64) -> i64 {
        self.first.saturating_add(self.then.saturating_mul(review.max(0)))
    }

    /// The review after which no more than the share `lasting` of those there before `next` is left, if the odds of ending
    /// at each review are divided by `times`: a factor on a length that ends at reviews.
    fn review_times(&self, next: i64, lasting: f64, times: f64) -> i64 {
        let mut left = 1.0;
        for k in next..next.saturating_add(LISTED as i64) {
            left *= 1.0 - odds(self.ends(k), 1.0 / times);
            if left <= lasting {
                return k;
            }
        }
        next.saturating_add(LISTED as i64)
    }

    fn draw(&self, u: f64, day: f64, times: f64) -> Span {
        let review = if times == 1.0 { self.review(1.0 - u) } else { self.review_times(0, 1.0 - u, times) };
        let due = self.due(review);
        Span((due - (self.within as f64 * (1.0 - day)) as i64).max(0))
    }

    /// Time to the end, for a stay that has lasted `elapsed`: the review whose window holds
    /// `elapsed` counts by the part of the window that is left.
    fn remaining(&self, elapsed: Span, u: f64, day: f64, times: f64) -> Span {
        let next = (0..10_000).find(|&k| self.due(k) > elapsed.0).unwrap_or(10_000);
        let due = self.due(next);
        let opens = due - self.within;
        let part = if elapsed.0 > opens && self.within > 0 {
            (due - elapsed.0) as f64 / self.within as f64
        } else {
            1.0
        };
        let before = self.survival_after(next - 1);
        let ends = before - self.survival_after(next);
        let total = before - ends * (1.0 - part);
        let s = (1.0 - u) * total;
        let from_next = s > total - ends * part;
        let review = match (times == 1.0, from_next) {
            (false, _) => self.review_times(next, 1.0 - u, times),
            (true, true) => next,
            (true, false) => self.review(s).max(next),
        };
        let due = self.due(review);
        let earliest = (due - self.within).max(elapsed.0);
        Span((due - ((due - earliest) as f64 * (1.0 - day)) as i64 - elapsed.0).max(0))
    }

    /// When a review is held, in milliseconds since the start of the stay.
    pub fn held(&self, review: i64, day: f64) -> i64 {
        (self.due(review) - (self.within as f64 * (1.0 - day)) as i64).max(0)
    }

    /// Probability that a review ends a stay that has come to it.
    pub fn ends(&self, review: i64) -> f64 {
        match (self.after.get(review.max(0) as usize), self.after.get(review.max(0) as usize + 1)) {
            (Some(before), Some(after)) if *before > 0.0 => 1.0 - after / before,
            _ => self.tail,
        }
    }

    /// For a stay that has lasted `elapsed`: the probability of having lasted so long, the number of
    /// the next review and, where part of its window has passed, when it is held and the
    /// probability that it ends the stay.
    pub fn found(&self, elapsed: i64, day: f64) -> (f64, i64, Option<(i64, f64)>) {
        let next = (0..10_000).find(|&k| self.due(k) > elapsed).unwrap_or(10_000);
        let due = self.due(next);
        let before = self.survival_after(next - 1);
        if elapsed <= due - self.within || self.within <= 0 {
            return (before, next, None);
        }
        let ends = (before - self.survival_after(next)) * ((due - elapsed) as f64 / self.within as f64);
        let total = self.survival_after(next) + ends;
        let held = due - ((due - elapsed) as f64 * (1.0 - day)) as i64;
        (total, next, Some((held, if total > 0.0 { ends / total } else { 1.0 })))
    }

    fn survival_after(&self, review: i64) -> f64 {
        let k = (review + 1).max(0) as usize;
        match self.after.get(k) {
            Some(s) => *s,
            None => self.after[LISTED] * libm::pow(1.0 - self.tail, (k - LISTED) as f64),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reviews() -> Reviews {
        Reviews::new(&ReviewSpec {
            first: Span::from_days(90.0),
            then: Span::from_days(180.0),
            within: Span::from_days(10.0),
            ends: vec![0.2, 0.5],
        })
    }

    /// By hand: ends at review 1 with 0.2, at review 2 with 0.8 x 0.5 = 0.4, review 3 with 0.2, …
    #[test]
    fn a_stay_ends_only_at_a_review() {
        let r = reviews();
        let n = 20_000;
        let mut counts = [0usize; 4];
        for i in 0..n {
            let u = (i as f64 + 0.5) / n as f64;
            let days = r.draw(u, 0.5, 1.0).days();
            let k = ((days + 5.0 - 90.0) / 180.0).round();
            assert!((days + 5.0 - 90.0 - 180.0 * k).abs() < 1e-6, "{days}");
            counts[(k as usize).min(3)] += 1;
        }
        assert_eq!(counts, [4000, 8000, 4000, 4000]);
    }

    /// At 85 days half of the first window has passed, so the first review counts half:
    /// 0.1 / (1 - 0.1) of those still there end at it.
    #[test]
    fn what_is_left_is_conditional_on_what_has_passed() {
        let r = reviews();
        let n = 9_000;
        let at_first = (0..n)
            .filter(|i| {
                r.remaining(Span::from_days(85.0), (f64::from(*i) + 0.5) / f64::from(n), 0.5, 1.0).days()
                    <= 5.0
            })
            .count();
        assert_eq!(at_first, 1000);
        // after the first review, half of them end at the second
        let at_second = (0..n)
            .filter(|i| {
                r.remaining(Span::from_days(100.0), (f64::from(*i) + 0.5) / f64::from(n), 0.5, 1.0).days()
                    <= 170.0
            })
            .count();
        assert_eq!(at_second, 4500);
        assert!(r.remaining(Span::from_days(1e5), 0.4, 0.5, 1.0).days() <= 180.0);
    }

    /// Twice as long: the odds of ending are halved. By hand 0.2 at the first review becomes 1/9 and 0.5 at the second
    /// 1/3; and a factor of nearly one changes next to nothing.
    #[test]
    fn a_factor_divides_the_odds_of_each_review() {
        let r = reviews();
        let n = 27_000;
        let ended = |k: i64, times: f64| {
            let at = |i: i64| r.review_times(0, 1.0 - (i as f64 + 0.5) / n as f64, times);
            (0..n).filter(|i| at(*i) == k).count()
        };
        assert_eq!(ended(0, 2.0), 3_000);
        assert_eq!(ended(1, 2.0), 8_000);
        for i in 0..200 {
            let u = (f64::from(i) + 0.5) / 200.0;
            assert_eq!(r.draw(u, 0.5, 1.0 + 1e-12), r.draw(u, 0.5, 1.0));
        }
    }

    #[test]
    fn monotone_in_the_uniform() {
        let r = reviews();
        let mut last = Span::ZERO;
        for i in 1..1000 {
            let now = r.draw(f64::from(i) / 1000.0, 0.3, 1.0);
            assert!(now >= last);
            last = now;
        }
    }
}
