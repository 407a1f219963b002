//! The measures of a council's page, with what is published of them.

use crate::calibrate::data::Statistics;

/// What is published of a measure.
#[derive(Clone, Copy)]
pub(super) enum Published {
    /// A count.
    Count(&'static str),
    /// A count as a share of another.
    Share(&'static str, &'static str),
}
use Published::{Count, Share};

/// A measure of the model file, as a reader calls it.
pub(super) struct Shown {
    /// Its name in the model file.
    pub measure: &'static str,
    /// As a reader calls it.
    pub title: &'static str,
    /// What is published.
    pub published: Published,
    /// Whether it has a chart.
    pub chart: bool,
}

const fn shown(measure: &'static str, title: &'static str, published: Published) -> Shown {
    Shown { measure, title, published, chart: matches!(published, Count(_)) }
}

/// In the order of the pathway.
pub(super) const MEASURES: [Shown; 25] = [
    shown("referrals", "Referrals", Count("referrals")),
    shown("rereferrals", "Re-referrals within 12 months", Share("re_referrals", "referrals")),
    shown("referrals_nfa", "Referrals with no further action", Share("referrals_nfa", "referrals")),
    shown(
        "not_in_need",
        "Referrals assessed, not in need",
        Share("referrals_assessed_not_in_need", "referrals"),
    ),
    shown("assessments", "Assessments completed", Count("assessments_completed")),
    shown("section_47", "Section 47 enquiries", Count("s47")),
    shown("conferences", "Initial child protection conferences", Count("icpc")),
    shown("plans_started", "Child protection plans started", Count("cpp_starts")),
    shown("plans_ended", "Child protection plans ended", Count("cpp_ends")),
    shown("plans", "Children on a child protection plan", Count("cpp_at_31_march")),
    shown("second_plans", "Second or later plans", Share("cpp_second_or_subsequent", "cpp_starts")),
    shown("plans_ended_band_0", "Plans ended: 3 months or less", Share("d7.3_months_or_less", "cpp_ends")),
    shown(
        "plans_ended_band_1",
        "Plans ended: over 3 to 6 months",
        Share("d7.more_than_3_months_6_months", "cpp_ends"),
    ),
    shown(
        "plans_ended_band_2",
        "Plans ended: over 6 to 12 months",
        Share("d7.more_than_6_months_less_than_1_year", "cpp_ends"),
    ),
    shown(
        "plans_ended_band_3",
        "Plans ended: 1 to 2 years",
        Share("d7.1_year_less_than_2_years", "cpp_ends"),
    ),
    shown("plans_ended_band_4", "Plans ended: 2 years or more", Share("d7.2_years_or_more", "cpp_ends")),
    shown(
        "plans_open_band_0",
        "Open plans: 3 months or less",
        Share("d5.3_months_or_less", "cpp_at_31_march"),
    ),
    shown(
        "plans_open_band_2",
        "Open plans: over 6 to 12 months",
        Share("d5.more_than_6_months_less_than_1_year", "cpp_at_31_march"),
    ),
    shown("plans_open_band_4", "Open plans: 2 years or more", Share("d5.2_years_or_more", "cpp_at_31_march")),
    shown("cin", "Children in need at 31 March", Count("cin_at_31_march")),
    shown("cin_plans", "Child in need plans", Count("cin_plan_at_31_march")),
    shown("cin_ended", "Episodes of need ended", Count("cin_ended_episodes")),
    shown("care_starts", "Children starting to be looked after", Count("cla_starts")),
    shown("care_ends", "Children ceasing to be looked after", Count("cla_ends")),
    shown("care", "Children looked after", Count("cla_at_31_march")),
];

impl Shown {
    /// The published figure of a year; a share is between 0 and 1.
    pub fn figure(&self, stats: &Statistics, area: usize, year: i32) -> Option<f64> {
        match self.published {
            Count(name) => stats.value(name, area, year),
            Share(top, whole) => {
                let all = stats.value(whole, area, year).filter(|&x| x > 0.0)?;
                Some(stats.value(top, area, year)? / all)
            }
        }
    }

    /// The indicator of a count; none of a share.
    pub fn indicator(&self) -> Option<&'static str> {
        match self.published {
            Count(name) => Some(name),
            Share(..) => None,
        }
    }

    /// Factor and unit with which it is shown.
    pub fn unit(&self) -> (f64, &'static str) {
        if self.indicator().is_some() { (1.0, "") } else { (100.0, " (%)") }
    }
}
