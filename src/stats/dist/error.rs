//! What can be wrong with the parameters of a law.

/// A parameter that cannot be used: which, what was found, and what is expected.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ParamError {
    /// One number is outside its range.
    #[error("{law}: {parameter} is {found}, expected {expected}")]
    Range {
        /// Name of the law.
        law: &'static str,
        /// Name of the parameter.
        parameter: &'static str,
        /// The value found.
        found: f64,
        /// What would be accepted.
        expected: &'static str,
    },
    /// One number of a list is outside its range.
    #[error("{law}: {parameter} number {} is {found}, expected {expected}", .index + 1)]
    Item {
        /// Name of the law.
        law: &'static str,
        /// Name of the list.
        parameter: &'static str,
        /// Position in the list, from 0.
        index: usize,
        /// The value found.
        found: f64,
        /// What would be accepted.
        expected: &'static str,
    },
    /// A list has the wrong length.
    #[error("{law}: {parameter} has {found} entries, expected {expected}")]
    Length {
        /// Name of the law.
        law: &'static str,
        /// Name of the list.
        parameter: &'static str,
        /// The length found.
        found: usize,
        /// What would be accepted.
        expected: String,
    },
    /// The parameters are sound one by one, but a moment they imply is not a usable number.
    #[error("{law}: the parameters give a {moment} of {found}, expected {expected}")]
    Moment {
        /// Name of the law.
        law: &'static str,
        /// `mean` or `variance`.
        moment: &'static str,
        /// The value implied.
        found: f64,
        /// What would be accepted.
        expected: &'static str,
    },
    /// No law of that name.
    #[error("{found} is no law; known: {known}")]
    UnknownLaw {
        /// The name found.
        found: String,
        /// The names there are.
        known: String,
    },
    /// The parameters given are not a set that states the law.
    #[error("{law}: given {found}, expected {expected}")]
    Form {
        /// Name of the law.
        law: &'static str,
        /// The parameters found.
        found: String,
        /// The sets that would be accepted.
        expected: String,
    },
    /// A list where one number belongs, or the other way round.
    #[error("{law}: {parameter} is of the wrong kind, expected {expected}")]
    Kind {
        /// Name of the law.
        law: &'static str,
        /// Name of the parameter.
        parameter: &'static str,
        /// What would be accepted.
        expected: &'static str,
    },
}

/// Largest number of entries in any list of a law.
pub(super) const MAX_ENTRIES: usize = 100_000;

/// Accepts a finite number above 0.
pub(super) fn positive(law: &'static str, parameter: &'static str, found: f64) -> Result<f64, ParamError> {
    if found.is_finite() && found > 0.0 {
        Ok(found)
    } else {
        let expected = "a finite number above 0";
        Err(ParamError::Range { law, parameter, found, expected })
    }
}

/// Accepts a finite number of at least 0.
pub(super) fn not_negative(
    law: &'static str,
    parameter: &'static str,
    found: f64,
) -> Result<f64, ParamError> {
    if found.is_finite() && found >= 0.0 {
        Ok(found)
    } else {
        let expected = "a finite number of at least 0";
        Err(ParamError::Range { law, parameter, found, expected })
    }
}

/// Accepts a number between two bounds, which `expected` states.
pub(super) fn within(
    law: &'static str,
    parameter: &'static str,
    found: f64,
    (low, high): (f64, f64),
    expected: &'static str,
) -> Result<f64, ParamError> {
    if found >= low && found <= high {
        Ok(found)
    } else {
        Err(ParamError::Range { law, parameter, found, expected })
    }
}

/// Accepts a mean above 0 and a variance of at least 0, both small enough that squares and sums
/// of a thousand of them stay finite.
pub(super) fn moments(law: &'static str, mean: f64, variance: f64) -> Result<(), ParamError> {
    let expected = "a number between 1e-100 and 1e100";
    if !(1e-100..=1e100).contains(&mean) {
        return Err(ParamError::Moment { law, moment: "mean", found: mean, expected });
    }
    let expected = "a number between 0 and 1e200";
    if !(0.0..=1e200).contains(&variance) {
        return Err(ParamError::Moment { law, moment: "variance", found: variance, expected });
    }
    Ok(())
}

/// Accepts probabilities that are finite, not negative and sum to 1 within one in a million, and
/// gives them scaled to sum to 1.
pub(super) fn probabilities(
    law: &'static str,
    parameter: &'static str,
    found: &[f64],
) -> Result<Vec<f64>, ParamError> {
    length(law, parameter, found.len(), 1, MAX_ENTRIES)?;
    for (index, &p) in found.iter().enumerate() {
        if !(p.is_finite() && (0.0..=1.0).contains(&p)) {
            let expected = "a probability between 0 and 1";
            return Err(ParamError::Item { law, parameter, index, found: p, expected });
        }
    }
    let sum: f64 = found.iter().sum();
    if (sum - 1.0).abs() > 1e-6 {
        let expected = "a sum of 1 (within 0.000001)";
        return Err(ParamError::Range { law, parameter, found: sum, expected });
    }
    Ok(found.iter().map(|p| p / sum).collect())
}

/// Accepts a list whose length lies between two bounds.
pub(super) fn length(
    law: &'static str,
    parameter: &'static str,
    found: usize,
    low: usize,
    high: usize,
) -> Result<(), ParamError> {
    if (low..=high).contains(&found) {
        return Ok(());
    }
    let expected = if low == high { low.to_string() } else { format!("{low} to {high}") };
    Err(ParamError::Length { law, parameter, found, expected })
}
