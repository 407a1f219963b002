//! `[groups]`.

use super::names::Of;
use super::{Item, Reader};
use crate::base::ids::{ExitId, Id, StageId};
use crate::model::catalogue::{AGAIN, GROUP};
use crate::model::measure::{Group, Since};

impl Reader<'_> {
    /// All groups.
    pub fn groups(&mut self, root: &Item<'_>) -> Vec<Group> {
        let Some(node) = root.node.find(&["groups"]) else {
            return Vec::new();
        };
        let item = root.child("groups", node);
        let entries = self.entries(&item, "a table of groups");
        let most = self.names.groups.len();
        let mut groups = Vec::new();
        for entry in entries.iter().take(most) {
            let mut group = Group {
                name: entry.key.clone(),
                title: entry.key.clone(),
                stages: Vec::new(),
                bands: Vec::new(),
                bands_without: Vec::new(),
                again_within: None,
                again_since: Since::Start,
                again_or: None,
            };
            self.group(&item.entry(entry), &mut group);
            groups.push(group);
        }
        self.join(root, &mut groups);
        groups
    }

    /// Stages that say themselves of which groups they are, so that one that a scenario adds need not list all others.
    fn join(&mut self, root: &Item<'_>, groups: &mut [Group]) {
        let Some(node) = root.node.find(&["stages"]) else { return };
        let stages = root.child("stages", node);
        for entry in self.entries(&stages, "a table of stages") {
            let item = stages.entry(entry);
            let Some(list) = item.node.find(&["groups"]) else { continue };
            let list = item.child("groups", list);
            let Some(stage) = self.names.stages.find(&entry.key).map(StageId::new) else { continue };
            for i in self.list(&list, "a list of groups", 64).unwrap_or_default() {
                let Some(name) = self.name_text(&i, "the name of a group") else { continue };
                let Some(group) = self.find_group(&i, &name).and_then(|g| groups.get_mut(g)) else {
                    continue;
                };
                if group.stages.contains(&stage) {
                    let message = format!("joins the group `{name}`, which lists the stage itself");
                    self.push(i.error(message));
                } else {
                    group.stages.push(stage);
                }
            }
        }
    }

    fn group(&mut self, item: &Item<'_>, group: &mut Group) {
        let Some(f) = self.fields(item, &GROUP) else {
            return;
        };
        if let Some(title) = f.opt("title").and_then(|i| self.text(&i)) {
            group.title = title;
        }
        if let Some(list) = self.need(&f, "stages") {
            let items = self.list(&list, "a list of stages", 1000).unwrap_or_default();
            for i in &items {
                let Some(name) = self.name_text(i, "the name of a stage") else {
                    continue;
                };
                let Some(id) = self.find::<StageId>(i, &name, Of::Stage) else {
                    continue;
                };
                if group.stages.contains(&id) {
                    self.push(i.error(format_args!("names `{name}` twice")));
                } else {
                    group.stages.push(id);
                }
            }
            if items.is_empty() && list.node.list().is_some() {
                self.push(list.error("must have at least one entry"));
            }
        }
        group.bands = self.band_edges(f.opt("bands"));
        if let Some(list) = f.opt("bands_without") {
            for i in self.list(&list, "a list of exits", 1000).unwrap_or_default() {
                let Some(name) = self.name_text(&i, "the name of an exit") else { continue };
                group.bands_without.extend(self.find::<ExitId>(&i, &name, Of::Exit));
            }
        }
        if let Some(i) = f.opt("again") {
            self.again(&i, group);
        }
    }

    fn again(&mut self, item: &Item<'_>, group: &mut Group) {
        match item.node.text() {
            Some("ever") => return,
            Some(_) => {
                self.push(item.expected("\"ever\" or a table with within, since and or"));
                return;
            }
            None => {}
        }
        let Some(f) = self.fields(item, &AGAIN) else {
            return;
        };
        group.again_within = f.opt("within").and_then(|i| self.span(&i));
        if let Some(i) = f.opt("since") {
            let words = [("start", Since::Start), ("end", Since::End)];
            group.again_since = self.word(&i, &words).unwrap_or(Since::Start);
        }
        group.again_or = f.opt("or").and_then(|i| self.attribute_value(&i));
    }
}
