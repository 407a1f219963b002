//! What a status changes: the end of a stay, its route, and coming back.

use super::course::{Course, Cycle, Which};
use super::state::Services;
use crate::base::rng::unit;
use crate::base::time::SimTime;
use crate::engine::agenda::Phase;
use crate::engine::cases::State;
use crate::engine::law::{Draws, End, Law};
use crate::engine::network::{NONE, StageNode};
use crate::engine::world::World;
use crate::model::service::Status;

impl World<'_> {
    /// Remembers the own end of a stay that services may move. `elapsed` is the time already spent
    /// for a case found in the stage.
    pub(crate) fn services_own(&mut self, id: u32, stage: usize, law: &Law, end: End, elapsed: Option<i64>) {
        let Some(plan) = self.net.services.as_ref().filter(|p| p.effects[stage].tracked) else { return };
        let Some(services) = self.services.as_deref_mut() else { return };
        debug_assert!(plan.tracks);
        let node = &self.net.stages[stage];
        if services.courses.len() <= id as usize {
            services.courses.resize(id as usize + 1, Course::NEW);
        }
        let start = self.now.0 - elapsed.unwrap_or(0);
        let draws = draws(&self.cases, id, stage, node);
        let reviews = law.reviews().map(|reviews| {
            let u = unit(draws.length());
            let mut cycle = match elapsed {
                None => Cycle {
                    start,
                    lasting: 1.0,
                    target: 1.0 - u,
                    next: 0,
                    first: None,
                    day: draws.detail(),
                    delay: 0,
                },
                Some(elapsed) => {
                    let (lasting, next, first) = reviews.found(elapsed, draws.detail());
                    let target = (1.0 - u) * lasting;
                    Cycle { start, lasting, target, next, first, day: draws.detail(), delay: 0 }
                }
            };
            cycle.delay = end.at.0.saturating_sub(cycle.end(reviews, 1.0));
            cycle
        });
        services.courses[id as usize] = Course {
            own: end.at,
            own_way: end.way.unwrap_or(NONE),
            from: self.now,
            which: which(node, law),
            factor: 1.0,
            by_route: elapsed.is_none() && !node.law_by_way.is_empty() && end.way.is_some(),
            reviews,
        };
    }

    /// A stay has begun and its end is scheduled: notes whether its way is that of the routes, and
    /// moves its end if the case has come anywhere with a service.
    pub(super) fn services_settle(&mut self, services: &mut Services, id: u32, stage: usize, end: End) {
        let Some(plan) = self.net.services.as_ref().filter(|p| p.effects[stage].tracked) else { return };
        debug_assert!(plan.tracks);
        let Some(course) = services.courses.get_mut(id as usize) else { return };
        course.by_route &= end.at == course.own && end.way.unwrap_or(NONE) == course.own_way;
        self.retime(services, id);
    }

    /// Moves the end of a stay to what the present statuses make of it.
    pub(super) fn retime(&mut self, services: &mut Services, id: u32) {
        let case = *self.cases.get(id);
        let stage = case.stage as usize;
        let Some(plan) = self.net.services.as_ref() else { return };
        if case.state != State::Staying || plan.effects[stage].stay.is_empty() {
            return;
        }
        let mut factor = 1.0;
        for (service, by) in &plan.effects[stage].stay {
            if let Some(status) = services.status(plan, *service, id) {
                factor *= by[status as usize];
            }
        }
        let Some(course) = services.courses.get_mut(id as usize) else { return };
        if factor == course.factor {
            return;
        }
        let node = &self.net.stages[stage];
        let now = self.now.0;
        let law = law_of(node, course.which);
        course.own = match (law.and_then(Law::reviews), course.reviews.as_mut()) {
            (Some(reviews), Some(cycle)) => {
                cycle.pass_until(reviews, now, course.factor);
                SimTime(cycle.end(reviews, factor).saturating_add(cycle.delay))
            }
            _ if course.own >= SimTime::NEVER => course.own,
            _ => {
                let left = (course.own.0 - now).max(0) as f64;
                SimTime(now.saturating_add((left * (factor / course.factor)) as i64))
            }
        };
        course.factor = factor;
        let own = End { at: course.own, way: Some(course.own_way).filter(|w| *w != NONE) };
        let (from, early) = (course.from, !node.law_by_way.is_empty());
        let draws = draws(&self.cases, id, stage, node);
        let cut = self.cut_short(id, node, draws, from, own);
        course.by_route &= early && cut == own;
        self.cases.get_mut(id).way = cut.way.unwrap_or(NONE);
        self.schedule(cut.at.max(self.now), Phase::Finish, id);
    }

    /// The way out under the present statuses, where they change its odds.
    pub(crate) fn services_way(&self, id: u32, stage: usize) -> Option<usize> {
        let (plan, services) = (self.net.services.as_ref()?, self.services.as_deref()?);
        let effects = &plan.effects[stage].odds;
        if effects.is_empty() {
            return None;
        }
        let case = *self.cases.get(id);
        let early = case.way != NONE;
        if early && !services.courses.get(id as usize).is_some_and(|c| c.by_route) {
            return None;
        }
        let mut factors: Vec<(usize, f64)> = Vec::new();
        for (service, by) in effects {
            if let Some(status) = services.status(plan, *service, id) {
                factors.extend(&by[status as usize]);
            }
        }
        if factors.is_empty() {
            return None;
        }
        // a route drawn when the stay began is drawn again as the case was then
        let as_of = if early { case.started } else { self.now.0 };
        let node = &self.net.stages[stage];
        let facts = self.cases.facts(id, as_of, &self.net.people.bands);
        let mut weights = node.routes.probabilities(facts, SimTime(as_of));
        for (way, factor) in factors {
            if let Some(weight) = weights.get_mut(way) {
                *weight *= factor;
            }
        }
        let key = if node.together { case.family } else { case.key };
        let bits = key.bits(node.draw_route, self.cases.this_visit(id, stage));
        Some(node.routes.race.pick_among(&weights, bits))
    }

    /// Factor of the odds of coming back through an exit.
    pub(crate) fn services_return(&self, id: u32, exit: usize) -> f64 {
        let (Some(plan), Some(services)) = (self.net.services.as_ref(), self.services.as_deref()) else {
            return 1.0;
        };
        let factor = |(service, by): &(usize, [f64; 4])| {
            services.status(plan, *service, id).map_or(1.0, |s: Status| by[s as usize])
        };
        plan.returns[exit].iter().map(factor).product()
    }
}

fn draws(cases: &crate::engine::cases::Cases, id: u32, stage: usize, node: &StageNode) -> Draws {
    let case = cases.get(id);
    let key = if node.together { case.family } else { case.key };
    Draws { key, stay: node.draw_stay, visit: cases.this_visit(id, stage) }
}

fn which(node: &StageNode, law: &Law) -> Which {
    if let Some(i) = node.law_if.iter().position(|l| std::ptr::eq(&l.1, law)) {
        return Which::If(i as u16);
    }
    let of_way = |l: &Option<Law>| l.as_ref().is_some_and(|l| std::ptr::eq(l, law));
    match node.law_by_way.iter().position(of_way) {
        Some(i) => Which::Way(i as u16),
        None => Which::Base,
    }
}

fn law_of(node: &StageNode, which: Which) -> Option<&Law> {
    match which {
        Which::Base => Some(&node.law),
        Which::If(i) => node.law_if.get(i as usize).map(|l| &l.1),
        Which::Way(i) => node.law_by_way.get(i as usize).and_then(Option::as_ref),
    }
}
