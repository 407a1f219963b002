//! Risk sets and moves of a multi-state model at each time: the increments of its cumulative hazards.

use super::SurvivalError;
use super::visits::Visits;

/// Moves at one time from one state to another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Move {
    /// State left.
    pub from: usize,
    /// State entered.
    pub to: usize,
    /// Weight of those who moved.
    pub weight: f64,
}

/// What happens at one time.
#[derive(Debug, Clone, PartialEq)]
pub struct HazardRow {
    /// Time on the model's clock.
    pub time: f64,
    /// Weight in each state just before.
    pub at_risk: Vec<f64>,
    /// How many visits that is.
    pub visits: Vec<usize>,
    /// Moves, in order of (from, to).
    pub moves: Vec<Move>,
}

impl HazardRow {
    /// The rows of I + dA that differ from the identity: state left, where its members go (shares that
    /// sum to 1), and the weight at risk.
    pub fn steps(&self) -> Vec<Step> {
        let states = self.at_risk.len();
        let mut steps = Vec::new();
        for group in self.moves.chunk_by(|a, b| a.from == b.from) {
            let Some(from) = group.first().map(|m| m.from) else {
                continue;
            };
            let at_risk = self.at_risk.get(from).copied().unwrap_or(0.0);
            if at_risk <= 0.0 {
                continue;
            }
            let mut share = vec![0.0; states];
            let left: f64 = group.iter().map(|m| m.weight).sum();
            for one in group {
                if let Some(cell) = share.get_mut(one.to) {
                    *cell = one.weight / at_risk;
                }
            }
            if let Some(cell) = share.get_mut(from) {
                let stay = at_risk - left;
                *cell = if stay <= 1e-12 * at_risk { 0.0 } else { stay / at_risk };
            }
            steps.push(Step { from, share, at_risk });
        }
        steps
    }
}

/// One row of I + dA.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// State left.
    pub from: usize,
    /// Share of those in it who are in each state just after.
    pub share: Vec<f64>,
    /// Weight at risk in it just before.
    pub at_risk: f64,
}

/// Risk sets and moves after a landmark, in order of time.
#[derive(Debug, Clone, PartialEq)]
pub struct HazardTable {
    /// Only moves after this time are counted.
    pub start: f64,
    /// Number of states.
    pub states: usize,
    /// One row for each time at which a visit ends.
    pub rows: Vec<HazardRow>,
}

/// Numbers a table may hold.
pub const MOST_CELLS: usize = 100_000_000;

impl HazardTable {
    /// Tabulates the visits; a visit is at risk at t when entry < t <= exit.
    ///
    /// Times are compared as they are: see [`Visits::merge_ties`] for those that are not on a grid.
    pub fn new(visits: &Visits, start: f64) -> Result<Self, SurvivalError> {
        let states = visits.states();
        let slice = visits.as_slice();
        let mut entries = Vec::with_capacity(slice.len());
        let mut exits = Vec::with_capacity(slice.len());
        for visit in slice {
            let (entry, exit) = (visit.entry, visit.exit);
            if exit > start && exit > entry {
                entries.push((entry, visit.state, visit.weight));
                exits.push((exit, visit.state, visit.next, visit.weight));
            }
        }
        entries.sort_by(|a, b| a.0.total_cmp(&b.0));
        exits.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
        let times = exits.chunk_by(|a, b| a.0 == b.0).count();
        if times.saturating_mul(states) > MOST_CELLS {
            return Err(SurvivalError::TooLarge {
                what: "the table of risk sets",
                asked: times.saturating_mul(states),
                allowed: MOST_CELLS,
            });
        }
        let mut weight = vec![0.0; states];
        let mut count = vec![0_usize; states];
        let mut entered = 0;
        let mut rows = Vec::with_capacity(times);
        for chunk in exits.chunk_by(|a, b| a.0 == b.0) {
            let Some(time) = chunk.first().map(|e| e.0) else {
                continue;
            };
            while let Some(&(_, state, w)) = entries.get(entered).filter(|e| e.0 < time) {
                weight[state] += w;
                count[state] += 1;
                entered += 1;
            }
            rows.push(HazardRow {
                time,
                at_risk: weight.clone(),
                visits: count.clone(),
                moves: moves_in(chunk),
            });
            for &(_, state, _, w) in chunk {
                weight[state] -= w;
                count[state] -= 1;
                if count[state] == 0 {
                    weight[state] = 0.0;
                }
            }
        }
        if rows.is_empty() {
            return Err(SurvivalError::Empty);
        }
        Ok(Self { start, states, rows })
    }

    /// Nelson-Aalen cumulative hazard of moves from one state to another: (time, hazard, its standard
    /// error) at every row. The error is Aalen's, the sum of moves over risk sets squared.
    pub fn cumulative(&self, from: usize, to: usize) -> Vec<(f64, f64, f64)> {
        let (mut hazard, mut variance) = (0.0, 0.0);
        self.rows
            .iter()
            .map(|row| {
                let moved = row.moves.iter().find(|m| m.from == from && m.to == to);
                if let (Some(moved), Some(&n)) = (moved, row.at_risk.get(from)) {
                    hazard += moved.weight / n;
                    variance += moved.weight / (n * n);
                }
                (row.time, hazard, variance.sqrt())
            })
            .collect()
    }
}

type Exit = (f64, usize, Option<usize>, f64);

fn moves_in(chunk: &[Exit]) -> Vec<Move> {
    let mut moves: Vec<Move> = Vec::new();
    for &(_, from, next, weight) in chunk {
        let Some(to) = next else { continue };
        match moves.last_mut() {
            Some(last) if last.from == from && last.to == to => last.weight += weight,
            _ => moves.push(Move { from, to, weight }),
        }
    }
    moves
}
