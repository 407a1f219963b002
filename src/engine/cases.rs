//! The cases of one replication, and what is kept beside each.

use super::network::{NONE, Network};
use super::select::Facts;
use crate::base::rng::Key;
use crate::base::time::SimTime;

/// What a case is doing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum State {
    /// The record may be used again.
    Free,
    /// Waiting for places.
    Waiting,
    /// In its stay.
    Staying,
    /// Left, and will come back.
    Away,
}

/// A case. Times in milliseconds. All of it lies in one line of the processor's cache, because most
/// events touch a case that no recent event has touched.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub(crate) struct Case {
    pub key: Key,
    pub family: Key,
    /// Bit per stage (of the first 32) it has visited. Where it is not set, the table of visits is
    /// not yet valid, so that a new case need not clear it.
    visited: u32,
    /// Bit per stage it has visited more than once.
    visited_again: u32,
    /// When it last came into the model.
    pub arrived: i64,
    pub asked: i64,
    pub started: i64,
    pub number: u32,
    /// Sequence of its pending event, by which a cancelled one is known.
    pub pending: u32,
    /// Its place in the order of a queue.
    pub ticket: u32,
    pub stage: u16,
    pub state: State,
    /// The way out already decided, or [`NONE`].
    pub way: u8,
}

/// What a case is, in a model that asks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Person {
    /// Date of birth in milliseconds; `i64::MAX` in a model without ages.
    pub born: i64,
    /// Bit per need.
    pub needs: u64,
}

const UNKNOWN: Person = Person { born: i64::MAX, needs: 0 };

/// Stages whose first two visits are counted in the case itself.
const IN_CASE: usize = 32;

/// A spell of a case in a group.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spell {
    /// Start of the open spell, `NEVER` if none is open.
    pub open: i64,
    /// Start and end of the last spell, `NEVER` if there was none.
    pub last_start: i64,
    pub last_end: i64,
}

pub(crate) const NEVER: i64 = i64::MIN;
const NO_SPELL: Spell = Spell { open: NEVER, last_start: NEVER, last_end: NEVER };

/// All cases, with what is kept beside each in flat tables.
pub(crate) struct Cases {
    pub all: Vec<Case>,
    people: Vec<Person>,
    free: Vec<u32>,
    visits: Vec<u16>,
    attributes: Vec<u8>,
    spells: Vec<Spell>,
    stages: usize,
    /// Whether a used record has anything to clear in the tables, and in what it is.
    tables: bool,
    persons: bool,
    n_attributes: usize,
    groups: usize,
    next_number: u32,
}

impl Cases {
    pub fn new(network: &Network) -> Cases {
        Cases {
            all: Vec::new(),
            people: Vec::new(),
            free: Vec::new(),
            visits: Vec::new(),
            attributes: Vec::new(),
            spells: Vec::new(),
            stages: network.stages.len(),
            persons: !network.people.bands.is_empty() || !network.people.needs.is_empty(),
            tables: network.stages.len() > IN_CASE
                || !network.people.attributes.is_empty()
                || !network.groups.is_empty(),
            n_attributes: network.people.attributes.len(),
            groups: network.groups.len(),
            next_number: 0,
        }
    }

    pub fn clear(&mut self) {
        self.all.clear();
        self.people.clear();
        self.free.clear();
        self.visits.clear();
        self.attributes.clear();
        self.spells.clear();
        self.next_number = 0;
    }

    /// A record for a new case, all its tables blank.
    #[inline]
    pub fn create(&mut self, key: Key, family: Key, now: SimTime) -> u32 {
        let case = Case {
            key,
            family,
            visited: 0,
            visited_again: 0,
            arrived: now.0,
            asked: now.0,
            started: now.0,
            number: self.next_number,
            pending: 0,
            ticket: 0,
            stage: 0,
            state: State::Free,
            way: NONE,
        };
        self.next_number = self.next_number.wrapping_add(1);
        match self.free.pop() {
            Some(id) => {
                let at = id as usize;
                self.all[at] = case;
                if self.persons {
                    self.people[at] = UNKNOWN;
                }
                if self.tables {
                    self.clear_tables(at);
                }
                id
            }
            None => {
                self.all.push(case);
                self.people.push(UNKNOWN);
                self.visits.resize(self.all.len() * self.stages, 0);
                self.attributes.resize(self.all.len() * self.n_attributes, 0);
                self.spells.resize(self.all.len() * self.groups, NO_SPELL);
                (self.all.len() - 1) as u32
            }
        }
    }

    /// Gives the record back.
    #[inline]
    pub fn release(&mut self, id: u32) {
        self.all[id as usize].state = State::Free;
        self.free.push(id);
    }

    #[inline]
    pub fn get(&self, id: u32) -> &Case {
        &self.all[id as usize]
    }

    #[inline]
    pub fn get_mut(&mut self, id: u32) -> &mut Case {
        &mut self.all[id as usize]
    }

    /// Asks for the record of a case that will soon be needed, so that it is near when it is.
    #[inline]
    pub fn fetch(&self, id: u32) {
        std::hint::black_box(self.all.get(id as usize).map_or(0, |c| c.pending));
    }

    #[inline]
    pub fn person(&self, id: u32) -> &Person {
        &self.people[id as usize]
    }

    #[inline]
    pub fn person_mut(&mut self, id: u32) -> &mut Person {
        &mut self.people[id as usize]
    }

    fn clear_tables(&mut self, at: usize) {
        if self.stages > IN_CASE {
            self.visits[at * self.stages..(at + 1) * self.stages].fill(0);
        }
        self.attributes[at * self.n_attributes..(at + 1) * self.n_attributes].fill(0);
        self.spells[at * self.groups..(at + 1) * self.groups].fill(NO_SPELL);
    }

    /// Counts a visit to a stage, at the moment of asking to enter: one who gives up and asks again
    /// has new luck. Returns its number, from 0.
    #[inline]
    pub fn visit(&mut self, id: u32, stage: usize) -> u64 {
        let at = id as usize * self.stages + stage;
        if stage < IN_CASE {
            let case = &mut self.all[id as usize];
            let bit = 1 << stage;
            if case.visited & bit == 0 {
                case.visited |= bit;
                return 0;
            }
            if case.visited_again & bit == 0 {
                case.visited_again |= bit;
                self.visits[at] = 2;
                return 1;
            }
        }
        let slot = &mut self.visits[at];
        let visit = *slot;
        *slot = visit.wrapping_add(1);
        u64::from(visit)
    }

    /// The number of the present visit to a stage, from 0.
    #[inline]
    pub fn this_visit(&self, id: u32, stage: usize) -> u64 {
        if stage < IN_CASE && self.all[id as usize].visited_again >> stage & 1 == 0 {
            return 0;
        }
        u64::from(self.visits[id as usize * self.stages + stage].wrapping_sub(1))
    }

    pub fn attributes(&self, id: u32) -> &[u8] {
        &self.attributes[id as usize * self.n_attributes..(id as usize + 1) * self.n_attributes]
    }

    pub fn set_attribute(&mut self, id: u32, attribute: u16, value: u8) {
        if let Some(slot) = self.attributes.get_mut(id as usize * self.n_attributes + attribute as usize) {
            *slot = value;
        }
    }

    pub fn spell(&mut self, id: u32, group: usize) -> &mut Spell {
        &mut self.spells[id as usize * self.groups + group]
    }

    /// What selectors may ask of a case now.
    pub fn facts(&self, id: u32, now: i64, bands: &[(i64, i64)]) -> Facts<'_> {
        let person = self.person(id);
        let age_band = if person.born == i64::MAX { NONE } else { age_band(now - person.born, bands) };
        Facts { needs: person.needs, attributes: self.attributes(id), age_band }
    }

    /// The most records used at once.
    pub fn most(&self) -> usize {
        self.all.len()
    }
}

/// The band that an age falls in; the last band also holds the older, the first the younger.
pub(crate) fn age_band(age: i64, bands: &[(i64, i64)]) -> u8 {
    match bands.iter().position(|b| age < b.1) {
        Some(i) => i as u8,
        None if bands.is_empty() => NONE,
        None => (bands.len() - 1) as u8,
    }
}
