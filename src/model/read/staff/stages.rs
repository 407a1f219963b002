//! `stages.NAME.staff`.

use super::super::names::Of;
use super::super::shares::own_entries;
use super::super::{Item, Reader};
use crate::base::ids::StageId;
use crate::model::catalogue::STAGE_STAFF;
use crate::model::staff::StageStaff;

impl Reader<'_> {
    pub(super) fn stage_staff_of_all(&mut self, root: &Item<'_>, roles: usize) -> Vec<Option<StageStaff>> {
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
}
