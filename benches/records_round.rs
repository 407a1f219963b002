//! The round trip: a model, an invented council from it, estimates from its records, the model made from
//! those, and whether that model's flows are those of the first.
//!
//! `cargo bench --bench records_round -- [MODEL] [years] [seed] [replications]`. For every kind of record it
//! compares starts a year and open cases of the two models, and divides the difference by the sampling error
//! of estimates from so many years of one council. Exits with 1 if more than 5 % lie beyond 3 such errors.
#![allow(clippy::print_stdout, clippy::disallowed_methods, reason = "a command that prints what it measured")]

use caseflow::base::diag::SourceMap;
use caseflow::calibrate::records::fit::{Settings, fit};
use caseflow::calibrate::records::fragment::{About, model_text};
use caseflow::calibrate::records::synthetic::{Cases, Council, History, Role, Roles, table};
use caseflow::engine::Network;
use caseflow::model::{Loaded, load};
use std::collections::BTreeMap;
use std::time::Instant;

fn loaded(name: &str, text: &str) -> Loaded {
    let mut sources = SourceMap::default();
    let id = sources.add(name, text);
    match load(&sources, id, &[]) {
        Ok(loaded) => loaded,
        Err(problems) => {
            for p in problems.iter().take(12) {
                println!("{p:?}");
            }
            std::process::exit(2);
        }
    }
}

/// Starts a year, and open cases at the end of each year, by kind of record; years from `from` to `to`.
fn measured(history: &History, roles: &Roles, from: i64, to: i64) -> BTreeMap<String, f64> {
    let mut out = BTreeMap::new();
    let years = (to - from) as f64 / 365.25;
    let kind = |role: Role| match role {
        Role::Care(_) => "Care placement".to_string(),
        other => format!("{other:?}"),
    };
    let mut add = |name: String, value: f64| *out.entry(name).or_insert(0.0) += value;
    for life in &history.lives {
        let cases = Cases::new(life, roles);
        let records = cases.beside.iter().chain(cases.open.iter().flat_map(|c| &c.records));
        for r in records {
            if (from..to).contains(&r.span.from) {
                add(format!("{} starts", kind(r.role)), 1.0 / years);
            }
            for k in 1..=3 {
                let at = from + (to - from) * k / 3 - 1;
                let open = r.span.from <= at && r.span.to.is_none_or(|t| t > at);
                if open {
                    add(format!("{} open", kind(r.role)), 1.0 / 3.0);
                }
            }
        }
    }
    out
}

fn spread(all: &[BTreeMap<String, f64>], name: &str) -> (f64, f64) {
    let values: Vec<f64> = all.iter().map(|m| m.get(name).copied().unwrap_or(0.0)).collect();
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / (n - 1.0).max(1.0);
    (mean, variance.sqrt())
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let path = args.first().map_or("models/wiltshire.toml", String::as_str);
    let years: u16 = args.get(1).and_then(|a| a.parse().ok()).unwrap_or(3);
    let seed: u64 = args.get(2).and_then(|a| a.parse().ok()).unwrap_or(11);
    let replications: u64 = args.get(3).and_then(|a| a.parse().ok()).unwrap_or(20);
    let text = std::fs::read_to_string(path).unwrap();
    let first = loaded(path, &text);
    let network = Network::compile(&first.model);
    let roles = Roles::new(&first.model, "").unwrap();
    let began = Instant::now();
    let history = History::new(&network, seed, 1, Some(years)).unwrap();
    let days = history.days;
    let council = Council::new(&network, &roles, history, seed);
    let records = table(&council);
    println!(
        "{} children, {} episodes, {:.1?}",
        council.children.len(),
        records.episodes().len(),
        began.elapsed()
    );
    let began = Instant::now();
    let settings = Settings { before: 0, after: 0, wait: 0, ..Settings::default() };
    let fitted = fit(&records, &settings).unwrap();
    println!("fitted in {:.1?}", began.elapsed());
    for f in &fitted.fits {
        println!(
            "{:<20} {:>6} stays {:>6} exits {:>4} late  {:<34} {}",
            f.state.name,
            f.stays,
            f.exits,
            f.late,
            f.choice.law.name(),
            f.choice.why
        );
        if let Some(h) = &f.held_out {
            println!(
                "{:<20} held out: {} exits, {:.0} expected (se {:.0}), score {:.3} against {:.3}",
                "", h.exits, h.expected, h.se, h.score, h.exponential
            );
        }
    }
    let made = model_text(&fitted, &About { place: "Invented".into(), years: 3 });
    std::fs::write("/tmp/caseflow-records-model.toml", &made).unwrap();
    let second = loaded("model.toml", &made);
    let again = Network::compile(&second.model);
    let again_roles = Roles::new(&second.model, "").unwrap();
    let after = 3 * 365;
    let runs = |network: &Network, roles: &Roles, from: i64| -> Vec<BTreeMap<String, f64>> {
        (1..=replications)
            .map(|r| {
                let h = History::new(network, seed + 1000, r, None).unwrap();
                measured(&h, roles, from, from + after)
            })
            .collect()
    };
    let (a, b) = (runs(&network, &roles, days), runs(&again, &again_roles, 0));
    let (mut far, mut all) = (0, 0);
    println!("\n{:<28}{:>10}{:>10}{:>9}{:>8}", "", "model", "fitted", "error", "z");
    let names: Vec<&String> = a
        .iter()
        .chain(&b)
        .flat_map(BTreeMap::keys)
        .collect::<std::collections::BTreeSet<_>>()
        .into_iter()
        .collect();
    for name in names {
        let ((m, s), (n, t)) = (spread(&a, name), spread(&b, name));
        // a council's mean over so many years, and the means of both runs
        let r = replications as f64;
        let error = (s * s * 3.0 / f64::from(years) + (s * s + t * t) / r).sqrt().max(1e-9);
        let z = (n - m) / error;
        println!("{name:<28}{m:>10.1}{n:>10.1}{error:>9.1}{z:>8.2}");
        if !name.starts_with("Other") {
            all += 1;
            far += i32::from(z.abs() > 3.0);
        }
    }
    println!("{far} of {all} beyond 3 errors");
    std::process::exit(i32::from(f64::from(far) > 0.05 * f64::from(all)));
}
