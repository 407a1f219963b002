//! People, known by a number alone.

use super::codes::Sex;
use jiff::civil::Date;
use std::fmt;

/// A person by place in [`super::Table::people`]; it has no relation to any identifier.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct PersonIx(pub u32);

/// A family: an opaque number shared by siblings.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FamilyIx(pub u32);

/// When a child was or will be born. Shown by `Debug` without the date.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Birth {
    /// Born on a date.
    Born(Date),
    /// Unborn at the time of the record, expected on a date.
    Expected(Date),
    /// Not recorded, or not believable.
    Unknown,
}

impl fmt::Debug for Birth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Birth::Born(_) => "Born",
            Birth::Expected(_) => "Expected",
            Birth::Unknown => "Unknown",
        })
    }
}

/// A child.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Person {
    /// Birth.
    pub birth: Birth,
    /// Sex as last recorded.
    pub sex: Sex,
    /// Family, where a return tells.
    pub family: Option<FamilyIx>,
    /// Whether any disability is recorded; none if nothing is said.
    pub disabled: Option<bool>,
    /// Whether ever recorded as an unaccompanied asylum-seeking child.
    pub unaccompanied: bool,
    /// Date of death.
    pub died: Option<Date>,
}

impl Person {
    /// Nothing known.
    pub const UNKNOWN: Person = Person {
        birth: Birth::Unknown,
        sex: Sex::Unknown,
        family: None,
        disabled: None,
        unaccompanied: false,
        died: None,
    };

    /// Age in whole years on a date: negative ages (unborn) are -1, none if birth is not known.
    pub fn age_on(&self, date: Date) -> Option<i32> {
        let born = match self.birth {
            Birth::Born(d) | Birth::Expected(d) => d,
            Birth::Unknown => return None,
        };
        let before = (date.month(), date.day()) < (born.month(), born.day());
        let years = i32::from(date.year()) - i32::from(born.year()) - i32::from(before);
        Some(years.max(-1))
    }

    /// The eighteenth birthday; 1 March in place of 29 February.
    pub fn eighteenth(&self) -> Option<Date> {
        let (Birth::Born(born) | Birth::Expected(born)) = self.birth else { return None };
        let year = born.year().checked_add(18)?;
        Date::new(year, born.month(), born.day()).or_else(|_| Date::new(year, 3, 1)).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn ages_by_hand() {
        let child = |d| Person { birth: Birth::Born(d), ..Person::UNKNOWN };
        let leap = child(date(2008, 2, 29));
        assert_eq!(leap.age_on(date(2026, 2, 28)), Some(17));
        assert_eq!(leap.eighteenth(), Some(date(2026, 3, 1)));
        assert_eq!(leap.age_on(date(2026, 3, 1)), Some(18));
        assert_eq!(child(date(2024, 6, 1)).age_on(date(2024, 5, 1)), Some(-1));
        assert_eq!(Person::UNKNOWN.age_on(date(2024, 5, 1)), None);
    }

    #[test]
    fn a_birth_date_is_not_shown() {
        let child = Person { birth: Birth::Born(date(2011, 7, 23)), ..Person::UNKNOWN };
        let shown = format!("{child:?}");
        assert!(!shown.contains("2011") && !shown.contains("23"), "{shown}");
    }
}
