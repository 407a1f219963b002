//! The course of a stay: its own end, kept apart from what may cut it short, so that it can be
//! moved while it lasts.

use crate::base::time::SimTime;
use crate::engine::law::Reviews;
use crate::engine::network::NONE;

/// Which of a stage's laws a stay follows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Which {
    Base,
    If(u16),
    Way(u16),
}

/// The course of a stay.
#[derive(Clone, Copy)]
pub(crate) struct Course {
    /// Its own end and the way out then, before anything cuts it short.
    pub own: SimTime,
    pub own_way: u8,
    /// When its interruptions were drawn.
    pub from: SimTime,
    pub which: Which,
    /// The factor under which `own` was worked out.
    pub factor: f64,
    /// Whether its way was drawn by the routes, which may draw it again.
    pub by_route: bool,
    pub reviews: Option<Cycle>,
}

impl Course {
    pub const NEW: Course = Course {
        own: SimTime::NEVER,
        own_way: NONE,
        from: SimTime::ZERO,
        which: Which::Base,
        factor: 1.0,
        by_route: false,
        reviews: None,
    };
}

/// Where a stay is in its cycle of reviews. It ends at the first review after which the
/// probability of lasting longer is `target` or less.
#[derive(Clone, Copy)]
pub(crate) struct Cycle {
    /// Start of the stay.
    pub start: i64,
    /// Probability of lasting to the next review, under the odds of the reviews held so far.
    pub lasting: f64,
    pub target: f64,
    /// Number of the next review, from 0.
    pub next: i64,
    /// The next review, if part of its window had passed when the stay was found: when it is held
    /// (since the start of the stay) and the probability that it ends the stay.
    pub first: Option<(i64, f64)>,
    /// Where in its window each review is held.
    pub day: f64,
    /// The end is put off by this long for other reasons.
    pub delay: i64,
}

/// Reviews looked at before giving up: a stay never lasts that long.
const MOST: i64 = 10_000;

impl Cycle {
    /// When the next review is held, and the probability that it ends the stay.
    fn review(&self, reviews: &Reviews) -> (i64, f64) {
        let (held, ends) = match self.first {
            Some(first) => first,
            None => (reviews.held(self.next, self.day), reviews.ends(self.next)),
        };
        (self.start.saturating_add(held), ends)
    }

    fn pass(&mut self, ends: f64) {
        self.lasting *= 1.0 - ends;
        self.next += 1;
        self.first = None;
    }

    /// Passes the reviews held by `now`, with the odds of ending divided by `factor`.
    pub fn pass_until(&mut self, reviews: &Reviews, now: i64, factor: f64) {
        for _ in 0..MOST {
            let (at, ends) = self.review(reviews);
            if at > now {
                return;
            }
            self.pass(odds(ends, 1.0 / factor));
        }
    }

    /// When the stay ends if this factor lasts.
    pub fn end(&self, reviews: &Reviews, factor: f64) -> i64 {
        let mut ahead = *self;
        for _ in 0..MOST {
            let (at, ends) = ahead.review(reviews);
            ahead.pass(odds(ends, 1.0 / factor));
            if ahead.lasting <= ahead.target {
                return at;
            }
        }
        i64::MAX
    }
}

/// A probability with its odds multiplied.
pub(crate) fn odds(p: f64, times: f64) -> f64 {
    if times == 1.0 { p } else { times * p / (1.0 - p + times * p) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odds_by_hand() {
        assert_eq!(odds(0.5, 1.0), 0.5);
        assert!((odds(0.5, 2.0) - 2.0 / 3.0).abs() < 1e-15);
        assert!((odds(0.2, 3.0) - 0.6 / 1.4).abs() < 1e-15);
        assert_eq!([odds(0.0, 3.0), odds(1.0, 3.0)], [0.0, 1.0]);
    }
}
