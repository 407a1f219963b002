//! Costs and weeks as weighted sums of the columns of a row.

use crate::base::ids::StageId;
use crate::base::time::{DAY_MS, SimTime};
use crate::engine::Layout;
use crate::model::Model;
use crate::model::money::{Money, Rise};

/// A column that counts with a weight.
#[derive(Clone, Copy, Debug)]
pub(super) struct Weight {
    /// Index in a period's block.
    pub at: usize,
    /// What one of it counts for.
    pub each: f64,
    /// Whether the column is a mean over the period, to be multiplied by its weeks.
    pub weekly: bool,
    /// What makes it rise.
    pub rise: Option<Rise>,
}

/// Weeks of each period, and what amounts have risen to in it.
pub(super) struct Periods {
    weeks: Vec<f64>,
    prices: Vec<f64>,
    pay: Vec<f64>,
}

impl Periods {
    pub fn new(model: &Model, layout: &Layout) -> Periods {
        let edges = layout.period_edges();
        let money = model.money.clone().unwrap_or_default();
        // the middle of a period, so that one that begins on the anniversary has risen
        let of = |rise: Rise| {
            edges.windows(2).map(|e| money.factor(rise, SimTime(e[0].0 / 2 + e[1].0 / 2))).collect()
        };
        let week = 7.0 * DAY_MS as f64;
        Periods {
            weeks: edges.windows(2).map(|e| (e[1].0 - e[0].0) as f64 / week).collect(),
            prices: of(Rise::Prices),
            pay: of(Rise::Pay),
        }
    }

    /// What a weight comes to in a period, for one in its column.
    pub fn value(&self, weight: &Weight, period: usize) -> f64 {
        let at = |values: &[f64]| values.get(period).copied().unwrap_or(0.0);
        let weeks = if weight.weekly { at(&self.weeks) } else { 1.0 };
        let risen = match weight.rise {
            None => 1.0,
            Some(Rise::Prices) => at(&self.prices),
            Some(Rise::Pay) => at(&self.pay),
        };
        weight.each * weeks * risen
    }
}

/// Finds the columns of costs.
pub(super) struct Costs<'a> {
    pub model: &'a Model,
    pub layout: &'a Layout,
}

impl Costs<'_> {
    fn weight(
        &self,
        (kind, measure, of): (&str, &str, &str),
        (each, weekly, rise): (f64, bool, Option<Rise>),
    ) -> Option<Weight> {
        if each == 0.0 {
            return None;
        }
        let at = self.layout.find(kind, measure, of, "", Some(0))?;
        Some(Weight { at, each, weekly, rise })
    }

    /// Weeks that cases spend in stages.
    pub fn weeks(&self, stages: &[StageId]) -> Vec<Weight> {
        let of = |s: &StageId| {
            self.weight(("stage", "children_mean", &self.model.stages[*s].name), (1.0, true, None))
        };
        stages.iter().filter_map(of).collect()
    }

    /// What workers of a role cost, in all teams or one.
    pub fn staff(&self, role: usize, team: Option<usize>) -> Option<Weight> {
        let staff = self.model.staff.as_ref()?;
        let role = staff.roles.get(role)?.name.as_str();
        let pay = (1.0, false, Some(Rise::Pay));
        match team {
            None => self.weight(("role", "cost", role), pay),
            Some(team) => {
                let name = format!("{}/{role}", staff.teams.get(team)?.name);
                self.weight(("staff", "cost", &name), pay)
            }
        }
    }

    /// What stages, services and roles cost together.
    pub fn all(&self, stages: &[StageId], services: &[usize], roles: &[usize]) -> Vec<Weight> {
        let mut out = Vec::new();
        let none = Money::default();
        let money = self.model.money.as_ref().unwrap_or(&none);
        let rise = Some(Rise::Prices);
        for &stage in stages {
            let (name, cost) = (&self.model.stages[stage].name, money.stage(stage));
            out.extend(self.weight(("stage", "children_mean", name), (cost.per_week, true, rise)));
            out.extend(self.weight(("stage", "asked", name), (cost.per_start, false, rise)));
        }
        for &service in services {
            let Some(name) = self.model.services.get(service).map(|s| s.name.as_str()) else { continue };
            let cost = money.service(service);
            let of = |measure, each, weekly| self.weight(("service", measure, name), (each, weekly, rise));
            out.extend(of("places_mean", cost.per_place_week, true));
            out.extend(of("receiving_mean", cost.per_week, true));
            out.extend(of("started", cost.per_start, false));
            out.extend(of("referrals", cost.per_referral, false));
        }
        out.extend(roles.iter().filter_map(|r| self.staff(*r, None)));
        out
    }
}
