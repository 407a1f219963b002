//! Values of the model file that both the file and the draws write.

use crate::calibrate::authority::fit::Fitted;
use crate::calibrate::authority::flows::LATER;
use crate::calibrate::authority::number::{Grade, Number, grounded, tidy};

/// A rate.
pub fn per_year(x: f64) -> String {
    format!("\"{} per year\"", tidy(x.max(1e-4)))
}

/// A rate of leaving care or of moving within it, with its range: `by` is how far it may be off either way.
pub fn leaving(x: f64, by: f64, source: &str, grade: Grade) -> String {
    let x = x.max(1e-4);
    let span = format!(
        "{{ value = {}, low = {}, high = {} }}",
        per_year(x),
        per_year(x / (1.0 + by)),
        per_year(x * (1.0 + by))
    );
    grounded(&span, source, grade)
}

/// New contacts by year, given each year's referrals.
pub fn rate_steps(f: &Fitted, referrals: &[f64]) -> String {
    let step = |(k, &r): (usize, &f64)| {
        format!("{{ from = {}-04-01, rate = {} }}", f.starts + k as i32, per_year(new_contacts(f, k, r)))
    };
    format!("[{}]", referrals.iter().enumerate().map(step).collect::<Vec<_>>().join(", "))
}

/// New contacts in a year of the run with so many referrals; children coming back follow at their share.
pub fn new_contacts(f: &Fitted, year: usize, referrals: f64) -> f64 {
    let first = f.aim("referrals", 0).unwrap_or(0.0);
    let by = if first > 0.0 { referrals / first } else { 1.0 };
    let factor = f.drift.arriving.get(year).copied().unwrap_or(1.0);
    (factor * f.front.new * by).max(0.01)
}

/// Dated factors from the second year on: `[{ from = …, times = … }]`.
pub fn steps(f: &Fitted, factors: &[f64]) -> String {
    let step = |(k, x): (usize, &f64)| {
        format!("{{ from = {}-04-01, times = {} }}", f.starts + k as i32, tidy(x.max(0.01)))
    };
    format!("[{}]", factors.iter().enumerate().skip(1).map(step).collect::<Vec<_>>().join(", "))
}

/// Factors on a stay, all of them times one number: `{ all = [{ times = … }, { from = …, times = … }] }`.
pub fn stays(f: &Fitted, factors: &[f64], by: f64) -> String {
    let step = |(k, x): (usize, &f64)| {
        let from = if k == 0 { String::new() } else { format!("from = {}-04-01, ", f.starts + k as i32) };
        format!("{{ {from}times = {} }}", tidy((x * by).max(0.01)))
    };
    let first = std::iter::once((0, &1.0));
    let steps = first.chain(factors.iter().enumerate().skip(1)).map(step);
    format!("{{ all = [{}] }}", steps.collect::<Vec<_>>().join(", "))
}

/// The same with ranges that widen with the square root of the years: `by` is the 80 % range of one year, as a log.
pub fn steps_within(f: &Fitted, factors: &[f64], by: f64, note: &str) -> String {
    let step = |(k, &x): (usize, &f64)| {
        let x = x.max(0.01);
        let wide = libm::exp((by * (k as f64).sqrt()).clamp(0.01, 1.2));
        let times = Number {
            value: x,
            low: x / wide,
            high: x * wide,
            grade: Grade::Derived,
            source: String::new(),
            note: note.into(),
        };
        format!("{{ from = {}-04-01, times = {} }}", f.starts + k as i32, times.table(""))
    };
    format!("[{}]", factors.iter().enumerate().skip(1).map(step).collect::<Vec<_>>().join(", "))
}

/// Stay on a child in need plan.
pub fn cin_stay_within(n: &Number, source: &str) -> String {
    let n = n.within(10.0, 2_000.0);
    let mean = grounded(&n.span(" days"), source, n.grade);
    format!("{{ lognormal = {{ mean = {mean}, sd = \"{} days\" }} }}", tidy(0.8 * n.value))
}

/// Time from the end of work to closure.
pub fn closing_stay_within(n: &Number) -> String {
    format!("{{ exponential = {{ mean = {} }} }}", n.within(1.0, 730.0).span(" days"))
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
