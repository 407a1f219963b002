//! Waiting for allocation.

use super::state::NOBODY;
use crate::engine::cases::State;
use crate::engine::probe::{Happening, Probe};
use crate::engine::world::World;

impl World<'_> {
    /// A case that nobody may take waits, and its stay with it.
    pub(super) fn wait_for_worker(&mut self, id: u32, stage: usize, desk: usize) {
        self.join_line(id, stage, desk, true);
        self.recorder.waits(stage, self.now.0);
        self.cases.get_mut(id).state = State::Waiting;
        self.limit_wait(id, stage);
    }

    /// Puts a case in the line of a desk; `starts` if its stay begins when it is allocated.
    pub(super) fn join_line(&mut self, id: u32, stage: usize, desk: usize, starts: bool) {
        let priority = self.priority_of(id, stage);
        let now = self.now.0;
        let Some(staff) = self.staff.as_mut() else { return };
        let ticket = staff.next_ticket;
        staff.next_ticket = ticket.wrapping_add(1);
        let record = &mut staff.cases[id as usize];
        (record.waits_at, record.line) = (desk as u32, (priority, ticket));
        (record.asked, record.starts) = (now, starts);
        staff.lines[desk].insert((priority, ticket), id);
        self.recorder.unallocated(desk, now, 1);
    }

    /// A case found at the beginning that nobody may take is in its stay all the same.
    pub(super) fn found_waiting(&mut self, id: u32, stage: usize) {
        self.recorder.waits_no_more(stage, self.now.0, false);
        self.cases.get_mut(id).state = State::Staying;
        if let Some(staff) = self.staff.as_mut() {
            staff.cases[id as usize].starts = false;
        }
    }

    /// Takes a case out of the line it stands in, if any; `lost` if nobody took it.
    pub(super) fn leave_line(&mut self, id: u32, lost: bool) {
        let Some(staff) = self.staff.as_mut() else { return };
        let record = &mut staff.cases[id as usize];
        if record.waits_at == NOBODY {
            return;
        }
        let desk = std::mem::replace(&mut record.waits_at, NOBODY) as usize;
        let (line, asked) = (record.line, record.asked);
        staff.lines[desk].remove(&line);
        let now = self.now.0;
        self.recorder.unallocated(desk, now, -1);
        if lost {
            self.recorder.ended_unallocated(desk);
        } else {
            self.recorder.allocated(desk, now - asked);
        }
    }

    /// Offers workers with room to the line, head first; nobody overtakes.
    pub(super) fn serve_line<P: Probe>(&mut self, desk: usize, probe: &mut P) {
        let Some(plan) = self.net.staff.as_ref() else { return };
        let role = plan.desks[desk].role;
        loop {
            let Some(staff) = self.staff.as_mut() else { return };
            let Some((_, &id)) = staff.lines[desk].first_key_value() else { return };
            let stage = self.cases.get(id).stage as usize;
            let weight = plan.roles[role].weights[stage];
            let Some(slot) = staff.choose(plan, desk, id, weight, self.now.0, NOBODY) else { return };
            staff.take(id, 0, slot, role, weight);
            let record = &mut staff.cases[id as usize];
            record.met += 1;
            record.met_in_stay += 1;
            let starts = record.starts;
            self.leave_line(id, false);
            if starts {
                self.recorder.waits_no_more(stage, self.now.0, false);
                self.start(id, stage, true, probe);
            }
        }
    }

    /// Whether a case waits for a worker before its stay.
    pub(crate) fn waits_for_worker(&self, id: u32) -> bool {
        self.staff.as_ref().is_some_and(|s| {
            let record = &s.cases[id as usize];
            record.waits_at != NOBODY && record.starts
        })
    }

    /// A case gives up waiting for a worker, or reaches the age limit.
    pub(crate) fn give_up_worker<P: Probe>(&mut self, id: u32, probe: &mut P) {
        let case = *self.cases.get(id);
        let stage = case.stage as usize;
        let desk = self.staff.as_ref().map_or(0, |s| s.cases[id as usize].waits_at as usize);
        self.cases.get_mut(id).state = State::Free;
        self.leave_line(id, true);
        self.recorder.waits_no_more(stage, self.now.0, true);
        probe.hear(self.now, case.number, Happening::GaveUp(stage as u16));
        if let Some((pool, amount)) = self.net.stages[stage].seize {
            self.pools[pool as usize].busy -= i64::from(amount);
            self.serve(pool as usize, probe);
        }
        self.go(id, stage, case.way as usize, probe);
        self.serve_line(desk, probe);
    }
}
