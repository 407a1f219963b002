//! Conditions such as `"domestic_abuse & source=police"`, and attributes given.

use super::names::Of;
use super::suggest::suggest;
use super::{Item, Reader};
use crate::base::ids::{AttributeId, Id, NeedId};
use crate::model::case::Given;
use crate::model::file::clip;
use crate::model::selector::{Condition, Selector};

/// Most conditions in one selector.
const MOST: usize = 16;

impl Reader<'_> {
    /// A text value with conditions.
    pub fn selector(&mut self, item: &Item<'_>) -> Option<Selector> {
        let text = self.name_text(item, "a condition such as \"need & attribute=value\"")?;
        self.selector_text(item, &text)
    }

    /// Conditions in a text that is a value or a key.
    pub fn selector_text(&mut self, item: &Item<'_>, text: &str) -> Option<Selector> {
        if text.trim() == "all" {
            return Some(Selector::default());
        }
        let parts: Vec<&str> = text.split('&').map(str::trim).collect();
        if parts.len() > MOST {
            self.push(item.error(format_args!("has more than {MOST} conditions")));
            return None;
        }
        let read: Vec<Option<Condition>> = parts.iter().map(|part| self.condition(item, part)).collect();
        read.into_iter().collect::<Option<Vec<_>>>().map(Selector)
    }

    fn condition(&mut self, item: &Item<'_>, part: &str) -> Option<Condition> {
        if let Some((attribute, value)) = part.split_once('=') {
            let id = self.find(item, attribute.trim(), Of::Attribute)?;
            let value = self.value_of(item, id, value.trim())?;
            return Some(Condition::Attribute(id, value));
        }
        if let Some(need) = self.names.needs.find(part) {
            return Some(Condition::Need(NeedId::new(need)));
        }
        if let Some(age) = self.names.ages.find(part) {
            return Some(Condition::Age(u8::try_from(age).unwrap_or(u8::MAX)));
        }
        if self.names.attributes.find(part).is_some() {
            self.push(
                item.error(format_args!("has the attribute `{part}` without a value"))
                    .hint(format!("write \"{part}=…\" with one of its values")),
            );
            return None;
        }
        let all = self.names.needs.iter().chain(self.names.ages.iter());
        let near = suggest(part, all).map(str::to_string);
        let known: Vec<&str> = self.names.needs.iter().chain(self.names.ages.iter()).take(20).collect();
        let known = known.join(", ");
        let error = item.error(format_args!(
            "has the condition `{}`, which is neither a need, an age band nor attribute=value",
            clip(part)
        ));
        self.push(match near {
            Some(near) => error.hint(format!("did you mean `{near}`?")),
            None if known.is_empty() => error.hint("the model has no needs and no age bands"),
            None => error.hint(format!("there are: {known}")),
        });
        None
    }

    /// The index of a value of an attribute.
    pub fn value_of(&mut self, item: &Item<'_>, id: AttributeId, value: &str) -> Option<u8> {
        let index = self.names.values.get(id.index());
        if let Some(found) = index.and_then(|i| i.find(value)) {
            return u8::try_from(found).ok();
        }
        let attribute = self.names.attributes.name(id.index()).to_string();
        let (near, known) = match index {
            // the values themselves were wrong, which is reported where they stand
            Some(index) if index.len() == 0 => return None,
            Some(index) => (
                suggest(value, index.iter()).map(str::to_string),
                index.iter().take(12).collect::<Vec<_>>().join(", "),
            ),
            None => (None, String::new()),
        };
        self.unknown(item, value, &format!("value of `{attribute}`"), near, &known);
        None
    }

    /// `attribute=value` and nothing else.
    pub fn attribute_value(&mut self, item: &Item<'_>) -> Option<(AttributeId, u8)> {
        match self.selector(item)?.0.as_slice() {
            [Condition::Attribute(id, value)] => Some((*id, *value)),
            _ => {
                self.push(item.expected("one attribute=value"));
                None
            }
        }
    }

    /// Attributes given: a value, or shares of values.
    pub fn given(&mut self, item: &Item<'_>) -> Given {
        let mut out = Given::new();
        for entry in self.entries(item, "a table of attributes with their values") {
            let child = item.entry(entry);
            let Some(id) = self.find::<AttributeId>(&item.key(entry), &entry.key, Of::Attribute) else {
                continue;
            };
            let shares = if let Some(value) = entry.node.text() {
                self.value_of(&child, id, value).map(|v| vec![(v, 1.0)])
            } else {
                self.value_shares(&child, id)
            };
            out.extend(shares.map(|s| (id, s)));
        }
        out
    }

    fn value_shares(&mut self, item: &Item<'_>, id: AttributeId) -> Option<Vec<(u8, f64)>> {
        let whole = format!("the shares in `{}`", item.path);
        self.shares(item, &whole, |r, at, key| r.value_of(at, id, key))
    }
}
