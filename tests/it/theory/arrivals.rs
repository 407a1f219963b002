//! Arrivals: rates that change, families, seasons, populations, and what they do to stages.

use crate::support::{Judge, Power, Study};
use caseflow::base::time::DAY_MS;

/// Mean time that the first `x` days hold of a stay: the integral of its survival function.
type Held = fn(f64) -> f64;

fn exponential(x: f64) -> f64 {
    6.0 * (1.0 - (-x / 6.0).exp())
}

/// Of a uniform stay between 2 and 12 days.
fn uniform(x: f64) -> f64 {
    if x <= 2.0 { x } else { 2.0 + (100.0 - (12.0 - x.min(12.0)).powi(2)) / 20.0 }
}

/// The number present is Poisson with mean the integral of rate(u) S(t - u) (Palm 1943; Eick,
/// Massey & Whitt 1993).
#[test]
fn unlimited_places_under_a_changing_rate() {
    let s = Study::of("mginf");
    let mut j = Judge::new("M/G/infinity", 0.005);
    let pieces = [(0.0, 12.0, 20.0), (12.0, 20.0, 50.0), (20.0, 1e9, 10.0)];
    let weekly: Vec<_> = (0..6).map(|w| (7.0 * f64::from(w), 7.0 * f64::from(w) + 2.0, 14.0)).collect();
    let mean = |pieces: &[(f64, f64, f64)], held: Held, t: f64| -> f64 {
        let held = |x: f64| if x > 0.0 { held(x) } else { 0.0 };
        pieces.iter().map(|(from, to, rate)| rate * (held(t - from) - held(t - to))).sum()
    };
    let stages: [(&str, &[_], Held); 3] = [
        ("exponential", &pieces, exponential),
        ("uniform", &pieces, uniform),
        ("exponential_too", &weekly, exponential),
    ];
    for (stage, pieces, held) in stages {
        for period in 0..s.periods() {
            let t = 5.0 * (period as f64 + 1.0);
            let exact = mean(pieces, held, t);
            let here = s.values("stage", "children_end", stage, "", Some(period));
            j.check(&format!("{stage}: mean at day {t}"), &here, exact);
            j.variance(&format!("{stage}: variance at day {t}"), &here, exact, Power::Within(0.05));
        }
    }
    j.verdict();
}

/// M^X/M/infinity: with luck of their own the variance is rate x (E X int S + E X(X-1) int S^2),
/// with shared luck rate x E X^2 int S; M^X/M/1: mean number rho (E X^2 + E X) / (2 E X (1 - rho)).
#[test]
fn families_arrive_together() {
    let s = Study::of("batches");
    let mut j = Judge::new("batches", 0.01);
    let (first, second) = (0.5 + 0.6 + 0.8, 0.5 + 1.2 + 3.2);
    let families = 19.0 / first;
    let flat = |stage: &str| -> Vec<f64> {
        let last = s.periods();
        (0..last).flat_map(|p| s.values("stage", "children_end", stage, "", Some(p))).collect()
    };
    let apart = families * (first + (second - first) / 2.0);
    j.variance("each their own luck", &flat("apart"), apart, Power::Within(0.02));
    j.variance("luck shared", &flat("together"), families * second, Power::Within(0.02));
    j.check("mean, apart", &s.over("stage", "children_mean", "apart", ""), 19.0);
    j.check("mean, together", &s.over("stage", "children_mean", "together", ""), 19.0);
    let counts: Vec<f64> =
        (0..s.periods()).flat_map(|p| s.values("stream", "arrived", "apart", "", Some(p))).collect();
    j.variance("variance of a count", &counts, 190.0 * second / first, Power::Within(0.02));
    let rho = 0.5;
    let present = rho * (second + first) / (2.0 * first * (1.0 - rho));
    j.check_with(
        "one server",
        &s.over("stage", "children_mean", "served", ""),
        present,
        Power::Within(0.015),
    );
    j.verdict();
}

/// Counts by month: their means as written, and variance / mean of families and of months that
/// vary: m E X^2 / E X + (m sd)^2.
#[test]
fn counts_by_month() {
    let s = Study::of("counts");
    let mut j = Judge::new("counts", 0.01);
    let edges: Vec<f64> = s.network.period_edges().iter().map(|t| t.0 as f64 / DAY_MS as f64).collect();
    let month = |p: usize| edges[p + 1] - edges[p];
    let arrived = |stream: &str, p: usize| s.values("stream", "arrived", stream, "", Some(p));
    let listed = [40.0, 55.0, 20.0, 40.0, 10.0, 0.0, 40.0, 41.0, 42.0, 43.0, 44.0, 45.0];
    for (p, exact) in listed.iter().chain(&listed).chain(&listed).enumerate() {
        let values = arrived("listed", p);
        if *exact == 0.0 {
            assert!(values.iter().all(|n| *n == 0.0));
        } else {
            j.check(&format!("listed, month {p}"), &values, *exact);
        }
    }
    // 366 over the 366 days of 2024, 730 over the 365 of 2025
    for (p, per_day) in [(0, 1.0), (8, 1.0), (9, 2.0), (20, 2.0), (21, 1.0), (35, 1.0)] {
        j.check(&format!("yearly, month {p}"), &arrived("yearly", p), per_day * month(p));
    }
    // factors 0.5, 0.6 and 1.9 in April, August and March; scaled to keep the year
    let scale = 365.25 / (365.25 - 0.5 * 30.0 - 0.4 * 31.0 + 0.9 * 31.0);
    let per_day = 50.0 / 30.4375 * scale;
    for (p, factor) in [(0, 0.5), (1, 1.0), (4, 0.6), (11, 1.9), (23, 1.9), (24, 0.5)] {
        j.check(&format!("season, month {p}"), &arrived("season", p), factor * per_day * month(p));
    }
    let spread = (0.5 + 1.2 + 3.2) / (0.5 + 0.6 + 0.8);
    for (stream, sd) in [("families", 0.0f64), ("varied", 0.25)] {
        let mut scaled = Vec::new();
        for p in 0..s.periods() {
            let mean = 60.0 / 30.4375 * month(p);
            let error = (mean * spread + (mean * sd).powi(2)).sqrt();
            scaled.extend(arrived(stream, p).iter().map(|n| (n - mean) / error));
        }
        j.check_with(&format!("{stream}: mean"), &scaled, 0.0, Power::Of(0.01));
        j.variance(&format!("{stream}: variance"), &scaled, 1.0, Power::Within(0.02));
    }
    // a renewal process from time 0: mean count over a long time t - (1 - scv) / 2, scv = 1/4
    let total: Vec<f64> = s.over("stream", "arrived", "regular", "");
    j.check("regular: mean", &total, edges[36] - 0.375);
    j.verdict();
}

/// Rates per 10,000, with a population that grows along straight lines between mid-years and is
/// level outside them.
#[test]
fn rates_of_a_population() {
    let s = Study::of("population");
    let mut j = Judge::new("population", 0.01);
    let year = |first: usize, part: &str| -> Vec<f64> {
        let months = (first..first + 12).map(|p| s.values("stage", "asked", "contact", part, Some(p)));
        months.reduce(|a, b| a.iter().zip(&b).map(|(x, y)| x + y).collect()).unwrap()
    };
    // persons of 2025: half a year level, half a year of the way to 2027, on average 1/8 of it
    // (a quarter of the way at the year's end); 2026: half way on average; 2028 level
    for (first, way) in [(0, 0.0625), (12, 0.5), (24, 0.9375), (36, 1.0)] {
        // a rate per year is one per 365.25 days
        let days = if first == 36 { 366.0 } else { 365.0 } / 365.25;
        let young = 0.06 * (20_000.0 + 4_000.0 * way) * days;
        let older = 0.03 * (10_000.0 + 20_000.0 * way) * days;
        j.check(&format!("young, year {}", first / 12), &year(first, "young"), young);
        j.check(&format!("older, year {}", first / 12), &year(first, "older"), older);
    }
    j.verdict();
}
