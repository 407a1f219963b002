//! Plain values: text, words, switches, numbers.

use super::suggest::suggest;
use super::{Item, Reader};
use crate::base::quantity::Duration;
use crate::model::file::Value;

/// What can be compared with the ends of its range.
pub(in crate::model) trait Size {
    fn size(&self) -> f64;
}

impl Size for f64 {
    fn size(&self) -> f64 {
        *self
    }
}

impl Size for u32 {
    fn size(&self) -> f64 {
        f64::from(*self)
    }
}

impl Size for Duration {
    fn size(&self) -> f64 {
        self.days
    }
}

/// A number in few digits for a message.
pub(in crate::model) fn short(x: f64) -> String {
    let rounded = (x * 1e9).round() / 1e9;
    let x = if rounded == 0.0 || !rounded.is_finite() { x } else { rounded };
    if x != 0.0 && !(1e-9..1e15).contains(&x.abs()) { format!("{x:e}") } else { format!("{x}") }
}

/// A whole number with commas between thousands.
fn thousands(n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    if n < 0 { format!("-{out}") } else { out }
}

impl Reader<'_> {
    /// A text for readers: not empty, at most 2,000 characters, no control characters.
    pub fn text(&mut self, item: &Item<'_>) -> Option<String> {
        let Some(text) = item.node.text() else {
            self.push(item.expected("text in quotes"));
            return None;
        };
        let trimmed = text.trim();
        let wrong = if trimmed.is_empty() {
            Some("must not be empty".to_string())
        } else if trimmed.chars().count() > 2000 {
            Some("has more than 2000 characters".to_string())
        } else {
            let control = |c: &char| c.is_control() && *c != '\n' && *c != '\t';
            let found = trimmed.chars().find(control);
            found.map(|c| format!("has the control character U+{:04X}", c as u32))
        };
        if let Some(wrong) = wrong {
            self.push(item.error(wrong));
            return None;
        }
        Some(trimmed.to_string())
    }

    /// `true` or `false`.
    pub fn switch(&mut self, item: &Item<'_>) -> Option<bool> {
        if let Value::Bool(b) = item.node.value {
            return Some(b);
        }
        self.push(item.expected("true or false"));
        None
    }

    /// One of a few words.
    pub fn word<T: Copy>(&mut self, item: &Item<'_>, words: &[(&str, T)]) -> Option<T> {
        let found = item.node.text();
        if let Some((_, value)) = words.iter().find(|(word, _)| Some(*word) == found) {
            return Some(*value);
        }
        let list: Vec<String> = words.iter().map(|(word, _)| format!("\"{word}\"")).collect();
        let error = item.expected(&list.join(" or "));
        let near = found.and_then(|f| suggest(f, words.iter().map(|(word, _)| *word)));
        self.push(match near {
            Some(near) => error.hint(format!("did you mean \"{near}\"?")),
            None => error,
        });
        None
    }

    /// A whole number within bounds.
    pub fn whole(&mut self, item: &Item<'_>, low: i64, high: i64) -> Option<i64> {
        let value = match item.node.value {
            Value::Whole(Some(n)) => i64::try_from(n).ok(),
            // 1e3 is whole enough, if it is written without a fraction
            Value::Number(x) if x.fract() == 0.0 && x.abs() < 9e15 => Some(x as i64),
            _ => None,
        };
        let in_range = value.filter(|n| (low..=high).contains(n));
        if in_range.is_none() {
            let expected = if high == i64::MAX {
                format!("a whole number of at least {low} and below 2^63")
            } else {
                format!("a whole number from {} to {}", thousands(low), thousands(high))
            };
            let error = item.expected(&expected);
            self.push(match item.node.text() {
                Some(_) => error.hint("write the number without quotes"),
                None => error,
            });
        }
        in_range
    }

    /// A finite number within bounds, which `expected` states.
    pub fn number(&mut self, item: &Item<'_>, low: f64, high: f64, expected: &str) -> Option<f64> {
        let found = item.node.number();
        let value = found.filter(|x| x.is_finite() && (low..=high).contains(x));
        if value.is_none() {
            let error = item.expected(expected);
            self.push(match item.node.text() {
                Some(text) if text.contains(',') => {
                    error.hint("a comma could be a decimal or a thousands mark: write 1120 or 3.5")
                }
                Some(_) => error.hint("write the number without quotes"),
                None => error,
            });
        }
        value
    }

    /// A probability.
    pub fn share(&mut self, item: &Item<'_>) -> Option<f64> {
        let found = item.node.number();
        if let Some(x) = found.filter(|x| *x >= 2.0 && *x <= 100.0) {
            let error = item.expected("a probability from 0 to 1");
            self.push(error.hint(format!("for {} % write {}", short(x), short(x / 100.0))));
            return None;
        }
        self.number(item, 0.0, 1.0, "a probability from 0 to 1")
    }

    /// A factor of at least 0.
    pub fn factor(&mut self, item: &Item<'_>) -> Option<f64> {
        self.number(item, 0.0, 1e6, "a number from 0 to 1,000,000")
    }

    /// A count or size of at least 0.
    pub fn amount(&mut self, item: &Item<'_>) -> Option<f64> {
        self.number(item, 0.0, 1e15, "a finite number of at least 0")
    }
}
