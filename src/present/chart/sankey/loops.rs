//! Flows that go back: right out of their stage, down, left in a lane of their own below
//! everything, up, and right into the stage they return to; as wide all along as at their ends.
//! Flows to another stage of the same column have their lanes right below their stage.

use super::super::frame::ROW;
use super::Sankey;
use super::graph::Graph;
use super::layout::{BAR, Layout, Slot};

/// Air beside a return that turns between two columns.
const AIR: f64 = 10.0;
/// Air between the stages and the first lane.
const DROP: f64 = 22.0;
/// The widest return whose number stands below it rather than inside.
pub(super) const THIN: f64 = 20.0;

/// Air between a bar and the first lane below it, and between two such lanes.
pub(super) const BETWEEN: f64 = 10.0;

/// A flow that goes back, or to another stage of its column.
#[derive(Debug, Clone)]
pub(super) struct Return {
    pub flow: usize,
    pub width: f64,
    /// Whether it stays in its column.
    pub sideways: bool,
    /// Ends at the bar it leaves and at the bar it goes to.
    pub out: Slot,
    pub into: Slot,
    /// Places of its way down and its way up.
    pub down: f64,
    pub up: f64,
    /// Middle of its lane.
    pub lane: f64,
    /// Radius of its turns, along its middle.
    pub turn: f64,
}

impl Return {
    pub fn new(s: &Sankey, flow: usize, scale: f64) -> Return {
        let f = &s.flows[flow];
        let (none, width) = (Slot::default(), f.value * scale);
        Return {
            flow,
            width,
            sideways: s.nodes[f.from].column == s.nodes[f.to].column,
            out: none,
            into: none,
            down: 0.0,
            up: 0.0,
            lane: 0.0,
            turn: width / 2.0 + BETWEEN / 2.0,
        }
    }
}

/// Gives the returns their places at the bars, from the bar's lower edge up.
pub(super) fn attach(s: &Sankey, g: &Graph, l: &mut Layout) {
    for node in 0..s.nodes.len() {
        let bar = g.vertices[node].value * l.scale;
        for out in [true, false] {
            let mut bottom = bar;
            let end = |r: &Return| {
                if out { s.flows[r.flow].from } else { s.flows[r.flow].to }
            };
            let mut here: Vec<&mut Return> = l.returns.iter_mut().filter(|r| end(r) == node).collect();
            // What stays in the column turns nearest to the bar, so it is lowest.
            here.sort_by_key(|r| (!r.sideways, r.flow));
            for r in here {
                bottom -= r.width;
                let slot = Slot { offset: bottom.max(0.0), width: r.width };
                if out { r.out = slot } else { r.into = slot }
            }
        }
    }
}

/// Room that the returns which turn left of column `k` need; `k` is one more than the last
/// column for those right of everything.
pub(super) fn corridor(s: &Sankey, returns: &[Return], k: usize) -> f64 {
    let turns = |r: &Return| {
        let f = &s.flows[r.flow];
        let down = s.nodes[f.from].column + 1 == k && !r.sideways;
        f64::from(u8::from(down) + u8::from(s.nodes[f.to].column == k))
    };
    returns.iter().map(|r| turns(r) * (r.width + AIR)).sum::<f64>() + AIR
}

/// Routes the returns and so finds the height of the picture.
pub(super) fn route(s: &Sankey, g: &Graph, l: &mut Layout) {
    let floor = (0..g.vertices.len())
        .filter(|v| g.vertices[*v].value > 0.0)
        .map(|v| l.y[v] + g.vertices[v].value * l.scale)
        .fold(l.top, f64::max);
    let names = l
        .names
        .iter()
        .enumerate()
        .filter(|(i, _)| g.vertices[*i].value > 0.0)
        .map(|(i, n)| l.y[i] + (g.vertices[i].value * l.scale + n.height()) / 2.0);
    let floor = names.fold(floor, f64::max);
    for k in 0..=g.order.len() {
        turns(s, g, l, k);
    }
    let floor = lanes_between(s, g, l).max(floor);
    l.bottom = lanes(s, l, floor);
    l.height = l.bottom + 2.0 * ROW + 18.0;
}

/// Puts the ways down and up that share a corridor side by side: of the ways down the lowest
/// stage's is nearest to it, and likewise for the ways up, so that they nest.
fn turns(s: &Sankey, g: &Graph, l: &mut Layout, k: usize) {
    let y = |node: usize, slot: &Slot| l.y[node] + slot.offset;
    let mut down: Vec<(bool, f64, usize)> = Vec::new();
    let mut up: Vec<(bool, f64, usize)> = Vec::new();
    for (i, r) in l.returns.iter().enumerate() {
        let f = &s.flows[r.flow];
        if s.nodes[f.from].column + 1 == k && !r.sideways {
            down.push((false, -y(f.from, &r.out), i));
        }
        if s.nodes[f.to].column == k {
            up.push((r.sideways, y(f.to, &r.into), i));
        }
    }
    down.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.cmp(&b.2)));
    up.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.cmp(&b.2)));
    let all: Vec<(usize, bool)> =
        down.iter().map(|d| (d.2, true)).chain(up.iter().map(|u| (u.2, false))).collect();
    let total: f64 = all.iter().map(|(i, _)| l.returns[*i].width + AIR).sum::<f64>();
    let n = g.order.len();
    let middle = match k {
        0 => l.x[0] - half_name(s, l, 0) - total / 2.0,
        k if k == n => l.x[n - 1] + BAR + half_name(s, l, n - 1) + total / 2.0,
        k => {
            let (a, b) = (l.x[k - 1] + BAR + half_name(s, l, k - 1), l.x[k] - half_name(s, l, k));
            (a + b) / 2.0
        }
    };
    let mut x = middle - total / 2.0;
    for (i, goes_down) in all {
        let r = &mut l.returns[i];
        let at = x + (r.width + AIR) / 2.0;
        if goes_down {
            r.down = at
        } else {
            r.up = at
        }
        x += r.width + AIR;
    }
}

/// How far names above a column's bars reach beyond them.
fn half_name(s: &Sankey, l: &Layout, column: usize) -> f64 {
    let here = l
        .names
        .iter()
        .enumerate()
        .filter(|(i, n)| s.nodes[*i].column == column && n.side == super::layout::Side::Above);
    here.map(|(_, n)| ((n.width - BAR) / 2.0).max(0.0)).fold(0.0, f64::max)
}

/// Gives the flows that stay in their column lanes right below their stages.
fn lanes_between(s: &Sankey, g: &Graph, l: &mut Layout) -> f64 {
    let mut floor = l.top;
    for node in 0..s.nodes.len() {
        let mut y = l.y[node] + g.vertices[node].value * l.scale;
        let mut x = l.x[s.nodes[node].column] + BAR;
        let mut here: Vec<&mut Return> =
            l.returns.iter_mut().filter(|r| r.sideways && s.flows[r.flow].from == node).collect();
        here.sort_by_key(|r| r.flow);
        for r in here {
            r.lane = y + BETWEEN + r.width / 2.0;
            // Its turn is near the bar; a further one goes round it.
            x += r.turn + r.width / 2.0 + BETWEEN;
            r.down = x;
            y = r.lane + r.width / 2.0;
        }
        floor = floor.max(y);
    }
    floor
}

/// Gives each return a lane: short ones above, and those that do not meet share one.
fn lanes(s: &Sankey, l: &mut Layout, floor: f64) -> f64 {
    let mut order: Vec<usize> = (0..l.returns.len()).filter(|i| !l.returns[*i].sideways).collect();
    let span = |i: usize| l.returns[i].down - l.returns[i].up;
    let depth = |i: usize| l.y[s.flows[l.returns[i].flow].from];
    order.sort_by(|a, b| span(*a).total_cmp(&span(*b)).then(depth(*b).total_cmp(&depth(*a))));
    let reach = |r: &Return| (r.up - r.width / 2.0 - AIR, r.down + r.width / 2.0 + AIR);
    // Lower edge of the lanes so far, by the stretch they cover.
    let mut used: Vec<((f64, f64), f64)> = Vec::new();
    let mut bottom = floor;
    for i in order {
        let (a, b) = reach(&l.returns[i]);
        let above = used
            .iter()
            .filter(|((c, d), _)| a < *d && *c < b)
            .map(|u| u.1)
            .fold(floor + DROP - 8.0, f64::max);
        let r = &mut l.returns[i];
        let lane = above + 8.0 + r.width / 2.0;
        r.lane = lane;
        let text = if r.width < THIN { ROW } else { 0.0 };
        let low = lane + r.width / 2.0 + text;
        used.push(((a, b), low));
        bottom = bottom.max(low);
    }
    bottom
}
