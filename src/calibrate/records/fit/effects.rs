//! Effects of age and need on the length of a stay and on the odds of each way out.
//!
//! All effects of a state are fitted at once, with one law whose length they stretch and a logit for each way;
//! they are drawn towards nothing by as much as they vary no more than chance (a normal law of effects, one
//! for lengths and one for odds), which pools small groups. Their intervals are those of each effect before
//! it is drawn in: drawing in lessens errors over all effects, and hides large ones.

use super::super::episode::{Factors, Stage};
use super::joint::{Joint, Obs, Shape};
use super::laws::{FEW, anyhow};
use super::paths::{State, Stay};
use super::pool::pool;
use crate::stats::survival::{Family, Fit};

/// Age bands: name, from and to in years.
pub const AGES: [(&str, f64, f64); 8] = [
    ("unborn", -0.75, 0.0),
    ("under_1", 0.0, 1.0),
    ("age_1_4", 1.0, 5.0),
    ("age_5_9", 5.0, 10.0),
    ("age_10_12", 10.0, 13.0),
    ("age_13_15", 13.0, 16.0),
    ("age_16_17", 16.0, 18.0),
    ("age_18_20", 18.0, 21.0),
];

/// Needs: name, title, factor codes of which any says it, whether siblings share it.
pub const NEEDS: [(&str, &str, &[&str], bool); 7] = [
    ("domestic_abuse", "Domestic abuse", &["3A", "3B", "3C"], true),
    ("substance_misuse", "Alcohol or drug misuse (parent)", &["1B", "1C", "2B", "2C"], true),
    ("parent_mental_health", "Mental health (parent)", &["4B", "4C"], true),
    ("child_mental_health", "Mental health (child)", &["4A"], false),
    ("learning_disability", "Learning disability (child)", &["5A"], false),
    ("neglect", "Neglect", &["16A"], true),
    ("exploitation", "Exploitation outside the home", &["11A", "13A", "24A"], false),
];

/// Fewest exits of those who have a covariate, and of those who have not.
const FEW_WITH: usize = 25;
/// Spread of effects where they are held loosely.
const LOOSE: f64 = 1.5;
/// Standard errors from the middle to the ends of a 95 % interval.
const WIDE: f64 = 1.959_964;
/// Least spread that is thought possible.
const NARROW: f64 = 0.02;

/// The age band of an age in years.
pub fn age_band(age: f64) -> Option<usize> {
    AGES.iter().position(|(_, from, to)| (*from..*to).contains(&age)).or((age < 0.0).then_some(0))
}

/// Whether the factors say a need.
pub fn has_need(factors: Factors, need: usize) -> bool {
    let codes = NEEDS.get(need).map_or(&[][..], |n| n.2);
    codes.iter().filter_map(|c| Factors::of(c)).any(|f| factors.has(f))
}

/// One effect.
#[derive(Clone, PartialEq, Debug)]
pub struct Effect {
    /// The age band or need.
    pub condition: &'static str,
    /// The way out whose odds it multiplies; `None` if it stretches the stay.
    pub way: Option<usize>,
    /// Logarithm of the factor.
    pub log: f64,
    /// Its 95 % interval, of the effect on its own.
    pub range: (f64, f64),
    /// Exits of those who have it.
    pub exits: usize,
}

/// Effects in one state.
#[derive(Clone, PartialEq, Debug)]
pub struct Effects {
    /// The fit; its law and shares are those of cases without any of the conditions.
    pub joint: Joint,
    /// The age band to which others are compared.
    pub reference: Option<&'static str>,
    /// The effects.
    pub effects: Vec<Effect>,
}

/// A covariate.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Covariate {
    Age(usize),
    Need(usize),
}

impl Covariate {
    fn name(self) -> &'static str {
        match self {
            Covariate::Age(i) => AGES.get(i).map_or("", |a| a.0),
            Covariate::Need(i) => NEEDS.get(i).map_or("", |n| n.0),
        }
    }

    fn of(self, stay: &Stay, at_end: bool) -> f64 {
        let yes = match self {
            Covariate::Age(i) => {
                (if at_end { stay.age_at_end } else { stay.age }).and_then(age_band) == Some(i)
            }
            Covariate::Need(i) => has_need(stay.factors, i),
        };
        f64::from(u8::from(yes))
    }
}

/// Whether needs are known of children in this state: they are found at assessment.
fn assessed(state: &State) -> bool {
    !matches!(
        state.stage,
        Some(Stage::Contact | Stage::EarlySupportAssessment | Stage::Support | Stage::Referral)
    )
}

/// Fits the effects in a state. `stays` and `obs` are in the same order; the length has the law of `family`,
/// or of the best of a few if that is not one for all ways out.
pub(super) fn effects(
    state: &State,
    stays: &[&Stay],
    obs: &[Obs],
    ways: usize,
    family: Option<Family>,
) -> Option<Effects> {
    let exits = obs.iter().filter(|o| o.ended != super::joint::Ended::Open).count();
    if exits < 4 * FEW {
        return None;
    }
    let with_needs = assessed(state);
    // of a child never assessed nothing is known: it is left out where needs are asked for
    let known: Vec<usize> = (0..stays.len())
        .filter(|i| !with_needs || stays.get(*i).is_some_and(|s| !s.factors.is_empty()))
        .collect();
    let pairs: Vec<(&Stay, &Obs)> =
        known.iter().filter_map(|i| Some((*stays.get(*i)?, obs.get(*i)?))).collect();
    let left = |c: Covariate| {
        pairs.iter().filter(|(s, o)| o.ended != super::joint::Ended::Open && c.of(s, true) > 0.0).count()
    };
    let all = pairs.iter().filter(|(_, o)| o.ended != super::joint::Ended::Open).count();
    let ages: Vec<(Covariate, usize)> =
        (0..AGES.len()).map(Covariate::Age).map(|c| (c, left(c))).filter(|(_, n)| *n >= FEW_WITH).collect();
    let reference = ages.iter().max_by_key(|(_, n)| *n).map(|(c, _)| *c);
    let mut covariates: Vec<(Covariate, usize)> =
        ages.into_iter().filter(|(c, _)| Some(*c) != reference).collect();
    if with_needs {
        let needs = (0..NEEDS.len()).map(Covariate::Need).map(|c| (c, left(c)));
        covariates.extend(needs.filter(|(_, n)| *n >= FEW_WITH && *n + FEW_WITH <= all));
    }
    if covariates.is_empty() || all < 4 * FEW {
        return None;
    }
    let tilts = ways > 1;
    let made: Vec<Obs> = (pairs.iter())
        .map(|(stay, o)| {
            let bends = covariates.iter().map(|(c, _)| c.of(stay, false)).collect();
            let at_end = covariates.iter().map(|(c, _)| c.of(stay, true));
            let end = if o.end > o.entry { o.end } else { o.entry + 0.5 };
            Obs { end, bends, tilts: if tilts { at_end.collect() } else { Vec::new() }, ..(*o).clone() }
        })
        .collect();
    let (joint, loose) = shrunk(&made, ways, covariates.len(), tilts, family)?;
    let names = covariates.iter().map(|(c, n)| (c.name(), *n));
    let mut out = Vec::new();
    for (j, (condition, exits)) in names.enumerate() {
        let mut add = |way: Option<usize>, at: usize| {
            let log = joint.x.get(at).copied().unwrap_or(0.0);
            let (own, half) = (loose.x.get(at).copied().unwrap_or(0.0), WIDE * loose.se(at));
            let range = ((own - half).min(log), (own + half).max(log));
            out.push(Effect { condition, way, log, range, exits });
        };
        add(None, joint.shape.bends_at() + j);
        for way in 1..ways {
            add(Some(way), joint.shape.tilts_at() + (way - 1) * joint.shape.tilts + j);
        }
    }
    Some(Effects { joint, reference: reference.map(Covariate::name), effects: out })
}

/// Fits with effects held loosely, estimates how much they vary, and fits again: that fit, and the loose one.
fn shrunk(
    obs: &[Obs],
    ways: usize,
    covariates: usize,
    tilts: bool,
    family: Option<Family>,
) -> Option<(Joint, Joint)> {
    let bare: Vec<Obs> = obs.iter().map(anyhow).collect();
    let spells = super::bands::spells(&bare)?;
    let simple = [Family::Exponential, Family::Weibull, Family::LogNormal];
    let tried: Vec<Family> = family.map_or(simple.to_vec(), |f| vec![f]);
    let fits: Vec<Fit> = tried.into_iter().filter_map(|f| Fit::new(f, &spells).ok()).collect();
    let best = fits.iter().min_by(|a, b| a.aic().total_cmp(&b.aic()))?;
    let shape = Shape {
        families: vec![best.family],
        ways: ways.max(1),
        bends: covariates,
        tilts: if tilts { covariates } else { 0 },
    };
    let (bends, odds) = (shape.bends_at()..shape.logits_at(), shape.tilts_at()..shape.size());
    let mut x = best.theta.clone();
    x.resize(shape.size(), 0.0);
    let precision = |stretch: f64, odds_spread: f64| -> Vec<f64> {
        let one = |i: usize| {
            let spread = if bends.contains(&i) {
                stretch
            } else if odds.contains(&i) {
                odds_spread
            } else {
                return 0.0;
            };
            1.0 / (spread * spread)
        };
        (0..shape.size()).map(one).collect()
    };
    let loose = Joint::fit(&shape, obs, &x, &precision(LOOSE, LOOSE))?;
    let spread = |range: std::ops::Range<usize>| {
        let seen: Vec<(f64, f64)> =
            range.filter_map(|i| Some((*loose.x.get(i)?, loose.se(i).max(1e-6)))).collect();
        pool(&seen).spread.max(NARROW)
    };
    let last = Joint::fit(&shape, obs, &loose.x, &precision(spread(bends.clone()), spread(odds.clone())))?;
    Some((last, loose))
}
