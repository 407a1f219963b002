//! `[needs]`.

use super::{Item, Reader};
use crate::base::ids::{IdVec, NeedId};
use crate::model::case::{Level, Need};
use crate::model::catalogue::NEED;

/// Words for the level at which something is drawn.
pub(super) const LEVELS: [(&str, Level); 2] = [("family", Level::Family), ("child", Level::Child)];

impl Reader<'_> {
    /// All needs.
    pub fn needs(&mut self, root: &Item<'_>) -> IdVec<NeedId, Need> {
        let Some(node) = root.node.find(&["needs"]) else {
            return IdVec::default();
        };
        let item = root.child("needs", node);
        let entries = self.entries(&item, "a table of needs");
        let most = self.names.needs.len();
        let needs = entries.iter().take(most).map(|entry| {
            let mut need =
                Need { name: entry.key.clone(), title: entry.key.clone(), share: 0.0, of: Level::Family };
            self.need_of(&item.entry(entry), &mut need);
            need
        });
        IdVec::new(needs.collect())
    }

    fn need_of(&mut self, item: &Item<'_>, need: &mut Need) {
        let plain = item.node.table().is_none_or(|t| t.get("value").is_some());
        if plain {
            need.share = self.noted(item, Reader::share).unwrap_or(0.0);
            return;
        }
        let Some(f) = self.fields(item, &NEED) else {
            return;
        };
        let around = self.around.take();
        let mut notes = self.notes(item, f.table);
        if let Some(share) = self.need(&f, "share") {
            let value = share.node.number();
            (notes.low, notes.high) = self.range(item, f.table, value.as_ref(), &Reader::share);
            self.around = Some(notes);
            need.share = self.noted(&share, Reader::share).unwrap_or(0.0);
        }
        self.around = around;
        if let Some(of) = f.opt("of") {
            need.of = self.word(&of, &LEVELS).unwrap_or(Level::Family);
        }
        if let Some(title) = f.opt("title").and_then(|i| self.text(&i)) {
            need.title = title;
        }
    }
}
