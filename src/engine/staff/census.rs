//! Who carries how much, at the end of each month.

use super::plan::MILLI;
use super::state::Post;
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
                // who is absent and holds no case is no case holder
                let idle = s.absent && s.cases.is_empty();
                if s.post == Post::Vacant || idle || plan.slots[slot].fte <= 0 {
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
        let on_time = |id: u32| {
            let case = self.cases.get(id);
            let stage = case.stage as usize;
            let spec = plan.stages[stage].as_ref().filter(|_| case.state == State::Staying)?;
            Some((stage, spec.visits_on_time?))
        };
        let mut visited = Vec::new();
        for (slot, s) in staff.slots.iter().enumerate().filter(|(_, s)| !s.cases.is_empty()) {
            let effect = plan.roles[plan.desks[plan.slots[slot].desk].role].visits;
            let kept = (1.0 - effect * staff.overload(plan, slot, now)).max(0.0);
            let kept = if s.absent { 0.0 } else { kept };
            let main = s.cases.iter().filter(|id| staff.cases[**id as usize].held[0].slot == slot as u32);
            let desk = plan.slots[slot].desk;
            visited
                .extend(main.filter_map(|id| on_time(*id)).map(|(stage, share)| (desk, stage, share * kept)));
        }
        // a case that nobody holds is visited by nobody
        let waiting =
            staff.lines.iter().enumerate().flat_map(|(d, line)| line.values().map(move |id| (d, id)));
        visited.extend(waiting.filter_map(|(d, id)| on_time(*id).map(|(stage, _)| (d, stage, 0.0))));
        for (desk, stage, share) in visited {
            self.recorder.visited(desk, stage, share);
        }
    }
}
