//! Fitted numbers written into the text of a model.

use super::fit::Informed;
use toml_edit::{DocumentMut, InlineTable, Item, TableLike, Value};

/// Significant figures of what is written.
const FIGURES: i32 = 6;

/// A model's text with fitted numbers in it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Written {
    /// The text.
    pub text: String,
    /// Paths that were written.
    pub paths: Vec<String>,
    /// Paths for which the text has no place.
    pub left: Vec<String>,
}

/// The model's text with these numbers at `middle` and their tenths as ranges; `by` says what they were fitted to. `exact`
/// keeps every digit, for shares that must add to a whole. None if the text is not TOML.
pub fn written(model: &str, numbers: &[(&Informed, f64)], by: &str, exact: bool) -> Option<Written> {
    let mut doc: DocumentMut = model.parse().ok()?;
    let mut out = Written { text: String::new(), paths: Vec::new(), left: Vec::new() };
    for (number, middle) in numbers {
        let steps: Vec<&str> = number.path.split('.').collect();
        let own = Own { number, middle: *middle, by, exact };
        let done = in_table(doc.as_table_mut(), &steps, &own);
        if done { out.paths.push(number.path.clone()) } else { out.left.push(number.path.clone()) }
    }
    out.text = doc.to_string();
    Some(out)
}

struct Own<'a> {
    number: &'a Informed,
    middle: f64,
    by: &'a str,
    exact: bool,
}

impl Own<'_> {
    fn digits(&self, x: f64) -> f64 {
        if self.exact || x == 0.0 || !x.is_finite() {
            return x;
        }
        let places = FIGURES - 1 - libm::floor(libm::log10(x.abs())) as i32;
        format!("{x:.*}", places.clamp(0, 15) as usize).parse().unwrap_or(x)
    }

    /// A number as it stands where `old` stood.
    fn like(&self, x: f64, old: Option<&Value>) -> Value {
        let x = self.digits(x);
        match old {
            Some(Value::Integer(_)) => Value::from(x.round() as i64),
            _ if self.number.unit.is_empty() => Value::from(x),
            _ => Value::from(format!("{x} {}", self.number.unit)),
        }
    }

    fn ends(&self) -> (f64, f64) {
        (self.number.posterior[0].min(self.middle), self.number.posterior[2].max(self.middle))
    }

    /// Value, range and note in a table that holds a number.
    fn fill(&self, table: &mut dyn TableLike) {
        let old = table.get("value").and_then(Item::as_value).cloned();
        let (low, high) = self.ends();
        let was = old.as_ref().map(plain);
        let was = was.map(|w| format!("; was {w}")).unwrap_or_default();
        let before = table.get("note").and_then(Item::as_str).map(|n| format!("; before: {n}"));
        let note = format!("{}{was}{}", self.by, before.unwrap_or_default());
        for (key, value) in [
            ("value", self.like(self.middle, old.as_ref())),
            ("low", self.like(low, old.as_ref())),
            ("high", self.like(high, old.as_ref())),
            ("note", Value::from(note)),
        ] {
            match table.get_mut(key) {
                Some(there) => *there = Item::Value(value),
                None => {
                    table.insert(key, Item::Value(value));
                }
            }
        }
    }

    /// A number with its range where there was a plain one, or none.
    fn fresh(&self, old: Option<&Value>) -> Value {
        let mut table = InlineTable::new();
        let (low, high) = self.ends();
        let was = old.map(|v| format!("; was {}", plain(v))).unwrap_or_default();
        table.insert("value", self.like(self.middle, old));
        table.insert("low", self.like(low, old));
        table.insert("high", self.like(high, old));
        table.insert("grade", Value::from("derived"));
        table.insert("note", Value::from(format!("{}{was}", self.by)));
        Value::InlineTable(table)
    }
}

/// A value without quotes, and without the spaces and remarks about it.
fn plain(value: &Value) -> String {
    let mut value = value.clone();
    value.decor_mut().clear();
    value.as_str().map_or_else(|| value.to_string(), str::to_string)
}

fn in_table(table: &mut dyn TableLike, steps: &[&str], own: &Own<'_>) -> bool {
    let Some((first, rest)) = steps.split_first() else {
        own.fill(table);
        return true;
    };
    match table.get_mut(first) {
        Some(item) => in_item(item, rest, own),
        None => {
            let value = rest.iter().rev().fold(own.fresh(None), |inner, key| {
                let mut outer = InlineTable::new();
                outer.insert(*key, inner);
                Value::InlineTable(outer)
            });
            // a number in a list cannot be told from a key
            let sound = steps.iter().all(|s| s.parse::<u32>().is_err());
            if sound {
                table.insert(first, Item::Value(value));
            }
            sound
        }
    }
}

fn in_item(item: &mut Item, steps: &[&str], own: &Own<'_>) -> bool {
    match item {
        Item::Value(value) => in_value(value, steps, own),
        Item::Table(table) if steps.is_empty() && !table.contains_key("value") => false,
        Item::Table(table) => in_table(table, steps, own),
        Item::ArrayOfTables(list) => {
            let Some((at, rest)) = place(steps) else { return false };
            list.get_mut(at).is_some_and(|table| in_table(table, rest, own))
        }
        Item::None => false,
    }
}

fn in_value(value: &mut Value, steps: &[&str], own: &Own<'_>) -> bool {
    match value {
        Value::InlineTable(table) if steps.is_empty() && !table.contains_key("value") => false,
        Value::InlineTable(table) => {
            let done = in_table(table, steps, own);
            if steps.is_empty() {
                table.fmt();
            }
            done
        }
        Value::Array(list) => {
            let Some((at, rest)) = place(steps) else { return false };
            list.get_mut(at).is_some_and(|inner| in_value(inner, rest, own))
        }
        Value::String(_) | Value::Integer(_) | Value::Float(_) if steps.is_empty() => {
            let old = value.clone();
            let decor = value.decor().clone();
            *value = own.fresh(Some(&old));
            *value.decor_mut() = decor;
            true
        }
        _ => false,
    }
}

fn place<'s, 't>(steps: &'s [&'t str]) -> Option<(usize, &'s [&'t str])> {
    let (first, rest) = steps.split_first()?;
    let at = first.parse::<usize>().ok()?.checked_sub(1)?;
    Some((at, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(path: &str, unit: &str, posterior: [f64; 3]) -> Informed {
        Informed {
            path: path.into(),
            unit: unit.into(),
            prior: [0.0; 3],
            posterior,
            contraction: 0.5,
            fitted: true,
            moved: 0.0,
            mainly_by: None,
        }
    }

    #[test]
    fn numbers_are_written_where_they_stand() {
        let text = "# kept\n[a]\nrate = { value = \"3 per day\", low = \"2 per day\", high = \"4 per day\", note = \"n\" }\n\
                    [[a.list]]\nshare = 0.5 # here\n[b]\nodds = [{ from = 2024-04-01, times = { value = 1.0, low = 0.5, high = 2.0 } }]\n";
        let found = [
            number("a.rate", "per day", [3.1, 3.3, 3.500_000_04]),
            number("a.list.1.share", "", [0.3, 0.4, 0.45]),
            number("b.odds.1.times", "", [0.9, 1.1, 1.2]),
            number("b.new.all", "", [0.8, 0.9, 1.0]),
            number("b.odds.7.times", "", [0.8, 0.9, 1.0]),
        ];
        let with: Vec<(&Informed, f64)> = found.iter().map(|n| (n, n.posterior[1])).collect();
        let done = written(text, &with, "fitted to t.csv", false).unwrap();
        assert_eq!(done.left, ["b.odds.7.times"]);
        for part in [
            "# kept\n",
            "value = \"3.3 per day\"",
            "high = \"3.5 per day\"",
            "fitted to t.csv; was 3 per day; before: n",
            "share = { value = 0.4, low = 0.3, high = 0.45, grade = \"derived\", note = \"fitted to t.csv; was 0.5\" } # here",
            "new = { all = { value = 0.9",
            "from = 2024-04-01",
        ] {
            assert!(done.text.contains(part), "{part}\n{}", done.text);
        }
        assert!(done.text.parse::<DocumentMut>().is_ok());
    }
}
