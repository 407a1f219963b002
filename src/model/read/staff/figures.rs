//! Figures about staff that measures ask for.

use super::super::names::Of;
use super::super::{Item, Reader};
use crate::base::ids::{Id, StageId, TeamId};
use crate::model::catalogue::MET;
use crate::model::measure::What;
use crate::model::staff::Figure;

impl Reader<'_> {
    pub fn staff_figure(&mut self, item: &Item<'_>, key: &str) -> Option<What> {
        let figure = Figure::ALL.iter().find(|f| f.0 == key)?.1;
        let text = self.name_text(item, "the name of a role, or team/role")?;
        let (team, role) = match text.split_once('/') {
            Some((team, role)) => (Some(team), role),
            None => (None, text.as_str()),
        };
        let role = self.find_role(item, role)?;
        let team = match team {
            Some(name) => Some(self.find::<TeamId>(item, name, Of::Team)?.index()),
            None => None,
        };
        Some(What::Staff { figure, role, team })
    }

    pub fn workers_met(&mut self, item: &Item<'_>) -> Option<What> {
        let f = self.fields(item, &MET)?;
        let stage = self.need(&f, "stage").and_then(|i| {
            let name = self.name_text(&i, "the name of a stage")?;
            self.find::<StageId>(&i, &name, Of::Stage)
        });
        let bound = |r: &mut Self, key: &str, default: u8| match f.opt(key) {
            Some(i) => r.whole(&i, 1, 5).and_then(|n| u8::try_from(n).ok()),
            None => Some(default),
        };
        let (from, to) = (bound(self, "from", 1)?, bound(self, "to", 5)?);
        if from > to {
            self.push(item.error("has `from` above `to`"));
            return None;
        }
        Some(What::Met { stage: stage?, from, to })
    }
}
