//! How many cases come to each stage in the long run: the traffic equations, with base routes and the factors that
//! hold for everybody, as means over the run.

use super::flow;
use crate::base::ids::{Id, StageId};
use crate::base::quantity::TimeUnit;
use crate::base::time::SimTime;
use crate::model::Model;
use crate::model::arrivals::{Arrivals, Rate, Stream};
use crate::model::factor::Factor;
use crate::model::selector::Selector;
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
    let mean = mean_length(model, stage);
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
            let base = stage.routes.to.iter().zip(routed(model, stage));
            out.extend(base.map(|(d, p)| (*d, (1.0 - early) * p)));
        }
    }
    out
}

/// Base probabilities under the odds that hold for everybody.
fn routed(model: &Model, stage: &Stage) -> Vec<f64> {
    let mut weights = stage.routes.base.clone();
    for (way, selector, factor) in &stage.routes.odds {
        if let Some(weight) = weights.get_mut(*way) {
            *weight *= for_everybody(model, selector, factor);
        }
    }
    let total: f64 = weights.iter().sum();
    if total > 0.0 { weights.iter().map(|w| w / total).collect() } else { stage.routes.base.clone() }
}

/// The mean of a factor over the run if it holds for everybody, else 1.
fn for_everybody(model: &Model, selector: &Selector, factor: &Factor) -> f64 {
    let (from, to) = (SimTime::ZERO - model.run.warm_up, SimTime::ZERO + model.run.length);
    if selector.0.is_empty() { factor.mean(from, to) } else { 1.0 }
}

/// Mean length with the factors that hold for everybody, in calendar days; reviews have none.
fn mean_length(model: &Model, stage: &Stage) -> f64 {
    let mean = law_mean(&stage.stay.law);
    if matches!(stage.stay.law, Law::Reviews(_)) {
        return mean;
    }
    mean * stage.stay.times.iter().map(|(s, f)| for_everybody(model, s, f)).product::<f64>()
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
    let mean = mean_length(model, stage);
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
        Arrivals::Forecast(forecast) => steps_mean(&forecast.mean_rates(), from, to),
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
    steps_mean(&steps, from, to)
}

/// The mean of a rate that changes in steps.
fn steps_mean(steps: &[(SimTime, f64)], from: SimTime, to: SimTime) -> f64 {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::diag::SourceMap;

    fn traffic(body: &str) -> (Model, Traffic) {
        let text = format!("[model]\ntitle = \"T\"\nruns = \"100 days\"\n{body}");
        let mut sources = SourceMap::default();
        let file = sources.add("m.toml", text);
        let model = crate::model::load(&sources, file, &[]).unwrap().model;
        let traffic = Traffic::of(&model);
        (model, traffic)
    }

    fn near(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-6 * expected.abs().max(1.0), "{found} for {expected}");
    }

    /// By hand: a = 1 + 0.4 b and b = 0.5 a give a = 1.25; c comes back to itself half the time.
    #[test]
    fn flows_of_a_network_with_feedback() {
        let (_, t) = traffic(
            "[arrivals.x]\nto = \"a\"\nrate = \"1 per day\"\n[stages]\na = { stay = \"2 days\", to = { b = 0.5, out = 0.5 } }\nb = { stay = { exponential = { mean = \"3 days\" } }, to = { a = 0.4, c = 0.6 } }\nc = { stay = \"1 day\", to = { c = 0.5, out = 0.5 } }",
        );
        near(t.flow[0], 1.25);
        near(t.flow[1], 0.625);
        near(t.flow[2], 0.75);
        assert_eq!((t.stay[0], t.stay[1]), (2.0, 3.0));
    }

    /// A loop that only one in a thousand leaves is still solved.
    #[test]
    fn flows_of_a_loop_that_few_leave() {
        let (_, t) = traffic(
            "[arrivals.x]\nto = \"a\"\nrate = \"1 per day\"\n[stages]\na = { stay = \"2 days\", to = \"b\" }\nb = { stay = \"2 days\", to = { a = 0.999, out = 0.001 } }",
        );
        near(t.flow[1] / 1000.0, 1.0);
    }

    /// Half come back once more, and again: 1 / (1 - 0.5) stays each.
    #[test]
    fn coming_back_counts() {
        let (_, t) = traffic(
            "[arrivals.x]\nto = \"a\"\nrate = \"3 per day\"\n[stages]\na = { stay = \"2 days\", to = \"out\" }\n[exits.out.returns]\nto = \"a\"\nwithin = { \"5 days\" = 0.2, \"9 days\" = 0.5 }",
        );
        near(t.flow[0], 6.0);
    }

    /// An interruption of rate r in a stay of mean m: the share r m / (1 + r m) is interrupted.
    #[test]
    fn interruptions_hazards_and_reviews() {
        let (_, t) = traffic(
            "[arrivals.x]\nto = \"a\"\nrate = \"1 per day\"\n[stages]\na = { stay = { exponential = { mean = \"4 days\" } }, interrupted = { b = \"0.25 per day\" }, to = \"out\" }\nb = { stay = { hazards = { c = \"0.3 per day\", out = \"0.1 per day\" } } }\nc = { stay = { reviews = { first = \"3 days\", then = \"6 days\", ends = [0.5, 0.25] } }, to = \"out\" }",
        );
        near(t.flow[1], 0.5);
        near(t.stay[0], 2.0);
        near(t.flow[2], 0.375);
        near(t.stay[1], 2.5);
        // 3, then half stay: 6 each with a quarter ending, so 4 more reviews
        near(t.stay[2], 3.0 + 0.5 * 6.0 * 4.0);
    }

    #[test]
    fn mean_rates_of_streams() {
        let (m, t) = traffic(
            "[cases]\nfamilies = { 1 = 0.5, 3 = 0.5 }\n[arrivals]\nx = { to = \"a\", rate = [{ rate = \"1 per day\" }, { from = \"50 days\", rate = \"3 per day\" }] }\ny = { to = \"a\", gaps = { constant = \"4 days\" } }\nz = { to = \"a\", at = [\"1 day\", { at = \"2 days\", children = 5 }] }\nw = { to = \"a\", rate = [{ rate = \"7 per day\" }, { from = \"1 day\", rate = \"0 per day\" }], repeat = \"7 days\" }\n[stages]\na = { stay = \"2 days\", to = \"out\" }",
        );
        let rates: Vec<f64> = m.streams.iter().map(|s| mean_rate(&m, s)).collect();
        for (found, expected) in rates.iter().zip([2.0, 0.5, 0.07, 1.0]) {
            near(*found, expected);
        }
        near(t.arriving, 3.57);
    }
}
