//! Recovery where capacity binds: a queue with a fixed number of places and people who give up.
//!
//! In each trial the truth is drawn from the prior, a year is simulated with random numbers of its own, and the numbers are
//! fitted to its figures by `calibrate::totals`. Printed: how often the truth lies in the set that is not implausible (bar:
//! 95 of 100), and the ranks of the truth among posterior draws with simultaneous 95 % bands of their distribution
//! (simulation-based calibration: Talts 2018; bands: Säilynoja 2022, here by simulation of uniform ranks).
//!
//! `cargo bench --bench calibration_recovery -- [TRIALS]`, 200 if left out.

#![allow(clippy::print_stdout, clippy::print_stderr)]

use caseflow::base::diag::SourceMap;
use caseflow::base::rng::{Key, Purpose};
use caseflow::calibrate::totals::{Forgets, Plan, Simulator, Target, fit};
use caseflow::experiment::run::Unwatched;
use caseflow::model::draws::{Prior, prior};
use caseflow::model::period;
use caseflow::stats::special::{normal_cdf, normal_quantile};
use std::process::ExitCode;

const MODEL: &str = r#"
[model]
title = "Capacity that binds"
starts = 2024-04-01
runs = "1 year"
periods = "months"
[arrivals.a]
to = "s"
rate = { value = "3 per day", low = "2.4 per day", high = "3.75 per day", grade = "assumed" }
[pools.p]
places = 40
[stages.s]
stay = { exponential = { mean = { value = "12 days", low = "9 days", high = "16 days", grade = "assumed" } } }
pool = "p"
patience = { after = { exponential = { mean = { value = "40 days", low = "20 days", high = "80 days", grade = "assumed" } } }, to = "gone" }
to = "out"
[exits.gone]
title = "Gave up"
[measures.came]
count = { starts = "s" }
[measures.gave_up]
count = { moves = { from = ["s"], to = ["gone"] } }
[measures.here]
count = { children = "s" }
"#;

/// Figures: what came and who gave up by quarter, and who was here at its end.
fn targets(model: &caseflow::model::Model) -> Vec<Target> {
    let starts = model.run.starts.unwrap();
    let quarters = [
        ("2024-04/2024-06", "2024-06-30"),
        ("2024-07/2024-09", "2024-09-30"),
        ("2024-10/2024-12", "2024-12-31"),
        ("2025-01/2025-03", "2025-03-31"),
    ];
    let mut out = Vec::new();
    for (span, day) in quarters {
        for (name, when) in [("came", span), ("gave_up", span), ("here", day)] {
            let measure = model.measures.iter().position(|m| m.name == name).unwrap();
            let (from, to) = period(starts, when).unwrap();
            out.push(Target { measure, period: when.into(), from, to, value: 0.0, error: 0.0 });
        }
    }
    out
}

fn main() -> ExitCode {
    let trials: u64 = std::env::args().skip(1).find_map(|a| a.parse().ok()).unwrap_or(200);
    let mut sources = SourceMap::default();
    let file = sources.add("binding.toml", MODEL);
    let loaded = match caseflow::model::load(&sources, file, &[]) {
        Ok(loaded) => loaded,
        Err(found) => {
            found.iter().for_each(|d| eprintln!("{}", sources.plain(d).message));
            return ExitCode::from(2);
        }
    };
    let prior = prior(&loaded.model.register);
    let names: Vec<String> = loaded.model.measures.iter().map(|m| m.name.clone()).collect();
    let blank = targets(&loaded.model);
    let plan = Plan { first: 80, wave: 60, waves: 2, discrepancy: 0.0, draws: 99, checked: 0, seed: 1 };
    let n = prior.unknowns.len();
    let (mut inside, mut done) = (0u64, 0u64);
    let mut ranks: Vec<Vec<usize>> = vec![Vec::new(); n];
    for trial in 0..trials {
        let Some(found) = one(trial, &sources, file, &prior, &blank, &names, plan) else {
            eprintln!("trial {trial} gave no fit");
            continue;
        };
        done += 1;
        inside += u64::from(found.0);
        ranks.iter_mut().zip(found.1).for_each(|(r, x)| r.push(x));
        if (trial + 1) % 20 == 0 {
            println!("{} trials: truth in the set in {inside}", trial + 1);
        }
    }
    println!(
        "\n{done} trials of {trials}; truth not implausible in {inside} ({:.1} %)",
        100.0 * inside as f64 / done.max(1) as f64
    );
    let mut bad = u32::from(inside * 100 < 95 * done || done < trials);
    let band = band(done as usize, plan.draws);
    for (u, ranks) in prior.unknowns.iter().zip(&ranks) {
        let off = largest(ranks, plan.draws);
        let cover = |low: usize, high: usize| {
            100.0 * ranks.iter().filter(|r| (low..=high).contains(*r)).count() as f64 / done.max(1) as f64
        };
        println!(
            "{:<60} ECDF at most {off:.3} from uniform (band {band:.3}) {}; 80 % interval {:.1} %, 95 % {:.1} %",
            u.path,
            if off <= band { "ok" } else { "MISSED" },
            cover(10, 89),
            cover(3, 96)
        );
        bad += u32::from(off > band);
    }
    println!("{bad} bars missed");
    if bad == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) }
}

/// One trial: whether the truth is in the set, and its rank in each direction.
fn one(
    trial: u64,
    sources: &SourceMap,
    file: caseflow::base::diag::FileId,
    prior: &Prior,
    blank: &[Target],
    names: &[String],
    plan: Plan,
) -> Option<(bool, Vec<usize>)> {
    let key = Key::root(20_240_401, trial);
    let truth: Vec<f64> =
        (0..prior.unknowns.len() as u64).map(|i| cut_normal(key.unit(Purpose::named("truth"), i))).collect();
    let cache = Forgets::default();
    let nature = Simulator {
        sources,
        model: file,
        scenarios: &[],
        prior,
        targets: blank,
        replications: 1,
        // random numbers of its own
        seed: 1_000_000 + trial,
        cache: &cache,
    };
    let figures = nature.outputs(&truth)?;
    let targets: Vec<Target> =
        blank.iter().zip(figures).map(|(t, value)| Target { value, ..t.clone() }).collect();
    let cache = Forgets::default();
    let simulator =
        Simulator { targets: &targets, replications: 8, seed: 1 + trial, cache: &cache, ..nature };
    let plan = Plan { seed: 1 + trial, ..plan };
    let found = fit(&simulator, names, plan, &Unwatched).ok()?;
    let inside = found.implausibility(&truth) < found.cutoff;
    let rank = |i: usize| found.z.iter().filter(|z| z[i] < truth[i]).count();
    Some((inside, (0..truth.len()).map(rank).collect()))
}

/// The prior: standard normal within 2.5.
fn cut_normal(u: f64) -> f64 {
    let low = normal_cdf(-2.5);
    normal_quantile(low + u * (1.0 - 2.0 * low))
}

/// Largest distance of the distribution of ranks from uniform.
fn largest(ranks: &[usize], draws: usize) -> f64 {
    let n = ranks.len().max(1) as f64;
    (0..=draws)
        .map(|r| {
            let share = ranks.iter().filter(|x| **x <= r).count() as f64 / n;
            (share - (r + 1) as f64 / (draws + 1) as f64).abs()
        })
        .fold(0.0, f64::max)
}

/// What that distance stays below in 95 of 100 sets of uniform ranks, by simulation.
fn band(trials: usize, draws: usize) -> f64 {
    let key = Key::root(7, 7);
    let mut off: Vec<f64> = (0..2_000u64)
        .map(|s| {
            let unit = |t: usize| key.child(s).unit(Purpose::named("rank"), t as u64);
            let ranks: Vec<usize> = (0..trials).map(|t| (unit(t) * (draws + 1) as f64) as usize).collect();
            largest(&ranks, draws)
        })
        .collect();
    off.sort_by(f64::total_cmp);
    off[(0.95 * off.len() as f64) as usize]
}
