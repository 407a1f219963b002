//! A case asks to enter a stage, and its stay begins.

use crate::base::time::SimTime;
use crate::engine::agenda::Phase;
use crate::engine::cases::State;
use crate::engine::law::{Draws, End};
use crate::engine::network::{NONE, Routes, StageNode};
use crate::engine::probe::{Happening, Probe};
use crate::engine::select::Facts;
use crate::engine::world::World;
use crate::stats::dist::exp1;

impl World<'_> {
    /// A case asks to enter `stage`, coming from a stage in the groups of `before`.
    #[inline(always)]
    pub(crate) fn enter<P: Probe>(&mut self, id: u32, stage: usize, before: u64, probe: &mut P) {
        let net = self.net;
        let node: &StageNode = &net.stages[stage];
        let now = self.now;
        self.cases.visit(id, stage);
        let case = self.cases.get_mut(id);
        case.stage = stage as u16;
        case.asked = now.0;
        case.way = NONE;
        let number = case.number;
        self.recorder.asked(stage);
        probe.hear(now, number, Happening::Asked(stage as u16));
        if before != node.groups {
            self.change_groups(id, before, node.groups);
        }
        if self.recorder.piece.parts_each > 0 {
            self.each_part(id, stage, now, |part| part.asked += 1);
        }
        if let Some((pool, amount)) = node.seize {
            let pool = pool as usize;
            if !self.pools[pool].admits(amount) {
                self.wait(id, stage, pool, probe);
                return;
            }
            self.pools[pool].busy += i64::from(amount);
        }
        if self.staff.is_none() || self.staff_ready(id, stage, probe) {
            self.start(id, stage, false, probe);
        }
    }

    /// The stay of a case begins; its places are already held.
    #[inline(always)]
    pub(crate) fn start<P: Probe>(&mut self, id: u32, stage: usize, queued: bool, probe: &mut P) {
        let net = self.net;
        let node = &net.stages[stage];
        let now = self.now;
        let visit = self.cases.this_visit(id, stage);
        let case = self.cases.get_mut(id);
        case.state = State::Staying;
        case.started = now.0;
        let wait = now.0 - case.asked;
        let key = if node.together { case.family } else { case.key };
        let number = case.number;
        self.recorder.started(stage, now.0, wait, queued);
        probe.hear(now, number, Happening::Started(stage as u16));
        if self.recorder.piece.parts_each > 0 {
            self.each_part(id, stage, now, |part| {
                part.started += 1;
                part.wait_sum += wait;
            });
        }
        for &(attribute, value) in &node.sets {
            self.cases.set_attribute(id, attribute, value);
        }
        let draws = Draws { key, stay: node.draw_stay, visit };
        let slowed = if self.staff.is_some() { self.staff_slowing(id, stage) } else { 1.0 };
        let end = if node.plain {
            node.law.end(draws, now, slowed, None)
        } else {
            self.end_of_stay(id, stage, draws, slowed)
        };
        self.cases.get_mut(id).way = end.way.unwrap_or(NONE);
        self.schedule(end.at, Phase::Finish, id);
        if self.services.is_some() {
            self.services_begin(id, stage, end);
        }
    }

    /// The end of a stay under selectors, multipliers, interruptions and the age limit.
    fn end_of_stay(&mut self, id: u32, stage: usize, draws: Draws, slowed: f64) -> End {
        let net = self.net;
        let node = &net.stages[stage];
        let now = self.now;
        let facts = self.cases.facts(id, now.0, &net.people.bands);
        let mut law = node.law_if.iter().find(|l| l.0.fits(facts)).map_or(&node.law, |l| &l.1);
        let mut way = None;
        if !node.law_by_way.is_empty() {
            let bits = draws.key.bits(node.draw_route, draws.visit);
            let chosen = node.routes.pick(bits, facts, now);
            way = Some(chosen as u8);
            law = node.law_by_way.get(chosen).and_then(Option::as_ref).unwrap_or(law);
        }
        let times = node.times_at(facts, now);
        let mut end = law.end(draws, now, times * slowed, net.calendar.as_ref());
        end.way = end.way.or(way);
        if self.staff.is_some() {
            end = self.staff_drift(id, draws, law, end);
        }
        if self.services.is_some() {
            self.services_own(id, stage, law, end, None);
        }
        self.cut_short(id, node, draws, now, end)
    }

    /// Interruptions and the age limit end a stay early.
    pub(crate) fn cut_short(&self, id: u32, node: &StageNode, draws: Draws, now: SimTime, end: End) -> End {
        let mut end = end;
        for (i, &(way, hazard)) in node.interrupted.iter().enumerate() {
            let bits = draws.key.bits(node.draw_interruption.numbered(i as u64), draws.visit);
            let at = now + crate::base::time::Span::from_ms_f64(exp1(bits) / hazard);
            if hazard > 0.0 && at < end.at {
                end = End { at, way: Some(way) };
            }
        }
        if let Some(at) = self.age_limit(id, node)
            && at <= end.at
        {
            end = End { at: at.max(now), way: node.leave.map(|l| l.1) };
        }
        end
    }

    /// When a case reaches the age at which it must leave this stage.
    pub(crate) fn age_limit(&self, id: u32, node: &StageNode) -> Option<SimTime> {
        let (age, _) = node.leave?;
        let born = self.cases.person(id).born;
        (born != i64::MAX).then(|| SimTime(born.saturating_add(age)))
    }
}

impl StageNode {
    /// What the length of a stay of such a case that begins then is multiplied by.
    pub(crate) fn times_at(&self, facts: Facts<'_>, began: SimTime) -> f64 {
        self.times.iter().filter(|t| t.0.fits(facts)).map(|t| t.1.at(began)).product()
    }
}

impl Routes {
    /// The way chosen by these uniform bits for such a case at that time.
    #[inline]
    pub(crate) fn pick(&self, bits: u64, facts: Facts<'_>, at: SimTime) -> usize {
        if self.plain() || self.usual(facts, at) {
            return self.race.pick(bits);
        }
        self.race.pick_among(&self.probabilities(facts, at), bits)
    }

    /// Whether such a case has the base probabilities then. They are not worked out anew, so that odds that
    /// are 1 until a date change no bit before it.
    fn usual(&self, facts: Facts<'_>, at: SimTime) -> bool {
        !self.by.iter().any(|b| b.0.fits(facts))
            && self.odds.iter().all(|(_, test, times)| !test.fits(facts) || times.at(at) == 1.0)
    }

    /// Whether the choice depends on the case.
    #[inline]
    pub(crate) fn plain(&self) -> bool {
        self.by.is_empty() && self.odds.is_empty()
    }

    /// The probability of each route at that time, after tables and odds.
    ///
    /// A multiplier m on one route turns its odds p / (1 - p) into m p / (1 - p); with several
    /// multipliers the weights m p are scaled to sum 1, which is the same for one.
    pub(crate) fn probabilities(&self, facts: Facts<'_>, at: SimTime) -> Vec<f64> {
        let table = self.by.iter().find(|b| b.0.fits(facts)).map_or(&self.base, |b| &b.1);
        let mut weights = table.clone();
        for (i, test, times) in &self.odds {
            if test.fits(facts)
                && let Some(weight) = weights.get_mut(*i)
            {
                *weight *= times.at(at);
            }
        }
        let total: f64 = weights.iter().sum();
        if total > 0.0 {
            weights.iter_mut().for_each(|w| *w /= total);
        }
        weights
    }
}
