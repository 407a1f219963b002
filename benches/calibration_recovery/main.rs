//! Whether `calibrate` finds numbers again that it does not know.
//!
//! Two models: a queue with a fixed number of places and people who give up, fitted by simulation (`binding.toml`), and a
//! pathway from referral to care without limits, fitted by exact moments (`pathway.toml`). In each trial the truth is drawn
//! from the prior, one replication is simulated with random numbers of its own, and the numbers are fitted to its figures.
//! Printed: ranks of the truth among 99 posterior draws, with simultaneous 95 % bands of their distribution
//! (simulation-based calibration: Talts 2018; bands: Säilynoja 2022, here by simulation of uniform ranks); how often 80 % and
//! 95 % intervals hold the truth, with the counts that a binomial law of so many trials stays within with a chance of 99 %; and
//! for the queue how often the truth lies in the set that is not implausible (bar: 95 of 100). All of these are bars. Trials
//! run in parallel and do not depend on how many do.
//!
//! `cargo bench --bench calibration_recovery -- [TRIALS] [binding|pathway] [seed=N]`, 200 trials of each if left out; another
//! seed draws other truths and futures than those of the figures in the documents.

#![allow(clippy::print_stdout, clippy::print_stderr)]

use caseflow::base::diag::{FileId, SourceMap};
use caseflow::base::rng::{Key, Purpose};
use caseflow::calibrate::totals::{Fit, Forgets, Method, Plan, Simulator, Target, Way, fit};
use caseflow::experiment::run::Unwatched;
use caseflow::model::draws::{Prior, prior};
use caseflow::model::{Model, period};
use caseflow::stats::special::{normal_cdf, normal_quantile};
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// A model, its figures, and how they are fitted.
struct Study {
    name: &'static str,
    text: &'static str,
    /// (measures, periods): every measure for every period.
    figures: &'static [(&'static [&'static str], &'static [&'static str])],
    method: Method,
    plan: Plan,
}

const DRAWS: usize = 99;

/// Seed of the truths.
const SEED: u64 = 20_240_401;

const BINDING: Study = Study {
    name: "binding",
    text: include_str!("binding.toml"),
    figures: &[
        (&["came", "gave_up"], &["2024-04/2024-06", "2024-07/2024-09", "2024-10/2024-12", "2025-01/2025-03"]),
        (&["here"], &["2024-06-30", "2024-09-30", "2024-12-31", "2025-03-31"]),
    ],
    method: Method::Simulate,
    plan: Plan {
        first: 80,
        wave: 60,
        waves: 2,
        discrepancy: 0.0,
        draws: DRAWS,
        checked: 0,
        seed: 1,
        inflate: false,
    },
};

const PATHWAY: Study = Study {
    name: "pathway",
    text: include_str!("pathway.toml"),
    figures: &[
        (
            &["referrals", "section_47", "plans_started", "care_started", "care_ended"],
            &["2023-04/2024-03", "2024-04/2025-03"],
        ),
        (&["in_need", "plans", "care"], &["2024-03-31", "2025-03-31"]),
    ],
    method: Method::Exact,
    plan: Plan {
        first: 0,
        wave: 0,
        waves: 0,
        discrepancy: 0.0,
        draws: DRAWS,
        checked: 0,
        seed: 1,
        inflate: false,
    },
};

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let trials: u64 = args.iter().find_map(|a| a.parse().ok()).unwrap_or(200);
    let named = |s: &Study| args.iter().any(|a| a == s.name);
    let seed: u64 = args.iter().find_map(|a| a.strip_prefix("seed=")?.parse().ok()).unwrap_or(SEED);
    let studies = [BINDING, PATHWAY];
    let any = studies.iter().any(named);
    let bad: u32 = studies.iter().filter(|s| !any || named(s)).map(|s| study(s, trials, seed)).sum();
    println!("{bad} bars missed");
    if bad == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) }
}

fn targets(study: &Study, model: &Model) -> Vec<Target> {
    let starts = model.run.starts.unwrap();
    let mut out = Vec::new();
    for (measures, periods) in study.figures {
        for when in *periods {
            for name in *measures {
                let measure = model.measures.iter().position(|m| m.name == *name).unwrap();
                let (from, to) = period(starts, when).unwrap();
                out.push(Target {
                    measure,
                    period: (*when).into(),
                    from,
                    to,
                    value: 0.0,
                    error: 0.0,
                    own: 0.0,
                    rounding: 0.0,
                });
            }
        }
    }
    out
}

/// Runs a study; how many bars it missed.
#[allow(clippy::disallowed_methods)]
fn study(study: &Study, trials: u64, seed: u64) -> u32 {
    let began = Instant::now();
    let mut sources = SourceMap::default();
    let file = sources.add(study.name, study.text);
    let loaded = match caseflow::model::load(&sources, file, &[]) {
        Ok(loaded) => loaded,
        Err(found) => {
            found.iter().for_each(|d| eprintln!("{}", sources.plain(d).message));
            return 1;
        }
    };
    let prior = prior(&loaded.model.register);
    let names: Vec<String> = loaded.model.measures.iter().map(|m| m.name.clone()).collect();
    let blank = targets(study, &loaded.model);
    let n = prior.unknowns.len();
    let (mut inside, mut done) = (0u64, 0u64);
    let mut ranks: Vec<Vec<usize>> = vec![Vec::new(); n];
    let mut taken: Vec<f64> = vec![0.0; n];
    let ended = AtomicU64::new(0);
    let all = each(trials, |trial| {
        let out = one(study, (trial, seed), &sources, file, &prior, &blank, &names);
        let ended = 1 + ended.fetch_add(1, Ordering::Relaxed);
        if ended.is_multiple_of(20) {
            eprintln!("{}: {ended} trials, {:.0} seconds", study.name, began.elapsed().as_secs_f64());
        }
        out
    });
    let mut worth = Vec::new();
    for (trial, out) in all.into_iter().enumerate() {
        let Some((truth, found)) = out else {
            eprintln!("{}: trial {trial} gave no fit", study.name);
            continue;
        };
        done += 1;
        inside += u64::from(found.implausibility(&truth).is_some_and(|i| i < found.cutoff));
        if let Way::Exact { effective, tried, .. } = found.way {
            worth.push((effective, tried));
        }
        for (i, ranks) in ranks.iter_mut().enumerate() {
            ranks.push(found.z.iter().filter(|z| z[i] < truth[i]).count());
            taken[i] += found.informed[i].contraction;
        }
    }
    println!("{}: {done} trials of {trials}, {} figures each", study.name, blank.len());
    let mut bad = u32::from(done < trials);
    if study.method == Method::Simulate {
        println!("truth not implausible in {inside} ({:.1} %)", 100.0 * inside as f64 / done.max(1) as f64);
        bad += u32::from(inside * 100 < 95 * done);
    } else {
        worth.sort_by(|a, b| a.0.total_cmp(&b.0));
        let tried = worth.iter().map(|w| w.1).sum::<usize>() / worth.len().max(1);
        println!(
            "effective draws behind a fit: fewest {:.0}, median {:.0}; sets of numbers worked out, mean: {tried}",
            worth.first().map_or(0.0, |w| w.0),
            worth.get(worth.len() / 2).map_or(0.0, |w| w.0)
        );
    }
    let band = band(done as usize);
    let wide: [(f64, usize, usize); 2] = [(0.8, 10, 89), (0.95, 3, 97)];
    let bars = wide.map(|w| within(done, w.0));
    for (i, (u, ranks)) in prior.unknowns.iter().zip(&ranks).enumerate() {
        let off = largest(ranks);
        let mean = (ranks.iter().sum::<usize>() as f64 / done.max(1) as f64 + 0.5) / (DRAWS + 1) as f64;
        let verdict = |good: bool| if good { "ok" } else { "MISSED" };
        print!(
            "{:<52} ranks {off:.3} from uniform (band {band:.3}) {}, mean {mean:.3}",
            u.path,
            verdict(off <= band)
        );
        bad += u32::from(off > band);
        for ((chance, low, high), (least, most)) in wide.iter().zip(bars) {
            let held = ranks.iter().filter(|r| (*low..=*high).contains(*r)).count() as u64;
            let good = (least..=most).contains(&held);
            let percent = |x: u64| 100.0 * x as f64 / done.max(1) as f64;
            print!(
                "; {:.0} % holds {:.1} ({:.1} to {:.1}) {}",
                100.0 * chance,
                percent(held),
                percent(least),
                percent(most),
                verdict(good)
            );
            bad += u32::from(!good);
        }
        println!("; variance taken away {:.0} %", 100.0 * taken[i] / done.max(1) as f64);
    }
    println!();
    bad
}

/// Each trial's result, in order, on all cores.
#[cfg(feature = "parallel")]
fn each<R: Send>(trials: u64, one: impl Fn(u64) -> R + Sync + Send) -> Vec<R> {
    use rayon::prelude::*;
    (0..trials).into_par_iter().map(one).collect()
}

/// Each trial's result, in order.
#[cfg(not(feature = "parallel"))]
fn each<R>(trials: u64, one: impl Fn(u64) -> R) -> Vec<R> {
    (0..trials).map(one).collect()
}

/// Least and most successes of so many with this chance that are within its middle 99 %.
fn within(trials: u64, chance: f64) -> (u64, u64) {
    let mut term = libm::exp(trials as f64 * libm::log1p(-chance));
    let (mut sum, mut least, mut most) = (0.0, None, trials);
    for k in 0..=trials {
        sum += term;
        if sum > 0.005 && least.is_none() {
            least = Some(k);
        }
        if sum >= 0.995 {
            most = k;
            break;
        }
        term *= (trials - k) as f64 / (k + 1) as f64 * chance / (1.0 - chance);
    }
    (least.unwrap_or(0), most)
}

/// One trial: the truth and the fit.
fn one(
    study: &Study,
    (trial, seed): (u64, u64),
    sources: &SourceMap,
    file: FileId,
    prior: &Prior,
    blank: &[Target],
    names: &[String],
) -> Option<(Vec<f64>, Fit)> {
    let key = Key::root(seed, trial);
    // nought for the standing seed
    let own = (seed ^ SEED) << 32;
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
        seed: 1_000_000 + trial + own,
        cache: &cache,
    };
    let figures = nature.outputs(&truth, 0)?;
    let targets: Vec<Target> =
        blank.iter().zip(figures).map(|(t, value)| Target { value, ..t.clone() }).collect();
    let cache = Forgets::default();
    let simulator =
        Simulator { targets: &targets, replications: 8, seed: 1 + trial + own, cache: &cache, ..nature };
    let plan = Plan { seed: 1 + trial + own, ..study.plan };
    let found = fit(&simulator, names, plan, study.method, &Unwatched)
        .inspect_err(|e| eprintln!("{}: trial {trial}: {e}", study.name))
        .ok()?;
    Some((truth, found))
}

/// The prior: standard normal within 2.5.
fn cut_normal(u: f64) -> f64 {
    let low = normal_cdf(-2.5);
    normal_quantile(low + u * (1.0 - 2.0 * low))
}

/// Largest distance of the distribution of ranks from uniform.
fn largest(ranks: &[usize]) -> f64 {
    let n = ranks.len().max(1) as f64;
    (0..=DRAWS)
        .map(|r| {
            let share = ranks.iter().filter(|x| **x <= r).count() as f64 / n;
            (share - (r + 1) as f64 / (DRAWS + 1) as f64).abs()
        })
        .fold(0.0, f64::max)
}

/// What that distance stays below in 95 of 100 sets of uniform ranks, by simulation.
fn band(trials: usize) -> f64 {
    let key = Key::root(7, 7);
    let mut off: Vec<f64> = (0..2_000u64)
        .map(|s| {
            let unit = |t: usize| key.child(s).unit(Purpose::named("rank"), t as u64);
            let ranks: Vec<usize> = (0..trials).map(|t| (unit(t) * (DRAWS + 1) as f64) as usize).collect();
            largest(&ranks)
        })
        .collect();
    off.sort_by(f64::total_cmp);
    off[(0.95 * off.len() as f64) as usize]
}
