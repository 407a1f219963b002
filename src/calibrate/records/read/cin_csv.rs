//! The children in need census as flat tables in CSV files, as validators of the census write them.
//!
//! Each file is a table; a referral is known in all of them by the child and the number of its details. The period
//! is taken from the dates of all the files together.

use super::error::ReadError;
use super::line::Line;
use super::names::{Field, fields};
use super::spell;
use super::table::{Covers, ReadRow, TableSpec};
use crate::calibrate::records::episode::{
    Birth, End, Episode, EventKind, Factors, Outcome, PersonIx, SourceKind, Stage,
};
use crate::calibrate::records::quality::Column;

/// Tables of the census.
pub static TABLES: &[TableSpec] = &[
    spec(
        "cin_details",
        "children in need census (CINdetails)",
        details::FIELDS,
        &[Stage::Referral, Stage::InNeedEpisode],
        details::read,
    ),
    spec(
        "cin_assessments",
        "children in need census (Assessments)",
        assessments::FIELDS,
        &[Stage::Assessment],
        assessments::read,
    ),
    spec(
        "cin_plans",
        "children in need census (CINplanDates)",
        plans::FIELDS,
        &[Stage::ChildInNeed],
        plans::read,
    ),
    spec(
        "cin_section47",
        "children in need census (Section47)",
        section47::FIELDS,
        &[Stage::Section47, Stage::Conference],
        section47::read,
    ),
    spec(
        "cin_protection",
        "children in need census (ChildProtectionPlans)",
        protection::FIELDS,
        &[Stage::ChildProtection],
        protection::read,
    ),
    other("cin_reviews", "children in need census (Reviews)", reviews::FIELDS, Some(reviews::read)),
    other(
        "cin_children",
        "children in need census (ChildIdentifiers)",
        children::FIELDS,
        Some(children::read),
    ),
    other("cin_groups", "children in need census (ChildCharacteristics)", groups::FIELDS, Some(groups::read)),
    other(
        "cin_disabilities",
        "children in need census (Disabilities)",
        disabilities::FIELDS,
        Some(disabilities::read),
    ),
    other("cin_header", "children in need census (Header)", header::FIELDS, None),
];

const fn spec(
    id: &'static str,
    title: &'static str,
    fields: &'static [Field],
    stages: &'static [Stage],
    read: ReadRow,
) -> TableSpec {
    let source = SourceKind::CinCensus;
    TableSpec { id, title, source, fields, stages, covers: Covers::ReturnYears, read: Some(read) }
}

const fn other(
    id: &'static str,
    title: &'static str,
    fields: &'static [Field],
    read: Option<ReadRow>,
) -> TableSpec {
    TableSpec { id, title, source: SourceKind::CinCensus, fields, stages: &[], covers: Covers::Nothing, read }
}

/// The number of the referral that a row belongs to.
fn case(line: &mut Line<'_>, child: usize, details: usize) -> Option<u32> {
    let of = line.text(details).into_owned();
    if of.is_empty() {
        return None;
    }
    let id = format!("{} {of}", line.text(child));
    line.to.case(SourceKind::CinCensus, &id)
}

/// Census files tell an open end by an empty cell.
fn new(person: PersonIx, stage: Stage, start: jiff::civil::Date, end: End, case: Option<u32>) -> Episode {
    Episode { case, ..Episode::new(person, stage, start, end) }
}

mod details {
    use super::*;

    fields! {
        CHILD = "LAchildID" : Key,
        DETAILS = "CINdetailsID" : Extra,
        REFERRED = "CINreferralDate" : KeyDate,
        SOURCE = "ReferralSource" : Value,
        NEED = "PrimaryNeedCode" : Value,
        CLOSED = "CINclosureDate" : KeyDate,
        REASON = "ReasonForClosure" : Value,
        CONFERENCE = "DateOfInitialCPC" : UnusedDate,
        NFA = "ReferralNFA" : Value,
    }

    pub(super) fn read(line: &mut Line<'_>) -> Result<(), ReadError> {
        let Some(person) = line.person(CHILD)? else { return Ok(()) };
        let Some(day) = line.start(REFERRED) else { return Ok(()) };
        let end = line.end(CLOSED);
        let case = case(line, CHILD, DETAILS);
        let referrer = line.code(SOURCE, spell::referrer);
        let need = line.code(NEED, spell::need);
        let nfa = line.code(NFA, spell::nfa) == Some(true);
        let outcome = line.code(REASON, spell::closure);
        let referral = Episode { referrer, need, ..new(person, Stage::Referral, day, End::Known(day), case) };
        line.episode(Episode { outcome: nfa.then_some(Outcome::NoFurtherAction), ..referral }, None)?;
        // A referral that came to nothing and was never closed did not open an episode.
        if nfa && end == End::StillOpen {
            return Ok(());
        }
        let whole = Episode { referrer, need, outcome, ..new(person, Stage::InNeedEpisode, day, end, case) };
        line.episode(whole, Some(REASON))
    }
}

mod assessments {
    use super::*;

    fields! {
        CHILD = "LAchildID" : Key,
        DETAILS = "CINdetailsID" : Extra,
        START = "AssessmentActualStartDate" : KeyDate,
        REVIEW = "AssessmentInternalReviewDate" : Date,
        END = "AssessmentAuthorisationDate" : KeyDate,
        FACTORS = "AssessmentFactors" | "FactorsIdentifiedAtAssessment" : Value,
    }

    pub(super) fn read(line: &mut Line<'_>) -> Result<(), ReadError> {
        let Some(person) = line.person(CHILD)? else { return Ok(()) };
        let Some(start) = line.start(START) else { return Ok(()) };
        let end = line.end(END);
        let case = case(line, CHILD, DETAILS);
        let factors = line.code(FACTORS, factors).unwrap_or(Factors::NONE);
        line.event(person, Stage::Assessment, REVIEW, EventKind::AssessmentReview)?;
        line.episode(Episode { factors, ..new(person, Stage::Assessment, start, end, case) }, None)
    }

    /// One or several, with anything between them.
    fn factors(text: &str) -> Option<Factors> {
        let mut all = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|t| !t.is_empty());
        all.try_fold(Factors::NONE, |set, t| Some(set.with(Factors::of(&t.to_ascii_uppercase())?)))
    }
}

mod plans {
    use super::*;

    fields! {
        CHILD = "LAchildID" : Key,
        DETAILS = "CINdetailsID" : Extra,
        START = "CINPlanStartDate" : KeyDate,
        END = "CINPlanEndDate" : KeyDate,
    }

    pub(super) fn read(line: &mut Line<'_>) -> Result<(), ReadError> {
        let Some(person) = line.person(CHILD)? else { return Ok(()) };
        let Some(start) = line.start(START) else { return Ok(()) };
        let end = line.end(END);
        let case = case(line, CHILD, DETAILS);
        line.episode(new(person, Stage::ChildInNeed, start, end, case), None)
    }
}

mod section47 {
    use super::*;

    fields! {
        CHILD = "LAchildID" : Key,
        DETAILS = "CINdetailsID" : Extra,
        START = "S47ActualStartDate" : KeyDate,
        TARGET = "InitialCPCtarget" : UnusedDate,
        CONFERENCE = "DateOfInitialCPC" : Date,
        UNNEEDED = "ICPCnotRequired" : Value,
    }

    pub(super) fn read(line: &mut Line<'_>) -> Result<(), ReadError> {
        let Some(person) = line.person(CHILD)? else { return Ok(()) };
        let Some(start) = line.start(START) else { return Ok(()) };
        let case = case(line, CHILD, DETAILS);
        let conference = line.date(CONFERENCE);
        let unneeded = line.yes(UNNEEDED) == Some(true);
        line.enquiry(person, start, conference, unneeded && conference.is_none(), case)?;
        match conference {
            Some(day) => line.conference(person, day, None, case),
            None => Ok(()),
        }
    }
}

mod protection {
    use super::*;

    fields! {
        CHILD = "LAchildID" : Key,
        DETAILS = "CINdetailsID" : Extra,
        PLAN = "CPPID" : Extra,
        START = "CPPstartDate" : KeyDate,
        END = "CPPendDate" : KeyDate,
        ABUSE = "InitialCategoryOfAbuse" : Value,
        LATEST = "LatestCategoryOfAbuse" : Value,
        BEFORE = "NumberOfPreviousCPP" : Value,
    }

    pub(super) fn read(line: &mut Line<'_>) -> Result<(), ReadError> {
        let Some(person) = line.person(CHILD)? else { return Ok(()) };
        let Some(start) = line.start(START) else { return Ok(()) };
        let end = line.end(END);
        let case = case(line, CHILD, DETAILS);
        let abuse = line.code(ABUSE, spell::abuse);
        line.check(LATEST, spell::abuse);
        let previous = line.text(BEFORE).parse().ok();
        line.episode(
            Episode { abuse, previous, ..new(person, Stage::ChildProtection, start, end, case) },
            None,
        )
    }
}

mod reviews {
    use super::*;

    fields! {
        CHILD = "LAchildID" : Key,
        DETAILS = "CINdetailsID" : Extra,
        PLAN = "CPPID" : Extra,
        REVIEW = "CPPreviewDate" : KeyDate,
    }

    pub(super) fn read(line: &mut Line<'_>) -> Result<(), ReadError> {
        let Some(person) = line.person(CHILD)? else { return Ok(()) };
        line.event(person, Stage::ChildProtection, REVIEW, EventKind::Review)
    }
}

mod children {
    use super::*;

    fields! {
        CHILD = "LAchildID" : Key,
        UPN = "UPN" : Unused,
        FORMER = "FormerUPN" : Unused,
        NO_UPN = "UPNunknown" : Unused,
        BORN = "PersonBirthDate" : KeyDate,
        EXPECTED = "ExpectedPersonBirthDate" : Date,
        SEX = "Sex" | "GenderCurrent" | "Gender" : Value,
        DIED = "PersonDeathDate" : Date,
    }

    pub(super) fn read(line: &mut Line<'_>) -> Result<(), ReadError> {
        let Some(person) = line.person(CHILD)? else { return Ok(()) };
        line.sex(person, SEX);
        line.birth(person, BORN);
        if let Some(day) = line.date(EXPECTED) {
            let at = line.origin();
            line.to.birth(person, Birth::Expected(day), at, Column::Named("ExpectedPersonBirthDate"));
        }
        if let Some(day) = line.date(DIED) {
            line.to.tell(person, |p| p.died = Some(day));
        }
        Ok(())
    }
}

mod groups {
    use super::*;

    fields! {
        CHILD = "LAchildID" : Key,
        ETHNICITY = "Ethnicity" : Key,
    }

    pub(super) fn read(line: &mut Line<'_>) -> Result<(), ReadError> {
        line.check(ETHNICITY, spell::ethnicity);
        Ok(())
    }
}

mod disabilities {
    use super::*;

    fields! {
        CHILD = "LAchildID" : Key,
        DISABILITY = "Disability" : Key,
    }

    pub(super) fn read(line: &mut Line<'_>) -> Result<(), ReadError> {
        let Some(person) = line.person(CHILD)? else { return Ok(()) };
        line.disability(person, DISABILITY);
        Ok(())
    }
}

mod header {
    use super::fields;

    fields! {
        COLLECTION = "Collection" : Key,
        YEAR = "Year" : Unused,
        REFERENCE = "ReferenceDate" : KeyDate,
    }
}
