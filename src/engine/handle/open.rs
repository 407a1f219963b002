//! The beginning: cases already here, cases that may come back, places, first arrivals.

use super::arrive::{Making, child_key, family_size};
use super::finish::return_after;
use crate::base::ids::Id;
use crate::base::rng::{Key, Purpose, hash_name};
use crate::base::time::{SimTime, Span};
use crate::engine::agenda::Phase;
use crate::engine::cases::State;
use crate::engine::law::{Draws, End, Law};
use crate::engine::network::{NONE, Source, StageNode, families, given};
use crate::engine::probe::{Happening, Probe};
use crate::engine::select::{Choice, Facts};
use crate::engine::world::World;
use crate::model::start::{Bands, Elapsed, StartLeft, StartStage};

const ELAPSED: Purpose = Purpose::named("elapsed");
/// How long ago a spell in a group began.
const SPELL: Purpose = Purpose::named("spell before");
const LEFT: Purpose = Purpose::named("left before");

/// Tries to find an age that allows the time a case has been here, or an elapsed time that an
/// interruption allows.
const TRIES: u64 = 200;

impl World<'_> {
    /// Sets up the state at the beginning of a replication.
    pub(crate) fn open<P: Probe>(&mut self, probe: &mut P) {
        for pool in 0..self.pools.len() {
            self.open_pool(pool);
        }
        self.open_staff();
        self.open_services();
        let start = &self.net.model.start;
        for stage in &start.stages {
            self.open_stage(stage, probe);
        }
        for left in &start.left {
            self.open_left(left);
        }
        for stream in 0..self.net.streams.len() {
            if let Source::Rate(maker) = &self.net.streams[stream].source {
                self.paths[stream] = Some(maker.path(self.stream_keys[stream]));
            }
            self.schedule_arrival(stream, self.net.begin);
        }
    }

    /// Places from the last step at or before the beginning; later steps are scheduled.
    fn open_pool(&mut self, pool: usize) {
        let steps = &self.net.pools[pool].places;
        let begin = self.net.begin;
        let mut at = self.pools[pool].shift();
        while steps.get(at + 1).is_some_and(|s| s.0 <= begin) {
            at = self.pools[pool].shift();
        }
        let places = steps.get(at).map_or(0, |s| i64::from(s.1));
        self.pools[pool].places = places;
        self.recorder.places(pool, begin.0, places);
        if let Some(&(next, _)) = steps.get(at + 1) {
            self.schedule_other(next, Phase::Shift, pool);
        }
    }

    fn open_stage<P: Probe>(&mut self, spec: &StartStage, probe: &mut P) {
        let stage = spec.stage.index();
        let name = hash_name(&self.net.model.stages[spec.stage].name);
        let key = self.root.child(name ^ hash_name("start"));
        let ages = spec.ages.as_ref().map(|a| Choice::new(a));
        let given = given(&spec.given);
        let sizes =
            families(if spec.families { self.net.model.cases.families.as_slice() } else { &[(1, 1.0)] });
        let ages = ages.as_ref().or(self.net.people.ages.as_ref());
        let making = Making { ages, given: &given, more_given: None, needs: &spec.needs };
        let (mut done, mut number) = (0u32, 0u64);
        while done < spec.cases {
            let family = key.child(number);
            number += 1;
            let children = u32::from(family_size(&sizes, family)).min(spec.cases - done);
            for i in 0..children {
                let id = self.make(child_key(family, i as u8), family, &making);
                self.place(id, stage, spec, done as usize, &making, probe);
                done += 1;
            }
        }
    }

    /// Puts a case into a stage as if it had been there for some time.
    fn place<P: Probe>(
        &mut self,
        id: u32,
        stage: usize,
        spec: &StartStage,
        index: usize,
        making: &Making<'_>,
        probe: &mut P,
    ) {
        let net = self.net;
        let node = &net.stages[stage];
        let now = self.now;
        let case = *self.cases.get(id);
        let key = if node.together { case.family } else { case.key };
        let facts = self.cases.facts(id, now.0, &net.people.bands);
        // kept, since the age may be drawn again below
        let attributes = facts.attributes.to_vec();
        let facts = Facts { attributes: &attributes, ..facts };
        let times = node.times_at(facts, now);
        let base = node.law_if.iter().find(|l| l.0.fits(facts)).map_or(&node.law, |l| &l.1);
        let probabilities = node.routes.probabilities(facts, now);
        let view = View { node, base, times, probabilities: &probabilities, key };
        self.old_enough(id, Span::ZERO, making, node);
        let born = self.cases.person(id).born;
        // no stay that began before birth, except of one who is not yet born
        let most = if born < now.0 { Span(now.0 - born) } else { Span(i64::MAX) };
        let elapsed = view.elapsed(spec, index, most);
        self.old_enough(id, elapsed, making, node);
        // how long it has been here is drawn as if the present factors had always held; the rest of its stay has
        // those of the time at which it began
        let since = SimTime(now.0 - elapsed.0);
        let times = node.times_at(facts, since);
        let probabilities = node.routes.probabilities(facts, since);
        let view = View { times, probabilities: &probabilities, ..view };
        let visit = self.cases.visit(id, stage);
        let draws = Draws { key, stay: node.draw_stay, visit };
        let (law, way) = view.law_given(elapsed, visit);
        let mut end = law.end_given(draws, now, elapsed, times, net.calendar.as_ref());
        end.way = end.way.or(way);
        if self.services.is_some() {
            self.services_own(id, stage, law, end, Some(elapsed.0));
        }
        let End { at, way } = self.cut_short(id, node, draws, now, end);
        let since = since.0;
        let record = self.cases.get_mut(id);
        record.stage = stage as u16;
        record.state = State::Staying;
        (record.asked, record.started, record.arrived) = (since, since, since);
        record.way = way.unwrap_or(NONE);
        for &(attribute, value) in &node.sets {
            self.cases.set_attribute(id, attribute, value);
        }
        self.open_spells(id, node.groups, since);
        for (group, bands) in &spec.spells {
            self.began(id, *group, drawn(bands, &case.key, SPELL.numbered(*group as u64)).max(elapsed));
        }
        if let Some((pool, amount)) = node.seize {
            self.pools[pool as usize].busy += i64::from(amount);
        }
        self.recorder.found(stage, now.0);
        self.introduce(id, SimTime(since), probe);
        probe.hear(now, case.number, Happening::Found(stage as u16));
        self.staff_found(id, stage, probe);
        self.schedule(at, Phase::Finish, id);
        if self.services.is_some() {
            self.services_found(id, stage, End { at, way });
        }
    }

    /// Draws the age again while the case would be younger than its stay, or too old for the
    /// stage; a case for which no age fits was born when its stay began.
    fn old_enough(&mut self, id: u32, elapsed: Span, making: &Making<'_>, node: &StageNode) {
        let Some(ages) = making.ages else { return };
        let now = self.now.0;
        let key = self.cases.get(id).key;
        let fits = |age: i64| {
            // an unborn child may be in a stage before birth
            (age >= elapsed.0 || age < 0) && node.leave.is_none_or(|(limit, _)| age < limit)
        };
        let born = self.cases.person(id).born;
        if born == i64::MAX || fits(now - born) {
            return;
        }
        let purpose = Purpose::named("age again");
        for again in 0..TRIES {
            let band = ages.pick(key.bits(purpose, again));
            let Some(&(from, to)) = self.net.people.bands.get(band) else { return };
            let u = key.unit(purpose.numbered(1), again);
            let age = from + ((to - from) as f64 * u) as i64;
            if fits(age) {
                self.cases.person_mut(id).born = now - age;
                return;
            }
        }
        self.cases.person_mut(id).born = now - elapsed.0;
    }

    /// Cases that left before the beginning and have not yet come back.
    fn open_left(&mut self, spec: &StartLeft) {
        let exit = spec.exit.index();
        let Some(node) = self.net.exits[exit].returns.as_ref() else { return };
        let key = self.root.child(hash_name(&self.net.model.exits[spec.exit].name) ^ hash_name("left"));
        let ages = spec.ages.as_ref().map(|a| Choice::new(a));
        let given = given(&spec.given);
        let ages = ages.as_ref().or(self.net.people.ages.as_ref());
        let making = Making { ages, given: &given, more_given: None, needs: &Vec::new() };
        let n = (spec.per_day * spec.over.days()).max(0.0) as u64;
        for i in 0..n {
            let own = key.child(i);
            let since = Span((spec.over.0 as f64 * own.unit(LEFT, 0)) as i64);
            let Some(after) = return_after(&node.within, own.unit(LEFT, 1), 1.0) else { continue };
            let at = self.now + Span(after - since.0);
            if after < since.0 || at >= self.net.stop {
                continue;
            }
            let id = self.make(own, own, &making);
            for &(group, before) in &spec.spells {
                let spell = self.cases.spell(id, group);
                spell.last_end = self.now.0 - since.0;
                spell.last_start = spell.last_end - before.0;
            }
            if self.services.is_some() {
                self.services_left(id);
            }
            let limit = self.age_limit(id, &self.net.stages[node.to as usize]);
            if limit.is_some_and(|limit| at >= limit) {
                self.staff_forget(id);
                if self.services.is_some() {
                    self.services_forget(id);
                }
                self.cases.release(id);
                continue;
            }
            let record = self.cases.get_mut(id);
            record.state = State::Away;
            record.stage = exit as u16;
            self.schedule(at, Phase::Return, id);
        }
    }
}

/// A length drawn from bands.
fn drawn(bands: &Bands, key: &Key, purpose: Purpose) -> Span {
    let weights: Vec<f64> = bands.iter().map(|b| b.2).collect();
    let picked = Choice::new(&weights).pick(key.bits(purpose, 0));
    let Some(&(from, to, _)) = bands.get(picked) else { return Span::ZERO };
    Span(from.0 + ((to.0 - from.0) as f64 * key.unit(purpose, 1)) as i64)
}

/// A case's view of the stage it is found in.
struct View<'a> {
    node: &'a StageNode,
    base: &'a Law,
    times: f64,
    probabilities: &'a [f64],
    key: Key,
}

impl<'a> View<'a> {
    fn law_of_way(&self, way: usize) -> &'a Law {
        self.node.law_by_way.get(way).and_then(Option::as_ref).unwrap_or(self.base)
    }

    /// Time already spent; where it follows from the law of the stay, at most `most`.
    fn elapsed(&self, spec: &StartStage, index: usize, most: Span) -> Span {
        match &spec.elapsed {
            Elapsed::Listed(list) => list.get(index).copied().unwrap_or(Span::ZERO),
            Elapsed::Bands(bands) => drawn(bands, &self.key, ELAPSED),
            Elapsed::Steady => self.steady(most),
        }
    }

    /// Elapsed time of a case found at a random moment, given that it is at most `most`: by way out, the law
    /// weighs with its mean. Without that condition the slow laws of late childhood, length-biased, would put
    /// children into care before their birth.
    fn steady(&self, most: Span) -> Span {
        let law = if self.node.law_by_way.is_empty() {
            self.base
        } else {
            let weights: Vec<f64> = self
                .probabilities
                .iter()
                .enumerate()
                .map(|(way, p)| if *p > 0.0 { p * self.law_of_way(way).mean_days().min(1e6) } else { 0.0 })
                .collect();
            self.law_of_way(Choice::new(&weights).pick(self.key.bits(ELAPSED, 2)))
        };
        let hazard: f64 = self.node.interrupted.iter().map(|i| i.1).sum();
        for again in 0..TRIES {
            let elapsed = law.steady_elapsed(self.key.unit(ELAPSED.numbered(again), 3), self.times);
            // an interruption would have ended longer stays: keep with the chance of none
            let keep = libm::exp(-hazard * elapsed.0 as f64);
            if elapsed > most {
                continue;
            }
            if hazard == 0.0 || self.key.unit(ELAPSED.numbered(again), 4) < keep {
                return elapsed;
            }
        }
        Span((most.0 as f64 * self.key.unit(ELAPSED, 5)) as i64)
    }

    /// The law for the rest of the stay and the way out where it is drawn first: ways that would
    /// have ended by now are unlikely.
    fn law_given(&self, elapsed: Span, visit: u64) -> (&'a Law, Option<u8>) {
        if self.node.law_by_way.is_empty() {
            return (self.base, None);
        }
        let weights: Vec<f64> = self
            .probabilities
            .iter()
            .enumerate()
            .map(|(way, p)| p * self.law_of_way(way).survival(elapsed, self.times))
            .collect();
        let bits = self.key.bits(self.node.draw_route, visit);
        let any = weights.iter().any(|w| *w > 0.0);
        let way = Choice::new(if any { &weights } else { self.probabilities }).pick(bits);
        (self.law_of_way(way), Some(way as u8))
    }
}
