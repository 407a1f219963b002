//! `[roles]`, `[teams]` and `stages.NAME.staff`.

use super::item::Fields;
use super::names::Of;
use super::shares::own_entries;
use super::{Item, Reader};
use crate::base::ids::{Id, RoleId, StageId, TeamId};
use crate::base::time::{DAYS_PER_YEAR, Span};
use crate::model::catalogue::{
    ABSENCE, ADDED, AGENCY, EFFECTS, MET, NEWLY, POSTS, ROLE, STAGE_STAFF, TEAM, TURNOVER_STEP,
};
use crate::model::measure::What;
use crate::model::staff::{
    Absence, Agency, Effects, Figure, Newly, Posts, Regime, Role, Staffing, StageStaff, Team,
};
use crate::stats::dist::Dist;

/// Longer than any service.
const FOREVER: Span = Span(i64::MAX);

impl Reader<'_> {
    /// All staff; `None` for a model without roles.
    pub fn staff(&mut self, root: &Item<'_>) -> Option<Staffing> {
        let roles = self.roles(root);
        let teams = self.teams(root, &roles);
        let stages = self.stage_staff_of_all(root, roles.len());
        (!roles.is_empty()).then_some(Staffing { roles, teams, stages })
    }

    fn roles(&mut self, root: &Item<'_>) -> Vec<Role> {
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
        if let Some(i) = self.need(f, "caseload") {
            role.caseload = self.noted(&i, Reader::caseload).unwrap_or(1.0);
        }
        if let Some(i) = f.opt("weights") {
            role.weights = self.by_stage(&i, Reader::weight);
        }
        if let Some(i) = f.opt("post") {
            role.post = self.noted(&i, Reader::post_size).unwrap_or(1.0);
        }
        role.newly = f.opt("newly_qualified").and_then(|i| self.newly(&i));
        if let Some(i) = f.opt("turnover") {
            role.turnover = self.turnover(&i).unwrap_or_default();
        }
        if let Some(i) = f.opt("away") {
            role.away = self.noted(&i, Reader::time_lost).unwrap_or(0.0);
        }
        role.absence = f.opt("absence").and_then(|i| self.absence(&i));
        role.recruitment = f.opt("recruitment").and_then(|i| self.plain_law(&i));
        if let Some(i) = f.opt("cost") {
            role.cost = self.noted(&i, Reader::amount).unwrap_or(0.0);
        }
        role.agency = f.opt("agency").and_then(|i| self.agency(&i, role));
        if let Some(i) = f.opt("effects") {
            role.effects = self.effects(&i).unwrap_or_default();
        }
    }

    fn newly(&mut self, item: &Item<'_>) -> Option<Newly> {
        let f = self.fields(item, &NEWLY)?;
        let share = self.need(&f, "share").and_then(|i| self.noted(&i, Reader::share));
        let start = f.opt("caseload_start").and_then(|i| self.noted(&i, Reader::share));
        let grows = f.opt("grows_over").and_then(|i| self.span(&i));
        Some(Newly {
            share: share?,
            start: start.unwrap_or(0.5),
            grows: grows.unwrap_or_else(|| Span::from_days(DAYS_PER_YEAR)),
        })
    }

    fn absence(&mut self, item: &Item<'_>) -> Option<Absence> {
        let f = self.fields(item, &ABSENCE)?;
        let rate = self.need(&f, "rate").and_then(|i| self.noted(&i, Reader::rate));
        let length = self.need(&f, "length").and_then(|i| self.plain_law(&i));
        let words = [("handed_over", false), ("wait", true)];
        let wait = f.opt("cases").and_then(|i| self.word(&i, &words));
        Some(Absence { rate: rate?, length: length?, wait: wait.unwrap_or(false) })
    }

    fn turnover(&mut self, item: &Item<'_>) -> Option<Vec<(Span, f64)>> {
        if item.node.list().is_none() {
            return self.noted(item, Reader::rate).map(|rate| vec![(FOREVER, rate)]);
        }
        let steps = self.list(item, "a list of rates by length of service", 50)?;
        let mut out: Vec<(Span, f64)> = Vec::new();
        for (n, step) in steps.iter().enumerate() {
            let f = self.fields(step, &TURNOVER_STEP)?;
            let rate = self.need(&f, "rate").and_then(|i| self.noted(&i, Reader::rate))?;
            let last = n + 1 == steps.len();
            let upto = match f.opt("upto") {
                Some(i) if !last => self.span(&i)?,
                Some(i) => {
                    self.push(
                        i.error("is of the last band, which has no end").hint("leave `upto` out of it"),
                    );
                    return None;
                }
                None if last => FOREVER,
                None => {
                    self.push(step.error("has no `upto`: only the last band may leave it out"));
                    return None;
                }
            };
            if out.last().is_some_and(|before| before.0 >= upto) {
                self.push(step.error("must end later than the band before it"));
                return None;
            }
            out.push((upto, rate));
        }
        Some(out)
    }

    fn agency(&mut self, item: &Item<'_>, role: &Role) -> Option<Agency> {
        let f = self.fields(item, &AGENCY)?;
        let share = self.need(&f, "share").and_then(|i| self.noted(&i, Reader::share));
        let after = match f.opt("after") {
            Some(i) => self.plain_law(&i),
            None => Dist::constant(0.0).ok(),
        };
        let caseload = f.opt("caseload").and_then(|i| self.noted(&i, Reader::caseload));
        let cost = f.opt("cost").and_then(|i| self.noted(&i, Reader::amount));
        Some(Agency {
            share: share?,
            after: after?,
            caseload: caseload.unwrap_or(role.caseload),
            cost: cost.unwrap_or(role.cost),
        })
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

    /// Numbers by stage.
    fn by_stage(
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

    fn teams(&mut self, root: &Item<'_>, roles: &[Role]) -> Vec<Team> {
        let Some(node) = root.node.find(&["teams"]) else { return Vec::new() };
        let item = root.child("teams", node);
        let mut teams = Vec::new();
        for entry in self.entries(&item, "a table of teams").iter().take(self.names.teams.len()) {
            let Some(f) = self.fields(&item.entry(entry), &TEAM) else { continue };
            let title = f.opt("title").and_then(|i| self.text(&i));
            let share = f.opt("share").and_then(|i| self.noted(&i, Reader::amount));
            let mut stages = Vec::new();
            if let Some(i) = f.opt("stages") {
                for i in self.list(&i, "a list of stages", 1000).unwrap_or_default() {
                    let name = self.name_text(&i, "the name of a stage");
                    stages.extend(name.and_then(|n| self.find::<StageId>(&i, &n, Of::Stage)));
                }
            }
            let posts = self.need(&f, "posts").map(|i| self.posts(&i, roles));
            teams.push(Team {
                name: entry.key.clone(),
                title: title.unwrap_or_else(|| entry.key.clone()),
                share: share.unwrap_or(1.0),
                stages,
                posts: posts.unwrap_or_default(),
            });
        }
        teams
    }

    fn posts(&mut self, item: &Item<'_>, roles: &[Role]) -> Vec<Posts> {
        let mut out = Vec::new();
        for entry in self.entries(item, "a table of roles with their posts") {
            let child = item.entry(entry);
            let Some(role) = self.find_role(&item.key(entry), &entry.key) else { continue };
            let Some(spec) = roles.get(role) else { continue };
            out.extend(self.posts_of(&child, role, spec));
        }
        out
    }

    fn posts_of(&mut self, item: &Item<'_>, role: usize, spec: &Role) -> Option<Posts> {
        let mut posts = Posts {
            role,
            establishment: 0.0,
            vacant: 0.0,
            added: Vec::new(),
            recruitment: None,
            agency: None,
        };
        if item.node.table().is_none_or(|t| t.get("value").is_some()) {
            posts.establishment = self.noted(item, Reader::posts_number)?;
            return Some(posts);
        }
        let f = self.fields(item, &POSTS)?;
        let establishment = self.need(&f, "establishment").and_then(|i| self.noted(&i, Reader::posts_number));
        posts.establishment = establishment?;
        if let Some(i) = f.opt("vacancies") {
            posts.vacant = self.noted(&i, Reader::posts_number)?;
            if posts.vacant > posts.establishment {
                self.push(i.error(format_args!("is above the establishment of {}", posts.establishment)));
            }
        }
        if let Some(i) = f.opt("added") {
            posts.added = self.rising_steps(&i, None, |r, step| {
                let f = r.fields(step, &ADDED)?;
                r.need(&f, "from")?;
                r.need(&f, "posts").and_then(|i| r.noted(&i, Reader::posts_number))
            })?;
        }
        posts.recruitment = f.opt("recruitment").and_then(|i| self.plain_law(&i));
        posts.agency = f.opt("agency").and_then(|i| self.agency(&i, spec));
        Some(posts)
    }

    fn stage_staff_of_all(&mut self, root: &Item<'_>, roles: usize) -> Vec<Option<StageStaff>> {
        let mut out: Vec<Option<StageStaff>> = vec![None; self.names.stages.len()];
        let Some(node) = root.node.find(&["stages"]) else { return out };
        let item = root.child("stages", node);
        let Some(table) = node.table() else { return out };
        for entry in &table.entries {
            let Some(staff) = entry.node.find(&["staff"]) else { continue };
            let child = item.entry(entry).child("staff", staff);
            if roles == 0 {
                self.push(child.error("names a role, but the model has no [roles]"));
                continue;
            }
            let read = self.stage_staff(&child);
            if let Some(slot) = self.names.stages.find(&entry.key).and_then(|id| out.get_mut(id)) {
                *slot = read;
            }
        }
        out
    }

    fn stage_staff(&mut self, item: &Item<'_>) -> Option<StageStaff> {
        let mut staff = StageStaff {
            role: 0,
            with: Vec::new(),
            keep: 1.0,
            keep_from: Vec::new(),
            once: false,
            met_here: false,
            waits_in_stay: false,
            share: 1.0,
            visits_on_time: None,
        };
        if let Some(name) = item.node.text() {
            staff.role = self.find_role(item, name)?;
            return Some(staff);
        }
        let f = self.fields(item, &STAGE_STAFF)?;
        let role = self.need(&f, "role").and_then(|i| {
            let name = self.name_text(&i, "the name of a role")?;
            self.find_role(&i, &name)
        });
        if let Some(i) = f.opt("with") {
            staff.with = self.co_workers(&i, role);
        }
        if let Some(i) = f.opt("keep_worker") {
            self.keep_worker(&i, &mut staff)?;
        }
        if let Some(i) = f.opt("hand_over_once") {
            staff.once = self.switch(&i)?;
        }
        if let Some(i) = f.opt("share") {
            staff.share = self.noted(&i, Reader::share)?;
        }
        if let Some(i) = f.opt("workers_met_here") {
            staff.met_here = self.switch(&i)?;
        }
        if let Some(i) = f.opt("waits_in_stay") {
            staff.waits_in_stay = self.switch(&i)?;
        }
        staff.visits_on_time = f.opt("visits_on_time").and_then(|i| self.noted(&i, Reader::share));
        staff.role = role?;
        Some(staff)
    }

    /// `true`, a probability, or probabilities by the stage a case comes from.
    fn keep_worker(&mut self, item: &Item<'_>, staff: &mut StageStaff) -> Option<()> {
        if let crate::model::file::Value::Bool(b) = item.node.value {
            staff.keep = f64::from(u8::from(b));
            return Some(());
        }
        let Some(table) = item.node.table().filter(|t| t.get("value").is_none()) else {
            staff.keep = self.noted(item, Reader::share)?;
            return Some(());
        };
        let around = self.around.take();
        self.around = Some(self.notes(item, table));
        for entry in own_entries(&table.entries) {
            let share = self.noted(&item.entry(entry), Reader::share);
            if entry.key == "else" {
                staff.keep = share.unwrap_or(1.0);
            } else {
                let stage = self.find::<StageId>(&item.key(entry), &entry.key, Of::Stage);
                staff.keep_from.extend(stage.zip(share));
            }
        }
        self.around = around;
        Some(())
    }

    fn co_workers(&mut self, item: &Item<'_>, main: Option<usize>) -> Vec<(usize, f64)> {
        let mut out: Vec<(usize, f64)> = Vec::new();
        for entry in self.entries(item, "a table of roles with a share each") {
            let key = item.key(entry);
            let role = self.find_role(&key, &entry.key);
            let share = self.noted(&item.entry(entry), Reader::share);
            if role.is_some() && role == main {
                self.push(key.error("names the role that holds the case itself"));
            } else if out.len() == 2 {
                self.push(key.error("has more than 2 roles"));
            } else {
                out.extend(role.zip(share));
            }
        }
        out
    }

    /// A figure about a role, or about `team/role`.
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

    /// Stays that ended with so many workers met.
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

    /// The index of a role.
    pub fn find_role(&mut self, item: &Item<'_>, name: &str) -> Option<usize> {
        self.find::<RoleId>(item, name, Of::Role).map(Id::index)
    }

    fn caseload(&mut self, item: &Item<'_>) -> Option<f64> {
        self.number(item, 0.01, 1e5, "a number from 0.01 to 100,000")
    }

    fn weight(&mut self, item: &Item<'_>) -> Option<f64> {
        self.number(item, 0.0, 1e3, "a number from 0 to 1,000")
    }

    fn post_size(&mut self, item: &Item<'_>) -> Option<f64> {
        self.number(item, 0.1, 1.0, "a number from 0.1 to 1")
    }

    fn posts_number(&mut self, item: &Item<'_>) -> Option<f64> {
        self.number(item, 0.0, 1e4, "a number from 0 to 10,000")
    }

    fn time_lost(&mut self, item: &Item<'_>) -> Option<f64> {
        self.number(item, 0.0, 0.9, "a share from 0 to 0.9")
    }

    fn strength(&mut self, item: &Item<'_>) -> Option<f64> {
        self.number(item, 0.0, 100.0, "a number from 0 to 100")
    }
}

fn empty_role(name: &str) -> Role {
    Role {
        name: name.to_string(),
        title: name.to_string(),
        regime: Regime::Target,
        caseload: 1.0,
        weights: Vec::new(),
        post: 1.0,
        newly: None,
        turnover: Vec::new(),
        away: 0.0,
        absence: None,
        recruitment: None,
        agency: None,
        cost: 0.0,
        effects: Effects::default(),
    }
}
