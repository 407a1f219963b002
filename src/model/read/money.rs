//! `[money]`, and measures of cost.

use super::item::Fields;
use super::names::Of;
use super::{Item, Reader};
use crate::base::ids::{Id, StageId};
use crate::base::time::SimTime;
use crate::model::catalogue::{COST, MONEY, SERVICE_COST, STAGE_COST};
use crate::model::measure::{Group, What};
use crate::model::money::{Money, ServiceCost, StageCost};

impl Reader<'_> {
    /// Prices; `None` for a model without `[money]`.
    pub fn money(&mut self, root: &Item<'_>) -> Option<Money> {
        let node = root.node.find(&["money"])?;
        let item = root.child("money", node);
        let f = self.fields(&item, &MONEY)?;
        let rise = |r: &mut Self, key: &str| f.opt(key).and_then(|i| r.noted(&i, Reader::rise));
        let inflation = rise(self, "inflation").unwrap_or(0.0);
        let pay = rise(self, "pay").unwrap_or(inflation);
        let prices_of = f.opt("prices_of").and_then(|i| self.time(&i)).unwrap_or(SimTime::ZERO);
        let mut money = Money { prices_of, inflation, pay, ..Money::default() };
        if let Some(i) = f.opt("stages") {
            for entry in self.entries(&i, "a table of stages with their prices") {
                let stage = self.find::<StageId>(&i.key(entry), &entry.key, Of::Stage);
                let Some(f) = self.fields(&i.entry(entry), &STAGE_COST) else { continue };
                let (per_week, per_start) = (self.pounds(&f, "per_week"), self.pounds(&f, "per_start"));
                money.stages.extend(stage.map(|s| (s, StageCost { per_week, per_start })));
            }
        }
        if let Some(i) = f.opt("services") {
            for entry in self.entries(&i, "a table of services with their prices") {
                let service = self.find_service_named(&i.key(entry), &entry.key);
                let Some(f) = self.fields(&i.entry(entry), &SERVICE_COST) else { continue };
                let cost = ServiceCost {
                    per_place_week: self.pounds(&f, "per_place_week"),
                    per_week: self.pounds(&f, "per_week"),
                    per_start: self.pounds(&f, "per_start"),
                    per_referral: self.pounds(&f, "per_referral"),
                };
                money.services.extend(service.map(|s| (s, cost)));
            }
        }
        Some(money)
    }

    fn pounds(&mut self, f: &Fields<'_>, key: &str) -> f64 {
        let read = |r: &mut Self, i: &Item<'_>| r.number(i, -1e9, 1e9, "a number of pounds");
        f.opt(key).and_then(|i| self.noted(&i, read)).unwrap_or(0.0)
    }

    fn rise(&mut self, item: &Item<'_>) -> Option<f64> {
        self.number(item, -0.5, 1.0, "a rise from -0.5 to 1, such as 0.02 for two per cent")
    }

    /// Costs added up.
    pub(super) fn cost(&mut self, item: &Item<'_>, groups: &[Group]) -> Option<What> {
        let f = self.fields(item, &COST)?;
        if f.given().is_empty() {
            self.push(item.error("names nothing").hint("for example: { stages = \"all\", staff = \"all\" }"));
            return None;
        }
        let all = |i: &Item<'_>| i.node.text() == Some("all");
        let stages = match f.opt("stages") {
            None => Vec::new(),
            Some(i) if all(&i) => (0..self.names.stages.len()).map(StageId::new).collect(),
            Some(i) => self.stage_list(&i, groups)?,
        };
        let services = match f.opt("services") {
            None => Vec::new(),
            Some(i) if all(&i) => (0..self.names.services.len()).collect(),
            Some(i) => self.each(&i, |r, i| r.find_service(i))?,
        };
        let roles = match f.opt("staff") {
            None => Vec::new(),
            Some(i) if all(&i) => (0..self.names.roles.len()).collect(),
            Some(i) => self.each(&i, |r, i| {
                let name = r.name_text(i, "the name of a role")?;
                r.find_role(i, &name)
            })?,
        };
        Some(What::Cost { stages, services, roles })
    }

    /// What a name or each of a list stands for, once each.
    fn each(
        &mut self,
        item: &Item<'_>,
        read: impl Fn(&mut Self, &Item<'_>) -> Option<usize>,
    ) -> Option<Vec<usize>> {
        let items = self.name_list(item, "a name or a list of names")?;
        let found: Vec<Option<usize>> = items.iter().map(|i| read(self, i)).collect();
        let mut out = found.into_iter().collect::<Option<Vec<usize>>>()?;
        out.sort_unstable();
        out.dedup();
        Some(out)
    }
}
