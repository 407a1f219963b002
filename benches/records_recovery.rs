//! Recovery: from invented councils with known laws, do 95 % intervals of estimates hold the truth?
//!
//! `cargo bench --bench records_recovery -- [councils] [first seed]` (100 councils from seed 1). The model is
//! `records_recovery.toml`; the records are those of its first five years, stays already open at their start among
//! them. Every parameter is one interval: rates of arrival (children who left before the records begin look
//! new when they come back: that is part of the estimate), factors of months, their unevenness, sizes of
//! families, ages; shares of ways out; the share of stays open at the true quartiles under whatever law was
//! chosen; parameters of the law where the chosen family is the true one; every effect of age and need on
//! lengths and odds, those that are nothing included; reviews; shares with needs; shares that come back.
//! Councils are fitted on all cores and counted in order of seed. Exits with 1 unless 93 to 97 % of all
//! intervals hold the truth.
#![allow(clippy::print_stdout, clippy::disallowed_methods, reason = "a command that prints what it measured")]

use caseflow::base::diag::SourceMap;
use caseflow::calibrate::records::fit::{
    Council as Fitted, EXITS, Effects, Law, NEEDS, Settings, StateFit, Stream, To, fit,
};
use caseflow::calibrate::records::synthetic::{Council, History, Roles, table};
use caseflow::engine::Network;
use caseflow::stats::survival::Family;
use rayon::prelude::*;
use score::Score;
use std::collections::BTreeMap;
use std::time::Instant;
use truth::{STAGES, Stage};

#[path = "records_recovery/score.rs"]
mod score;
#[path = "records_recovery/truth.rs"]
mod truth;

const MODEL: &str = include_str!("records_recovery.toml");
/// Years of records.
const YEARS: u16 = 5;

fn name(fitted: &Fitted, to: To) -> &'static str {
    match to {
        To::State(s) => fitted.states.get(s).map_or("", |s| s.name),
        To::Out(e) => EXITS.get(e).map_or("", |e| e.0),
    }
}

/// Lengths and ways out of a stage.
fn stage(score: &mut Score, fitted: &Fitted, f: &StateFit, truth: &Stage) {
    let kind = |what: &str| format!("{}: {what}", truth.name);
    let ways: Vec<&str> = f.ways.iter().map(|w| name(fitted, w.to)).collect();
    // where conditions change odds, the shares of the model are those of children without any
    if truth.odds.is_empty() {
        for (way, p) in truth.ways.iter().skip(1) {
            if let Some(w) = f.ways.iter().find(|w| name(fitted, w.to) == *way) {
                score.share(&kind("shares of ways"), w.share, w.se, *p);
            }
        }
    }
    if let Some(e) = &f.effects {
        effects(score, &ways, e, truth);
    }
    let Some(open) = truth.open else { return };
    let one = matches!(f.choice.law, Law::One(_));
    let by_condition = f.effects.as_ref().filter(|_| one && !truth.stretch.is_empty());
    if by_condition.is_none() && !truth.stretch.is_empty() {
        // the law of all children together, whose truth has no closed form
        return;
    }
    for t in [0.75, 0.5, 0.25].map(|s| truth.open_at(s)) {
        let (share, se) = by_condition.map_or_else(|| f.choice.law.survival(t), |e| e.joint.survival(t));
        score.share(&kind("share open"), share, se, open(t));
    }
    let (Some((family, p)), Law::One(chosen)) = (&truth.law, &f.choice.law) else { return };
    let joint = by_condition.map_or(chosen, |e| &e.joint);
    if joint.law(0).0 == *family {
        for (i, (value, p)) in joint.law(0).1.iter().zip(*p).enumerate() {
            // the mean of logarithms is on its own scale already
            let plain = *family == Family::LogNormal && i == 0;
            let on = |x: f64| if plain { x } else { libm::log(x) };
            score.add(&kind("parameters"), on(*value), joint.se(i), on(*p));
        }
    }
}

/// Effects of age and need, and the odds of ways out of children without.
fn effects(score: &mut Score, ways: &[&str], e: &Effects, truth: &Stage) {
    let Some(most) = ways.first().copied() else { return };
    for effect in &e.effects {
        let way = effect.way.and_then(|w| ways.get(w)).copied();
        let relative = |condition: &str| match way {
            None => truth.effect(condition, None),
            // odds are told against the most common way
            Some(way) => truth.effect(condition, Some(way)) / truth.effect(condition, Some(most)),
        };
        let log = libm::log(relative(effect.condition) / relative_of_reference(e, &relative));
        let of = if way.is_none() { "lengths" } else { "odds" };
        let size = if log.abs() < 1e-9 { "none" } else { "some" };
        let (low, high) = effect.range;
        score.interval(&format!("effects on {of}, truly {size}"), (low, effect.log, high), log);
    }
    for (k, way) in ways.iter().enumerate().skip(1) {
        let (Some(p), Some(q)) = (truth.share(way), truth.share(most)) else { continue };
        let at = e.joint.shape.logits_at() + k - 1;
        let (value, se) = (e.joint.x[at], e.joint.se(at));
        score.add(&format!("{}: odds without conditions", truth.name), value, se, libm::log(p / q));
    }
}

/// The factor of the age band to which others are compared: 1 in this model, else told.
fn relative_of_reference(e: &Effects, relative: &dyn Fn(&str) -> f64) -> f64 {
    let factor = e.reference.map_or(1.0, relative);
    assert!((factor - 1.0).abs() < 1e-12, "the reference age {:?} has an effect", e.reference);
    factor
}

fn stream(score: &mut Score, s: &Stream) {
    score.scale("arrivals: rate", s.rate, s.rate_se, truth::RATE);
    for ((value, (low, high)), truth) in s.season.iter().zip(s.season_range).zip(truth::months()) {
        score.interval("arrivals: months", (low, *value, high), truth);
    }
    let (low, high) = s.varies_range;
    score.interval("arrivals: unevenness", (low, s.varies, high), truth::VARIES);
    for ((p, se), truth) in s.size_shares.iter().zip(truth::SIZES) {
        score.share("arrivals: sizes of families", *p, *se, truth);
    }
    for ((p, se), truth) in s.age_shares.iter().zip(truth::AGES).skip(1) {
        score.share("arrivals: ages", *p, *se, truth);
    }
}

/// All intervals of a council, and the laws chosen.
fn council(network: &Network, roles: &Roles, seed: u64) -> (Score, Vec<String>) {
    let settings = Settings { before: 0, after: 0, wait: 0, check: false, ..Settings::default() };
    let history = History::new(network, seed, 1, Some(YEARS)).unwrap();
    let fitted = fit(&table(&Council::new(network, roles, history, seed)), &settings).unwrap();
    let (mut score, mut chosen) = (Score::default(), Vec::new());
    for f in &fitted.fits {
        let law = f.choice.law.name();
        chosen.push(format!("{}: {}", f.state.name, law.split(" in ").next().unwrap_or("")));
        if let Some(truth) = STAGES.iter().find(|s| s.name == f.state.name) {
            stage(&mut score, &fitted, f, truth);
        }
        if let Law::Reviews(r) = &f.choice.law {
            for (i, truth) in truth::REVIEWS.into_iter().enumerate() {
                let logit = libm::log(truth / (1.0 - truth));
                score.add("child_protection: reviews", r.x[i], r.se(i), logit);
            }
            let rate = libm::log(truth::BETWEEN / 365.25);
            score.add("child_protection: between reviews", r.x[4], r.se(4), rate);
        }
    }
    for (need, share, se) in &fitted.needs {
        if let Some(n) = truth::NEEDS.iter().find(|n| n.0 == NEEDS[*need].0) {
            score.share("needs", *share, *se, n.1);
        }
    }
    let referred = |s: &&Stream| fitted.states[s.state].name == "referral" && !s.asylum;
    fitted.streams.iter().filter(referred).for_each(|s| stream(&mut score, s));
    for r in &fitted.returns {
        for (at, share, se) in &r.within {
            let same = |b: &&(&str, f64, f64)| b.0 == EXITS[r.exit].0 && (b.1 - at).abs() < 1.0;
            if let Some(b) = truth::BACK.iter().find(same) {
                score.share(&format!("coming back: {}", b.0), *share, *se, b.2);
            }
        }
    }
    (score, chosen)
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let councils: u64 = args.first().and_then(|a| a.parse().ok()).unwrap_or(100);
    let first: u64 = args.get(1).and_then(|a| a.parse().ok()).unwrap_or(1);
    let mut sources = SourceMap::default();
    let id = sources.add("records_recovery.toml", MODEL);
    let model = caseflow::model::load(&sources, id, &[]).unwrap_or_else(|e| panic!("{e:?}")).model;
    let network = Network::compile(&model);
    let roles = Roles::new(&model, "").unwrap();
    let began = Instant::now();
    let mut score = Score::default();
    let mut chosen: BTreeMap<String, u32> = BTreeMap::new();
    let seeds: Vec<u64> = (first..first + councils).collect();
    for part in seeds.chunks(20) {
        let all: Vec<_> = part.par_iter().map(|seed| council(&network, &roles, *seed)).collect();
        for (own, laws) in all {
            score.merge(&own);
            laws.into_iter().for_each(|law| *chosen.entry(law).or_default() += 1);
        }
        println!("{} councils, {:.0?}", part.last().map_or(0, |s| s + 1 - first), began.elapsed());
    }
    println!();
    for (law, n) in &chosen {
        println!("{law:<60}{n:>5}");
    }
    let share = score.print();
    std::process::exit(i32::from(!(93.0..=97.0).contains(&share)));
}
