//! The world: all state of one replication, and the loop that runs it.

use super::agenda::{Agenda, Event, Phase};
use super::cases::{Cases, State};
use super::future::Future;
use super::network::Network;
use super::probe::{Probe, Who};
use super::queue::PoolState;
use super::rate::Path;
use super::record::Recorder;
use crate::base::ids::Id;
use crate::base::rng::Key;
use crate::base::time::{SimTime, Span};

/// Why a replication could not be finished.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum RunError {
    /// Too many events.
    #[error(
        "stopped after {events} events, the limit of `model.most_events`: the model has far more \
         arrivals or far shorter stays than its file suggests"
    )]
    TooMany {
        /// The limit.
        events: u64,
    },
    /// Time stands still.
    #[error(
        "stopped: over a million events at one moment, the last in stage `{stage}`: cases go round \
         without time passing"
    )]
    Stuck {
        /// The stage of the last event.
        stage: String,
    },
    /// Too many cases at once.
    #[error("stopped: over {most} children in the model at once")]
    TooManyCases {
        /// The limit.
        most: u32,
    },
    /// The run was interrupted.
    #[error("interrupted")]
    Interrupted,
}

/// What one replication measured.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// One number a column of [`super::Layout`].
    pub row: Vec<f64>,
    /// Events handled.
    pub events: u64,
    /// Most records of cases in use at once.
    pub most_cases: usize,
}

/// Most events at one moment before time is said to stand still.
const MOST_AT_ONCE: u32 = 1_000_000;
/// Most cases at once.
pub(crate) const MOST_CASES: u32 = 50_000_000;

/// All state of one replication; kept and cleared for the next.
pub struct World<'n> {
    pub(crate) net: &'n Network,
    pub(crate) agenda: Agenda,
    pub(crate) cases: Cases,
    pub(crate) pools: Vec<PoolState>,
    pub(crate) paths: Vec<Option<Path>>,
    pub(crate) futures: Vec<Future>,
    /// Families come so far, by stream.
    pub(crate) come: Vec<u64>,
    pub(crate) stream_keys: Vec<Key>,
    pub(crate) recorder: Recorder,
    pub(crate) staff: Option<Box<super::staff::Staff>>,
    pub(crate) services: Option<Box<super::service::Services>>,
    pub(crate) root: Key,
    /// Number of the replication, from 1.
    pub(crate) replication: u64,
    pub(crate) now: SimTime,
    next_edge: usize,
    /// Events from this moment on belong after the next edge.
    next_edge_at: SimTime,
    events: u64,
}

impl<'n> World<'n> {
    /// An empty world.
    pub fn new(net: &'n Network) -> World<'n> {
        let end = (net.stop - net.begin).0.max(0) as u64;
        World {
            net,
            agenda: Agenda::new(end, net.expected_events),
            cases: Cases::new(net),
            pools: net.pools.iter().map(|p| PoolState::new(p.by_priority)).collect(),
            paths: net.streams.iter().map(|_| None).collect(),
            futures: vec![Future::default(); net.streams.len()],
            come: vec![0; net.streams.len()],
            stream_keys: vec![Key(0); net.streams.len()],
            recorder: Recorder::new(&net.model),
            staff: net.staff.as_ref().map(|plan| Box::new(super::staff::Staff::new(plan))),
            services: net.services.as_ref().map(|plan| Box::new(super::service::Services::new(plan))),
            root: Key(0),
            replication: 1,
            now: net.begin,
            next_edge: 0,
            next_edge_at: net.begin,
            events: 0,
        }
    }

    /// Runs one replication from beginning to end.
    pub fn run<P: Probe>(&mut self, seed: u64, replication: u64, probe: &mut P) -> Result<Outcome, RunError> {
        self.reset(seed, replication);
        self.open(probe);
        let most = self.net.model.run.most_events;
        let (mut last, mut at_once) = (u64::MAX, 0u32);
        while let Some(event) = self.next_event() {
            self.now = SimTime(event.at as i64 + self.net.begin.0);
            if self.now >= self.next_edge_at {
                self.pass_edges(false);
            }
            self.events += 1;
            if event.at == last {
                at_once += 1;
                if at_once > MOST_AT_ONCE {
                    return Err(self.stuck(event));
                }
            } else {
                (last, at_once) = (event.at, 0);
            }
            if self.events > most {
                return Err(RunError::TooMany { events: most });
            }
            self.handle(event, probe)?;
        }
        self.now = self.net.end;
        self.pass_edges(true);
        let most_cases = self.cases.most();
        Ok(Outcome { row: self.recorder.finish(self.net), events: self.events, most_cases })
    }

    fn reset(&mut self, seed: u64, replication: u64) {
        self.agenda.clear();
        self.cases.clear();
        self.pools.iter_mut().for_each(PoolState::clear);
        self.come.fill(0);
        self.futures.fill(Future::default());
        self.recorder.reset(self.net.begin.0);
        if let Some(staff) = self.staff.as_mut() {
            staff.clear();
        }
        if let Some(services) = self.services.as_mut() {
            services.clear();
        }
        self.root = Key::root(seed, replication);
        self.replication = replication;
        for (key, stream) in self.stream_keys.iter_mut().zip(&self.net.streams) {
            *key = self.root.child(stream.key);
        }
        self.now = self.net.begin;
        self.next_edge = 0;
        self.next_edge_at = self.net.begin;
        self.events = 0;
    }

    #[inline]
    fn next_event(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.agenda.pop_current() {
                return Some(event);
            }
            let (found, new_span) = self.agenda.next_bucket();
            if !found {
                return None;
            }
            // records of cases are scattered: asked for together, they come together
            if new_span {
                self.agenda.in_span().for_each(|who| self.cases.fetch(who));
            }
            self.agenda.soon().for_each(|who| self.cases.fetch(who));
        }
    }

    #[inline(always)]
    fn handle<P: Probe>(&mut self, event: Event, probe: &mut P) -> Result<(), RunError> {
        match event.phase {
            Phase::Finish => {
                if self.cases.get(event.who).pending == event.sequence {
                    self.finish(event.who, probe);
                }
            }
            Phase::Arrive => self.arrive(event.who as usize, probe)?,
            Phase::GiveUp => {
                let case = self.cases.get(event.who);
                if case.pending == event.sequence && case.state == State::Waiting {
                    self.give_up(event.who, probe);
                }
            }
            Phase::Return => self.come_back(event.who, probe),
            Phase::Shift => self.shift(event.who as usize, probe),
            Phase::Service => self.service_event(event.who, event.sequence),
        }
        Ok(())
    }

    /// Tells a probe who a case is.
    #[inline]
    pub(crate) fn introduce<P: Probe>(&self, id: u32, since: SimTime, probe: &mut P) {
        let (case, person) = (self.cases.get(id), self.cases.person(id));
        let who = Who {
            family: case.family.0,
            born: (person.born != i64::MAX).then_some(SimTime(person.born)),
            needs: person.needs,
            attributes: self.cases.attributes(id),
            since,
        };
        probe.meet(case.number, who);
    }

    /// Schedules something for a case and remembers it as what is pending.
    #[inline(always)]
    pub(crate) fn schedule(&mut self, at: SimTime, phase: Phase, case: u32) {
        let at = at.0.saturating_sub(self.net.begin.0) as u64;
        let sequence = self.agenda.push(at, phase, case);
        self.cases.get_mut(case).pending = sequence;
    }

    /// Schedules something that is not about a case.
    pub(crate) fn schedule_other(&mut self, at: SimTime, phase: Phase, who: usize) {
        let at = at.0.saturating_sub(self.net.begin.0) as u64;
        self.agenda.push(at, phase, who as u32);
    }

    /// Closes the pieces of time that end before this event.
    #[cold]
    #[inline(never)]
    fn pass_edges(&mut self, all: bool) {
        while let Some(&edge) = self.net.edges.get(self.next_edge) {
            // an event at the very moment of an inclusive edge still belongs before it
            self.next_edge_at = edge.at + Span(i64::from(edge.inclusive));
            if self.now < self.next_edge_at && !all {
                return;
            }
            self.next_edge += 1;
            self.look_around(edge.at);
            if self.staff.is_some() {
                self.staff_census(edge.at.0);
            }
            self.recorder.edge(&edge, self.net);
        }
        self.next_edge_at = SimTime::NEVER;
    }

    /// Counts who is here, by length of stay so far and by part; once a period.
    #[cold]
    fn look_around(&mut self, at: SimTime) {
        let net = self.net;
        for id in 0..self.cases.all.len() as u32 {
            let case = *self.cases.get(id);
            if !matches!(case.state, State::Staying | State::Waiting) {
                continue;
            }
            let stage = case.stage as usize;
            let staying = case.state == State::Staying && !net.wait_counts(stage);
            let since = if staying { case.started } else { case.asked };
            let slot = self.recorder.piece.band_at[stage] + band(at.0 - since, &net.stages[stage].bands);
            self.recorder.piece.open_bands[slot] += 1;
            for group in bits(net.stages[stage].groups) {
                let open = self.cases.spell(id, group).open;
                let slot =
                    self.recorder.piece.group_band_at[group] + band(at.0 - open, &net.groups[group].bands);
                self.recorder.piece.group_open_bands[slot] += 1;
                self.recorder.piece.groups[group].open += 1;
            }
            if self.recorder.piece.parts_each > 0 {
                let since = case.started.max(self.recorder.parts_since);
                let time = if case.state == State::Staying { at.0 - since } else { 0 };
                self.each_part(id, stage, at, |part| {
                    part.here += 1;
                    part.area += time;
                });
            }
        }
    }

    /// Does something to the counts of every part (age band, need, attribute value) a case is in.
    pub(crate) fn each_part(
        &mut self,
        id: u32,
        stage: usize,
        at: SimTime,
        mut add: impl FnMut(&mut super::record::tally::PartTally),
    ) {
        let run = &self.net.model.run;
        let person = *self.cases.person(id);
        let base = stage * self.recorder.piece.parts_each;
        let parts = &mut self.recorder.piece.parts;
        let mut next = 0;
        let mut put = |i: usize| {
            if let Some(part) = parts.get_mut(base + i) {
                add(part);
            }
        };
        if run.by_age {
            let band = super::cases::age_band(at.0.saturating_sub(person.born), &self.net.people.bands);
            if person.born != i64::MAX && (band as usize) < self.net.people.bands.len() {
                put(next + band as usize);
            }
            next += self.net.people.bands.len();
        }
        if run.by_need {
            for need in bits(person.needs) {
                put(next + need);
            }
            next += self.net.people.needs.len();
        }
        for &attribute in &run.by_attribute {
            let value = self.cases.attributes(id).get(attribute as usize).copied().unwrap_or(0);
            put(next + value as usize);
            let id = crate::base::ids::AttributeId::new(attribute as usize);
            next += self.net.model.attributes[id].values.len();
        }
    }

    #[cold]
    fn stuck(&self, event: Event) -> RunError {
        let stage = match event.phase {
            Phase::Arrive | Phase::Shift | Phase::Service => None,
            _ => Some(self.cases.get(event.who).stage as usize),
        };
        let name = stage.and_then(|s| self.net.model.stages.iter().nth(s)).map_or("", |s| s.name.as_str());
        RunError::Stuck { stage: name.to_string() }
    }
}

/// The band of a length: band i is `[edge i-1, edge i)`.
#[inline]
pub(crate) fn band(length: i64, edges: &[i64]) -> usize {
    let mut i = 0;
    for &edge in edges {
        i += usize::from(length >= edge);
    }
    i
}

/// Positions of the set bits.
pub(crate) fn bits(mask: u64) -> impl Iterator<Item = usize> {
    let mut left = mask;
    std::iter::from_fn(move || {
        if left == 0 {
            return None;
        }
        let i = left.trailing_zeros() as usize;
        left &= left - 1;
        Some(i)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_begin_at_their_edge() {
        let edges = [10, 20];
        assert_eq!([0, 9, 10, 19, 20, 99].map(|l| band(l, &edges)), [0, 0, 1, 1, 2, 2]);
    }

    #[test]
    fn bits_are_found_in_order() {
        assert_eq!(bits(0b1010_0001).collect::<Vec<_>>(), [0, 5, 7]);
        assert_eq!(bits(1 << 63).collect::<Vec<_>>(), [63]);
    }
}
