//! What can go wrong in a survival estimate, said so that a person can act on it.

/// Why an estimate could not be made.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SurvivalError {
    /// Nothing to estimate from.
    #[error("no spells are left to estimate from")]
    Empty,
    /// A time is not a number, is infinite where it may not be, or is negative where a duration is meant.
    #[error("spell {index}: {what} is {value}, which is not a usable time")]
    BadTime {
        /// Position of the spell in the input, from zero.
        index: usize,
        /// Which of its times.
        what: &'static str,
        /// The value found.
        value: f64,
    },
    /// A spell ends before it comes under observation.
    #[error("spell {index} ends at {end}, before its observation starts at {entry}")]
    Backwards {
        /// Position of the spell in the input, from zero.
        index: usize,
        /// Time at which it enters the risk set.
        entry: f64,
        /// Time at which it ends.
        end: f64,
    },
    /// A spell of no length met a policy that refuses them.
    #[error("spell {index} starts and ends at {at}: choose a policy for spells of no length")]
    ZeroLength {
        /// Position of the spell in the input, from zero.
        index: usize,
        /// The time.
        at: f64,
    },
    /// A weight is zero, negative or not a number.
    #[error("spell {index} has weight {weight}: weights are positive and finite")]
    BadWeight {
        /// Position of the spell in the input, from zero.
        index: usize,
        /// The weight found.
        weight: f64,
    },
    /// The estimator does not take what it was given.
    #[error("{0}")]
    Unsupported(&'static str),
    /// A state, cause or band number that does not exist.
    #[error("{what} {found} does not exist: there are {have}")]
    OutOfRange {
        /// What is numbered.
        what: &'static str,
        /// The number given.
        found: usize,
        /// How many there are.
        have: usize,
    },
    /// A table would be larger than allowed.
    #[error("{what} would need {asked} cells, more than the {allowed} allowed")]
    TooLarge {
        /// The table.
        what: &'static str,
        /// Cells it would need.
        asked: usize,
        /// Cells allowed.
        allowed: usize,
    },
    /// No start led to a maximum that passes the tests of one.
    #[error("the {family} fit did not reach a maximum: {why} (log-likelihood {reached:.6} at {at:?})")]
    NoMaximum {
        /// Name of the family.
        family: &'static str,
        /// Which test failed, with its number.
        why: String,
        /// The highest log-likelihood met.
        reached: f64,
        /// The parameters, on their own scale, where it was met.
        at: Vec<f64>,
    },
}
