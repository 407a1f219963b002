//! The table every non-parametric estimate is made from: who is at risk, and what happens, at each time.

use super::SurvivalError;
use super::spell::{Ending, Spells};

/// One time at which a spell ends, for whatever reason.
#[derive(Debug, Clone, PartialEq)]
pub struct RiskRow {
    /// The time on the spells' clock.
    pub time: f64,
    /// Weight of the spells under observation just before: entry < time <= end.
    pub at_risk: f64,
    /// How many spells that is: the number to print beside an estimate.
    pub spells: usize,
    /// Weight of the exits at this time, by cause.
    pub exits: Vec<f64>,
    /// Weight of the spells censored at this time (they are at risk at it).
    pub censored: f64,
}

impl RiskRow {
    /// Weight of exits for any cause.
    pub fn all_exits(&self) -> f64 {
        self.exits.iter().sum()
    }
}

/// Risk sets in order of time, from a landmark on.
#[derive(Debug, Clone, PartialEq)]
pub struct RiskTable {
    /// Estimates are conditional on still being open here; 0 for the whole law.
    pub start: f64,
    /// How many causes the rows have.
    pub causes: usize,
    /// One row for each time at which a spell ends.
    pub rows: Vec<RiskRow>,
}

const MOST_CELLS: usize = 50_000_000;

impl RiskTable {
    /// Builds the table from exact and right-censored spells, from landmark `start` (0 for all).
    ///
    /// Times are compared as they are: see [`Spells::merge_ties`] for those that are not on a grid.
    /// Only ends after `start` count (at or after it when `start` is 0, for spells kept at the origin).
    pub fn new(spells: &Spells, start: f64) -> Result<Self, SurvivalError> {
        let seen = observations(spells, start)?;
        let mut entries: Vec<(f64, f64)> = seen.iter().map(|o| (o.entry, o.weight)).collect();
        entries.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut ends = seen;
        ends.sort_by(|a, b| a.end.total_cmp(&b.end));
        let causes = spells.causes();
        let mut rows: Vec<RiskRow> = Vec::new();
        let (mut weight, mut count, mut entered) = (0.0, 0_usize, 0);
        for chunk in ends.chunk_by(|a, b| a.end == b.end) {
            let Some(time) = chunk.first().map(|o| o.end) else {
                continue;
            };
            while let Some(entry) = entries.get(entered).filter(|e| e.0 < time) {
                weight += entry.1;
                count += 1;
                entered += 1;
            }
            let mut row =
                RiskRow { time, at_risk: weight, spells: count, exits: vec![0.0; causes], censored: 0.0 };
            for seen in chunk {
                match seen.cause.and_then(|c| row.exits.get_mut(c)) {
                    Some(cell) => *cell += seen.weight,
                    None => row.censored += seen.weight,
                }
                weight -= seen.weight;
                count = count.saturating_sub(1);
            }
            if count == 0 {
                // Non-integer weights leave dust behind: an empty risk set weighs nothing.
                weight = 0.0;
            }
            rows.push(row);
            if rows.len().saturating_mul(causes + 5) > MOST_CELLS {
                return Err(SurvivalError::TooLarge {
                    what: "the table of risk sets",
                    asked: rows.len() * (causes + 5),
                    allowed: MOST_CELLS,
                });
            }
        }
        if rows.is_empty() {
            return Err(SurvivalError::Empty);
        }
        Ok(Self { start, causes, rows })
    }

    /// The same table with all causes taken as one.
    pub fn any_cause(&self) -> Self {
        let rows = self.rows.iter().map(|r| RiskRow { exits: vec![r.all_exits()], ..r.clone() }).collect();
        Self { start: self.start, causes: 1, rows }
    }
}

struct Observation {
    entry: f64,
    end: f64,
    cause: Option<usize>,
    weight: f64,
}

fn observations(spells: &Spells, start: f64) -> Result<Vec<Observation>, SurvivalError> {
    if !start.is_finite() || start < 0.0 {
        return Err(SurvivalError::BadTime { index: 0, what: "landmark", value: start });
    }
    let slice = spells.as_slice();
    let mut seen = Vec::with_capacity(slice.len());
    for spell in slice {
        let cause = match spell.ending {
            Ending::Censored { .. } => None,
            Ending::Exit { cause, .. } => Some(cause),
            Ending::Within { .. } => {
                return Err(SurvivalError::Unsupported(
                    "interval-censored spells have no risk sets: fit a parametric law to them",
                ));
            }
        };
        let (mut entry, end) = (spell.entry, spell.end());
        if start == 0.0 && entry == 0.0 {
            // Seen from its start: at risk from the first instant, time zero included.
            entry = -1.0;
        }
        if end > entry && (end > start || start == 0.0) {
            seen.push(Observation { entry, end, cause, weight: spell.weight });
        }
    }
    Ok(seen)
}

#[cfg(test)]
mod tests {
    use super::super::spell::{Spell, ZeroLength};
    use super::*;

    fn table(raw: &[Spell], start: f64) -> Vec<(f64, usize, f64, f64)> {
        let spells = Spells::new(raw, ZeroLength::AtOrigin).unwrap();
        let table = RiskTable::new(&spells, start).unwrap();
        table.rows.iter().map(|r| (r.time, r.spells, r.all_exits(), r.censored)).collect()
    }

    #[test]
    fn late_entries_count_only_after_they_enter() {
        let raw = [
            Spell::exit(0.0, 2.0, 0),
            Spell::exit(2.0, 5.0, 1),
            Spell::censored(1.0, 3.0),
            Spell::exit(0.0, 5.0, 0),
        ];
        // At 2: spells 0, 2 and 3 (spell 1 enters at 2, so is at risk only after it).
        let all = [(2.0, 3, 1.0, 0.0), (3.0, 3, 0.0, 1.0), (5.0, 2, 2.0, 0.0)];
        assert_eq!(table(&raw, 0.0), all);
        assert_eq!(table(&raw, 2.0), all[1..]);
    }

    #[test]
    fn exits_at_the_origin_are_seen_only_by_spells_seen_from_their_start() {
        let raw = [Spell::exit(0.0, 0.0, 0), Spell::exit(0.0, 1.0, 0), Spell::exit(0.5, 1.0, 0)];
        assert_eq!(table(&raw, 0.0), [(0.0, 2, 1.0, 0.0), (1.0, 2, 2.0, 0.0)]);
    }

    #[test]
    fn dust_of_weights_never_makes_a_risk_set() {
        let raw = [
            Spell::exit(0.0, 1.0, 0).weighing(0.1),
            Spell::exit(0.0, 1.5, 0).weighing(0.2),
            Spell::exit(0.0, 2.0, 0).weighing(0.3),
            Spell::exit(3.0, 4.0, 0).weighing(0.7),
        ];
        let spells = Spells::new(&raw, ZeroLength::Drop).unwrap();
        let table = RiskTable::new(&spells, 0.0).unwrap();
        assert_eq!(table.rows[3].at_risk, 0.7);
    }
}
