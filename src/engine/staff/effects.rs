//! What overload does to a stay that begins. An effect of 0 changes no bit.

use super::state::NOBODY;
use crate::base::time::Span;
use crate::engine::law::{Draws, End, Law};
use crate::engine::world::World;

impl World<'_> {
    /// Overload of a case's worker, where the effect in this stage is not 0.
    fn overload_for(&self, id: u32, effect: impl Fn(usize) -> f64) -> Option<(f64, f64)> {
        let (plan, staff) = (self.net.staff.as_ref()?, self.staff.as_ref()?);
        let slot = staff.cases[id as usize].held[0].slot;
        if slot == NOBODY {
            return None;
        }
        let effect = effect(plan.desks[plan.slots[slot as usize].desk].role);
        (effect > 0.0).then(|| (effect, staff.overload(plan, slot as usize, self.now.0)))
    }

    /// What the length of a stay is multiplied by.
    pub(crate) fn staff_slowing(&self, id: u32, stage: usize) -> f64 {
        let Some(plan) = self.net.staff.as_ref() else { return 1.0 };
        let found = self.overload_for(id, |role| plan.roles[role].overrun[stage]);
        found.map_or(1.0, |(effect, overload)| 1.0 + effect * overload)
    }

    /// A stay that would end at a review may go on to the next.
    pub(crate) fn staff_drift(&self, id: u32, draws: Draws, law: &Law, mut end: End) -> End {
        let Some(plan) = self.net.staff.as_ref() else { return end };
        let stage = self.cases.get(id).stage as usize;
        let (Some(step), Some((effect, overload))) =
            (law.review_step(), self.overload_for(id, |role| plan.roles[role].drift[stage]))
        else {
            return end;
        };
        if draws.key.unit(draws.stay.numbered(2), draws.visit) < effect * overload {
            end.at = end.at + Span(step);
        }
        end
    }
}
