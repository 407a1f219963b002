//! A case comes to a stage or leaves one: its workers stay, go, or are found.

use super::plan::StagePlan;
use super::state::{HELD, NOBODY};
use crate::base::rng::{Key, Purpose};
use crate::engine::probe::Probe;
use crate::engine::world::World;

const AREA: Purpose = Purpose::named("area");
/// The same families in every stage.
const ON_A_LIST: Purpose = Purpose::named("on a list");

impl World<'_> {
    /// A case comes into the model.
    pub(crate) fn staff_born(&mut self, id: u32, family: Key) {
        if let Some(staff) = self.staff.as_mut() {
            staff.born(id, family);
        }
    }

    /// A case's record is given back.
    pub(crate) fn staff_forget(&mut self, id: u32) {
        if let Some(staff) = self.staff.as_mut() {
            staff.forget(id);
        }
    }

    /// A case comes to a stage: says whether its stay may begin, or it waits for allocation.
    pub(crate) fn staff_ready<P: Probe>(&mut self, id: u32, stage: usize, probe: &mut P) -> bool {
        let net = self.net;
        let Some(plan) = net.staff.as_ref() else { return true };
        let Some(spec) = plan.stages[stage].as_ref() else {
            self.staff_release(id, probe);
            return true;
        };
        let case = *self.cases.get(id);
        if spec.share < 1.0 && case.family.unit(ON_A_LIST, 0) >= spec.share {
            self.staff_release(id, probe);
            return true;
        }
        self.leave_line(id, true);
        let family = case.family.bits(AREA, 0);
        let desk = spec.main.desk(family);
        let before = self.staff_change(id, stage, spec, desk, family, probe);
        let Some(staff) = self.staff.as_mut() else { return true };
        let role = spec.main.role;
        let weight = plan.roles[role].weights[stage];
        for (k, (serving, share, draw)) in spec.with.iter().enumerate() {
            let h = k + 1;
            if staff.cases[id as usize].held[h].slot == NOBODY && case.key.unit(*draw, 0) < *share {
                let weight = plan.roles[serving.role].weights[stage];
                if let Some(slot) = staff.choose(plan, serving.desk(family), id, weight, self.now.0, NOBODY) {
                    staff.take(id, h, slot, serving.role, weight);
                }
            }
        }
        if staff.cases[id as usize].held[0].slot != NOBODY {
            return true;
        }
        if staff.lines[desk].is_empty()
            && let Some(slot) = staff.choose(plan, desk, id, weight, self.now.0, before)
        {
            staff.take(id, 0, slot, role, weight);
            let record = &mut staff.cases[id as usize];
            record.met += u32::from(slot as u32 != before);
            record.met_in_stay = 1;
            self.recorder.allocated(desk, 0);
            return true;
        }
        self.wait_for_worker(id, stage, desk);
        false
    }

    /// Keeps the workers that the stage wants and the policy keeps, and lets the others go. The
    /// main worker who was let go although of the right desk, so that another is found.
    fn staff_change<P: Probe>(
        &mut self,
        id: u32,
        stage: usize,
        spec: &StagePlan,
        desk: usize,
        family: u64,
        probe: &mut P,
    ) -> u32 {
        let Some(plan) = self.net.staff.as_ref() else { return NOBODY };
        let case = *self.cases.get(id);
        let visit = self.cases.this_visit(id, stage);
        let Some(staff) = self.staff.as_mut() else { return NOBODY };
        let record = &mut staff.cases[id as usize];
        let from = std::mem::replace(&mut record.stage, stage as u16);
        let keep_worker = spec.keep_from.iter().find(|k| k.0 == from).map_or(spec.keep, |k| k.1);
        let (held, handed) = (record.held, record.handed && record.role == spec.main.role as u16);
        let of_desk = |wanted: usize| {
            held.iter().position(|h| h.slot != NOBODY && plan.slots[h.slot as usize].desk == wanted)
        };
        let mut keep = [None; HELD];
        let mut before = NOBODY;
        if let Some(h) = of_desk(desk) {
            // siblings keep or change their worker together
            let keeps = keep_worker >= 1.0
                || (spec.once && handed)
                || (keep_worker > 0.0 && case.family.unit(spec.draw_keep, visit) < keep_worker);
            if keeps {
                keep[0] = Some(h);
            } else {
                before = held[h].slot;
            }
        }
        for (k, (serving, share, draw)) in spec.with.iter().enumerate() {
            if case.key.unit(*draw, 0) < *share && k + 1 < HELD {
                keep[k + 1] = of_desk(serving.desk(family));
            }
        }
        if record.role != spec.main.role as u16 {
            (record.role, record.met) = (spec.main.role as u16, 0);
            (record.handed, record.apart) = (false, false);
            if keep[0].is_some() {
                record.met = 1;
            }
        }
        record.handed |= before != NOBODY;
        record.apart |= spec.met_here;
        record.met_in_stay = u32::from(keep[0].is_some());
        let mut freed = [NOBODY; HELD];
        for h in 0..HELD {
            if held[h].slot != NOBODY && !keep.contains(&Some(h)) {
                let at = plan.slots[held[h].slot as usize].desk;
                staff.let_go(id, h, plan.desks[at].role);
                freed[h] = at as u32;
            }
        }
        let held = staff.cases[id as usize].held;
        for (h, from) in keep.iter().enumerate() {
            staff.cases[id as usize].held[h] = from.map_or(super::state::FREE, |from| held[from]);
        }
        for (h, from) in keep.iter().enumerate() {
            let slot = staff.cases[id as usize].held[h].slot;
            if from.is_some() && slot != NOBODY {
                let at = plan.slots[slot as usize].desk;
                let weight = plan.roles[plan.desks[at].role].weights[stage];
                if staff.reweigh(id, h, weight) < 0 {
                    freed[h] = at as u32;
                }
            }
        }
        for desk in freed {
            if desk != NOBODY {
                self.serve_line(desk as usize, probe);
            }
        }
        before
    }

    /// A case is held by nobody any more.
    pub(crate) fn staff_release<P: Probe>(&mut self, id: u32, probe: &mut P) {
        if self.staff.as_ref().is_none_or(|s| s.cases[id as usize].is_free()) {
            return;
        }
        self.leave_line(id, true);
        let Some(plan) = self.net.staff.as_ref() else { return };
        for h in 0..HELD {
            let Some(staff) = self.staff.as_mut() else { return };
            let slot = staff.cases[id as usize].held[h].slot;
            if slot == NOBODY {
                continue;
            }
            let desk = plan.slots[slot as usize].desk;
            staff.let_go(id, h, plan.desks[desk].role);
            self.serve_line(desk, probe);
        }
        if let Some(staff) = self.staff.as_mut() {
            let record = &mut staff.cases[id as usize];
            (record.role, record.met, record.met_in_stay) = (u16::MAX, 0, 0);
            (record.handed, record.apart) = (false, false);
        }
    }

    /// A case found in a stage at the beginning has a worker if there is room for it.
    pub(crate) fn staff_found<P: Probe>(&mut self, id: u32, stage: usize, probe: &mut P) {
        if self.staff.is_some() && !self.staff_ready(id, stage, probe) {
            self.found_waiting(id, stage);
        }
    }

    /// A stay ends, in time or not if it has a clock: counts that and the workers met, for the desk of its main worker.
    pub(crate) fn staff_ended(&mut self, id: u32, stage: usize, in_time: Option<bool>) {
        let (Some(plan), Some(staff)) = (self.net.staff.as_ref(), self.staff.as_ref()) else { return };
        if let Some(spec) = &plan.stages[stage] {
            let record = &staff.cases[id as usize];
            let met = if record.apart && !spec.met_here { 0 } else { record.met };
            self.recorder.met(stage, met, record.met_in_stay);
            let slot = record.held[0].slot;
            if slot != NOBODY {
                self.recorder.ended_at(plan.slots[slot as usize].desk, stage, in_time, met);
            }
        }
    }
}
