//! What came of something, as words or as the flags of the Standard Safeguarding Dataset.

use super::names::plain;
use crate::calibrate::records::episode::Outcome;

/// Reads an outcome: this program's codes, flags, or words.
pub fn outcome(text: &str) -> Option<Outcome> {
    if text.trim_start().starts_with('{') {
        return flags(text);
    }
    let key = plain(text);
    let own = Outcome::ALL.iter().copied().find(|o| plain(o.code()) == key);
    own.or_else(|| flag(&key)).or_else(|| super::spell::closure(text)).or_else(|| words(&key))
}

/// The most telling of the flags that are set in a JSON object such as `{"NEW_REFERRAL": "Y", "NFA": "N"}`.
pub fn flags(text: &str) -> Option<Outcome> {
    let object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(text).ok()?;
    let set = |v: &serde_json::Value| match v {
        serde_json::Value::Bool(b) => *b,
        serde_json::Value::Number(n) => n.as_f64().is_some_and(|x| x != 0.0),
        serde_json::Value::String(s) => super::spell::yes(s).unwrap_or(false),
        _ => false,
    };
    let found = object.iter().filter(|(_, v)| set(v)).filter_map(|(k, _)| flag(&plain(k)));
    // Further down the pathway tells more; "nothing more" tells least.
    found.max_by_key(|o| match o {
        Outcome::NoFurtherAction => 0,
        Outcome::Other => 1,
        Outcome::Advice | Outcome::ToOtherAgency => 2,
        Outcome::ExistingReferral => 3,
        Outcome::ToReferral => 4,
        Outcome::ToAssessment => 5,
        Outcome::ToChildInNeed => 6,
        Outcome::ToSection47 => 7,
        Outcome::ToConference => 8,
        Outcome::LegalAction => 9,
        Outcome::ToChildProtection => 10,
        Outcome::ToCare => 11,
        _ => 1,
    })
}

/// A flag of the dataset, letters and digits only.
fn flag(key: &str) -> Option<Outcome> {
    Some(match key {
        "newreferral" => Outcome::ToReferral,
        "existingreferral" => Outcome::ExistingReferral,
        "cpenquiry" | "strategydiscussion" => Outcome::ToSection47,
        "nfa" | "nfas47end" | "nfacontinuesingle" | "monitor" => Outcome::NoFurtherAction,
        "advice" => Outcome::Advice,
        "singleassessment" => Outcome::ToAssessment,
        "clarequest" => Outcome::ToCare,
        "cpconference" => Outcome::ToConference,
        "cptransferin" | "cp" => Outcome::ToChildProtection,
        "provofservices" | "provofsbcare" => Outcome::ToChildInNeed,
        "legalaction" => Outcome::LegalAction,
        "referraltootheragency" => Outcome::ToOtherAgency,
        "nonagencyadoption"
        | "privatefostering"
        | "missing"
        | "olacp"
        | "careleaver"
        | "specialistassessment"
        | "other" => Outcome::Other,
        _ => return None,
    })
}

fn words(key: &str) -> Option<Outcome> {
    let list: [(&[&str], Outcome); 28] = [
        (&["nofurther"], Outcome::NoFurtherAction),
        (&["existing"], Outcome::ExistingReferral),
        (&["open", "case"], Outcome::ExistingReferral),
        (&["earlyhelp"], Outcome::ToEarlySupport),
        (&["earlysupport"], Outcome::ToEarlySupport),
        (&["stepdown"], Outcome::ToEarlySupport),
        (&["section47"], Outcome::ToSection47),
        (&["s47"], Outcome::ToSection47),
        (&["strategy"], Outcome::ToSection47),
        (&["conference"], Outcome::ToConference),
        (&["childprotection"], Outcome::ToChildProtection),
        (&["lookedafter"], Outcome::ToCare),
        (&["accommodat"], Outcome::ToCare),
        (&["care", "proceedings"], Outcome::LegalAction),
        (&["assessment"], Outcome::ToAssessment),
        (&["referral"], Outcome::ToReferral),
        (&["childinneed"], Outcome::ToChildInNeed),
        (&["cinplan"], Outcome::ToChildInNeed),
        (&["advice"], Outcome::Advice),
        (&["information"], Outcome::Advice),
        (&["signpost"], Outcome::Advice),
        (&["withdr"], Outcome::Withdrew),
        (&["declin"], Outcome::Withdrew),
        (&["didnot"], Outcome::Withdrew),
        (&["turnedaway"], Outcome::TurnedAway),
        (&["notaccepted"], Outcome::TurnedAway),
        (&["rejected"], Outcome::TurnedAway),
        (&["achieved"], Outcome::Completed),
    ];
    list.iter().find(|(words, _)| words.iter().all(|w| key.contains(w))).map(|(_, o)| *o)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_flags_and_words() {
        assert_eq!(outcome("no_further_action"), Some(Outcome::NoFurtherAction));
        assert_eq!(outcome("No further action"), Some(Outcome::NoFurtherAction));
        assert_eq!(outcome("Turned away"), Some(Outcome::TurnedAway));
        assert_eq!(outcome("Referred to Early Help"), Some(Outcome::ToEarlySupport));
        let json = r#"{"NEW_REFERRAL":"Y","EXISTING_REFERRAL":"N","NFA":"N","ADVICE":true}"#;
        assert_eq!(outcome(json), Some(Outcome::ToReferral));
        assert_eq!(outcome(r#"{"NFA":"N"}"#), None);
        assert_eq!((outcome("{broken"), outcome("purple"), outcome("")), (None, None, None));
        assert_eq!(outcome(&"[".repeat(30_000)), None);
        assert_eq!(outcome(&format!("{{\"a\":{}", "[".repeat(30_000))), None);
    }
}
