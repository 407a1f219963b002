//! A monthly series and what may be said about it.

use super::month::Month;
use super::population::Exposure;
use serde::{Deserialize, Serialize};

/// Months kept in one series at most (a century).
pub const MOST_MONTHS: usize = 1_200;

/// Monthly values of one thing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// What the values are of.
    pub name: String,
    /// Where they come from, if split by source.
    pub source: Option<String>,
    /// The age band, if split by age.
    pub age: Option<String>,
    /// The area, if split by area.
    pub area: Option<String>,
    /// The first month.
    pub start: Month,
    /// One value a month; none where it is missing or suppressed.
    pub values: Vec<Option<f64>>,
    /// The population behind it, if the forecast is to follow one.
    #[serde(default)]
    pub exposure: Option<Exposure>,
}

impl Series {
    /// A series with a name and no splits.
    #[must_use]
    pub fn new(name: impl Into<String>, start: Month, values: Vec<Option<f64>>) -> Self {
        Self { name: name.into(), source: None, age: None, area: None, start, values, exposure: None }
    }

    /// The month after the last.
    #[must_use]
    pub fn end(&self) -> Month {
        self.start.plus(i32::try_from(self.values.len()).unwrap_or(i32::MAX))
    }

    /// The months that have a value.
    #[must_use]
    pub fn observed(&self) -> usize {
        self.values.iter().flatten().count()
    }

    /// Whether every value is a non-negative whole number.
    #[must_use]
    pub fn is_counts(&self) -> bool {
        self.values.iter().flatten().all(|v| *v >= 0.0 && v.fract() == 0.0)
    }

    /// The first `months` months.
    #[must_use]
    pub fn head(&self, months: usize) -> Self {
        Self { values: self.values.iter().take(months).copied().collect(), ..self.clone() }
    }
}

/// How a named shock is treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Treatment {
    /// The level or the definition changed for good at the first month: earlier months are moved
    /// to the new level.
    LevelShift,
    /// The months were out of the ordinary and will not recur: they are set aside when fitting and
    /// when judging intervals.
    Dip,
    /// The months are used as they are.
    Ignored,
}

/// A named shock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shock {
    /// Its name.
    pub name: String,
    /// How it is treated.
    pub treatment: Treatment,
    /// Its first month.
    pub from: Month,
    /// Its last month (unused for a level shift).
    pub to: Month,
}

/// The two periods in which English schools were closed to most pupils: March to June 2020 and
/// January to February 2021, with one treatment for both.
#[must_use]
pub fn covid(treatment: Treatment) -> Vec<Shock> {
    [((2020, 3), (2020, 6)), ((2021, 1), (2021, 2))]
        .into_iter()
        .filter_map(|((y, m), (v, n))| {
            Some(Shock {
                name: "Covid-19 school closures".into(),
                treatment,
                from: Month::new(y, m)?,
                to: Month::new(v, n)?,
            })
        })
        .collect()
}

/// The calendar that the counts follow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Calendar {
    /// None: months alone.
    None,
    /// English working days and school terms.
    #[default]
    England,
}

/// Everything a forecast depends on besides the series.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Options {
    /// Months ahead, 1 to 120.
    pub horizon: usize,
    /// The seed of the paths.
    pub seed: u64,
    /// Paths kept, 1 to 100,000.
    pub paths: usize,
    /// The calendar.
    pub calendar: Calendar,
    /// Named shocks.
    pub shocks: Vec<Shock>,
    /// Rolling origins in the backtest, 0 to 24.
    pub origins: usize,
    /// Months at the end that are not yet fully reported, 0 to 12: not used, here or at any origin
    /// of the backtest, so that intervals include what late reporting costs.
    pub incomplete: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            horizon: 24,
            seed: 1,
            paths: 1_000,
            calendar: Calendar::England,
            shocks: covid(Treatment::Dip),
            origins: 6,
            incomplete: 0,
        }
    }
}
