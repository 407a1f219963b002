//! Standard errors of state probabilities by the infinitesimal jackknife, clustered on the subject.
//!
//! The variance R's `survfit` prints for multi-state curves: each subject's influence on the curve is
//! followed through time, and the squares are summed (Therneau & Grambsch 2000; Andersen & Pohar Perme
//! 2010). It holds when visits of one subject (or family, if that is the number given) are dependent.

use super::SurvivalError;
use super::hazards::{HazardTable, MOST_CELLS};
use super::visits::Visits;

/// Standard errors just after one time.
#[derive(Debug, Clone, PartialEq)]
pub struct JackknifeRow {
    /// Time on the model's clock.
    pub time: f64,
    /// Standard error of the probability of each state.
    pub se: Vec<f64>,
}

/// Standard errors of the probabilities from `initial` (taken as known) at each row of the table of
/// `visits` from landmark `start`.
///
/// Work and memory: subjects x states each time; refused when subjects x states exceeds 10^8.
pub fn jackknife(visits: &Visits, start: f64, initial: &[f64]) -> Result<Vec<JackknifeRow>, SurvivalError> {
    let table = HazardTable::new(visits, start)?;
    let states = table.states;
    if initial.len() != states {
        return Err(SurvivalError::Unsupported("starting probabilities must be one for each state"));
    }
    let mut subjects: Vec<u64> = visits.as_slice().iter().map(|v| v.subject).collect();
    subjects.sort_unstable();
    subjects.dedup();
    let asked = subjects.len().saturating_mul(states);
    if asked > MOST_CELLS {
        return Err(SurvivalError::TooLarge { what: "the table of influences", asked, allowed: MOST_CELLS });
    }
    let mut stays = stays(visits, &subjects, table.start);
    stays.sort_by(|a, b| a.entry.total_cmp(&b.entry));
    let mut influence = vec![0.0; asked];
    let mut p = initial.to_vec();
    let mut open: Vec<Stay> = Vec::new();
    let mut waiting = stays.into_iter().peekable();
    let mut rows = Vec::with_capacity(table.rows.len());
    for row in &table.rows {
        while let Some(stay) = waiting.next_if(|s| s.entry < row.time) {
            open.push(stay);
        }
        let steps = row.steps();
        for one in influence.chunks_exact_mut(states) {
            step_vector(one, &steps);
        }
        for step in &steps {
            let reach = p[step.from] / step.at_risk;
            for stay in open.iter().filter(|s| s.state == step.from) {
                let own = &mut influence[stay.subject * states..(stay.subject + 1) * states];
                // Where this subject went, less where its risk set went on average.
                let went = stay.next.filter(|_| stay.exit == row.time);
                own[went.unwrap_or(step.from)] += reach * stay.weight;
                for (cell, share) in own.iter_mut().zip(&step.share) {
                    *cell -= reach * stay.weight * share;
                }
            }
        }
        step_vector(&mut p, &steps);
        open.retain(|s| s.exit > row.time);
        let mut square = vec![0.0; states];
        for one in influence.chunks_exact(states) {
            for (sum, u) in square.iter_mut().zip(one) {
                *sum += u * u;
            }
        }
        rows.push(JackknifeRow { time: row.time, se: square.into_iter().map(f64::sqrt).collect() });
    }
    Ok(rows)
}

struct Stay {
    subject: usize,
    state: usize,
    entry: f64,
    exit: f64,
    next: Option<usize>,
    weight: f64,
}

fn stays(visits: &Visits, subjects: &[u64], start: f64) -> Vec<Stay> {
    let slice = visits.as_slice();
    let mut stays = Vec::with_capacity(slice.len());
    for visit in slice {
        let (entry, exit) = (visit.entry, visit.exit);
        if let Ok(subject) = subjects.binary_search(&visit.subject)
            && exit > start
            && exit > entry
        {
            stays.push(Stay {
                subject,
                state: visit.state,
                entry,
                exit,
                next: visit.next,
                weight: visit.weight,
            });
        }
    }
    stays
}

fn step_vector(vector: &mut [f64], steps: &[super::hazards::Step]) {
    let before: Vec<f64> = steps.iter().map(|s| vector[s.from]).collect();
    for step in steps {
        vector[step.from] = 0.0;
    }
    for (step, held) in steps.iter().zip(before) {
        for (cell, share) in vector.iter_mut().zip(&step.share) {
            *cell += held * share;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::spell::{Spell, Spells, ZeroLength};
    use super::*;

    #[test]
    fn without_censoring_it_is_the_binomial_error() {
        let raw: Vec<Spell> = (0..5)
            .map(|i| Spell::exit(0.0, f64::from(i + 1), (i % 2) as usize).in_cluster(i as u64))
            .collect();
        let spells = Spells::new(&raw, ZeroLength::Refuse).unwrap();
        let visits = Visits::from_spells(&spells).unwrap();
        let rows = jackknife(&visits, 0.0, &[1.0, 0.0, 0.0]).unwrap();
        // After the third exit: open 2/5, cause 0 2/5, cause 1 1/5.
        for (se, p) in rows[2].se.iter().zip([0.4, 0.4, 0.2]) {
            assert!((se * se - p * (1.0 - p) / 5.0_f64).abs() < 1e-15);
        }
    }

    #[test]
    fn one_cluster_of_opposites_has_no_error() {
        // Two subjects of one family, one out of the state and one not: the family's share is certain.
        let raw = [Spell::exit(0.0, 1.0, 0), Spell::censored(0.0, 2.0)];
        let spells = Spells::new(&raw, ZeroLength::Refuse).unwrap();
        let visits = Visits::from_spells(&spells).unwrap();
        let rows = jackknife(&visits, 0.0, &[1.0, 0.0]).unwrap();
        assert!(rows[0].se[0] < 1e-15);
    }

    #[test]
    fn two_visits_by_hand_with_censoring() {
        // Ends: exit at 1, censored at 2, exit at 3. S: 2/3, 2/3, 0.
        let raw = [
            Spell::exit(0.0, 1.0, 0).in_cluster(1),
            Spell::censored(0.0, 2.0).in_cluster(2),
            Spell::exit(0.0, 3.0, 0).in_cluster(3),
        ];
        let spells = Spells::new(&raw, ZeroLength::Refuse).unwrap();
        let visits = Visits::from_spells(&spells).unwrap();
        let rows = jackknife(&visits, 0.0, &[1.0, 0.0]).unwrap();
        // Influences on S(1): -2/9, 1/9, 1/9: squares sum to 6/81.
        assert!((rows[0].se[0] - (6.0_f64 / 81.0).sqrt()).abs() < 1e-15);
        assert_eq!(rows[0].se[0], rows[1].se[0]);
        // At 3 the last one leaves: its risk set is itself, so nobody has influence left.
        assert!(rows[2].se[0] < 1e-15);
    }
}
