//! Codes as returns and systems spell them, brought to one set.
//!
//! A standard's own code anywhere in the text decides ("d) U4: Foster placement - long term", "Abuse or neglect
//! [N1]"); without one, words do. What is neither is not known.

use crate::calibrate::records::episode::{Abuse, Legal, Need, Outcome, Referrer, Sex};

/// Words in capitals: letters and digits, cut at all else.
fn tokens(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphanumeric()).filter(|t| !t.is_empty()).take(40).map(str::to_ascii_uppercase)
}

/// The first value that a token stands for.
fn by_token<T>(text: &str, read: impl Fn(&str) -> Option<T>) -> Option<T> {
    tokens(text).find_map(|t| read(&t))
}

/// The first entry whose words (parts of words, all of them) are in the text.
fn by_words<T: Copy>(text: &str, list: &[(&[&str], T)]) -> Option<T> {
    let low = text.to_lowercase();
    list.iter().find(|(words, _)| words.iter().all(|w| low.contains(w))).map(|(_, value)| *value)
}

/// Yes or no; none if the text says neither.
pub fn yes(text: &str) -> Option<bool> {
    let all: Vec<String> = tokens(text).collect();
    let has = |words: &[&str]| all.iter().any(|t| words.contains(&t.as_str()));
    let alone = |words: &[&str]| all.len() == 1 && has(words);
    if has(&["NO", "FALSE", "NOT"]) || alone(&["N", "0", "FA"]) || all.first().is_some_and(|t| t == "0") {
        return Some(false);
    }
    if has(&["YES", "TRUE"]) || alone(&["Y", "1"]) || all.first().is_some_and(|t| t == "1") {
        return Some(true);
    }
    None
}

/// Whether a referral came to nothing: yes and no, or NFA and further action.
pub fn nfa(text: &str) -> Option<bool> {
    let plain: String = text.to_lowercase().split_whitespace().collect();
    match plain.as_str() {
        "nfa" | "nofurtheraction" => Some(true),
        "fa" | "furtheraction" => Some(false),
        _ => yes(text),
    }
}

/// Ethnic group: a code of four letters as the standards have them, or words. Nothing else is made of it.
pub fn ethnicity(text: &str) -> Option<()> {
    let groups =
        ["WBRI", "WIRI", "WIRT", "WOTH", "WROM", "MWBC", "MWBA", "MWAS", "MOTH", "AIND", "APKN", "ABAN"];
    let others = ["AOTH", "BCRB", "BAFR", "BOTH", "CHNE", "OOTH", "REFU", "NOBT", "ABOTH"];
    // Systems extend the standards' codes within the group of the first letter.
    let coded = |t: &str| {
        let own = groups.contains(&t) || others.contains(&t);
        let more = t.len() == 4 && t.starts_with(['W', 'M', 'A', 'B', 'C', 'O']);
        (own || more).then_some(())
    };
    let words = [
        "white",
        "mixed",
        "asian",
        "black",
        "chinese",
        "arab",
        "gypsy",
        "roma",
        "travel",
        "other",
        "refus",
        "not",
        "british",
        "unknown",
        "indian",
        "african",
        "caribbean",
    ];
    let low = text.to_lowercase();
    by_token(text, coded).or_else(|| words.iter().any(|w| low.contains(w)).then_some(()))
}

/// Disability: none, one or several, or, inside, not known; none if the text says nothing of it.
pub fn disability(text: &str) -> Option<Option<bool>> {
    let up = text.to_uppercase();
    if up.contains("NONE") || up.contains("NO DIS") || up.contains("NOT DIS") {
        return Some(Some(false));
    }
    if ["NOBT", "NOT OBT", "REFU", "UNKNOWN", "NOT KNOWN"].iter().any(|w| up.contains(w)) {
        return Some(None);
    }
    let codes = ["MOB", "HAND", "PC", "INC", "COMM", "LD", "HEAR", "VIS", "BEH", "CON", "AUT", "DDA", "OTH"];
    yes(text)
        .or_else(|| by_token(text, |t| codes.iter().any(|c| t.starts_with(c)).then_some(true)))
        .or_else(|| by_words(text, &[(&["disab"], true), (&["learning"], true), (&["mobil"], true)]))
        .map(Some)
}

/// Sex.
pub fn sex(text: &str) -> Option<Sex> {
    let low = text.to_lowercase();
    if low.contains("indeterminate")
        || low.contains("neither")
        || low.contains("transgender")
        || low.contains("binary")
    {
        return Some(Sex::Other);
    }
    by_words(text, &[(&["female"], Sex::Female), (&["male"], Sex::Male)]).or_else(|| {
        by_token(text, |t| match t {
            "F" | "2" | "GIRL" => Some(Sex::Female),
            "M" | "1" | "BOY" => Some(Sex::Male),
            "0" | "9" | "U" | "I" | "X" | "UNBORN" | "UNKNOWN" | "NOT" | "UNSPECIFIED" | "WITHHELD" => {
                Some(Sex::Unknown)
            }
            _ => None,
        })
    })
}

/// Primary need: N0 to N9, or words.
pub fn need(text: &str) -> Option<Need> {
    let digit = |t: &str| {
        let rest = t.strip_prefix('N')?;
        match rest.chars().next()? {
            '1' if rest.starts_with("10") => Some(Need::NotInNeed),
            '1' => Some(Need::AbuseNeglect),
            '2' => Some(Need::Disability),
            '3' => Some(Need::ParentalIllness),
            '4' => Some(Need::AcuteStress),
            '5' => Some(Need::Dysfunction),
            '6' => Some(Need::Behaviour),
            '7' => Some(Need::LowIncome),
            '8' => Some(Need::AbsentParenting),
            '9' => Some(Need::NotInNeed),
            '0' => Some(Need::NotStated),
            _ => None,
        }
    };
    by_token(text, digit).or_else(|| {
        by_words(
            text,
            &[
                (&["abuse or neglect"], Need::AbuseNeglect),
                (&["other than"], Need::NotInNeed),
                (&["not cin"], Need::NotInNeed),
                (&["absent"], Need::AbsentParenting),
                (&["low income"], Need::LowIncome),
                (&["unacceptable"], Need::Behaviour),
                (&["dysfunction"], Need::Dysfunction),
                (&["acute stress"], Need::AcuteStress),
                (&["acute distress"], Need::AcuteStress),
                (&["parent", "illness"], Need::ParentalIllness),
                (&["parent", "disab"], Need::ParentalIllness),
                (&["disab"], Need::Disability),
                (&["abuse"], Need::AbuseNeglect),
                (&["neglect"], Need::AbuseNeglect),
                (&["exploitation"], Need::AbuseNeglect),
                (&["behaviour"], Need::Behaviour),
                (&["not stated"], Need::NotStated),
                (&["not specified"], Need::NotStated),
                (&["unknown"], Need::NotStated),
            ],
        )
    })
}

/// Who made a contact or referral: 1A to 10, or words.
pub fn referrer(text: &str) -> Option<Referrer> {
    let lettered = |t: &str| match t {
        "1A" | "1B" | "1C" | "1D" => Some(Referrer::Individual),
        "2A" => Some(Referrer::School),
        "2B" => Some(Referrer::Education),
        "3A" | "3B" | "3C" | "3D" | "3E" | "3F" => Some(Referrer::Health),
        "5A" | "5B" | "5C" => Some(Referrer::Council),
        "5D" => Some(Referrer::EarlyHelp),
        _ => None,
    };
    let bare = |t: &str| match t {
        "4" => Some(Referrer::Housing),
        "6" => Some(Referrer::Police),
        "7" => Some(Referrer::Legal),
        "8" => Some(Referrer::Other),
        "9" => Some(Referrer::Anonymous),
        "10" => Some(Referrer::Unknown),
        _ => None,
    };
    by_token(text, lettered).or_else(|| by_words(text, REFERRERS)).or_else(|| {
        // a number alone, or after the letter of a list, or in brackets at the end
        let all: Vec<String> = tokens(text).collect();
        all.iter().take(2).chain(all.last()).find_map(|t| bare(t))
    })
}

const REFERRERS: &[(&[&str], Referrer)] = &[
    (&["police"], Referrer::Police),
    (&["anon"], Referrer::Anonymous),
    (&["early help"], Referrer::EarlyHelp),
    (&["health"], Referrer::Health),
    (&["hospital"], Referrer::Health),
    (&["hospice"], Referrer::Health),
    (&["nurse "], Referrer::Health),
    (&["midwi"], Referrer::Health),
    (&["a&e"], Referrer::Health),
    (&["accident"], Referrer::Health),
    (&["ambulance"], Referrer::Health),
    (&["doctor"], Referrer::Health),
    (&["practitioner (gp"], Referrer::Health),
    (&["general practi"], Referrer::Health),
    (&["paediat"], Referrer::Health),
    (&["camhs"], Referrer::Health),
    (&["school"], Referrer::School),
    (&["nurser"], Referrer::School),
    (&["academ"], Referrer::School),
    (&["educat"], Referrer::Education),
    (&["college"], Referrer::Education),
    (&["housing"], Referrer::Housing),
    (&["court"], Referrer::Legal),
    (&["probation"], Referrer::Legal),
    (&["prison"], Referrer::Legal),
    (&["solicitor"], Referrer::Legal),
    (&["cafcass"], Referrer::Legal),
    (&["immigration"], Referrer::Legal),
    (&["legal"], Referrer::Legal),
    (&["children's cent"], Referrer::Other),
    (&["childrens cent"], Referrer::Other),
    (&["la service"], Referrer::Council),
    (&["social care"], Referrer::Council),
    (&["social service"], Referrer::Council),
    (&["local authority"], Referrer::Council),
    (&["council"], Referrer::Council),
    (&["individual"], Referrer::Individual),
    (&["family"], Referrer::Individual),
    (&["parent"], Referrer::Individual),
    (&["mother"], Referrer::Individual),
    (&["father"], Referrer::Individual),
    (&["relative"], Referrer::Individual),
    (&["carer"], Referrer::Individual),
    (&["neighbour"], Referrer::Individual),
    (&["friend"], Referrer::Individual),
    (&["acquaint"], Referrer::Individual),
    (&["stranger"], Referrer::Individual),
    (&["self"], Referrer::Individual),
    (&["member of public"], Referrer::Individual),
    (&["unknown"], Referrer::Unknown),
    (&["not recorded"], Referrer::Unknown),
    (&["not known"], Referrer::Unknown),
    (&["other"], Referrer::Other),
    (&["volunt"], Referrer::Other),
    (&["charit"], Referrer::Other),
];

/// Why a children in need episode closed: RC1 to RC9, or words.
pub fn closure(text: &str) -> Option<Outcome> {
    let token = |t: &str| match t {
        "RC1" => Some(Outcome::Adopted),
        "RC2" => Some(Outcome::Died),
        "RC3" => Some(Outcome::ArrangementsOrder),
        "RC4" => Some(Outcome::SpecialGuardianship),
        "RC5" | "RC5A" => Some(Outcome::TransferredOut),
        "RC6" => Some(Outcome::ToAdultServices),
        "RC7" => Some(Outcome::Completed),
        "RC8" => Some(Outcome::NoFurtherAction),
        "RC9" => Some(Outcome::ToEarlySupport),
        _ => None,
    };
    by_token(text, token).or_else(|| {
        by_words(
            text,
            &[
                (&["adult"], Outcome::ToAdultServices),
                (&["adopt"], Outcome::Adopted),
                (&["died"], Outcome::Died),
                (&["death"], Outcome::Died),
                (&["deceased"], Outcome::Died),
                (&["guardianship"], Outcome::SpecialGuardianship),
                (&["arrangement"], Outcome::ArrangementsOrder),
                (&["residence order"], Outcome::ArrangementsOrder),
                (&["early help"], Outcome::ToEarlySupport),
                (&["other la"], Outcome::TransferredOut),
                (&["another la"], Outcome::TransferredOut),
                (&["other local authority"], Outcome::TransferredOut),
                (&["another local authority"], Outcome::TransferredOut),
                (&["out of area"], Outcome::TransferredOut),
                (&["left area"], Outcome::TransferredOut),
                (&["not in need after"], Outcome::NoFurtherAction),
                (&["after assessment"], Outcome::NoFurtherAction),
                (&["no further action"], Outcome::NoFurtherAction),
                (&["nfa"], Outcome::NoFurtherAction),
                (&["no longer"], Outcome::Completed),
                (&["any other reason"], Outcome::Completed),
                (&["other"], Outcome::Completed),
                (&["completed"], Outcome::Completed),
                (&["ceased"], Outcome::Completed),
            ],
        )
    })
}

/// Category of abuse: NEG to MUL, or words; several make it multiple.
pub fn abuse(text: &str) -> Option<Abuse> {
    let token = |t: &str| match t {
        "NEG" => Some(Abuse::Neglect),
        "PHY" => Some(Abuse::Physical),
        "SAB" => Some(Abuse::Sexual),
        "EMO" => Some(Abuse::Emotional),
        "MUL" => Some(Abuse::Multiple),
        _ => None,
    };
    if let Some(found) = by_token(text, token) {
        return Some(found);
    }
    let low = text.to_lowercase();
    let kinds = [
        ("neglect", Abuse::Neglect),
        ("physical", Abuse::Physical),
        ("sexual", Abuse::Sexual),
        ("emotional", Abuse::Emotional),
    ];
    let found: Vec<Abuse> = kinds.iter().filter(|(w, _)| low.contains(w)).map(|(_, a)| *a).collect();
    match found.as_slice() {
        _ if low.contains("multiple") => Some(Abuse::Multiple),
        [one] => Some(*one),
        [] => None,
        _ => Some(Abuse::Multiple),
    }
}

/// Legal status: C1 to V4, or words.
pub fn legal(text: &str) -> Option<Legal> {
    let token = |t: &str| match t {
        "C1" | "C2" => Some(Legal::CareOrder),
        "D1" | "E1" => Some(Legal::PlacementOrder),
        "V2" => Some(Legal::Section20),
        "V1" | "V3" | "V4" => Some(Legal::ShortBreaks),
        "L1" | "L2" | "L3" => Some(Legal::Protection),
        "J1" | "J2" | "J3" => Some(Legal::YouthJustice),
        _ => None,
    };
    by_token(text, token).or_else(|| {
        by_words(
            text,
            &[
                (&["placement order"], Legal::PlacementOrder),
                (&["freed"], Legal::PlacementOrder),
                (&["freeing"], Legal::PlacementOrder),
                (&["short break"], Legal::ShortBreaks),
                (&["short term break"], Legal::ShortBreaks),
                (&["respite"], Legal::ShortBreaks),
                (&["s20"], Legal::Section20),
                (&["section 20"], Legal::Section20),
                (&["s.20"], Legal::Section20),
                (&["police protection"], Legal::Protection),
                (&["emergency protection"], Legal::Protection),
                (&["child protection grounds"], Legal::Protection),
                (&["remand"], Legal::YouthJustice),
                (&["pace"], Legal::YouthJustice),
                (&["youth"], Legal::YouthJustice),
                (&["sentence"], Legal::YouthJustice),
                (&["care order"], Legal::CareOrder),
                (&["ico"], Legal::CareOrder),
                (&["fco"], Legal::CareOrder),
            ],
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_words() {
        assert_eq!(need("N1 - Abuse or Neglect"), Some(Need::AbuseNeglect));
        assert_eq!(need("Family dysfunction [N5]"), Some(Need::Dysfunction));
        assert_eq!(need("N4SE : Other environmental factors"), Some(Need::AcuteStress));
        assert_eq!(need("Child's disability"), Some(Need::Disability));
        assert_eq!(need("Parents illness or disability"), Some(Need::ParentalIllness));
        assert_eq!(need("purple"), None);
        assert_eq!(referrer("q) 6: Police"), Some(Referrer::Police));
        assert_eq!(referrer("j) 3D: Health services"), Some(Referrer::Health));
        assert_eq!(
            (referrer("10"), referrer("t) 9: Anonymous")),
            (Some(Referrer::Unknown), Some(Referrer::Anonymous))
        );
        assert_eq!(referrer("5D"), Some(Referrer::EarlyHelp));
        assert_eq!(
            closure("RC9 Case closed after assessment, referred to early help"),
            Some(Outcome::ToEarlySupport)
        );
        assert_eq!(closure("Transferred to other Local Authority"), Some(Outcome::TransferredOut));
        assert_eq!(
            (abuse("PHY"), abuse("Neglect & Physical")),
            (Some(Abuse::Physical), Some(Abuse::Multiple))
        );
        assert_eq!(
            (legal("C2: FCO"), legal("e) Accommodated under S20")),
            (Some(Legal::CareOrder), Some(Legal::Section20))
        );
    }

    #[test]
    fn yes_no_and_sex() {
        for (text, said) in [
            ("a) Yes", Some(true)),
            ("b) No", Some(false)),
            ("0 - No", Some(false)),
            ("1", Some(true)),
            ("true", Some(true)),
            ("Y", Some(true)),
            ("c) Unknown", None),
            ("", None),
            ("0", Some(false)),
        ] {
            assert_eq!(yes(text), said, "{text}");
        }
        assert_eq!(
            (nfa("NFA"), nfa("FA"), nfa("No further action"), nfa("b) No")),
            (Some(true), Some(false), Some(true), Some(false))
        );
        assert_eq!(
            (sex("b) Female"), sex("2"), sex("M"), sex("U")),
            (Some(Sex::Female), Some(Sex::Female), Some(Sex::Male), Some(Sex::Unknown))
        );
        assert_eq!(
            (sex("d) Neither"), sex("c) Not stated/recorded"), sex("?")),
            (Some(Sex::Other), Some(Sex::Unknown), None)
        );
        assert_eq!(
            (
                disability("HAND"),
                disability("NONE"),
                disability("b) No"),
                disability("NOBT"),
                disability("ZZ9")
            ),
            (Some(Some(true)), Some(Some(false)), Some(Some(false)), Some(None), None)
        );
        assert_eq!(
            (ethnicity("c) WOTH"), ethnicity("White British"), ethnicity("ZZ9")),
            (Some(()), Some(()), None)
        );
    }
}
