//! The looked after children return (SSDA903) as CSV files, 2017 to 2026.
//!
//! Codes of every year are read in every year, and one that was not in use in the year is counted. A row that is
//! new only because the legal status changed (RNE of L) goes on with the placement before it. Series of short
//! breaks (V3, V4) are not children in care, and are left out.

use super::care_codes;
use super::error::ReadError;
use super::line::Line;
use super::names::{Field, fields};
use super::spell;
use super::table::{Covers, ReadRow, TableSpec};
use crate::calibrate::records::episode::{End, Episode, EventKind, Legal, Placement, SourceKind, Stage};
use crate::calibrate::records::quality::rules;

/// Tables of the return.
pub static TABLES: &[TableSpec] = &[
    TableSpec {
        id: "ssda903_episodes",
        title: "SSDA903 episodes",
        source: SourceKind::Ssda903,
        fields: episodes::FIELDS,
        stages: &[Stage::Care(Placement::Any)],
        covers: Covers::ReturnYears,
        read: Some(episodes::read),
    },
    other("ssda903_uasc", "SSDA903 unaccompanied children", uasc::FIELDS, Some(uasc::read)),
    other("ssda903_reviews", "SSDA903 reviews", reviews::FIELDS, Some(reviews::read)),
    other("ssda903_sw_episodes", "SSDA903 social worker episodes", workers::FIELDS, Some(workers::read)),
    other("ssda903_oc2", "SSDA903 health (OC2)", oc2::FIELDS, None),
    other("ssda903_oc3", "SSDA903 care leavers (OC3)", oc3::FIELDS, None),
    other("ssda903_ad1", "SSDA903 adoption (AD1)", ad1::FIELDS, None),
    other("ssda903_placed_adoption", "SSDA903 placed for adoption", placed::FIELDS, None),
    other("ssda903_prev_perm", "SSDA903 previous permanence", permanence::FIELDS, None),
    other("ssda903_missing", "SSDA903 missing", missing::FIELDS, None),
    other("ssda903_dolo", "SSDA903 deprivation of liberty", dolo::FIELDS, None),
    other("ssda903_header", "SSDA903 header", header::FIELDS, Some(header::read)),
];

const fn other(
    id: &'static str,
    title: &'static str,
    fields: &'static [Field],
    read: Option<ReadRow>,
) -> TableSpec {
    TableSpec { id, title, source: SourceKind::Ssda903, fields, stages: &[], covers: Covers::Nothing, read }
}

mod episodes {
    use super::*;

    fields! {
        CHILD = "CHILD" | "Child ID" | "CHILDID" : Key,
        DECOM = "DECOM" | "Date episode commenced" : KeyDate,
        RNE = "RNE" | "Reason for new episode" : Key,
        LS = "LS" | "Legal status" : Value,
        CIN = "CIN" | "Category of need" : Value,
        PLACE = "PLACE" | "PL" | "Placement type" : Value,
        PLACE_PROVIDER = "PLACE_PROVIDER" | "Placement provider" : Value,
        DEC = "DEC" | "Date episode ceased" : KeyDate,
        REC = "REC" | "Reason episode ceased" : Value,
        REASON_PLACE_CHANGE = "REASON_PLACE_CHANGE" | "Reason for placement change" : Unused,
        HOME_POST = "HOME_POST" : Unused,
        PL_POST = "PL_POST" : Unused,
        URN = "URN" : Unused,
        LA = "LA" : Unused,
        YEAR = "YEAR" : Unused,
        DOB = "DOB" : ExtraDate,
    }

    pub(super) fn read(line: &mut Line<'_>) -> Result<(), ReadError> {
        let Some(person) = line.person(CHILD)? else { return Ok(()) };
        line.birth(person, DOB);
        let Some(start) = line.start(DECOM) else { return Ok(()) };
        let mut end = line.end(DEC);
        let legal = line.code(LS, spell::legal);
        if legal == Some(Legal::ShortBreaks) {
            line.note(&rules::SHORT_BREAKS, LS);
            return Ok(());
        }
        let need = line.code(CIN, spell::need);
        let provider = line.code(PLACE_PROVIDER, care_codes::provider);
        let placement = line.code(PLACE, |t| care_codes::placement(t, provider)).unwrap_or(Placement::Any);
        let mut outcome = line.code(REC, care_codes::ceased);
        line.check(REASON_PLACE_CHANGE, care_codes::place_change);
        let legal_only = line.code(RNE, new_episode).unwrap_or(false);
        in_use(line, end);
        if outcome.is_some() && end == End::StillOpen {
            line.note(&rules::REASON_WITHOUT_END, REC);
            (end, outcome) = (End::Censored(start), None);
        }
        let origin = line.origin();
        let new = Episode::new(person, Stage::Care(placement), start, end);
        line.to.episode(SourceKind::Ssda903, Episode { outcome, legal, need, origin, ..new }, legal_only)
    }

    /// Whether a new episode is one of legal status alone.
    fn new_episode(text: &str) -> Option<bool> {
        match text.trim().to_ascii_uppercase().as_str() {
            "L" => Some(true),
            "S" | "P" | "T" | "B" | "U" => Some(false),
            _ => None,
        }
    }

    /// Counts codes that were not in use in the year of the return.
    fn in_use(line: &mut Line<'_>, end: End) {
        let Some(year) = line.layout.year else { return };
        if !care_codes::placement_in_use(&line.text(PLACE), year) {
            line.note(&rules::CODE_OF_OTHER_YEAR, PLACE);
        }
        if end != End::StillOpen && !care_codes::ceased_in_use(&line.text(REC), year) {
            line.note(&rules::CODE_OF_OTHER_YEAR, REC);
        }
    }
}

mod header {
    use super::*;

    fields! {
        CHILD = "CHILD" | "Child ID" : Key,
        SEX = "SEX" | "Gender" : Key,
        DOB = "DOB" | "Date of birth" : KeyDate,
        ETHNIC = "ETHNIC" | "Ethnicity" : Key,
        UPN = "UPN" : Unused,
        MOTHER = "MOTHER" : Unused,
        MC_DOB = "MC_DOB" : Unused,
        LA = "LA" : Unused,
        YEAR = "YEAR" : Unused,
    }

    pub(super) fn read(line: &mut Line<'_>) -> Result<(), ReadError> {
        let Some(person) = line.person(CHILD)? else { return Ok(()) };
        line.sex(person, SEX);
        line.birth(person, DOB);
        line.check(ETHNIC, spell::ethnicity);
        Ok(())
    }
}

mod uasc {
    use super::*;

    fields! {
        CHILD = "CHILD" | "Child ID" : Key,
        SEX = "SEX" : Value,
        DOB = "DOB" : Date,
        DUC = "DUC" : Key,
        LA = "LA" : Unused,
        YEAR = "YEAR" : Unused,
    }

    pub(super) fn read(line: &mut Line<'_>) -> Result<(), ReadError> {
        let Some(person) = line.person(CHILD)? else { return Ok(()) };
        line.sex(person, SEX);
        line.birth(person, DOB);
        line.to.tell(person, |p| p.unaccompanied = true);
        Ok(())
    }
}

mod reviews {
    use super::*;

    fields! {
        CHILD = "CHILD" | "Child ID" : Key,
        DOB = "DOB" : Date,
        REVIEW = "REVIEW" | "Date of review" : KeyDate,
        REVIEW_CODE = "REVIEW_CODE" : Key,
    }

    pub(super) fn read(line: &mut Line<'_>) -> Result<(), ReadError> {
        let Some(person) = line.person(CHILD)? else { return Ok(()) };
        line.birth(person, DOB);
        line.event(person, Stage::Care(Placement::Any), REVIEW, EventKind::Review)
    }
}

mod workers {
    use super::*;

    fields! {
        CHILD = "CHILD" | "Child ID" : Key,
        DOB = "DOB" : Date,
        SW_ID = "SW_ID" : Key,
        SW_DECOM = "SW_DECOM" : KeyDate,
        SW_DEC = "SW_DEC" : Date,
        SW_REASON = "SW_REASON" : Unused,
    }

    pub(super) fn read(line: &mut Line<'_>) -> Result<(), ReadError> {
        let Some(person) = line.person(CHILD)? else { return Ok(()) };
        line.birth(person, DOB);
        line.event(person, Stage::Care(Placement::Any), SW_DECOM, EventKind::WorkerChange)
    }
}

/// Tables that are known by one column and not used.
macro_rules! unused {
    ($($table:ident: $mark:literal),* $(,)?) => {$(
        mod $table {
            use super::fields;
            fields! { CHILD = "CHILD" | "Child ID" : Key, MARK = $mark : Key, }
        }
    )*};
}

unused! {
    oc2: "SDQ_SCORE",
    oc3: "IN_TOUCH",
    ad1: "DATE_MATCH",
    placed: "DATE_PLACED",
    permanence: "PREV_PERM",
    missing: "MIS_START",
    dolo: "DOLO_START",
}
