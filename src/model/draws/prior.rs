//! Draws from the ranges that a model file gives.
//!
//! A range `low` to `high` is taken to hold the number with a chance of 80 %. The draw is normal on the scale of the
//! logarithm where all three are above 0, else on their own scale, with a width of its own on either side of the value,
//! and at most 2.5 of these widths away. Numbers are drawn apart from one another, which is judgement: the file does not
//! say how they hang together. Shares that make up a whole are scaled back to it.

use super::Draws;
use crate::base::rng::{Key, Purpose};
use crate::model::provenance::Assumption;
use crate::model::scenario::is_whole_number;
use crate::stats::special::normal_quantile;
use std::collections::BTreeMap;

/// Standard normal quantile of the end of an 80 % range.
const END: f64 = 1.281_551_565_544_600_4;
/// Furthest a draw may be, in such units.
const FURTHEST: f64 = 2.5;

/// A number of a model that has a range.
#[derive(Clone, PartialEq, Debug)]
pub struct Unknown {
    /// Dotted path.
    pub path: String,
    /// Best value.
    pub value: f64,
    /// Low end of the range.
    pub low: f64,
    /// High end.
    pub high: f64,
    /// What follows the number in the file, such as `" days"`; empty for a plain number.
    pub unit: String,
    /// Whether only whole numbers are allowed.
    pub whole: bool,
    /// Whether it must lie within its range: that of a need stays beside it in the file.
    pub within: bool,
}

impl Unknown {
    /// The number with a range behind an entry of the register; none if it has none, or is not one number.
    pub fn of(a: &Assumption) -> Option<Unknown> {
        let (value, unit) = parts(&a.value)?;
        let ends = (parts(a.low.as_ref()?)?, parts(a.high.as_ref()?)?);
        let ((low, low_unit), (high, high_unit)) = ends;
        let same = plain(unit) == plain(low_unit) && plain(unit) == plain(high_unit);
        let whole = unit.is_empty() && is_whole_number(&a.path);
        (same && low <= value && value <= high && low < high).then(|| Unknown {
            path: a.path.clone(),
            value,
            low,
            high,
            unit: unit.to_string(),
            whole,
            within: a.path.starts_with("needs."),
        })
    }

    /// The number `z` standard deviations away.
    pub fn at(&self, z: f64) -> f64 {
        let z = z.clamp(-FURTHEST, FURTHEST);
        let far = if z < 0.0 { self.low } else { self.high };
        let part = z.abs() / END;
        let x = if self.low > 0.0 {
            self.value * libm::exp(part * libm::log(far / self.value))
        } else {
            let x = self.value + part * (far - self.value);
            // what may not be below 0 stays above it
            if self.low >= 0.0 { x.max(0.0) } else { x }
        };
        let x = if self.within { x.clamp(self.low, self.high) } else { x };
        // a share stays below 1
        if self.unit.is_empty() && self.high <= 1.0 { x.min(0.5 * (self.high + 1.0)) } else { x }
    }

    /// How many standard deviations away a number is: the reverse of [`Unknown::at`].
    pub fn z(&self, x: f64) -> f64 {
        let far = if x < self.value { self.low } else { self.high };
        let part = if self.low > 0.0 && x > 0.0 {
            libm::log(x / self.value) / libm::log(far / self.value)
        } else {
            (x - self.value) / (far - self.value)
        };
        let z = END * part.abs() * if x < self.value { -1.0 } else { 1.0 };
        if z.is_finite() { z.clamp(-FURTHEST, FURTHEST) } else { 0.0 }
    }

    /// As it stands in a file.
    pub fn text(&self, x: f64) -> String {
        let x = if self.whole { x.round() } else { x };
        if self.unit.is_empty() { format!("{x}") } else { format!("\"{x}{}\"", self.unit) }
    }
}

/// The number and what follows it.
fn parts(text: &str) -> Option<(f64, &str)> {
    let text = text.trim();
    let end = text.find(' ').unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let value = number.replace('_', "").parse::<f64>().ok().filter(|x| x.is_finite())?;
    Some((value, unit))
}

fn plain(unit: &str) -> &str {
    unit.trim().trim_end_matches('s')
}

/// The unknowns of a model, and which of them are shares of one whole.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Prior {
    /// Numbers with a range.
    pub unknowns: Vec<Unknown>,
    /// For each whole: what the shares add to beside those that are fixed, and the indices of those that are not.
    wholes: Vec<(f64, f64, Vec<usize>)>,
    /// Cumulative shares, each at least the one before: they have one luck.
    rising: Vec<Vec<usize>>,
}

/// Everything in the register that has a range.
pub fn prior(register: &[Assumption]) -> Prior {
    let mut unknowns = Vec::new();
    let mut families: BTreeMap<String, (f64, f64, Vec<usize>)> = BTreeMap::new();
    for a in register {
        let found = Unknown::of(a);
        let Some((value, "")) = parts(&a.value) else {
            unknowns.extend(found);
            continue;
        };
        let family = families.entry(family(&a.path)).or_insert((0.0, 0.0, Vec::new()));
        if (0.0..=1.0).contains(&value) {
            family.0 += value;
        } else {
            family.0 = f64::INFINITY;
        }
        match found {
            Some(found) => {
                family.2.push(unknowns.len());
                unknowns.push(found);
            }
            None => family.1 += value,
        }
    }
    let (rising, others): (Vec<_>, Vec<_>) = families.into_iter().partition(|f| f.0.ends_with(".within"));
    let rising = rising.into_iter().map(|f| f.1.2).collect();
    let wholes = others.into_iter().map(|f| f.1).filter(|f| f.0 <= 1.0 + 1e-6 && !f.2.is_empty()).collect();
    Prior { unknowns, wholes, rising }
}

/// What the numbers of one whole have in common: their path without the name or number that tells them apart.
fn family(path: &str) -> String {
    let parts: Vec<&str> = path.split('.').collect();
    let number = |p: &&str| p.parse::<u32>().is_ok();
    match parts.as_slice() {
        [.., at, last] if number(at) => {
            path.trim_end_matches(last).trim_end_matches('.').trim_end_matches(at).to_string() + last
        }
        [before @ .., _] => before.join("."),
        [] => String::new(),
    }
}

impl Prior {
    /// Values at these standard deviations, with shares of a whole kept to it.
    pub fn values(&self, z: &[f64]) -> Vec<f64> {
        let mut x: Vec<f64> = self
            .unknowns
            .iter()
            .zip(z.iter().chain(std::iter::repeat(&0.0)))
            .map(|(u, z)| u.at(*z))
            .collect();
        for members in &self.rising {
            let luck = members.first().and_then(|i| z.get(*i)).copied().unwrap_or(0.0);
            let mut least = 0.0f64;
            for i in members {
                if let (Some(x), Some(u)) = (x.get_mut(*i), self.unknowns.get(*i)) {
                    least = least.max(u.at(luck));
                    *x = least;
                }
            }
        }
        for (sum, fixed, members) in &self.wholes {
            let drawn: f64 = members.iter().filter_map(|i| x.get(*i)).sum();
            // a whole without a rest keeps its sum; one with a rest keeps a quarter of the rest
            let room = if *sum > 1.0 - 1e-6 { sum - fixed } else { (1.0 - 0.25 * (1.0 - sum)) - fixed };
            if drawn > 0.0 && (*sum > 1.0 - 1e-6 || drawn > room) {
                let scale = room.max(0.0) / drawn;
                for i in members {
                    if let Some(x) = x.get_mut(*i) {
                        *x *= scale;
                    }
                }
            }
        }
        x
    }

    /// So many draws for a seed.
    pub fn draws(&self, seed: u64, draws: usize) -> Draws {
        let (purpose, root) = (Purpose::named("ignorance"), Key::root(seed, 0));
        let row = |k: u64| {
            let z: Vec<f64> = (0..self.unknowns.len() as u64)
                .map(|n| normal_quantile(root.child(k).unit(purpose, n)))
                .collect();
            self.texts(&self.values(&z))
        };
        let paths = self.unknowns.iter().map(|u| u.path.clone()).collect();
        Draws { paths, values: (0..draws as u64).map(row).collect() }
    }

    /// Values as they stand in a file.
    pub fn texts(&self, values: &[f64]) -> Vec<String> {
        self.unknowns.iter().zip(values).map(|(u, x)| u.text(*x)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::provenance::Grade;

    fn entry(path: &str, value: &str, range: Option<(&str, &str)>) -> Assumption {
        Assumption {
            path: path.into(),
            value: value.into(),
            low: range.map(|r| r.0.into()),
            high: range.map(|r| r.1.into()),
            source: None,
            grade: Grade::Assumed,
            note: None,
            line: 1,
        }
    }

    /// The ends of the range are the 10th and 90th percentiles, on the scale of the logarithm.
    #[test]
    fn ends_of_a_range_are_its_tenths() {
        let u = Unknown::of(&entry("a.stay", "30 days", Some(("15 days", "60 days")))).unwrap();
        assert!((u.at(-END) - 15.0).abs() < 1e-9 && (u.at(END) - 60.0).abs() < 1e-9 && u.at(0.0) == 30.0);
        assert!((u.at(END / 2.0) - 30.0 * 2f64.sqrt()).abs() < 1e-9);
        for z in [-2.0, -0.3, 0.0, 1.7] {
            assert!((u.z(u.at(z)) - z).abs() < 1e-9, "{z}");
        }
        assert_eq!(u.text(31.5), "\"31.5 days\"");
        assert_eq!(Unknown::of(&entry("a", "30 days", None)), None);
        assert_eq!(Unknown::of(&entry("a", "30 days", Some(("2 weeks", "60 days")))), None);
        assert_eq!(Unknown::of(&entry("a", "{ x = 1 }", Some(("0", "1")))), None);
    }

    #[test]
    fn shares_keep_to_their_whole() {
        let range = |v: f64| (format!("{}", v / 2.0), format!("{}", (v * 2.0).min(1.0)));
        let share = |path: &str, v: f64| {
            let (l, h) = range(v);
            entry(path, &v.to_string(), Some((&l, &h)))
        };
        let closed = prior(&[
            share("s.bands.1.share", 0.3),
            share("s.bands.2.share", 0.5),
            entry("s.bands.3.share", "0.2", None),
        ]);
        let open = prior(&[share("s.to.a", 0.5), share("s.to.b", 0.4)]);
        for k in 0..50 {
            let z = [f64::from(k % 7) - 3.0, f64::from(k % 5) - 2.0];
            let sum: f64 = closed.values(&z).iter().sum();
            assert!((sum - 0.8).abs() < 1e-9, "{sum}");
            assert!(open.values(&z).iter().sum::<f64>() <= 0.975 + 1e-9);
        }
        // the middle is the file's own numbers
        assert_eq!(open.values(&[0.0, 0.0]), [0.5, 0.4]);
    }

    /// Half of the draws lie within the quartiles of the normal law the range stands for.
    #[test]
    fn draws_have_the_width_of_the_range() {
        let p = prior(&[entry("x.y", "10", Some(("5", "20")))]);
        let draws = p.draws(1, 4000);
        let x: Vec<f64> = draws.values.iter().map(|r| r[0].parse().unwrap()).collect();
        let inside = x.iter().filter(|x| (5.0..=20.0).contains(*x)).count() as f64 / 4000.0;
        // five standard errors of a share of 0.8 in 4,000
        assert!((inside - 0.8).abs() < 5.0 * (0.16f64 / 4000.0).sqrt(), "{inside}");
        assert_eq!(draws, p.draws(1, 4000));
        assert_ne!(draws, p.draws(2, 4000));
    }
}
