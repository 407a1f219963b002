//! What is not known about a model's numbers, before figures are seen: from the ranges that its file gives, or from draws.
//!
//! A range `low` to `high` is taken to hold the number with a chance of 80 %. The draw is normal on the scale of the
//! logarithm where all three are above 0, else on their own scale, with a width of its own on either side of the value,
//! and at most 2.5 of these widths away. Numbers are drawn apart from one another, which is judgement: the file does not
//! say how they hang together. Shares that make up a whole are scaled back to it.
//!
//! Where there are draws ([`Prior::of`]), numbers that vary in them have the law of the draws ([`Joint`]), with all that makes
//! them go together; numbers that the draws lack, or hold still, keep their range.

use super::Draws;
use super::joint::Joint;
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
pub(super) fn parts(text: &str) -> Option<(f64, &str)> {
    let text = text.trim();
    let end = text.find(' ').unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let value = number.replace('_', "").parse::<f64>().ok().filter(|x| x.is_finite())?;
    Some((value, unit))
}

fn plain(unit: &str) -> &str {
    unit.trim().trim_end_matches('s')
}

/// The unknowns of a model, which of them are shares of one whole, and which hang together.
///
/// A point of the prior is a list of coordinates, each standard normal and apart from the others: one for each number that
/// has a range of its own, in the order of [`Prior::unknowns`], then those of the draws.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Prior {
    /// Numbers with a range.
    pub unknowns: Vec<Unknown>,
    /// For each whole: what the shares add to beside those that are fixed, and the indices of those that are not.
    wholes: Vec<(f64, f64, Vec<usize>)>,
    /// Cumulative shares, each at least the one before: they have one luck.
    rising: Vec<Vec<usize>>,
    joint: Option<Drawn>,
}

/// Draws behind a prior.
#[derive(Clone, PartialEq, Debug)]
struct Drawn {
    joint: Joint,
    /// For each number: a coordinate of its own, or a slot of the draws.
    from: Vec<From>,
    /// Coordinates that are a number's own.
    own: usize,
    /// Numbers with a range inside a cell of the draws: which number, which of the leaves that stand still.
    inside: Vec<(usize, usize)>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum From {
    Own(usize),
    Slot(usize),
}

/// Whether one dotted path is the other or lies within it.
fn within(inner: &str, outer: &str) -> bool {
    inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
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
    Prior { unknowns, wholes, rising, joint: None }
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
    /// The register's ranges, and draws where there are any: what varies in them has their law.
    ///
    /// # Errors
    /// Why these draws cannot be a prior.
    pub fn of(register: &[Assumption], draws: Option<&Draws>) -> Result<Prior, String> {
        let Some(draws) = draws else { return Ok(prior(register)) };
        let joint = Joint::learn(draws)?;
        let slot = |path: &str| joint.slots.iter().position(|s| s.leaf.path == path);
        let still = |path: &str| joint.still.iter().position(|l| l.path == path);
        let mut register = register.to_vec();
        for a in &mut register {
            let touched = joint.paths.iter().any(|p| within(&a.path, p) || within(p, &a.path));
            if touched && slot(&a.path).is_none() && still(&a.path).is_none() {
                (a.low, a.high) = (None, None);
            }
        }
        let mut out = prior(&register);
        let (mut from, mut inside, mut own) = (Vec::new(), Vec::new(), 0);
        for (k, u) in out.unknowns.iter().enumerate() {
            match slot(&u.path) {
                Some(s) => from.push(From::Slot(s)),
                None => {
                    from.push(From::Own(own));
                    own += 1;
                }
            }
            inside.extend(still(&u.path).map(|l| (k, l)));
        }
        // numbers of the draws without a range in the file
        for (s, slot) in joint.slots.iter().enumerate() {
            if from.contains(&From::Slot(s)) {
                continue;
            }
            let [low, value, high] = [-END, 0.0, END].map(|z| slot.at(z));
            out.unknowns.push(Unknown {
                path: slot.leaf.path.clone(),
                value,
                low,
                high,
                unit: slot.leaf.unit.clone(),
                whole: false,
                within: false,
            });
            from.push(From::Slot(s));
        }
        out.joint = Some(Drawn { joint, from, own, inside });
        Ok(out)
    }

    /// Coordinates of a point.
    pub fn dimensions(&self) -> usize {
        self.joint.as_ref().map_or(self.unknowns.len(), |d| d.own + d.joint.coordinates)
    }

    /// Numbers that vary in the draws behind it, and the independent coordinates that carry them; noughts if there are none.
    pub fn drawn(&self) -> (usize, usize) {
        self.joint.as_ref().map_or((0, 0), |d| (d.joint.slots.len(), d.joint.coordinates))
    }

    /// What each number is of each coordinate of a point; squares add to 1.
    pub fn loads(&self, number: usize) -> Vec<(usize, f64)> {
        let Some(d) = &self.joint else { return vec![(number, 1.0)] };
        match d.from.get(number) {
            Some(From::Own(k)) => vec![(*k, 1.0)],
            Some(From::Slot(s)) => d.joint.slots[*s].of.iter().map(|(k, x)| (d.own + k, *x)).collect(),
            None => Vec::new(),
        }
    }

    /// Where each number is on a scale on which its own prior is standard normal.
    pub fn scores(&self, z: &[f64]) -> Vec<f64> {
        let score =
            |n: usize| self.loads(n).iter().map(|(k, x)| x * z.get(*k).copied().unwrap_or(0.0)).sum::<f64>();
        (0..self.unknowns.len()).map(score).collect()
    }

    /// A number where its own scale is at `z`.
    pub fn at(&self, number: usize, z: f64) -> f64 {
        match self.joint.as_ref().and_then(|d| Some((d, d.from.get(number)?))) {
            Some((d, From::Slot(s))) => d.joint.slots[*s].at(z),
            _ => self.unknowns.get(number).map_or(f64::NAN, |u| u.at(z)),
        }
    }

    /// Paths of the model file that a point gives values for.
    pub fn paths(&self) -> Vec<String> {
        let apart = |k: &usize| self.apart(*k);
        let own = (0..self.unknowns.len()).filter(apart).map(|k| self.unknowns[k].path.clone());
        own.chain(self.joint.iter().flat_map(|d| d.joint.paths.iter().cloned())).collect()
    }

    /// Whether a number has a path of its own, outside of the draws' cells.
    fn apart(&self, number: usize) -> bool {
        self.joint.as_ref().is_none_or(|d| {
            matches!(d.from.get(number), Some(From::Own(_))) && d.inside.iter().all(|i| i.0 != number)
        })
    }

    /// Values of these paths, as they stand in a file, for these values of the numbers.
    pub fn cells(&self, values: &[f64]) -> Vec<String> {
        let texts = self.texts(values);
        let own = texts.into_iter().enumerate().filter(|(k, _)| self.apart(*k)).map(|t| t.1);
        let Some(d) = &self.joint else { return own.collect() };
        let mut cells = d.joint.cells.clone();
        let mut put = |leaf: &super::joint::Leaf, x: f64| {
            if let Some(cell) = cells.get_mut(leaf.column) {
                leaf.put(cell, x);
            }
        };
        for (from, x) in d.from.iter().zip(values) {
            if let From::Slot(s) = from {
                put(&d.joint.slots[*s].leaf, *x);
            }
        }
        for (number, leaf) in &d.inside {
            if let Some(x) = values.get(*number) {
                put(&d.joint.still[*leaf], *x);
            }
        }
        own.chain(cells.iter().map(toml::Value::to_string)).collect()
    }

    /// Values of the numbers at a point, with shares of a whole kept to it.
    pub fn values(&self, z: &[f64]) -> Vec<f64> {
        let scores = self.scores(z);
        let mut x: Vec<f64> = scores.iter().enumerate().map(|(n, z)| self.at(n, *z)).collect();
        let slot =
            |i: usize| self.joint.as_ref().is_some_and(|d| matches!(d.from.get(i), Some(From::Slot(_))));
        for members in &self.rising {
            let luck = members.first().and_then(|i| scores.get(*i)).copied().unwrap_or(0.0);
            let mut least = 0.0f64;
            for i in members {
                if let (Some(x), Some(u)) = (x.get_mut(*i), self.unknowns.get(*i)) {
                    least = least.max(if slot(*i) { *x } else { u.at(luck) });
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

    /// Numbers that vary in the draws have their law; what they hold still keeps its range, inside its cell; what they lack
    /// keeps its range by its own path.
    #[test]
    fn draws_take_the_place_of_ranges() {
        let cell = |k: usize| {
            let x = 10.0 + 0.01 * k as f64;
            vec![format!(
                "[{{ from = 2024-04-01, rate = \"5 per day\" }}, {{ from = 2025-04-01, rate = \"{x} per day\" }}]"
            )]
        };
        let draws = Draws { paths: vec!["a.rate".into()], values: (0..100).map(cell).collect() };
        let register = [
            entry("b", "3", Some(("2", "4"))),
            entry("a.rate.1.rate", "5 per day", Some(("4 per day", "6 per day"))),
            entry("a.rate.2.rate", "9 per day", Some(("1 per day", "90 per day"))),
            entry("a.rate.3.rate", "9 per day", Some(("1 per day", "90 per day"))),
        ];
        let p = Prior::of(&register, Some(&draws)).unwrap();
        assert_eq!(p.dimensions(), 3);
        assert_eq!(p.paths(), ["b", "a.rate"]);
        let x = p.values(&[0.0, END, 0.0]);
        assert_eq!(x.len(), 3);
        assert!((x[1] - 6.0).abs() < 1e-9 && (x[2] - 10.495).abs() < 0.01, "{x:?}");
        let cells = p.cells(&x);
        assert_eq!(cells[0], "3");
        assert!(
            cells[1].contains("10.49") && cells[1].contains("2024-04-01") && !cells[1].contains("5 per"),
            "{cells:?}"
        );
        // a tenth of the draws lie below the 10th percentile
        assert!((p.at(2, -END) - 10.095).abs() < 0.01);
        assert_eq!(Prior::of(&register, None).unwrap().dimensions(), 4);
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
