//! `[roles]`, `[teams]` and `stages.NAME.staff`.

mod figures;
mod roles;
mod stages;
mod teams;
mod terms;

use super::names::Of;
use super::{Item, Reader};
use crate::base::ids::{Id, RoleId};
use crate::model::staff::Staffing;

impl Reader<'_> {
    pub fn staff(&mut self, root: &Item<'_>) -> Option<Staffing> {
        let roles = self.roles(root);
        let teams = self.teams(root, &roles);
        let stages = self.stage_staff_of_all(root, roles.len());
        (!roles.is_empty()).then_some(Staffing { roles, teams, stages })
    }

    pub fn find_role(&mut self, item: &Item<'_>, name: &str) -> Option<usize> {
        self.find::<RoleId>(item, name, Of::Role).map(Id::index)
    }

    pub(super) fn caseload(&mut self, item: &Item<'_>) -> Option<f64> {
        self.number(item, 0.01, 1e5, "a number from 0.01 to 100,000")
    }

    pub(super) fn weight(&mut self, item: &Item<'_>) -> Option<f64> {
        self.number(item, 0.0, 1e3, "a number from 0 to 1,000")
    }

    pub(super) fn post_size(&mut self, item: &Item<'_>) -> Option<f64> {
        self.number(item, 0.1, 1.0, "a number from 0.1 to 1")
    }

    pub(super) fn posts_number(&mut self, item: &Item<'_>) -> Option<f64> {
        self.number(item, 0.0, 1e4, "a number from 0 to 10,000")
    }

    pub(super) fn time_lost(&mut self, item: &Item<'_>) -> Option<f64> {
        self.number(item, 0.0, 0.9, "a share from 0 to 0.9")
    }

    pub(super) fn strength(&mut self, item: &Item<'_>) -> Option<f64> {
        self.number(item, 0.0, 100.0, "a number from 0 to 100")
    }
}
