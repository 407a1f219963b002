//! What staff and services cost the engine: the bundled Wiltshire model with and without them, in turn, on one thread.
//!
//! `cargo bench --bench capacity_cost` prints for each side the least and the median time of an event, and last a line
//! `ratio: N`, the median over pairs of (with staff and services) / (without). Both sides have the same demand, stages and
//! measures of stages; `without` is the model's text less roles, teams, services, money and the measures of these.
//! Arguments after `--`: a number of pairs; or `with` or `without` and a number of replications to run one side alone,
//! for counting instructions:
//!
//!     valgrind --tool=callgrind --callgrind-out-file=/dev/null BINARY without 2
#![allow(clippy::print_stdout, clippy::disallowed_methods, reason = "a benchmark asks the clock and prints")]

use caseflow::base::diag::SourceMap;
use caseflow::engine::{Deaf, Network, World};
use caseflow::model::load;
use caseflow::model::staff::Figure;
use std::time::Instant;

const MODEL: &str = include_str!("../models/wiltshire.toml");

/// Whether a measure counts staff, services or money, by the lines that say what it counts.
fn of_capacity(section: &str) -> bool {
    let figures = || Figure::ALL.iter().map(|f| f.0).chain(["workers_met", "cost"]);
    let counts =
        |line: &str| line.contains("service_") || figures().any(|key| line.contains(&format!("{{ {key} =")));
    section.lines().filter(|l| l.starts_with("count") || l.starts_with("of ")).any(counts)
}

/// The model's text without staff, services and money.
fn stripped(text: &str) -> String {
    let mut out = String::new();
    let mut section = String::new();
    let mut keep = |section: &str| {
        let header = section.lines().next().unwrap_or("");
        let about =
            |name: &str| header.starts_with(&format!("[{name}]")) || header.starts_with(&format!("[{name}."));
        let capacity = ["roles", "teams", "services", "money"].iter().any(|n| about(n))
            || (about("stages") && header.trim_end().ends_with(".staff]"))
            || (about("measures") && of_capacity(section));
        if !capacity {
            out.push_str(section);
        }
    };
    for line in text.lines() {
        if line.starts_with('[') {
            keep(&section);
            section.clear();
        }
        section.push_str(line);
        section.push('\n');
    }
    keep(&section);
    out
}

fn network(text: &str) -> Network {
    let mut sources = SourceMap::default();
    let id = sources.add("model.toml", text);
    let loaded = load(&sources, id, &[]).unwrap_or_else(|errors| {
        let plain: Vec<_> = errors.iter().map(|d| sources.plain(d)).collect();
        panic!("{plain:#?}")
    });
    Network::compile(&loaded.model)
}

/// Seconds of CPU time of this thread, or of the clock.
fn seconds(began: Instant) -> f64 {
    std::fs::read_to_string("/proc/thread-self/schedstat")
        .ok()
        .and_then(|s| s.split(' ').next()?.parse::<f64>().ok())
        .map_or_else(|| began.elapsed().as_secs_f64(), |ns| ns * 1e-9)
}

fn median(list: &mut [f64]) -> f64 {
    list.sort_by(f64::total_cmp);
    list[list.len() / 2]
}

/// What staff and services may cost, as a multiple of the time of an event without them.
const MOST: f64 = 2.5;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    let number = words.iter().find_map(|w| w.parse::<u64>().ok()).unwrap_or(15).max(1);
    let has = |word: &str| words.iter().any(|w| w == word);
    let texts = [MODEL.to_string(), stripped(MODEL)];
    let began = Instant::now();
    if has("with") || has("without") {
        let net = network(&texts[usize::from(has("without"))]);
        let mut world = World::new(&net);
        let events: u64 = (1..=number).map(|r| run(&mut world, r)).sum();
        println!("{events} events of {number} replications");
        return;
    }
    let nets = texts.map(|text| network(&text));
    let mut worlds = nets.each_ref().map(World::new);
    let mut times = [Vec::new(), Vec::new()];
    let mut events = [0, 0];
    // the first pair warms up and is not counted
    for pair in 0..=number {
        // each side goes first as often as the other
        for side in [pair as usize % 2, 1 - pair as usize % 2] {
            let start = seconds(began);
            let n = run(&mut worlds[side], 1 + pair);
            if pair > 0 {
                times[side].push((seconds(began) - start) / n as f64);
                events[side] += n;
            }
        }
    }
    let mut ratios: Vec<f64> = times[0].iter().zip(&times[1]).map(|(a, b)| a / b).collect();
    for (who, (times, events)) in ["with", "without"].iter().zip(times.iter_mut().zip(events)) {
        let (middle, least) = (median(times), times[0]);
        println!(
            "{who:8} {:8} events a replication, {:6.1} ns an event at the least, {:6.1} in the median",
            events / number,
            least * 1e9,
            middle * 1e9
        );
    }
    let (ratio, least) = (median(&mut ratios), times[0][0] / times[1][0]);
    println!(
        "ratios of {number} pairs: {:.2} to {:.2}; of the least times {least:.2}",
        ratios[0],
        ratios[ratios.len() - 1]
    );
    println!("ratio: {ratio:.2} (at most {MOST})");
    if ratio > MOST {
        std::process::exit(1);
    }
}

fn run(world: &mut World<'_>, replication: u64) -> u64 {
    world.run(1, replication, &mut Deaf).unwrap_or_else(|e| panic!("{e}")).events
}
