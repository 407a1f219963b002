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
        for key in ["arrivals", "stages"] {
            r.need(&f, key);
        }
    }
    r.collect_names(root);
    let head = r.head(&item);
    let sources = r.sources_table(&item);
    let ages = r.age_bands(&item);
    let attributes = r.attributes(&item);
    let mut run = head.run;
    r.report_by(root, &mut run);
    let needs = r.needs(&item);
    let cases = r.case_rules(&item);
    let exits = r.exits(&item);
    let pools = r.pools(&item);
    let stages = r.stages(&item, cases.leave);
    let streams = r.streams(&item, &cases);
    let groups = r.groups(&item);
    let start = r.start(&item);
    let measures = r.measures(&item, &groups);
    Model {
        title: head.title,
        place: head.place,
        run,
        stages,
        exits,
        pools,
        streams,
        needs,
        attributes,
        ages,
        cases,
        start,
        groups,
        measures,
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
            sources.push(Source {
                name: clip(&entry.key),
                title,
            });
        }
        sources
    }
}
