//! What is known at the origin that bears on the change to come.

use super::robust::median;
use crate::calibrate::data::Statistics;

/// The measures that are foreseen, by their indicators.
pub const MEASURES: [&str; 10] = [
    "referrals",
    "s47",
    "icpc",
    "cin_at_31_march",
    "cpp_starts",
    "cpp_at_31_march",
    "cla_starts",
    "cla_at_31_march",
    "assessments_completed",
    "cin_plan_at_31_march",
];

/// Number of features.
pub(super) const FEATURES: usize = 3;
/// Larger moves count as this.
const MOST: f64 = 1.0;

fn positive(stats: &Statistics, indicator: &str, area: usize, year: i32) -> Option<f64> {
    stats.value(indicator, area, year).filter(|&x| x > 0.0)
}

fn log(x: f64) -> f64 {
    libm::log(x)
}

/// Log of the council's own mean over the four years before and of its neighbours' median rate, each relative to
/// the last figure; and momentum: the last quarter's referrals against the year's or, for care, starts against
/// ends. Nought where unknown.
pub(super) fn features(stats: &Statistics, measure: &str, area: usize, year: i32) -> [f64; FEATURES] {
    let Some(now) = positive(stats, measure, area, year).map(log) else { return [0.0; FEATURES] };
    let before: Vec<f64> =
        (1..=4).filter_map(|k| positive(stats, measure, area, year - k)).map(log).collect();
    let own = if before.is_empty() { 0.0 } else { before.iter().sum::<f64>() / before.len() as f64 - now };
    let people = positive(stats, "population_0_17_mye", area, year - 1).map(log);
    let near = neighbour_rate(stats, measure, area, year).map(log);
    let neighbours = people.zip(near).map_or(0.0, |(p, n)| n - (now - p));
    let momentum = match measure {
        "cla_at_31_march" => balance(stats, area, year),
        _ => last_quarter(stats, area, year),
    };
    [own, neighbours, momentum].map(|x| x.clamp(-MOST, MOST))
}

/// The median over statistical neighbours of a count per child of 0 to 17.
pub fn neighbour_rate(stats: &Statistics, measure: &str, area: usize, year: i32) -> Option<f64> {
    let rate = |n: usize| {
        let people = positive(stats, "population_0_17_mye", n, year - 1)?;
        Some(positive(stats, measure, n, year)? / people)
    };
    median(&mut stats.neighbours(area).into_iter().filter_map(rate).collect::<Vec<_>>())
}

/// Log of children starting to be looked after over those ceasing.
fn balance(stats: &Statistics, area: usize, year: i32) -> f64 {
    let starts = positive(stats, "cla_starts", area, year);
    starts.zip(positive(stats, "cla_ends", area, year)).map_or(0.0, |(s, e)| log(s / e))
}

/// Log of referrals in January to March against the year's, beside England's own.
fn last_quarter(stats: &Statistics, area: usize, year: i32) -> f64 {
    let quarter_and_year = |a: usize| {
        let mut all = 0.0;
        let mut last = 0.0;
        for k in 0..12 {
            let month = (k + 3) % 12 + 1;
            let calendar = if month <= 3 { year } else { year - 1 };
            let n = stats.referrals_in_month(a, calendar, month).value()?;
            all += n;
            last += if month <= 3 { n } else { 0.0 };
        }
        (all > 0.0 && last > 0.0).then(|| log(last / all))
    };
    let england = stats.area_by_code("E92000001").and_then(quarter_and_year);
    quarter_and_year(area).zip(england).map_or(0.0, |(a, e)| a - e)
}
