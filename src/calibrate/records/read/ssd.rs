//! The Standard Safeguarding Dataset, each table as a CSV file.
//!
//! It is the whole record of a council database, so the period it covers runs from the first end to the last
//! date in all of its tables together. Episodes of care and placements both tell of care: where they start on
//! one day they are one record, with the kind from the placement and the end and reason from the episode.

use super::care_codes;
use super::error::ReadError;
use super::line::Line;
use super::names::{Field, fields};
use super::outcome::{flags, outcome};
use super::spell;
use super::table::{Covers, ReadRow, TableSpec};
use crate::calibrate::records::episode::{
    Birth, End, Episode, EventKind, Outcome, Placement, Referrer, SourceKind, Stage,
};
use crate::calibrate::records::quality::{Column, rules};

/// The tables.
pub static TABLES: &[TableSpec] = &[
    spec("ssd_person", "SSD persons", person::FIELDS, &[], Covers::Nothing, person::read),
    spec("ssd_family", "SSD families", family::FIELDS, &[], Covers::Nothing, family::read),
    spec("ssd_disability", "SSD disabilities", disability::FIELDS, &[], Covers::Nothing, disability::read),
    spec(
        "ssd_contacts",
        "SSD contacts",
        contacts::FIELDS,
        &[Stage::Contact],
        Covers::History,
        contacts::read,
    ),
    spec(
        "ssd_early_help",
        "SSD early help episodes",
        early_help::FIELDS,
        &[Stage::Support],
        Covers::History,
        early_help::read,
    ),
    spec(
        "ssd_cin_episodes",
        "SSD children in need episodes",
        cin_episodes::FIELDS,
        &[Stage::Referral, Stage::InNeedEpisode],
        Covers::History,
        cin_episodes::read,
    ),
    spec(
        "ssd_assessments",
        "SSD assessments",
        assessments::FIELDS,
        &[Stage::Assessment],
        Covers::History,
        assessments::read,
    ),
    spec(
        "ssd_cin_plans",
        "SSD child in need plans",
        cin_plans::FIELDS,
        &[Stage::ChildInNeed],
        Covers::History,
        cin_plans::read,
    ),
    spec(
        "ssd_enquiries",
        "SSD section 47 enquiries",
        enquiries::FIELDS,
        &[Stage::Section47],
        Covers::History,
        enquiries::read,
    ),
    spec(
        "ssd_conferences",
        "SSD initial conferences",
        conferences::FIELDS,
        &[Stage::Conference],
        Covers::History,
        conferences::read,
    ),
    spec(
        "ssd_cp_plans",
        "SSD child protection plans",
        cp_plans::FIELDS,
        &[Stage::ChildProtection],
        Covers::History,
        cp_plans::read,
    ),
    spec(
        "ssd_cp_reviews",
        "SSD child protection reviews",
        cp_reviews::FIELDS,
        &[],
        Covers::Nothing,
        cp_reviews::read,
    ),
    spec(
        "ssd_placements",
        "SSD placements",
        placements::FIELDS,
        &[Stage::Care(Placement::Any)],
        Covers::History,
        placements::read,
    ),
    spec(
        "ssd_cla_episodes",
        "SSD episodes of care",
        cla_episodes::FIELDS,
        &[Stage::Care(Placement::Any)],
        Covers::History,
        cla_episodes::read,
    ),
];

const fn spec(
    id: &'static str,
    title: &'static str,
    fields: &'static [Field],
    stages: &'static [Stage],
    covers: Covers,
    read: ReadRow,
) -> TableSpec {
    TableSpec { id, title, source: SourceKind::Ssd, fields, stages, covers, read: Some(read) }
}

/// Who made a contact or referral, by its code or else its description.
fn source(line: &mut Line<'_>, code: usize, text: usize) -> Option<Referrer> {
    if line.text(code).is_empty() {
        line.code(text, spell::referrer)
    } else {
        line.code(code, spell::referrer)
    }
}

/// Outcome flags: an object in which none is set is known and says nothing.
fn flagged(text: &str) -> Option<Option<Outcome>> {
    if text.starts_with('{') {
        let whole = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(text).is_ok();
        return whole.then(|| flags(text));
    }
    outcome(text).map(Some)
}

mod person {
    use super::*;

    fields! {
        ID = "pers_person_id" : Key,
        SEX = "pers_sex" : Value,
        GENDER = "pers_gender" : Unused,
        BORN = "pers_dob" : KeyDate,
        EXPECTED = "pers_expected_dob" : Date,
        DIED = "pers_death_date" : Date,
    }

    pub(super) fn read(line: &mut Line<'_>) -> Result<(), ReadError> {
        let Some(person) = line.person(ID)? else { return Ok(()) };
        line.sex(person, SEX);
        line.birth(person, BORN);
        if let Some(day) = line.date(EXPECTED) {
            let at = line.origin();
            line.to.birth(person, Birth::Expected(day), at, Column::Named("pers_expected_dob"));
        }
        if let Some(day) = line.date(DIED) {
            line.to.tell(person, |p| p.died = Some(day));
        }
        Ok(())
    }
}

mod family {
    use super::*;

    fields! {
        ID = "fami_person_id" : Key,
        FAMILY = "fami_family_id" : Key,
    }

    pub(super) fn read(line: &mut Line<'_>) -> Result<(), ReadError> {
        let Some(person) = line.person(ID)? else { return Ok(()) };
        let family = line.text(FAMILY).into_owned();
        line.to.family(person, &family);
        Ok(())
    }
}

mod disability {
    use super::*;

    fields! {
        ID = "disa_person_id" : Key,
        CODE = "disa_disability_code" : Key,
    }

    pub(super) fn read(line: &mut Line<'_>) -> Result<(), ReadError> {
        let Some(person) = line.person(ID)? else { return Ok(()) };
        line.disability(person, CODE);
        Ok(())
    }
}

mod contacts {
    use super::*;

    fields! {
        ID = "cont_person_id" : Key,
        DATE = "cont_contact_date" : KeyDate,
        SOURCE = "cont_contact_source_code" : Value,
        SOURCE_TEXT = "cont_contact_source_desc" : Extra,
        OUTCOME = "cont_contact_outcome_json" : Value,
    }

    pub(super) fn read(line: &mut Line<'_>) -> Result<(), ReadError> {
        let Some(person) = line.person(ID)? else { return Ok(()) };
        let Some(day) = line.start(DATE) else { return Ok(()) };
        let referrer = source(line, SOURCE, SOURCE_TEXT);
        let outcome = line.code(OUTCOME, flagged).flatten();
        let contact = line.instant(person, Stage::Contact, day);
        line.episode(Episode { referrer, outcome, ..contact }, None)
    }
}

mod early_help {
    use super::*;

    fields! {
        ID = "earl_person_id" : Key,
        START = "earl_episode_start_date" : KeyDate,
        END = "earl_episode_end_date" : KeyDate,
        REASON = "earl_episode_reason" : Unused,
        OUTCOME = "earl_episode_end_reason" : Value,
    }

    pub(super) fn read(line: &mut Line<'_>) -> Result<(), ReadError> {
        let Some(person) = line.person(ID)? else { return Ok(()) };
        let Some(start) = line.start(START) else { return Ok(()) };
        let end = line.end(END);
        let outcome = line.code(OUTCOME, |t| outcome(t).or(Some(Outcome::Other)));
        line.episode(Episode { outcome, ..Episode::new(person, Stage::Support, start, end) }, Some(OUTCOME))
    }
}

mod cin_episodes {
    use super::*;

    fields! {
        ID = "cine_person_id" : Key,
        CASE = "cine_referral_id" : Value,
        DATE = "cine_referral_date" : KeyDate,
        NEED = "cine_cin_primary_need_code" : Value,
        SOURCE = "cine_referral_source_code" : Value,
        SOURCE_TEXT = "cine_referral_source_desc" : Extra,
        OUTCOME = "cine_referral_outcome_json" : Value,
        NFA = "cine_referral_nfa" : Value,
        REASON = "cine_close_reason" : Value,
        END = "cine_close_date" : KeyDate,
    }

    pub(super) fn read(line: &mut Line<'_>) -> Result<(), ReadError> {
        let Some(person) = line.person(ID)? else { return Ok(()) };
        let Some(start) = line.start(DATE) else { return Ok(()) };
        let case = line.text(CASE).into_owned();
        let case = line.to.case(SourceKind::Ssd, &case);
        let referrer = source(line, SOURCE, SOURCE_TEXT);
        let nfa = line.code(NFA, spell::nfa) == Some(true);
        let outcome = line.code(OUTCOME, flagged).flatten().or(nfa.then_some(Outcome::NoFurtherAction));
        let need = line.code(NEED, spell::need);
        let referral = line.instant(person, Stage::Referral, start);
        line.episode(Episode { referrer, outcome, need, case, ..referral }, None)?;
        let end = line.end(END);
        let outcome = line.code(REASON, spell::closure);
        let whole = Episode::new(person, Stage::InNeedEpisode, start, end);
        line.episode(Episode { referrer, outcome, need, case, ..whole }, Some(REASON))
    }
}

mod assessments {
    use super::*;

    fields! {
        ID = "cina_person_id" : Key,
        CASE = "cina_referral_id" : Value,
        START = "cina_assessment_start_date" : KeyDate,
        END = "cina_assessment_auth_date" : KeyDate,
        OUTCOME = "cina_assessment_outcome_json" : Value,
        NFA = "cina_assessment_outcome_nfa" : Value,
    }

    pub(super) fn read(line: &mut Line<'_>) -> Result<(), ReadError> {
        let Some(person) = line.person(ID)? else { return Ok(()) };
        let Some(start) = line.start(START) else { return Ok(()) };
        let case = line.text(CASE).into_owned();
        let case = line.to.case(SourceKind::Ssd, &case);
        let end = line.end(END);
        let nfa = line.code(NFA, spell::nfa) == Some(true);
        let outcome = line.code(OUTCOME, flagged).flatten().or(nfa.then_some(Outcome::NoFurtherAction));
        line.episode(Episode { outcome, case, ..Episode::new(person, Stage::Assessment, start, end) }, None)
    }
}

mod cin_plans {
    use super::*;

    fields! {
        ID = "cinp_person_id" : Key,
        CASE = "cinp_referral_id" : Value,
        START = "cinp_cin_plan_start_date" : KeyDate,
        END = "cinp_cin_plan_end_date" : KeyDate,
    }

    pub(super) fn read(line: &mut Line<'_>) -> Result<(), ReadError> {
        let Some(person) = line.person(ID)? else { return Ok(()) };
        let Some(start) = line.start(START) else { return Ok(()) };
        let case = line.text(CASE).into_owned();
        let case = line.to.case(SourceKind::Ssd, &case);
        let end = line.end(END);
        line.episode(Episode { case, ..Episode::new(person, Stage::ChildInNeed, start, end) }, None)
    }
}

mod enquiries {
    use super::*;

    fields! {
        ID = "s47e_person_id" : Key,
        CASE = "s47e_referral_id" : Value,
        START = "s47e_s47_start_date" : KeyDate,
        END = "s47e_s47_end_date" : KeyDate,
        NFA = "s47e_s47_nfa" : Value,
        OUTCOME = "s47e_s47_outcome_json" : Value,
    }

    pub(super) fn read(line: &mut Line<'_>) -> Result<(), ReadError> {
        let Some(person) = line.person(ID)? else { return Ok(()) };
        let Some(start) = line.start(START) else { return Ok(()) };
        let case = line.text(CASE).into_owned();
        let case = line.to.case(SourceKind::Ssd, &case);
        let end = line.end(END);
        let nfa = line.code(NFA, spell::nfa) == Some(true);
        let outcome = line.code(OUTCOME, flagged).flatten().or(nfa.then_some(Outcome::NoFurtherAction));
        line.episode(Episode { outcome, case, ..Episode::new(person, Stage::Section47, start, end) }, None)
    }
}

mod conferences {
    use super::*;

    fields! {
        ID = "icpc_person_id" : Key,
        CASE = "icpc_referral_id" : Value,
        DATE = "icpc_icpc_date" : KeyDate,
        PLAN = "icpc_icpc_outcome_cp_flag" : Value,
        OUTCOME = "icpc_icpc_outcome_json" : Unused,
    }

    pub(super) fn read(line: &mut Line<'_>) -> Result<(), ReadError> {
        let Some(person) = line.person(ID)? else { return Ok(()) };
        let Some(day) = line.start(DATE) else { return Ok(()) };
        let case = line.text(CASE).into_owned();
        let case = line.to.case(SourceKind::Ssd, &case);
        let plan = line.yes(PLAN);
        line.conference(person, day, plan, case)
    }
}

mod cp_plans {
    use super::*;

    fields! {
        ID = "cppl_person_id" : Key,
        CASE = "cppl_referral_id" : Value,
        START = "cppl_cp_plan_start_date" : KeyDate,
        END = "cppl_cp_plan_end_date" : KeyDate,
        ABUSE = "cppl_cp_plan_initial_category" : Value,
    }

    pub(super) fn read(line: &mut Line<'_>) -> Result<(), ReadError> {
        let Some(person) = line.person(ID)? else { return Ok(()) };
        let Some(start) = line.start(START) else { return Ok(()) };
        let case = line.text(CASE).into_owned();
        let case = line.to.case(SourceKind::Ssd, &case);
        let end = line.end(END);
        let abuse = line.code(ABUSE, spell::abuse);
        line.episode(
            Episode { abuse, case, ..Episode::new(person, Stage::ChildProtection, start, end) },
            None,
        )
    }
}

mod cp_reviews {
    use super::*;

    fields! {
        ID = "cppr_person_id" : Key,
        DATE = "cppr_cp_review_date" : KeyDate,
    }

    pub(super) fn read(line: &mut Line<'_>) -> Result<(), ReadError> {
        let Some(person) = line.person(ID)? else { return Ok(()) };
        line.event(person, Stage::ChildProtection, DATE, EventKind::Review)
    }
}

mod placements {
    use super::*;

    fields! {
        ID = "clap_person_id" : Key,
        START = "clap_cla_placement_start_date" : KeyDate,
        END = "clap_cla_placement_end_date" : KeyDate,
        KIND = "clap_cla_placement_type" : Value,
        PROVIDER = "clap_cla_placement_provider" : Value,
        WHY = "clap_cla_placement_change_reason" : Unused,
    }

    pub(super) fn read(line: &mut Line<'_>) -> Result<(), ReadError> {
        let Some(person) = line.person(ID)? else { return Ok(()) };
        let Some(start) = line.start(START) else { return Ok(()) };
        let end = line.end(END);
        let provider = line.code(PROVIDER, care_codes::provider);
        let kind = line.code(KIND, |t| care_codes::placement(t, provider)).unwrap_or(Placement::Any);
        // What ends a placement is told by the episode of care: a placement that another follows goes on.
        let origin = line.origin();
        let outcome = end.date().map(|_| Outcome::Continued);
        let placement = Episode { outcome, origin, ..Episode::new(person, Stage::Care(kind), start, end) };
        line.to.placement(placement)
    }
}

mod cla_episodes {
    use super::*;

    fields! {
        ID = "clae_person_id" : Key,
        CASE = "clae_referral_id" : Value,
        START = "clae_cla_episode_start_date" : KeyDate,
        WHY = "clae_cla_episode_start_reason" : Value,
        NEED = "clae_cla_primary_need_code" : Value,
        END = "clae_cla_episode_ceased_date" : KeyDate,
        REASON = "clae_cla_episode_ceased_reason" : Value,
    }

    pub(super) fn read(line: &mut Line<'_>) -> Result<(), ReadError> {
        let Some(person) = line.person(ID)? else { return Ok(()) };
        let Some(start) = line.start(START) else { return Ok(()) };
        let end = line.end(END);
        let need = line.code(NEED, spell::need);
        let outcome = line.code(REASON, care_codes::ceased);
        let case = line.text(CASE).into_owned();
        let case = line.to.case(SourceKind::Ssd, &case);
        let legal_only = line.text(WHY).eq_ignore_ascii_case("L");
        let (origin, open) = (line.origin(), end == End::StillOpen);
        if open && outcome.is_some() {
            line.note(&rules::REASON_WITHOUT_END, REASON);
        }
        let outcome = outcome.filter(|_| !open);
        let care = Episode::new(person, Stage::Care(Placement::Any), start, end);
        line.to.episode(SourceKind::Ssd, Episode { need, outcome, case, origin, ..care }, legal_only)
    }
}
