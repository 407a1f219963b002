//! Ofsted's Annex A, lists 1 to 8, as sheets of a workbook or as CSV files.
//!
//! A workbook is a snapshot: lists 1 to 5 hold what started in six months, lists 6 to 8 what is open or ended in
//! them. Of list 8 only the latest placement is known: what came before it in the same period is a placement of a
//! kind not known. List 6 holds the whole children in need episode; where the case is, or was when it closed,
//! a plan, it stands for the plan too, which makes plans too long by the assessment before them.

use super::care_codes;
use super::error::ReadError;
use super::line::Line;
use super::names::fields;
use super::outcome::outcome;
use super::spell;
use super::table::{Covers, ReadRow, TableSpec};
use crate::calibrate::records::episode::{
    End, Episode, EventKind, Outcome, PersonIx, Placement, SourceKind, Stage,
};

/// The lists.
pub static TABLES: &[TableSpec] = &[
    spec(
        "annex_a_8",
        "Annex A list 8 (children in care)",
        list_8::FIELDS,
        &[Stage::Care(Placement::Any)],
        list_8::read,
    ),
    spec(
        "annex_a_7",
        "Annex A list 7 (child protection plans)",
        list_7::FIELDS,
        &[Stage::ChildProtection],
        list_7::read,
    ),
    spec(
        "annex_a_6",
        "Annex A list 6 (children in need)",
        list_6::FIELDS,
        &[Stage::InNeedEpisode, Stage::ChildInNeed],
        list_6::read,
    ),
    spec(
        "annex_a_5",
        "Annex A list 5 (section 47 enquiries and conferences)",
        list_5::FIELDS,
        &[Stage::Section47, Stage::Conference],
        list_5::read,
    ),
    spec("annex_a_4", "Annex A list 4 (assessments)", list_4::FIELDS, &[Stage::Assessment], list_4::read),
    spec("annex_a_3", "Annex A list 3 (referrals)", list_3::FIELDS, &[Stage::Referral], list_3::read),
    spec(
        "annex_a_2",
        "Annex A list 2 (early help assessments)",
        list_2::FIELDS,
        &[Stage::EarlySupportAssessment],
        list_2::read,
    ),
    spec("annex_a_1", "Annex A list 1 (contacts)", list_1::FIELDS, &[Stage::Contact], list_1::read),
    unused("annex_a_9", "Annex A list 9 (care leavers)", list_9::FIELDS),
    unused("annex_a_10", "Annex A list 10 (adoption)", list_10::FIELDS),
    unused("annex_a_11", "Annex A list 11 (adopters)", list_11::FIELDS),
];

const fn spec(
    id: &'static str,
    title: &'static str,
    fields: &'static [super::names::Field],
    stages: &'static [Stage],
    read: ReadRow,
) -> TableSpec {
    TableSpec {
        id,
        title,
        source: SourceKind::AnnexA,
        fields,
        stages,
        covers: Covers::SixMonths,
        read: Some(read),
    }
}

const fn unused(id: &'static str, title: &'static str, fields: &'static [super::names::Field]) -> TableSpec {
    let source = SourceKind::AnnexA;
    TableSpec { id, title, source, fields, stages: &[], covers: Covers::Nothing, read: None }
}

/// Tells what the first columns of every list say of the child.
fn child(
    line: &mut Line<'_>,
    id: usize,
    sex: usize,
    ethnicity: usize,
    born: usize,
) -> Result<Option<PersonIx>, ReadError> {
    let person = line.person(id)?;
    line.check(ethnicity, spell::ethnicity);
    if let Some(person) = person {
        line.sex(person, sex);
        line.birth(person, born);
    }
    Ok(person)
}

mod list_1 {
    use super::*;

    fields! {
        ID = "Child Unique ID" | "*child*id" | "*child*ref" : Key,
        SEX = "Gender" | "Sex" : Value,
        ETHNICITY = "Ethnicity" : Unused,
        BORN = "Date of Birth" | "DOB" | "*date*birth" : Date,
        AGE = "Age of Child (Years)" | "Age" | "*age" : Unused,
        DATE = "Date of Contact" | "Contact date" | "*date*contact" : KeyDate,
        SOURCE = "Contact Source" | "*contact*source" | "*source*contact" : Value,
        OUTCOME = "Contact Outcome" | "Outcome of Contact" | "*contact*outcome" : Extra,
        TEAM = "Allocated Team" : Unused,
        WORKER = "Allocated Worker" : Unused,
    }

    pub(super) fn read(line: &mut Line<'_>) -> Result<(), ReadError> {
        let Some(person) = child(line, ID, SEX, ETHNICITY, BORN)? else { return Ok(()) };
        let Some(day) = line.start(DATE) else { return Ok(()) };
        let referrer = line.code(SOURCE, spell::referrer);
        let outcome = line.code(OUTCOME, outcome);
        let contact = line.instant(person, Stage::Contact, day);
        line.episode(Episode { referrer, outcome, ..contact }, None)
    }
}

mod list_2 {
    use super::*;

    fields! {
        ID = "Child Unique ID" | "*child*id" | "*child*ref" : Key,
        SEX = "Gender" | "Sex" : Value,
        ETHNICITY = "Ethnicity" : Unused,
        BORN = "Date of Birth" | "DOB" | "*date*birth" : Date,
        AGE = "Age of Child (Years)" | "Age" | "*age" : Unused,
        START = "Assessment start date" | "Early help assessment start date" : KeyDate,
        END = "Assessment completion date" | "Early help assessment completion date" | "Assessment end date" : KeyDate,
        BY = "Organisation completing assessment" : Unused,
    }

    pub(super) fn read(line: &mut Line<'_>) -> Result<(), ReadError> {
        let Some(person) = child(line, ID, SEX, ETHNICITY, BORN)? else { return Ok(()) };
        let Some(start) = line.start(START) else { return Ok(()) };
        let end = line.end(END);
        line.episode(Episode::new(person, Stage::EarlySupportAssessment, start, end), None)
    }
}

mod list_3 {
    use super::*;

    fields! {
        ID = "Child Unique ID" | "*child*id" | "*child*ref" : Key,
        SEX = "Gender" | "Sex" : Value,
        ETHNICITY = "Ethnicity" : Unused,
        BORN = "Date of Birth" | "DOB" | "*date*birth" : Date,
        AGE = "Age of Child (Years)" | "Age" | "*age" : Unused,
        DATE = "Date of referral" | "Referral date" | "*date*of*referral" : KeyDate,
        SOURCE = "Referral Source" | "*referral*source" | "*source*referral" : Value,
        NFA = "Referral NFA?" | "Referral No Further Action" | "*referral*nfa" : Value,
        BEFORE = "Number of Referrals in Last 12 Months" : Unused,
        TEAM = "Allocated Team" : Unused,
        WORKER = "Allocated Worker" : Unused,
    }

    pub(super) fn read(line: &mut Line<'_>) -> Result<(), ReadError> {
        let Some(person) = child(line, ID, SEX, ETHNICITY, BORN)? else { return Ok(()) };
        let Some(day) = line.start(DATE) else { return Ok(()) };
        let referrer = line.code(SOURCE, spell::referrer);
        let outcome = line.code(NFA, spell::nfa).filter(|nfa| *nfa).map(|_| Outcome::NoFurtherAction);
        let referral = line.instant(person, Stage::Referral, day);
        line.episode(Episode { referrer, outcome, ..referral }, None)
    }
}

mod list_4 {
    use super::*;

    fields! {
        ID = "Child Unique ID" | "*child*id" | "*child*ref" : Key,
        SEX = "Gender" | "Sex" : Value,
        ETHNICITY = "Ethnicity" : Unused,
        BORN = "Date of Birth" | "DOB" | "*date*birth" : Date,
        AGE = "Age of Child (Years)" | "Age" | "*age" : Unused,
        DISABILITY = "Does the Child have a Disability" : Value,
        START = "Continuous Assessment Start Date" | "Single Assessment Start Date" : KeyDate,
        SEEN = "Child Seen During Continuous Assessment" : Unused,
        END = "Continuous Assessment Date of Authorisation" | "Single Assessment Date of Authorisation"
            | "*continuous*authoris" : KeyDate,
        NEEDED = "Was the child assessed as requiring LA children's social care support?"
            | "*was*child*assessed*social*care*support" : Value,
        TEAM = "Allocated Team" : Unused,
        WORKER = "Allocated Worker" : Unused,
    }

    pub(super) fn read(line: &mut Line<'_>) -> Result<(), ReadError> {
        let Some(person) = child(line, ID, SEX, ETHNICITY, BORN)? else { return Ok(()) };
        line.disability(person, DISABILITY);
        let Some(start) = line.start(START) else { return Ok(()) };
        let end = line.end(END);
        line.check(SEEN, spell::yes);
        let outcome = line.yes(NEEDED).map(|needed| match needed {
            true => Outcome::ToChildInNeed,
            false => Outcome::NoFurtherAction,
        });
        let assessment = Episode::new(person, Stage::Assessment, start, end);
        line.episode(Episode { outcome, ..assessment }, Some(NEEDED))
    }
}

mod list_5 {
    use super::*;

    fields! {
        ID = "Child Unique ID" | "*child*id" | "*child*ref" : Key,
        SEX = "Gender" | "Sex" : Value,
        ETHNICITY = "Ethnicity" : Unused,
        BORN = "Date of Birth" | "DOB" | "*date*birth" : Date,
        AGE = "Age of Child (Years)" | "Age" | "*age" : Unused,
        DISABILITY = "Does the Child have a Disability" : Value,
        START = "Strategy discussion initiating Section 47 Enquiry Start Date"
            | "Section 47 Enquiry Start Date" | "*strategy*section*47*start*date" | "*section*47*enquiry*start*date" : KeyDate,
        UNNEEDED = "Was an Initial Child Protection Conference deemed unnecessary?"
            | "*initial*child*protection*conference*unnecessary" : Value,
        CONFERENCE = "Date of Initial Child Protection Conference" | "*date*of*initial*child*protection*conference" : Date,
        PLAN = "Did the Initial Child Protection Conference Result in a Child Protection Plan"
            | "*initial*child*protection*conference*result" : Value,
        ENQUIRIES = "Number of Section 47 Enquiries in the last 12 months" : Unused,
        CONFERENCES = "Number of ICPCs in the last 12 months" : Unused,
        TEAM = "Allocated Team" : Unused,
        WORKER = "Allocated Worker" : Unused,
    }

    pub(super) fn read(line: &mut Line<'_>) -> Result<(), ReadError> {
        let Some(person) = child(line, ID, SEX, ETHNICITY, BORN)? else { return Ok(()) };
        line.disability(person, DISABILITY);
        let conference = line.date(CONFERENCE);
        let plan = line.yes(PLAN);
        if let Some(start) = line.start(START) {
            let unneeded = conference.is_none() && line.yes(UNNEEDED) == Some(true);
            line.enquiry(person, start, conference, unneeded, None)?;
        }
        if let Some(day) = conference {
            line.conference(person, day, plan, None)?;
        }
        Ok(())
    }
}

mod list_6 {
    use super::*;

    fields! {
        ID = "Child Unique ID" | "*child*id" | "*child*ref" : Key,
        SEX = "Gender" | "Sex" : Value,
        ETHNICITY = "Ethnicity" : Unused,
        BORN = "Date of Birth" | "DOB" | "*date*birth" : Date,
        AGE = "Age of Child (Years)" | "Age" | "*age" : Unused,
        DISABILITY = "Does the Child have a Disability" : Value,
        START = "CIN Start Date" | "Child in Need Start Date" | "*cin*start*date" : KeyDate,
        NEED = "Primary Need Code" | "*primary*need" : Value,
        SEEN = "Date Child Was Last Seen" : Date,
        END = "CIN Closure Date" | "CIN End Date" | "Child in Need Closure Date" | "*cin*closure*date" : KeyDate,
        REASON = "Reason for Closure" | "*reason*closure" : Value,
        STATUS = "Case Status" : Value,
        TEAM = "Allocated Team" : Unused,
        WORKER = "Allocated Worker" : Unused,
    }

    /// Whether the case is, or was, a child in need plan.
    fn plan(text: &str) -> Option<bool> {
        let low = text.to_lowercase();
        let other = ["looked after", "child protection", "assessment"].iter().any(|w| low.contains(w));
        let own = ["in need", "closed", "cin"].iter().any(|w| low.contains(w));
        (other || own).then_some(!other)
    }

    pub(super) fn read(line: &mut Line<'_>) -> Result<(), ReadError> {
        let Some(person) = child(line, ID, SEX, ETHNICITY, BORN)? else { return Ok(()) };
        line.disability(person, DISABILITY);
        let Some(start) = line.start(START) else { return Ok(()) };
        let end = line.end(END);
        let need = line.code(NEED, spell::need);
        let outcome = line.code(REASON, spell::closure);
        let plan = line.code(STATUS, plan).unwrap_or(true);
        let whole = Episode { need, outcome, ..Episode::new(person, Stage::InNeedEpisode, start, end) };
        line.event(person, Stage::ChildInNeed, SEEN, EventKind::Visit)?;
        line.episode(whole, Some(REASON))?;
        if plan { line.episode(Episode { stage: Stage::ChildInNeed, ..whole }, None) } else { Ok(()) }
    }
}

mod list_7 {
    use super::*;

    fields! {
        ID = "Child Unique ID" | "*child*id" | "*child*ref" : Key,
        SEX = "Gender" | "Sex" : Value,
        ETHNICITY = "Ethnicity" : Unused,
        BORN = "Date of Birth" | "DOB" | "*date*birth" : Date,
        AGE = "Age of Child (Years)" | "Age" | "*age" : Unused,
        DISABILITY = "Does the Child have a Disability" : Value,
        START = "Child Protection Plan Start Date" | "CP Plan Start Date" | "*child*protection*plan*start*date" : KeyDate,
        ABUSE = "Initial Category of Abuse" | "*initial*category" : Value,
        LATEST = "Latest Category of Abuse" | "*latest*category" : Unused,
        VISIT = "Date of the Last Statutory Visit" | "*last*statutory*visit" : Date,
        ALONE = "Was the Child Seen Alone?" : Unused,
        REVIEW = "Date of latest review conference" | "*latest*review*conference" : Date,
        END = "Child Protection Plan End Date" | "CP Plan End Date" | "*child*protection*plan*end*date" : KeyDate,
        ORDER = "Subject to Emergency Protection Order or Protected Under Police Powers in Last Six Months (Y/N)"
            | "*subject*to*emergency*protection*order" : Unused,
        BEFORE = "Number of Previous Child Protection Plans" | "*number*previous*child*protection*plans" : Value,
        TEAM = "Allocated Team" : Unused,
        WORKER = "Allocated Worker" : Unused,
    }

    pub(super) fn read(line: &mut Line<'_>) -> Result<(), ReadError> {
        let Some(person) = child(line, ID, SEX, ETHNICITY, BORN)? else { return Ok(()) };
        line.disability(person, DISABILITY);
        let Some(start) = line.start(START) else { return Ok(()) };
        let end = line.end(END);
        let abuse = line.code(ABUSE, spell::abuse);
        line.check(LATEST, spell::abuse);
        line.check(ALONE, spell::yes);
        line.check(ORDER, spell::yes);
        let previous = line.text(BEFORE).parse().ok();
        line.event(person, Stage::ChildProtection, VISIT, EventKind::Visit)?;
        line.event(person, Stage::ChildProtection, REVIEW, EventKind::Review)?;
        let plan = Episode::new(person, Stage::ChildProtection, start, end);
        line.episode(Episode { abuse, previous, ..plan }, None)
    }
}

mod list_8 {
    use super::*;

    fields! {
        ID = "Child Unique ID" | "*child*id" | "*child*ref" : Key,
        SEX = "Gender" | "Sex" : Value,
        ETHNICITY = "Ethnicity" : Unused,
        BORN = "Date of Birth" | "DOB" | "*date*birth" : Date,
        AGE = "Age of Child (Years)" | "Age" | "*age" : Unused,
        UASC = "Unaccompanied Asylum Seeking Child (UASC) within the Last 12 Months (Y/N)" | "UASC"
            | "*unaccompanied*asylum*seeking" : Value,
        DISABILITY = "Does the Child have a Disability" : Value,
        START = "Date Started to be Looked After" | "*date*started*to*be*looked*after" : KeyDate,
        NEED = "Child's Category of Need" | "*category*need" : Value,
        AGAIN = "Is this a second or subsequent period of being a Looked After Child within the last 12 months (Y/N)"
            | "*second*subsequent*looked*after" : Unused,
        LEGAL_START = "Start date of current legal status" : UnusedDate,
        LEGAL = "Child's Legal Status" | "Legal Status" | "*child*legal*status" : Value,
        REVIEW = "Date of Latest Statutory Review" | "*latest*statutory*review" : Date,
        VISIT = "Date of Last Social Work Visit" | "*last*social*work*visit" : Date,
        PERMANENCE = "What is the permanence plan for this child?" : Unused,
        IRO = "Date of Last IRO Visit / Contact to the Child" : UnusedDate,
        HEALTH = "Date of Last Health Assessment" : UnusedDate,
        DENTAL = "Date of Last Dental Check" : UnusedDate,
        PLACEMENTS = "Number of Placements in the Last 12 months" : Unused,
        END = "Date Ceased to be Looked After" | "*date*ceased*to*be*looked*after" : KeyDate,
        REASON = "Reason Ceased to be Looked After" | "*reason*ceased" : Value,
        PLACED = "Start Date of Most Recent Placement" | "*start*most*recent*placement" : Date,
        KIND = "Placement Type" : Value,
        PROVIDER = "Placement Provider" : Value,
        POSTCODE = "Placement postcode" : Unused,
        URN = "URN of Placement" | "Placement URN" : Unused,
        WHERE = "Placement Location" : Unused,
        WHOSE = "LA of Placement" : Unused,
        MISSING = "Number of Episodes the Child has been 'Missing' from their Placement in the last 12 months"
            | "*number*missing" : Unused,
        ABSENT = "Number of Episodes the Child has been 'Absent' from their Placement in the last 12 months"
            | "*number*absent" : Unused,
        OFFERED = "Was the child offered a Return Interview after their last missing episode (Y/N)?" : Unused,
        ACCEPTED = "Did the child accept a Return Interview after their last missing episode (Y/N)?" : Unused,
        TEAM = "Allocated Team" : Unused,
        WORKER = "Allocated Worker" : Unused,
    }

    pub(super) fn read(line: &mut Line<'_>) -> Result<(), ReadError> {
        let Some(person) = child(line, ID, SEX, ETHNICITY, BORN)? else { return Ok(()) };
        line.disability(person, DISABILITY);
        if line.yes(UASC) == Some(true) {
            line.to.tell(person, |p| p.unaccompanied = true);
        }
        line.check(AGAIN, spell::yes);
        let Some(start) = line.start(START) else { return Ok(()) };
        let end = line.end(END);
        let need = line.code(NEED, spell::need);
        let legal = line.code(LEGAL, spell::legal);
        let outcome = line.code(REASON, care_codes::ceased);
        let provider = line.code(PROVIDER, care_codes::provider);
        let kind = line.code(KIND, |t| care_codes::placement(t, provider)).unwrap_or(Placement::Any);
        line.event(person, Stage::Care(Placement::Any), REVIEW, EventKind::Review)?;
        line.event(person, Stage::Care(Placement::Any), VISIT, EventKind::Visit)?;
        let placed = line.date(PLACED).filter(|d| *d > start && end.date().is_none_or(|e| *d <= e));
        let whole = Episode { need, legal, outcome, ..Episode::new(person, Stage::Care(kind), start, end) };
        let Some(placed) = placed else { return line.episode(whole, Some(REASON)) };
        let before = Episode {
            stage: Stage::Care(Placement::Any),
            end: End::Known(placed),
            outcome: Some(Outcome::Continued),
            ..whole
        };
        line.episode(before, None)?;
        line.episode(Episode { start: placed, ..whole }, Some(REASON))
    }
}

mod list_9 {
    use super::fields;

    fields! {
        ID = "Child Unique ID" | "*child*id" : Key,
        SEX = "Gender" | "Sex" : Unused,
        ETHNICITY = "Ethnicity" : Unused,
        BORN = "Date of Birth" | "DOB" | "*date*birth" : Unused,
        AGE = "Age of Child (Years)" | "Age" | "*age" : Unused,
        UASC = "Unaccompanied Asylum Seeking Child (UASC), or formerly UASC if 18 or over (Y/N)"
            | "*unaccompanied*asylum*seeking" : Unused,
        DISABILITY = "Does the Child have a Disability" : Unused,
        TEAM = "Allocated Team" : Unused,
        WORKER = "Allocated Worker" : Unused,
        ADVISOR = "Allocated Personal Advisor" | "*personal*advis" : Unused,
        CATEGORY = "Eligibility Category" | "*eligibility*category" : Key,
        REVIEW = "Latest Pathway Plan Review Date" | "*pathway*plan" : Unused,
        TOUCH = "LA in Touch" : Unused,
        CONTACT = "Latest Date of Contact" : Unused,
        HOME = "Type of Accommodation" : Unused,
        SUITABLE = "Suitability of Accommodation" : Unused,
        ACTIVITY = "Activity Status" : Unused,
    }
}

mod list_10 {
    use super::fields;

    fields! {
        ID = "Child Unique ID" | "*child*id" : Key,
        FAMILY = "Family identifier" : Unused,
        SEX = "Gender" | "Sex" : Unused,
        ETHNICITY = "Ethnicity" : Unused,
        BORN = "Date of Birth" | "DOB" | "*date*birth" : Unused,
        AGE = "Age of Child (Years)" | "Age" | "*age" : Unused,
        DISABILITY = "Does the Child have a Disability" : Unused,
        ENTERED = "Date the Child Entered Care" : Key,
        DECIDED = "Date of Decision that Child Should be Placed for Adoption" : Key,
        ORDER = "Date of Placement Order" : Unused,
        MATCHED = "Date of Matching Child and Prospective Adopters" : Unused,
        PLACED = "Date Placed for Adoption" : Unused,
        ADOPTED = "Date of Adoption Order" : Unused,
        UNDECIDED = "Date of Decision that Child Should No Longer be Placed for Adoption" : Unused,
        WHY = "Reason Why Child No Longer Placed for Adoption" : Unused,
        FOSTERED = "Date the child was placed for fostering in FFA or concurrent planning placement" : Unused,
    }
}

mod list_11 {
    use super::fields;

    fields! {
        ID = "Individual adopter identifier" : Key,
        FAMILY = "Family identifier" : Unused,
        ENQUIRY = "Date enquiry received" : Unused,
    }
}
