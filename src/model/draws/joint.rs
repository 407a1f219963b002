//! Draws as a law: each number that varies keeps its own distribution, and how they hang together is that of a normal law
//! beneath them (Gaussian copula: Nelsen 2006, 2.3), on as few independent coordinates as carry it.
//!
//! Cells may hold tables and lists; each number inside is told by the path it would have in the model file. What is the same
//! in all draws is no unknown.

use super::Draws;
use super::prior::parts;
use crate::stats::special::{normal_cdf, normal_quantile};
use toml::Value;

/// Fewer draws than this do not tell a law.
pub(super) const FEWEST: usize = 30;
/// More draws than this are not looked at.
const MOST_DRAWS: usize = 1_000;
/// Chance with which any of all correlations between numbers that do not hang together is taken for one.
const CHANCE: f64 = 0.01;
/// Variance of a number that no coordinate need carry.
const LEFT: f64 = 0.01;

/// A step into a cell.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Step {
    Key(String),
    Index(usize),
}

/// A number in a cell.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Leaf {
    /// Column of the file of draws.
    pub column: usize,
    pub at: Vec<Step>,
    /// Path in the model file.
    pub path: String,
    /// What follows the number, such as `" per year"`.
    pub unit: String,
    value: f64,
    whole: bool,
}

/// A number that varies, with its values in order.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Slot {
    pub leaf: Leaf,
    sorted: Vec<f64>,
    /// What it is of each coordinate; squares add to 1.
    pub of: Vec<(usize, f64)>,
}

/// Draws as a law.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Joint {
    pub paths: Vec<String>,
    pub cells: Vec<Value>,
    pub slots: Vec<Slot>,
    /// Numbers that are the same in all draws.
    pub still: Vec<Leaf>,
    /// Independent coordinates beneath.
    pub coordinates: usize,
}

impl Slot {
    /// The number where the normal law beneath it is at `z`.
    pub fn at(&self, z: f64) -> f64 {
        let n = self.sorted.len();
        let place = (normal_cdf(z) * n as f64 - 0.5).clamp(0.0, (n - 1) as f64);
        let (k, part) = (place as usize, place.fract());
        let low = self.sorted[k.min(n - 1)];
        let high = self.sorted[(k + 1).min(n - 1)];
        let x = low + part * (high - low);
        if self.leaf.whole { x.round() } else { x }
    }
}

impl Leaf {
    /// Puts a number in its place.
    pub fn put(&self, cell: &mut Value, x: f64) {
        self.replace(cell, |old| match old {
            Value::String(_) => Value::String(format!("{x}{}", self.unit)),
            Value::Integer(_) if self.whole => Value::Integer(x as i64),
            _ => Value::Float(x),
        });
    }

    fn replace(&self, cell: &mut Value, new: impl Fn(&Value) -> Value) {
        let mut here = cell;
        for step in &self.at {
            let next = match step {
                Step::Key(key) => here.get_mut(key.as_str()),
                Step::Index(k) => here.get_mut(*k),
            };
            let Some(next) = next else { return };
            here = next;
        }
        *here = new(here);
    }
}

fn cell(text: &str) -> Option<Value> {
    let mut table: toml::Table = format!("x = {text}").parse().ok()?;
    table.remove("x")
}

/// All numbers of a cell; what is written beside a value (its range and ground) is passed over.
fn leaves(value: &Value, column: usize, path: &str, at: &mut Vec<Step>, out: &mut Vec<Leaf>) {
    let mut leaf = |value: f64, unit: &str, whole: bool| {
        let (path, at, unit) = (path.to_string(), at.clone(), unit.to_string());
        out.push(Leaf { column, at, path, unit, value, whole });
    };
    match value {
        Value::Float(x) => leaf(*x, "", false),
        Value::Integer(n) => leaf(*n as f64, "", true),
        Value::String(text) => {
            if let Some((x, unit)) = parts(text) {
                leaf(x, unit, false);
            }
        }
        Value::Array(list) => {
            for (k, inner) in list.iter().enumerate() {
                at.push(Step::Index(k));
                leaves(inner, column, &format!("{path}.{}", k + 1), at, out);
                at.pop();
            }
        }
        Value::Table(table) => {
            if let Some(inner) = table.get("value") {
                at.push(Step::Key("value".into()));
                leaves(inner, column, path, at, out);
                at.pop();
                return;
            }
            for (key, inner) in table {
                at.push(Step::Key(key.clone()));
                leaves(inner, column, &format!("{path}.{key}"), at, out);
                at.pop();
            }
        }
        _ => {}
    }
}

/// A cell without its numbers.
fn bare(value: &Value, leaves: &[Leaf]) -> Value {
    let mut out = value.clone();
    // whole numbers and others are of one kind here
    leaves.iter().for_each(|l| l.replace(&mut out, |_| Value::Boolean(true)));
    out
}

impl Joint {
    /// Learns from a file of draws; why not if it cannot be done.
    pub fn learn(draws: &Draws) -> Result<Joint, String> {
        if draws.len() < FEWEST {
            return Err(format!(
                "{} draws are too few to tell how numbers hang together (at least {FEWEST})",
                draws.len()
            ));
        }
        let rows = draws.values.len().min(MOST_DRAWS);
        let mut out = Joint {
            paths: draws.paths.clone(),
            cells: Vec::new(),
            slots: Vec::new(),
            still: Vec::new(),
            coordinates: 0,
        };
        let mut scores: Vec<Vec<f64>> = Vec::new();
        for (column, path) in draws.paths.iter().enumerate() {
            let mut found: Vec<Vec<Leaf>> = Vec::new();
            let mut first: Option<(Value, Value)> = None;
            for (k, row) in draws.values.iter().take(rows).enumerate() {
                let text = row.get(column).map_or("", String::as_str);
                let value = cell(text).ok_or_else(|| format!("draw {}: {path} is no value", k + 1))?;
                let mut numbers = Vec::new();
                leaves(&value, column, path, &mut Vec::new(), &mut numbers);
                let bare = bare(&value, &numbers);
                let same = first.as_ref().is_none_or(|f| f.1 == bare)
                    && found.first().is_none_or(|f| {
                        f.iter().map(|l| (&l.path, &l.unit)).eq(numbers.iter().map(|l| (&l.path, &l.unit)))
                    });
                if !same {
                    return Err(format!(
                        "draw {}: {path} is not built as in draw 1, so that more than numbers differ",
                        k + 1
                    ));
                }
                first.get_or_insert((value, bare));
                found.push(numbers);
            }
            out.cells.extend(first.map(|f| f.0));
            for k in 0..found.first().map_or(0, Vec::len) {
                let values: Vec<f64> = found.iter().map(|f| f[k].value).collect();
                let mut leaf = found[0][k].clone();
                leaf.whole = found.iter().all(|f| f[k].whole);
                if values.iter().all(|v| *v == leaf.value) {
                    out.still.push(leaf);
                    continue;
                }
                scores.push(normal_scores(&values));
                let mut sorted = values;
                sorted.sort_by(f64::total_cmp);
                out.slots.push(Slot { leaf, sorted, of: Vec::new() });
            }
        }
        out.coordinates = hang_together(&mut out.slots, &scores);
        Ok(out)
    }
}

/// Normal quantiles of ranks, ties sharing theirs, with mean 0 and variance 1.
fn normal_scores(values: &[f64]) -> Vec<f64> {
    let n = values.len();
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    let mut out = vec![0.0; n];
    let mut k = 0;
    while k < n {
        let same = order[k..].iter().take_while(|i| values[**i] == values[order[k]]).count().max(1);
        let rank = k as f64 + 0.5 * same as f64;
        order[k..k + same].iter().for_each(|i| out[*i] = normal_quantile(rank / n as f64));
        k += same;
    }
    let mean = out.iter().sum::<f64>() / n as f64;
    let sd = (out.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n as f64).sqrt().max(1e-12);
    out.iter().map(|x| (x - mean) / sd).collect()
}

/// Gives each number its coordinates: numbers that no correlation beyond chance joins have none in common; of those it
/// joins, the correlation matrix is taken apart by the Cholesky factors with pivots, until what is left of each is little.
fn hang_together(slots: &mut [Slot], scores: &[Vec<f64>]) -> usize {
    let m = scores.len();
    let rows = scores.first().map_or(1, Vec::len) as f64;
    let pairs = (m * m.saturating_sub(1) / 2).max(1) as f64;
    let least = -normal_quantile(0.5 * CHANCE / pairs) / rows.sqrt();
    let r = |a: usize, b: usize| scores[a].iter().zip(&scores[b]).map(|(x, y)| x * y).sum::<f64>() / rows;
    let mut block: Vec<usize> = (0..m).collect();
    for a in 0..m {
        for b in a + 1..m {
            if block[a] != block[b] && r(a, b).abs() > least {
                let (from, to) = (block[b], block[a]);
                block.iter_mut().filter(|x| **x == from).for_each(|x| *x = to);
            }
        }
    }
    let mut coordinates = 0;
    for name in 0..m {
        let members: Vec<usize> = (0..m).filter(|i| block[*i] == name).collect();
        let mut left = vec![1.0f64; members.len()];
        let mut rows_of: Vec<Vec<f64>> = vec![Vec::new(); members.len()];
        while let Some((p, most)) =
            left.iter().copied().enumerate().max_by(|a, b| a.1.total_cmp(&b.1)).filter(|x| x.1 > LEFT)
        {
            let root = most.sqrt();
            let pivot = rows_of[p].clone();
            for (i, member) in members.iter().enumerate() {
                let known: f64 = rows_of[i].iter().zip(&pivot).map(|(x, y)| x * y).sum();
                let x = if i == p { root } else { (r(*member, members[p]) - known) / root };
                left[i] -= x * x;
                rows_of[i].push(x);
            }
            left[p] = 0.0;
        }
        let width = rows_of.first().map_or(0, Vec::len);
        for (row, member) in rows_of.iter().zip(&members) {
            let length = row.iter().map(|x| x * x).sum::<f64>().sqrt().max(1e-12);
            slots[*member].of = row
                .iter()
                .enumerate()
                .filter(|x| x.1.abs() > 1e-9)
                .map(|(k, x)| (coordinates + k, x / length))
                .collect();
        }
        coordinates += width;
    }
    coordinates
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 200 draws of a rate in two years, whose logarithms go together with 0.8, and of a share apart from both.
    fn draws() -> Draws {
        let u = |k: u64, d: f64| ((k as f64 + 0.5) * d).fract();
        let row = |k: u64| {
            let z: Vec<f64> =
                [0.618_034, 0.754_878, 0.569_84].iter().map(|d| normal_quantile(u(k, *d))).collect();
            let second = 0.8 * z[0] + 0.6 * z[1];
            vec![
                format!(
                    "[{{ from = 2024-04-01, rate = \"5 per day\" }}, {{ from = 2025-04-01, rate = \"{} per day\" }}, \
                     {{ from = 2026-04-01, rate = \"{} per day\" }}]",
                    10.0 * libm::exp(0.1 * z[0]),
                    if k == 57 { 20.0 } else { 20.0 * libm::exp(0.2 * second) }
                ),
                if k == 57 { "1".into() } else { format!("{}", 0.3 + 0.02 * z[2]) },
            ]
        };
        Draws { paths: vec!["arrivals.a.rate".into(), "s.to.t".into()], values: (0..200).map(row).collect() }
    }

    #[test]
    fn draws_are_taken_apart_and_put_together() {
        let j = Joint::learn(&draws()).unwrap();
        let paths: Vec<&str> = j.slots.iter().map(|s| s.leaf.path.as_str()).collect();
        assert_eq!(paths, ["arrivals.a.rate.2.rate", "arrivals.a.rate.3.rate", "s.to.t"]);
        assert_eq!(j.still[0].path, "arrivals.a.rate.1.rate");
        assert_eq!(j.coordinates, 3);
        let r: f64 = j.slots[0]
            .of
            .iter()
            .flat_map(|a| j.slots[1].of.iter().map(move |b| (a, b)))
            .filter(|(a, b)| a.0 == b.0)
            .map(|(a, b)| a.1 * b.1)
            .sum();
        // standard error of a correlation of 0.8 in 200: 0.026
        assert!((r - 0.8).abs() < 0.1, "{r}");
        // the middle and a quantile of each
        assert!(
            (j.slots[0].at(0.0) - 10.0).abs() < 0.1
                && (j.slots[1].at(1.0) - 20.0 * libm::exp(0.2)).abs() < 0.6
        );
        let mut cell = j.cells[0].clone();
        j.slots[1].leaf.put(&mut cell, 21.5);
        assert!(cell.to_string().contains("21.5 per day"), "{cell}");
        assert!(cell.to_string().contains("2026-04-01"), "{cell}");
    }

    #[test]
    fn draws_that_are_no_law_are_refused() {
        let mut few = draws();
        few.values.truncate(10);
        assert!(Joint::learn(&few).unwrap_err().contains("too few"));
        let mut other = draws();
        other.values[7][1] = "\"rest\"".into();
        assert!(Joint::learn(&other).unwrap_err().contains("draw 8"));
    }
}
