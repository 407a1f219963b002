//! All councils: fits, rolling origins, coverage.
//!
//! Looks for the tidy tables in `../shared/data/tidy` (or the folder given); without them it uses the
//! statistics embedded in the program, which say the same for the training years. `--keep FOLDER` writes every model
//! and its draws there; `--first N` fits only N councils.

#![allow(clippy::print_stdout, clippy::print_stderr)]

use caseflow::calibrate::authority::{Fitted, YEARS, first_year, fit_with, latest_year, model_text};
use caseflow::calibrate::data::Statistics;
use caseflow::calibrate::outlook::{MEASURES, Outlook};
use std::collections::BTreeMap;
use std::process::ExitCode;

const JUDGED: [(&str, &str, f64); 6] = [
    ("referrals", "referrals", 10.0),
    ("s47", "section 47", 12.4),
    ("cin_at_31_march", "children in need", 6.6),
    ("cpp_starts", "plan starts", 13.4),
    ("cpp_at_31_march", "plans", 14.1),
    ("cla_at_31_march", "care", 4.4),
];
const TABLES: [&str; 7] = [
    "authorities.csv",
    "indicators.csv",
    "authority_year.csv.gz",
    "authority_year_detail.csv.gz",
    "authority_month.csv.gz",
    "population_age.csv",
    "statistical_neighbours.csv",
];

fn main() -> ExitCode {
    let folder =
        std::env::args().skip(1).find(|a| !a.starts_with('-')).unwrap_or("../shared/data/tidy".into());
    let stats = read(&folder);
    let bad = rolling(&stats) + fits(&stats, 2025, 16, keep().as_deref());
    println!("{bad} bars missed");
    if bad == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) }
}

fn read(folder: &str) -> Statistics {
    let files: Vec<(&str, Vec<u8>)> = TABLES
        .iter()
        .filter_map(|name| Some((*name, std::fs::read(format!("{folder}/{name}")).ok()?)))
        .collect();
    let tables: Vec<(&str, &[u8])> = files.iter().map(|(n, b)| (*n, b.as_slice())).collect();
    if files.len() == TABLES.len() {
        match Statistics::build("tidy tables", &tables) {
            Ok(stats) => {
                println!("Statistics read from {folder}");
                return stats;
            }
            Err(e) => eprintln!("{e}"),
        }
    }
    println!("No complete set of tables in {folder}: using the statistics in the program");
    Statistics::embedded().clone()
}

fn median(x: &mut [f64]) -> f64 {
    x.sort_by(f64::total_cmp);
    let n = x.len();
    if n == 0 { f64::NAN } else { x[(n - 1) / 2].midpoint(x[n / 2]) }
}

/// Origins March 2018 to 2024, one and three years ahead; nothing after the origin is used.
fn rolling(stats: &Statistics) -> u32 {
    println!("Rolling origins, March 2018 to 2024 (targets to 2025 where given)");
    println!(
        "measure            years  forecasts  last value  forecast   80 %   95 %  median half-width of 80 %"
    );
    let mut bad = 0;
    let measures: Vec<&str> = JUDGED.iter().map(|j| j.0).collect();
    let outlooks: Vec<Outlook> = (2018..=2024).map(|t| Outlook::learn(stats, &measures, t, 3)).collect();
    for (measure, name, _) in JUDGED {
        for h in [1, 3] {
            let (mut last, mut ours, mut width) = (Vec::new(), Vec::new(), Vec::new());
            let (mut in80, mut in95) = (0, 0);
            for o in &outlooks {
                let Some(change) = o.change(measure, h) else { continue };
                for area in stats.all_councils() {
                    let then = stats.value(measure, area, o.upto + h).filter(|&x| x > 0.0);
                    let (Some(then), Some(p)) = (then, o.predict(stats, measure, area, h)) else { continue };
                    let now = stats.value(measure, area, o.upto).unwrap_or(f64::NAN);
                    last.push(100.0 * (now - then).abs() / then);
                    ours.push(100.0 * (p.point - then).abs() / then);
                    let (a, b) = change.interval(&p, 0.8);
                    in80 += u32::from(a <= then && then <= b);
                    width.push(100.0 * 0.5 * (b - a) / p.point);
                    let (a, b) = change.interval(&p, 0.95);
                    in95 += u32::from(a <= then && then <= b);
                }
            }
            let n = last.len() as f64;
            let (c80, c95) = (100.0 * f64::from(in80) / n, 100.0 * f64::from(in95) / n);
            let (l, f) = (median(&mut last), median(&mut ours));
            let kept = f <= l && (75.0..=85.0).contains(&c80) && (92.0..=98.0).contains(&c95);
            bad += u32::from(!kept);
            println!(
                "{name:<18} {h:>5} {n:>10} {l:>10.2} {f:>9.2} {c80:>7.1} {c95:>6.1} {:>8.1}  {}",
                median(&mut width),
                if kept { "ok" } else { "MISSED" }
            );
        }
    }
    bad
}

/// A folder after `--keep` to write each council's model file and draws into.
fn keep() -> Option<String> {
    std::env::args().skip_while(|a| a != "--keep").nth(1)
}

/// What each fitted model is held against: measure, indicator, whether the outlook or the last figure.
const HELD: [(&str, &str); 10] = [
    ("assessments", "assessments_completed"),
    ("referrals", "referrals"),
    ("section_47", "s47"),
    ("conferences", "icpc"),
    ("plans_started", "cpp_starts"),
    ("plans", "cpp_at_31_march"),
    ("cin", "cin_at_31_march"),
    ("cin_plans", "cin_plan_at_31_march"),
    ("care_starts", "cla_starts"),
    ("care", "cla_at_31_march"),
];

/// Fits every council of today up to its last year, writes its model, loads it, simulates it, and sets the first year
/// beside what the outlook foresees for it.
fn fits(stats: &Statistics, upto: i32, replications: u64, keep: Option<&str>) -> u32 {
    println!("\nFit by council: first simulated year over what is foreseen, {replications} replications");
    let names: Vec<String> = HELD.iter().map(|h| format!("{:>13}", h.0)).collect();
    println!("{:<38} year {}", "council", names.join(""));
    let mut outlooks: BTreeMap<i32, Outlook> = BTreeMap::new();
    let mut ratios: Vec<Vec<f64>> = vec![Vec::new(); HELD.len()];
    let mut bad = 0;
    let most = std::env::args()
        .skip_while(|a| a != "--first")
        .nth(1)
        .and_then(|n| n.parse().ok())
        .unwrap_or(usize::MAX);
    for area in stats.councils().into_iter().rev().take(most) {
        let year = latest_year(stats, area, upto);
        let outlook = outlooks.entry(year).or_insert_with(|| Outlook::learn(stats, &MEASURES, year, YEARS));
        let fitted = fit_with(stats, area, year, outlook);
        let text = model_text(stats, &fitted);
        if let Some(folder) = keep {
            let written = std::fs::write(format!("{folder}/{}.toml", fitted.code), &text).and_then(|()| {
                std::fs::write(format!("{folder}/{}.draws.csv", fitted.code), fitted.draws.csv())
            });
            if let Err(e) = written {
                eprintln!("{folder}: {e}");
            }
        }
        let Some(simulated) = first_year(&text, replications) else {
            println!("{:<38} {year} FAILED", fitted.name);
            bad += 1;
            continue;
        };
        let mut line = format!("{:<38} {year} ", fitted.name);
        for ((measure, indicator), all) in HELD.iter().zip(&mut ratios) {
            let expected = foreseen(stats, outlook, &fitted, indicator);
            let got = simulated.get(*measure).copied().unwrap_or(f64::NAN);
            line.push_str(&format!("{:>7.0}/{:<5.0}", got, expected));
            if expected >= 20.0 {
                all.push(100.0 * (got / expected - 1.0));
            }
        }
        println!("{line}");
    }
    println!("\nmeasure        councils  median %  median absolute %  within 10 %");
    for ((measure, _), r) in HELD.iter().zip(&mut ratios) {
        let within = r.iter().filter(|x| x.abs() <= 10.0).count();
        let mut absolute: Vec<f64> = r.iter().map(|x| x.abs()).collect();
        println!(
            "{measure:<14} {:>8} {:>9.1} {:>18.1} {:>11}",
            r.len(),
            median(r),
            median(&mut absolute),
            within
        );
    }
    bad
}

fn foreseen(stats: &Statistics, outlook: &Outlook, f: &Fitted, indicator: &str) -> f64 {
    let level = f.counts.iter().find(|c| c.0 == indicator).map_or(f64::NAN, |c| c.1.value);
    outlook.predict(stats, indicator, f.area, 1).map_or(level, |p| p.point)
}
