//! The measures of a council's page, with what is published of them.

use crate::calibrate::data::Statistics;

/// What is published of a measure.
#[derive(Clone, Copy)]
pub(super) enum Published {
    /// A count.
    Count(&'static str),
    /// A count as a share of another.
    Share(&'static str, &'static str),
    /// A share published in per cent.
    Percent(&'static str),
}
use Published::{Count, Percent, Share};

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
pub(super) const MEASURES: [Shown; 48] = [
    shown("referrals", "Referrals", Count("referrals")),
    shown("referrals_police", "Referrals from the police", Percent("referrals_police_pct")),
    shown("referrals_schools", "Referrals from schools", Percent("referrals_school_pct")),
    shown("referrals_health", "Referrals from health services", Percent("referrals_health_pct")),
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
    shown("cin_ended_band_0", "Episodes ended: 3 months or less", Percent("cin_ended_le3m_pct")),
    shown("cin_ended_band_1", "Episodes ended: over 3 to 6 months", Percent("cin_ended_3_6m_pct")),
    shown("cin_ended_band_2", "Episodes ended: over 6 to 12 months", Percent("cin_ended_6_12m_pct")),
    shown("cin_ended_band_3", "Episodes ended: 1 to 2 years", Percent("cin_ended_1_2y_pct")),
    shown("cin_ended_band_4", "Episodes ended: 2 years or more", Percent("cin_ended_2yplus_pct")),
    shown("cin_open_band_0", "Open episodes: 3 months or less", Percent("cin_open_le3m_pct")),
    shown("cin_open_band_1", "Open episodes: over 3 to 6 months", Percent("cin_open_3_6m_pct")),
    shown("cin_open_band_2", "Open episodes: over 6 to 12 months", Percent("cin_open_6_12m_pct")),
    shown("cin_open_band_3", "Open episodes: 1 to 2 years", Percent("cin_open_1_2y_pct")),
    shown("cin_open_band_4", "Open episodes: 2 years or more", Percent("cin_open_2yplus_pct")),
    shown("care_starts", "Children starting to be looked after", Count("cla_starts")),
    shown("care_ends", "Children ceasing to be looked after", Count("cla_ends")),
    shown("care", "Children looked after", Count("cla_at_31_march")),
    shown(
        "care_started_age_0",
        "Starting to be looked after: aged under 1",
        Share("cla_started.Age on starting: Under 1 year", "cla_starts"),
    ),
    shown(
        "care_started_age_1",
        "Starting to be looked after: aged 1 to 4",
        Share("cla_started.Age on starting: 1 to 4 years", "cla_starts"),
    ),
    shown(
        "care_started_age_2",
        "Starting to be looked after: aged 5 to 9",
        Share("cla_started.Age on starting: 5 to 9 years", "cla_starts"),
    ),
    shown(
        "care_started_age_3",
        "Starting to be looked after: aged 10 to 15",
        Share("cla_started.Age on starting: 10 to 15 years", "cla_starts"),
    ),
    shown(
        "care_started_age_4",
        "Starting to be looked after: aged 16 and 17",
        Share("cla_started.Age on starting: 16 years and over", "cla_starts"),
    ),
    shown(
        "care_age_0",
        "Looked after: aged under 1",
        Share("cla_31mar.Age group: Under 1 year", "cla_at_31_march"),
    ),
    shown(
        "care_age_1",
        "Looked after: aged 1 to 4",
        Share("cla_31mar.Age group: 1 to 4 years", "cla_at_31_march"),
    ),
    shown(
        "care_age_2",
        "Looked after: aged 5 to 9",
        Share("cla_31mar.Age group: 5 to 9 years", "cla_at_31_march"),
    ),
    shown(
        "care_age_3",
        "Looked after: aged 10 to 15",
        Share("cla_31mar.Age group: 10 to 15 years", "cla_at_31_march"),
    ),
    shown(
        "care_age_4",
        "Looked after: aged 16 and 17",
        Share("cla_31mar.Age group: 16 years and over", "cla_at_31_march"),
    ),
];

impl Shown {
    /// The published figure of a year; a share is between 0 and 1.
    pub fn figure(&self, stats: &Statistics, area: usize, year: i32) -> Option<f64> {
        match self.published {
            Count(name) => stats.value(name, area, year),
            Percent(name) => Some(0.01 * stats.value(name, area, year)?),
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
            Share(..) | Percent(_) => None,
        }
    }

    /// Factor and unit with which it is shown.
    pub fn unit(&self) -> (f64, &'static str) {
        if self.indicator().is_some() { (1.0, "") } else { (100.0, " (%)") }
    }
}
