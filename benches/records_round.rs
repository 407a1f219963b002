//! The round trip: a model, the files of returns of invented councils from it, what import reads in them,
//! estimates, the model made from those, and whether that model's flows are those of the first.
//!
//! `cargo bench --bench records_round -- [MODEL] [years] [councils] [replications] [seed]` (the model of
//! `records_recovery.toml`, 3 years of each of 6 councils, 60 replications, seed 1). The bytes are those that
//! `caseflow synthesise` writes as `episodes.csv`, read with the settings of `caseflow import`.
//!
//! For each kind of record: starts a year, cases open at the ends of years (of kinds that have a length) and
//! moves to each other kind, in the years after the records, as the first model has them and as the fitted
//! one does. The sampling error is that of so many years of one council, from replications of the first
//! model. Fixed beforehand, each at 1 % false alarm:
//!
//! 1. the largest |z| of all councils and flows is below Šidák's bound for so many;
//! 2. of each flow the mean z over councils times the root of their number likewise (a bias that no single
//!    council shows);
//! 3. the mean of z² is below the chi-squared bound for as many degrees of freedom as there are councils
//!    (flows of one council hang together: it counts once).
//!
//! Exits with 1 if any of them fails.
#![allow(clippy::print_stdout, clippy::disallowed_methods, reason = "a command that prints what it measured")]

use caseflow::base::diag::SourceMap;
use caseflow::calibrate::records::fit::{Settings, fit};
use caseflow::calibrate::records::fragment::{About, model_text};
use caseflow::calibrate::records::read::{Held, Input, Options, import};
use caseflow::calibrate::records::synthetic::{Cases, Council, Dirt, History, Role, Roles, returns};
use caseflow::engine::Network;
use caseflow::model::{Loaded, load};
use caseflow::stats::dist::Dist;
use caseflow::stats::special::normal_quantile;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

/// Chance of a false alarm of each criterion.
const ALARM: f64 = 0.01;
/// Flows of fewer a year are not compared.
const FEW: f64 = 12.0;

type Flows = BTreeMap<String, f64>;

fn loaded(name: &str, text: &str) -> Loaded {
    let mut sources = SourceMap::default();
    let id = sources.add(name, text);
    load(&sources, id, &[]).unwrap_or_else(|problems| {
        for p in problems.iter().take(12) {
            println!("{p:?}");
        }
        std::process::exit(2)
    })
}

fn kind(role: Role) -> String {
    match role {
        Role::Care(_) => "Care".to_string(),
        other => format!("{other:?}"),
    }
}

/// Whether records of a kind have a length: contacts, referrals and conferences have a date alone.
fn lasts(role: Role) -> bool {
    !matches!(role, Role::Contact | Role::Referral | Role::Conference)
}

/// Flows in the days from one to another.
fn measured(history: &History, roles: &Roles, from: i64, to: i64) -> Flows {
    let mut out = BTreeMap::new();
    let years = (to - from) as f64 / 365.25;
    let mut add = |name: String, value: f64| *out.entry(name).or_insert(0.0) += value;
    let ends = (years.round() as i64).max(1);
    for life in &history.lives {
        let cases = Cases::new(life, roles);
        let records = cases.beside.iter().chain(cases.open.iter().flat_map(|c| &c.records));
        for r in records.filter(|r| r.role != Role::Other) {
            if (from..to).contains(&r.span.from) {
                add(format!("{} starts", kind(r.role)), 1.0 / years);
            }
            let ended = r.span.to.filter(|t| (from..to).contains(t));
            if let (Some(_), Some(next)) = (ended, r.next.filter(|n| *n != Role::Other)) {
                add(format!("{} to {}", kind(r.role), kind(next)), 1.0 / years);
            }
            for k in (1..=ends).filter(|_| lasts(r.role)) {
                let at = from + (to - from) * k / ends - 1;
                if r.span.from <= at && r.span.to.is_none_or(|t| t > at) {
                    add(format!("{} open", kind(r.role)), 1.0 / ends as f64);
                }
            }
        }
    }
    out
}

/// Mean and variance of a flow over replications.
fn spread(all: &[Flows], name: &str) -> (f64, f64) {
    let values: Vec<f64> = all.iter().map(|m| m.get(name).copied().unwrap_or(0.0)).collect();
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    (mean, values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / (n - 1.0).max(1.0))
}

/// The fitted model of a council, through its file.
fn again(network: &Network, roles: &Roles, number: u64, seed: u64, years: u16) -> Loaded {
    let history = History::new(network, seed, number, Some(years)).unwrap();
    let council = Council::new(network, roles, history, seed + number);
    let made = returns(&council, &mut Dirt::new(0.0, seed));
    let held: Vec<Held> = (made.files.iter())
        .filter(|(name, _)| name == "episodes.csv")
        .map(|(name, bytes)| Held { name, bytes })
        .collect();
    let inputs: Vec<&dyn Input> = held.iter().map(|h| h as &dyn Input).collect();
    let observed = Some((council.history.starts, council.history.last()));
    let read =
        import(&inputs, Options { key: [3, seed], observed, rows: 10 }).unwrap_or_else(|e| panic!("{e:?}"));
    let fitted = fit(&read.table, &Settings { check: false, ..Settings::default() }).unwrap();
    for f in fitted.fits.iter().filter(|_| number == 1) {
        let (name, law) = (f.state.name, f.choice.law.name());
        println!("{name:<20} {:>6} stays {:>6} exits  {law:<40} {}", f.stays, f.exits, f.choice.why);
    }
    let text = model_text(&fitted, &About { place: "Invented".into(), years });
    if let Some(folder) = std::env::var_os("RECORDS_ROUND_KEEP") {
        std::fs::write(std::path::Path::new(&folder).join(format!("model-{number}.toml")), &text).unwrap();
    }
    loaded("model.toml", &text)
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let path = args.first().map_or("benches/records_recovery.toml", String::as_str);
    let number = |i: usize, usual: u64| args.get(i).and_then(|a| a.parse().ok()).unwrap_or(usual);
    let (years, councils, replications, seed) =
        (number(1, 3) as u16, number(2, 6), number(3, 60), number(4, 1));
    let text = std::fs::read_to_string(path).unwrap();
    let first = loaded(path, &text);
    let network = Network::compile(&first.model);
    let roles = Roles::new(&first.model, "").unwrap();
    let began = Instant::now();
    // the model's own flows: sampling error in the years of records, truth in those after
    let own: Vec<(Flows, Flows)> = (1_001..=1_000 + replications)
        .into_par_iter()
        .map(|r| {
            let all = History::new(&network, seed, r, None).unwrap();
            let days = i64::from(years) * 365;
            let until = (2 * days).min(all.days);
            (measured(&all, &roles, 0, days), measured(&all, &roles, days, until))
        })
        .collect();
    let (during, after): (Vec<Flows>, Vec<Flows>) = own.into_iter().unzip();
    println!("{replications} replications of {path} in {:.0?}", began.elapsed());
    let runs: Vec<Vec<Flows>> = (1..=councils)
        .into_par_iter()
        .map(|c| {
            let made = again(&network, &roles, c, seed, years);
            let fitted = Network::compile(&made.model);
            let theirs = Roles::new(&made.model, "").unwrap();
            let run = |r: u64| {
                let h = History::new(&fitted, seed + c, r, None).unwrap();
                measured(&h, &theirs, 0, h.days)
            };
            (1..=replications / 2).into_par_iter().map(run).collect()
        })
        .collect();
    println!("{councils} councils fitted and run in {:.0?}", began.elapsed());
    judge(&during, &after, &runs);
}

fn judge(during: &[Flows], after: &[Flows], runs: &[Vec<Flows>]) {
    let k = runs.len() as f64;
    let names: BTreeSet<&String> =
        after.iter().chain(runs.iter().flatten()).flat_map(BTreeMap::keys).collect();
    let told = |n: &&String| spread(after, n).0.max(spread(&runs.concat(), n).0) >= FEW;
    let names: Vec<&String> = names.into_iter().filter(told).collect();
    let bound = |m: f64| normal_quantile(1.0 - 0.5 * (1.0 - libm::pow(1.0 - ALARM, 1.0 / m)));
    println!("\n{:<38}{:>9}{:>9}{:>8}{:>9}{:>9}", "", "model", "fitted", "error", "largest", "together");
    let (mut largest, mut together, mut squares) = (0.0f64, 0.0f64, 0.0);
    for name in &names {
        let ((mean, variance), (_, sampled)) = (spread(after, name), spread(during, name));
        let each: Vec<(f64, f64)> = runs
            .iter()
            .map(|run| {
                let (m, v) = spread(run, name);
                let error = sampled + variance / after.len() as f64 + v / run.len() as f64;
                (m, (m - mean) / error.sqrt().max(1e-9))
            })
            .collect();
        let most = each.iter().map(|e| e.1).fold(0.0, |a: f64, z| if z.abs() > a.abs() { z } else { a });
        let all = each.iter().map(|e| e.1).sum::<f64>() / k.sqrt();
        let fitted = each.iter().map(|e| e.0).sum::<f64>() / k;
        println!("{name:<38}{mean:>9.1}{fitted:>9.1}{:>8.1}{most:>9.2}{all:>9.2}", sampled.sqrt());
        largest = largest.max(most.abs());
        together = together.max(all.abs());
        squares += each.iter().map(|e| e.1 * e.1).sum::<f64>();
    }
    let m = names.len() as f64;
    let mean_square = squares / (m * k);
    let most = Dist::gamma(0.5 * k, 2.0).map_or(f64::NAN, |d| d.quantile(1.0 - ALARM)) / k;
    let mut good = true;
    for (what, found, allowed) in [
        ("largest |z| of all councils and flows", largest, bound(m * k)),
        ("largest |z| of councils together", together, bound(m)),
        ("mean of z squared", mean_square, most),
    ] {
        let pass = found < allowed;
        good &= pass;
        println!("{} {what}: {found:.2} (allowed {allowed:.2})", if pass { "pass" } else { "FAIL" });
    }
    println!("{} flows, {} councils", names.len(), runs.len());
    std::process::exit(i32::from(!good));
}
