//! Where everything stands: one scale, heights, columns, and the ends of every band.

use super::super::frame::ROW;
use super::super::place::{Item, spread};
use super::super::scene::TEXT;
use super::Sankey;
use super::graph::Graph;
use super::loops::{self, Return};
use crate::present::{font, format};

/// Width of a stage's bar.
pub(super) const BAR: f64 = 14.0;
/// Least air between two things in a column.
const GAP: f64 = 14.0;
/// The widest line of a stage's name.
const NAME: f64 = 138.0;
/// Rounds of moving stages towards the bands they hold.
const ROUNDS: usize = 60;

/// Where a stage's name stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Left,
    Right,
    Above,
}

/// Name and value of a stage.
#[derive(Debug, Clone)]
pub(super) struct Name {
    pub lines: Vec<String>,
    pub value: String,
    pub side: Side,
    pub width: f64,
}

impl Name {
    pub fn height(&self) -> f64 {
        ROW * (self.lines.len() + 1) as f64
    }
}

/// One end of a band: the upper edge of its place at a bar.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Slot {
    /// Below the bar's upper edge.
    pub offset: f64,
    pub width: f64,
}

/// The finished layout, in the picture's units.
#[derive(Debug)]
pub(super) struct Layout {
    /// Pixels to one of what flows: the same for every band.
    pub scale: f64,
    pub width: f64,
    pub height: f64,
    /// Upper edge of the region of the stages.
    pub top: f64,
    /// Left edge of each column's bars.
    pub x: Vec<f64>,
    /// Upper edge of each vertex.
    pub y: Vec<f64>,
    pub names: Vec<Name>,
    /// Ends of each piece of forward flow: at its left and at its right.
    pub ends: Vec<(Slot, Slot)>,
    /// The flows that go back.
    pub returns: Vec<Return>,
    /// Lower edge of the region of the returns.
    pub bottom: f64,
}

impl Layout {
    pub fn new(s: &Sankey, g: &Graph) -> Layout {
        let names = names(s, g);
        let heading = s.columns.iter().map(|c| font::width(c, TEXT, false)).fold(0.0, f64::max);
        let top = match heading {
            w if w <= 0.0 => 4.0,
            w if w <= 110.0 => ROW + 16.0,
            _ => 2.0 * ROW + 16.0,
        };
        let (scale, room) = scale(s, g, &names);
        let mut l = Layout {
            scale,
            width: s.width,
            height: 0.0,
            top,
            x: Vec::new(),
            y: vec![top; g.vertices.len()],
            names,
            ends: vec![(Slot::default(), Slot::default()); g.pieces.len()],
            returns: g.returns.iter().map(|f| Return::new(s, *f, scale)).collect(),
            bottom: 0.0,
        };
        l.stack(g);
        for round in 0..ROUNDS {
            l.attach(s, g);
            let order: Vec<usize> = if round % 2 == 0 {
                (0..g.order.len()).collect()
            } else {
                (0..g.order.len()).rev().collect()
            };
            for c in order {
                l.settle(g, c, top + room);
            }
        }
        l.attach(s, g);
        l.rise(g);
        l.columns(s, g);
        loops::route(s, g, &mut l);
        l
    }

    /// Room a vertex takes above its bar, and in all.
    fn extent(&self, g: &Graph, v: usize) -> (f64, f64) {
        extent(g, &self.names, v, self.scale)
    }

    /// A first stack of each column from above.
    fn stack(&mut self, g: &Graph) {
        for column in &g.order {
            let mut y = self.top;
            for v in column {
                let (above, size) = self.extent(g, *v);
                self.y[*v] = y + above;
                y += size + GAP;
            }
        }
    }

    /// Moves a column so that its bands run as level as its order allows.
    fn settle(&mut self, g: &Graph, c: usize, bottom: f64) {
        let items: Vec<Item> = g.order[c]
            .iter()
            .map(|v| {
                let (mut sum, mut weight) = (0.0, 0.0);
                for (p, (a, b)) in g.pieces.iter().zip(&self.ends) {
                    let (mine, other, at) = match (p.from == *v, p.to == *v) {
                        (true, _) => (a, b, p.to),
                        (_, true) => (b, a, p.from),
                        _ => continue,
                    };
                    sum += p.value * (self.y[at] + other.offset - mine.offset);
                    weight += p.value;
                }
                let (above, size) = self.extent(g, *v);
                let y = if weight > 0.0 { sum / weight } else { self.y[*v] };
                Item { wish: y - above + size / 2.0, size, weight: weight.max(1e-3) }
            })
            .collect();
        let places = spread(&items, |_| GAP, self.top, bottom);
        for ((v, item), at) in g.order[c].iter().zip(&items).zip(places) {
            self.y[*v] = at - item.size / 2.0 + self.extent(g, *v).0;
        }
    }

    /// Takes away what is empty above all columns.
    fn rise(&mut self, g: &Graph) {
        let shown = g.order.iter().flatten();
        let empty = shown.map(|v| self.y[*v] - self.extent(g, *v).0).fold(f64::INFINITY, f64::min) - self.top;
        if empty.is_finite() {
            self.y.iter_mut().for_each(|y| *y -= empty);
        }
    }

    /// Gives every band its place at both its bars: forward bands from above in the order of
    /// what they lead to, returns from below.
    fn attach(&mut self, s: &Sankey, g: &Graph) {
        for v in 0..g.vertices.len() {
            for out in [true, false] {
                let mut here: Vec<(f64, usize)> = g
                    .pieces
                    .iter()
                    .enumerate()
                    .filter(|(_, p)| if out { p.from == v } else { p.to == v })
                    .map(|(i, p)| (self.y[if out { p.to } else { p.from }], i))
                    .collect();
                here.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
                let mut offset = 0.0;
                for (_, i) in here {
                    let width = g.pieces[i].value * self.scale;
                    let slot = Slot { offset, width };
                    if out {
                        self.ends[i].0 = slot
                    } else {
                        self.ends[i].1 = slot
                    }
                    offset += width;
                }
            }
        }
        loops::attach(s, g, self);
    }

    /// Left edges of the columns: room for names, and between columns for the returns that turn there.
    fn columns(&mut self, s: &Sankey, g: &Graph) {
        let n = g.order.len();
        let widest = |c: usize, side: Side| {
            let here = self
                .names
                .iter()
                .enumerate()
                .filter(|(i, m)| s.nodes[*i].column == c && m.side == side && g.vertices[*i].value > 0.0);
            here.map(|(_, m)| m.width).fold(0.0, f64::max)
        };
        // What a column needs to either side of its bars.
        let half = |c: usize| ((widest(c, Side::Above) - BAR) / 2.0).max(0.0);
        let beside = |c: usize, side: Side| {
            if widest(c, side) > 0.0 { widest(c, side) + 10.0 } else { 0.0 }
        };
        let corridor: Vec<f64> = (0..=n).map(|k| loops::corridor(s, &self.returns, k)).collect();
        let left = beside(0, Side::Left).max(half(0) + corridor[0]) + 2.0;
        let last = n.saturating_sub(1);
        let right = beside(last, Side::Right).max(half(last) + corridor[n]) + 2.0;
        let needs: Vec<f64> =
            (1..n).map(|c| (half(c - 1) + corridor[c].max(24.0) + half(c)).max(120.0)).collect();
        let wanted = left + right + BAR * n as f64 + needs.iter().sum::<f64>();
        self.width = s.width.max(wanted);
        let spare = (self.width - wanted) / needs.len().max(1) as f64;
        let mut x = left;
        self.x = vec![left];
        for need in needs {
            x += BAR + need + spare;
            self.x.push(x);
        }
    }
}

fn names(s: &Sankey, g: &Graph) -> Vec<Name> {
    let last = g.order.len().saturating_sub(1);
    let into_first = g.returns.iter().any(|f| s.nodes[s.flows[*f].to].column == 0);
    let out_of_last = g.returns.iter().any(|f| s.nodes[s.flows[*f].from].column == last);
    s.nodes
        .iter()
        .enumerate()
        .map(|(i, n)| {
            let side = match n.column {
                0 if !into_first => Side::Left,
                c if c == last && !out_of_last => Side::Right,
                _ => Side::Above,
            };
            let lines = font::wrap(&n.name, TEXT, true, NAME, 3);
            let value = format::count(g.vertices[i].value);
            let widths = lines.iter().map(|l| font::width(l, TEXT, true));
            let width = widths.fold(font::width(&value, TEXT, false), f64::max);
            Name { lines, value, side, width }
        })
        .collect()
}

/// Room a vertex takes above its bar and in all: its name, and below the bar the lanes of the
/// flows that stay in its column.
fn extent(g: &Graph, names: &[Name], v: usize, scale: f64) -> (f64, f64) {
    let bar = g.vertices[v].value * scale;
    let Some((node, name)) = g.vertices[v].node.and_then(|n| names.get(n).map(|m| (n, m))) else {
        return (0.0, bar);
    };
    let (value, count) = g.sideways[node];
    let below = value * scale + loops::BETWEEN * count as f64;
    if name.side == Side::Above {
        return (name.height() + 4.0, bar + name.height() + 4.0 + below);
    }
    let above = ((name.height() - bar) / 2.0).max(0.0);
    (above, above + bar + above.max(below))
}

/// The largest scale at which every column fits, and the height the columns then have.
fn scale(s: &Sankey, g: &Graph, names: &[Name]) -> (f64, f64) {
    // Names alone, at scale zero, must leave at least a third of the height to the bars.
    let words = |c: &Vec<usize>| c.iter().map(|v| extent(g, names, *v, 0.0).1 + GAP).sum::<f64>() - GAP;
    let tallest = g.order.iter().map(words).fold(0.0, f64::max);
    let room = s.height.max(tallest * 1.5);
    let fits = |scale: f64| {
        let column =
            |c: &Vec<usize>| c.iter().map(|v| extent(g, names, *v, scale).1 + GAP).sum::<f64>() - GAP;
        g.order.iter().all(|c| column(c) <= room)
    };
    let largest = g.vertices.iter().map(|v| v.value).fold(0.0, f64::max).max(1e-9);
    let (mut lo, mut hi) = (0.0, 0.55 * room / largest);
    if fits(hi) {
        return (hi, room);
    }
    for _ in 0..60 {
        let middle = (lo + hi) / 2.0;
        if fits(middle) { lo = middle } else { hi = middle }
    }
    (lo, room)
}
