//! pathway-1, the engine against the same workload written by hand, on one thread in one run.
//!
//! `cargo bench --bench pathway_1` runs both scenarios, the one with queues first, and prints last a
//! line `ratio: N`: the engine's time for an event over the hand-written one's, the median of
//! alternating pairs. Arguments after `--`: `base` or `queue` for one scenario only, and a number of
//! pairs. CPU time of the thread is taken where the system tells it.
#![allow(clippy::print_stdout, clippy::disallowed_methods, reason = "a benchmark asks the clock and prints")]

mod hand;

use caseflow::base::diag::SourceMap;
use caseflow::base::time::SimTime;
use caseflow::engine::{Deaf, Happening, Network, Probe, World};
use caseflow::experiment::run::{Plan, Unwatched, run};
use caseflow::model::load;
use hand::{Found, Hand, STAGES};
use std::time::Instant;

const MODEL: &str = include_str!("../pathway_1.toml");
const NAMES: [&str; STAGES] = ["front_door", "esa", "support", "assessment", "in_need", "protection", "care"];
const POOLS: [&str; 2] = ["social_workers", "family_workers"];
/// Replications a side of a pair.
const BLOCK: u64 = 8;

/// Seconds of CPU time of this thread, or of the clock.
fn seconds(began: Instant) -> f64 {
    std::fs::read_to_string("/proc/thread-self/schedstat")
        .ok()
        .and_then(|s| s.split(' ').next()?.parse::<f64>().ok())
        .map_or_else(|| began.elapsed().as_secs_f64(), |ns| ns * 1e-9)
}

fn network(places: [i64; 2]) -> Network {
    let text = MODEL.replace("4858", &places[0].to_string()).replace("1484", &places[1].to_string());
    let mut sources = SourceMap::default();
    let id = sources.add("pathway_1.toml", text);
    let loaded = load(&sources, id, &[]).unwrap_or_else(|e| panic!("{e:#?}"));
    Network::compile(&loaded.model)
}

/// The numbers of the specification from a row of the engine.
fn found(net: &Network, row: &[f64], events: u64) -> Found {
    let get = |kind: &str, measure: &str, of: &str, part: &str, period: Option<usize>| {
        net.layout().find(kind, measure, of, part, period).map_or(f64::NAN, |i| row[i])
    };
    Found {
        events,
        arrivals: NAMES.map(|n| get("stage", "asked", n, "", Some(0)) as u64),
        completions: NAMES.map(|n| get("stage", "ended", n, "", Some(0)) as u64),
        census: NAMES.map(|n| get("stage", "staying_mean", n, "", None)),
        pools: POOLS.map(|p| {
            [("wait_mean", ""), ("wait", "q0.95"), ("waiting_mean", ""), ("use", "")]
                .map(|(measure, part)| get("pool", measure, p, part, None))
        }),
    }
}

fn numbers(f: &Found) -> Vec<f64> {
    let mut all = vec![f.events as f64];
    all.extend(f.arrivals.iter().chain(&f.completions).map(|n| *n as f64));
    all.extend(f.census);
    all.extend(f.pools.iter().flatten());
    all
}

fn mean_and_error(rows: &[Vec<f64>], i: usize) -> (f64, f64) {
    let n = rows.len() as f64;
    let mean = rows.iter().map(|r| r[i]).sum::<f64>() / n;
    let variance = rows.iter().map(|r| (r[i] - mean).powi(2)).sum::<f64>() / (n - 1.0);
    (mean, (variance / n).sqrt())
}

/// Root mean square and greatest z of the difference of all numbers.
fn agreement(a: &[Vec<f64>], b: &[Vec<f64>]) {
    let mut z = Vec::new();
    for i in 0..a[0].len() {
        let ((ma, ea), (mb, eb)) = (mean_and_error(a, i), mean_and_error(b, i));
        let error = (ea * ea + eb * eb).sqrt();
        if error > 0.0 {
            z.push((ma - mb) / error);
        }
    }
    let rms = (z.iter().map(|z| z * z).sum::<f64>() / z.len() as f64).sqrt();
    let most = z.iter().fold(0.0f64, |m, z| m.max(z.abs()));
    let verdict = if most < 4.5 { "they agree" } else { "THEY DISAGREE" };
    println!("agreement: {} numbers, root mean square z {rms:.2}, greatest {most:.2}: {verdict}", z.len());
}

fn median(list: &mut [f64]) -> f64 {
    list.sort_by(f64::total_cmp);
    list[list.len() / 2]
}

/// Runs the pairs of one scenario and returns the median ratio.
fn scenario(name: &str, places: [i64; 2], pairs: u64) -> f64 {
    let began = Instant::now();
    let net = network(places);
    println!(
        "\n{name}: {} and {} places; read and compiled in {:.1} ms",
        places[0],
        places[1],
        began.elapsed().as_secs_f64() * 1e3
    );
    let (mut world, mut by_hand) = (World::new(&net), Hand::new());
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let mut ratios = Vec::new();
    let (mut our_times, mut hand_times) = (Vec::new(), Vec::new());
    // the first pair warms up and is not counted
    for pair in 0..=pairs {
        let first = 1 + pair * BLOCK;
        let (mut our_events, mut hand_events) = (0, 0);
        let start = seconds(began);
        for r in first..first + BLOCK {
            let outcome = world.run(1, r, &mut Deaf).unwrap_or_else(|e| panic!("{e}"));
            our_events += outcome.events;
            ours.push(numbers(&found(&net, &outcome.row, outcome.events)));
        }
        let middle = seconds(began);
        for r in first..first + BLOCK {
            let found = by_hand.run(r, places);
            hand_events += found.events;
            theirs.push(numbers(&found));
        }
        let end = seconds(began);
        let (a, b) = ((middle - start) / our_events as f64, (end - middle) / hand_events as f64);
        if pair > 0 {
            ratios.push(a / b);
            our_times.push(a);
            hand_times.push(b);
        }
    }
    agreement(&ours, &theirs);
    for (who, times) in [("engine", &mut our_times), ("by hand", &mut hand_times)] {
        let time = median(times);
        println!("{who:8} {:8.2} million events a second, {:6.1} ns an event", 1e-6 / time, time * 1e9);
    }
    let ratio = median(&mut ratios);
    println!(
        "ratios of {pairs} pairs: {:.2} to {:.2}, median {ratio:.2}",
        ratios[0],
        ratios[ratios.len() - 1]
    );
    ratio
}

/// Keeps every event in memory, as a trace would.
#[derive(Default)]
struct Everything(Vec<(i64, u32, Happening)>);

impl Probe for Everything {
    fn hear(&mut self, at: SimTime, case: u32, happening: Happening) {
        self.0.push((at.0, case, happening));
    }
}

/// What listening to every event costs, and the parts of a run that are not one replication.
fn around() {
    let net = network([4858, 1484]);
    let mut world = World::new(&net);
    let began = Instant::now();
    let time = |probe: &mut dyn FnMut(&mut World<'_>, u64)| {
        let mut world = World::new(&net);
        probe(&mut world, 1);
        let start = seconds(began);
        (2..8).for_each(|r| probe(&mut world, r));
        seconds(began) - start
    };
    let deaf = time(&mut |world, r| drop(world.run(1, r, &mut Deaf)));
    let mut list = Everything::default();
    let heard = time(&mut |world, r| {
        list.0.clear();
        drop(world.run(1, r, &mut list));
    });
    println!("\nkeeping every event: {:.2} times the time", heard / deaf);
    let most = world.run(1, 1, &mut Deaf).map_or(0, |o| o.most_cases);
    println!("most case records in use: {most}");
    parallel(&net);
    if let Ok(status) = std::fs::read_to_string("/proc/self/status")
        && let Some(line) = status.lines().find(|l| l.starts_with("VmHWM"))
    {
        println!("memory at most, whole benchmark: {}", line.trim_start_matches("VmHWM:").trim());
    }
}

#[cfg(feature = "parallel")]
fn parallel(net: &Network) {
    let wall = |threads: usize| {
        let pool =
            rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap_or_else(|e| panic!("{e}"));
        let plan = Plan { seed: 1, first: 1, replications: 60 };
        let began = Instant::now();
        let rows = pool.install(|| run(net, plan, &Unwatched)).unwrap_or_else(|e| panic!("{e}"));
        (began.elapsed().as_secs_f64(), rows.digest())
    };
    let ((one, a), (two, b)) = (wall(1), wall(2));
    assert_eq!(a, b, "threads changed the results");
    println!(
        "60 replications: {one:.2} s on one thread, {two:.2} s on two: efficiency {:.0} %",
        50.0 * one / two
    );
}

#[cfg(not(feature = "parallel"))]
fn parallel(_net: &Network) {}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let only = |name: &str| {
        !arguments.iter().any(|a| a == "base" || a == "queue") || arguments.iter().any(|a| a == name)
    };
    let pairs = arguments.iter().find_map(|a| a.parse().ok()).unwrap_or(9u64).clamp(1, 1_000);
    let mut ratio = f64::NAN;
    if arguments.iter().any(|a| a == "engine") {
        // for a profiler: nothing but the engine
        let net = network([4858, 1484]);
        let mut world = World::new(&net);
        (0..pairs).for_each(|r| drop(world.run(1, r, &mut Deaf)));
        return;
    }
    if only("queue") {
        ratio = scenario("queue", [4200, 1350], pairs);
    }
    if only("base") {
        around();
        ratio = scenario("base", [4858, 1484], pairs);
    }
    println!("ratio: {ratio:.2}");
}
