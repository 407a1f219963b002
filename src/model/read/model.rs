//! The file as a whole.

use super::{Item, Reader};
use crate::model::Model;
use crate::model::catalogue::MODEL;
use crate::model::file::{Node, clip};
use crate::model::provenance::Source;

/// Reads a whole tree. The model is complete where the reader found no errors.
pub(in crate::model) fn read(r: &mut Reader<'_>, root: &Node) -> Model {
    let item = Item::new(root, "");
    if let Some(f) = r.fields(&item, &MODEL) {
        for key in ["model", "arrivals", "stages"] {
            r.section = key;
            r.need(&f, key);
        }
    }
    r.collect_names(root);
    r.section = "model";
    let head = r.head(&item);
    r.section = "sources";
    let sources = r.sources_table(&item);
    r.section = "ages";
    let ages = r.age_bands(&item);
    r.section = "attributes";
    let attributes = r.attributes(&item);
    let mut run = head.run;
    r.section = "needs";
    let needs = r.needs(&item);
    r.section = "cases";
    let cases = r.case_rules(&item);
    r.section = "exits";
    let exits = r.exits(&item);
    r.section = "pools";
    let pools = r.pools(&item);
    r.section = "stages";
    let stages = r.stages(&item, cases.leave);
    r.section = "arrivals";
    let staff = r.staff(&item);
    let streams = r.streams(&item);
    r.section = "groups";
    let groups = r.groups(&item);
    r.section = "model";
    r.report_by(root, &mut run, &groups);
    r.section = "start";
    let start = r.start(&item);
    r.section = "services";
    let services = r.services(&item);
    r.section = "money";
    let money = r.money(&item);
    r.section = "measures";
    let measures = r.measures(&item, &groups);
    Model {
        title: head.title,
        place: head.place,
        run,
        stages,
        exits,
        pools,
        services,
        streams,
        needs,
        attributes,
        ages,
        cases,
        start,
        groups,
        measures,
        staff,
        money,
        register: std::mem::take(&mut r.register),
        sources,
    }
}

impl Reader<'_> {
    fn sources_table(&mut self, root: &Item<'_>) -> Vec<Source> {
        let Some(node) = root.node.find(&["sources"]) else {
            return Vec::new();
        };
        let item = root.child("sources", node);
        let entries = self.entries(&item, "a table of sources");
        let mut sources = Vec::new();
        for entry in entries {
            let title = self.text(&item.entry(entry)).unwrap_or_default();
            sources.push(Source { name: clip(&entry.key), title });
        }
        sources
    }
}
