//! Where those in a state will be: the Aalen-Johansen estimator, for competing risks and for models
//! whose moves can be undone.
//!
//! Aalen & Johansen (1978). The covariance is of Greenwood's type, with multinomial jumps: Andersen,
//! Borgan, Gill & Keiding (1993), section IV.4.2, the one `etm` and `mstate` (greenwood) print.

use super::SurvivalError;
use super::hazards::{HazardTable, MOST_CELLS};

/// Probabilities just after one time.
#[derive(Debug, Clone, PartialEq)]
pub struct OccupationRow {
    /// Time on the model's clock.
    pub time: f64,
    /// Probability of each state.
    pub probability: Vec<f64>,
    /// Greenwood-type standard error of each.
    pub se: Vec<f64>,
}

/// State probabilities over time from a given start.
#[derive(Debug, Clone, PartialEq)]
pub struct Occupation {
    /// Landmark from which they run.
    pub start: f64,
    /// Probabilities at the landmark.
    pub initial: Vec<f64>,
    /// One row for each time at which a visit ends.
    pub rows: Vec<OccupationRow>,
    /// Covariance matrix (row by row) of the last row's probabilities.
    pub covariance: Vec<f64>,
}

impl Occupation {
    /// Follows `initial` (probabilities at the table's landmark, taken as known) through the table.
    pub fn new(table: &HazardTable, initial: &[f64]) -> Result<Self, SurvivalError> {
        let states = table.states;
        let proper = initial.iter().all(|p| (0.0..=1.0).contains(p));
        if initial.len() != states || !proper {
            return Err(SurvivalError::Unsupported(
                "starting probabilities must be one for each state, between 0 and 1",
            ));
        }
        let asked = table.rows.len().saturating_mul(2 * states);
        if asked > MOST_CELLS {
            return Err(SurvivalError::TooLarge {
                what: "the table of state probabilities",
                asked,
                allowed: MOST_CELLS,
            });
        }
        let mut p = initial.to_vec();
        let mut cov = vec![0.0; states * states];
        let mut rows = Vec::with_capacity(table.rows.len());
        for row in &table.rows {
            advance(&mut p, &mut cov, row);
            let se = (0..states).map(|j| cov[j * states + j].max(0.0).sqrt()).collect();
            rows.push(OccupationRow { time: row.time, probability: p.clone(), se });
        }
        Ok(Self { start: table.start, initial: initial.to_vec(), rows, covariance: cov })
    }

    /// Follows those who are in `state` at the table's landmark: row `state` of P(s, t).
    pub fn from_state(table: &HazardTable, state: usize) -> Result<Self, SurvivalError> {
        let mut initial = vec![0.0; table.states];
        match initial.get_mut(state) {
            Some(cell) => *cell = 1.0,
            None => {
                return Err(SurvivalError::OutOfRange { what: "state", found: state, have: table.states });
            }
        }
        Self::new(table, &initial)
    }

    /// The probabilities at `time`: those of the last row at or before it, or the initial ones.
    pub fn at(&self, time: f64) -> &[f64] {
        match self.row_at(time) {
            Some(row) => &row.probability,
            None => &self.initial,
        }
    }

    /// The last row at or before `time`.
    pub fn row_at(&self, time: f64) -> Option<&OccupationRow> {
        let after = self.rows.partition_point(|r| r.time <= time);
        after.checked_sub(1).and_then(|i| self.rows.get(i))
    }

    /// Expected time spent in each state between the landmark and `until`: the area under each curve.
    pub fn expected_stay(&self, until: f64) -> Vec<f64> {
        let mut total = vec![0.0; self.initial.len()];
        let mut add = |p: &[f64], width: f64| {
            for (sum, p) in total.iter_mut().zip(p) {
                *sum += p * width.max(0.0);
            }
        };
        let (mut now, mut since) = (&self.initial, self.start);
        for row in self.rows.iter().filter(|r| r.time < until) {
            add(now, row.time - since);
            now = &row.probability;
            since = row.time;
        }
        add(now, until - since);
        total
    }
}

/// p <- p (I + dA), and C <- (I + dA)' C (I + dA) + sum over states g of p_g^2 [diag(q) - q q'] / Y_g,
/// where q is row g of I + dA.
fn advance(p: &mut [f64], cov: &mut [f64], row: &super::hazards::HazardRow) {
    let states = p.len();
    let steps = row.steps();
    if steps.is_empty() {
        return;
    }
    right_multiply(cov, states, &steps);
    transpose(cov, states);
    right_multiply(cov, states, &steps);
    for step in &steps {
        let scale = p[step.from] * p[step.from] / step.at_risk;
        if scale == 0.0 {
            continue;
        }
        for (j, &qj) in step.share.iter().enumerate().filter(|(_, q)| **q > 0.0) {
            cov[j * states + j] += scale * qj;
            for (k, &qk) in step.share.iter().enumerate() {
                cov[j * states + k] -= scale * qj * qk;
            }
        }
    }
    right_multiply(p, states, &steps);
}

/// M <- M (I + dA) for a matrix held row by row.
fn right_multiply(matrix: &mut [f64], states: usize, steps: &[super::hazards::Step]) {
    for row in matrix.chunks_exact_mut(states) {
        let before: Vec<f64> = steps.iter().map(|s| row[s.from]).collect();
        for step in steps {
            row[step.from] = 0.0;
        }
        for (step, held) in steps.iter().zip(before) {
            // What was added to a state that is itself left at this instant must not move again, so
            // every state left was emptied first.
            for (cell, share) in row.iter_mut().zip(&step.share) {
                *cell += held * share;
            }
        }
    }
}

fn transpose(matrix: &mut [f64], states: usize) {
    for i in 0..states {
        for j in 0..i {
            matrix.swap(i * states + j, j * states + i);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::visits::{Visit, Visits, ZeroVisit};
    use super::*;

    fn visit(subject: u64, state: usize, entry: f64, exit: f64, next: Option<usize>) -> Visit {
        Visit { subject, state, entry, exit, next, weight: 1.0 }
    }

    fn close(a: &[f64], b: &[f64]) {
        assert_eq!(a.len(), b.len());
        for (x, y) in a.iter().zip(b) {
            assert!((x - y).abs() < 1e-14, "{a:?} against {b:?}");
        }
    }

    /// Up and down between 0 and 1, and out to 2.
    fn up_and_down() -> HazardTable {
        let raw = [
            visit(1, 0, 0.0, 1.0, Some(1)),
            visit(1, 1, 1.0, 3.0, Some(0)),
            visit(1, 0, 3.0, 5.0, None),
            visit(2, 0, 0.0, 2.0, Some(1)),
            visit(2, 1, 2.0, 4.0, Some(2)),
            visit(3, 0, 0.0, 3.0, Some(2)),
            visit(4, 0, 0.0, 5.0, None),
        ];
        let visits = Visits::new(&raw, 3, ZeroVisit::Refuse).unwrap();
        HazardTable::new(&visits, 0.0).unwrap()
    }

    #[test]
    fn a_reversible_model_by_hand() {
        let table = up_and_down();
        let risk: Vec<Vec<f64>> = table.rows.iter().map(|r| r.at_risk.clone()).collect();
        assert_eq!(risk, [[4., 0., 0.], [3., 1., 0.], [2., 2., 0.], [2., 1., 0.], [2., 0., 0.]]);
        let from0 = Occupation::from_state(&table, 0).unwrap();
        // t=1: one of four in state 0 goes up.
        close(&from0.rows[0].probability, &[0.75, 0.25, 0.0]);
        // t=2: one of three in state 0 goes up: .75*2/3, .25 + .75/3.
        close(&from0.rows[1].probability, &[0.5, 0.5, 0.0]);
        // t=3: half of state 0 ends, half of state 1 comes down: .25 + .25, .25, .25.
        close(&from0.rows[2].probability, &[0.5, 0.25, 0.25]);
        // t=4: the only one in state 1 ends.
        close(&from0.rows[3].probability, &[0.5, 0.0, 0.5]);
        close(&from0.rows[4].probability, &[0.5, 0.0, 0.5]);
        // Variances. t=1: .75*.25/4 = 3/64 for states 0 and 1.
        close(&from0.rows[0].se.iter().map(|s| s * s).collect::<Vec<_>>(), &[3.0 / 64.0, 3.0 / 64.0, 0.0]);
        // t=2: (2/3)^2 * 3/64 + .75^2 * (2/9)/3 = 1/48 + 1/24 = 1/16: no censoring yet, so binomial
        // .5*.5/4.
        close(&[from0.rows[1].se[0].powi(2)], &[1.0 / 16.0]);
        // t=3, state 2, one half of state 0: .25 * var(p0) + p0^2 * (1/4)/2 = 1/64 + 1/32 = 3/64.
        close(&[from0.rows[2].se[2].powi(2)], &[3.0 / 64.0]);
        // Stay to 5: state 0: 1 + .75 + .5 + .5 + .5; state 1: .25 + .5 + .25; state 2: .25 + .5.
        close(&from0.expected_stay(5.0), &[3.25, 1.0, 0.75]);
        // From state 1 after a landmark at 2.
        let raw_rows: Vec<f64> = table.rows.iter().map(|r| r.time).collect();
        assert_eq!(raw_rows, [1.0, 2.0, 3.0, 4.0, 5.0]);
    }

    #[test]
    fn a_landmark_ignores_what_came_before() {
        let mut table = up_and_down();
        table.rows.retain(|r| r.time > 2.0);
        table.start = 2.0;
        let from1 = Occupation::from_state(&table, 1).unwrap();
        close(&from1.rows[0].probability, &[0.5, 0.5, 0.0]);
        close(&from1.rows[1].probability, &[0.5, 0.0, 0.5]);
        close(&from1.expected_stay(5.0), &[1.0, 1.5, 0.5]);
        close(from1.at(2.5), &[0.0, 1.0, 0.0]);
    }

    #[test]
    fn covariances_add_up_to_nothing() {
        let table = up_and_down();
        let occupation = Occupation::from_state(&table, 0).unwrap();
        for row in occupation.covariance.chunks_exact(3) {
            assert!(row.iter().sum::<f64>().abs() < 1e-15);
        }
    }

    #[test]
    fn states_that_do_not_exist_are_refused() {
        let table = up_and_down();
        assert!(Occupation::from_state(&table, 3).is_err());
        assert!(Occupation::new(&table, &[0.5, f64::NAN, 0.5]).is_err());
    }
}
