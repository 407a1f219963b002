//! All councils: fits, rolling origins, coverage.
//!
//! Looks for the tidy tables in `../shared/data/tidy` (or the folder given); without them it uses the
//! statistics embedded in the program, which say the same for the training years.

#![allow(clippy::print_stdout, clippy::print_stderr)]

use caseflow::calibrate::data::Statistics;
use caseflow::calibrate::outlook::Outlook;
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
    let folder = std::env::args().skip(1).find(|a| !a.starts_with('-')).unwrap_or("../shared/data/tidy".into());
    let stats = read(&folder);
    let bad = rolling(&stats);
    println!("{bad} bars missed");
    if bad == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) }
}

fn read(folder: &str) -> Statistics {
    let files: Vec<(&str, Vec<u8>)> =
        TABLES.iter().filter_map(|name| Some((*name, std::fs::read(format!("{folder}/{name}")).ok()?))).collect();
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
    println!("measure            years  forecasts  last value  forecast   80 %   95 %  median half-width of 80 %");
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
