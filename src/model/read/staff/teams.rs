//! `[teams]`.

use super::super::names::Of;
use super::super::{Item, Reader};
use crate::base::ids::StageId;
use crate::model::catalogue::{ADDED, POSTS, TEAM};
use crate::model::staff::{Posts, Role, Team};

impl Reader<'_> {
    pub(super) fn teams(&mut self, root: &Item<'_>, roles: &[Role]) -> Vec<Team> {
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
        let mut posts =
            Posts { role, establishment: 0.0, vacant: 0.0, added: Vec::new(), terms: spec.terms.clone() };
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
        posts.terms = self.terms(&f, &spec.terms);
        Some(posts)
    }
}
