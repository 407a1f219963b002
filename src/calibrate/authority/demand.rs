//! When referrals come, and how much they vary.

use super::borrow::Reader;
use super::number::{Grade, Number};

/// The months' factors (January first), mean 1, and what they rest on.
#[derive(Clone, PartialEq, Debug)]
pub struct Season {
    /// Factor of each calendar month.
    pub factor: [f64; 12],
    /// How they were found.
    pub note: String,
    /// Ground.
    pub grade: Grade,
}

/// Years of months used.
const YEARS: i32 = 6;
/// Children in a family: shares of 1 to 4; mean 1.65. Judgement.
pub const FAMILIES: [(u32, f64); 4] = [(1, 0.58), (2, 0.25), (3, 0.11), (4, 0.06)];
/// E[B^2]/E[B] of those families.
const FAMILY_RATIO: f64 = (0.58 + 4.0 * 0.25 + 9.0 * 0.11 + 16.0 * 0.06) / 1.65;

/// Referrals of the twelve months of a year to March, January first, if all are published and the year was ordinary.
fn months_of(reader: &Reader<'_>, area: usize, year: i32) -> Option<[f64; 12]> {
    // closed schools made 2020-21 unlike any other year
    if year == 2021 {
        return None;
    }
    let mut out = [0.0; 12];
    for (m, slot) in out.iter_mut().enumerate() {
        let month = m as i32 + 1;
        let calendar = if month <= 3 { year } else { year - 1 };
        *slot = reader.stats.referrals_in_month(area, calendar, month).value()?;
    }
    (out.iter().sum::<f64>() > 0.0).then_some(out)
}

/// Shares of the months over recent years: the council's own, leaning on England's as by as many referrals as make
/// chance small against the season.
pub fn season(reader: &Reader<'_>) -> Season {
    let years = || (0..YEARS).map(|k| reader.year - k);
    let total = |area: usize| {
        years().filter_map(|y| months_of(reader, area, y)).fold([0.0; 12], |mut sum, m| {
            sum.iter_mut().zip(m).for_each(|(s, x)| *s += x);
            sum
        })
    };
    let england = reader.stats.area_by_code("E92000001").map_or([0.0; 12], total);
    let (own, e_sum) = (total(reader.area), england.iter().sum::<f64>());
    let prior: [f64; 12] = std::array::from_fn(|m| if e_sum > 0.0 { 12.0 * england[m] / e_sum } else { 1.0 });
    let seen: f64 = own.iter().sum();
    // variance/mean near 5 a month: 12 * 5 / 0.1^2 referrals tell a month's share within 10 %
    let lean = 6_000.0;
    let factor: [f64; 12] = std::array::from_fn(|m| (12.0 * own[m] + lean * prior[m]) / (seen + lean));
    let used = years().filter(|&y| months_of(reader, reader.area, y).is_some()).count();
    let note = format!(
        "{seen:.0} referrals by month in {used} of {YEARS} years (2020-21 left out), leaning on England's months as by {lean:.0}"
    );
    Season { factor, note, grade: if used > 0 { Grade::Derived } else { Grade::Borrowed } }
}

/// The standard deviation of a monthly multiplier beyond families: variance over mean of the months' referrals,
/// the season taken out, less what families explain.
pub fn varies(reader: &Reader<'_>, season: &Season, new_share: f64) -> Number {
    let mut squares = Vec::new();
    let mut level = Vec::new();
    for year in (0..YEARS).map(|k| reader.year - k) {
        let Some(m) = months_of(reader, reader.area, year) else { continue };
        let mean = m.iter().sum::<f64>() / 12.0;
        level.push(mean);
        for (x, f) in m.iter().zip(season.factor) {
            let expected = (mean * f).max(0.5);
            squares.push((x - expected) * (x - expected) / expected * 12.0 / 11.0);
        }
    }
    let usual = Number::assumed(0.12, 0.05, 0.25, "months vary beyond families as in councils of this size");
    if squares.len() < 24 {
        return usual;
    }
    let mean = level.iter().sum::<f64>() / level.len() as f64;
    let ratio = squares.iter().sum::<f64>() / squares.len() as f64;
    // ratio = families' + sd^2 * (new share)^2 * mean
    let sd = ((ratio - FAMILY_RATIO).max(0.0) / mean.max(1.0)).sqrt() / new_share.clamp(0.3, 1.0);
    let value = (0.7 * sd + 0.3 * usual.value).clamp(0.03, 0.5);
    Number {
        value,
        low: 0.6 * value,
        high: 1.5 * value,
        grade: Grade::Derived,
        source: "DfE CIN c6".into(),
        note: format!(
            "variance over mean of monthly referrals {ratio:.1}, of which families {FAMILY_RATIO:.1}; leans on 0.12"
        ),
    }
}

/// Shares of arriving children by age band (unborn, under 1, 1-4, 5-9, 10-12, 13-15, 16-17) and note: the local
/// population by age times how much readier each age is to be referred. No age of referral is published; children in need
/// by age are, for England: 23.6 % were under 5 and 30.6 % 10 to 15 on 31 March 2016 (as a summary of the
/// Department's release gives them), 1.8 % unborn on 31 March 2020 (DfE, table A4). The weights were set towards these, by hand.
pub fn ages(reader: &Reader<'_>) -> ([f64; 7], String) {
    const READY: [f64; 7] = [1.9, 1.75, 1.0, 1.0, 0.84, 0.82, 0.78];
    const SPANS: [(usize, usize); 7] = [(0, 1), (0, 1), (1, 5), (5, 10), (10, 13), (13, 16), (16, 18)];
    let people = reader.stats.population_by_age(reader.area, reader.year);
    let count = |(from, to): (usize, usize)| -> f64 {
        people.as_ref().and_then(|p| p.persons.get(from..to)).map_or((to - from) as f64, |s| s.iter().sum())
    };
    let raw: [f64; 7] = std::array::from_fn(|k| READY[k] * count(SPANS[k]).max(1e-6));
    let sum: f64 = raw.iter().sum();
    let note = match &people {
        Some(p) => format!(
            "population by age, mid-{}, weighted so that children in need have England's ages (23.6 % under 5, 30.6 % 10 to 15, March 2016; 1.8 % unborn, March 2020): no age of referral is published",
            p.year
        ),
        None => "no population by age: even, weighted towards the youngest (judgement)".into(),
    };
    (raw.map(|x| x / sum), note)
}
