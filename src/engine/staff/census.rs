//! Who carries how much, at the end of each month.

use super::plan::MILLI;
use super::state::{NOBODY, Post};
use crate::engine::cases::State;
use crate::engine::record::staff::Look;
use crate::engine::world::World;

impl World<'_> {
    /// Counts workers and what they carry; once a period.
    #[cold]
    pub(crate) fn staff_census(&mut self, now: i64) {
        let (Some(plan), Some(staff)) = (self.net.staff.as_ref(), self.staff.as_ref()) else { return };
        let mut by_role: Vec<(Look, Vec<f64>)> = vec![Default::default(); plan.roles.len()];
        for (d, desk) in plan.desks.iter().enumerate() {
            let (mut look, mut each) = (Look::default(), Vec::new());
            for slot in desk.first..desk.end {
                let s = &staff.slots[slot];
                if s.post == Post::Vacant || plan.slots[slot].fte <= 0 {
                    continue;
                }
                let fte = plan.slots[slot].fte as f64 / MILLI;
                look.workers += 1.0;
                look.fte += fte;
                look.cases += s.cases.len() as f64;
                look.over += f64::from(u8::from(staff.overload(plan, slot, now) > 1e-9));
                each.push(s.cases.len() as f64 / fte);
            }
            let (sum, all) = &mut by_role[desk.role];
            sum.workers += look.workers;
            sum.fte += look.fte;
            sum.cases += look.cases;
            sum.over += look.over;
            all.extend_from_slice(&each);
            look.spread(&mut each);
            self.recorder.looked_at_desk(d, look);
        }
        for (r, (mut look, mut each)) in by_role.into_iter().enumerate() {
            look.spread(&mut each);
            self.recorder.looked_at_role(r, look);
        }
        self.visits_census(now);
    }

    /// Visits on time, of the cases in a stage that has visits.
    fn visits_census(&mut self, now: i64) {
        let (Some(plan), Some(staff)) = (self.net.staff.as_ref(), self.staff.as_ref()) else { return };
        if plan.stages.iter().flatten().all(|s| s.visits_on_time.is_none()) {
            return;
        }
        for id in 0..self.cases.all.len() {
            let case = &self.cases.all[id];
            if case.state != State::Staying {
                continue;
            }
            let stage = case.stage as usize;
            let Some(spec) = plan.stages[stage].as_ref() else { continue };
            let Some(on_time) = spec.visits_on_time else { continue };
            let slot = staff.cases[id].held[0].slot;
            // a case that nobody holds is visited by nobody
            let share = if slot == NOBODY {
                0.0
            } else {
                let overload = staff.overload(plan, slot as usize, now);
                on_time * (1.0 - plan.roles[spec.main.role].visits * overload).max(0.0)
            };
            self.recorder.visited(stage, share);
        }
    }
}
