//! `[attributes]`.

use super::needs::LEVELS;
use super::{Item, Reader};
use crate::base::ids::{AttributeId, Id, IdVec};
use crate::model::case::{Attribute, Level};
use crate::model::catalogue::ATTRIBUTE;

impl Reader<'_> {
    /// All attributes; their values are known afterwards.
    pub fn attributes(&mut self, root: &Item<'_>) -> IdVec<AttributeId, Attribute> {
        let Some(node) = root.node.find(&["attributes"]) else {
            return IdVec::default();
        };
        let item = root.child("attributes", node);
        let entries = self.entries(&item, "a table of attributes");
        let most = self.names.attributes.len();
        let read = entries.iter().take(most).enumerate().map(|(id, entry)| {
            let mut attribute = Attribute {
                name: entry.key.clone(),
                title: entry.key.clone(),
                values: Vec::new(),
                shares: Vec::new(),
                of: Level::Family,
            };
            self.attribute(&item.entry(entry), AttributeId::new(id), &mut attribute);
            attribute
        });
        IdVec::new(read.collect())
    }

    fn attribute(&mut self, item: &Item<'_>, id: AttributeId, out: &mut Attribute) {
        let Some(f) = self.fields(item, &ATTRIBUTE) else {
            return;
        };
        if let Some(title) = f.opt("title").and_then(|i| self.text(&i)) {
            out.title = title;
        }
        if let Some(of) = f.opt("of") {
            out.of = self.word(&of, &LEVELS).unwrap_or(Level::Family);
        }
        if let Some(values) = self.need(&f, "values") {
            out.values = self.attribute_values(&values, id);
        }
        let Some(shares) = f.opt("shares") else {
            return;
        };
        let whole = format!("the shares in `{}`", shares.path);
        let read = self.shares(&shares, &whole, |r, at, key| r.value_of(at, id, key));
        if let Some(read) = read {
            out.shares = vec![0.0; out.values.len()];
            for (value, share) in read {
                if let Some(slot) = out.shares.get_mut(usize::from(value)) {
                    *slot = share;
                }
            }
        }
    }

    fn attribute_values(&mut self, item: &Item<'_>, id: AttributeId) -> Vec<String> {
        let items = self.list(item, "a list of values", 255).unwrap_or_default();
        let mut values: Vec<String> = Vec::new();
        if items.is_empty() && item.node.list().is_some_and(<[_]>::is_empty) {
            self.push(item.error("must have at least one value"));
        }
        for value in items {
            let Some(name) = self.name_text(&value, "the name of a value in quotes") else {
                continue;
            };
            self.check_value_name(&value, &name);
            let twice = values.iter().any(|v| v.eq_ignore_ascii_case(&name));
            if twice {
                self.push(value.error(format_args!("has `{name}` twice (capitals do not count)")));
            }
            if let Some(index) = self.names.values.get_mut(id.index()) {
                index.add(&name);
            }
            values.push(name);
        }
        values
    }
}
