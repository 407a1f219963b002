//! Visits to the states of a multi-state model: who was where, from when to when, and what came next.

use super::SurvivalError;
use super::spell::{Ending, Spells};
use super::ties::Ties;

/// One stay of one subject in one state, on the model's clock.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Visit {
    /// Whose; visits of one subject are one observation to the jackknife (use the family's number to
    /// allow for siblings).
    pub subject: u64,
    /// State, numbered from zero.
    pub state: usize,
    /// Time of arrival in the state, or of coming under observation in it.
    pub entry: f64,
    /// Time of leaving, or when last seen.
    pub exit: f64,
    /// The state entered at `exit`, or none if censored.
    pub next: Option<usize>,
    /// Weight of the subject, positive.
    pub weight: f64,
}

/// What is done with a visit that ends the instant it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ZeroVisit {
    /// An error names the first.
    Refuse,
    /// The row is left out, as R's `survival` does: a move out of it is lost, and with it, it may be, a
    /// death. For comparison with that tool only.
    Drop,
    /// Passed through: the visit before it leads straight to the state after it. Nothing is lost unless
    /// there is no visit before.
    PassThrough,
}

/// What a policy did to visits of no length.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ZeroVisitCount {
    /// Visits of no length found.
    pub found: usize,
    /// Moves out of them that were joined to the visit before.
    pub joined: usize,
    /// Moves out of them that were lost.
    pub moves_lost: usize,
}

/// Checked visits, all of positive length.
#[derive(Debug, Clone, PartialEq)]
pub struct Visits {
    visits: Vec<Visit>,
    states: usize,
    zero: ZeroVisitCount,
}

/// States a model may have: tables grow with the square of it.
pub const MOST_STATES: usize = 200;

impl Visits {
    /// Checks every visit and applies the policy on those of no length.
    pub fn new(raw: &[Visit], states: usize, policy: ZeroVisit) -> Result<Self, SurvivalError> {
        if states > MOST_STATES {
            return Err(SurvivalError::TooLarge {
                what: "a multi-state model",
                asked: states,
                allowed: MOST_STATES,
            });
        }
        let mut kept = Vec::with_capacity(raw.len());
        let mut instant = Vec::new();
        for (index, visit) in raw.iter().enumerate() {
            check(index, visit, states)?;
            if visit.exit > visit.entry {
                kept.push(*visit);
            } else if policy == ZeroVisit::Refuse {
                let at = visit.entry;
                return Err(SurvivalError::ZeroLength { index, at });
            } else {
                instant.push(*visit);
            }
        }
        let mut zero = ZeroVisitCount { found: instant.len(), ..ZeroVisitCount::default() };
        instant.retain(|v| v.next.is_some());
        if policy == ZeroVisit::PassThrough {
            zero.joined = pass_through(&mut kept, &mut instant);
        }
        zero.moves_lost = instant.len();
        if kept.is_empty() {
            return Err(SurvivalError::Empty);
        }
        Ok(Self { visits: kept, states, zero })
    }

    /// Spells with competing causes as visits: state 0 is open, state k + 1 is ended for cause k.
    ///
    /// A spell seen from its start is entered just before time zero, so that one that ends at zero
    /// ([`ZeroLength::AtOrigin`](super::ZeroLength::AtOrigin)) is at risk there: tabulate from a negative
    /// landmark to count it.
    pub fn from_spells(spells: &Spells) -> Result<Self, SurvivalError> {
        let mut visits = Vec::with_capacity(spells.as_slice().len());
        for spell in spells.as_slice() {
            if matches!(spell.ending, Ending::Within { .. }) {
                return Err(SurvivalError::Unsupported(
                    "interval-censored spells cannot be visits: the time of the move is not known",
                ));
            }
            visits.push(Visit {
                subject: spell.cluster,
                state: 0,
                entry: if spell.entry == 0.0 { -1.0 } else { spell.entry },
                exit: spell.end(),
                next: spell.cause().map(|c| c + 1),
                weight: spell.weight,
            });
        }
        Self::new(&visits, spells.causes() + 1, ZeroVisit::Refuse)
    }

    /// The visits.
    pub fn as_slice(&self) -> &[Visit] {
        &self.visits
    }

    /// Number of states.
    pub fn states(&self) -> usize {
        self.states
    }

    /// What the policy did.
    pub fn zero_length(&self) -> ZeroVisitCount {
        self.zero
    }

    /// The same visits with times that differ only in their last bits made one; visits left without
    /// length are dropped and counted. See [`Spells::merge_ties`].
    pub fn merge_ties(&self) -> Self {
        let ties = Ties::find(self.visits.iter().flat_map(|v| [v.entry, v.exit]));
        let mut zero = self.zero;
        let mut visits = Vec::with_capacity(self.visits.len());
        for visit in &self.visits {
            let (entry, exit) = (ties.snap(visit.entry), ties.snap(visit.exit));
            if exit > entry {
                visits.push(Visit { entry, exit, ..*visit });
            } else {
                zero.found += 1;
                zero.moves_lost += usize::from(visit.next.is_some());
            }
        }
        Self { visits, states: self.states, zero }
    }

    /// Only the subjects seen in `state` at time `at`: the sample of a landmark Aalen-Johansen estimate,
    /// which holds without the Markov assumption (Putter & Spitoni 2018).
    pub fn landmark(&self, state: usize, at: f64) -> Result<Self, SurvivalError> {
        let here = |v: &&Visit| v.state == state && v.entry <= at && at < v.exit;
        let mut subjects: Vec<u64> = self.visits.iter().filter(here).map(|v| v.subject).collect();
        subjects.sort_unstable();
        let visits: Vec<Visit> =
            self.visits.iter().filter(|v| subjects.binary_search(&v.subject).is_ok()).copied().collect();
        if visits.is_empty() {
            return Err(SurvivalError::Empty);
        }
        Ok(Self { visits, states: self.states, zero: self.zero })
    }
}

fn check(index: usize, visit: &Visit, states: usize) -> Result<(), SurvivalError> {
    for (what, value) in [("entry", visit.entry), ("exit", visit.exit)] {
        if !value.is_finite() {
            return Err(SurvivalError::BadTime { index, what, value });
        }
    }
    if visit.exit < visit.entry {
        let (entry, end) = (visit.entry, visit.exit);
        return Err(SurvivalError::Backwards { index, entry, end });
    }
    if !visit.weight.is_finite() || visit.weight <= 0.0 {
        let weight = visit.weight;
        return Err(SurvivalError::BadWeight { index, weight });
    }
    for found in [Some(visit.state), visit.next].into_iter().flatten() {
        if found >= states {
            return Err(SurvivalError::OutOfRange { what: "state", found, have: states });
        }
    }
    if visit.next == Some(visit.state) {
        return Err(SurvivalError::Unsupported(
            "a move from a state to itself is not a move: join the two visits",
        ));
    }
    Ok(())
}

/// Leads visits that end in an instant visit on to where that one went; what is left in `instant` had
/// no visit before it. Returns how many moves were joined.
fn pass_through(kept: &mut [Visit], instant: &mut Vec<Visit>) -> usize {
    kept.sort_by(|a, b| (a.subject.cmp(&b.subject)).then(a.exit.total_cmp(&b.exit)));
    let before = instant.len();
    loop {
        let waiting = instant.len();
        instant.retain(|zero| {
            let first = kept.partition_point(|v| (v.subject, v.exit) < (zero.subject, zero.entry));
            let found = kept
                .iter_mut()
                .skip(first)
                .take_while(|v| v.subject == zero.subject && v.exit == zero.entry)
                .find(|v| v.next == Some(zero.state));
            match found {
                Some(visit) => {
                    // Back where it came from in no time: the visit goes on, cut in two.
                    visit.next = zero.next.filter(|&next| next != visit.state);
                    false
                }
                None => true,
            }
        });
        if instant.len() == waiting {
            return before - waiting;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visit(state: usize, entry: f64, exit: f64, next: Option<usize>) -> Visit {
        Visit { subject: 7, state, entry, exit, next, weight: 1.0 }
    }

    #[test]
    fn a_visit_of_no_length_is_passed_through() {
        // 0 -> 1 -> 2 -> 3 all at time 4: one move 0 -> 3.
        let raw = [visit(0, 0.0, 4.0, Some(1)), visit(2, 4.0, 4.0, Some(3)), visit(1, 4.0, 4.0, Some(2))];
        let through = Visits::new(&raw, 4, ZeroVisit::PassThrough).unwrap();
        assert_eq!(through.as_slice(), &[visit(0, 0.0, 4.0, Some(3))]);
        let count = through.zero_length();
        assert_eq!((count.found, count.joined, count.moves_lost), (2, 2, 0));

        let dropped = Visits::new(&raw, 4, ZeroVisit::Drop).unwrap();
        assert_eq!(dropped.as_slice(), &raw[..1]);
        assert_eq!(dropped.zero_length().moves_lost, 2);

        assert!(matches!(
            Visits::new(&raw, 4, ZeroVisit::Refuse),
            Err(SurvivalError::ZeroLength { index: 1, .. })
        ));
    }

    #[test]
    fn there_and_back_in_no_time_is_no_move() {
        let raw = [visit(0, 0.0, 4.0, Some(1)), visit(1, 4.0, 4.0, Some(0)), visit(0, 4.0, 6.0, None)];
        let through = Visits::new(&raw, 2, ZeroVisit::PassThrough).unwrap();
        assert_eq!(through.as_slice(), &[visit(0, 0.0, 4.0, None), visit(0, 4.0, 6.0, None)]);
    }

    #[test]
    fn nonsense_is_refused() {
        for bad in [
            visit(0, f64::NAN, 1.0, None),
            visit(0, 2.0, 1.0, None),
            visit(2, 0.0, 1.0, None),
            visit(0, 0.0, 1.0, Some(2)),
            visit(0, 0.0, 1.0, Some(0)),
        ] {
            assert!(Visits::new(&[bad], 2, ZeroVisit::Drop).is_err());
        }
        assert!(Visits::new(&[], usize::MAX, ZeroVisit::Drop).is_err());
    }
}
