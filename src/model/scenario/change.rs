//! `{ times, add, from }`: what becomes of a value.

use super::path::{factors_at, is_whole};
use super::range::{self, Strength};
use super::steps;
use crate::base::diag::{Diagnostic, Place};
use crate::base::quantity::{TimeUnit, duration, rate_per_day};
use crate::model::catalogue::{Def, LAW};
use crate::model::file::{Entry, Node, Table, Value, clip};
use crate::model::read::{Item, Reader, short};
use jiff::civil::Date;

/// A change of numbers.
#[derive(Debug)]
pub(super) struct Change {
    times: f64,
    add: Option<Node>,
    pub from: Option<Node>,
    /// Where it stands.
    pub place: Place,
    /// `source`, `grade` and `note`, which take the place of those of a value with notes.
    notes: Table,
    whole: bool,
    /// Whether a result was rounded by more than is nothing to tell of.
    rounded: bool,
}

/// A rounding by a larger share than this is told of.
const WORTH_TELLING: f64 = 0.01;

/// Keys of a change that say what it rests on.
const CHANGE_NOTES: [&str; 3] = ["source", "grade", "note"];

/// What a change may rest on.
const GRADES: [&str; 4] = ["measured", "derived", "borrowed", "assumed"];

type Found<T> = Result<T, Box<Diagnostic>>;

impl Change {
    pub fn read(
        r: &mut Reader<'_>,
        item: &Item<'_>,
        def: &'static Def,
        strength: Strength,
    ) -> Option<Change> {
        let before = r.errors();
        let f = r.fields(item, def)?;
        let mut times = match f.opt("times") {
            Some(i) => r.number(&i, 0.0, 1e9, "a number of at least 0")?,
            None => 1.0,
        };
        let mut add = f.opt("add").map(|i| i.node.clone());
        if let Some(i) = f.opt("add") {
            let number = i.node.number().is_some_and(f64::is_finite);
            if !number && i.node.text().is_none() {
                r.push(i.expected("a number or a quantity with its unit"));
            }
        }
        if add.is_some() && f.opt("times").is_some() {
            r.push(item.error("has both `times` and `add`, expected one of them"));
        }
        range::check(r, &f);
        if let Some(node) = range::end(&f, strength) {
            match add {
                Some(_) => add = Some(node),
                None => times = node.number().unwrap_or(times),
            }
        }
        let mut notes = Table::default();
        for key in CHANGE_NOTES {
            // a grade that is none has been told of where the scenario is read
            let sound = |e: &&Entry| key != "grade" || e.node.text().is_some_and(|g| GRADES.contains(&g));
            if let Some(entry) = f.table.entry(key).filter(sound) {
                notes.set(key, entry.place.clone(), entry.node.clone());
            }
        }
        (r.errors() == before).then_some(Change {
            times,
            add,
            from: f.opt("from").map(|i| i.node.clone()),
            place: item.place(),
            notes,
            whole: false,
            rounded: false,
        })
    }

    fn error(&self, message: impl Into<String>) -> Box<Diagnostic> {
        Box::new(Diagnostic::error(self.place.clone(), message))
    }

    /// The node with its numbers changed; a table of notes keeps its notes.
    pub fn apply(&mut self, path: &str, node: &Node) -> Found<Node> {
        let value = match &node.value {
            Value::Whole(_) | Value::Number(_) => self.number(path, node)?,
            Value::Text(text) => Value::Text(self.quantity(path, text)?),
            Value::List(items) => {
                let items: Found<Vec<Node>> = items.iter().map(|i| self.apply(path, i)).collect();
                Value::List(items?)
            }
            Value::Table(table) => Value::Table(self.table(path, table)?),
            _ => {
                return Err(self
                    .error(format!("`{path}` is {}, which cannot be multiplied or added to", node.kind())));
            }
        };
        Ok(Node { place: self.place.clone(), value })
    }

    fn table(&mut self, path: &str, table: &Table) -> Found<Table> {
        let law = table.entries.iter().any(|e| LAW.keys.iter().any(|k| k.name == e.key));
        if law {
            return Err(Box::new(
                self.error(format!("`{path}` is a law, which cannot be multiplied or added to"))
                    .hint("change one of its parameters, or use stay_times = { all = … }"),
            ));
        }
        let mut out = table.clone();
        for entry in &mut out.entries {
            let note = matches!(entry.key.as_str(), "source" | "grade" | "note" | "from" | "per");
            let rest = entry.node.text() == Some("rest");
            if !note && !rest {
                entry.node = self.apply(path, &entry.node)?;
            }
        }
        if table.get("value").is_some() {
            for note in &self.notes.entries {
                out.set(&note.key, note.place.clone(), note.node.clone());
            }
        }
        Ok(out)
    }

    fn number(&mut self, path: &str, node: &Node) -> Found<Value> {
        let old = node.number().unwrap_or(f64::NAN);
        let new = match &self.add {
            None => old * self.times,
            Some(add) => match add.number() {
                Some(x) => old + x,
                None => {
                    return Err(
                        self.error(format!("`{path}` is a plain number, but `add` is {}", add.shown()))
                    );
                }
            },
        };
        if !new.is_finite() {
            return Err(self.error(format!("`{path}` would be {new}")));
        }
        if !self.whole {
            return Ok(Value::Number(new));
        }
        let rounded = new.round();
        // a place more or less among hundreds is nothing to tell of
        self.rounded |= (rounded - new).abs() > WORTH_TELLING * new.abs();
        Ok(Value::Whole(Some(rounded as i128)))
    }

    /// A length of time or a rate; the unit stays as it is.
    fn quantity(&self, path: &str, text: &str) -> Found<String> {
        let length = duration(text).ok();
        let rate = rate_per_day(text).ok();
        let text = text.trim();
        let end = text.find(' ').unwrap_or(text.len());
        let (number, unit) = text.split_at(end);
        let number: Option<f64> = number.replace('_', "").parse().ok();
        let (Some(old), true) = (number, length.is_some() || rate.is_some()) else {
            return Err(self.error(format!(
                "`{path}` is the text \"{}\", which cannot be multiplied or added to",
                clip(text)
            )));
        };
        let Some(add) = &self.add else {
            return Ok(format!("{}{unit}", old * self.times));
        };
        let added = add.text().unwrap_or("");
        if let (Some(a), Some(b)) = (length, duration(added).ok())
            && a.unit == b.unit
        {
            let unit = if a.unit == TimeUnit::WorkingDays { "working days" } else { "days" };
            return Ok(format!("{} {unit}", a.days + b.days));
        }
        if let (Some(a), Some(b)) = (rate, rate_per_day(added).ok()) {
            return Ok(format!("{} per day", a + b));
        }
        Err(Box::new(
            self.error(format!("`{path}` is \"{}\", but `add` is {}", clip(text), add.shown()))
                .hint("add a quantity of the same kind, such as \"5 days\" or \"2 per month\""),
        ))
    }
}

/// The value at a path after a change.
pub(super) fn changed(
    r: &mut Reader<'_>,
    starts: Option<Date>,
    parts: &[&str],
    path: &str,
    old: Node,
    change: &Change,
) -> Found<Node> {
    let mut change = Change {
        times: change.times,
        add: change.add.clone(),
        from: change.from.clone(),
        place: change.place.clone(),
        notes: change.notes.clone(),
        whole: is_whole(parts),
        rounded: false,
    };
    let path = clip(path);
    if let ["arrivals", stream, "forecast"] = parts {
        let message = format!("`{path}` is a whole forecast, which cannot be multiplied or added to");
        return Err(Box::new(
            Diagnostic::error(change.place.clone(), message)
                .hint(format!("change its factor: \"arrivals.{}.forecast.times\"", clip(stream))),
        ));
    }
    let new = match change.from.clone() {
        None => change.apply(&path, &old),
        Some(from) => match parts {
            ["pools", _, "places"] => steps::from_then(&mut change, starts, &path, "places", &old, &from),
            ["services", _, key @ ("places" | "sessions")] => {
                steps::from_then(&mut change, starts, &path, key, &old, &from)
            }
            ["arrivals", _, "rate"] => steps::from_then(&mut change, starts, &path, "rate", &old, &from),
            ["arrivals", _, "forecast", "times"] => {
                steps::from_then(&mut change, starts, &path, "times", &old, &from)
            }
            _ if factors_at(parts).is_some() => {
                steps::from_then(&mut change, starts, &path, "times", &old, &from)
            }
            _ => Err(Box::new(
                Diagnostic::error(from.place.clone(), format!("`{path}` cannot change at a time of its own"))
                    .hint("`from` is for the places of a pool, the places or sessions of a service, the rate of a stream, the factor of its forecast, and factors under odds and stay_times"),
            )),
        },
    }?;
    if change.rounded {
        r.push(Diagnostic::warning(
            change.place.clone(),
            format!(
                "`{path}` is a whole number: the result of {} is rounded",
                match &change.add {
                    Some(add) => format!("adding {}", add.shown()),
                    None => format!("multiplying by {}", short(change.times)),
                }
            ),
        ));
    }
    Ok(new)
}
