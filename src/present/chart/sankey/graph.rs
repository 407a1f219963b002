//! The diagram as columns of vertices and pieces of flow between neighbouring columns.

use super::Sankey;

/// A stage in its column, or the place where a long flow passes through a column.
#[derive(Debug, Clone)]
pub(super) struct Vertex {
    pub column: usize,
    /// The larger of what comes in and what goes out.
    pub value: f64,
    /// The stage, or `None` for a place that is only passed.
    pub node: Option<usize>,
}

/// A piece of a forward flow from one column to the next.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    pub from: usize,
    pub to: usize,
    pub value: f64,
}

/// The columns in order from above, and what runs between them.
#[derive(Debug, Clone)]
pub(super) struct Graph {
    pub vertices: Vec<Vertex>,
    pub pieces: Vec<Piece>,
    /// For each flow its pieces from left to right; none for a return.
    pub paths: Vec<Vec<usize>>,
    /// The flows that go back, or stay in their column.
    pub returns: Vec<usize>,
    /// For each stage what goes from it to others in its column, and in how many flows.
    pub sideways: Vec<(f64, usize)>,
    /// For each column its vertices from above.
    pub order: Vec<Vec<usize>>,
}

/// Sweeps over the columns in search of fewer crossings.
const SWEEPS: usize = 24;

impl Graph {
    pub fn build(s: &Sankey) -> Graph {
        let sum = |pick: &dyn Fn(&super::SankeyFlow) -> bool| {
            s.flows.iter().filter(|f| pick(f)).map(|f| f.value).sum::<f64>()
        };
        let used = |i: usize| sum(&|f| f.to == i).max(sum(&|f| f.from == i));
        let mut g = Graph {
            vertices: Vec::new(),
            pieces: Vec::new(),
            paths: vec![Vec::new(); s.flows.len()],
            returns: Vec::new(),
            sideways: vec![(0.0, 0); s.nodes.len()],
            order: Vec::new(),
        };
        for (i, n) in s.nodes.iter().enumerate() {
            g.vertices.push(Vertex { column: n.column, value: used(i), node: Some(i) });
        }
        for (i, f) in s.flows.iter().enumerate().filter(|(_, f)| f.value > 0.0) {
            let (a, b) = (s.nodes[f.from].column, s.nodes[f.to].column);
            if a >= b {
                g.returns.push(i);
                if a == b {
                    g.sideways[f.from].0 += f.value;
                    g.sideways[f.from].1 += 1;
                }
                continue;
            }
            let mut at = f.from;
            for column in a + 1..=b {
                let next = if column == b {
                    f.to
                } else {
                    g.vertices.push(Vertex { column, value: f.value, node: None });
                    g.vertices.len() - 1
                };
                g.paths[i].push(g.pieces.len());
                g.pieces.push(Piece { from: at, to: next, value: f.value });
                at = next;
            }
        }
        let columns = s.nodes.iter().map(|n| n.column + 1).max().unwrap_or(0);
        g.order = vec![Vec::new(); columns];
        for (v, vertex) in g.vertices.iter().enumerate() {
            // A stage that nothing reaches or leaves is not shown.
            if vertex.value > 0.0 {
                g.order[vertex.column].push(v);
            }
        }
        g.arrange();
        g
    }

    /// Where each vertex stands in its column.
    pub fn rank(&self) -> Vec<usize> {
        let mut rank = vec![0; self.vertices.len()];
        for column in &self.order {
            for (i, v) in column.iter().enumerate() {
                rank[*v] = i;
            }
        }
        rank
    }

    /// Crossings, each weighed by the smaller of the two flows that cross.
    pub fn crossings(&self) -> f64 {
        let rank = self.rank();
        let mut sum = 0.0;
        for (i, a) in self.pieces.iter().enumerate() {
            for b in &self.pieces[i + 1..] {
                let same = self.vertices[a.from].column == self.vertices[b.from].column;
                let (p, q) =
                    (rank[a.from] as i64 - rank[b.from] as i64, rank[a.to] as i64 - rank[b.to] as i64);
                if same && p * q < 0 {
                    sum += a.value.min(b.value);
                }
            }
        }
        sum
    }

    fn arrange(&mut self) {
        let mut best = (self.cost(), self.order.clone());
        for sweep in 0..SWEEPS {
            let forward = sweep % 2 == 0;
            let columns: Vec<usize> =
                if forward { (0..self.order.len()).collect() } else { (0..self.order.len()).rev().collect() };
            for c in columns {
                self.sort_column(c, forward);
            }
            let cost = self.cost();
            if cost < best.0 {
                best = (cost, self.order.clone());
            }
        }
        self.order = best.1;
        if self.pieces.len() <= 150 {
            self.swap_neighbours();
        }
    }

    /// Crossings, and a little for every stage with a return that stands high, since returns
    /// run below and must pass what is under them.
    fn cost(&self) -> f64 {
        self.crossings() + 0.001 * self.height_of_passages()
    }

    /// Long flows look best above or below the stages they pass rather than among them.
    fn height_of_passages(&self) -> f64 {
        let mut sum = 0.0;
        for column in &self.order {
            let n = column.len();
            for (i, v) in column.iter().enumerate() {
                if self.vertices[*v].node.is_none() {
                    sum += self.vertices[*v].value * i.min(n - 1 - i) as f64;
                }
            }
        }
        sum
    }

    fn sort_column(&mut self, c: usize, forward: bool) {
        let rank = self.rank();
        let middle = |v: usize| {
            let (mut sum, mut weight) = (0.0, 0.0);
            for p in &self.pieces {
                let other = if forward && p.to == v {
                    p.from
                } else if !forward && p.from == v {
                    p.to
                } else {
                    continue;
                };
                // Positions as shares of the column, so that columns of different length compare.
                let n = self.order[self.vertices[other].column].len().max(1) as f64;
                sum += p.value * (rank[other] as f64 + 0.5) / n;
                weight += p.value;
            }
            let n = self.order[c].len().max(1) as f64;
            if weight > 0.0 { sum / weight } else { (rank[v] as f64 + 0.5) / n }
        };
        let mut keyed: Vec<(f64, usize)> = self.order[c].iter().map(|v| (middle(*v), *v)).collect();
        keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
        self.order[c] = keyed.into_iter().map(|k| k.1).collect();
    }

    fn swap_neighbours(&mut self) {
        let mut cost = self.cost();
        for _ in 0..8 {
            let before = cost;
            for c in 0..self.order.len() {
                for i in 1..self.order[c].len() {
                    self.order[c].swap(i - 1, i);
                    let now = self.cost();
                    if now < cost - 1e-9 {
                        cost = now;
                    } else {
                        self.order[c].swap(i - 1, i);
                    }
                }
            }
            if cost >= before - 1e-9 {
                break;
            }
        }
    }
}
