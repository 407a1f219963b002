//! Population behind a series: rates by age, carried onto a projection.
//!
//! A series with an exposure is forecast as if the population had always been what it was in the
//! last month of history, and the forecast is then carried to the projected population. Leave the
//! exposure off, and the population plays no part: that is the switch.

use super::month::Month;
use super::problem::Problem;
use super::read::table;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Mid-year populations of the people a series is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Exposure {
    /// (year, people at 30 June), in order of year; past estimates and projection together.
    pub mid_years: Vec<(i32, f64)>,
}

impl Exposure {
    /// The population at the middle of a month: a straight line between mid-years, the nearest
    /// year's beyond them. Nothing without a positive population.
    #[must_use]
    pub fn at(&self, month: Month) -> Option<f64> {
        let time = f64::from(month.year()) + (f64::from(month.of_year()) - 6.5) / 12.0;
        let next = self.mid_years.partition_point(|y| f64::from(y.0) < time);
        let before = next.checked_sub(1).and_then(|i| self.mid_years.get(i));
        let value = match (before, self.mid_years.get(next)) {
            (Some(&(a, x)), Some(&(b, y))) => x + (y - x) * (time - f64::from(a)) / f64::from(b - a).max(1.0),
            (Some(&(_, x)), None) | (None, Some(&(_, x))) => x,
            (None, None) => return None,
        };
        (value > 0.0 && value.is_finite()).then_some(value)
    }

    /// The population of each of `months` months from `start` relative to the month `reference`;
    /// all one where the population is not known.
    #[must_use]
    pub fn index(&self, start: Month, months: usize, reference: Month) -> Vec<f64> {
        let base = self.at(reference);
        (0..months)
            .map(|t| match (self.at(start.plus(t as i32)), base) {
                (Some(p), Some(b)) => p / b,
                _ => 1.0,
            })
            .collect()
    }
}

/// Single-year-of-age populations by calendar year.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Population {
    /// People by (year, age in whole years).
    pub people: BTreeMap<(i32, u32), f64>,
}

impl Population {
    /// Reads a table with columns `year`, `age` and `population`. `keep` may name further columns
    /// and the value they must have (an area, a variant of the projection).
    ///
    /// # Errors
    /// All problems at once: missing columns, values that are not numbers, an age and year twice.
    pub fn read(bytes: &[u8], keep: &[(&str, &str)]) -> Result<Self, Vec<Problem>> {
        let rows = table(bytes)?;
        let Some((header, body)) = rows.split_first() else {
            return Err(vec![Problem::at(0, 0, "the file is empty", "give year, age and population")]);
        };
        let column = |name: &str| header.1.iter().position(|h| h.eq_ignore_ascii_case(name));
        let mut problems = Vec::new();
        let mut need = |name: &str| {
            column(name).or_else(|| {
                problems.push(Problem::at(
                    header.0,
                    0,
                    format!("no column \"{name}\""),
                    "add it to the header",
                ));
                None
            })
        };
        let found = (need("year"), need("age"), need("population"));
        let filters: Vec<(Option<usize>, &str)> = keep.iter().map(|k| (need(k.0), k.1)).collect();
        let (Some(year), Some(age), Some(people)) = found else {
            return Err(problems);
        };
        if !problems.is_empty() {
            return Err(problems);
        }
        let mut population = Self::default();
        for (line, cells) in body {
            let cell = |c: usize| cells.get(c).map_or("", String::as_str);
            if filters.iter().any(|(c, value)| c.is_none_or(|c| cell(c) != *value)) {
                continue;
            }
            let digits = |c: usize| cell(c).trim_end_matches('+').parse::<u32>().ok();
            let number = cell(people).replace(',', "").parse::<f64>().ok();
            let (Some(y), Some(a), Some(n)) = (digits(year), digits(age), number) else {
                problems.push(Problem::at(
                    *line,
                    0,
                    "year, age or population is not a number",
                    "mend the row",
                ));
                continue;
            };
            let sensible = (1900..2200).contains(&y) && a <= 130 && (0.0..1e10).contains(&n);
            let key = (y.cast_signed(), a);
            if !sensible || population.people.insert(key, n).is_some() {
                problems.push(Problem::at(
                    *line,
                    0,
                    format!("age {a} in {y} is out of range or there twice"),
                    "one row an age and year; name the area or variant to keep if there are several",
                ));
            }
            if problems.len() >= 200 {
                break;
            }
        }
        if problems.is_empty() { Ok(population) } else { Err(problems) }
    }

    /// The exposure of an age band such as `0-4`, `5 to 9`, `under 1`, `16+` or `7`. Nothing if the
    /// band cannot be read or no year has all its ages.
    #[must_use]
    pub fn band(&self, band: &str) -> Option<Exposure> {
        let oldest = self.people.keys().map(|k| k.1).max()?;
        let (from, to) = ages(band, oldest)?;
        let mut years: BTreeMap<i32, (u32, f64)> = BTreeMap::new();
        for (&(year, age), &n) in &self.people {
            if (from..=to).contains(&age) {
                let sum = years.entry(year).or_default();
                sum.0 += 1;
                sum.1 += n;
            }
        }
        let full = to.checked_sub(from)? + 1;
        let mid_years: Vec<(i32, f64)> =
            years.into_iter().filter(|(_, s)| s.0 == full).map(|(y, s)| (y, s.1)).collect();
        (!mid_years.is_empty()).then_some(Exposure { mid_years })
    }
}

/// First and last age of a band.
fn ages(band: &str, oldest: u32) -> Option<(u32, u32)> {
    let text = band.to_lowercase().replace(['\u{2013}', '\u{2014}'], "-");
    let numbers: Vec<u32> = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|w| !w.is_empty())
        .map(|w| w.parse().ok())
        .collect::<Option<_>>()?;
    match numbers.as_slice() {
        [a, b] if a <= b => Some((*a, *b)),
        [a] if text.contains("under") || text.contains('<') => Some((0, a.checked_sub(1)?)),
        [a] if text.contains('+') || text.contains("over") => Some((*a, oldest.max(*a))),
        [a] => Some((*a, *a)),
        [] if text.is_empty() || text == "all" => Some((0, oldest)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_bands_and_interpolates() {
        let text =
            b"la,year,age,population\nA,2023,0,100\nA,2023,1,200\nA,2024,0,160\nA,2024,1,200\nB,2023,0,7\n";
        let p = Population::read(text, &[("la", "A")]).unwrap();
        assert_eq!(p.band("0-1").unwrap().mid_years, [(2023, 300.0), (2024, 360.0)]);
        assert_eq!(p.band("under 1").unwrap().mid_years[0].1, 100.0);
        assert_eq!(p.band("1+").unwrap().mid_years[0].1, 200.0);
        assert!(p.band("2-4").is_none() && p.band("old").is_none());
        let e = p.band("0-1").unwrap();
        let month = |y, m| Month::new(y, m).unwrap();
        // Mid-December 2023 lies 5.5 months after 30 June: 300 + 60 * 5.5 / 12.
        assert!((e.at(month(2023, 12)).unwrap() - 327.5).abs() < 1e-9);
        assert_eq!(e.at(month(2030, 1)), Some(360.0));
        let wrong =
            Population::read(b"year,age,population\n2023,x,5\n2023,1,5\n2023,1,6\n", &[]).unwrap_err();
        assert_eq!(wrong.iter().map(|p| p.line).collect::<Vec<_>>(), [2, 4]);
    }
}
