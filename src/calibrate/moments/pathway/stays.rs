//! The law of a stage for one kind of case, as lengths with their ways out.

use super::kinds::Kinds;
use super::length::{Length, Stay};
use crate::base::ids::StageId;
use crate::base::quantity::TimeUnit;
use crate::model::Model;
use crate::model::stage::{Dest, Law, Routes, Stage};
use crate::model::start::{Elapsed, StartStage};

/// Points that stand for a span of elapsed times: one a day, so that cases whose stays end on one day are not lumped.
fn points(days: f64) -> usize {
    (days.ceil() as usize).clamp(16, 400)
}

/// A stage for one kind of case.
pub(super) struct Staying {
    pub stay: Stay,
    /// For each length, where it leads.
    pub ways: Vec<Vec<(Dest, f64)>>,
    /// Where interruptions lead, with their share of them.
    pub interrupted: Vec<(Dest, f64)>,
}

/// Every place a stage leads to.
pub(super) fn leads_to(stage: &Stage) -> Vec<Dest> {
    let mut out = stage.routes.to.clone();
    let laws = std::iter::once(&stage.stay.law)
        .chain(stage.stay.by.iter().map(|b| &b.1))
        .chain(stage.stay.by_destination.iter().map(|b| &b.1));
    for law in laws {
        if let Law::Hazards { to, .. } = law {
            out.extend(to);
        }
    }
    out.extend(stage.stay.interrupted.iter().map(|i| i.0));
    out.sort_unstable();
    out.dedup();
    out
}

/// The probability of each route for a kind of case.
pub(super) fn probabilities(routes: &Routes, kinds: &Kinds, kind: usize) -> Vec<f64> {
    let table = routes.by.iter().find(|b| kinds.fits(kind, &b.0)).map_or(&routes.base, |b| &b.1);
    let mut weights = table.clone();
    for (i, selector, times) in &routes.odds {
        if kinds.fits(kind, selector)
            && let Some(weight) = weights.get_mut(*i)
        {
            *weight *= times.first;
        }
    }
    let total: f64 = weights.iter().sum();
    if total > 0.0 {
        weights.iter_mut().for_each(|w| *w /= total);
    }
    weights
}

/// The stay of a kind of case in a stage, or why moments cannot say.
pub(super) fn staying(model: &Model, id: StageId, kinds: &Kinds, kind: usize) -> Result<Staying, String> {
    let stage = &model.stages[id];
    let s = &stage.stay;
    let base = s.by.iter().find(|b| kinds.fits(kind, &b.0)).map_or(&s.law, |b| &b.1);
    let times: f64 = s.times.iter().filter(|t| kinds.fits(kind, &t.0)).map(|t| t.1.first).product();
    let routes: Vec<(Dest, f64)> =
        stage.routes.to.iter().copied().zip(probabilities(&stage.routes, kinds, kind)).collect();
    let length = |law: &Law| match law {
        Law::Length { dist, unit: TimeUnit::Natural } => Ok(Length::Law(dist.clone(), times)),
        Law::Length { .. } => Err(format!("stays in {} are counted in working days", stage.title)),
        Law::Reviews(r) => Ok(Length::reviews(r)),
        Law::Open => Ok(Length::Never),
        Law::Hazards { .. } => {
            Err(format!("{} has competing hazards beside stays by destination", stage.title))
        }
    };
    let mut lengths = Vec::new();
    let mut ways = Vec::new();
    if !s.by_destination.is_empty() {
        for &(dest, p) in routes.iter().filter(|r| r.1 > 0.0) {
            let law = s.by_destination.iter().find(|b| b.0 == dest).map_or(base, |b| &b.1);
            lengths.push((p, length(law)?));
            ways.push(vec![(dest, 1.0)]);
        }
    } else if let Law::Hazards { hazards, to } = base {
        for (cause, dest) in to.iter().enumerate() {
            lengths.push((1.0, Length::Cause(hazards.clone(), cause, times)));
            ways.push(vec![(*dest, 1.0)]);
        }
    } else {
        lengths.push((1.0, length(base)?));
        ways.push(routes);
    }
    let hazard: f64 = s.interrupted.iter().map(|i| i.1).sum();
    let interrupted = s.interrupted.iter().map(|(d, h)| (*d, h / hazard.max(1e-300))).collect();
    Ok(Staying { stay: Stay { lengths, hazard }, ways, interrupted })
}

/// Times already spent (days) of cases in a stage at the beginning, with weights: alike cases, or each case's own.
pub(super) enum Spent {
    Alike(Vec<(f64, f64)>),
    Each(Vec<f64>),
    /// As those found at a random moment of a steady flow.
    Steady,
}

pub(super) fn spent(spec: &StartStage, staying: &Staying) -> Spent {
    match &spec.elapsed {
        Elapsed::Listed(list) => {
            let at = |i: usize| list.get(i).map_or(0.0, |s| s.days());
            Spent::Each((0..spec.cases as usize).map(at).collect())
        }
        Elapsed::Bands(bands) => {
            let total: f64 = bands.iter().map(|b| b.2).sum();
            let mut out = Vec::new();
            for (from, to, share) in bands {
                let n = points(to.days() - from.days());
                for k in 0..n {
                    let part = (k as f64 + 0.5) / n as f64;
                    let at = from.days() + part * (to.days() - from.days());
                    out.push((at, share / total.max(1e-300) / n as f64));
                }
            }
            Spent::Alike(out)
        }
        // reviews are told apart by what has passed of them; nothing has passed of a stay without end
        Elapsed::Steady => {
            let smooth = |l: &(f64, Length)| matches!(l.1, Length::Law(..) | Length::Cause(..));
            let stay = &staying.stay;
            if stay.lengths.iter().all(smooth) { Spent::Steady } else { Spent::Alike(steady(stay)) }
        }
    }
}

/// Elapsed times of those found at a random moment: as likely as lasting so long, interruptions included.
fn steady(stay: &Stay) -> Vec<(f64, f64)> {
    let mut out = Vec::new();
    for (p, length) in &stay.lengths {
        match length {
            Length::Windows(windows) => {
                // the engine takes each review in the middle of its window here
                let (mut from, mut left) = (0.0, 1.0f64);
                for (a, b, q) in windows {
                    let to = 0.5 * (a + b);
                    let n = points(to - from);
                    for k in 0..n {
                        let at = from + (to - from) * (k as f64 + 0.5) / n as f64;
                        out.push((at, p * left * (to - from) / n as f64));
                    }
                    left -= q;
                    from = to;
                    if left < 1e-6 {
                        break;
                    }
                }
            }
            _ => out.push((0.0, *p)),
        }
    }
    out.iter_mut().for_each(|e| e.1 *= libm::exp(-stay.hazard * e.0));
    let total: f64 = out.iter().map(|e| e.1).sum();
    out.iter_mut().for_each(|e| e.1 /= total.max(1e-300));
    out
}
