//! Who holds what now.

use super::plan::{MILLI, StaffPlan};
use crate::base::rng::Key;
use crate::base::time::SimTime;
use crate::engine::clock::Lap;
use std::collections::BTreeMap;

/// Nobody, nowhere.
pub(crate) const NOBODY: u32 = u32::MAX;
/// The main worker and two beside.
pub(crate) const HELD: usize = 3;

/// Kinds of change of a post.
pub(crate) const KINDS: usize = 4;

/// Who is in a post.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Post {
    Vacant,
    Permanent,
    Agency,
}

/// A post.
#[derive(Clone, Debug)]
pub(crate) struct Slot {
    pub post: Post,
    /// Beginning of the worker's service.
    pub since: i64,
    /// Newly qualified at the beginning.
    pub newly: bool,
    /// On a long absence.
    pub absent: bool,
    /// When the next change of each kind is due: leaves, starts, agency worker starts, is absent or comes back.
    pub due: [SimTime; KINDS],
    /// The clocks of these changes, which go by the post and the calendar whoever sits there.
    pub laps: [Lap; KINDS],
    /// Thousandths.
    pub load: i64,
    /// Thousandths of load this worker may or should carry, fully grown.
    pub capacity: f64,
    pub cases: Vec<u32>,
    pub key: Key,
}

/// A case's place with a worker.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Held {
    pub slot: u32,
    /// Position among the worker's cases.
    pub at: u32,
    pub weight: i64,
}

pub(crate) const FREE: Held = Held { slot: NOBODY, at: 0, weight: 0 };

/// What is known of a case beside its record.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Record {
    pub family: u32,
    pub held: [Held; HELD],
    /// Workers of the main role met since that role took the case on, and in this stay.
    pub met: u32,
    pub met_in_stay: u32,
    pub role: u16,
    /// Desk at which it waits for allocation, and its place in the line.
    pub waits_at: u32,
    pub line: (i32, u32),
    pub asked: i64,
    /// Its stay begins when it is allocated.
    pub starts: bool,
    /// The last stage with staff that it came to.
    pub stage: u16,
    /// Has changed worker since that role took the case on.
    pub handed: bool,
    /// Has come to a stage where workers met are counted alone, since that role took the case on.
    pub apart: bool,
}

impl Slot {
    /// Whether somebody is there to take a case.
    #[inline]
    pub fn works(&self) -> bool {
        self.post != Post::Vacant && !self.absent
    }
}

impl Record {
    /// Whether nobody holds the case, it waits for nobody, and there is nothing to forget of who held it.
    pub fn is_free(&self) -> bool {
        self.role == u16::MAX && self.waits_at == NOBODY && self.held.iter().all(|h| h.slot == NOBODY)
    }
}

/// The lines before the desks, and everybody's cases.
pub(crate) struct Staff {
    pub slots: Vec<Slot>,
    pub cases: Vec<Record>,
    pub lines: Vec<BTreeMap<(i32, u32), u32>>,
    pub next_ticket: u32,
    /// By family and role: the worker of a sibling, and how many siblings.
    family_worker: Vec<(u32, u32)>,
    family_members: Vec<u32>,
    family_free: Vec<u32>,
    last_family: (Key, u32),
    roles: usize,
    pub tick: u64,
}

impl Staff {
    pub fn new(plan: &StaffPlan) -> Staff {
        let slot = Slot {
            post: Post::Vacant,
            since: 0,
            newly: false,
            absent: false,
            due: [SimTime::NEVER; KINDS],
            laps: [Lap::NEW; KINDS],
            load: 0,
            capacity: 0.0,
            cases: Vec::new(),
            key: Key(0),
        };
        Staff {
            slots: vec![slot; plan.slots.len()],
            cases: Vec::new(),
            lines: vec![BTreeMap::new(); plan.desks.len()],
            next_ticket: 0,
            family_worker: Vec::new(),
            family_members: Vec::new(),
            family_free: Vec::new(),
            last_family: (Key(0), NOBODY),
            roles: plan.roles.len(),
            tick: 0,
        }
    }

    pub fn clear(&mut self) {
        for slot in &mut self.slots {
            slot.cases.clear();
            slot.load = 0;
            (slot.post, slot.absent) = (Post::Vacant, false);
            slot.laps = [Lap::NEW; KINDS];
            slot.due = [SimTime::NEVER; KINDS];
        }
        self.cases.clear();
        self.lines.iter_mut().for_each(BTreeMap::clear);
        self.family_worker.clear();
        self.family_members.clear();
        self.family_free.clear();
        self.last_family = (Key(0), NOBODY);
        (self.next_ticket, self.tick) = (0, 0);
    }

    /// A case comes into the model. Siblings come one after another.
    pub fn born(&mut self, id: u32, family: Key) {
        let at = id as usize;
        let place = if self.last_family.0 == family && self.last_family.1 != NOBODY {
            self.last_family.1
        } else {
            self.new_family()
        };
        self.last_family = (family, place);
        self.family_members[place as usize] += 1;
        let record = Record {
            family: place,
            held: [FREE; HELD],
            met: 0,
            met_in_stay: 0,
            role: u16::MAX,
            waits_at: NOBODY,
            line: (0, 0),
            asked: 0,
            starts: false,
            handed: false,
            apart: false,
            stage: u16::MAX,
        };
        if at < self.cases.len() {
            self.cases[at] = record;
        } else {
            self.cases.resize(at + 1, record);
        }
    }

    fn new_family(&mut self) -> u32 {
        if let Some(place) = self.family_free.pop() {
            return place;
        }
        self.family_members.push(0);
        self.family_worker.resize(self.family_members.len() * self.roles, (NOBODY, 0));
        (self.family_members.len() - 1) as u32
    }

    /// A case's record is given back.
    pub fn forget(&mut self, id: u32) {
        let place = self.cases[id as usize].family;
        let members = &mut self.family_members[place as usize];
        *members -= 1;
        if *members == 0 {
            let at = place as usize * self.roles;
            self.family_worker[at..at + self.roles].fill((NOBODY, 0));
            self.family_free.push(place);
            if self.last_family.1 == place {
                self.last_family = (Key(0), NOBODY);
            }
        }
    }

    /// The worker of a sibling in this role.
    pub fn sibling_worker(&self, id: u32, role: usize) -> u32 {
        let family = self.cases[id as usize].family as usize;
        let (slot, siblings) = self.family_worker[family * self.roles + role];
        if siblings > 0 { slot } else { NOBODY }
    }

    /// What a worker may or should carry now, in thousandths.
    pub fn capacity(&self, plan: &StaffPlan, slot: usize, now: i64) -> f64 {
        let s = &self.slots[slot];
        if !s.newly {
            return s.capacity;
        }
        match plan.desks[plan.slots[slot].desk].newly {
            Some((_, start, grows)) if ((now - s.since) as f64) < grows => {
                s.capacity * (start + (1.0 - start) * (now - s.since) as f64 / grows)
            }
            _ => s.capacity,
        }
    }

    /// Load over capacity less 1, at least 0.
    pub fn overload(&self, plan: &StaffPlan, slot: usize, now: i64) -> f64 {
        let capacity = self.capacity(plan, slot, now).max(1e-3 * MILLI);
        (self.slots[slot].load as f64 / capacity - 1.0).max(0.0)
    }

    /// Whether a worker under a cap has room.
    pub fn has_room(&self, plan: &StaffPlan, slot: usize, weight: i64, now: i64) -> bool {
        (self.slots[slot].load + weight) as f64 <= self.capacity(plan, slot, now) + 1e-6
    }

    /// The worker of a desk who takes a case: a sibling's worker, else the least loaded for their
    /// capacity, the first of equals; under a cap only one with room. Not the worker `not`, unless
    /// there is nobody else.
    pub fn choose(
        &self,
        plan: &StaffPlan,
        desk: usize,
        id: u32,
        weight: i64,
        now: i64,
        not: u32,
    ) -> Option<usize> {
        let d = &plan.desks[desk];
        let capped = plan.roles[d.role].capped;
        let sibling = self.sibling_worker(id, d.role) as usize;
        if (d.first..d.end).contains(&sibling)
            && sibling != not as usize
            && self.slots[sibling].works()
            && (!capped || self.has_room(plan, sibling, weight, now))
        {
            return Some(sibling);
        }
        let (mut best, mut fallback) = ((f64::INFINITY, None), None);
        for slot in d.first..d.end {
            let s = &self.slots[slot];
            if !s.works() {
                continue;
            }
            let capacity = self.capacity(plan, slot, now);
            let after = (s.load + weight) as f64;
            if capped && after > capacity + 1e-6 {
                continue;
            }
            let relative = after / capacity.max(1e-3 * MILLI);
            if slot == not as usize {
                fallback = Some(slot);
            } else if relative < best.0 {
                best = (relative, Some(slot));
            }
        }
        best.1.or(fallback)
    }

    /// A worker takes a case at place `h` of those it may hold.
    pub fn take(&mut self, id: u32, h: usize, slot: usize, role: usize, weight: i64) {
        let s = &mut self.slots[slot];
        s.load += weight;
        s.cases.push(id);
        let at = (s.cases.len() - 1) as u32;
        let record = &mut self.cases[id as usize];
        record.held[h] = Held { slot: slot as u32, at, weight };
        let shared = &mut self.family_worker[record.family as usize * self.roles + role];
        // the last to take a sibling is the one the others go to
        if shared.1 > 0 && shared.0 == slot as u32 {
            shared.1 += 1;
        } else {
            *shared = (slot as u32, 1);
        }
    }

    /// A case's worker lets it go; the worker, if there was one.
    pub fn let_go(&mut self, id: u32, h: usize, role: usize) -> Option<usize> {
        let record = &mut self.cases[id as usize];
        let held = std::mem::replace(&mut record.held[h], FREE);
        if held.slot == NOBODY {
            return None;
        }
        let shared = &mut self.family_worker[record.family as usize * self.roles + role];
        if shared.0 == held.slot {
            shared.1 = shared.1.saturating_sub(1);
        }
        let s = &mut self.slots[held.slot as usize];
        s.load -= held.weight;
        s.cases.swap_remove(held.at as usize);
        if let Some(&moved) = s.cases.get(held.at as usize) {
            for other in &mut self.cases[moved as usize].held {
                if other.slot == held.slot {
                    other.at = held.at;
                }
            }
        }
        Some(held.slot as usize)
    }

    /// The weight of a case changes with its stage; by how much.
    pub fn reweigh(&mut self, id: u32, h: usize, weight: i64) -> i64 {
        let held = &mut self.cases[id as usize].held[h];
        let change = weight - held.weight;
        self.slots[held.slot as usize].load += change;
        held.weight = weight;
        change
    }
}
