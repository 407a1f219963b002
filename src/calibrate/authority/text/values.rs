//! Values of the model file that both the file and the draws write.

use crate::calibrate::authority::fit::{Fitted, YEARS};
use crate::calibrate::authority::flows::LATER;
use crate::calibrate::authority::number::{Grade, Number, grounded, tidy};

/// A rate.
pub fn per_year(x: f64) -> String {
    format!("\"{} per year\"", tidy(x.max(1e-4)))
}

/// A rate of leaving care, which may be off by a quarter either way: such rates change so from year to year.
pub fn leaving(x: f64, source: &str) -> String {
    let (x, by) = (x.max(1e-4), 0.25);
    let span = format!(
        "{{ value = {}, low = {}, high = {} }}",
        per_year(x),
        per_year(x / (1.0 + by)),
        per_year(x * (1.0 + by))
    );
    grounded(&span, source, Grade::Derived)
}

/// New arrivals by year: the year's referrals less those that are children coming back.
pub fn rate_steps(f: &Fitted, years: &[f64]) -> String {
    let steps: Vec<String> = years
        .iter()
        .take(YEARS as usize)
        .enumerate()
        .map(|(k, &r)| {
            format!("{{ from = {}-04-01, rate = {} }}", f.year + k as i32, per_year(new_arrivals(f, r)))
        })
        .collect();
    format!("[{}]", steps.join(", "))
}

/// New arrivals in a year with so many referrals; returns follow at their share.
pub fn new_arrivals(f: &Fitted, referrals: f64) -> f64 {
    let first = f.referrals.first().map_or(0.0, |n| n.value);
    let share = if first > 0.0 { (f.returns.flow / first).min(0.9) } else { 0.0 };
    (f.arriving * referrals * (1.0 - share)).max(0.01)
}

/// The share of enquiries that go to conference, as far as care leaves room.
pub fn conference_share(f: &Fitted, x: f64) -> f64 {
    let all = f.flows.enquiries();
    let care = if all > 0.0 { f.flows.s47_care / all } else { 0.0 };
    x.clamp(0.01, (0.97 - care).max(0.05))
}

/// Stay on a child in need plan.
pub fn cin_stay_within(n: &Number, source: &str) -> String {
    let n = n.within(10.0, 2_000.0);
    let mean = grounded(&n.span(" days"), source, n.grade);
    format!("{{ lognormal = {{ mean = {mean}, sd = \"{} days\" }} }}", tidy(0.8 * n.value))
}

/// The same without a range.
pub fn cin_stay(days: f64) -> String {
    let days = days.clamp(10.0, 2_000.0);
    format!("{{ lognormal = {{ mean = \"{} days\", sd = \"{} days\" }} }}", tidy(days), tidy(0.8 * days))
}

/// Time from the end of work to closure.
pub fn closing_stay_within(n: &Number) -> String {
    format!("{{ exponential = {{ mean = {} }} }}", n.within(1.0, 730.0).span(" days"))
}

/// The same without a range.
pub fn closing_stay(days: f64) -> String {
    format!("{{ exponential = {{ mean = \"{} days\" }} }}", tidy(days.clamp(1.0, 730.0)))
}

/// Coming back: shares within 3, 6 and 12 months, and within 5 years.
pub fn returns_within(year: f64) -> String {
    let y = year.clamp(0.001, 0.7);
    let at = [("3 months", 0.4), ("6 months", 0.68), ("12 months", 1.0), ("5 years", LATER)];
    let parts: Vec<String> = at.iter().map(|(t, s)| format!("\"{t}\" = {}", tidy(s * y))).collect();
    format!("{{ {} }}", parts.join(", "))
}

/// The same within a range, without the closing brace.
pub fn returns_between(n: &Number) -> String {
    let cap = |y: f64| y.clamp(0.001, 0.7);
    let at = [("3 months", 0.4), ("6 months", 0.68), ("12 months", 1.0), ("5 years", LATER)];
    let one = |(t, s): &(&str, f64)| {
        let n = Number {
            value: s * cap(n.value),
            low: s * cap(n.low.min(n.value)),
            high: s * cap(n.high.max(n.value)),
            ..n.clone()
        };
        format!("\"{t}\" = {}", n.span(""))
    };
    format!("{{ {}", at.iter().map(one).collect::<Vec<_>>().join(", "))
}
