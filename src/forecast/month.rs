//! Calendar months.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// A calendar month, kept as months since the start of year 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month(i32);

const NAMES: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

impl Month {
    /// The first month that can be named: January 1900. The last is December 2199.
    pub const FIRST: Self = Self(1900 * 12);

    /// The month of a year from 1900 to 2199; nothing outside.
    #[must_use]
    pub fn new(year: i32, month: u32) -> Option<Self> {
        let known = (1900..2200).contains(&year) && (1..=12).contains(&month);
        known.then(|| Self(year * 12 + month.cast_signed() - 1))
    }

    /// The year.
    #[must_use]
    pub const fn year(self) -> i32 {
        self.0.div_euclid(12)
    }

    /// The month of the year, 1 to 12.
    #[must_use]
    pub const fn of_year(self) -> u32 {
        self.0.rem_euclid(12).cast_unsigned() + 1
    }

    /// This many months later (earlier if negative).
    #[must_use]
    pub const fn plus(self, months: i32) -> Self {
        Self(self.0.saturating_add(months))
    }

    /// Months from another to this one.
    #[must_use]
    pub const fn since(self, other: Self) -> i32 {
        self.0.saturating_sub(other.0)
    }

    /// The English name of the month and the year, such as `March 2024`.
    #[must_use]
    pub fn label(self) -> String {
        let place = usize::try_from(self.of_year()).unwrap_or(1).saturating_sub(1);
        let name = NAMES.get(place).copied().unwrap_or("January");
        format!("{name} {}", self.year())
    }

    /// Reads `2024-03`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (year, month) = text.split_once('-')?;
        (year.len() == 4 && month.len() == 2)
            .then(|| Self::new(year.parse().ok()?, month.parse().ok()?))
            .flatten()
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year(), self.of_year())
    }
}

impl Serialize for Month {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Month {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("expected a month such as 2024-03"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arithmetic_and_text() {
        let m = Month::new(2023, 11).unwrap();
        assert_eq!(m.plus(3).to_string(), "2024-02");
        assert_eq!(m.plus(-11).to_string(), "2022-12");
        assert_eq!(m.plus(14).since(m), 14);
        assert_eq!(m.label(), "November 2023");
        assert_eq!(Month::parse("2024-13"), None);
        assert_eq!(Month::parse("24-03"), None);
        assert!(Month::new(1800, 1).is_none());
    }
}
