//! The law of a stay under banded cause-specific hazards with atoms, for sampling by exact inversion.

use super::SurvivalError;
use super::piecewise::Bands;

/// What happens along a stay, in order of time.
#[derive(Debug, Clone, PartialEq)]
enum Step {
    /// Constant hazards by cause over a stretch.
    Run { from: f64, to: f64, hazards: Vec<f64> },
    /// A chance of leaving by cause at one time.
    Jump { time: f64, chances: Vec<f64> },
}

/// Hazards by cause in bands, and chances of leaving by cause at atoms.
#[derive(Debug, Clone, PartialEq)]
pub struct PiecewiseLaw {
    steps: Vec<Step>,
    causes: usize,
}

impl PiecewiseLaw {
    /// `hazards[cause][band]` per unit of time and `chances[cause][atom]` given still open.
    pub fn new(bands: &Bands, hazards: &[Vec<f64>], chances: &[Vec<f64>]) -> Result<Self, SurvivalError> {
        let bad = SurvivalError::Unsupported(
            "a piecewise law needs, for each cause, a hazard for each band (finite, not negative) and a \
             chance for each atom, the chances at an atom adding to at most 1",
        );
        let atoms = bands.atoms();
        let shaped = hazards.len() == chances.len()
            && hazards.iter().all(|h| h.len() == bands.count())
            && chances.iter().all(|c| c.len() == atoms.len());
        let proper = |x: &f64| *x >= 0.0 && x.is_finite();
        let all = hazards.iter().chain(chances).flatten();
        let whole = (0..atoms.len()).all(|a| {
            let sum: f64 = chances.iter().filter_map(|c| c.get(a)).sum();
            sum <= 1.0 + 1e-12
        });
        if !shaped || !all.into_iter().all(proper) || !whole {
            return Err(bad);
        }
        let mut steps: Vec<Step> = Vec::new();
        let mut waiting = atoms.iter().enumerate().peekable();
        let at = |table: &[Vec<f64>], i: usize| -> Vec<f64> {
            table.iter().filter_map(|row| row.get(i).copied()).collect()
        };
        for piece in bands.pieces() {
            let mut from = piece.from;
            while let Some((i, atom)) = waiting.next_if(|(_, a)| a.time <= piece.to) {
                if atom.time > from {
                    steps.push(Step::Run { from, to: atom.time, hazards: at(hazards, piece.band) });
                    from = atom.time;
                }
                steps.push(Step::Jump { time: atom.time, chances: at(chances, i) });
            }
            if piece.to > from {
                steps.push(Step::Run { from, to: piece.to, hazards: at(hazards, piece.band) });
            }
        }
        Ok(Self { steps, causes: hazards.len() })
    }

    /// log P(T > t); minus infinity once an atom has let everyone go.
    pub fn log_survival(&self, t: f64) -> f64 {
        let mut log = 0.0;
        for step in &self.steps {
            match step {
                Step::Run { from, to, hazards } if t > *from => {
                    log -= hazards.iter().sum::<f64>() * (t.min(*to) - from);
                }
                Step::Jump { time, chances } if t >= *time => log += log_left(chances),
                _ => break,
            }
        }
        log
    }

    /// Probability of having left for each cause by `t`.
    pub fn incidence(&self, t: f64) -> Vec<f64> {
        let mut by_cause = vec![0.0; self.causes];
        let mut open = 1.0;
        for step in &self.steps {
            let (shares, left): (Vec<f64>, f64) = match step {
                Step::Run { from, to, hazards } if t > *from => {
                    let all: f64 = hazards.iter().sum();
                    if all <= 0.0 {
                        continue;
                    }
                    let gone = -libm::expm1(-all * (t.min(*to) - from));
                    let each = hazards.iter().map(|h| h / all * gone).collect();
                    (each, 1.0 - gone)
                }
                Step::Jump { time, chances } if t >= *time => (chances.clone(), libm::exp(log_left(chances))),
                _ => break,
            };
            for (sum, share) in by_cause.iter_mut().zip(shares) {
                *sum += open * share;
            }
            open *= left;
        }
        by_cause
    }

    /// The length of a stay and its cause by exact inversion: `u` (in (0, 1]) is the survival at which it
    /// ends, `v` (in [0, 1)) chooses the cause. None if the stay never ends. `open_for` conditions on
    /// the stay having already lasted so long.
    pub fn sample(&self, u: f64, v: f64, open_for: f64) -> Option<(f64, usize)> {
        // What is left of the log survival to use up.
        let mut budget = -libm::log(u.clamp(f64::MIN_POSITIVE, 1.0));
        for step in &self.steps {
            match step {
                Step::Run { from, to, hazards } => {
                    let start = from.max(open_for);
                    let all: f64 = hazards.iter().sum();
                    if *to <= start || all <= 0.0 {
                        continue;
                    }
                    let end = start + budget / all;
                    if end <= *to && end.is_finite() {
                        return Some((end, choose(hazards, v)));
                    }
                    budget -= all * (to - start);
                }
                Step::Jump { time, chances } if *time > open_for => {
                    let cost = -log_left(chances);
                    if cost > 0.0 && budget <= cost {
                        return Some((*time, choose(chances, v)));
                    }
                    budget -= cost;
                }
                Step::Jump { .. } => {}
            }
        }
        None
    }

    /// Log density of an exit at `t` for `cause`: of the atom's probability where `t` is an atom.
    pub fn log_exit(&self, t: f64, cause: usize) -> f64 {
        for step in &self.steps {
            match step {
                Step::Jump { time, chances } if *time == t => {
                    let chance = chances.get(cause).copied().unwrap_or(0.0);
                    return self.log_survival(t) - log_left(chances) + libm::log(chance);
                }
                // A run that ends where an atom stands leaves that instant to the atom.
                Step::Run { from, to, hazards }
                    if t > *from && (t < *to || t == *to && !self.jumps_at(t)) =>
                {
                    let hazard = hazards.get(cause).copied().unwrap_or(0.0);
                    return self.log_survival(t) + libm::log(hazard);
                }
                _ => {}
            }
        }
        f64::NEG_INFINITY
    }

    fn jumps_at(&self, t: f64) -> bool {
        let here = |s: &Step| matches!(s, Step::Jump { time, .. } if *time == t);
        self.steps.iter().any(here)
    }
}

fn log_left(chances: &[f64]) -> f64 {
    libm::log1p(-chances.iter().sum::<f64>().min(1.0))
}

fn choose(weights: &[f64], v: f64) -> usize {
    let mut rest = v * weights.iter().sum::<f64>();
    for (i, w) in weights.iter().enumerate() {
        if rest < *w {
            return i;
        }
        rest -= w;
    }
    weights.iter().rposition(|w| *w > 0.0).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::super::piecewise::Atom;
    use super::*;

    fn law() -> PiecewiseLaw {
        let atom = Atom { time: 15.0, reach: 0.0 };
        let bands = Bands::new(&[10.0], &[atom]).unwrap();
        // Hazards .01 + .03 then .02 + 0; at 15 a half leave, all for cause 1.
        let hazards = [vec![0.01, 0.02], vec![0.03, 0.0]];
        PiecewiseLaw::new(&bands, &hazards, &[vec![0.0], vec![0.5]]).unwrap()
    }

    #[test]
    fn survival_and_incidence_by_hand() {
        let law = law();
        let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-14, "{a} {b}");
        near(law.log_survival(5.0), -0.2);
        near(law.log_survival(14.0), -0.48);
        near(law.log_survival(15.0), -0.5 - core::f64::consts::LN_2);
        near(law.log_survival(25.0), -0.7 - core::f64::consts::LN_2);
        let gone = 1.0 - libm::exp(-0.4);
        near(law.incidence(10.0)[0], 0.25 * gone);
        near(law.incidence(10.0)[1], 0.75 * gone);
        // At 15: another exp(-.5)/2 for cause 1.
        near(law.incidence(15.0)[1], 0.75 * gone + 0.5 * libm::exp(-0.5));
        for t in [3.0, 15.0, 100.0] {
            let whole = law.incidence(t).iter().sum::<f64>() + libm::exp(law.log_survival(t));
            near(whole, 1.0);
        }
    }

    #[test]
    fn sampling_inverts_survival() {
        let law = law();
        for t in [0.5, 9.0, 10.0, 13.0, 16.0, 80.0] {
            let (drawn, _) = law.sample(libm::exp(law.log_survival(t)), 0.1, 0.0).unwrap();
            assert!((drawn - t).abs() < 1e-12 * t, "{drawn} {t}");
        }
        // Survival between its values on the two sides of the atom ends at the atom, for cause 1.
        assert_eq!(law.sample(0.75 * libm::exp(-0.5), 0.0, 0.0), Some((15.0, 1)));
        // Cause by share of the hazard: .01 against .03.
        assert_eq!(law.sample(0.99, 0.24, 0.0).unwrap().1, 0);
        assert_eq!(law.sample(0.99, 0.26, 0.0).unwrap().1, 1);
        // Open for 12 already: P(T > 14 | 12) = e^-.04.
        let (drawn, _) = law.sample(libm::exp(-0.04), 0.0, 12.0).unwrap();
        assert!((drawn - 14.0).abs() < 1e-12);
        assert_eq!(law.sample(0.9, 0.0, 15.0).map(|s| s.0 > 15.0), Some(true));
    }

    #[test]
    fn a_stay_may_never_end() {
        let bands = Bands::new(&[10.0], &[]).unwrap();
        let law = PiecewiseLaw::new(&bands, &[vec![0.1, 0.0]], &[vec![]]).unwrap();
        assert_eq!(law.sample(0.2, 0.5, 0.0), None);
        assert_eq!(law.sample(0.5, 0.5, 10.0), None);
    }

    #[test]
    fn densities_match_the_slope_and_the_jump() {
        let law = law();
        assert!((law.log_exit(15.0, 1) - (-0.5 + libm::log(0.5))).abs() < 1e-14);
        assert_eq!(law.log_exit(15.0, 0), f64::NEG_INFINITY);
        assert!((law.log_exit(10.0, 0) - (-0.4 + libm::log(0.01))).abs() < 1e-14);
        assert!((law.log_exit(12.0, 0) - (-0.44 + libm::log(0.02))).abs() < 1e-14);
    }

    #[test]
    fn improper_laws_are_refused() {
        let bands = Bands::new(&[10.0], &[]).unwrap();
        assert!(PiecewiseLaw::new(&bands, &[vec![0.1]], &[vec![]]).is_err());
        assert!(PiecewiseLaw::new(&bands, &[vec![0.1, -1.0]], &[vec![]]).is_err());
        assert!(PiecewiseLaw::new(&bands, &[vec![0.1, f64::NAN]], &[vec![]]).is_err());
    }
}
