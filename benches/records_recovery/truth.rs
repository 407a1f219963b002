//! What is true in `records_recovery.toml`.

use caseflow::stats::survival::Family;

/// A stage with a law and ways out.
pub struct Stage {
    /// Its name among the estimates.
    pub name: &'static str,
    /// Share open after so many days, for children without any condition that has an effect.
    pub open: Option<fn(f64) -> f64>,
    /// The law's family and its parameters in the order and on the scale of the fit.
    pub law: Option<(Family, &'static [f64])>,
    /// Ways out with their shares, for children without conditions.
    pub ways: &'static [(&'static str, f64)],
    /// Conditions that stretch the stay.
    pub stretch: &'static [(&'static str, f64)],
    /// Conditions that multiply the odds of a way out.
    pub odds: &'static [(&'static str, &'static str, f64)],
}

const PLAIN: Stage = Stage { name: "", open: None, law: None, ways: &[], stretch: &[], odds: &[] };

fn normal_upper(z: f64) -> f64 {
    0.5 * libm::erfc(z / core::f64::consts::SQRT_2)
}

const ASSESSED: f64 = 31.0 * 31.0 / (14.0 * 14.0);
/// Log-normal of mean 150 and standard deviation 110: sigma = sqrt(log(1 + (110/150)²)), mu = log 150 - sigma²/2.
const SUPPORT: [f64; 2] = [4.795_466_107_669_603, 0.656_001_808_574_720_3];

pub const STAGES: [Stage; 6] = [
    Stage { name: "referral", ways: &[("closed_nfa", 0.1), ("assessment", 0.9)], ..PLAIN },
    Stage {
        name: "assessment",
        open: Some(|t| 1.0 - caseflow::stats::special::gamma_pq(ASSESSED, t * 31.0 / 196.0).0),
        law: Some((Family::Gamma, &[ASSESSED, 31.0 / 196.0])),
        ways: &[("child_in_need", 0.35), ("section_47", 0.2), ("not_in_need", 0.45)],
        odds: &[
            ("section_47", "neglect", 1.8),
            ("section_47", "under_1", 1.5),
            ("section_47", "age_13_15", 0.8),
            ("child_in_need", "domestic_abuse", 1.4),
        ],
        ..PLAIN
    },
    Stage {
        name: "section_47",
        open: Some(|t| normal_upper(libm::log(t / 14.0) / 0.5)),
        law: Some((Family::LogNormal, &[2.639_057_329_615_258_4, 0.5])),
        ways: &[("child_protection", 0.5), ("child_in_need", 0.5)],
        odds: &[("child_protection", "neglect", 1.3)],
        ..PLAIN
    },
    Stage {
        name: "child_in_need",
        open: Some(|t| libm::exp(-libm::pow(t / 190.0, 1.3))),
        law: Some((Family::Weibull, &[1.3, 190.0])),
        ways: &[("closed", 0.62), ("support", 0.2), ("section_47", 0.18)],
        stretch: &[("neglect", 1.4), ("age_13_15", 0.8), ("under_1", 1.2), ("child_mental_health", 1.15)],
        odds: &[("support", "domestic_abuse", 1.5)],
    },
    Stage {
        name: "support",
        open: Some(|t| normal_upper((libm::log(t) - SUPPORT[0]) / SUPPORT[1])),
        law: Some((Family::LogNormal, &SUPPORT)),
        ways: &[("help_ended", 0.8), ("referral", 0.2)],
        ..PLAIN
    },
    Stage {
        name: "care_kinship",
        open: Some(|t| libm::exp(-t / 500.0)),
        law: Some((Family::Exponential, &[1.0 / 500.0])),
        ways: &[("closed", 0.7), ("child_in_need", 0.3)],
        ..PLAIN
    },
];

/// Probabilities of ending at reviews, and the rate of ending between them, a year.
pub const REVIEWS: [f64; 4] = [0.1, 0.55, 0.5, 0.6];
pub const BETWEEN: f64 = 0.25;
pub const NEEDS: [(&str, f64); 3] =
    [("domestic_abuse", 0.4), ("neglect", 0.2), ("child_mental_health", 0.15)];
/// New referrals a year, and the standard deviation of a monthly multiplier.
pub const RATE: f64 = 700.0;
pub const VARIES: f64 = 0.15;
/// Factors of months before they are scaled to a mean of 1 over the days of a year.
const MONTHS: [f64; 12] = [1.1, 1.0, 1.15, 0.95, 1.0, 1.0, 1.0, 0.7, 1.0, 1.0, 1.1, 0.85];
const DAYS: [f64; 12] = [31.0, 28.25, 31.0, 30.0, 31.0, 30.0, 31.0, 31.0, 30.0, 31.0, 30.0, 31.0];
/// Sizes of families, and age bands (from the unborn).
pub const SIZES: [f64; 3] = [0.6, 0.3, 0.1];
pub const AGES: [f64; 6] = [0.0, 0.15, 0.3, 0.3, 0.15, 0.1];
/// Exits, days and the share back by then.
pub const BACK: [(&str, f64, f64); 5] = [
    ("closed", 91.3125, 0.08),
    ("closed", 365.25, 0.18),
    ("closed", 1_095.75, 0.25),
    ("not_in_need", 182.625, 0.06),
    ("not_in_need", 365.25, 0.1),
];

pub fn months() -> [f64; 12] {
    let mean = MONTHS.iter().zip(DAYS).map(|(f, d)| f * d).sum::<f64>() / DAYS.iter().sum::<f64>();
    MONTHS.map(|f| f / mean)
}

impl Stage {
    /// The days at which this share is open.
    pub fn open_at(&self, share: f64) -> f64 {
        let (mut low, mut high) = (0.0, 5_000.0);
        for _ in 0..100 {
            let middle = 0.5 * (low + high);
            if self.open.is_some_and(|open| open(middle) > share) { low = middle } else { high = middle }
        }
        low
    }

    pub fn share(&self, way: &str) -> Option<f64> {
        self.ways.iter().find(|w| w.0 == way).map(|w| w.1)
    }

    /// Factor of a condition on the length, or on the odds of a way.
    pub fn effect(&self, condition: &str, way: Option<&str>) -> f64 {
        match way {
            None => self.stretch.iter().find(|s| s.0 == condition).map_or(1.0, |s| s.1),
            Some(way) => self.odds.iter().find(|o| o.0 == way && o.1 == condition).map_or(1.0, |o| o.2),
        }
    }
}
