//! Cause-specific hazards constant in bands of duration, with atoms at statutory times.
//!
//! Exits and time at risk are counted by band: a Poisson likelihood whose maximum is exits over time
//! (Holford 1980; Laird & Olivier 1981). Smooth laws miss the spikes at a 45-working-day assessment or a
//! six-month review: an atom takes the exits at its time as one trial each for those at risk then.

use super::SurvivalError;
use super::spell::{Ending, Spells};

/// A fixed time at which many leave at once.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Atom {
    /// When, on the spells' clock.
    pub time: f64,
    /// Exits from `time - reach` to `time + reach`, both included, are counted as at `time`.
    pub reach: f64,
}

/// How duration is divided.
#[derive(Debug, Clone, PartialEq)]
pub struct Bands {
    cuts: Vec<f64>,
    atoms: Vec<Atom>,
}

/// A stretch of time with one band's hazard: `from < t <= to`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Piece {
    /// Start.
    pub from: f64,
    /// End, infinite for the last.
    pub to: f64,
    /// Number of its band.
    pub band: usize,
}

const MOST_BANDS: usize = 10_000;

impl Bands {
    /// Bands divided at `cuts` (positive, increasing), the last without end; `atoms` in order, their
    /// windows apart and after time zero.
    pub fn new(cuts: &[f64], atoms: &[Atom]) -> Result<Self, SurvivalError> {
        let asked = cuts.len().saturating_add(atoms.len());
        if asked >= MOST_BANDS {
            return Err(SurvivalError::TooLarge { what: "a set of bands", asked, allowed: MOST_BANDS });
        }
        let mut last = 0.0;
        for &cut in cuts {
            if !(cut > last && cut.is_finite()) {
                return Err(SurvivalError::Unsupported("cuts between bands must be positive and increasing"));
            }
            last = cut;
        }
        let mut last = 0.0;
        for atom in atoms {
            let (low, high) = (atom.time - atom.reach, atom.time + atom.reach);
            if !(low > last && high.is_finite() && atom.reach >= 0.0) {
                return Err(SurvivalError::Unsupported(
                    "atoms must be in order, after time zero, and their windows apart",
                ));
            }
            last = high;
        }
        Ok(Self { cuts: cuts.to_vec(), atoms: atoms.to_vec() })
    }

    /// Number of bands.
    pub fn count(&self) -> usize {
        self.cuts.len() + 1
    }

    /// The atoms.
    pub fn atoms(&self) -> &[Atom] {
        &self.atoms
    }

    /// The stretches on which hazards run: the bands without the windows of atoms, inside which every
    /// exit is the atom's.
    pub fn pieces(&self) -> Vec<Piece> {
        let ends = self.cuts.iter().copied().chain([f64::INFINITY]);
        let mut pieces = Vec::new();
        let mut from = 0.0;
        for (band, end) in ends.enumerate() {
            let mut start: f64 = from;
            for atom in self.atoms.iter().filter(|a| a.reach > 0.0) {
                let (low, high) = (atom.time - atom.reach, atom.time + atom.reach);
                if high <= start || low >= end {
                    continue;
                }
                if low > start {
                    pieces.push(Piece { from: start, to: low, band });
                }
                start = high;
            }
            if end > start {
                pieces.push(Piece { from: start, to: end, band });
            }
            from = end;
        }
        pieces
    }

    fn atom_of(&self, t: f64) -> Option<usize> {
        let after = self.atoms.partition_point(|a| a.time + a.reach < t);
        let atom = self.atoms.get(after)?;
        (t >= atom.time - atom.reach).then_some(after)
    }
}

/// Exits and time at risk of one group of spells, by band and atom.
#[derive(Debug, Clone, PartialEq)]
pub struct Exposure {
    /// Time at risk in each band (outside the windows of atoms).
    pub time: Vec<f64>,
    /// Exits in each band: `exits[cause][band]`.
    pub exits: Vec<Vec<f64>>,
    /// At risk at each atom.
    pub at_risk: Vec<f64>,
    /// Exits at each atom: `atom_exits[cause][atom]`.
    pub atom_exits: Vec<Vec<f64>>,
    /// Exits inside a window of spells that entered inside it: used nowhere.
    pub unused: f64,
}

impl Exposure {
    /// Counts the spells of a group. `causes` may exceed the group's own, so that groups are alike.
    pub fn new(spells: &Spells, bands: &Bands, causes: usize) -> Result<Self, SurvivalError> {
        if spells.causes() > causes {
            return Err(SurvivalError::OutOfRange {
                what: "cause",
                found: spells.causes() - 1,
                have: causes,
            });
        }
        let pieces = bands.pieces();
        let atoms = bands.atoms().len();
        let mut out = Self {
            time: vec![0.0; bands.count()],
            exits: vec![vec![0.0; bands.count()]; causes],
            at_risk: vec![0.0; atoms],
            atom_exits: vec![vec![0.0; atoms]; causes],
            unused: 0.0,
        };
        for spell in spells.as_slice() {
            if matches!(spell.ending, Ending::Within { .. }) {
                return Err(SurvivalError::Unsupported(
                    "interval-censored spells cannot be counted in bands: fit a parametric law",
                ));
            }
            let (entry, end, weight) = (spell.entry, spell.end(), spell.weight);
            for piece in &pieces {
                let shared = end.min(piece.to) - entry.max(piece.from);
                if shared > 0.0 {
                    out.time[piece.band] += weight * shared;
                }
            }
            let met = bands.atom_of(end).filter(|_| spell.cause().is_some());
            for (i, atom) in bands.atoms().iter().enumerate() {
                let seen = entry < atom.time - atom.reach || entry < atom.time && atom.reach == 0.0;
                if seen && (end >= atom.time || met == Some(i)) {
                    out.at_risk[i] += weight;
                }
            }
            let Some(cause) = spell.cause() else { continue };
            match met {
                Some(i) => {
                    let atom = bands.atoms()[i];
                    if entry < atom.time - atom.reach || atom.reach == 0.0 {
                        out.atom_exits[cause][i] += weight;
                    } else {
                        out.unused += weight;
                    }
                }
                None => {
                    let band = pieces.iter().find(|p| end <= p.to).map_or(0, |p| p.band);
                    out.exits[cause][band] += weight;
                }
            }
        }
        Ok(out)
    }

    /// Maximum-likelihood hazard of a cause in a band with its standard error: exits over time. None
    /// where nobody was at risk.
    pub fn rate(&self, cause: usize, band: usize) -> Option<(f64, f64)> {
        let exits = *self.exits.get(cause)?.get(band)?;
        let time = *self.time.get(band)?;
        (time > 0.0).then(|| (exits / time, exits.sqrt() / time))
    }

    /// The Poisson log-likelihood of given hazards, `rates[cause][band]`, without atoms.
    pub fn log_likelihood(&self, rates: &[Vec<f64>]) -> f64 {
        let mut sum = 0.0;
        for (exits, rates) in self.exits.iter().zip(rates) {
            for ((&d, &t), &r) in exits.iter().zip(&self.time).zip(rates) {
                sum -= r * t;
                if d > 0.0 {
                    sum += d * libm::log(r);
                }
            }
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::super::spell::{Spell, ZeroLength};
    use super::*;

    #[test]
    fn exits_and_time_by_hand() {
        let bands = Bands::new(&[10.0, 30.0], &[]).unwrap();
        let spells = Spells::new(
            &[
                Spell::exit(0.0, 5.0, 0),
                Spell::exit(4.0, 10.0, 1),
                Spell::censored(0.0, 40.0),
                Spell::exit(20.0, 35.0, 0).weighing(2.0),
            ],
            ZeroLength::Refuse,
        )
        .unwrap();
        let e = Exposure::new(&spells, &bands, 2).unwrap();
        // Band 1: 5 + 6 + 10; band 2: 20 + 2·10; band 3: 10 + 2·5. An exit at 10 is in the first.
        assert_eq!(e.time, [21.0, 40.0, 20.0]);
        assert_eq!(e.exits, [vec![1.0, 0.0, 2.0], vec![1.0, 0.0, 0.0]]);
        assert_eq!(e.rate(0, 2), Some((0.1, 2.0_f64.sqrt() / 20.0)));
        let rates = vec![vec![1.0 / 21.0, 0.0, 0.1], vec![1.0 / 21.0, 0.0, 0.0]];
        let best = e.log_likelihood(&rates);
        assert!((best - (-2.0 * libm::log(21.0) + 2.0 * libm::log(0.1) - 4.0)).abs() < 1e-14);
    }

    #[test]
    fn atoms_take_the_exits_and_the_time_of_their_windows() {
        let atom = Atom { time: 45.0, reach: 2.0 };
        let bands = Bands::new(&[20.0, 44.0], &[atom]).unwrap();
        let piece = |from, to, band| Piece { from, to, band };
        assert_eq!(
            bands.pieces(),
            [piece(0.0, 20.0, 0), piece(20.0, 43.0, 1), piece(47.0, f64::INFINITY, 2)]
        );
        let spells = Spells::new(
            &[
                Spell::exit(0.0, 43.0, 0),
                Spell::exit(0.0, 45.0, 0),
                Spell::exit(0.0, 50.0, 0),
                Spell::censored(0.0, 44.0),
                Spell::censored(0.0, 46.0),
                Spell::exit(44.0, 46.0, 0),
            ],
            ZeroLength::Refuse,
        )
        .unwrap();
        let e = Exposure::new(&spells, &bands, 1).unwrap();
        // At risk: the three exits seen from before and the one censored at 46; not the one censored
        // before 45, nor the one that entered inside the window, whose exit is not used.
        assert_eq!(e.at_risk, [4.0]);
        assert_eq!(e.atom_exits, [vec![2.0]]);
        assert_eq!(e.unused, 1.0);
        assert_eq!(e.exits, [vec![0.0, 0.0, 1.0]]);
        assert_eq!(e.time, [100.0, 115.0, 3.0]);
    }

    #[test]
    fn a_sharp_atom_cuts_nothing_out() {
        let sharp = Atom { time: 15.0, reach: 0.0 };
        let bands = Bands::new(&[10.0], &[sharp]).unwrap();
        let spells =
            Spells::new(&[Spell::exit(0.0, 15.0, 0), Spell::exit(12.0, 20.0, 0)], ZeroLength::Refuse)
                .unwrap();
        let e = Exposure::new(&spells, &bands, 1).unwrap();
        assert_eq!(e.at_risk, [2.0]);
        assert_eq!(e.atom_exits, [vec![1.0]]);
        assert_eq!(e.time, [10.0, 13.0]);
        assert_eq!(e.exits, [vec![0.0, 1.0]]);
    }

    #[test]
    fn nonsense_is_refused() {
        let atom = |time, reach| Atom { time, reach };
        assert!(Bands::new(&[2.0, 1.0], &[]).is_err());
        assert!(Bands::new(&[f64::NAN], &[]).is_err());
        assert!(Bands::new(&[], &[atom(5.0, 5.0)]).is_err());
        assert!(Bands::new(&[], &[atom(5.0, 1.0), atom(6.5, 1.0)]).is_err());
        assert!(Bands::new(&[], &[atom(5.0, f64::NAN)]).is_err());
    }
}
