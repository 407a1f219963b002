//! The log-likelihood of spells under a law: late entry, exits, right and interval censoring.

use super::SurvivalError;
use super::jet::Jet;
use super::law::Family;
use super::spell::{Ending, Spells};

/// What is known of one length of stay.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Known {
    /// It is this.
    Exactly(f64),
    /// It is more than this.
    MoreThan(f64),
    /// It is more than the first and not more than the second.
    Between(f64, f64),
}

/// Spells that contribute alike, taken together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Seen {
    pub entry: f64,
    pub known: Known,
    pub weight: f64,
}

/// The data of a fit: distinct observations, their weights, and the unit time is measured in.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sample {
    pub seen: Vec<Seen>,
    /// What one unit of the sample's time is in the spells' own.
    pub unit: f64,
    /// Weight of all spells.
    pub weight: f64,
    /// Weight of exits, exact or between bounds.
    pub exits: f64,
    /// Weight of exact exits.
    pub exact: f64,
    /// Number of spells.
    pub spells: usize,
}

impl Sample {
    /// Gathers the spells (all causes as one), in units of their median end so that numbers are near 1.
    pub fn new(spells: &Spells) -> Result<Self, SurvivalError> {
        let slice = spells.as_slice();
        let mut ends: Vec<f64> = slice.iter().map(|s| s.end()).filter(|e| *e > 0.0).collect();
        ends.sort_by(f64::total_cmp);
        let unit = ends.get(ends.len() / 2).copied().unwrap_or(1.0);
        let mut seen = Vec::with_capacity(slice.len());
        for spell in slice {
            let entry = spell.entry / unit;
            let known = match spell.ending {
                Ending::Censored { at } => Known::MoreThan(at / unit),
                Ending::Exit { at, .. } if at > 0.0 => Known::Exactly(at / unit),
                Ending::Exit { .. } => {
                    return Err(SurvivalError::Unsupported(
                        "no law has a density at time zero: extend spells of no length, or take them \
                         to end within an interval",
                    ));
                }
                Ending::Within { after, by, .. } if by > after.max(spell.entry) => {
                    Known::Between(after.max(spell.entry) / unit, by / unit)
                }
                Ending::Within { by, .. } => Known::Exactly(by / unit),
            };
            let weight = spell.weight;
            seen.push(Seen { entry, known, weight });
        }
        let sum = |f: fn(&Known) -> bool| -> f64 {
            let those = seen.iter().filter(|s| f(&s.known));
            those.map(|s| s.weight).sum()
        };
        let weight = sum(|_| true);
        let exact = sum(|k| matches!(k, Known::Exactly(_)));
        let exits = exact + sum(|k| matches!(k, Known::Between(..)));
        if exits <= 0.0 {
            return Err(SurvivalError::Unsupported("no spell has ended: no law can be fitted"));
        }
        Ok(Self { seen: gathered(seen), unit, weight, exits, exact, spells: slice.len() })
    }

    /// About `most` of the exits and as many of the rest, evenly spread over the order of their ends and
    /// weighing as much as all: for the search of starts.
    pub fn thinned(&self, most: usize) -> Self {
        let open = |s: &&Seen| matches!(s.known, Known::MoreThan(_));
        let mut seen: Vec<Seen> = Vec::new();
        for part in [
            self.seen.iter().filter(open).collect::<Vec<_>>(),
            self.seen.iter().filter(|s| !open(s)).collect(),
        ] {
            let stride = part.len().div_ceil(most.max(1)).max(1);
            let all: f64 = part.iter().map(|s| s.weight).sum();
            let some: Vec<&Seen> = part.into_iter().step_by(stride).collect();
            let kept: f64 = some.iter().map(|s| s.weight).sum();
            seen.extend(some.into_iter().map(|s| Seen { weight: s.weight * all / kept, ..*s }));
        }
        Self { seen, ..self.clone() }
    }

    /// Log-likelihood in the sample's units, with derivatives in the fitted parameters.
    pub fn log_likelihood<const N: usize>(&self, family: Family, theta: &[f64; N]) -> Jet<N> {
        self.sum(family, &Jet::variables(theta))
    }

    /// The same without derivatives.
    pub fn value(&self, family: Family, theta: &[f64]) -> f64 {
        let theta: Vec<Jet<0>> = theta.iter().map(|&x| Jet::constant(x)).collect();
        self.sum(family, &theta).v
    }

    fn sum<const N: usize>(&self, family: Family, theta: &[Jet<N>]) -> Jet<N> {
        let mut total = Jet::constant(0.0);
        let mut lost = 0.0;
        for one in &self.seen {
            let part = contribution(family, theta, one) * one.weight;
            // Kahan's summation: optima are told apart by 1e-9 in sums of thousands.
            let next = part.v - lost;
            let sum = total.v + next;
            lost = (sum - total.v) - next;
            total = total + part;
            total.v = sum;
        }
        total
    }

    /// What is added to the log-likelihood to have it in the spells' own unit of time.
    pub fn unit_shift(&self) -> f64 {
        -self.exact * libm::log(self.unit)
    }
}

fn contribution<const N: usize>(family: Family, theta: &[Jet<N>], seen: &Seen) -> Jet<N> {
    let open = |t: f64| {
        if t > 0.0 { family.logs(theta, t).upper } else { Jet::constant(0.0) }
    };
    let own = match seen.known {
        Known::Exactly(t) => family.logs(theta, t).density,
        Known::MoreThan(t) if t == seen.entry => return Jet::constant(0.0),
        Known::MoreThan(t) => open(t),
        Known::Between(l, r) if l <= 0.0 => family.logs(theta, r).lower,
        Known::Between(l, r) => {
            let (left, right) = (family.logs(theta, l), family.logs(theta, r));
            // Difference on the side where the numbers are small.
            if left.upper.v > -core::f64::consts::LN_2 {
                right.lower + (right.lower - left.lower).log_one_less_exp_neg()
            } else {
                left.upper + (left.upper - right.upper).log_one_less_exp_neg()
            }
        }
    };
    own - open(seen.entry)
}

fn gathered(mut seen: Vec<Seen>) -> Vec<Seen> {
    let key = |s: &Seen| match s.known {
        Known::Exactly(t) => (t, 0, t),
        Known::MoreThan(t) => (t, 1, t),
        Known::Between(l, r) => (r, 2, l),
    };
    seen.sort_by(|a, b| {
        let ((x, i, l), (y, j, m)) = (key(a), key(b));
        (x.total_cmp(&y)).then(i.cmp(&j)).then(l.total_cmp(&m)).then(a.entry.total_cmp(&b.entry))
    });
    let mut out: Vec<Seen> = Vec::with_capacity(seen.len());
    for one in seen {
        match out.last_mut() {
            Some(last) if last.entry == one.entry && last.known == one.known => {
                last.weight += one.weight;
            }
            _ => out.push(one),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::spell::{Spell, ZeroLength};
    use super::*;

    #[test]
    fn an_exponential_by_hand() {
        let raw = [
            Spell::exit(0.0, 2.0, 0),
            Spell::exit(1.0, 4.0, 0),
            Spell::exit(1.0, 4.0, 0),
            Spell::censored(0.0, 3.0),
            Spell::within(0.0, 1.0, 3.0, 0),
        ];
        let spells = Spells::new(&raw, ZeroLength::Refuse).unwrap();
        let sample = Sample::new(&spells).unwrap();
        assert_eq!(sample.seen.len(), 4);
        // Rate 0.3: three exact exits over 2 + 3 + 3, 3 censored, and log(e^-.3 - e^-.9).
        let exact = 3.0 * libm::log(0.3) - 0.3 * 11.0 + libm::log(libm::exp(-0.3) - libm::exp(-0.9));
        let theta = libm::log(0.3 * sample.unit);
        let ours = sample.value(Family::Exponential, &[theta]) + sample.unit_shift();
        assert!((ours - exact).abs() < 1e-14, "{ours} {exact}");
    }

    #[test]
    fn an_interval_far_in_the_tail_keeps_its_digits() {
        // P(100 < T <= 101) under an exponential of rate 1: e^-100 (1 - 1/e).
        let theta = [Jet::<0>::constant(0.0)];
        for (l, r) in [(100.0, 101.0), (1e-9, 2e-9)] {
            let seen = Seen { entry: 0.0, known: Known::Between(l, r), weight: 1.0 };
            let ours = contribution(Family::Exponential, &theta, &seen).v;
            let exact = -l + libm::log(-libm::expm1(l - r));
            assert!((ours - exact).abs() < 1e-13 * exact.abs(), "{ours} {exact}");
        }
    }

    #[test]
    fn nothing_ended_is_said() {
        let spells = Spells::new(&[Spell::censored(0.0, 1.0)], ZeroLength::Refuse).unwrap();
        assert!(Sample::new(&spells).is_err());
        let spells = Spells::new(&[Spell::exit(0.0, 0.0, 0)], ZeroLength::AtOrigin).unwrap();
        assert!(Sample::new(&spells).is_err());
    }
}
