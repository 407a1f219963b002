//! The law of a state's stays: candidates, the criterion, and what is used when none fits.
//!
//! Candidates: exponential, Weibull, gamma, log-normal and generalised gamma for all ways out together; a
//! mixture of two; Weibull and log-normal laws by way out; the review cycle for child protection plans. The
//! one with the least AIC (siblings who leave together counted once) is taken, if it passes Hjort's test of
//! goodness of fit at 1 %; else hazards in bands, which follow the data. States with few exits get an
//! exponential.

use super::bands::{Banded, design, spells};
use super::joint::{Ended, Joint, Obs, Shape};
use super::review::{PLANS, Reviews};
use crate::stats::survival::{Family, Fit, goodness};

/// Fewest exits for anything but an exponential.
pub const FEW: usize = 30;
/// Fewest exits by each way for laws by way.
const FEW_BY_WAY: usize = 20;
/// The test of goodness of fit refuses below this.
pub const LEVEL: f64 = 0.01;

/// A law with its errors.
#[derive(Clone, PartialEq, Debug)]
pub enum Law {
    /// Stays have no length.
    Instant,
    /// Nobody left.
    Never,
    /// One law, whichever way out.
    One(Joint),
    /// A law for each way out.
    ByWay(Joint),
    /// One of two laws, whichever way out.
    Mixed(Joint),
    /// Ends at reviews.
    Reviews(Reviews),
    /// Hazards in bands.
    Bands(Banded),
}

/// A candidate and how it did.
#[derive(Clone, PartialEq, Debug)]
pub struct Tried {
    /// Its name.
    pub name: String,
    /// Parameters, ways out included.
    pub parameters: usize,
    /// Akaike's criterion of lengths and ways together.
    pub aic: f64,
    /// Probability of a misfit as large, if it was tested.
    pub p: Option<f64>,
    /// Whether it is used.
    pub used: bool,
}

/// The law used, with the candidates.
#[derive(Clone, PartialEq, Debug)]
pub struct Choice {
    /// The law.
    pub law: Law,
    /// Candidates, best first.
    pub tried: Vec<Tried>,
    /// Why this one.
    pub why: String,
}

struct Candidate {
    name: String,
    law: Law,
    parameters: usize,
    aic: f64,
}

impl Law {
    /// Its name.
    pub fn name(&self) -> String {
        match self {
            Law::Instant => "no length".into(),
            Law::Never => "open".into(),
            Law::One(j) => j.law(0).0.name().into(),
            Law::ByWay(j) => format!("{} by way out", j.law(0).0.name()),
            Law::Mixed(j) => format!("mixture of {} and {}", j.law(0).0.name(), j.law(1).0.name()),
            Law::Reviews(_) => "review cycle".into(),
            Law::Bands(b) => format!("hazards in {} bands", b.breaks.len()),
        }
    }

    /// Share open at `t` days with its standard error.
    pub fn survival(&self, t: f64) -> (f64, f64) {
        match self {
            Law::Instant => (0.0, 0.0),
            Law::Never => (1.0, 0.0),
            Law::One(j) | Law::ByWay(j) | Law::Mixed(j) => j.survival(t),
            Law::Reviews(r) => {
                let (h, g) = r.cumulative(t);
                let mut variance = 0.0;
                for (row, a) in r.covariance.iter().zip(&g) {
                    for (v, b) in row.iter().zip(&g) {
                        variance += a * b * v;
                    }
                }
                let s = libm::exp(-h);
                (s, s * variance.max(0.0).sqrt())
            }
            Law::Bands(b) => b.survival(t),
        }
    }
}

/// Chooses the law of stays that may end by `ways` ways; `reviewed` says that plans end at reviews.
pub fn choose(obs: &[Obs], ways: usize, reviewed: bool) -> Choice {
    let exits = obs.iter().filter(|o| o.ended != Ended::Open).count();
    if exits == 0 {
        return Choice { law: Law::Never, tried: Vec::new(), why: "nobody left".into() };
    }
    let lengthened = positive(obs);
    let mut all = candidates(&lengthened, ways, reviewed, exits);
    all.sort_by(|a, b| a.aic.total_cmp(&b.aic));
    let mut tried: Vec<Tried> = (all.iter())
        .map(|c| Tried { name: c.name.clone(), parameters: c.parameters, aic: c.aic, p: None, used: false })
        .collect();
    if exits >= FEW
        && let (Some(best), Some(shown)) = (all.first(), tried.first_mut())
    {
        shown.p = test(best, &lengthened);
    }
    let fits = tried.first().is_some_and(|t| t.p.is_none_or(|p| p >= LEVEL));
    if fits && !all.is_empty() {
        let best = all.swap_remove(0);
        if let Some(t) = tried.first_mut() {
            t.used = true;
        }
        let why = match (exits < FEW, tried.first().and_then(|t| t.p)) {
            (true, _) => format!("fewer than {FEW} exits"),
            (_, Some(p)) => format!("least AIC, and it fits (p = {p:.2})"),
            (_, None) => "least AIC".into(),
        };
        return Choice { law: best.law, tried, why };
    }
    match Banded::fit(&lengthened, ways) {
        Some(bands) => {
            let misfit = tried.first().and_then(|t| t.p).map_or(String::new(), |p| {
                if p < 0.001 { " (p below 0.001)".into() } else { format!(" (p = {p:.3})") }
            });
            let why = match tried.first() {
                Some(t) => format!("the best law, {}, does not fit{misfit}", t.name),
                None => "no law could be fitted".into(),
            };
            Choice { law: Law::Bands(bands), tried, why }
        }
        None => Choice { law: Law::Never, tried, why: "no law could be fitted".into() },
    }
}

/// Stays of no length made half a day, as records of whole days have them.
fn positive(obs: &[Obs]) -> Vec<Obs> {
    let longer = |o: &Obs| {
        let end = if o.end > o.entry { o.end } else { o.entry + 0.5 };
        Obs { end, ..o.clone() }
    };
    obs.iter().map(longer).collect()
}

/// Akaike's criterion for stays of which `design` count for one: siblings who leave together say a thing once.
fn criterion(parameters: usize, likelihood: f64, design: f64) -> f64 {
    2.0 * (parameters as f64 - likelihood / design)
}

/// Log-likelihood of the ways by their own shares, with the number of free shares.
fn ways_likelihood(obs: &[Obs], ways: usize) -> (f64, usize) {
    let mut counts = vec![0.0; ways.max(1)];
    for o in obs {
        if let Ended::By(way) = o.ended
            && let Some(n) = counts.get_mut(way)
        {
            *n += 1.0;
        }
    }
    let all: f64 = counts.iter().sum();
    let used = counts.iter().filter(|n| **n > 0.0);
    let sum = used.clone().map(|n| n * libm::log(n / all)).sum();
    (sum, used.count().saturating_sub(1))
}

fn candidates(obs: &[Obs], ways: usize, reviewed: bool, exits: usize) -> Vec<Candidate> {
    let mut out = Vec::new();
    let Some(spells) = spells(obs) else { return out };
    let (by_ways, free) = ways_likelihood(obs, ways);
    let design = design(obs);
    let whole = |own: usize, likelihood: f64| criterion(own + free, likelihood + by_ways, design);
    let families: &[Family] = if exits < FEW {
        &[Family::Exponential]
    } else {
        &[Family::Exponential, Family::Weibull, Family::Gamma, Family::LogNormal, Family::GeneralisedGamma]
    };
    let somehow: Vec<Obs> = obs.iter().map(anyhow).collect();
    for family in families {
        let Ok(fit) = Fit::new(*family, &spells) else { continue };
        let shape = Shape { families: vec![*family], ways: 1, bends: 0, tilts: 0 };
        let Some(joint) = Joint::fit(&shape, &somehow, &fit.theta, &[]) else { continue };
        out.push(Candidate {
            name: family.name().into(),
            parameters: fit.theta.len() + free,
            aic: whole(fit.theta.len(), joint.log_likelihood),
            law: Law::One(joint),
        });
    }
    if exits < FEW {
        return out;
    }
    for families in [[Family::Exponential, Family::Exponential], [Family::LogNormal, Family::Exponential]] {
        if let Some(joint) = mixture(&somehow, families) {
            let n = joint.x.len();
            let law = Law::Mixed(joint);
            let Law::Mixed(joint) = &law else { continue };
            let aic = whole(n, joint.log_likelihood);
            out.push(Candidate { name: law.name(), parameters: n + free, aic, law });
        }
    }
    out.extend(by_way(obs, ways, design));
    if reviewed && let Some(reviews) = Reviews::fit(PLANS, &somehow) {
        let aic = whole(Reviews::PARAMETERS, reviews.log_likelihood);
        let parameters = Reviews::PARAMETERS + free;
        out.push(Candidate { name: "review cycle".into(), parameters, aic, law: Law::Reviews(reviews) });
    }
    out
}

/// The same stay, its way out left aside.
pub(super) fn anyhow(o: &Obs) -> Obs {
    let ended = if o.ended == Ended::Open { Ended::Open } else { Ended::By(0) };
    Obs { ended, bends: Vec::new(), tilts: Vec::new(), ..o.clone() }
}

/// Logarithms of lengths that ended: mean and standard deviation.
fn logs(ends: &[f64]) -> (f64, f64) {
    let n = ends.len().max(1) as f64;
    let mean = ends.iter().map(|e| libm::log(e.max(0.25))).sum::<f64>() / n;
    let variance =
        ends.iter().map(|e| (libm::log(e.max(0.25)) - mean) * (libm::log(e.max(0.25)) - mean)).sum::<f64>()
            / n;
    (mean, variance.sqrt().clamp(0.1, 3.0))
}

/// A start for a family from the mean and spread of log lengths.
fn start(family: Family, mean: f64, sd: f64) -> Vec<f64> {
    match family {
        Family::Exponential => vec![-mean - 0.5],
        Family::Weibull => {
            let shape = (1.28 / sd).clamp(0.2, 20.0);
            vec![libm::log(shape), mean + 0.577 / shape]
        }
        Family::Gamma => {
            let shape = (1.0 / (sd * sd)).clamp(0.1, 50.0);
            vec![libm::log(shape), libm::log(shape) - mean]
        }
        Family::LogNormal => vec![mean, libm::log(sd)],
        _ => vec![mean, libm::log(sd), 0.5],
    }
}

fn mixture(somehow: &[Obs], families: [Family; 2]) -> Option<Joint> {
    let obs: Vec<Obs> = (somehow.iter())
        .map(|o| Obs {
            ended: if o.ended == Ended::Open { Ended::Open } else { Ended::Somehow },
            ..o.clone()
        })
        .collect();
    let mut ends: Vec<f64> = obs.iter().filter(|o| o.ended != Ended::Open).map(|o| o.end).collect();
    ends.sort_by(f64::total_cmp);
    let half = ends.len() / 2;
    let (short, long) = (ends.get(..half)?, ends.get(half..)?);
    let ((a, sa), (b, sb)) = (logs(short), logs(long));
    let shape = Shape { families: families.to_vec(), ways: 2, bends: 0, tilts: 0 };
    let mut x = start(families[0], a, sa.max(0.3));
    x.extend(start(families[1], b + 0.3, sb.max(0.3)));
    x.push(0.0);
    Joint::fit(&shape, &obs, &x, &[])
}

fn by_way(obs: &[Obs], ways: usize, design: f64) -> Vec<Candidate> {
    let ends = |way: usize| -> Vec<f64> {
        obs.iter().filter(|o| o.ended == Ended::By(way)).map(|o| o.end).collect()
    };
    let by: Vec<Vec<f64>> = (0..ways).map(ends).collect();
    if !(2..=8).contains(&ways) || by.iter().any(|e| e.len() < FEW_BY_WAY) {
        return Vec::new();
    }
    let bare: Vec<Obs> =
        obs.iter().map(|o| Obs { bends: Vec::new(), tilts: Vec::new(), ..o.clone() }).collect();
    let fit = |family: Family| {
        let shape = Shape { families: vec![family; ways], ways, bends: 0, tilts: 0 };
        let mut x: Vec<f64> = Vec::new();
        for e in &by {
            let (mean, sd) = logs(e);
            x.extend(start(family, mean, sd));
        }
        let zero = by.first().map_or(1.0, |e| e.len() as f64);
        x.extend(by.iter().skip(1).map(|e| libm::log(e.len() as f64 / zero)));
        let joint = Joint::fit(&shape, &bare, &x, &[])?;
        let parameters = joint.x.len();
        let aic = criterion(parameters, joint.log_likelihood, design);
        Some(Candidate {
            name: format!("{} by way out", family.name()),
            parameters,
            aic,
            law: Law::ByWay(joint),
        })
    };
    [Family::Weibull, Family::LogNormal].into_iter().filter_map(fit).collect()
}

/// A cumulative hazard with its slopes.
type Cumulative<'a> = dyn Fn(f64) -> (f64, Vec<f64>) + 'a;

/// Hjort's test on stays of which siblings who leave together count once.
fn test(candidate: &Candidate, obs: &[Obs]) -> Option<f64> {
    let mut distinct: Vec<Obs> = obs.iter().map(anyhow).collect();
    distinct.sort_by(|a, b| {
        (a.cluster.cmp(&b.cluster)).then(a.end.total_cmp(&b.end)).then(a.entry.total_cmp(&b.entry))
    });
    distinct.dedup_by(|a, b| {
        a.cluster == b.cluster && a.end == b.end && a.entry == b.entry && a.ended == b.ended
    });
    let spells = spells(&distinct)?;
    let exits = distinct.iter().filter(|o| o.ended != Ended::Open).count();
    let mut ends: Vec<f64> = distinct.iter().filter(|o| o.ended != Ended::Open).map(|o| o.end).collect();
    ends.sort_by(f64::total_cmp);
    let bands = (exits / 15).clamp(4, 12);
    // edges between whole days: a day is in one band
    let last = distinct.iter().map(|o| o.end).fold(0.0, f64::max);
    let inner = (1..bands).filter_map(|b| ends.get(b * ends.len() / bands)).map(|e| e.floor() + 0.5);
    let mut edges: Vec<f64> = inner.filter(|e| *e < last).collect();
    edges.push(last);
    edges.dedup();
    let (hazard, covariance): (Box<Cumulative<'_>>, _) = match &candidate.law {
        Law::One(j) | Law::ByWay(j) | Law::Mixed(j) => (Box::new(|t| j.cumulative(t)), j.naive.clone()),
        Law::Reviews(r) => (Box::new(|t| r.cumulative(t)), r.naive.clone()),
        _ => return None,
    };
    goodness(&spells, &edges, hazard, &covariance).ok().map(|g| g.p)
}
