//! Measures of parts of the children: episodes by length, referrals by who refers, children by age.

use super::Writer;
use super::counted::{ENDED, REFERRALS};
use super::published::Published::{self, MarchPercent, MarchShare, No, YearParts, YearPercent, YearShare};
use crate::calibrate::authority::episodes;
use crate::calibrate::authority::referrers::SOURCES;

/// Lengths of episodes in words.
const LENGTHS: [&str; 5] =
    ["3 months or less", "over 3 to 6 months", "over 6 to 12 months", "1 to 2 years", "2 years or more"];
/// Ages of the returns of children looked after: words, bands of the model, starts and stock.
const CARE_AGES: [(&str, &str, &str, &str); 5] = [
    (
        "under 1",
        "[\"unborn\", \"under_1\"]",
        "cla_started.Age on starting: Under 1 year",
        "cla_31mar.Age group: Under 1 year",
    ),
    (
        "1 to 4",
        "[\"age_1_4\"]",
        "cla_started.Age on starting: 1 to 4 years",
        "cla_31mar.Age group: 1 to 4 years",
    ),
    (
        "5 to 9",
        "[\"age_5_9\"]",
        "cla_started.Age on starting: 5 to 9 years",
        "cla_31mar.Age group: 5 to 9 years",
    ),
    (
        "10 to 15",
        "[\"age_10_12\", \"age_13_15\"]",
        "cla_started.Age on starting: 10 to 15 years",
        "cla_31mar.Age group: 10 to 15 years",
    ),
    (
        "16 and 17",
        "[\"age_16_17\"]",
        "cla_started.Age on starting: 16 years and over",
        "cla_31mar.Age group: 16 years and over",
    ),
];
/// Published sources of referral with figures for the last year, by source of the model.
const SHARES_OF: [(&str, Published); 6] = [
    ("police", YearPercent("referrals_police_pct")),
    ("schools", YearPercent("referrals_school_pct")),
    ("health", YearPercent("referrals_health_pct")),
    ("council", YearParts(&["c5.LA_Services", "c5.Housing"], "referrals")),
    ("family", YearParts(&["c5.Individual", "c5.Anonymous"], "referrals")),
    ("other", No),
];

impl Writer<'_> {
    /// Lengths of episodes.
    pub(super) fn lengths(&mut self) {
        for (k, words) in LENGTHS.into_iter().enumerate() {
            let (ended, open) = (episodes::ENDED[k], episodes::OPEN[k]);
            let count = format!("{{ ended = {{ group = \"in_need\", band = {k} }} }}");
            let title = format!("Episodes of need ended that lasted {words}");
            self.write(
                &format!("cin_ended_band_{k}"),
                &title,
                &count,
                ENDED,
                YearPercent(ended),
                "5 points",
                "",
                false,
            );
            let count = format!("{{ open = {{ group = \"in_need\", band = {k} }} }}");
            let title = format!("Open episodes of need of {words}");
            let of = "{ group_children = \"in_need\" }";
            self.write(
                &format!("cin_open_band_{k}"),
                &title,
                &count,
                of,
                MarchPercent(open),
                "5 points",
                "",
                false,
            );
        }
    }

    /// Who refers.
    pub(super) fn referred_by(&mut self) {
        for ((name, title, _), (_, published)) in SOURCES.into_iter().zip(SHARES_OF) {
            let near = if matches!(published, No) { "" } else { "5 points" };
            let count = format!("{{ starts_of = {{ stages = \"referral\", part = \"source={name}\" }} }}");
            let title = format!("Referrals from: {}", title.to_lowercase());
            self.write(&format!("referrals_{name}"), &title, &count, REFERRALS, published, near, "", false);
        }
    }

    /// Ages of children who start to be looked after, and who are.
    pub(super) fn ages_in_care(&mut self) {
        for (k, (words, part, started, held)) in CARE_AGES.into_iter().enumerate() {
            let count = format!("{{ starts_of = {{ stages = \"into_care\", part = {part} }} }}");
            let title = format!("Children starting to be looked after aged {words}");
            let (of, published) = ("{ starts = \"into_care\" }", YearShare(started, "cla_starts"));
            self.write(
                &format!("care_started_age_{k}"),
                &title,
                &count,
                of,
                published,
                "5 points",
                "",
                false,
            );
            let count = format!("{{ children_of = {{ stages = \"care\", part = {part} }} }}");
            let title = format!("Children looked after aged {words}");
            let (of, published) = ("{ group_children = \"care\" }", MarchShare(held, "cla_at_31_march"));
            self.write(&format!("care_age_{k}"), &title, &count, of, published, "5 points", "", false);
            let count = format!("{{ children_of = {{ stages = \"in_need\", part = {part} }} }}");
            let title = format!("Children in need aged {words}");
            self.write(&format!("cin_age_{k}"), &title, &count, "", No, "", "", false);
        }
    }
}
