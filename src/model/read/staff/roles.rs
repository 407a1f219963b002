//! `[roles]`.

use super::super::item::Fields;
use super::super::names::Of;
use super::super::{Item, Reader};
use crate::base::ids::StageId;
use crate::model::catalogue::{EFFECTS, ROLE};
use crate::model::staff::{Effects, Regime, Role, Terms};

impl Reader<'_> {
    pub(super) fn roles(&mut self, root: &Item<'_>) -> Vec<Role> {
        let Some(node) = root.node.find(&["roles"]) else { return Vec::new() };
        let item = root.child("roles", node);
        let mut roles = Vec::new();
        for entry in self.entries(&item, "a table of roles").iter().take(self.names.roles.len()) {
            let mut role = empty_role(&entry.key);
            if let Some(f) = self.fields(&item.entry(entry), &ROLE) {
                self.role(&f, &mut role);
            }
            roles.push(role);
        }
        roles
    }

    fn role(&mut self, f: &Fields<'_>, role: &mut Role) {
        if let Some(title) = f.opt("title").and_then(|i| self.text(&i)) {
            role.title = title;
        }
        if let Some(i) = f.opt("regime") {
            let words = [("target", Regime::Target), ("cap", Regime::Cap)];
            role.regime = self.word(&i, &words).unwrap_or(Regime::Target);
        }
        self.need(f, "caseload");
        role.terms = self.terms(f, &role.terms);
        if let Some(i) = f.opt("weights") {
            role.weights = self.by_stage(&i, Reader::weight);
        }
        if let Some(i) = f.opt("post") {
            role.post = self.noted(&i, Reader::post_size).unwrap_or(1.0);
        }
        if let Some(i) = f.opt("effects") {
            role.effects = self.effects(&i).unwrap_or_default();
        }
    }

    fn effects(&mut self, item: &Item<'_>) -> Option<Effects> {
        let f = self.fields(item, &EFFECTS)?;
        let of =
            |r: &mut Self, key: &str| f.opt(key).and_then(|i| r.noted(&i, Reader::strength)).unwrap_or(0.0);
        let (visits, turnover) = (of(self, "visits"), of(self, "turnover"));
        let overrun = f.opt("overrun").map(|i| self.by_stage(&i, Reader::strength));
        let drift = f.opt("drift").map(|i| self.by_stage(&i, Reader::strength));
        Some(Effects {
            overrun: overrun.unwrap_or_default(),
            drift: drift.unwrap_or_default(),
            visits,
            turnover,
        })
    }

    pub(super) fn by_stage(
        &mut self,
        item: &Item<'_>,
        read: impl Fn(&mut Self, &Item<'_>) -> Option<f64>,
    ) -> Vec<(StageId, f64)> {
        let mut out = Vec::new();
        for entry in self.entries(item, "a table of stages with a number each") {
            let stage = self.find::<StageId>(&item.key(entry), &entry.key, Of::Stage);
            let value = self.noted(&item.entry(entry), &read);
            out.extend(stage.zip(value));
        }
        out
    }
}

fn empty_role(name: &str) -> Role {
    Role {
        name: name.to_string(),
        title: name.to_string(),
        regime: Regime::Target,
        terms: Terms::of(1.0),
        weights: Vec::new(),
        post: 1.0,
        effects: Effects::default(),
    }
}
