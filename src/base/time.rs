//! Simulated time: whole milliseconds, so that equal times are equal on every machine.

use std::ops::{Add, Sub};

/// Milliseconds in a day.
pub const DAY_MS: i64 = 86_400_000;
/// Days in a mean month, 365.25 / 12.
pub const DAYS_PER_MONTH: f64 = 30.4375;
/// Days in a mean year.
pub const DAYS_PER_YEAR: f64 = 365.25;
/// The longest span the engine accepts, 300 years in milliseconds.
pub const LONGEST_MS: i64 = 300 * 366 * DAY_MS;

/// A length of time in whole milliseconds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Span(pub i64);

/// A point in simulated time, in milliseconds; 0 is the start of the measured run and
/// warm-up is negative.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct SimTime(pub i64);

impl Span {
    /// No time at all.
    pub const ZERO: Span = Span(0);

    /// The span nearest to `days`; saturates at [`LONGEST_MS`] and never is negative.
    #[inline]
    pub fn from_days(days: f64) -> Span {
        Span::from_ms_f64(days * DAY_MS as f64)
    }

    /// The span nearest to `ms` milliseconds; saturates at [`LONGEST_MS`], and at 0 below.
    #[inline]
    pub fn from_ms_f64(ms: f64) -> Span {
        // `as` saturates and takes NaN to 0, so no input can overflow here
        Span(((ms + 0.5) as i64).clamp(0, LONGEST_MS))
    }

    /// Length in days.
    #[inline]
    pub fn days(self) -> f64 {
        self.0 as f64 / DAY_MS as f64
    }
}

impl SimTime {
    /// The start of the measured run.
    pub const ZERO: SimTime = SimTime(0);
    /// Later than any time the engine reaches.
    pub const NEVER: SimTime = SimTime(i64::MAX);

    /// Days since the start of the measured run.
    #[inline]
    pub fn days(self) -> f64 {
        self.0 as f64 / DAY_MS as f64
    }
}

impl Add<Span> for SimTime {
    type Output = SimTime;
    #[inline]
    fn add(self, span: Span) -> SimTime {
        SimTime(self.0.saturating_add(span.0))
    }
}

impl Sub<Span> for SimTime {
    type Output = SimTime;
    #[inline]
    fn sub(self, span: Span) -> SimTime {
        SimTime(self.0.saturating_sub(span.0))
    }
}

impl Sub for SimTime {
    type Output = Span;
    #[inline]
    fn sub(self, earlier: SimTime) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }
}

impl Add for Span {
    type Output = Span;
    #[inline]
    fn add(self, other: Span) -> Span {
        Span(self.0.saturating_add(other.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_round_to_the_nearest_millisecond_and_saturate() {
        assert_eq!(Span::from_days(7.5).0, 648_000_000);
        assert_eq!(Span::from_ms_f64(1.4).0, 1);
        assert_eq!(Span::from_ms_f64(1.5).0, 2);
        assert_eq!(Span::from_days(f64::INFINITY).0, LONGEST_MS);
        assert_eq!(Span::from_days(f64::NAN).0, 0);
        assert_eq!(Span::from_days(-3.0).0, 0);
    }

    #[test]
    fn arithmetic_never_overflows() {
        assert_eq!(SimTime::NEVER + Span(1), SimTime::NEVER);
        assert_eq!(SimTime(5) - SimTime(7), Span(-2));
    }
}
