//! Pointwise intervals about a probability from its standard error, on a named scale.

/// The scale on which an interval is symmetric.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// The probability itself, cut at 0 and 1.
    Plain,
    /// Its logarithm, cut at 1 (the default of R's `survfit`).
    Log,
    /// log(-log S): stays inside (0, 1), and behaves best in the tails.
    LogLog,
}

/// The interval `estimate` ± `z` standard errors on `scale`, or none where that scale has no answer
/// (a probability of 0 on a log scale, of 0 or 1 on log-log, or a standard error that is not a number).
pub fn band(estimate: f64, se: f64, z: f64, scale: Scale) -> Option<(f64, f64)> {
    if !(se >= 0.0 && se.is_finite() && z.is_finite() && (0.0..=1.0).contains(&estimate)) {
        return None;
    }
    match scale {
        Scale::Plain => Some(((estimate - z * se).max(0.0), (estimate + z * se).min(1.0))),
        Scale::Log if estimate > 0.0 => {
            let factor = libm::exp(z * se / estimate);
            Some((estimate / factor, (estimate * factor).min(1.0)))
        }
        Scale::LogLog if estimate > 0.0 && estimate < 1.0 => {
            let log = libm::log(estimate);
            let centre = libm::log(-log);
            let half = z * se / (estimate * -log);
            let at = |x: f64| libm::exp(-libm::exp(x));
            Some((at(centre + half), at(centre - half)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_by_hand() {
        let (lo, hi) = band(0.5, 0.1, 2.0, Scale::Plain).unwrap();
        assert!((lo - 0.3).abs() < 1e-15 && (hi - 0.7).abs() < 1e-15);
        // Log: 0.5 * exp(∓0.4).
        let (lo, hi) = band(0.5, 0.1, 2.0, Scale::Log).unwrap();
        assert!((lo - 0.335_160_023_017_819_7).abs() < 1e-15);
        assert!((hi - 0.745_912_348_820_635_2).abs() < 1e-15);
        // Log-log: exponents 2^(-exp(±0.2/(0.5 ln 2))) = 2^-1.780..., 2^-0.5615...
        let (lo, hi) = band(0.5, 0.1, 2.0, Scale::LogLog).unwrap();
        let power = libm::exp(0.4 / core::f64::consts::LN_2);
        assert!((lo - libm::exp2(-power)).abs() < 1e-15);
        assert!((hi - libm::exp2(-1.0 / power)).abs() < 1e-15);
    }

    #[test]
    fn no_interval_where_the_scale_has_none() {
        assert_eq!(band(0.0, 0.0, 1.96, Scale::Log), None);
        assert_eq!(band(1.0, 0.0, 1.96, Scale::LogLog), None);
        assert_eq!(band(0.5, f64::NAN, 1.96, Scale::Plain), None);
        assert_eq!(band(1.0, 0.0, 1.96, Scale::Log), Some((1.0, 1.0)));
    }
}
