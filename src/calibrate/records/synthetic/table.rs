//! The invented council as an episode table, as a perfect reading of its returns would give it.

use super::super::episode::{
    Birth, End, Episode, Factors, FamilyIx, Need, Outcome, Person, PersonIx, Placement, Sex, SourceKind,
    Stage, StageSet, Table, Window,
};
use super::council::{Child, Council};
use super::episodes::{code, told};
use super::role::Role;
use std::collections::BTreeMap;

/// All stages that fake returns hold.
const STAGES: [Stage; 12] = [
    Stage::Contact,
    Stage::EarlySupportAssessment,
    Stage::Support,
    Stage::Referral,
    Stage::Assessment,
    Stage::Section47,
    Stage::Conference,
    Stage::ChildInNeed,
    Stage::ChildProtection,
    Stage::Care(Placement::Any),
    Stage::CareLeaver,
    Stage::InNeedEpisode,
];

/// The table of a council.
pub fn table(council: &Council) -> Table {
    let window = Window {
        source: SourceKind::Episodes,
        first: council.history.starts,
        last: council.history.last(),
        stages: StageSet::of(&STAGES),
    };
    let mut families: BTreeMap<&str, u32> = BTreeMap::new();
    let (mut people, mut episodes) = (Vec::new(), Vec::new());
    for child in &council.children {
        let Ok(ix) = u32::try_from(people.len()) else { break };
        let next = families.len() as u32;
        let family = *families.entry(&child.person.family).or_insert(next);
        people.push(person(child, family));
        for record in &child.cases.beside {
            episodes.extend(episode(council, child, PersonIx(ix), record));
        }
        for case in &child.cases.open {
            let end = council.maybe(case.span.to).map_or(End::StillOpen, End::Known);
            let start = council.date(case.span.from);
            episodes.push(Episode::new(PersonIx(ix), Stage::InNeedEpisode, start, end));
            for record in &case.records {
                episodes.extend(episode(council, child, PersonIx(ix), record));
            }
        }
    }
    Table::new(vec![window], people, episodes, Vec::new(), Vec::new())
}

fn person(child: &Child, family: u32) -> Person {
    let p = &child.person;
    Person {
        birth: if p.is_born { Birth::Born(p.born) } else { Birth::Expected(p.born) },
        sex: if p.sex == 'M' { Sex::Male } else { Sex::Female },
        family: Some(FamilyIx(family)),
        disabled: Some(p.disability != "NONE"),
        unaccompanied: p.asylum,
        died: None,
    }
}

fn episode(
    council: &Council,
    child: &Child,
    person: PersonIx,
    record: &super::case::Record,
) -> Option<Episode> {
    let (name, placement) = code(record.role)?;
    let stage = stage(name, placement)?;
    let start = council.date(record.span.from);
    let end = council.maybe(record.span.to).map_or(End::StillOpen, End::Known);
    let factors = if record.role == Role::Assessment {
        child.factors.iter().filter_map(|f| Factors::of(f)).fold(Factors::NONE, Factors::with)
    } else {
        Factors::NONE
    };
    Some(Episode {
        outcome: told(record).and_then(Outcome::from_code),
        need: need(child.person.need),
        factors,
        ..Episode::new(person, stage, start, end)
    })
}

fn stage(name: &str, placement: &str) -> Option<Stage> {
    if name == "care" {
        return Some(Stage::Care(Placement::from_code(placement).unwrap_or(Placement::Other)));
    }
    STAGES.into_iter().find(|s| s.code() == name)
}

fn need(code: &str) -> Option<Need> {
    let at: usize = code.get(1..)?.parse().ok()?;
    Need::ALL.get(at.checked_sub(1)?).copied()
}
