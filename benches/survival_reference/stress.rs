//! Hard sets of data, and whether a search from many starts finds a higher likelihood than `Fit` does.
//!
//! `survival_reference stress [SETS] [FIRST SEED] [STARTS]` (300 sets, seed 1, 40 starts). The search shares the laws and
//! the climbing steps with `Fit`, and nothing else: no scaling of time, no moments, no thinning, no tests.
//! A fit fails if the search stands more than 1e-6 higher at parameters that have not run off, or if `Fit`
//! refuses where the search stands at a maximum: flat, curved downwards in all directions, nowhere outdone.
//! Higher places where parameters have run off are no maxima: they are counted by whether `Fit` tells of them.

use crate::tally::Tally;
use caseflow::stats::series::random::normals;
use caseflow::stats::special::normal_cdf;
use caseflow::stats::survival::jet::Jet;
use caseflow::stats::survival::linalg::inverse;
use caseflow::stats::survival::optimise::{Local, Stopped, bfgs, newton};
use caseflow::stats::survival::{Ending, Family, Fit, Spell, Spells, SurvivalError, ZeroLength};
use std::collections::BTreeMap;

/// What makes a set hard.
const KINDS: [&str; 12] = [
    "few",
    "late entry",
    "age clock",
    "censored",
    "ties",
    "small unit",
    "large unit",
    "near log-normal",
    "bent",
    "two kinds",
    "falling hazard",
    "intervals",
];
const ALLOWED: f64 = 1e-6;
/// Parameters beyond this (with time in median ends) have run off, as `Fit` has it.
const FAR: f64 = 6.0;

/// Uniform and normal numbers of one set.
struct Luck {
    seed: u64,
    drawn: u64,
}

impl Luck {
    fn normal(&mut self) -> f64 {
        let mut z = [0.0];
        normals(self.seed, self.drawn, 0, &mut z);
        self.drawn += 1;
        z[0]
    }

    fn unit(&mut self) -> f64 {
        normal_cdf(self.normal()).clamp(1e-12, 1.0 - 1e-12)
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    fn exponential(&mut self) -> f64 {
        -libm::log(self.unit())
    }
}

/// One set: its times have been put in a unit, and none is of no length.
fn set(kind: usize, luck: &mut Luck) -> Vec<Spell> {
    let n = match kind {
        0 => luck.between(4.0, 13.0),
        _ => luck.between(15.0, 90.0),
    } as usize;
    let shape = luck.between(0.6, 2.5);
    let unit = match kind {
        5 => 1e-7,
        6 => 1e7,
        _ => luck.between(0.5, 400.0),
    };
    let mut out = Vec::new();
    let mut tries = 0;
    while out.len() < n && tries < 100 * n {
        tries += 1;
        let length = match kind {
            // Gompertz from 0: old ages
            2 => libm::log(1.0 + luck.exponential() * 0.1 / 5e-5) / 0.1,
            7 => libm::exp(0.7 * luck.normal()),
            // the generalised gamma's inverse and its long tail
            8 => libm::pow(luck.exponential() + 0.2 * luck.exponential(), -1.5),
            9 if luck.unit() < 0.5 => 0.05 * libm::exp(0.3 * luck.normal()),
            9 => 3.0 * libm::exp(0.3 * luck.normal()),
            10 => libm::pow(luck.exponential(), 1.0 / 0.35),
            _ => libm::pow(luck.exponential(), 1.0 / shape),
        };
        let (entry, until) = match kind {
            1 => (luck.between(0.0, 2.5), f64::INFINITY),
            2 => {
                let entry = luck.between(55.0, 95.0);
                (entry, entry + luck.between(1.0, 12.0))
            }
            3 => (0.0, 0.15 * luck.exponential()),
            10 => (luck.between(0.0, 3.0), luck.between(3.0, 6.0)),
            0 if luck.unit() < 0.3 => (luck.between(0.0, 0.4), f64::INFINITY),
            _ => (0.0, luck.between(0.5, 6.0)),
        };
        let length = if kind == 4 { libm::ceil(2.0 * length) / 2.0 } else { length };
        if length <= entry || until <= entry {
            continue;
        }
        let (entry, at) = (unit * entry, unit * length.min(until));
        out.push(match kind {
            _ if length > until => Spell::censored(entry, at),
            11 => {
                let after = at * luck.unit();
                Spell::within(entry, after, at * (1.0 + luck.unit()), 0)
            }
            _ => Spell::exit(entry, at, 0),
        });
    }
    out
}

/// Minus the log-likelihood, added up as it is written.
fn objective<const N: usize>(family: Family, spells: &[Spell], theta: &[f64]) -> Local {
    let x: Vec<Jet<N>> = theta.iter().enumerate().map(|(i, v)| Jet::variable(*v, i)).collect();
    let upper = |t: f64| if t > 0.0 { family.logs(&x, t).upper } else { Jet::constant(0.0) };
    let mut sum = Jet::<N>::constant(0.0);
    for s in spells {
        let own = match s.ending {
            Ending::Exit { at, .. } => family.logs(&x, at).density,
            Ending::Censored { at } => upper(at),
            Ending::Within { after, by, .. } => {
                // log (S(a) - S(b)) = log S(a) + log (1 - exp -(log S(a) - log S(b)))
                let (a, b) = (upper(after), upper(by));
                a + (a - b).log_one_less_exp_neg()
            }
        };
        sum = sum + own - upper(s.entry);
    }
    Local {
        value: -sum.v,
        gradient: sum.g.iter().map(|g| -g).collect(),
        hessian: sum.h.iter().map(|r| r.iter().map(|h| -h).collect()).collect(),
    }
}

/// A start anywhere, with time in median ends.
fn start(family: Family, luck: &mut Luck) -> Vec<f64> {
    match family {
        Family::Exponential => vec![luck.between(-3.0, 3.0)],
        Family::Weibull | Family::LogLogistic => vec![luck.between(-2.5, 4.0), luck.between(-5.0, 5.0)],
        Family::Gamma => vec![luck.between(-3.0, 5.0), luck.between(-5.0, 6.0)],
        Family::LogNormal => vec![luck.between(-5.0, 5.0), luck.between(-4.0, 2.0)],
        Family::Gompertz => vec![luck.between(-6.0, 15.0), luck.between(-14.0, 2.0)],
        Family::GeneralisedGamma => {
            vec![luck.between(-4.0, 4.0), luck.between(-4.0, 1.5), luck.between(-4.0, 4.0)]
        }
    }
}

/// The highest place found from many starts, and from where `Fit` stood, with time in `unit`.
fn search<const N: usize>(
    family: Family,
    spells: &[Spell],
    from: Option<&[f64]>,
    starts: usize,
    luck: &mut Luck,
) -> Vec<Stopped> {
    let f = |x: &[f64]| objective::<N>(family, spells, x);
    let mut all: Vec<Vec<f64>> = (0..starts).map(|_| start(family, luck)).collect();
    all.extend(from.map(<[f64]>::to_vec));
    let near = all.iter().filter_map(|s| bfgs(f, s, 80, 1e-7));
    let mut found: Vec<Stopped> = near.filter_map(|n| newton(f, &n.at, 60)).collect();
    found.sort_by(|a, b| a.local.value.total_cmp(&b.local.value));
    found
}

fn scaled(spells: &[Spell], unit: f64) -> Vec<Spell> {
    let ending = |e: Ending| match e {
        Ending::Exit { at, cause } => Ending::Exit { at: at / unit, cause },
        Ending::Censored { at } => Ending::Censored { at: at / unit },
        Ending::Within { after, by, cause } => Ending::Within { after: after / unit, by: by / unit, cause },
    };
    spells.iter().map(|s| Spell { entry: s.entry / unit, ending: ending(s.ending), ..*s }).collect()
}

/// Whether a place is a maximum that the data fix: flat, and curved downwards in all directions.
fn firm(stop: &Stopped, n: usize) -> bool {
    let Some(v) = inverse(&stop.local.hessian) else { return false };
    let step: f64 = v
        .iter()
        .zip(&stop.local.gradient)
        .map(|(row, g)| g * row.iter().zip(&stop.local.gradient).map(|(a, b)| a * b).sum::<f64>())
        .sum();
    let vague = v.iter().enumerate().any(|(i, row)| row.get(i).is_none_or(|v| v.is_nan() || *v > 1e4));
    stop.local.steepest() < 1e-6 * n as f64
        && step.sqrt() < 1e-7
        && !vague
        && stop.at.iter().all(|x| x.abs() < FAR)
}

/// How one fit came out, and what is wrong with it if anything is.
fn compare(
    family: Family,
    spells: &[Spell],
    starts: usize,
    luck: &mut Luck,
) -> (&'static str, Option<String>) {
    let Ok(checked) = Spells::new(spells, ZeroLength::Refuse) else { return ("not made", None) };
    if !spells.iter().any(|s| s.cause().is_some()) {
        return ("nobody left", None);
    }
    let mut ends: Vec<f64> = spells.iter().map(Spell::end).collect();
    ends.sort_by(f64::total_cmp);
    let unit = ends[ends.len() / 2];
    let exits = spells.iter().filter(|s| matches!(s.ending, Ending::Exit { .. })).count() as f64;
    let shift = -exits * libm::log(unit);
    let fit = Fit::new(family, &checked);
    let from = fit.as_ref().ok().map(|f| family.rescaled(&f.theta, 1.0 / unit));
    let own = scaled(spells, unit);
    let found = match family.parameters().len() {
        1 => search::<1>(family, &own, from.as_deref(), starts, luck),
        2 => search::<2>(family, &own, from.as_deref(), starts, luck),
        _ => search::<3>(family, &own, from.as_deref(), starts, luck),
    };
    let height = |s: &Stopped| shift - s.local.value;
    let Some(best) = found.first() else { return ("search found nothing", None) };
    let near = found.iter().find(|s| s.at.iter().all(|x| x.abs() < FAR));
    let say = |what: &str, s: &Stopped, by: f64| Some(format!("{what}: higher by {by:.1e} at {:.3?}", s.at));
    match fit {
        Ok(fit) => {
            let allowed = ALLOWED + 1e-12 * fit.log_likelihood.abs();
            let by = |s: &Stopped| height(s) - fit.log_likelihood;
            if let Some(s) = near.filter(|s| by(s) > allowed) {
                return ("fitted", say("a search beats it", s, by(s)));
            }
            if by(best) > allowed && fit.ridge.is_none_or(|r| r < height(best) - 0.1) {
                return ("fitted, a ridge not told", None);
            }
            if fit.ridge.is_some() { ("fitted, a ridge told", None) } else { ("fitted", None) }
        }
        Err(SurvivalError::NoMaximum { why, reached, .. }) => {
            let proper = near.filter(|s| firm(s, spells.len()) && height(best) - height(s) < ALLOWED);
            match proper {
                Some(s) => ("refused", say(&format!("refused ({why})"), s, height(s) - reached)),
                None => ("refused, no maximum found either", None),
            }
        }
        Err(error) => ("error", Some(error.to_string())),
    }
}

/// What came of one set: of each law, how it came out and what is wrong.
type Came = Vec<(Family, &'static str, Option<String>)>;

fn one(seed: u64, starts: usize) -> Came {
    let kind = (seed % KINDS.len() as u64) as usize;
    let mut luck = Luck { seed, drawn: 0 };
    let spells = set(kind, &mut luck);
    let each = Family::ALL.into_iter();
    each.map(|family| {
        let (how, wrong) = compare(family, &spells, starts, &mut luck);
        (family, how, wrong)
    })
    .collect()
}

/// Runs sets on all cores and counts them in order.
pub fn run(arguments: &[String]) -> bool {
    let number = |i: usize, usual: u64| arguments.get(i).and_then(|a| a.parse().ok()).unwrap_or(usual);
    let (sets, first, starts) = (number(0, 300), number(1, 1), number(2, 40) as usize);
    let threads = std::thread::available_parallelism().map_or(1, usize::from) as u64;
    let seeds: Vec<u64> = (first..first + sets).collect();
    let mut came: BTreeMap<u64, Came> = BTreeMap::new();
    std::thread::scope(|scope| {
        let seeds = &seeds;
        let parts: Vec<_> = (0..threads)
            .map(|t| {
                let own = seeds.iter().copied().filter(move |s| s % threads == t);
                scope.spawn(move || own.map(|s| (s, one(s, starts))).collect::<Vec<_>>())
            })
            .collect();
        for part in parts {
            came.extend(part.join().unwrap_or_default());
        }
    });
    let mut tally = Tally::default();
    let mut hows: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for (seed, all) in &came {
        for (family, how, wrong) in all {
            *hows.entry((family.name(), how)).or_default() += 1;
            if let Some(wrong) = wrong {
                let kind = KINDS[(seed % KINDS.len() as u64) as usize];
                tally.line(&format!("set {seed} ({kind}), {}", family.name()), wrong, false);
            }
        }
    }
    for ((family, how), n) in &hows {
        println!("{family:<20} {how:<40} {n:>6}");
    }
    let name = format!("{} sets, {} laws each, {starts} starts", came.len(), Family::ALL.len());
    tally.line(&name, "compared", came.len() as u64 == sets);
    tally.finish()
}
