//! Factors found at assessment: several at once, so a set.

/// Factor codes of the children in need census, 2014 to 2026, in the order of the bits of [`Factors`].
pub const FACTOR_CODES: [&str; 46] = [
    "1A", "1B", "1C", "2A", "2B", "2C", "3A", "3B", "3C", "4A", "4B", "4C", "5A", "5B", "5C", "6A", "6B",
    "6C", "7A", "8A", "8B", "8C", "8D", "8E", "8F", "9A", "10A", "11A", "12A", "13A", "14A", "15A", "16A",
    "17A", "18A", "18B", "18C", "19A", "19B", "19C", "20", "21", "22A", "23A", "24A", "25A",
];

/// A set of assessment factors.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Factors(u64);

impl Factors {
    /// No factor recorded (which is not the same as code 21, none identified).
    pub const NONE: Factors = Factors(0);

    /// The set of one factor, by its code as in the census.
    pub fn of(code: &str) -> Option<Factors> {
        let place = FACTOR_CODES.iter().position(|c| *c == code)?;
        Some(Factors(1 << place))
    }

    /// Both sets together.
    pub fn with(self, other: Factors) -> Factors {
        Factors(self.0 | other.0)
    }

    /// Whether every factor of `other` is in this set; true for an empty `other`.
    pub fn has(self, other: Factors) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether any code that starts so is in the set: `"3"` for domestic abuse of any person.
    ///
    /// The digits before the letter must be the same: `"1"` is alcohol and not 10A.
    pub fn any_of(self, number: &str) -> bool {
        self.codes().any(|c| c.trim_end_matches(|l: char| l.is_ascii_alphabetic()) == number)
    }

    /// Whether nothing was recorded.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The codes in the set.
    pub fn codes(self) -> impl Iterator<Item = &'static str> {
        FACTOR_CODES.iter().enumerate().filter(move |(k, _)| self.0 >> k & 1 == 1).map(|(_, c)| *c)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_of_factors() {
        let both = Factors::of("3B").unwrap().with(Factors::of("10A").unwrap());
        assert!(both.any_of("3") && both.any_of("10") && !both.any_of("1"));
        assert_eq!(both.codes().collect::<Vec<_>>(), ["3B", "10A"]);
        assert!(both.has(Factors::of("3B").unwrap()) && !both.has(Factors::of("3A").unwrap()));
        assert_eq!(Factors::of("99Z"), None);
        assert!(Factors::NONE.is_empty());
    }
}
