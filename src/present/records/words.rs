//! What each list can and cannot tell.

use crate::calibrate::records::episode::SourceKind;
use crate::present::html::Provenance;

use super::Study;

/// What a source can tell, and what it cannot.
pub(super) fn scope(source: SourceKind) -> (&'static str, &'static str, &'static str) {
    match source {
        SourceKind::AnnexA => (
            "Ofsted Annex A lists",
            "Who is open now and for how long; contacts, referrals, assessments and enquiries of six months.",
            "Trends or seasons: it is one look. Lists 6 to 8 hold cases that closed lately, so longer stays that \
             closed earlier are missing: stays count from the day the list begins to watch, not from their start.",
        ),
        SourceKind::CinCensus => (
            "Children in need census",
            "Referrals, assessments, section 47 enquiries, conferences, child in need and child protection plans \
             with their dates, and the factors found at assessment.",
            "Contacts and early help; where a section 47 enquiry ended without a conference; which plan led to care.",
        ),
        SourceKind::Ssda903 => (
            "SSDA903",
            "Every placement with its start, end, kind, provider and reason, and the legal status.",
            "What came before care and what followed it: it knows children under numbers of its own unless the \
             council uses the same in all returns.",
        ),
        SourceKind::Ssd => (
            "Standard Safeguarding Dataset",
            "The whole pathway, with outcomes that no national return carries.",
            "Times before the records were moved into the present system.",
        ),
        SourceKind::Episodes => (
            "Plain episodes",
            "Whatever the council chose to list: every stage of which there are rows.",
            "Stages not listed. The period is taken from the dates in it unless it is given.",
        ),
        SourceKind::Workforce => (
            "Workforce census",
            "Workers by role on 30 September.",
            "Anything of a child; caseloads month by month.",
        ),
    }
}

/// Cautions that come before any result.
pub(super) fn caveats() -> Vec<String> {
    vec![
        "Intervals are 95 % and allow for chance alone, siblings counted together; they do not allow for records that \
         are wrong, or for a future unlike the past."
            .into(),
        "Stays already open when the records begin count from that day on, and stays still open at their end count \
         as at least so long: none is dropped and none is started again."
            .into(),
    ]
}

pub(super) fn provenance(study: &Study<'_>) -> Provenance {
    Provenance {
        model: format!("{}: from individual records", study.manifest.place),
        hash: String::new(),
        seed: String::new(),
        version: study.manifest.version.clone(),
        command: study.manifest.command.clone(),
        more: vec![
            ("Records from".into(), study.council.first.to_string()),
            ("to".into(), study.council.last.to_string()),
            ("Finished".into(), study.manifest.finished.clone()),
        ],
    }
}
