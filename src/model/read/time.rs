//! Lengths of time, rates, dates and times.

use super::{Item, Reader};
use crate::base::calendar::time_of;
use crate::base::diag::Diagnostic;
use crate::base::quantity::{Duration, TimeUnit, duration, rate_per_day};
use crate::base::time::{DAYS_PER_YEAR, LONGEST_MS, SimTime, Span};
use crate::model::file::Value;
use jiff::civil::Date;

impl Reader<'_> {
    /// A length of time in days or working days.
    pub fn duration(&mut self, item: &Item<'_>) -> Option<Duration> {
        let read = match item.node.text() {
            Some(text) => duration(text),
            None => {
                self.push(no_unit(item, "a length of time such as \"26 weeks\"", "days"));
                return None;
            }
        };
        match read {
            Ok(d) if !d.days.is_finite() => {
                self.push(item.expected("a finite length of time"));
                None
            }
            Ok(d) if d.unit == TimeUnit::WorkingDays && self.starts.is_none() => {
                self.push(
                    item.error("is in working days, which need a calendar")
                        .hint("give the date of time 0 as model.starts, or use calendar days"),
                );
                None
            }
            Ok(d) => Some(d),
            Err(e) => {
                self.push(quantity_error(item, &e));
                None
            }
        }
    }

    /// A length of calendar time in days.
    pub fn days(&mut self, item: &Item<'_>) -> Option<f64> {
        let d = self.duration(item)?;
        if d.unit == TimeUnit::WorkingDays {
            self.push(
                item.error("must be calendar time, found working days")
                    .hint("working days are for lengths of stay and clocks"),
            );
            return None;
        }
        Some(d.days)
    }

    /// A length of calendar time.
    pub fn span(&mut self, item: &Item<'_>) -> Option<Span> {
        let days = self.days(item)?;
        if Span::from_days(days).0 >= LONGEST_MS {
            self.push(item.error(format_args!(
                "is longer than 300 years ({} years)",
                super::short((days / DAYS_PER_YEAR).round())
            )));
            return None;
        }
        Some(Span::from_days(days))
    }

    /// A length of time from time 0 (back from it if `back`); with dates, whole months and years
    /// are those of the calendar.
    pub fn offset(&mut self, item: &Item<'_>, back: bool) -> Option<Span> {
        let span = self.span(item)?;
        let by_calendar = || {
            let start = self.starts?;
            let (months, sign) = (whole_months(item.node.text()?)?, if back { -1 } else { 1 });
            let date = start.checked_add(jiff::Span::new().try_months(sign * months).ok()?).ok()?;
            Some(Span(time_of(start, date).0.abs()))
        };
        Some(by_calendar().unwrap_or(span))
    }

    /// A rate per day.
    pub fn rate(&mut self, item: &Item<'_>) -> Option<f64> {
        let Some(text) = item.node.text() else {
            self.push(no_unit(item, "a rate such as \"12 per year\"", "per year"));
            return None;
        };
        match rate_per_day(text) {
            Ok(rate) if rate.is_finite() => Some(rate),
            Ok(_) => {
                self.push(item.expected("a finite rate"));
                None
            }
            Err(e) => {
                self.push(quantity_error(item, &e));
                None
            }
        }
    }

    /// A date.
    pub fn date(&mut self, item: &Item<'_>) -> Option<Date> {
        match &item.node.value {
            Value::Date { at, timed: false } => Some(at.date()),
            Value::Text(_) => {
                self.push(
                    item.expected("a date").hint("a date stands without quotes and is written 2025-04-01"),
                );
                None
            }
            _ => {
                self.push(item.expected("a date such as 2025-04-01"));
                None
            }
        }
    }

    /// A date, or a length of time since the start.
    pub fn time(&mut self, item: &Item<'_>) -> Option<SimTime> {
        match &item.node.value {
            Value::Date { at, .. } => {
                let Some(starts) = self.starts else {
                    self.push(
                        item.error("is a date, but the model has no dates")
                            .hint("give the date of time 0 as model.starts, or write a length of time such as \"10 days\""),
                    );
                    return None;
                };
                let of_day = at.time().duration_since(jiff::civil::Time::midnight());
                let ms = i64::try_from(of_day.as_millis()).unwrap_or(0);
                Some(SimTime(time_of(starts, at.date()).0.saturating_add(ms)))
            }
            Value::OtherTime(_) => {
                self.push(
                    item.expected("a date or a length of time")
                        .hint("model time has no zones: write 2025-04-01 or 2025-04-01T09:30:00"),
                );
                None
            }
            Value::Text(text) if looks_like_date(text) => {
                self.push(
                    item.expected("a date or a length of time")
                        .hint("a date stands without quotes and is written 2025-04-01"),
                );
                None
            }
            _ => self.offset(item, false).map(|span| SimTime::ZERO + span),
        }
    }
}

fn quantity_error(item: &Item<'_>, e: &crate::base::quantity::QuantityError) -> Diagnostic {
    Diagnostic::error(item.place(), format!("`{}`: {e}", item.path))
}

fn no_unit(item: &Item<'_>, what: &str, unit: &str) -> Diagnostic {
    let error = item.expected(what);
    match item.node.number() {
        Some(x) if x.is_finite() => {
            error.hint(format!("a bare number has no unit: write for example \"{} {unit}\"", super::short(x)))
        }
        _ => error,
    }
}

fn looks_like_date(text: &str) -> bool {
    let text = text.trim();
    text.chars().filter(|c| matches!(c, '-' | '/' | '.')).count() == 2
        && text.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | '/' | '.'))
}

/// Whole months in a text such as `"6 years"`.
fn whole_months(text: &str) -> Option<i64> {
    let (number, unit) = text.trim().split_once(' ')?;
    let number: i64 = number.replace('_', "").parse().ok()?;
    match unit.trim() {
        "year" | "years" => number.checked_mul(12),
        "month" | "months" => Some(number),
        _ => None,
    }
    .filter(|n| (0..=4000).contains(n))
}
