//! How many cases come to each stage in the long run: the traffic equations, with base routes.

use super::flow;
use crate::base::ids::{Id, StageId};
use crate::base::quantity::TimeUnit;
use crate::base::time::SimTime;
use crate::model::Model;
use crate::model::arrivals::{Arrivals, Rate, Stream};
use crate::model::stage::{Dest, Law, Stage};

/// Flows of the mean of the run, per day.
#[derive(Debug)]
pub(super) struct Traffic {
    /// Cases that come to each stage per day.
    pub flow: Vec<f64>,
    /// Mean days of a stay.
    pub stay: Vec<f64>,
    /// Cases that arrive per day in all.
    pub arriving: f64,
    /// Whether some case can come to each stage.
    pub reachable: Vec<bool>,
}

impl Traffic {
    /// Solves the traffic equations by passing flow on until little is left.
    pub fn of(model: &Model) -> Traffic {
        let n = model.stages.len();
        let mut flow = vec![0.0; n];
        let mut arriving = 0.0;
        for stream in model.streams.iter() {
            let rate = mean_rate(model, stream);
            arriving += rate;
            for (id, p) in &stream.to {
                if let Some(slot) = flow.get_mut(id.index()) {
                    *slot += rate * p;
                }
            }
        }
        let routes: Vec<Vec<(usize, f64)>> = model.stages.iter().map(|s| to_stages(model, s)).collect();
        Traffic {
            flow: solve(&flow, &routes),
            stay: model.stages.iter().map(|s| mean_stay(model, s)).collect(),
            arriving,
            reachable: flow::reachable(model),
        }
    }

    /// Cases that come to a stage per day.
    pub fn flow(&self, id: StageId) -> f64 {
        self.flow.get(id.index()).copied().unwrap_or(0.0)
    }

    /// Mean days of a stay.
    pub fn stay(&self, id: StageId) -> f64 {
        self.stay.get(id.index()).copied().unwrap_or(0.0)
    }
}

/// Gauss-Seidel on `flow = outside + flow · routes`; a loop that hardly anybody leaves is cut off
/// after many rounds, which only understates it.
fn solve(outside: &[f64], routes: &[Vec<(usize, f64)>]) -> Vec<f64> {
    let n = outside.len();
    let mut into: Vec<Vec<(usize, f64)>> = vec![Vec::new(); n];
    for (from, list) in routes.iter().enumerate() {
        for &(to, p) in list {
            if let Some(slot) = into.get_mut(to) {
                slot.push((from, p));
            }
        }
    }
    let edges: usize = routes.iter().map(Vec::len).sum();
    let rounds = (50_000_000 / (edges + n).max(1)).clamp(100, 20_000);
    let mut flow = outside.to_vec();
    for _ in 0..rounds {
        let mut moved = 0.0_f64;
        for (i, sources) in into.iter().enumerate() {
            let own: f64 = sources.iter().filter(|(f, _)| *f == i).map(|(_, p)| p).sum();
            let come: f64 = sources
                .iter()
                .filter(|(f, _)| *f != i)
                .map(|(f, p)| flow.get(*f).copied().unwrap_or(0.0) * p)
                .sum();
            let out = outside.get(i).copied().unwrap_or(0.0) + come;
            let new = if own < 1.0 { out / (1.0 - own) } else { out };
            if let Some(slot) = flow.get_mut(i) {
                moved = moved.max((new - *slot).abs() / new.abs().max(1e-12));
                *slot = new;
            }
        }
        if moved < 1e-9 {
            break;
        }
    }
    flow
}

/// Probabilities of the next stage, through exits from which cases come back.
fn to_stages(model: &Model, stage: &Stage) -> Vec<(usize, f64)> {
    let mut out = Vec::new();
    for (dest, p) in shares(model, stage) {
        match dest {
            Dest::Stage(id) => out.push((id.index(), p)),
            Dest::Exit(exit) => {
                if let Some(back) = &model.exits[exit].returns {
                    let ever = back.within.last().map_or(0.0, |(_, share)| *share);
                    out.push((back.to.index(), p * ever));
                }
            }
        }
    }
    out
}

/// Where cases go for the base law and routes, with probabilities.
fn shares(model: &Model, stage: &Stage) -> Vec<(Dest, f64)> {
    let mut out: Vec<(Dest, f64)> = Vec::new();
    // an interruption cuts off the share of stays it comes before
    let cut: f64 = stage.stay.interrupted.iter().map(|(_, rate)| rate).sum();
    let mean = law_mean(&stage.stay.law);
    let early =
        if cut > 0.0 { if mean.is_finite() { cut * mean / (1.0 + cut * mean) } else { 1.0 } } else { 0.0 };
    let interrupted = stage.stay.interrupted.iter();
    out.extend(interrupted.map(|(dest, rate)| (*dest, early * rate / cut.max(f64::MIN_POSITIVE))));
    match &stage.stay.law {
        Law::Hazards { hazards, to } => {
            let far = model.run.length.days().max(100_000.0);
            let each = to.iter().enumerate();
            out.extend(each.map(|(i, d)| (*d, (1.0 - early) * hazards.cumulative_incidence(far, i))));
        }
        Law::Open => out.extend(stage.leave.map(|l| (l.to, 1.0 - early))),
        _ => {
            let base = stage.routes.to.iter().zip(&stage.routes.base);
            out.extend(base.map(|(d, p)| (*d, (1.0 - early) * p)));
        }
    }
    out
}

/// Mean length by the law alone, in calendar days.
fn law_mean(law: &Law) -> f64 {
    match law {
        Law::Length { dist, unit } => match unit {
            TimeUnit::Natural => dist.mean(),
            TimeUnit::WorkingDays => dist.mean() * 7.0 / 5.0,
        },
        Law::Hazards { hazards, .. } => hazards.mean(),
        Law::Reviews(reviews) => {
            // the sum over reviews of the chance to be still there before each
            let (mut left, mut mean) = (1.0, 0.0);
            let mut step = reviews.first.days();
            for end in &reviews.ends {
                mean += left * step;
                left *= 1.0 - end;
                step = reviews.then.days();
            }
            let last = reviews.ends.last().copied().unwrap_or(1.0);
            mean + left * step / last.max(1e-9)
        }
        Law::Open => f64::INFINITY,
    }
}

/// Mean stay in calendar days: no longer than ages, interruptions and the run allow.
fn mean_stay(model: &Model, stage: &Stage) -> f64 {
    let cut: f64 = stage.stay.interrupted.iter().map(|(_, rate)| rate).sum();
    let mean = law_mean(&stage.stay.law);
    let mean = match (mean.is_finite(), cut > 0.0) {
        (true, true) => mean / (1.0 + cut * mean),
        (false, true) => 1.0 / cut,
        _ => mean,
    };
    let run = (model.run.length + model.run.warm_up).days();
    let leave = stage.leave.map_or(f64::INFINITY, |l| (l.age + 1.0) * 365.25);
    if mean.is_finite() { mean.min(leave) } else { leave.min(run) }
}

/// Cases per day of a stream, as a mean over the run.
pub(super) fn mean_rate(model: &Model, stream: &Stream) -> f64 {
    let families = stream.families.as_ref().unwrap_or(&model.cases.families);
    let size: f64 = families.iter().map(|(n, p)| f64::from(*n) * p).sum();
    let (from, to) = (SimTime::ZERO - model.run.warm_up, SimTime::ZERO + model.run.length);
    let days = (to - from).days().max(f64::MIN_POSITIVE);
    match &stream.arrivals {
        Arrivals::Rate(rate) => rate_mean(rate, from, to),
        Arrivals::Gaps(dist) => size / dist.mean().max(f64::MIN_POSITIVE),
        Arrivals::At(list) => {
            let cases: f64 = list.iter().map(|a| a.children.map_or(size, f64::from)).sum();
            cases / days
        }
    }
}

fn rate_mean(rate: &Rate, from: SimTime, to: SimTime) -> f64 {
    let by_age = rate.by_age.iter().map(|(t, rates)| (*t, rates.iter().sum::<f64>()));
    let steps: Vec<(SimTime, f64)> = rate.steps.iter().copied().chain(by_age).collect();
    let (from, to) = match rate.repeat {
        Some(period) => (SimTime::ZERO, SimTime::ZERO + period),
        None => (from, to),
    };
    let mut sum = 0.0;
    for (i, (start, value)) in steps.iter().enumerate() {
        let end = steps.get(i + 1).map_or(to, |(t, _)| *t);
        let (a, b) = ((*start).max(from), end.min(to));
        if b > a {
            sum += (b - a).days() * value;
        }
    }
    sum / (to - from).days().max(f64::MIN_POSITIVE)
}
