//! A stay ends, and the case goes on, or leaves and may come back.

use crate::base::rng::unit;
use crate::base::time::{SimTime, Span};
use crate::engine::agenda::Phase;
use crate::engine::cases::State;
use crate::engine::network::{NONE, ReturnNode, in_time};
use crate::engine::probe::{Happening, Probe};
use crate::engine::record::Ended;
use crate::engine::world::{World, band};
use crate::model::stage::Dest;

impl World<'_> {
    /// A stay ends: its places are offered to the queue first, then the case goes on.
    #[inline]
    pub(crate) fn finish<P: Probe>(&mut self, id: u32, probe: &mut P) {
        let net = self.net;
        let now = self.now;
        let case = *self.cases.get(id);
        let stage = case.stage as usize;
        let node = &net.stages[stage];
        let since = if net.wait_counts(stage) { case.asked } else { case.started };
        let length = now.0 - since;
        let inside = node.clock.is_some_and(|c| in_time(c, SimTime(since), now, net.calendar.as_ref()));
        let ended = Ended { stage, at: now.0, length, band: band(length, &node.bands), in_time: inside };
        self.recorder.ended(ended);
        if self.staff.is_some() {
            self.staff_ended(id, stage, node.clock.map(|_| inside));
        }
        probe.hear(now, case.number, Happening::Ended(stage as u16));
        if self.recorder.piece.parts_each > 0 {
            let since = case.started.max(self.recorder.parts_since);
            self.each_part(id, stage, now, |part| {
                part.ended += 1;
                part.in_time += i64::from(inside);
                part.area += now.0 - since;
            });
        }
        if let Some((pool, amount)) = node.seize {
            self.pools[pool as usize].busy -= i64::from(amount);
            self.serve(pool as usize, probe);
        }
        let bent = if self.services.is_some() { self.services_way(id, stage) } else { None };
        let way = if let Some(way) = bent {
            way
        } else if case.way != NONE {
            case.way as usize
        } else {
            let key = if node.together { case.family } else { case.key };
            let bits = key.bits(node.draw_route, self.cases.this_visit(id, stage));
            if node.routes.plain() {
                node.routes.race.pick(bits)
            } else {
                node.routes.pick(bits, self.cases.facts(id, now.0, &net.people.bands), now)
            }
        };
        if inside && way < node.ways.len() {
            self.recorder.moves_in_time(stage, way);
        }
        self.go(id, stage, way, probe);
    }

    /// A case takes a way out of a stage.
    #[inline]
    pub(crate) fn go<P: Probe>(&mut self, id: u32, stage: usize, way: usize, probe: &mut P) {
        let node = &self.net.stages[stage];
        let Some(&dest) = node.ways.get(way) else {
            // a checked model always has a way; a case without one leaves by `out`
            self.leave(id, 0, node.groups, probe);
            return;
        };
        self.recorder.moved(stage, way);
        match dest {
            Dest::Stage(next) => self.enter(id, next.0 as usize, node.groups, probe),
            Dest::Exit(exit) => self.leave(id, exit.0 as usize, node.groups, probe),
        }
    }

    fn leave<P: Probe>(&mut self, id: u32, exit: usize, groups: u64, probe: &mut P) {
        let now = self.now;
        let case = *self.cases.get(id);
        if groups != 0 {
            self.leave_groups(id, groups, self.net.exits[exit].unbanded);
        }
        if self.staff.is_some() {
            self.staff_release(id, probe);
        }
        self.recorder.left(exit, now.0 - case.arrived);
        probe.hear(now, case.number, Happening::Left(exit as u16));
        let back = self.net.exits[exit].returns.as_ref().and_then(|r| self.time_of_return(id, exit, r));
        if self.services.is_some() {
            self.services_left(id);
        }
        match back {
            Some(at) if at < self.net.stop => {
                let record = self.cases.get_mut(id);
                record.state = State::Away;
                record.stage = exit as u16;
                self.schedule(at, Phase::Return, id);
            }
            _ => {
                self.staff_forget(id);
                if self.services.is_some() {
                    self.services_forget(id);
                }
                self.cases.release(id);
            }
        }
    }

    /// When a case that leaves now will be back.
    fn time_of_return(&mut self, id: u32, exit: usize, node: &ReturnNode) -> Option<SimTime> {
        let now = self.now;
        let case = self.cases.get(id);
        let key = if node.together { case.family } else { case.key };
        // keyed by the stage it left and its visit there, so that a further return has new luck
        let stage = case.stage as usize;
        let visit = self.cases.this_visit(id, stage);
        let purpose = node.draw.numbered(stage as u64);
        let u = unit(key.bits(purpose, visit));
        let mut times = 1.0;
        if !node.odds.is_empty() {
            let facts = self.cases.facts(id, now.0, &self.net.people.bands);
            times = node.odds.iter().filter(|o| o.0.fits(facts)).map(|o| o.1.at(now)).product();
        }
        if self.services.is_some() {
            times *= self.services_return(id, exit);
        }
        let after = return_after(&node.within, u, times)?;
        let at = now + Span(after);
        // those who have reached the age at which cases leave do not come back
        let to = &self.net.stages[node.to as usize];
        match self.age_limit(id, to) {
            Some(limit) if at >= limit => None,
            _ => Some(at),
        }
    }

    pub(crate) fn come_back<P: Probe>(&mut self, id: u32, probe: &mut P) {
        let exit = self.cases.get(id).stage as usize;
        let now = self.now.0;
        let Some(node) = self.net.exits[exit].returns.as_ref() else { return };
        let to = node.to as usize;
        let record = self.cases.get_mut(id);
        record.arrived = now;
        let number = record.number;
        if self.services.is_some() {
            self.services_back(id);
        }
        self.recorder.piece.stages[to].returned += 1;
        self.introduce(id, self.now, probe);
        probe.hear(self.now, number, Happening::Returned(exit as u16));
        self.enter(id, to, 0, probe);
    }
}

/// Milliseconds to coming back for a uniform `u`, when the odds of ever coming back are
/// multiplied by `times`; `None` if never.
pub(crate) fn return_after(within: &[(i64, f64)], u: f64, times: f64) -> Option<i64> {
    let ever = within.last()?.1;
    let scaled = times * ever / (1.0 - ever + times * ever);
    if u >= scaled || ever <= 0.0 {
        return None;
    }
    let target = u / scaled * ever;
    let mut before = (0i64, 0.0);
    for &(at, p) in within {
        if target < p {
            let part = (target - before.1) / (p - before.1);
            return Some(before.0 + ((at - before.0) as f64 * part) as i64);
        }
        before = (at, p);
    }
    Some(before.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: 0.2 within 100, 0.3 within 300; u = 0.1 is half way to the first point; with odds
    /// doubled, ever = 0.6 / 1.3.
    #[test]
    fn returns_follow_the_cumulative_table() {
        let within = [(100, 0.2), (300, 0.3)];
        assert_eq!(return_after(&within, 0.1, 1.0), Some(50));
        assert_eq!(return_after(&within, 0.25, 1.0), Some(200));
        assert_eq!(return_after(&within, 0.3, 1.0), None);
        assert!(return_after(&within, 0.46, 2.0).is_some());
        assert_eq!(return_after(&within, 0.462, 2.0), None);
        assert_eq!(return_after(&[], 0.1, 1.0), None);
    }
}
