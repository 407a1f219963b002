//! Waiting for places: joining the queue, being served, giving up; and places that change.

use crate::base::time::{SimTime, Span};
use crate::engine::agenda::Phase;
use crate::engine::cases::State;
use crate::engine::network::NONE;
use crate::engine::probe::{Happening, Probe};
use crate::engine::world::World;

impl World<'_> {
    /// A case that cannot start at once joins the queue, or is refused if the room is full.
    #[cold]
    #[inline(never)]
    pub(crate) fn wait<P: Probe>(&mut self, id: u32, stage: usize, pool: usize, probe: &mut P) {
        let net = self.net;
        let node = &net.stages[stage];
        let now = self.now;
        if self.pools[pool].waiting >= net.pools[pool].room {
            self.recorder.piece.stages[stage].refused += 1;
            probe.hear(now, self.cases.get(id).number, Happening::Refused(stage as u16));
            self.go(id, stage, node.refused as usize, probe);
            return;
        }
        let priority = self.priority_of(id, stage);
        let ticket = self.pools[pool].join(id, priority);
        self.recorder.waits(stage, now.0);
        let case = self.cases.get_mut(id);
        case.state = State::Waiting;
        case.ticket = ticket;
        self.limit_wait(id, stage);
    }

    /// A case's place in the order of a queue; lower goes first.
    pub(crate) fn priority_of(&self, id: u32, stage: usize) -> i32 {
        let node = &self.net.stages[stage];
        if node.priority_if.is_empty() {
            return node.priority;
        }
        let facts = self.cases.facts(id, self.now.0, &self.net.people.bands);
        node.priority_if.iter().find(|p| p.0.fits(facts)).map_or(node.priority, |p| p.1)
    }

    /// Schedules the moment at which a case gives up waiting or reaches the age limit, if any.
    pub(crate) fn limit_wait(&mut self, id: u32, stage: usize) {
        let node = &self.net.stages[stage];
        let now = self.now;
        let case = *self.cases.get(id);
        let key = if node.together { case.family } else { case.key };
        let mut give_up = (SimTime::NEVER, NONE);
        if let Some((patience, way)) = &node.patience {
            let bits = key.bits(node.draw_wait, self.cases.this_visit(id, stage));
            give_up = (now + Span::from_ms_f64(patience.draw(bits)), *way);
        }
        if let (Some(limit), Some((_, way))) = (self.age_limit(id, node), node.leave)
            && limit < give_up.0
        {
            give_up = (limit.max(now), way);
        }
        if give_up.0 < SimTime::NEVER {
            self.cases.get_mut(id).way = give_up.1;
            self.schedule(give_up.0, Phase::GiveUp, id);
        }
    }

    /// Offers free places to the queue, head first; nobody overtakes.
    #[inline]
    pub(crate) fn serve<P: Probe>(&mut self, pool: usize, probe: &mut P) {
        if self.pools[pool].waiting > 0 {
            self.serve_queue(pool, probe);
        }
    }

    #[inline(never)]
    fn serve_queue<P: Probe>(&mut self, pool: usize, probe: &mut P) {
        let net = self.net;
        loop {
            let cases = &self.cases;
            let state = &mut self.pools[pool];
            let still = |id: u32, ticket: u32| {
                let case = cases.get(id);
                case.state == State::Waiting && case.ticket == ticket
            };
            let Some(id) = state.head(still) else { return };
            let stage = cases.get(id).stage as usize;
            let amount = net.stages[stage].seize.map_or(0, |s| i64::from(s.1));
            if state.places - state.busy < amount {
                return;
            }
            state.take_head();
            state.busy += amount;
            self.recorder.waits_no_more(stage, self.now.0, false);
            // a pending giving-up is cancelled by the sequence of what `start` schedules
            if self.staff.is_none() || self.staff_ready(id, stage, probe) {
                self.start(id, stage, true, probe);
            }
        }
    }

    /// A case gives up waiting, or reaches the age limit while it waits.
    pub(crate) fn give_up<P: Probe>(&mut self, id: u32, probe: &mut P) {
        if self.waits_for_worker(id) {
            return self.give_up_worker(id, probe);
        }
        let case = *self.cases.get(id);
        let stage = case.stage as usize;
        let Some((pool, _)) = self.net.stages[stage].seize else { return };
        self.cases.get_mut(id).state = State::Free;
        let cases = &self.cases;
        self.pools[pool as usize].gave_up(|id, ticket| {
            let case = cases.get(id);
            case.state == State::Waiting && case.ticket == ticket
        });
        self.recorder.waits_no_more(stage, self.now.0, true);
        probe.hear(self.now, case.number, Happening::GaveUp(stage as u16));
        self.go(id, stage, case.way as usize, probe);
        // a head that wanted many places may have stood before one that wants few
        self.serve(pool as usize, probe);
    }

    /// Places change by calendar; what is in hand is finished.
    pub(crate) fn shift<P: Probe>(&mut self, pool: usize, probe: &mut P) {
        if pool >= self.pools.len() {
            return self.staff_event(pool - self.pools.len(), probe);
        }
        let at = self.pools[pool].shift();
        let Some(&(_, places)) = self.net.pools[pool].places.get(at) else { return };
        self.pools[pool].places = i64::from(places);
        self.recorder.places(pool, self.now.0, i64::from(places));
        if let Some(&(next, _)) = self.net.pools[pool].places.get(at + 1) {
            self.schedule_other(next, Phase::Shift, pool);
        }
        self.serve(pool, probe);
    }
}
