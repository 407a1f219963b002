//! Quantities as people write them: `"45 working days"`, `"12 per year"`.

use super::time::{DAYS_PER_MONTH, DAYS_PER_YEAR};

/// The unit of a length of time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TimeUnit {
    /// A calendar unit of this many days.
    Natural,
    /// Working days in England.
    WorkingDays,
}

/// A length of time as written.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Duration {
    /// Number of days (working days where `unit` says so).
    pub days: f64,
    /// Which kind of days.
    pub unit: TimeUnit,
}

/// Why a text is not the quantity expected.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum QuantityError {
    /// No number at the start.
    #[error("expected a number and a unit, such as \"{example}\", found \"{found}\"")]
    NoNumber {
        /// The text as written.
        found: String,
        /// A text that would do.
        example: &'static str,
    },
    /// A comma inside the number.
    #[error("a comma in \"{found}\" could be a decimal or a thousands mark: write 1120 or 3.5")]
    Comma {
        /// The text as written.
        found: String,
    },
    /// A number without a unit.
    #[error("\"{found}\" has no unit: write for example \"{found} {unit}\"")]
    NoUnit {
        /// The text as written.
        found: String,
        /// A unit that would do.
        unit: &'static str,
    },
    /// A unit that is not known.
    #[error("unknown unit \"{unit}\": use {expected}")]
    Unit {
        /// The unit as written.
        unit: String,
        /// The units that are known.
        expected: &'static str,
    },
    /// Not a finite number of at least 0.
    #[error("\"{found}\" must be a finite number of at least 0")]
    Range {
        /// The text as written.
        found: String,
    },
}

const TIME_UNITS: &str = "seconds, minutes, hours, days, working days, weeks, months or years";

/// Days in one of a unit, and its kind.
fn time_unit(word: &str) -> Option<(f64, TimeUnit)> {
    let natural = |days| Some((days, TimeUnit::Natural));
    match word {
        "second" | "seconds" => natural(1.0 / 86_400.0),
        "minute" | "minutes" => natural(1.0 / 1_440.0),
        "hour" | "hours" => natural(1.0 / 24.0),
        "day" | "days" => natural(1.0),
        "week" | "weeks" => natural(7.0),
        "month" | "months" => natural(DAYS_PER_MONTH),
        "year" | "years" => natural(DAYS_PER_YEAR),
        "working day" | "working days" => Some((1.0, TimeUnit::WorkingDays)),
        _ => None,
    }
}

/// Splits `"12.5 per year"` into 12.5 and `"per year"`.
fn number_and_rest<'a>(text: &'a str, example: &'static str) -> Result<(f64, &'a str), QuantityError> {
    let trimmed = text.trim();
    let end = trimmed
        .find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',' | '_' | '-' | '+' | 'e' | 'E')))
        .unwrap_or(trimmed.len());
    let (number, rest) = trimmed.split_at(end);
    if number.contains(',') {
        return Err(QuantityError::Comma { found: trimmed.to_string() });
    }
    let value: f64 = number
        .replace('_', "")
        .parse()
        .map_err(|_| QuantityError::NoNumber { found: trimmed.to_string(), example })?;
    if !value.is_finite() || value < 0.0 {
        return Err(QuantityError::Range { found: trimmed.to_string() });
    }
    Ok((value, rest.trim()))
}

/// Reads a length of time such as `"26 weeks"`.
pub fn duration(text: &str) -> Result<Duration, QuantityError> {
    let (value, word) = number_and_rest(text, "26 weeks")?;
    if word.is_empty() {
        return Err(QuantityError::NoUnit { found: text.trim().to_string(), unit: "days" });
    }
    let (days, unit) = time_unit(word)
        .ok_or_else(|| QuantityError::Unit { unit: word.to_string(), expected: TIME_UNITS })?;
    Ok(Duration { days: value * days, unit })
}

/// Reads a rate such as `"12 per year"` and gives it per day.
pub fn rate_per_day(text: &str) -> Result<f64, QuantityError> {
    let (value, rest) = number_and_rest(text, "12 per year")?;
    let unit = rest.strip_prefix("per ").or_else(|| rest.strip_prefix("a ")).map(str::trim);
    let expected = "\"per day\", \"per week\", \"per month\", \"per year\" (or second, minute, hour)";
    match unit {
        None if rest.is_empty() => {
            Err(QuantityError::NoUnit { found: text.trim().to_string(), unit: "per year" })
        }
        None => Err(QuantityError::Unit { unit: rest.to_string(), expected }),
        Some(word) => match time_unit(word) {
            Some((days, TimeUnit::Natural)) => Ok(value / days),
            _ => Err(QuantityError::Unit { unit: rest.to_string(), expected }),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_people_write() {
        assert_eq!(duration("26 weeks").unwrap().days, 182.0);
        assert_eq!(duration(" 1 hour ").unwrap().days, 1.0 / 24.0);
        assert_eq!(duration("1_000 days").unwrap().days, 1000.0);
        let wd = duration("45 working days").unwrap();
        assert_eq!((wd.days, wd.unit), (45.0, TimeUnit::WorkingDays));
        assert!((rate_per_day("365.25 per year").unwrap() - 1.0).abs() < 1e-12);
        assert_eq!(rate_per_day("0.8 per hour").unwrap(), 0.8 * 24.0);
    }

    #[test]
    fn refuses_what_could_mislead() {
        for bad in [
            "3,5 days",
            "1,200 per month",
            "12",
            "-1 day",
            "1e999 days",
            "nan days",
            "five weeks",
            "3 fortnights",
            "",
        ] {
            assert!(duration(bad).is_err(), "{bad}");
            assert!(rate_per_day(bad).is_err(), "{bad}");
        }
        assert!(rate_per_day("3 per working day").is_err());
        assert_eq!(
            duration("12").unwrap_err().to_string(),
            "\"12\" has no unit: write for example \"12 days\""
        );
    }
}
