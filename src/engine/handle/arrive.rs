//! A family arrives.

use crate::base::rng::{Key, Purpose};
use crate::base::time::{SimTime, Span};
use crate::engine::agenda::Phase;
use crate::engine::network::{Families, GivenPlan, Network, Source, StreamNode};
use crate::engine::probe::{Happening, Probe};
use crate::engine::rate::Path;
use crate::engine::select::Choice;
use crate::engine::world::{MOST_CASES, RunError, World};
use crate::model::case::NeedShares;

const GAP: Purpose = Purpose::named("gap");
const SIZE: Purpose = Purpose::named("family size");
const TO: Purpose = Purpose::named("first stage");
const AGE_BAND: Purpose = Purpose::named("age band");
const AGE: Purpose = Purpose::named("age");
const GIVEN: Purpose = Purpose::named("given");

/// What a new case is made from.
pub(crate) struct Making<'a> {
    pub ages: Option<&'a Choice>,
    pub given: &'a GivenPlan,
    pub more_given: Option<&'a GivenPlan>,
    pub needs: &'a NeedShares,
}

/// The key of the i-th child of a family: the first has the family's own luck.
pub(crate) fn child_key(family: Key, i: u8) -> Key {
    if i == 0 { family } else { family.child(u64::from(i)) }
}

/// Children in a family with this key.
pub(crate) fn family_size(families: &Families, family: Key) -> u8 {
    match families.sizes.as_slice() {
        [only] => *only,
        sizes => sizes[families.choice.pick(family.bits(SIZE, 0)).min(sizes.len() - 1)],
    }
}

impl World<'_> {
    /// Schedules the next family of a stream after the one numbered `come - 1` at `now`.
    pub(crate) fn schedule_arrival(&mut self, stream: usize, from: SimTime) {
        let node = &self.net.streams[stream];
        let number = self.come[stream];
        let at = match &node.source {
            Source::Rate(_) => self.paths[stream].as_mut().map_or(SimTime::NEVER, Path::next),
            Source::Future(maker) => {
                self.futures[stream].next(maker, self.stream_keys[stream], self.replication)
            }
            Source::Gaps(sampler) => {
                from + Span::from_ms_f64(sampler.draw(self.stream_keys[stream].bits(GAP, number)))
            }
            Source::Listed(list) => list.get(number as usize).map_or(SimTime::NEVER, |l| l.at),
        };
        if at < self.net.stop {
            self.schedule_other(at.max(from), Phase::Arrive, stream);
        }
    }

    pub(crate) fn arrive<P: Probe>(&mut self, stream: usize, probe: &mut P) -> Result<(), RunError> {
        let net = self.net;
        let node: &StreamNode = &net.streams[stream];
        let number = self.come[stream];
        self.come[stream] += 1;
        let label = match &node.source {
            Source::Rate(_) => self.paths[stream].as_ref().map_or(number, |p| p.label),
            Source::Future(_) => self.futures[stream].label,
            _ => number,
        };
        self.schedule_arrival(stream, self.now);
        let family = self.stream_keys[stream].child(label);
        let listed = match &node.source {
            Source::Listed(list) => list.get(number as usize),
            _ => None,
        };
        let children = listed.and_then(|l| l.children).unwrap_or_else(|| family_size(&node.families, family));
        let ages = Self::ages_of(net, stream, self.now);
        let making =
            Making { ages, given: &node.given, more_given: listed.map(|l| &l.given), needs: &node.needs };
        let to = match node.to.as_slice() {
            [only] => *only as usize,
            to => to[node.choose.pick(family.bits(TO, 0)).min(to.len() - 1)] as usize,
        };
        for i in 0..children {
            if self.cases.most() as u32 >= MOST_CASES {
                return Err(RunError::TooManyCases { most: MOST_CASES });
            }
            let id = self.make(child_key(family, i), family, &making);
            self.recorder.piece.streams[stream] += 1;
            self.recorder.piece.stages[to].arrived += 1;
            self.introduce(id, self.now, probe);
            probe.hear(self.now, self.cases.get(id).number, Happening::Arrived(stream as u16));
            self.enter(id, to, 0, probe);
        }
        Ok(())
    }

    /// Shares of age bands for a stream now.
    fn ages_of(net: &Network, stream: usize, now: SimTime) -> Option<&Choice> {
        if let Some(Some(steps)) = net.people.by_age.get(stream) {
            let at = steps.partition_point(|s| s.0 <= now).max(1) - 1;
            return steps.get(at).map(|s| &s.1);
        }
        net.streams[stream].ages.as_ref().or(net.people.ages.as_ref())
    }

    /// Makes a case with its needs, attributes and date of birth.
    pub(crate) fn make(&mut self, key: Key, family: Key, making: &Making<'_>) -> u32 {
        let people = &self.net.people;
        let id = self.cases.create(key, family, self.now);
        self.staff_born(id, family);
        if self.services.is_some() {
            self.services_born(id, family);
        }
        let of = |by_family: bool| if by_family { family } else { key };
        let mut needs = 0u64;
        for (i, (share, by_family, purpose)) in people.needs.iter().enumerate() {
            let share = making.needs.iter().find(|n| n.0.0 as usize == i).map_or(*share, |n| n.1);
            if of(*by_family).unit(*purpose, 0) < share {
                needs |= 1 << i;
            }
        }
        self.cases.person_mut(id).needs = needs;
        for (i, (choice, by_family, purpose)) in people.attributes.iter().enumerate() {
            if let Some(choice) = choice {
                let value = choice.pick(of(*by_family).bits(*purpose, 0)) as u8;
                self.cases.set_attribute(id, i as u16, value);
            }
        }
        for plan in std::iter::once(making.given).chain(making.more_given) {
            for (attribute, values, choice) in plan {
                let by_family = people.attributes.get(*attribute as usize).is_some_and(|a| a.1);
                let purpose = GIVEN.numbered(u64::from(*attribute));
                let picked = choice.pick(of(by_family).bits(purpose, 0)).min(values.len() - 1);
                self.cases.set_attribute(id, *attribute, values[picked]);
            }
        }
        if let Some(ages) = making.ages
            && let Some(&(from, to)) = people.bands.get(ages.pick(key.bits(AGE_BAND, 0)))
        {
            let age = from + ((to - from) as f64 * key.unit(AGE, 0)) as i64;
            self.cases.person_mut(id).born = self.now.0 - age;
        }
        id
    }
}
