//! Codes of placements and of leaving care.

use crate::calibrate::records::episode::{Outcome, Placement};

/// Words in capitals.
fn tokens(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphanumeric()).filter(|t| !t.is_empty()).take(40).map(str::to_ascii_uppercase)
}

/// Who provides a placement.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Provider {
    /// PR1.
    Own,
    /// Any other.
    Other,
}

/// Reads a provider: PR0 to PR5, or words.
pub fn provider(text: &str) -> Option<Provider> {
    let code = tokens(text).find_map(|t| match t.as_str() {
        "PR1" => Some(Provider::Own),
        "PR0" | "PR2" | "PR3" | "PR4" | "PR5" => Some(Provider::Other),
        _ => None,
    });
    code.or_else(|| {
        let low = text.to_lowercase();
        let has = |words: &[&str]| words.iter().any(|w| low.contains(w));
        if has(&["own la", "own provision", "own local"]) {
            Some(Provider::Own)
        } else {
            has(&["private", "voluntary", "other", "agency", "parent", "public"]).then_some(Provider::Other)
        }
    })
}

/// Reads a kind of placement: a code of any year, or words.
pub fn placement(text: &str, provider: Option<Provider>) -> Option<Placement> {
    let foster = match provider {
        Some(Provider::Own) => Placement::FosterOwn,
        Some(Provider::Other) => Placement::FosterAgency,
        None => Placement::Foster,
    };
    let code = |t: &str| match t {
        "U1" | "U2" | "U3" | "F1" | "Q1" => Some(Placement::Kinship),
        "U4" | "U5" | "U6" | "F2" | "F3" | "F4" | "F5" | "F6" | "Q2" => Some(foster),
        "K1" | "R5" => Some(Placement::Secure),
        "K2" | "R1" | "R2" | "R3" | "S1" => Some(Placement::Residential),
        "K3" | "H5" | "P2" | "P3" => Some(Placement::Supported),
        "P1" => Some(Placement::WithParents),
        "A3" | "A4" | "A5" | "A6" => Some(Placement::Adoption),
        "T0" | "T1" | "T2" | "T3" | "T4" => Some(Placement::Temporary),
        "Z1" | "Z11" | "Z12" | "Z13" | "Z14" => Some(Placement::Other),
        _ => None,
    };
    tokens(text).find_map(|t| code(&t)).or_else(|| {
        let low = text.to_lowercase();
        let has = |words: &[&str]| words.iter().any(|w| low.contains(w));
        Some(if has(&["adopt"]) {
            Placement::Adoption
        } else if has(&["foster", "kinship"]) {
            if has(&["relative", "friend", "kinship", "connected"]) { Placement::Kinship } else { foster }
        } else if has(&["secure", "offender", "custody", "prison", "yoi"]) {
            Placement::Secure
        } else if has(&["temporary"]) {
            Placement::Temporary
        } else if has(&["parents"]) && !has(&["mother and baby"]) {
            Placement::WithParents
        } else if has(&["independent", "supported", "employment", "lodging"]) {
            Placement::Supported
        } else if has(&[
            "home",
            "residential",
            "school",
            "nhs",
            "hospital",
            "family centre",
            "mother and baby",
        ]) {
            Placement::Residential
        } else if has(&["other"]) {
            Placement::Other
        } else {
            return None;
        })
    })
}

/// Whether a placement code was in use in the year ending 31 March of `year`; true if it is no code.
pub fn placement_in_use(text: &str, year: i16) -> bool {
    match text.trim().to_ascii_uppercase().as_str() {
        "H5" | "P2" => year <= 2024,
        "K3" => year >= 2025,
        "Z11" | "Z12" | "Z13" | "Z14" => year >= 2026,
        _ => true,
    }
}

/// Whether a code for leaving care was in use in the year ending 31 March of `year`; true if it is no code.
pub fn ceased_in_use(text: &str, year: i16) -> bool {
    match text.trim().to_ascii_uppercase().as_str() {
        "E43" | "E44" => year <= 2018,
        "E45" | "E46" | "E47" | "E48" | "E17" => year >= 2019,
        _ => true,
    }
}

/// Why an episode of care ended: X1 and E codes of any year, or words.
pub fn ceased(text: &str) -> Option<Outcome> {
    let code = |t: &str| match t {
        "X1" => Some(Outcome::Continued),
        "E1" | "E11" | "E12" => Some(Outcome::Adopted),
        "E2" => Some(Outcome::Died),
        "E3" => Some(Outcome::TransferredOut),
        "E4" | "E4A" | "E4B" => Some(Outcome::ReturnedHome),
        "E13" => Some(Outcome::ToRelatives),
        "E41" => Some(Outcome::ArrangementsOrder),
        "E43" | "E44" | "E45" | "E46" | "E47" | "E48" => Some(Outcome::SpecialGuardianship),
        "E5" | "E6" => Some(Outcome::Independent),
        "E7" => Some(Outcome::ToAdultServices),
        "E8" => Some(Outcome::Other),
        "E9" | "E14" => Some(Outcome::Custody),
        "E15" => Some(Outcome::AgeAssessed),
        "E16" => Some(Outcome::MovedAbroad),
        "E17" => Some(Outcome::Eighteen),
        _ => None,
    };
    tokens(text).find_map(|t| code(&t)).or_else(|| {
        let low = text.to_lowercase();
        let list: [(&[&str], Outcome); 24] = [
            (&["adopt"], Outcome::Adopted),
            (&["died"], Outcome::Died),
            (&["death"], Outcome::Died),
            (&["guardianship"], Outcome::SpecialGuardianship),
            (&["sgo"], Outcome::SpecialGuardianship),
            (&["residence order"], Outcome::ArrangementsOrder),
            (&["arrangement order"], Outcome::ArrangementsOrder),
            (&["arrangements order"], Outcome::ArrangementsOrder),
            (&["another la"], Outcome::TransferredOut),
            (&["another local"], Outcome::TransferredOut),
            (&["other la"], Outcome::TransferredOut),
            (&["no parental responsib"], Outcome::ToRelatives),
            (&["left care to live with"], Outcome::ToRelatives),
            (&["returned home"], Outcome::ReturnedHome),
            (&["live with parents"], Outcome::ReturnedHome),
            (&["independent"], Outcome::Independent),
            (&["adult social"], Outcome::ToAdultServices),
            (&["adult"], Outcome::ToAdultServices),
            (&["remand"], Outcome::Custody),
            (&["custody"], Outcome::Custody),
            (&["age assess"], Outcome::AgeAssessed),
            (&["abroad"], Outcome::MovedAbroad),
            (&["stayed with"], Outcome::Eighteen),
            (&["other"], Outcome::Other),
        ];
        list.iter().find(|(words, _)| words.iter().all(|w| low.contains(w))).map(|(_, o)| *o)
    })
}

/// The reason for a change of placement; nothing else is made of it.
pub fn place_change(text: &str) -> Option<()> {
    let codes = [
        "CARPL", "CLOSE", "ALLEG", "STAND", "APPRR", "CREQB", "CREQO", "CHILD", "LAREQ", "PLACE", "CUSTOD",
        "OTHER",
    ];
    text.split(|c: char| !c.is_ascii_alphanumeric())
        .any(|t| codes.iter().any(|c| t.eq_ignore_ascii_case(c)))
        .then_some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_all_years_and_words() {
        assert_eq!(placement("U4", Some(Provider::Own)), Some(Placement::FosterOwn));
        assert_eq!(
            placement("d) U4: Foster placement - long term", provider("e) PR4 - Private provision")),
            Some(Placement::FosterAgency)
        );
        assert_eq!(
            (placement("H5", None), placement("K3", None)),
            (Some(Placement::Supported), Some(Placement::Supported))
        );
        assert_eq!(placement("h) Children’s Homes", None), Some(Placement::Residential));
        assert_eq!(placement("g) Secure Children’s Homes", None), Some(Placement::Secure));
        assert_eq!(placement("??", None), None);
        assert!(
            placement_in_use("H5", 2024) && !placement_in_use("h5", 2025) && !placement_in_use("Z11", 2025)
        );
        assert!(ceased_in_use("E43", 2018) && !ceased_in_use("E43", 2019) && !ceased_in_use("E48", 2018));
        assert_eq!((ceased("X1"), ceased("E4A")), (Some(Outcome::Continued), Some(Outcome::ReturnedHome)));
        assert_eq!(ceased("d) Returned home to live with parents or relatives"), Some(Outcome::ReturnedHome));
        assert_eq!(ceased("nonsense"), None);
    }
}
