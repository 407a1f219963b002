//! Dates: the only place where simulated time meets the calendar.

use super::holidays::is_working_day;
use super::time::{DAY_MS, SimTime, Span};
use jiff::civil::Date;

/// The calendar of a run: what date time 0 is, and where working days lie.
///
/// Days are 24 hours; clocks do not change in model time.
#[derive(Clone, Debug)]
pub struct Calendar {
    start: Date,
    /// Day number (since `start`) of the first entry of `before`.
    first_day: i64,
    /// Working days from `first_day` up to and not including each day.
    before: Vec<u32>,
    /// Day number of the n-th working day.
    nth: Vec<i32>,
}

impl Calendar {
    /// A calendar whose time 0 is the first moment of `start`, with working days known from
    /// `days_back` days before it to `days_on` days after (bounded to 400 years).
    pub fn new(start: Date, days_back: i64, days_on: i64) -> Calendar {
        let (back, on) = (days_back.clamp(0, 73_000), days_on.clamp(1, 146_000));
        let mut before = Vec::with_capacity((back + on) as usize);
        let mut nth = Vec::new();
        for day in -back..on {
            before.push(nth.len() as u32);
            if day_to_date(start, day).is_some_and(is_working_day) {
                nth.push(day as i32);
            }
        }
        Calendar { start, first_day: -back, before, nth }
    }

    /// The date of time 0.
    pub fn start(&self) -> Date {
        self.start
    }

    /// The first moment of `date`.
    pub fn time_of(&self, date: Date) -> SimTime {
        time_of(self.start, date)
    }

    /// The date that `time` falls on; `None` outside the years -9999 to 9999.
    pub fn date_of(&self, time: SimTime) -> Option<Date> {
        day_to_date(self.start, time.0.div_euclid(DAY_MS))
    }

    /// Working days (with a part for a day begun) from the calendar's first day to `time`.
    fn working(&self, time: SimTime) -> f64 {
        let day = time.0.div_euclid(DAY_MS);
        let part = time.0.rem_euclid(DAY_MS) as f64 / DAY_MS as f64;
        let at = day - self.first_day;
        match usize::try_from(at).ok().and_then(|i| self.before.get(i).map(|b| (i, *b))) {
            Some((i, before)) => {
                let next = self.before.get(i + 1).copied().unwrap_or(self.nth.len() as u32);
                f64::from(before) + if next > before { part } else { 0.0 }
            }
            // outside the table a week has five working days
            None if at < 0 => (at as f64 + part) * (5.0 / 7.0),
            None => self.nth.len() as f64 + (at as f64 + part - self.before.len() as f64) * (5.0 / 7.0),
        }
    }

    /// Working days between two times, with parts of days.
    pub fn working_days_between(&self, from: SimTime, to: SimTime) -> f64 {
        self.working(to) - self.working(from)
    }

    /// The time at which `days` working days (parts allowed) have passed since `from`.
    pub fn add_working_days(&self, from: SimTime, days: f64) -> SimTime {
        let target = self.working(from) + days.max(0.0);
        let whole = target.floor();
        match self.nth.get(whole as usize) {
            Some(&day) => SimTime(i64::from(day) * DAY_MS) + Span::from_days(target - whole),
            None => {
                let end = self.first_day + self.before.len() as i64;
                let beyond = (target - self.nth.len() as f64) * (7.0 / 5.0);
                SimTime(end.saturating_mul(DAY_MS)) + Span::from_days(beyond)
            }
        }
    }

    /// First moments of the calendar months that begin in `(from, to)`, with `from` and `to`
    /// themselves as first and last.
    pub fn month_edges(&self, from: SimTime, to: SimTime) -> Vec<SimTime> {
        let mut edges = vec![from];
        let mut month = self.date_of(from).map(|d| d.first_of_month());
        while let Some(first) = month {
            let next = first.saturating_add(jiff::Span::new().months(1));
            let time = self.time_of(next);
            if time >= to || next == first {
                break;
            }
            if time > from {
                edges.push(time);
            }
            month = Some(next);
        }
        edges.push(to);
        edges
    }
}

/// The first moment of `date` when time 0 is the first moment of `start`.
pub fn time_of(start: Date, date: Date) -> SimTime {
    let days = date.since(start).map_or(0, |span| i64::from(span.get_days()));
    SimTime(days.saturating_mul(DAY_MS))
}

fn day_to_date(start: Date, day: i64) -> Option<Date> {
    start.checked_add(jiff::Span::new().try_days(day).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn calendar() -> Calendar {
        Calendar::new(date(2024, 4, 1), 400, 2000)
    }

    #[test]
    fn dates_and_times_are_inverse() {
        let cal = calendar();
        for day in [-300, -1, 0, 1, 59, 365, 1500] {
            let time = SimTime(day * DAY_MS);
            assert_eq!(cal.time_of(cal.date_of(time).unwrap()), time);
        }
        assert_eq!(cal.date_of(SimTime(-1)), Some(date(2024, 3, 31)));
    }

    /// 1 April 2024 is Easter Monday; by hand on the gov.uk calendar: 45 working days from the
    /// morning of Tuesday 2 April end on the morning of Thursday 6 June (6 May and 27 May are
    /// bank holidays).
    #[test]
    fn forty_five_working_days_skip_weekends_and_bank_holidays() {
        let cal = calendar();
        let from = cal.time_of(date(2024, 4, 2));
        let due = cal.add_working_days(from, 45.0);
        assert_eq!(cal.date_of(due), Some(date(2024, 6, 6)));
        assert!((cal.working_days_between(from, due) - 45.0).abs() < 1e-9);
    }

    #[test]
    fn working_time_stands_still_on_closed_days() {
        let cal = calendar();
        let saturday = cal.time_of(date(2024, 4, 6));
        let monday = cal.time_of(date(2024, 4, 8));
        assert_eq!(cal.working_days_between(saturday, monday), 0.0);
        assert_eq!(cal.add_working_days(saturday, 0.5), monday + Span(DAY_MS / 2));
    }

    #[test]
    fn months_have_their_true_edges() {
        let cal = calendar();
        let edges = cal.month_edges(SimTime(0), cal.time_of(date(2024, 7, 1)));
        let dates: Vec<_> = edges.iter().filter_map(|t| cal.date_of(*t)).collect();
        assert_eq!(dates, [date(2024, 4, 1), date(2024, 5, 1), date(2024, 6, 1), date(2024, 7, 1)]);
    }

    #[test]
    fn beyond_the_table_time_still_moves_on() {
        let cal = Calendar::new(date(2024, 4, 1), 10, 30);
        let far = cal.add_working_days(SimTime(0), 1000.0);
        assert!((far.days() - 1400.0).abs() < 30.0);
        assert!(cal.working_days_between(SimTime(0), far) > 980.0);
    }
}
