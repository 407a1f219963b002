//! What changes about services in one replication.

use super::course::Course;
use super::plan::{ReferDraws, ServicePlan};
use crate::base::rng::Key;
use crate::base::time::SimTime;
use crate::engine::clock::Lap;
use crate::engine::queue::PoolState;
use crate::model::service::Status;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// No referral, no client, no family.
pub(crate) const NONE: u32 = u32::MAX;

/// What a referral is doing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Doing {
    /// The record may be used again.
    Free,
    Waiting,
    Receiving,
}

/// A referral that waits or is served.
#[derive(Clone, Copy)]
pub(crate) struct Referral {
    pub service: usize,
    pub doing: Doing,
    /// The family or child, or [`NONE`] once it has left for good.
    pub client: u32,
    /// Milliseconds.
    pub asked: i64,
    pub ticket: u32,
    /// Sequence of its pending event.
    pub pending: u32,
    /// Whose draws, for what, on which occasion.
    pub key: Key,
    pub draws: ReferDraws,
    pub visit: u64,
    /// The place it has, once it is served.
    pub place: u32,
}

/// The places of a service by number, the free ones with the lowest number taken first. How long a
/// place is taken is the luck of the place: who is kept waiting for it does not change when it is free.
#[derive(Default)]
pub(crate) struct Places {
    free: BinaryHeap<Reverse<u32>>,
    laps: Vec<Lap>,
}

impl Places {
    fn clear(&mut self) {
        self.free.clear();
        self.laps.clear();
    }

    /// Takes a place.
    pub fn take(&mut self) -> u32 {
        if let Some(Reverse(place)) = self.free.pop() {
            return place;
        }
        self.laps.push(Lap::NEW);
        (self.laps.len() - 1) as u32
    }

    /// The clock of a place is started, and stands like that until it is given back.
    pub fn start(&mut self, place: u32, now: SimTime) -> Lap {
        let Some(lap) = self.laps.get_mut(place as usize) else { return Lap::NEW };
        lap.start(now);
        *lap
    }

    /// Gives a place back.
    pub fn give_back(&mut self, place: u32, now: SimTime) {
        if let Some(lap) = self.laps.get_mut(place as usize) {
            lap.stop(now);
            self.free.push(Reverse(place));
        }
    }
}

/// What a service knows of a family or child.
#[derive(Clone, Copy)]
pub(crate) struct Client {
    pub status: Option<Status>,
    pub referral: u32,
    /// The stage, and the visit to it, from which a referral was last thought of.
    pub considered: (u16, u64),
    /// Whether it asked for the service and has not received it.
    pub unmet: bool,
}

impl Client {
    pub const NEW: Client = Client { status: None, referral: NONE, considered: (u16::MAX, 0), unmet: false };
}

/// Families by number: siblings that came together.
#[derive(Default)]
pub(crate) struct Families {
    /// Family of each case.
    pub of: Vec<u32>,
    /// Cases of each family that may still be in the model or come back to it.
    pub members: Vec<Vec<u32>>,
    /// Of these, cases in the model now.
    pub present: Vec<u32>,
    /// Whether a service for families has ever thought of the family.
    pub known: Vec<bool>,
    free: Vec<u32>,
    last: Option<(Key, u32)>,
}

impl Families {
    fn clear(&mut self) {
        self.of.clear();
        self.present.clear();
        self.known.clear();
        self.free.clear();
        self.last = None;
        self.free.extend((0..self.members.len() as u32).rev());
        self.members.iter_mut().for_each(Vec::clear);
        self.present.resize(self.members.len(), 0);
        self.known.resize(self.members.len(), false);
    }

    /// Enters a new case; siblings are made one after the other.
    pub fn join(&mut self, case: u32, family: Key) -> u32 {
        let unit = match self.last {
            Some((key, unit)) if key == family => unit,
            _ => self.free.pop().unwrap_or_else(|| {
                self.members.push(Vec::new());
                self.present.push(0);
                self.known.push(false);
                (self.members.len() - 1) as u32
            }),
        };
        self.last = Some((family, unit));
        if self.of.len() <= case as usize {
            self.of.resize(case as usize + 1, NONE);
        }
        self.of[case as usize] = unit;
        self.members[unit as usize].push(case);
        self.present[unit as usize] += 1;
        unit
    }

    /// A case is gone for good; says whether it was the last of its family.
    pub fn part(&mut self, case: u32) -> Option<u32> {
        let unit = self.of.get(case as usize).copied().filter(|u| *u != NONE)?;
        self.of[case as usize] = NONE;
        let members = &mut self.members[unit as usize];
        members.retain(|m| *m != case);
        if !members.is_empty() {
            return None;
        }
        self.free.push(unit);
        self.last = None;
        Some(unit)
    }
}

/// A case that may be referred once all that ends at this moment has ended, so that siblings who
/// end a stay together do so under the same status.
#[derive(Clone, Copy)]
pub(crate) struct Asking {
    pub case: u32,
    /// The case's number, by which a record used again is known.
    pub number: u32,
    pub stage: u16,
    pub visit: u64,
}

/// The state of all services.
pub(crate) struct Services {
    pub families: Families,
    /// Whether each case is in the model.
    pub here: Vec<bool>,
    /// Whether a service for children has ever thought of the case.
    known: Vec<bool>,
    /// By service and client.
    pub clients: Vec<Vec<Client>>,
    pub referrals: Vec<Referral>,
    free: Vec<u32>,
    pub lines: Vec<PoolState>,
    pub places: Vec<Places>,
    pub asking: Vec<Asking>,
    /// By case; empty if no effect needs it.
    pub courses: Vec<Course>,
}

impl Services {
    pub fn new(plan: &ServicePlan) -> Services {
        Services {
            families: Families::default(),
            here: Vec::new(),
            known: Vec::new(),
            clients: plan.services.iter().map(|_| Vec::new()).collect(),
            referrals: Vec::new(),
            free: Vec::new(),
            lines: plan.services.iter().map(|s| PoolState::new(s.by_priority)).collect(),
            places: plan.services.iter().map(|_| Places::default()).collect(),
            asking: Vec::new(),
            courses: Vec::new(),
        }
    }

    /// Back to nothing, keeping the memory.
    pub fn clear(&mut self) {
        self.families.clear();
        self.here.clear();
        self.known.clear();
        self.clients.iter_mut().for_each(Vec::clear);
        self.referrals.clear();
        self.free.clear();
        self.lines.iter_mut().for_each(PoolState::clear);
        self.places.iter_mut().for_each(Places::clear);
        self.asking.clear();
        self.courses.clear();
    }

    /// The client that a case is, or belongs to.
    pub fn client_of(&self, by_family: bool, case: u32) -> u32 {
        if by_family { self.families.of.get(case as usize).copied().unwrap_or(NONE) } else { case }
    }

    /// The record of a client that a service thinks of, made if there is none.
    pub fn consider(&mut self, service: usize, by_family: bool, client: u32) -> Option<&mut Client> {
        let known = if by_family { &mut self.families.known } else { &mut self.known };
        *known.get_mut(client as usize)? = true;
        let clients = self.clients.get_mut(service)?;
        if clients.len() <= client as usize {
            clients.resize(client as usize + 1, Client::NEW);
        }
        clients.get_mut(client as usize)
    }

    /// A new case: nothing is known of it but what is known of its family.
    pub fn born(&mut self, case: u32) {
        let need = case as usize + 1;
        if self.here.len() < need {
            self.here.resize(need, false);
            self.known.resize(need, false);
        }
        self.here[case as usize] = true;
    }

    /// Whether any service has ever thought of a case or of its family.
    pub fn known(&self, case: u32) -> bool {
        let family = self.client_of(true, case) as usize;
        self.known.get(case as usize) == Some(&true) || self.families.known.get(family) == Some(&true)
    }

    /// Forgets that services thought of a case, and of its family if it was the last of it.
    pub fn unknown(&mut self, case: u32, family: Option<u32>) {
        if let Some(known) = self.known.get_mut(case as usize) {
            *known = false;
        }
        if let Some(known) = family.and_then(|f| self.families.known.get_mut(f as usize)) {
            *known = false;
        }
    }

    pub fn client(&mut self, service: usize, client: u32) -> Option<&mut Client> {
        self.clients.get_mut(service)?.get_mut(client as usize)
    }

    /// How far a case has come with a service.
    pub fn status(&self, plan: &ServicePlan, service: usize, case: u32) -> Option<Status> {
        let client = self.client_of(plan.services.get(service)?.by_family, case);
        self.clients.get(service)?.get(client as usize)?.status
    }

    /// Cases of a client in the model.
    pub fn present(&self, by_family: bool, client: u32) -> u32 {
        if by_family {
            self.families.present.get(client as usize).copied().unwrap_or(0)
        } else {
            u32::from(self.here.get(client as usize) == Some(&true))
        }
    }

    pub fn keep(&mut self, referral: Referral) -> u32 {
        match self.free.pop() {
            Some(r) => {
                self.referrals[r as usize] = referral;
                r
            }
            None => {
                self.referrals.push(referral);
                (self.referrals.len() - 1) as u32
            }
        }
    }

    /// Gives a referral's record back.
    pub fn drop_referral(&mut self, r: u32) {
        self.referrals[r as usize].doing = Doing::Free;
        self.free.push(r);
    }
}
