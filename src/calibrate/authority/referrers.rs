//! Who refers: shares of referrals by source, pooled over the series.

use super::borrow::{Reader, Shares};

/// A source of the model: its name, its title, and the published sources it holds.
pub(super) const SOURCES: [(&str, &str, &[&str]); 6] = [
    ("police", "Police", &["c5.Police"]),
    ("schools", "Schools", &["c5.Schools"]),
    ("health", "Health services", &["c5.Health_Services"]),
    ("council", "The council's own services and housing", &["c5.LA_Services", "c5.Housing"]),
    ("family", "Family, neighbours, anonymous", &["c5.Individual", "c5.Anonymous"]),
    (
        "other",
        "Other education services, legal agencies, others, unknown",
        &["c5.Education_Services", "c5.Other_legal_agency", "c5.Other", "c5.Unknown"],
    ),
];

/// Shares of [`SOURCES`].
pub(super) fn fit(reader: &Reader<'_>) -> Shares {
    let all: Vec<&str> = SOURCES.iter().flat_map(|s| s.2.iter().copied()).collect();
    let mut pooled = reader.pooled(&all);
    let mut at = 0;
    let together = |(_, _, parts): &(&str, &str, &[&str])| {
        let sum: f64 = pooled.share.get(at..at + parts.len()).map_or(0.0, |s| s.iter().sum());
        at += parts.len();
        sum
    };
    pooled.share = SOURCES.iter().map(together).collect();
    pooled
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calibrate::data::Statistics;

    /// England 2024 by hand: 177,210 of 621,880 referrals came from the police, 126,460 from schools.
    #[test]
    fn sources_hold_all_that_is_published() {
        let stats = Statistics::embedded();
        let england = stats.area_by_code("E92000001").unwrap();
        let found = fit(&Reader::new(stats, england, 2024));
        assert!((found.share.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        assert!((found.share[0] - 177_210.0 / 621_880.0).abs() < 0.02, "{found:?}");
        assert!((found.share[1] - 126_460.0 / 621_880.0).abs() < 0.02, "{found:?}");
    }
}
