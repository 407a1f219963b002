//! Numbers as the file writes them.

use super::{SOURCE, Writer};
use crate::calibrate::authority::number::{Grade, Number, quoted};

/// Standard errors from the middle to the ends of a 95 % interval.
pub(super) const WIDE: f64 = 1.959_964;

/// A measured number with a 95 % range on the logarithmic scale, for what must be positive.
pub(super) fn scaled(value: f64, log_se: f64, note: &str) -> Number {
    let by = libm::exp((WIDE * log_se).clamp(0.0, 20.0));
    Number {
        value,
        low: value / by,
        high: value * by,
        grade: Grade::Measured,
        source: SOURCE.into(),
        note: note.into(),
    }
}

/// A measured number with its 95 % range.
pub(super) fn ranged(value: f64, (low, high): (f64, f64)) -> Number {
    Number { value, low, high, grade: Grade::Measured, source: SOURCE.into(), note: String::new() }
}

/// A measured share with a 95 % range on the scale of log odds.
pub(super) fn share(value: f64, se: f64, note: &str) -> Number {
    let p = value.clamp(1e-6, 1.0 - 1e-6);
    let logit = libm::log(p / (1.0 - p));
    let half = (WIDE * se / (p * (1.0 - p))).min(20.0);
    let back = |x: f64| 1.0 / (1.0 + libm::exp(-x));
    Number {
        value,
        low: back(logit - half).min(value),
        high: back(logit + half).max(value),
        grade: Grade::Measured,
        source: SOURCE.into(),
        note: note.into(),
    }
}

/// A count of children under disclosure control: one to five become 3.
pub(super) fn shown(count: usize, least: usize) -> usize {
    if count > 0 && count < least { least / 2 } else { count }
}

/// A number without its own note, low and high kept.
pub(super) fn bare(n: &Number, unit: &str) -> String {
    let digits = |x: f64| {
        let text = format!("{x:.6}");
        let text = text.trim_end_matches('0').trim_end_matches('.').to_string();
        if unit.is_empty() { text } else { format!("\"{text}{unit}\"") }
    };
    format!(
        "{{ value = {}, low = {}, high = {}, source = \"{SOURCE}\" }}",
        digits(n.value),
        digits(n.low.min(n.value)),
        digits(n.high.max(n.value))
    )
}

/// Shares of named things as `name = number`, small counts under control, the largest taking the rest.
pub(super) fn shares(named: &[(&str, usize)], least: usize) -> Option<String> {
    let counts: Vec<(&str, usize)> =
        named.iter().map(|(n, c)| (*n, shown(*c, least))).filter(|(_, c)| *c > 0).collect();
    let all: usize = counts.iter().map(|c| c.1).sum();
    let largest = counts.iter().enumerate().max_by_key(|(_, c)| c.1).map(|(i, _)| i)?;
    let parts = counts.iter().enumerate().map(|(i, (name, n))| {
        if i == largest {
            format!("{name} = \"rest\"")
        } else {
            format!("{name} = {:.4}", *n as f64 / all as f64)
        }
    });
    Some(parts.collect::<Vec<_>>().join(", "))
}

/// A class with the count behind it and its estimated share with its error.
type Class<'a> = (&'a str, (&'a usize, &'a (f64, f64)));

/// Estimated shares with their ranges, the largest taking the rest; classes of fewer than `least` children go
/// with the one before that has enough, or, before the first that has, with it.
pub(super) fn estimated(named: &[Class<'_>], least: usize) -> Option<String> {
    let mut kept: Vec<(&str, f64, f64)> = Vec::new();
    let mut before = (0.0, 0.0);
    for (name, (count, (p, se))) in named.iter().filter(|n| *n.1.0 > 0) {
        match kept.last_mut() {
            Some(last) if **count < least => *last = (last.0, last.1 + p, libm::hypot(last.2, *se)),
            None if **count < least => before = (before.0 + p, libm::hypot(before.1, *se)),
            _ => {
                kept.push((name, before.0 + p, libm::hypot(before.1, *se)));
                before = (0.0, 0.0);
            }
        }
    }
    let all: f64 = kept.iter().map(|k| k.1).sum();
    let largest = kept.iter().max_by(|a, b| a.1.total_cmp(&b.1)).map(|k| k.0).filter(|_| all > 0.0)?;
    let parts = kept.iter().filter(|k| k.1 > 0.0 || k.0 == largest).map(|(name, p, se)| {
        if *name == largest {
            format!("{name} = \"rest\"")
        } else {
            format!("{name} = {}", bare(&share(p / all, *se, ""), ""))
        }
    });
    Some(parts.collect::<Vec<_>>().join(", "))
}

impl Writer<'_> {
    pub(super) fn line(&mut self, text: impl AsRef<str>) {
        self.out.push_str(text.as_ref());
        self.out.push('\n');
    }

    pub(super) fn section(&mut self, title: &str) {
        self.line(format!("\n# ---------------------------------------------------------------- {title}"));
    }

    pub(super) fn sources(&mut self) {
        let text = format!(
            "Individual records of {}, {} to {}, as caseflow import read them",
            self.about.place, self.council.first, self.council.last
        );
        self.line(format!("\n[sources]\n{SOURCE} = {}", quoted(&text)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_counts_are_not_told() {
        assert_eq!([0, 1, 5, 6, 40].map(|n| shown(n, 6)), [0, 3, 3, 6, 40]);
        assert_eq!(shares(&[("a", 2), ("b", 97), ("c", 0)], 6).unwrap(), "a = 0.0300, b = \"rest\"");
        assert!(shares(&[("a", 0)], 6).is_none());
    }

    #[test]
    fn few_go_with_their_neighbours() {
        let classes = [(3, (0.03, 0.01)), (40, (0.4, 0.05)), (50, (0.5, 0.05)), (5, (0.07, 0.01))];
        let named: Vec<Class<'_>> =
            ["a", "b", "c", "d"].into_iter().zip(classes.iter().map(|c| (&c.0, &c.1))).collect();
        let text = estimated(&named, 6).unwrap();
        assert!(text.starts_with("b = { value = 0.43,") && text.ends_with("c = \"rest\""), "{text}");
        assert!(estimated(&named[..1], 6).is_none());
    }

    #[test]
    fn ranges_hold_their_value() {
        let s = share(0.2, 0.02, "");
        assert!(s.low < 0.2 && s.high > 0.2 && s.low > 0.16 && s.high < 0.25);
        let edge = share(1.0, 0.0, "");
        assert!(edge.low <= 1.0 && edge.high <= 1.0);
    }
}
