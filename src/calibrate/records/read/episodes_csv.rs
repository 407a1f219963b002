//! The plain table of episodes, for whatever no return carries: contacts with their outcomes, early support,
//! services asked for and received. Described in `docs/import.md`.

use super::care_codes;
use super::error::ReadError;
use super::line::Line;
use super::names::{fields, plain};
use super::outcome::outcome;
use super::spell;
use super::table::{Covers, TableSpec};
use crate::calibrate::records::episode::{
    Abuse, End, Episode, Factors, Legal, Need, Placement, Referrer, SourceKind, Stage,
};
use crate::calibrate::records::quality::rules;

/// The table.
pub static TABLES: &[TableSpec] = &[TableSpec {
    id: "episodes",
    title: "plain episodes",
    source: SourceKind::Episodes,
    fields: FIELDS,
    // Those that occur in the file are watched.
    stages: &[],
    covers: Covers::History,
    read: Some(read),
}];

fields! {
    PERSON = "person" | "child" | "child id" | "person id" | "child unique id" | "id" : Key,
    FAMILY = "family" | "family id" | "family identifier" | "household" : Extra,
    BIRTH = "birth" | "date of birth" | "dob" | "birth date" : ExtraDate,
    SEX = "sex" | "gender" : Extra,
    DISABILITY = "disability" | "disabled" : Extra,
    STAGE = "stage" | "type" | "episode type" : Key,
    SERVICE = "service" | "service name" : Extra,
    START = "start" | "start date" | "date" | "from" : KeyDate,
    RECEIVED = "received" | "received date" | "service start" | "service start date" : ExtraDate,
    END = "end" | "end date" | "closed" | "closure date" | "to" : ExtraDate,
    OUTCOME = "outcome" | "reason" | "end reason" | "closure reason" : Extra,
    SOURCE = "source" | "referrer" | "referral source" | "contact source" : Extra,
    NEED = "need" | "primary need" | "primary need code" | "category of need" : Extra,
    ABUSE = "abuse" | "category of abuse" : Extra,
    PLACEMENT = "placement" | "placement type" : Extra,
    PROVIDER = "provider" | "placement provider" : Extra,
    LEGAL = "legal" | "legal status" : Extra,
    FACTORS = "factors" | "assessment factors" : Extra,
    CASE = "case" | "case id" | "referral id" : Extra,
}

/// A stage by its name.
fn stage(text: &str) -> Option<Stage> {
    Some(match plain(text).as_str() {
        "contact" | "contacts" => Stage::Contact,
        "earlysupportassessment" | "esa" | "earlyhelpassessment" | "eha" | "earlyhelpassessments" => {
            Stage::EarlySupportAssessment
        }
        "earlysupport" | "support" | "earlyhelp" | "targetedsupport" => Stage::Support,
        "referral" | "referrals" => Stage::Referral,
        "assessment" | "singleassessment" | "continuousassessment" | "candfassessment" => Stage::Assessment,
        "section47" | "s47" | "section47enquiry" | "enquiry" => Stage::Section47,
        "conference" | "icpc" | "initialconference" | "initialchildprotectionconference" => Stage::Conference,
        "childinneed" | "cin" | "childinneedplan" | "cinplan" => Stage::ChildInNeed,
        "childprotection" | "cp" | "childprotectionplan" | "cpp" | "cpplan" => Stage::ChildProtection,
        "care" | "cla" | "lac" | "lookedafter" | "childincare" => Stage::Care(Placement::Any),
        "careleaver" | "careleavers" | "leavingcare" => Stage::CareLeaver,
        "inneedepisode" | "cinepisode" | "episodeofneed" => Stage::InNeedEpisode,
        "service" | "services" => Stage::Service(crate::calibrate::records::episode::ServiceIx(0)),
        _ => return None,
    })
}

/// The program's own codes first, then spellings of the standards.
fn own<T: Copy>(
    all: &[T],
    code: fn(T) -> &'static str,
    read: fn(&str) -> Option<T>,
) -> impl Fn(&str) -> Option<T> {
    move |text: &str| {
        let key = plain(text);
        all.iter().copied().find(|v| plain(code(*v)) == key).or_else(|| read(text))
    }
}

/// Assessment factors, one or several with anything between them.
fn factors(text: &str) -> Option<Factors> {
    let mut set = Factors::NONE;
    for token in text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|t| !t.is_empty()) {
        set = set.with(Factors::of(&token.to_ascii_uppercase())?);
    }
    Some(set)
}

fn read(line: &mut Line<'_>) -> Result<(), ReadError> {
    let Some(person) = line.person(PERSON)? else { return Ok(()) };
    line.sex(person, SEX);
    line.birth(person, BIRTH);
    line.disability(person, DISABILITY);
    let family = line.text(FAMILY).into_owned();
    line.to.family(person, &family);
    let Some(stage) = stage(&line.text(STAGE)) else {
        line.note(&rules::UNKNOWN_STAGE, STAGE);
        return Ok(());
    };
    let Some(start) = line.start(START) else { return Ok(()) };
    let stage = kind(line, stage);
    let end = if stage.is_instant() { End::Known(start) } else { line.end(END) };
    if stage.is_instant() {
        line.days.end(start);
    }
    line.days.watch(stage);
    let case = line.text(CASE).into_owned();
    let case = line.to.case(SourceKind::Episodes, &case);
    let episode = Episode {
        outcome: line.code(OUTCOME, |t| match stage {
            Stage::Care(_) => outcome(t).or_else(|| care_codes::ceased(t)),
            _ => outcome(t),
        }),
        referrer: line.code(SOURCE, own(Referrer::ALL, Referrer::code, spell::referrer)),
        need: line.code(NEED, own(Need::ALL, Need::code, spell::need)),
        abuse: line.code(ABUSE, own(Abuse::ALL, Abuse::code, spell::abuse)),
        legal: line.code(LEGAL, own(Legal::ALL, Legal::code, spell::legal)),
        factors: line.code(FACTORS, factors).unwrap_or(Factors::NONE),
        received: line.date(RECEIVED),
        case,
        ..Episode::new(person, stage, start, end)
    };
    line.episode(episode, Some(OUTCOME))
}

/// The stage with its kind of placement or its service.
fn kind(line: &mut Line<'_>, stage: Stage) -> Stage {
    match stage {
        Stage::Care(_) => {
            let provider = line.code(PROVIDER, care_codes::provider);
            let read = |t: &str| {
                let key = plain(t);
                let own = Placement::ALL.iter().copied().find(|p| plain(p.code()) == key);
                own.or_else(|| care_codes::placement(t, provider))
            };
            Stage::Care(line.code(PLACEMENT, read).unwrap_or(Placement::Any))
        }
        Stage::Service(_) => {
            let name = line.text(SERVICE).into_owned();
            let name = if name.is_empty() { "service" } else { name.as_str() };
            Stage::Service(line.to.service(name))
        }
        other => other,
    }
}
