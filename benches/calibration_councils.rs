//! All councils: fits, rolling origins, coverage.
//!
//! Looks for the tidy tables in `../shared/data/tidy` (or the folder given); without them it uses the
//! statistics embedded in the program, which say the same for the training years. `--keep FOLDER` writes every model
//! and its draws there; `--first N` fits only N councils; `--bands N` also runs N models with their draws and sets the bands of
//! simulated years beside those of the outlook, which the rolling origins judge; `--outlook` stops after the rolling origins; `--series N` fits the
//! whole series of every N-th council only (0: of none); `--held N` also fits every N-th council without its last year and
//! judges the simulated last year beside "same as last year".

#![allow(clippy::print_stdout, clippy::print_stderr)]

use caseflow::calibrate::authority::{
    Fitted, Settings, YEARS, by_year, fit_history, fit_with, latest_year, model_text,
};
use caseflow::calibrate::data::Statistics;
use caseflow::calibrate::outlook::{MEASURES, Outlook};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
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
    let outlook_alone = std::env::args().any(|a| a == "--outlook");
    let rolled = rolling(&stats);
    let bad = if outlook_alone { rolled } else { rolled + fits(&stats, 2025, keep().as_deref()) };
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

/// The whole number after an option.
fn number_after(option: &str) -> Option<usize> {
    std::env::args().skip_while(|a| a != option).nth(1)?.parse().ok()
}

/// Measures of each fitted model that are held against their figures.
const HELD: [&str; 11] = [
    "assessments",
    "referrals",
    "section_47",
    "conferences",
    "plans_started",
    "plans",
    "cin",
    "cin_plans",
    "cin_ended",
    "care_starts",
    "care",
];

/// Means of measures by year.
type Years = BTreeMap<String, Vec<f64>>;

/// What comes of one council.
struct Council {
    name: String,
    year: i32,
    /// The model, with what the bands need; none if it could not be written or run.
    fitted: Option<(Fitted, String)>,
    simulated: Years,
    compared: Vec<Against>,
    /// The fitted years of its series and what they give; an error if they could not be run.
    history: Option<Result<(Fitted, Years), String>>,
    /// The last year, simulated by a fit without it: measure, errors in per cent of the model and of the year before.
    held: Vec<(&'static str, f64, f64)>,
}

/// A figure that the model file asks for: measure, gap (points for shares, per cent for counts), whether it is met, whether
/// it stands in for one that is not published.
struct Against {
    measure: String,
    gap: f64,
    met: bool,
    stand_in: bool,
}

/// The last year of a council, held out: fitted to the returns before it, simulated, and set beside it.
fn held_out(stats: &Statistics, area: usize, year: i32, before: &Outlook) -> Vec<(&'static str, f64, f64)> {
    let settings = Settings { ahead: Some(1), ..Settings::default() };
    let f = fit_with(stats, area, year - 1, before, &settings);
    if f.year != year - 1 {
        return Vec::new();
    }
    let referrals = f.aim("referrals", 0).unwrap_or(0.0).max(1.0);
    let replications = ((40_000.0 / referrals) as u64).clamp(4, 40);
    let found = model_text(stats, &f).ok().and_then(|t| by_year(&t, replications, 2, false));
    let Some(found) = found else { return Vec::new() };
    let mut out = Vec::new();
    for aim in f.aims.iter().filter(|a| HELD.contains(&a.measure)) {
        let at = |y: i32| stats.value(aim.indicator, area, y).filter(|&x| x >= 20.0);
        let got = found.get(aim.measure).and_then(|y| y.get(1)).copied();
        if let (Some(now), Some(then), Some(got)) = (at(year), at(year - 1), got) {
            out.push((aim.measure, 100.0 * (got / now - 1.0).abs(), 100.0 * (then / now - 1.0).abs()));
        }
    }
    out
}

fn council(
    stats: &Statistics,
    area: usize,
    year: i32,
    outlook: &Outlook,
    before: Option<&Outlook>,
    series: bool,
) -> Council {
    let fitted = fit_with(stats, area, year, outlook, &Settings::default());
    let mut out = Council {
        name: fitted.name.clone(),
        year,
        fitted: None,
        simulated: BTreeMap::new(),
        compared: Vec::new(),
        history: None,
        held: before.map_or(Vec::new(), |before| held_out(stats, area, year, before)),
    };
    // as many referrals simulated everywhere, about, of 4 to 40 replications
    let referrals = fitted.aim("referrals", 0).unwrap_or(0.0).max(1.0);
    let replications = ((40_000.0 / referrals) as u64).clamp(4, 40);
    if series {
        let history = fit_history(stats, area, year, outlook);
        let past = model_text(stats, &history).ok();
        let past = past.and_then(|t| by_year(&t, replications, history.years as u32, false));
        out.history = Some(past.map(|p| (history, p)).ok_or_else(|| fitted.name.clone()));
    }
    let Ok(text) = model_text(stats, &fitted) else { return out };
    if let Some((by_year, compared)) = simulated(&text, replications) {
        (out.simulated, out.compared) = (by_year, compared);
        out.fitted = Some((fitted, text));
    }
    out
}

/// Two years of a model: means of its measures by year, and every figure that the file asks to be near.
fn simulated(text: &str, replications: u64) -> Option<(Years, Vec<Against>)> {
    use caseflow::base::diag::SourceMap;
    use caseflow::base::time::Span;
    use caseflow::engine::Network;
    use caseflow::experiment::measures::measure_all;
    use caseflow::experiment::run::{Plan, Unwatched, run};
    let mut sources = SourceMap::default();
    let file = sources.add("model", text);
    let mut model = caseflow::model::load(&sources, file, &[]).ok()?.model;
    model.run.length = model.run.length.min(Span::from_days(2.0 * 365.25));
    let network = Network::compile(&model);
    let rows = run(&network, Plan { seed: 2, first: 0, replications }, &Unwatched).ok()?;
    let (mut years, mut asked) = (BTreeMap::new(), Vec::new());
    for m in measure_all(&model, network.layout(), &rows, 0.95) {
        let Some(named) = model.measures.get(m.measure) else { continue };
        years.insert(
            named.name.clone(),
            m.years.columns().into_iter().map(|c| c.mean().unwrap_or(f64::NAN)).collect(),
        );
        for c in &m.compared {
            let (Some(met), Some(found)) = (c.near, c.model.point) else { continue };
            let gap = if named.of.is_some() {
                100.0 * (found - c.published)
            } else {
                100.0 * (found / c.published.max(1.0) - 1.0)
            };
            asked.push(Against { measure: named.name.clone(), gap, met, stand_in: c.stand_in });
        }
    }
    Some((years, asked))
}

/// Fits every council of today up to its last year, writes its model, loads it, simulates it, and sets the first year
/// beside what the outlook foresees for it.
fn fits(stats: &Statistics, upto: i32, keep: Option<&str>) -> u32 {
    println!(
        "\nFit by council: simulated check year over published, and the year after over what is foreseen; figures that the model \
         file asks for, met"
    );
    let names: Vec<String> = HELD.iter().map(|h| format!("{h:>26}")).collect();
    println!("{:<38} year {} met", "council", names.join(""));
    let mut ratios: Vec<[Vec<f64>; 2]> = vec![Default::default(); HELD.len()];
    let (mut banded, bands, mut widths) = (0, number_after("--bands").unwrap_or(0), Widths::default());
    let (mut bad, mut series) = (0, Series::default());
    let mut asked: BTreeMap<String, Vec<(f64, bool, bool)>> = BTreeMap::new();
    let most = number_after("--first").unwrap_or(usize::MAX);
    let every = number_after("--series").unwrap_or(1);
    let councils: Vec<(usize, usize, i32)> = stats
        .councils()
        .into_iter()
        .rev()
        .take(most)
        .enumerate()
        .map(|(n, area)| (n, area, latest_year(stats, area, upto)))
        .collect();
    let holding = number_after("--held").unwrap_or(0);
    let mut held: BTreeMap<&'static str, [Vec<f64>; 2]> = BTreeMap::new();
    let mut years: BTreeSet<i32> = councils.iter().map(|c| c.2).collect();
    if holding > 0 {
        years.extend(councils.iter().map(|c| c.2 - 1));
    }
    let learn = |year: i32| (year, Outlook::learn(stats, &MEASURES, year, YEARS));
    let outlooks: BTreeMap<i32, Outlook> = years.into_iter().map(learn).collect();
    let one = |&(n, area, year): &(usize, usize, i32)| {
        let before = outlooks.get(&(year - 1)).filter(|_| holding > 0 && n % holding == 0);
        council(stats, area, year, &outlooks[&year], before, every > 0 && n % every == 0)
    };
    // councils at once; in order as they come, so that a long run shows where it is
    for batch in councils.chunks(8) {
        let found: Vec<Council> = batch.par_iter().map(one).collect();
        for c in found {
            for (measure, model, last) in &c.held {
                let both = held.entry(measure).or_default();
                both[0].push(*model);
                both[1].push(*last);
            }
            match &c.history {
                Some(Ok((history, past))) => series.add(stats, history, past),
                Some(Err(name)) => {
                    println!("{name:<38} {} FAILED in its series", c.year);
                    bad += 1;
                }
                None => {}
            }
            let Some((fitted, text)) = &c.fitted else {
                println!("{:<38} {} FAILED", c.name, c.year);
                bad += 1;
                continue;
            };
            if let Some(folder) = keep {
                let written = std::fs::write(format!("{folder}/{}.toml", fitted.code), text).and_then(|()| {
                    std::fs::write(format!("{folder}/{}.draws.csv", fitted.code), fitted.draws.csv())
                });
                if let Err(e) = written {
                    eprintln!("{folder}: {e}");
                }
            }
            if banded < bands {
                banded += 1;
                widths.add(stats, &outlooks[&c.year], fitted, text);
            }
            let mut line = format!("{:<38} {} ", fitted.name, c.year);
            for (measure, all) in HELD.iter().zip(&mut ratios) {
                for (k, all) in all.iter_mut().enumerate() {
                    let expected = fitted.aim(measure, k).unwrap_or(f64::NAN);
                    let got = c.simulated.get(*measure).and_then(|y| y.get(k)).copied().unwrap_or(f64::NAN);
                    line.push_str(&format!("{got:>7.0}/{expected:<5.0}"));
                    if expected >= 20.0 {
                        all.push(100.0 * (got / expected - 1.0));
                    }
                }
            }
            let met = c.compared.iter().filter(|a| a.met).count();
            println!("{line} {met} of {}", c.compared.len());
            for a in c.compared {
                asked.entry(a.measure).or_default().push((a.gap, a.met, a.stand_in));
            }
        }
    }
    println!("\nyear       measure        councils  median %  median absolute %  within 10 %");
    for (k, year) in ["check", "foreseen"].iter().enumerate() {
        for (measure, r) in HELD.iter().zip(&mut ratios) {
            let r = &mut r[k];
            let within = r.iter().filter(|x| x.abs() <= 10.0).count();
            let mut absolute: Vec<f64> = r.iter().map(|x| x.abs()).collect();
            println!(
                "{year:<10} {measure:<14} {:>8} {:>9.1} {:>18.1} {:>11}",
                r.len(),
                median(r),
                median(&mut absolute),
                within
            );
        }
    }
    println!(
        "\nFigures that the model files ask for (counts within 10 %, shares within 5 points; gaps in those)"
    );
    println!("measure                     councils  median gap  median absolute  met  met, published alone");
    for (measure, all) in &asked {
        let mut gaps: Vec<f64> = all.iter().map(|a| a.0).collect();
        let mut absolute: Vec<f64> = gaps.iter().map(|x| x.abs()).collect();
        let share = |only: bool| {
            let of: Vec<bool> = all.iter().filter(|a| !only || !a.2).map(|a| a.1).collect();
            100.0 * of.iter().filter(|m| **m).count() as f64 / of.len().max(1) as f64
        };
        println!(
            "{measure:<28} {:>7} {:>11.1} {:>16.1} {:>4.0} % {:>10.0} % of {}",
            all.len(),
            median(&mut gaps),
            median(&mut absolute),
            share(false),
            share(true),
            all.iter().filter(|a| !a.2).count()
        );
    }
    if !held.is_empty() {
        println!(
            "\nThe last year held out: median absolute error in per cent of the simulated model and of the year before"
        );
        for (measure, both) in &mut held {
            let n = both[0].len();
            println!(
                "{measure:<14} {n:>4} councils {:>8.1} {:>8.1}",
                median(&mut both[0]),
                median(&mut both[1])
            );
        }
    }
    series.print();
    widths.print();
    bad
}

/// Gaps of simulated years to every year's published figure, in per cent, by measure.
#[derive(Default)]
struct Series {
    councils: usize,
    gaps: BTreeMap<&'static str, Vec<f64>>,
}

impl Series {
    fn add(&mut self, stats: &Statistics, f: &Fitted, got: &BTreeMap<String, Vec<f64>>) {
        self.councils += 1;
        for aim in f.aims.iter().filter(|a| HELD.contains(&a.measure)) {
            for k in 0..f.years {
                // what is published, and not what was carried or borrowed
                let published = stats.value(aim.indicator, f.area, f.starts + 1 + k).filter(|&x| x >= 20.0);
                let found = got.get(aim.measure).and_then(|y| y.get(k as usize)).copied();
                if let (Some(published), Some(found)) = (published, found.filter(|x| x.is_finite())) {
                    self.gaps.entry(aim.measure).or_default().push(100.0 * (found / published - 1.0));
                }
            }
        }
    }

    fn print(&mut self) {
        println!("\nAll years of the series of {} councils: simulated against published", self.councils);
        println!("measure          figures  median %  median absolute %  90th percentile  within 10 %");
        for measure in HELD {
            let Some(gaps) = self.gaps.get_mut(measure) else { continue };
            let mut absolute: Vec<f64> = gaps.iter().map(|x| x.abs()).collect();
            let within = absolute.iter().filter(|x| **x <= 10.0).count();
            let middle = median(&mut absolute);
            let ninth = absolute[(0.9 * (absolute.len() - 1) as f64).round() as usize];
            let share = 100.0 * within as f64 / absolute.len() as f64;
            println!(
                "{measure:<14} {:>9} {:>9.1} {middle:>18.1} {ninth:>16.1} {share:>10.1} %",
                absolute.len(),
                median(gaps),
            );
        }
    }
}

/// Half-widths of 80 % bands, in per cent: simulated with draws, and of the outlook.
#[derive(Default)]
struct Widths(BTreeMap<(&'static str, i32), [Vec<f64>; 2]>);

impl Widths {
    fn add(&mut self, stats: &Statistics, outlook: &Outlook, f: &Fitted, text: &str) {
        const SHOWN: [&str; 6] = ["referrals", "section_47", "cin", "plans_started", "plans", "care"];
        let Some(measured) = with_draws(f, text) else {
            println!("{}: cannot be run with its draws", f.name);
            return;
        };
        for aim in f.aims.iter().filter(|a| SHOWN.contains(&a.measure)) {
            for h in 1..=YEARS {
                let k = (f.year - f.starts + h - 1) as usize;
                let Some(mut years) = measured.get(aim.measure).and_then(|y| y.get(k)).cloned() else {
                    continue;
                };
                let foreseen = outlook
                    .change(aim.indicator, h)
                    .zip(outlook.predict(stats, aim.indicator, f.area, h))
                    .map(|(change, p)| change.interval(&p, 0.8));
                let Some((low, high)) = foreseen else { continue };
                years.sort_by(f64::total_cmp);
                let at = |p: f64| {
                    years.get((p * (years.len() - 1) as f64).round() as usize).copied().unwrap_or(f64::NAN)
                };
                let half = |low: f64, high: f64| 50.0 * libm::log(high / low);
                let both = self.0.entry((aim.measure, h)).or_default();
                both[0].push(half(at(0.1), at(0.9)));
                both[1].push(half(low, high));
            }
        }
    }

    fn print(&mut self) {
        if self.0.is_empty() {
            return;
        }
        println!(
            "\nHalf-width of 80 % bands, per cent (median over councils): simulated with draws, outlook"
        );
        for ((measure, h), both) in &mut self.0 {
            let n = both[0].len();
            println!(
                "{measure:<14} year {h}  {n:>3} councils {:>7.1} {:>7.1}",
                median(&mut both[0]),
                median(&mut both[1])
            );
        }
    }
}

/// Every named measure by year, of 200 replications with the model's draws.
fn with_draws(f: &Fitted, text: &str) -> Option<BTreeMap<String, Vec<Vec<f64>>>> {
    use caseflow::base::diag::SourceMap;
    use caseflow::engine::Network;
    use caseflow::experiment::ignorance::{Drawn, Nesting, PER_DRAW};
    use caseflow::experiment::measures::measure_all;
    use caseflow::experiment::run::{Plan, Unwatched, run_drawn};
    let mut sources = SourceMap::default();
    let file = sources.add("model", text);
    let base = caseflow::model::load(&sources, file, &[]).ok()?.model;
    let plan = Plan { seed: 1, first: 0, replications: 200 };
    let nesting = Nesting { draws: f.draws.len() as u64, per_draw: PER_DRAW };
    let needed = nesting.needed(plan);
    let laid = caseflow::model::draws::laid(
        &mut sources,
        file,
        &[],
        &f.draws,
        "draws",
        needed.iter().map(|d| *d as usize),
    )
    .ok()?;
    let networks = laid.iter().map(|(k, l)| (*k as u64, Network::compile(&l.model))).collect();
    let drawn = Drawn::new(Network::compile(&base), nesting, networks).ok()?;
    let rows = run_drawn(&drawn, plan, &Unwatched).ok()?;
    let measured = measure_all(&base, drawn.base().layout(), &rows, 0.95);
    Some(
        measured
            .iter()
            .filter_map(|m| {
                let years = m.years.columns().into_iter().map(|c| c.to_vec()).collect();
                Some((base.measures.get(m.measure)?.name.clone(), years))
            })
            .collect(),
    )
}
