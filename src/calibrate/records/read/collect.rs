//! Records as they come, with children known by number from the first moment.

use super::error::ReadError;
use super::limits::{MOST_PEOPLE, MOST_RECORDS, MOST_SERVICES};
use super::names::plain;
use super::siphash::{Key, hash};
use crate::calibrate::records::episode::Origin;
use crate::calibrate::records::episode::{
    Birth, Episode, Event, FamilyIx, Person, PersonIx, ServiceIx, Sex, SourceKind,
};
use crate::calibrate::records::quality::{Column, FileWindow, Findings, Record, rules};
use std::collections::BTreeMap;

/// Kinds of source that have children.
const SOURCES: usize = 6;
/// The key of services beyond those that are kept: no name has a space in its key.
pub(super) const REST: &str = " ";
/// No person.
const NOBODY: u32 = u32::MAX;

/// A person as records tell of them.
#[derive(Clone, Copy)]
pub(super) struct Told {
    pub(super) person: Person,
    /// Records that agree on the birth, less those that do not.
    votes: i32,
}

/// Gathers what readers find.
pub struct Collector {
    key: Key,
    pub(super) ids: BTreeMap<u128, [u32; SOURCES]>,
    pub(super) people: Vec<Told>,
    families: BTreeMap<u128, u32>,
    cases: BTreeMap<u128, u32>,
    pub(super) records: Vec<Record>,
    pub(super) events: Vec<Event>,
    pub(super) placements: Vec<Episode>,
    pub(super) services: Vec<(String, String)>,
    pub(super) windows: Vec<FileWindow>,
    /// What was found amiss.
    pub findings: Findings,
}

/// An identifier without what programs add or take away: spaces, leading zeros, a decimal point.
fn identifier(text: &str) -> String {
    let text = super::row::trim(text);
    let text = text.strip_suffix(".0").filter(|t| t.bytes().all(|b| b.is_ascii_digit())).unwrap_or(text);
    let up = text.to_uppercase();
    if up.bytes().all(|b| b.is_ascii_digit()) {
        let short = up.trim_start_matches('0');
        return if short.is_empty() { "0".to_owned() } else { short.to_owned() };
    }
    up
}

impl Collector {
    /// Begins with a key that nobody else has, and the number of rows to name for one finding.
    pub fn new(key: Key, rows: usize) -> Collector {
        Collector {
            key,
            ids: BTreeMap::new(),
            people: Vec::new(),
            families: BTreeMap::new(),
            cases: BTreeMap::new(),
            records: Vec::new(),
            events: Vec::new(),
            placements: Vec::new(),
            services: Vec::new(),
            windows: Vec::new(),
            findings: Findings::naming(rows),
        }
    }

    fn keyed(&self, kind: &str, text: &str) -> u128 {
        let mut bytes = Vec::with_capacity(kind.len() + text.len() + 1);
        bytes.extend_from_slice(kind.as_bytes());
        bytes.push(0);
        bytes.extend_from_slice(identifier(text).as_bytes());
        hash(self.key, &bytes)
    }

    /// The person with an identifier; none if it is empty.
    pub fn person(&mut self, source: SourceKind, id: &str) -> Result<Option<PersonIx>, ReadError> {
        if super::row::trim(id).is_empty() {
            return Ok(None);
        }
        let slots = self.keyed("child", id);
        let slots = self.ids.entry(slots).or_insert([NOBODY; SOURCES]);
        let Some(slot) = slots.get_mut(source as usize) else { return Ok(None) };
        if *slot == NOBODY {
            if self.people.len() >= MOST_PEOPLE {
                return Err(ReadError::TooLarge { what: "children", most: MOST_PEOPLE as u64, row: 0 });
            }
            *slot = u32::try_from(self.people.len()).unwrap_or(NOBODY);
            self.people.push(Told { person: Person::UNKNOWN, votes: 0 });
        }
        Ok(Some(PersonIx(*slot)))
    }

    /// Tells a birth; of different ones that which most records have is kept.
    pub fn birth(&mut self, person: PersonIx, birth: Birth, at: Origin, column: Column) {
        let Some(told) = self.people.get_mut(person.0 as usize) else { return };
        match (told.person.birth, birth) {
            (_, Birth::Unknown) => {}
            (Birth::Unknown, _) => (told.person.birth, told.votes) = (birth, 1),
            // A child who was expected has been born.
            (Birth::Expected(_), Birth::Born(_)) => (told.person.birth, told.votes) = (birth, 1),
            (Birth::Born(_), Birth::Expected(_)) => {}
            (have, new) if have == new => told.votes += 1,
            _ => {
                self.findings.add(&rules::BIRTH_DIFFERS, at, column);
                told.votes -= 1;
                if told.votes < 0 {
                    (told.person.birth, told.votes) = (birth, 1);
                }
            }
        }
    }

    /// Tells a sex; the last that is known is kept.
    pub fn sex(&mut self, person: PersonIx, sex: Sex, at: Origin, column: Column) {
        let Some(told) = self.people.get_mut(person.0 as usize) else { return };
        if sex == Sex::Unknown {
            return;
        }
        if told.person.sex != Sex::Unknown && told.person.sex != sex {
            self.findings.add(&rules::SEX_DIFFERS, at, column);
        }
        told.person.sex = sex;
    }

    /// Changes what is known of a person.
    pub fn tell(&mut self, person: PersonIx, change: impl FnOnce(&mut Person)) {
        if let Some(told) = self.people.get_mut(person.0 as usize) {
            change(&mut told.person);
        }
    }

    /// Tells a family by its identifier.
    pub fn family(&mut self, person: PersonIx, id: &str) {
        if super::row::trim(id).is_empty() {
            return;
        }
        let key = self.keyed("family", id);
        let next = u32::try_from(self.families.len()).unwrap_or(NOBODY);
        let family = *self.families.entry(key).or_insert(next);
        self.tell(person, |p| p.family = Some(FamilyIx(family)));
    }

    /// A number for what an identifier of a referral binds together; none if it is empty.
    pub fn case(&mut self, source: SourceKind, id: &str) -> Option<u32> {
        if super::row::trim(id).is_empty() {
            return None;
        }
        let key = self.keyed(source.code(), id);
        let next = u32::try_from(self.cases.len()).unwrap_or(NOBODY);
        Some(*self.cases.entry(key).or_insert(next))
    }

    /// A service by its name; those beyond what is kept are one, which has no name of its own.
    pub fn service(&mut self, name: &str) -> ServiceIx {
        let key = plain(name);
        let place = |at: usize| ServiceIx(u16::try_from(at).unwrap_or(0));
        if let Some(at) = self.services.iter().position(|(k, _)| *k == key) {
            return place(at);
        }
        if self.services.len() + 1 < MOST_SERVICES {
            let shown: String = super::row::trim(name).chars().filter(|c| !c.is_control()).take(60).collect();
            self.services.push((key, shown));
        } else if self.services.len() < MOST_SERVICES {
            self.services.push((REST.to_owned(), String::new()));
        }
        place(self.services.len() - 1)
    }

    /// Adds an episode.
    pub fn episode(
        &mut self,
        source: SourceKind,
        episode: Episode,
        legal_only: bool,
    ) -> Result<(), ReadError> {
        if self.records.len() >= MOST_RECORDS {
            let most = MOST_RECORDS as u64;
            return Err(ReadError::TooLarge { what: "records", most, row: episode.origin.row });
        }
        self.records.push(Record { legal_only, ..Record::new(episode, source) });
        Ok(())
    }

    /// Adds a placement that an episode of care may be told by another table.
    pub fn placement(&mut self, placement: Episode) -> Result<(), ReadError> {
        if self.placements.len() >= MOST_RECORDS {
            return Err(ReadError::TooLarge { what: "placements", most: MOST_RECORDS as u64, row: 0 });
        }
        self.placements.push(placement);
        Ok(())
    }

    /// Adds an event.
    pub fn event(&mut self, event: Event) -> Result<(), ReadError> {
        if self.events.len() >= MOST_RECORDS {
            return Err(ReadError::TooLarge { what: "dates of reviews", most: MOST_RECORDS as u64, row: 0 });
        }
        self.events.push(event);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn one_child_however_the_identifier_is_stored() {
        let mut c = Collector::new([1, 2], 10);
        let mut who = |id: &str| c.person(SourceKind::Ssda903, id).unwrap().map(|p| p.0);
        assert_eq!(
            (who("00123"), who("123"), who(" 123.0 "), who("124")),
            (Some(0), Some(0), Some(0), Some(1))
        );
        assert_eq!(
            (who("ab1"), who("AB1"), who(" "), who("0"), who("000")),
            (Some(2), Some(2), None, Some(3), Some(3))
        );
        assert_eq!(c.person(SourceKind::CinCensus, "123").unwrap(), Some(PersonIx(4)));
    }

    #[test]
    fn the_birth_that_most_records_have() {
        let mut c = Collector::new([1, 2], 10);
        let p = c.person(SourceKind::AnnexA, "x").unwrap().unwrap();
        let (a, b) = (date(2010, 1, 1), date(2010, 2, 1));
        for d in [b, a, a] {
            c.birth(p, Birth::Born(d), Origin::default(), Column::None);
        }
        assert_eq!(c.people[0].person.birth, Birth::Born(a));
        assert_eq!(c.findings.count(&rules::BIRTH_DIFFERS), 2);
        c.birth(p, Birth::Expected(b), Origin::default(), Column::None);
        assert_eq!(c.findings.count(&rules::BIRTH_DIFFERS), 2);
    }
}
