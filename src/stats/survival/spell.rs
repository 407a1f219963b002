//! Spells in one state, as they are observed: entering late, censored, or known only to an interval.

use super::SurvivalError;
use super::ties::Ties;

/// How the observation of a spell ended. Times are on the spell's own clock.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Ending {
    /// Still open when last seen.
    Censored {
        /// Last time seen open.
        at: f64,
    },
    /// Ended at a known time for a known reason.
    Exit {
        /// Time of the end.
        at: f64,
        /// Reason, numbered from zero.
        cause: usize,
    },
    /// Ended after one time and not later than another (`after < T <= by`).
    Within {
        /// Known open here; zero when nothing is known.
        after: f64,
        /// Known ended here.
        by: f64,
        /// Reason, numbered from zero.
        cause: usize,
    },
}

/// One spell: from `entry`, when it came under observation, to its ending.
///
/// A spell already open at the start of the window enters at the time it had then lasted
/// (left truncation); it is never dropped nor started again at zero.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spell {
    /// Time on the spell's clock at which it came under observation; 0 when seen from its start.
    pub entry: f64,
    /// How observation ended.
    pub ending: Ending,
    /// Frequency or sampling weight, positive; 1 for one child.
    pub weight: f64,
    /// Spells that are not independent (one child, one family) share a number.
    pub cluster: u64,
}

impl Spell {
    /// A spell seen from `entry` to its exit at `at` for reason `cause`.
    pub fn exit(entry: f64, at: f64, cause: usize) -> Self {
        Self::with(entry, Ending::Exit { at, cause })
    }

    /// A spell seen from `entry` and still open at `at`.
    pub fn censored(entry: f64, at: f64) -> Self {
        Self::with(entry, Ending::Censored { at })
    }

    /// A spell that ended for `cause` somewhere in `(after, by]`; an infinite `by` is censoring.
    pub fn within(entry: f64, after: f64, by: f64, cause: usize) -> Self {
        let ending = if by == f64::INFINITY {
            Ending::Censored { at: after }
        } else {
            Ending::Within { after, by, cause }
        };
        Self::with(entry, ending)
    }

    /// The same spell in another cluster.
    pub fn in_cluster(self, cluster: u64) -> Self {
        Self { cluster, ..self }
    }

    /// The same spell with another weight.
    pub fn weighing(self, weight: f64) -> Self {
        Self { weight, ..self }
    }

    fn with(entry: f64, ending: Ending) -> Self {
        Self { entry, ending, weight: 1.0, cluster: 0 }
    }

    /// The last time the spell is known of: its exit, its censoring, or the upper bound.
    pub fn end(&self) -> f64 {
        match self.ending {
            Ending::Censored { at } | Ending::Exit { at, .. } => at,
            Ending::Within { by, .. } => by,
        }
    }

    /// The reason it ended, if it did.
    pub fn cause(&self) -> Option<usize> {
        match self.ending {
            Ending::Censored { .. } => None,
            Ending::Exit { cause, .. } | Ending::Within { cause, .. } => Some(cause),
        }
    }
}

/// What is done with a spell that ends at the time it enters.
///
/// Days are whole in most records, so a spell opened and closed on one day has length zero though it
/// lasted some hours. No choice is right for all uses: it is made openly and what it did is counted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ZeroLength {
    /// An error names the first such spell.
    Refuse,
    /// Left out, as R's `survival` does (with a warning); exits so lost are counted.
    Drop,
    /// Kept where the spell was seen from its start: at risk at time zero, and may end there.
    /// Others are left out: nobody who enters late is at risk at the instant of entry.
    AtOrigin,
    /// The end is moved later by this much, which should be less than the grid of the data
    /// (half a day for whole days).
    Extend(f64),
    /// An exit is taken to lie within this much after entry (interval censoring); a censored
    /// spell says nothing and is left out.
    Within(f64),
}

/// What a policy did to spells of no length.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ZeroLengthCount {
    /// Spells of no length found.
    pub found: usize,
    /// How many of them were left out.
    pub dropped: usize,
    /// How many of those left out had ended, not merely been censored.
    pub exits_lost: usize,
}

/// Checked spells, all of positive length unless the policy kept some at time zero.
#[derive(Debug, Clone, PartialEq)]
pub struct Spells {
    spells: Vec<Spell>,
    zero: ZeroLengthCount,
    causes: usize,
}

impl Spells {
    /// Checks every spell and applies the policy on spells of no length.
    ///
    /// Cause numbers may not reach 1,000: they size tables.
    pub fn new(raw: &[Spell], policy: ZeroLength) -> Result<Self, SurvivalError> {
        let mut kept = Vec::with_capacity(raw.len());
        let mut zero = ZeroLengthCount::default();
        let mut causes = 0;
        for (index, spell) in raw.iter().enumerate() {
            check(index, spell)?;
            if let Some(cause) = spell.cause() {
                causes = causes.max(cause + 1);
            }
            if spell.end() > spell.entry {
                kept.push(*spell);
                continue;
            }
            zero.found += 1;
            match lengthen(index, spell, policy)? {
                Some(longer) => kept.push(longer),
                None => {
                    zero.dropped += 1;
                    zero.exits_lost += usize::from(spell.cause().is_some());
                }
            }
        }
        if kept.is_empty() {
            return Err(SurvivalError::Empty);
        }
        Ok(Self { spells: kept, zero, causes })
    }

    /// The spells.
    pub fn as_slice(&self) -> &[Spell] {
        &self.spells
    }

    /// One more than the largest cause number in the input.
    pub fn causes(&self) -> usize {
        self.causes
    }

    /// What the policy did.
    pub fn zero_length(&self) -> ZeroLengthCount {
        self.zero
    }

    /// The same spells with times that differ only in their last bits made one, as R's `survfit` does by
    /// default and `etm` does not: ages such as 61 + 1/12 and 60 + 13/12 need it, whole days do not.
    ///
    /// Spells that are left without length are dropped and counted.
    pub fn merge_ties(&self) -> Self {
        let ties = Ties::find(self.spells.iter().flat_map(|s| [s.entry, s.end()]));
        let mut zero = self.zero;
        let mut spells = Vec::with_capacity(self.spells.len());
        for spell in &self.spells {
            let at = |t: f64| ties.snap(t);
            let ending = match spell.ending {
                Ending::Censored { at: t } => Ending::Censored { at: at(t) },
                Ending::Exit { at: t, cause } => Ending::Exit { at: at(t), cause },
                within @ Ending::Within { .. } => within,
            };
            let entry = at(spell.entry);
            let merged = Spell { entry, ending, ..*spell };
            if merged.end() > entry || spell.end() <= spell.entry {
                spells.push(merged);
            } else {
                zero.found += 1;
                zero.dropped += 1;
                zero.exits_lost += usize::from(spell.cause().is_some());
            }
        }
        Self { spells, zero, causes: self.causes }
    }

    /// The spells as seen for one cause alone: ends for other reasons become censoring.
    ///
    /// An interval-censored end for another cause is censored at its lower bound.
    pub fn for_cause(&self, cause: usize) -> Self {
        let other = |s: &Spell| s.cause().is_some_and(|c| c != cause);
        let spells = self
            .spells
            .iter()
            .map(|s| match s.ending {
                Ending::Exit { at, .. } if other(s) => Spell { ending: Ending::Censored { at }, ..*s },
                Ending::Within { after, .. } if other(s) => {
                    Spell { ending: Ending::Censored { at: after.max(s.entry) }, ..*s }
                }
                _ => *s,
            })
            .collect();
        Self { spells, zero: self.zero, causes: self.causes }
    }
}

const MOST_CAUSES: usize = 1000;

fn check(index: usize, spell: &Spell) -> Result<(), SurvivalError> {
    let bad = |what, value| Err(SurvivalError::BadTime { index, what, value });
    if !spell.entry.is_finite() || spell.entry < 0.0 {
        return bad("entry", spell.entry);
    }
    if let Ending::Within { after, by, .. } = spell.ending {
        if !after.is_finite() || after < 0.0 {
            return bad("lower bound", after);
        }
        if by < after {
            return bad("upper bound", by);
        }
    }
    let end = spell.end();
    if !end.is_finite() {
        return bad("end", end);
    }
    if end < spell.entry {
        let entry = spell.entry;
        return Err(SurvivalError::Backwards { index, entry, end });
    }
    if !spell.weight.is_finite() || spell.weight <= 0.0 {
        let weight = spell.weight;
        return Err(SurvivalError::BadWeight { index, weight });
    }
    match spell.cause() {
        Some(found) if found >= MOST_CAUSES => {
            Err(SurvivalError::OutOfRange { what: "cause", found, have: MOST_CAUSES })
        }
        _ => Ok(()),
    }
}

fn lengthen(index: usize, spell: &Spell, policy: ZeroLength) -> Result<Option<Spell>, SurvivalError> {
    let positive = |by: f64| {
        if by.is_finite() && by > 0.0 {
            Ok(spell.entry + by)
        } else {
            Err(SurvivalError::Unsupported("the length given to spells of no length must be positive"))
        }
    };
    Ok(match policy {
        ZeroLength::Refuse => {
            let at = spell.entry;
            return Err(SurvivalError::ZeroLength { index, at });
        }
        ZeroLength::Drop => None,
        ZeroLength::AtOrigin => (spell.entry == 0.0).then_some(*spell),
        ZeroLength::Extend(by) => {
            let at = positive(by)?;
            let ending = match spell.cause() {
                Some(cause) => Ending::Exit { at, cause },
                None => Ending::Censored { at },
            };
            Some(Spell { ending, ..*spell })
        }
        ZeroLength::Within(width) => {
            let by = positive(width)?;
            let after = spell.entry;
            spell.cause().map(|cause| Spell { ending: Ending::Within { after, by, cause }, ..*spell })
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_policy_does_what_it_says_to_same_day_spells() {
        let raw = [
            Spell::exit(0.0, 0.0, 1),
            Spell::censored(0.0, 0.0),
            Spell::exit(4.0, 4.0, 0),
            Spell::exit(0.0, 3.0, 0),
        ];
        let err = Spells::new(&raw, ZeroLength::Refuse).unwrap_err();
        assert_eq!(err, SurvivalError::ZeroLength { index: 0, at: 0.0 });

        let dropped = Spells::new(&raw, ZeroLength::Drop).unwrap();
        assert_eq!(dropped.as_slice(), &raw[3..]);
        let count = dropped.zero_length();
        assert_eq!((count.found, count.dropped, count.exits_lost), (3, 3, 2));

        let origin = Spells::new(&raw, ZeroLength::AtOrigin).unwrap();
        assert_eq!(origin.as_slice(), &[raw[0], raw[1], raw[3]]);
        assert_eq!(origin.zero_length().exits_lost, 1);

        let longer = Spells::new(&raw, ZeroLength::Extend(0.5)).unwrap();
        assert_eq!(longer.as_slice()[0], Spell::exit(0.0, 0.5, 1));
        assert_eq!(longer.as_slice()[1], Spell::censored(0.0, 0.5));
        assert_eq!(longer.as_slice()[2], Spell::exit(4.0, 4.5, 0));
        assert_eq!(longer.zero_length().dropped, 0);

        let within = Spells::new(&raw, ZeroLength::Within(1.0)).unwrap();
        assert_eq!(within.as_slice()[0], Spell::within(0.0, 0.0, 1.0, 1));
        assert_eq!(within.as_slice()[1], Spell::within(4.0, 4.0, 5.0, 0));
        assert_eq!(within.zero_length().dropped, 1);
        assert_eq!(within.zero_length().exits_lost, 0);
    }

    #[test]
    fn merging_ties_makes_one_time_of_two() {
        let raw = [
            Spell::exit(0.0, 61.0 + 1.0 / 12.0, 0),
            Spell::exit(0.0, 60.0 + 13.0 / 12.0 + 1e-13, 0),
            Spell::exit(5.0, 5.0 + 1e-12, 0),
        ];
        let merged = Spells::new(&raw, ZeroLength::Drop).unwrap().merge_ties();
        assert_eq!(merged.as_slice().len(), 2);
        assert_eq!(merged.as_slice()[0], merged.as_slice()[1]);
        assert_eq!(merged.zero_length().exits_lost, 1);
    }

    #[test]
    fn nonsense_is_refused_with_its_place() {
        let good = Spell::exit(0.0, 1.0, 0);
        let bad = [
            Spell::exit(f64::NAN, 1.0, 0),
            Spell::exit(-1.0, 1.0, 0),
            Spell::exit(0.0, f64::INFINITY, 0),
            Spell::exit(2.0, 1.0, 0),
            good.weighing(0.0),
            good.weighing(f64::NAN),
            Spell::within(0.0, 3.0, 2.0, 0),
            Spell::within(0.0, 3.0, f64::NAN, 0),
            Spell::exit(0.0, 1.0, usize::MAX - 1),
        ];
        for spell in bad {
            let error = Spells::new(&[good, spell], ZeroLength::Drop).unwrap_err();
            let text = error.to_string();
            assert!(text.contains('1') || text.contains("cause"), "{text}");
        }
        assert_eq!(Spells::new(&[], ZeroLength::Drop).unwrap_err(), SurvivalError::Empty);
    }

    #[test]
    fn other_causes_become_censoring() {
        let raw = [Spell::exit(0.0, 2.0, 0), Spell::exit(0.0, 3.0, 1), Spell::within(1.0, 0.0, 4.0, 1)];
        let one = Spells::new(&raw, ZeroLength::Refuse).unwrap().for_cause(0);
        assert_eq!(one.as_slice()[0], raw[0]);
        assert_eq!(one.as_slice()[1], Spell::censored(0.0, 3.0));
        assert_eq!(one.as_slice()[2], Spell::censored(1.0, 1.0));
    }
}
