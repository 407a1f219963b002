//! Cases flowing through stages on a grid of steps: means of counts, and their covariance.
//!
//! Every count is a sum over events (arrivals, moves, returns) with a weight for each kind of event and a span of time: a
//! flow counts some moves in a span, a stock counts moves in less moves out since the beginning. A case's future after it
//! has come to a stage depends on that stage and moment alone, so the expected product of two counts of one case is the
//! mean flow of each event times what is counted there and expected after it; over independent cases that arrive as a
//! Poisson process these products add to the covariance (Massey & Whitt 1993). Cases known at the beginning are not drawn
//! by chance, so the product of their means is taken off.

use crate::calibrate::moments::matrix::Matrix;

/// A way out of a stage, or into the model: an event, and its share.
#[derive(Clone, Debug)]
pub(super) struct Way {
    /// Index of the event.
    pub event: usize,
    /// Its share.
    pub share: f64,
}

/// Something that happens to a case.
#[derive(Clone, Debug)]
pub(super) struct Event {
    /// What counts it.
    pub label: usize,
    /// Node to which the case then comes; out of the model if none.
    pub to: Option<usize>,
}

/// Ways out that share one law of time.
#[derive(Clone, Debug)]
pub(super) struct Part {
    /// Chance of ending in the step of coming, the next, …
    pub ends: Vec<f64>,
    pub ways: Vec<Way>,
}

/// A stage for one kind of case.
#[derive(Clone, Debug, Default)]
pub(super) struct Node {
    pub parts: Vec<Part>,
}

/// A stream of cases.
#[derive(Clone, Debug)]
pub(super) struct Source {
    /// Expected cases in each step.
    pub cases: Vec<f64>,
    pub ways: Vec<Way>,
    /// Families of B: E[B(B-1)]/E[B]; 0 for single children.
    pub siblings: f64,
    /// Whether siblings move as one.
    pub together: bool,
    /// Variance of a multiplier of mean 1 that is drawn anew for each block, and the block of each step.
    pub varies: f64,
    pub blocks: Vec<usize>,
}

/// Cases known at the beginning, alike and independent.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub cases: f64,
    /// Cases that move as one, in place of 1.
    pub as_one: f64,
    /// Their first events: chance in each step.
    pub parts: Vec<Part>,
}

/// What is counted: a weight for each label between two times, in steps.
#[derive(Clone, Debug)]
pub(super) struct Count {
    pub constant: f64,
    pub weights: Vec<f64>,
    pub from: f64,
    pub to: f64,
}

impl Count {
    /// Weight of an event in a step: the part of the step that is counted.
    fn at(&self, label: usize, step: usize) -> f64 {
        let weight = self.weights.get(label).copied().unwrap_or(0.0);
        if weight == 0.0 {
            return 0.0;
        }
        let k = step as f64;
        weight * (self.to.min(k + 1.0) - self.from.max(k)).clamp(0.0, 1.0)
    }
}

/// The network on its grid.
#[derive(Clone, Debug)]
pub(super) struct Flow {
    pub steps: usize,
    pub events: Vec<Event>,
    pub nodes: Vec<Node>,
    pub sources: Vec<Source>,
    pub found: Vec<Found>,
    /// `(I - M)^-1`, M the chances to go from node to node within one step.
    pub instant: Matrix<f64>,
}

/// Inverse of `I - M`; none if cases can go round within one step for ever.
pub(super) fn within_a_step(nodes: &[Node], events: &[Event]) -> Option<Matrix<f64>> {
    let n = nodes.len();
    let mut m = Matrix::zeros(n, n);
    for (i, node) in nodes.iter().enumerate() {
        for part in &node.parts {
            for way in &part.ways {
                if let Some(j) = events.get(way.event).and_then(|e| e.to) {
                    m.add(i, j, part.ends.first().copied().unwrap_or(0.0) * way.share);
                }
            }
        }
    }
    // the sum of powers: cases seldom make many moves in one step
    let (mut sum, mut power) = (Matrix::identity(n), m.clone());
    for _ in 0..60 {
        sum = sum.plus(&power);
        let most = (0..n).flat_map(|i| power.row(i).to_vec()).fold(0.0f64, f64::max);
        if most < 1e-13 {
            return Some(sum);
        }
        power = power.times(&m);
    }
    None
}

impl Flow {
    /// Expected number of each event in each step, of some sources and of some of those found.
    fn forward(&self, sources: &[usize], found: &[usize]) -> Vec<Vec<f64>> {
        let steps = self.steps;
        let mut mass = vec![vec![0.0; steps]; self.events.len()];
        let mut later: Vec<Vec<Vec<f64>>> =
            self.nodes.iter().map(|n| n.parts.iter().map(|_| vec![0.0; steps]).collect()).collect();
        for &f in found {
            let f = &self.found[f];
            for part in &f.parts {
                for way in &part.ways {
                    let mass = &mut mass[way.event];
                    mass.iter_mut().zip(&part.ends).for_each(|(m, q)| *m += f.cases * way.share * q);
                }
            }
        }
        for &s in sources {
            let s = &self.sources[s];
            for way in &s.ways {
                mass[way.event].iter_mut().zip(&s.cases).for_each(|(m, c)| *m += way.share * c);
            }
        }
        let n = self.nodes.len();
        let mut base = vec![0.0; n];
        for k in 0..steps {
            // what earlier steps send into this one
            for (node, later) in self.nodes.iter().zip(&later) {
                for (part, later) in node.parts.iter().zip(later) {
                    if later[k] != 0.0 {
                        part.ways.iter().for_each(|w| mass[w.event][k] += w.share * later[k]);
                    }
                }
            }
            base.fill(0.0);
            for (event, mass) in self.events.iter().zip(&mass) {
                if let Some(to) = event.to {
                    base[to] += mass[k];
                }
            }
            let came = self.instant.left(&base);
            for ((node, later), &came) in self.nodes.iter().zip(&mut later).zip(&came) {
                if came == 0.0 {
                    continue;
                }
                for (part, later) in node.parts.iter().zip(later) {
                    let at_once = part.ends.first().copied().unwrap_or(0.0) * came;
                    if at_once != 0.0 {
                        part.ways.iter().for_each(|w| mass[w.event][k] += w.share * at_once);
                    }
                    let (after, ends) = (later.get_mut(k + 1..), part.ends.get(1..));
                    if let (Some(after), Some(ends)) = (after, ends) {
                        after.iter_mut().zip(ends).for_each(|(l, q)| *l += came * q);
                    }
                }
            }
        }
        mass
    }

    /// Expected count after coming to each node in each step, by node.
    fn after(&self, count: &Count) -> Vec<Vec<f64>> {
        let (n, steps) = (self.nodes.len(), self.steps);
        let last = (count.to.ceil().max(0.0) as usize).min(steps);
        let mut h = vec![vec![0.0; steps]; n];
        let mut soon: Vec<Vec<Vec<f64>>> =
            self.nodes.iter().map(|n| n.parts.iter().map(|_| vec![0.0; last]).collect()).collect();
        let weight: Vec<Vec<f64>> =
            self.events.iter().map(|e| (0..last).map(|k| count.at(e.label, k)).collect()).collect();
        for k in (0..last).rev() {
            let share = |part: &Part| -> f64 { part.ways.iter().map(|w| w.share * weight[w.event][k]).sum() };
            let right: Vec<f64> = self
                .nodes
                .iter()
                .zip(&soon)
                .map(|(node, soon)| {
                    let one = |(part, soon): (&Part, &Vec<f64>)| {
                        soon[k] + part.ends.first().copied().unwrap_or(0.0) * share(part)
                    };
                    node.parts.iter().zip(soon).map(one).sum()
                })
                .collect();
            for (i, row) in h.iter_mut().enumerate() {
                row[k] = self.instant.row(i).iter().zip(&right).map(|(a, b)| a * b).sum();
            }
            for (node, soon) in self.nodes.iter().zip(&mut soon) {
                for (part, soon) in node.parts.iter().zip(soon) {
                    let onward = |w: &Way| {
                        let to = self.events[w.event].to.map_or(0.0, |j| h[j][k]);
                        w.share * (weight[w.event][k] + to)
                    };
                    let value: f64 = part.ways.iter().map(onward).sum();
                    if value != 0.0 {
                        let ends = part.ends.iter().skip(1);
                        soon[..k].iter_mut().rev().zip(ends).for_each(|(s, q)| *s += value * q);
                    }
                }
            }
        }
        h
    }

    /// Means of counts.
    pub fn means(&self, counts: &[Count]) -> Vec<f64> {
        let all = self.forward(&all(&self.sources), &all(&self.found));
        let one = |c: &Count| {
            let of = |(e, mass): (&Event, &Vec<f64>)| -> f64 {
                if c.weights.get(e.label).is_none_or(|w| *w == 0.0) {
                    return 0.0;
                }
                let last = (c.to.ceil().max(0.0) as usize).min(self.steps);
                (c.from.max(0.0) as usize..last).map(|k| c.at(e.label, k) * mass[k]).sum()
            };
            c.constant + self.events.iter().zip(&all).map(of).sum::<f64>()
        };
        counts.iter().map(one).collect()
    }

    /// Their covariance.
    pub fn covariance(&self, counts: &[Count]) -> Matrix<f64> {
        let n = counts.len();
        let after: Vec<Vec<Vec<f64>>> = counts.iter().map(|c| self.after(c)).collect();
        let mut out = Matrix::zeros(n, n);
        for (sources, found, as_one) in self.layers() {
            let mass = self.forward(&sources, &found);
            for (e, mass) in self.events.iter().zip(&mass) {
                let counted: Vec<usize> =
                    (0..n).filter(|a| counts[*a].weights.get(e.label).is_some_and(|w| *w != 0.0)).collect();
                for (k, &m) in mass.iter().enumerate() {
                    if m == 0.0 {
                        continue;
                    }
                    for &a in &counted {
                        let w = counts[a].at(e.label, k);
                        if w == 0.0 {
                            continue;
                        }
                        let m = m * as_one * w;
                        counted.iter().for_each(|&b| out.add(a, b, m * counts[b].at(e.label, k)));
                        if let Some(to) = e.to {
                            for (b, after) in after.iter().enumerate() {
                                let x = m * after[to][k];
                                out.add(a, b, x);
                                out.add(b, a, x);
                            }
                        }
                    }
                }
            }
        }
        // what is counted of one case that takes a way in a step, there and after
        let of = |c: usize, way: &Way, k: usize| {
            let e = &self.events[way.event];
            way.share * (counts[c].at(e.label, k) + e.to.map_or(0.0, |j| after[c][j][k]))
        };
        let add = |out: &mut Matrix<f64>, by: f64, x: &[f64]| {
            for a in 0..n {
                (0..n).for_each(|b| out.add(a, b, by * x[a] * x[b]));
            }
        };
        for f in &self.found {
            let mean: Vec<f64> = (0..n)
                .map(|c| {
                    let part = |p: &Part| -> f64 {
                        p.ends
                            .iter()
                            .enumerate()
                            .map(|(k, q)| q * p.ways.iter().map(|w| of(c, w, k)).sum::<f64>())
                            .sum()
                    };
                    f.parts.iter().map(part).sum()
                })
                .collect();
            add(&mut out, -f.cases * f.as_one, &mean);
        }
        for s in &self.sources {
            if s.siblings > 0.0 && !s.together {
                for (k, &cases) in s.cases.iter().enumerate().filter(|c| *c.1 > 0.0) {
                    for way in s.ways.iter().filter(|w| w.share > 0.0) {
                        let x: Vec<f64> = (0..n).map(|c| of(c, way, k) / way.share).collect();
                        add(&mut out, cases * s.siblings * way.share, &x);
                    }
                }
            }
            if s.varies > 0.0 {
                let blocks = s.blocks.iter().max().map_or(0, |b| b + 1);
                let mut sums = vec![vec![0.0; n]; blocks];
                for (k, (&cases, &block)) in s.cases.iter().zip(&s.blocks).enumerate() {
                    for (c, sum) in sums[block].iter_mut().enumerate() {
                        *sum += cases * s.ways.iter().map(|w| of(c, w, k)).sum::<f64>();
                    }
                }
                sums.iter().for_each(|x| add(&mut out, s.varies, x));
            }
        }
        out
    }

    /// Sources and cases found, by how many cases move as one.
    fn layers(&self) -> Vec<(Vec<usize>, Vec<usize>, f64)> {
        let mut out: Vec<(Vec<usize>, Vec<usize>, f64)> = Vec::new();
        let mut at = |as_one: f64| -> usize {
            out.iter().position(|l| l.2 == as_one).unwrap_or_else(|| {
                out.push((Vec::new(), Vec::new(), as_one));
                out.len() - 1
            })
        };
        let sources: Vec<usize> =
            self.sources.iter().map(|s| at(if s.together { 1.0 + s.siblings } else { 1.0 })).collect();
        let found: Vec<usize> = self.found.iter().map(|f| at(f.as_one)).collect();
        sources.into_iter().enumerate().for_each(|(s, l)| out[l].0.push(s));
        found.into_iter().enumerate().for_each(|(f, l)| out[l].1.push(f));
        out
    }
}

fn all<T>(items: &[T]) -> Vec<usize> {
    (0..items.len()).collect()
}
