//! Lengths of stay and ways out by one likelihood: several laws, by destination or mixed, effects on the
//! length and on the odds of destinations, late entry and censoring, errors that allow for families.
//!
//! A stay that ended by way k at t, seen from e, adds log p_k f_k(t) - log sum p_j S_j(e); one still open at
//! t adds log sum p_j S_j(t) - log sum p_j S_j(e) (Larson & Dinse 1985, with delayed entry). With one law for
//! all ways the sums are S(t) and S(e), and the ways separate. With unlabelled components it is a mixture.
//! Covariance is the sandwich H⁻¹ (sum over families of g g') H⁻¹: siblings share their luck.

use crate::stats::survival::Family;
use crate::stats::survival::jet::Jet;
use crate::stats::survival::linalg::{Matrix, cholesky, inverse};
use crate::stats::survival::optimise::{Local, Stopped, bfgs, newton};

/// How a stay ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ended {
    /// It was still open when last seen.
    Open,
    /// It ended, by whichever component.
    Somehow,
    /// It ended by this way.
    By(usize),
}

/// A stay as the likelihood sees it. Times in days.
#[derive(Clone, PartialEq, Debug)]
pub struct Obs {
    /// Seen from this time on.
    pub entry: f64,
    /// To this.
    pub end: f64,
    /// How it ended.
    pub ended: Ended,
    /// Stays of one family share a number.
    pub cluster: u64,
    /// Covariates, 0 or 1, that stretch the stay.
    pub bends: Vec<f64>,
    /// Covariates, 0 or 1, that tilt the odds of ways out.
    pub tilts: Vec<f64>,
}

/// What is fitted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shape {
    /// The law of each component; one alone is shared by all ways.
    pub families: Vec<Family>,
    /// Ways out, or components of a mixture.
    pub ways: usize,
    /// Number of stretching covariates.
    pub bends: usize,
    /// Number of tilting covariates.
    pub tilts: usize,
}

/// A fitted shape.
#[derive(Clone, PartialEq, Debug)]
pub struct Joint {
    /// What was fitted.
    pub shape: Shape,
    /// Parameters: laws, stretches (logarithms), logits against way 0, tilts (log odds) by way.
    pub x: Vec<f64>,
    /// Covariance, clustered on families.
    pub covariance: Matrix,
    /// Covariance if stays were independent.
    pub naive: Matrix,
    /// Log-likelihood.
    pub log_likelihood: f64,
}

/// A component's contribution: value, place of its law's parameters, slopes.
#[derive(Clone, Copy)]
struct Term {
    way: usize,
    at: usize,
    len: usize,
    v: f64,
    g: [f64; 3],
    h: [[f64; 3]; 3],
}

#[derive(Clone, Copy, PartialEq)]
enum Part {
    Density,
    Upper,
}

impl Shape {
    fn shared(&self) -> bool {
        self.families.len() == 1
    }

    fn family(&self, way: usize) -> Family {
        let at = if self.shared() { 0 } else { way };
        self.families.get(at).copied().unwrap_or(Family::Exponential)
    }

    fn theta_at(&self, way: usize) -> usize {
        let before = if self.shared() { 0 } else { way };
        self.families.iter().take(before).map(|f| f.parameters().len()).sum()
    }

    /// Where the stretches begin.
    pub fn bends_at(&self) -> usize {
        self.families.iter().map(|f| f.parameters().len()).sum()
    }

    /// Where the logits of ways 1, 2, … begin.
    pub fn logits_at(&self) -> usize {
        self.bends_at() + self.bends
    }

    /// Where the tilts of ways 1, 2, … begin.
    pub fn tilts_at(&self) -> usize {
        self.logits_at() + self.ways.saturating_sub(1)
    }

    /// Number of parameters.
    pub fn size(&self) -> usize {
        self.tilts_at() + self.ways.saturating_sub(1) * self.tilts
    }

    /// Probabilities of the ways for such tilts.
    pub fn shares(&self, x: &[f64], tilts: &[f64]) -> Vec<f64> {
        let mut logits = vec![0.0; self.ways.max(1)];
        for (k, logit) in logits.iter_mut().enumerate().skip(1) {
            *logit = x.get(self.logits_at() + k - 1).copied().unwrap_or(0.0);
            for (m, w) in tilts.iter().enumerate().take(self.tilts) {
                *logit += w * x.get(self.tilts_at() + (k - 1) * self.tilts + m).copied().unwrap_or(0.0);
            }
        }
        let most = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let weights: Vec<f64> = logits.iter().map(|l| libm::exp(l - most)).collect();
        let sum: f64 = weights.iter().sum();
        weights.iter().map(|w| w / sum).collect()
    }

    fn term(&self, x: &[f64], obs: &Obs, way: usize, t: f64, part: Part) -> Term {
        let family = self.family(way);
        let (at, len) = (self.theta_at(way), family.parameters().len());
        let (place, sign) = location(family);
        let stretch: f64 = (obs.bends.iter().zip(x.get(self.bends_at()..).unwrap_or(&[])))
            .take(self.bends)
            .map(|(z, b)| z * b)
            .sum();
        let mut theta: Vec<Jet<3>> =
            (0..len).map(|i| Jet::variable(x.get(at + i).copied().unwrap_or(0.0), i)).collect();
        if let Some(moved) = theta.get_mut(place) {
            moved.v += sign * stretch;
        }
        let jet = match part {
            _ if t <= 0.0 => Jet::constant(0.0),
            Part::Density => family.logs(&theta, t).density,
            Part::Upper => family.logs(&theta, t).upper,
        };
        Term { way, at, len, v: jet.v, g: jet.g, h: jet.h }
    }
}

/// Which fitted parameter moves with the logarithm of time, and in which direction.
fn location(family: Family) -> (usize, f64) {
    match family {
        Family::Exponential => (0, -1.0),
        Family::Weibull | Family::LogLogistic => (1, 1.0),
        Family::Gamma => (1, -1.0),
        Family::LogNormal | Family::GeneralisedGamma => (0, 1.0),
        // not a family in which time scales
        Family::Gompertz => (usize::MAX, 0.0),
    }
}

/// Sums of value, slopes and curvature.
struct Sums {
    value: f64,
    gradient: Vec<f64>,
    hessian: Matrix,
    curved: bool,
}

impl Sums {
    fn new(n: usize, curved: bool) -> Sums {
        let hessian = if curved { vec![vec![0.0; n]; n] } else { Vec::new() };
        Sums { value: 0.0, gradient: vec![0.0; n], hessian, curved }
    }
}

/// One stay's likelihood: adds `sign` times log of the sum over `terms` of share times value.
fn add(shape: &Shape, x: &[f64], obs: &Obs, terms: &[Term], logits: bool, sign: f64, sums: &mut Sums) {
    let n = sums.gradient.len();
    let shares = if logits { shape.shares(x, &obs.tilts) } else { vec![1.0] };
    let logs: Vec<f64> = terms
        .iter()
        .map(|t| t.v + if logits { libm::log(shares.get(t.way).copied().unwrap_or(0.0)) } else { 0.0 })
        .collect();
    let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if !most.is_finite() {
        sums.value = f64::NAN;
        return;
    }
    let total: f64 = logs.iter().map(|l| libm::exp(l - most)).sum();
    sums.value += sign * (most + libm::log(total));
    let mut mean = vec![0.0; n];
    let several = terms.len() > 1;
    for (term, log) in terms.iter().zip(&logs) {
        let weight = libm::exp(log - most) / total;
        let g = slopes(shape, obs, term, logits.then_some(&shares), n);
        for (m, s) in mean.iter_mut().zip(&g) {
            *m += weight * s;
        }
        if sums.curved {
            curve(shape, obs, term, sign * weight, &mut sums.hessian);
            if several {
                outer(&g, sign * weight, &mut sums.hessian);
            }
        }
    }
    if sums.curved {
        if several {
            outer(&mean, -sign, &mut sums.hessian);
        }
        if logits {
            curve_logits(shape, obs, &shares, sign, &mut sums.hessian);
        }
    }
    for (g, m) in sums.gradient.iter_mut().zip(&mean) {
        *g += sign * m;
    }
}

fn slopes(shape: &Shape, obs: &Obs, term: &Term, shares: Option<&Vec<f64>>, n: usize) -> Vec<f64> {
    let mut g = vec![0.0; n];
    for (i, s) in term.g.iter().enumerate().take(term.len) {
        if let Some(cell) = g.get_mut(term.at + i) {
            *cell = *s;
        }
    }
    let (place, sign) = location(shape.family(term.way));
    let moved = term.g.get(place).copied().unwrap_or(0.0) * sign;
    for (j, z) in obs.bends.iter().enumerate().take(shape.bends) {
        if let Some(cell) = g.get_mut(shape.bends_at() + j) {
            *cell = moved * z;
        }
    }
    let Some(shares) = shares else { return g };
    for k in 1..shape.ways {
        let own = f64::from(u8::from(k == term.way)) - shares.get(k).copied().unwrap_or(0.0);
        if let Some(cell) = g.get_mut(shape.logits_at() + k - 1) {
            *cell = own;
        }
        for (m, w) in obs.tilts.iter().enumerate().take(shape.tilts) {
            if let Some(cell) = g.get_mut(shape.tilts_at() + (k - 1) * shape.tilts + m) {
                *cell = own * w;
            }
        }
    }
    g
}

/// Adds a term's own curvature in its law's parameters and in the stretches.
fn curve(shape: &Shape, obs: &Obs, term: &Term, weight: f64, hessian: &mut Matrix) {
    let (place, sign) = location(shape.family(term.way));
    let bends: Vec<(usize, f64)> = (obs.bends.iter().enumerate().take(shape.bends))
        .filter(|(_, z)| **z != 0.0)
        .map(|(j, z)| (shape.bends_at() + j, *z))
        .collect();
    let mut put = |i: usize, j: usize, v: f64| {
        if let Some(cell) = hessian.get_mut(i).and_then(|row| row.get_mut(j)) {
            *cell += weight * v;
        }
    };
    for i in 0..term.len {
        for j in 0..term.len {
            put(term.at + i, term.at + j, term.h[i][j]);
        }
        if let Some(across) = term.h[i].get(place) {
            for (b, z) in &bends {
                put(term.at + i, *b, across * sign * z);
                put(*b, term.at + i, across * sign * z);
            }
        }
    }
    if let Some(twice) = term.h.get(place).and_then(|row| row.get(place)) {
        for (b, z) in &bends {
            for (c, y) in &bends {
                put(*b, *c, twice * z * y);
            }
        }
    }
}

/// The curvature of log shares, which is the same for every way.
fn curve_logits(shape: &Shape, obs: &Obs, shares: &[f64], sign: f64, hessian: &mut Matrix) {
    // a logit's own place and its tilts, with the covariate of each
    let places = |k: usize| {
        let own = [(shape.logits_at() + k - 1, 1.0)];
        let tilts = obs.tilts.iter().enumerate().take(shape.tilts);
        own.into_iter()
            .chain(tilts.map(move |(m, w)| (shape.tilts_at() + (k - 1) * shape.tilts + m, *w)))
            .filter(|(_, w)| *w != 0.0)
            .collect::<Vec<_>>()
    };
    let all: Vec<Vec<(usize, f64)>> = (1..shape.ways).map(places).collect();
    for (k, rows) in all.iter().enumerate() {
        let p = shares.get(k + 1).copied().unwrap_or(0.0);
        for (l, columns) in all.iter().enumerate() {
            let q = shares.get(l + 1).copied().unwrap_or(0.0);
            let value = -sign * if k == l { p * (1.0 - p) } else { -p * q };
            for (i, w) in rows {
                for (j, v) in columns {
                    if let Some(cell) = hessian.get_mut(*i).and_then(|row| row.get_mut(*j)) {
                        *cell += value * w * v;
                    }
                }
            }
        }
    }
}

fn outer(g: &[f64], weight: f64, hessian: &mut Matrix) {
    for (row, a) in hessian.iter_mut().zip(g) {
        if *a != 0.0 {
            for (cell, b) in row.iter_mut().zip(g) {
                *cell += weight * a * b;
            }
        }
    }
}

/// Adds so many like stays.
fn one(shape: &Shape, x: &[f64], obs: &Obs, weight: f64, sums: &mut Sums) {
    let all = |t: f64, part: Part| -> Vec<Term> {
        (0..shape.ways.max(1)).map(|k| shape.term(x, obs, k, t, part)).collect()
    };
    let single = |t: f64| vec![shape.term(x, obs, 0, t, Part::Upper)];
    // with one law for all, which way matters only to one that has ended
    let logits = shape.ways > 1;
    match obs.ended {
        Ended::By(way) => {
            add(shape, x, obs, &[shape.term(x, obs, way, obs.end, Part::Density)], logits, weight, sums);
        }
        Ended::Somehow => add(shape, x, obs, &all(obs.end, Part::Density), logits, weight, sums),
        Ended::Open if shape.shared() => add(shape, x, obs, &single(obs.end), false, weight, sums),
        Ended::Open => add(shape, x, obs, &all(obs.end, Part::Upper), logits, weight, sums),
    }
    if obs.entry > 0.0 {
        if shape.shared() {
            add(shape, x, obs, &single(obs.entry), false, -weight, sums);
        } else {
            add(shape, x, obs, &all(obs.entry, Part::Upper), logits, -weight, sums);
        }
    }
}

/// Log-likelihood of stays at a point, with its slopes.
fn all(shape: &Shape, x: &[f64], obs: &[(&Obs, f64)], curved: bool) -> Sums {
    let mut sums = Sums::new(x.len(), curved);
    for (o, weight) in obs {
        one(shape, x, o, *weight, &mut sums);
    }
    sums
}

/// Stays that contribute alike, counted.
fn alike(obs: &[Obs]) -> Vec<(&Obs, f64)> {
    let order = |a: &Obs, b: &Obs| {
        let covariates = |o: &Obs| o.bends.iter().chain(&o.tilts).map(|z| z.to_bits()).collect::<Vec<_>>();
        (a.entry.total_cmp(&b.entry))
            .then(a.end.total_cmp(&b.end))
            .then(key(a.ended).cmp(&key(b.ended)))
            .then_with(|| covariates(a).cmp(&covariates(b)))
    };
    let mut sorted: Vec<&Obs> = obs.iter().collect();
    sorted.sort_by(|a, b| order(a, b));
    let mut out: Vec<(&Obs, f64)> = Vec::new();
    for o in sorted {
        match out.last_mut().filter(|last| order(last.0, o).is_eq()) {
            Some(last) => last.1 += 1.0,
            None => out.push((o, 1.0)),
        }
    }
    out
}

fn key(ended: Ended) -> usize {
    match ended {
        Ended::Open => 0,
        Ended::Somehow => 1,
        Ended::By(way) => way + 2,
    }
}

impl Joint {
    /// Climbs from `start`; `None` if it ends where the likelihood is flat, or nowhere. `ridge` is the
    /// precision with which each parameter is drawn towards 0 (none if empty): effects of small groups
    /// are pooled so.
    pub fn fit(shape: &Shape, obs: &[Obs], start: &[f64], ridge: &[f64]) -> Option<Joint> {
        let n = shape.size();
        if start.len() != n || obs.is_empty() {
            return None;
        }
        let grouped = alike(obs);
        let objective = |x: &[f64], curved: bool| {
            let mut sums = all(shape, x, &grouped, curved);
            for (i, (r, v)) in ridge.iter().zip(x).enumerate() {
                sums.value -= 0.5 * r * v * v;
                if let Some(g) = sums.gradient.get_mut(i) {
                    *g -= r * v;
                }
                if let Some(h) = sums.hessian.get_mut(i).and_then(|row| row.get_mut(i)) {
                    *h -= r;
                }
            }
            Local {
                value: -sums.value,
                gradient: sums.gradient.iter().map(|g| -g).collect(),
                hessian: sums.hessian.iter().map(|r| r.iter().map(|h| -h).collect()).collect(),
            }
        };
        let flat = |s: &Stopped| s.local.steepest() < 1e-5 * obs.len() as f64;
        let climb = |from: &[f64]| newton(|x| objective(x, true), from, 60);
        // with one law for all the start is near; laws by way or mixed are far more curved
        let direct = if shape.shared() { climb(start).filter(|s| flat(s)) } else { None };
        let there = match direct {
            Some(there) => there,
            None => climb(&bfgs(|x| objective(x, false), start, 60, 1e-6)?.at)?,
        };
        let naive = inverse(&there.local.hessian).filter(|_| flat(&there))?;
        let vague = naive.iter().enumerate().any(|(i, r)| r.get(i).is_none_or(|v| v.is_nan() || *v > 1e4));
        if vague {
            return None;
        }
        let covariance = sandwich(shape, &there.at, obs, &naive, ridge)?;
        let log_likelihood = all(shape, &there.at, &grouped, false).value;
        Some(Joint { shape: shape.clone(), x: there.at, covariance, naive, log_likelihood })
    }

    /// Akaike's criterion.
    pub fn aic(&self) -> f64 {
        2.0 * (self.x.len() as f64 - self.log_likelihood)
    }

    /// Log-likelihood of other stays.
    pub fn score(&self, obs: &[Obs]) -> f64 {
        all(&self.shape, &self.x, &alike(obs), false).value
    }

    /// Clustered standard error of a parameter.
    pub fn se(&self, i: usize) -> f64 {
        self.covariance.get(i).and_then(|r| r.get(i)).copied().unwrap_or(f64::NAN).max(0.0).sqrt()
    }

    /// Standard error of a linear combination of parameters.
    pub fn se_of(&self, weights: &[(usize, f64)]) -> f64 {
        let mut variance = 0.0;
        for (i, a) in weights {
            for (j, b) in weights {
                variance += a * b * self.covariance.get(*i).and_then(|r| r.get(*j)).copied().unwrap_or(0.0);
            }
        }
        variance.max(0.0).sqrt()
    }

    /// Cumulative hazard of leaving by any way for a stay without covariates, with its slopes.
    pub fn cumulative(&self, t: f64) -> (f64, Vec<f64>) {
        let blank = self.blank(t);
        let mut sums = Sums::new(self.x.len(), false);
        one(&self.shape, &self.x, &blank, 1.0, &mut sums);
        (-sums.value, sums.gradient.iter().map(|g| -g).collect())
    }

    /// Share still open at a time, with its error.
    pub fn survival(&self, t: f64) -> (f64, f64) {
        let (h, g) = self.cumulative(t);
        let pairs: Vec<(usize, f64)> = g.into_iter().enumerate().collect();
        let s = libm::exp(-h);
        (s, s * self.se_of(&pairs))
    }

    /// Natural parameters of a component.
    pub fn law(&self, way: usize) -> (Family, Vec<f64>) {
        let family = self.shape.family(way);
        let at = self.shape.theta_at(way);
        let theta = self.x.get(at..at + family.parameters().len()).unwrap_or(&[]);
        (family, family.natural(theta))
    }

    /// Where a component's parameters begin.
    pub fn law_at(&self, way: usize) -> usize {
        self.shape.theta_at(way)
    }

    fn blank(&self, t: f64) -> Obs {
        Obs {
            entry: 0.0,
            end: t,
            ended: Ended::Open,
            cluster: 0,
            bends: vec![0.0; self.shape.bends],
            tilts: vec![0.0; self.shape.tilts],
        }
    }
}

/// H⁻¹ (sum over clusters of g g' + ridge) H⁻¹, with the correction for few clusters.
fn sandwich(shape: &Shape, x: &[f64], obs: &[Obs], naive: &Matrix, ridge: &[f64]) -> Option<Matrix> {
    let mut order: Vec<usize> = (0..obs.len()).collect();
    order.sort_by_key(|i| obs.get(*i).map(|o| o.cluster));
    let n = x.len();
    let mut meat = vec![vec![0.0; n]; n];
    let (mut clusters, mut at) = (0.0, 0);
    while let Some(first) = order.get(at).and_then(|i| obs.get(*i)) {
        let mut sums = Sums::new(n, false);
        while let Some(o) = order.get(at).and_then(|i| obs.get(*i)).filter(|o| o.cluster == first.cluster) {
            one(shape, x, o, 1.0, &mut sums);
            at += 1;
        }
        outer(&sums.gradient, 1.0, &mut meat);
        clusters += 1.0;
    }
    if clusters < 2.0 {
        return None;
    }
    let few = clusters / (clusters - 1.0);
    meat.iter_mut().flatten().for_each(|v| *v *= few);
    // what is believed of effects beforehand varies as well: without families this gives H⁻¹
    for (i, precision) in ridge.iter().enumerate() {
        if let Some(cell) = meat.get_mut(i).and_then(|row| row.get_mut(i)) {
            *cell += precision;
        }
    }
    let whole = product(&product(naive, &meat), naive);
    cholesky(naive).map(|_| whole)
}

pub(super) fn product(a: &Matrix, b: &Matrix) -> Matrix {
    let n = a.len();
    (0..n).map(|i| (0..n).map(|j| (0..n).map(|k| a[i][k] * b[k][j]).sum()).collect()).collect()
}
