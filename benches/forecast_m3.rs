//! How good and how quick the forecasts are, on series with published answers.
//!
//! `cargo bench --no-default-features --features parallel --bench forecast_m3 [-- FILE]`
//!
//! Part 1: monthly series of the M3 competition (`FILE`, or `CASEFLOW_M3`, or
//! `../shared/data/timeseries/m3_200_monthly.csv`): columns id, category, start year, start month,
//! training months, test months, then the values. Reference forecasts
//! (`../shared/data/reference/forecast`, or `CASEFLOW_M3_REFERENCE`) are scored beside ours.
//! `CASEFLOW_CALENDAR=1` treats them as English counts would be by default.
//! Part 2: referrals by month of every English council (`CASEFLOW_COUNCILS`, or
//! `../shared/data/tidy/authority_month.csv.gz`; gzip is called if the name ends in `.gz`).
#![allow(clippy::print_stdout, clippy::disallowed_methods, missing_docs)]

use caseflow::forecast::backtest::backtest;
use caseflow::forecast::marginal::Marginal;
use caseflow::forecast::month::Month;
use caseflow::forecast::parallel;
use caseflow::forecast::pool::Pool;
use caseflow::forecast::project::project;
use caseflow::forecast::run::{Outcome, forecast};
use caseflow::forecast::series::{Calendar, Options, Series, Treatment, covid};
use caseflow::stats::series::conformal::{Shape, central};
use caseflow::stats::series::least_squares::Effort;
use caseflow::stats::series::member::{Method, fit};
use caseflow::stats::series::path::{mean, spread};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

const METHODS: [Method; 6] = [
    Method::SeasonalNaive,
    Method::ExponentialSmoothing,
    Method::Theta,
    Method::ComplexSmoothing,
    Method::Arima,
    Method::Combination,
];

struct Item {
    series: Series,
    test: Vec<f64>,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    let path = place(arguments.first().cloned(), "CASEFLOW_M3", "timeseries/m3_200_monthly.csv");
    println!("Part 1 looks for {}", path.display());
    match std::fs::read_to_string(&path) {
        Ok(text) => competition(&text),
        Err(error) => println!("  not run: {error}"),
    }
    let path = place(None, "CASEFLOW_COUNCILS", "tidy/authority_month.csv.gz");
    println!("\nPart 2 looks for {}", path.display());
    match contents(&path) {
        Ok(text) => councils(&text),
        Err(error) => println!("  not run: {error}"),
    }
}

fn place(argument: Option<String>, variable: &str, default: &str) -> PathBuf {
    let chosen = argument.or_else(|| std::env::var(variable).ok());
    chosen.map_or_else(
        || {
            let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
            let found = root.ancestors().map(|a| a.join("shared/data").join(default)).find(|p| p.exists());
            found.unwrap_or_else(|| PathBuf::from("../shared/data").join(default))
        },
        PathBuf::from,
    )
}

fn contents(path: &PathBuf) -> std::io::Result<String> {
    if path.extension().is_some_and(|e| e == "gz") {
        let out = std::process::Command::new("gzip").arg("-dc").arg(path).output()?;
        if !out.status.success() {
            return Err(std::io::Error::other(String::from_utf8_lossy(&out.stderr).into_owned()));
        }
        return String::from_utf8(out.stdout).map_err(std::io::Error::other);
    }
    std::fs::read_to_string(path)
}

/// CPU seconds of this process so far (Linux); elsewhere wall seconds, which the table says.
fn cpu(start: Instant) -> f64 {
    let stat = std::fs::read_to_string("/proc/self/schedstat").ok();
    // schedstat counts the calling thread alone, which is what single-thread timings need.
    stat.and_then(|s| s.split(' ').next()?.parse::<f64>().ok())
        .map_or_else(|| start.elapsed().as_secs_f64(), |ns| ns / 1e9)
}

/// CPU seconds of the whole process so far, where the system tells (clock ticks of 10 ms).
fn all_cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = stat.rsplit(')').next().unwrap_or("");
    after.split_whitespace().skip(11).take(2).filter_map(|v| v.parse::<f64>().ok()).sum::<f64>() / 100.0
}

fn competition(text: &str) {
    let items: Vec<Item> = text.lines().skip(1).filter_map(item).collect();
    let horizon = items.iter().map(|i| i.test.len()).max().unwrap_or(18);
    let options = Options {
        horizon,
        paths: 1,
        calendar: if std::env::var("CASEFLOW_CALENDAR").is_ok() { Calendar::England } else { Calendar::None },
        shocks: vec![],
        ..Options::default()
    };
    println!("  {} series, horizon {horizon}", items.len());
    let began = Instant::now();
    println!("  CPU of one full fit, one thread, ms a series:");
    for method in [Method::ExponentialSmoothing, Method::Theta, Method::ComplexSmoothing, Method::Arima] {
        let before = cpu(began);
        for item in &items {
            let y: Vec<f64> = item.series.values.iter().flatten().copied().collect();
            if let Some(m) = fit(method, &y, 12, Effort::FULL) {
                std::hint::black_box((mean(&m, horizon), spread(&m, horizon)));
            }
        }
        let spent = 1000.0 * (cpu(began) - before) / items.len() as f64;
        println!("    {:24} {spent:7.2}", method.label());
    }
    let all: Vec<Series> = items.iter().map(|i| i.series.clone()).collect();
    let wall = Instant::now();
    let before = all_cpu();
    let outcomes = forecast(&all, &options).unwrap_or_default();
    let made = outcomes.len();
    let seconds = wall.elapsed().as_secs_f64();
    println!(
        "  everything, backtests included: {made} series, {:.1} ms CPU a series; {seconds:.2} s wall, {:.0} a minute",
        1000.0 * (all_cpu() - before) / made.max(1) as f64,
        60.0 * made as f64 / seconds
    );
    table(&items, &all, &options);
    chosen(&items, &outcomes);
    alone(&items, &options);
    references(&items);
}

fn item(line: &str) -> Option<Item> {
    let f: Vec<&str> = line.trim_end().split(',').collect();
    let number = |i: usize| f.get(i)?.parse::<f64>().ok();
    let train = number(4)? as usize;
    let test = number(5)? as usize;
    let start = Month::new(number(2)? as i32, (number(3)? as u32).max(1)).or_else(|| Month::new(1990, 1))?;
    let values: Vec<f64> = f.iter().skip(6).filter_map(|v| v.parse().ok()).collect();
    Some(Item {
        series: Series::new(f[0], start, values.get(..train)?.iter().copied().map(Some).collect()),
        test: values.get(train..train + test)?.to_vec(),
    })
}

#[derive(Clone, Copy, Default)]
struct Score {
    mase: f64,
    smape: f64,
    msis: f64,
    cover_80: f64,
    cover_95: f64,
    wis: f64,
}

/// `ends` gives (low, high) at 80 and 95 %.
fn score(item: &Item, point: &[f64], ends: impl Fn(usize, f64) -> (f64, f64)) -> Score {
    let y: Vec<f64> = item.series.values.iter().flatten().copied().collect();
    let scale = y.iter().zip(&y[12..]).map(|(a, b)| (a - b).abs()).sum::<f64>() / (y.len() - 12) as f64;
    let n = item.test.len() as f64;
    let mut s = Score::default();
    for (h, (&actual, &p)) in item.test.iter().zip(point).enumerate() {
        let ((l80, h80), (l95, h95)) = (ends(h, 0.8), ends(h, 0.95));
        let miss = |l: f64, h: f64| (l - actual).max(0.0) + (actual - h).max(0.0);
        let inside = |l: f64, h: f64| f64::from(u8::from(actual >= l && actual <= h));
        s.mase += (actual - p).abs() / scale / n;
        s.smape += 200.0 * (actual - p).abs() / (actual.abs() + p.abs()) / n;
        s.msis += (h95 - l95 + 40.0 * miss(l95, h95)) / scale / n;
        s.cover_80 += inside(l80, h80) / n;
        s.cover_95 += inside(l95, h95) / n;
        let interval = |c: f64, l: f64, h: f64| (1.0 - c) / 2.0 * (h - l) + miss(l, h);
        s.wis +=
            (0.5 * (actual - p).abs() + interval(0.8, l80, h80) + interval(0.95, l95, h95)) / 2.5 / scale / n;
    }
    s
}

fn show(name: &str, scores: &[Score]) {
    let n = scores.len().max(1) as f64;
    let mean = |f: fn(&Score) -> f64| scores.iter().map(f).sum::<f64>() / n;
    println!(
        "  {name:44} {:6.4} {:7.3} {:7.4} {:7.4} {:7.3} {:7.4}",
        mean(|s| s.mase),
        mean(|s| s.smape),
        mean(|s| s.cover_80),
        mean(|s| s.cover_95),
        mean(|s| s.msis),
        mean(|s| s.wis)
    );
}

fn heading() {
    println!(
        "  {:44} {:>6} {:>7} {:>7} {:>7} {:>7} {:>7}",
        "", "MASE", "sMAPE", "cover80", "cover95", "MSIS", "WIS"
    );
}

fn ends(months: &[Marginal], shape: &Shape, scale: f64) -> impl Fn(usize, f64) -> (f64, f64) {
    move |h, coverage| {
        let (low, high) = central(coverage);
        let at = |z| months[h].quantile(z, h + 1, shape, scale);
        (at(low), at(high))
    }
}

fn table(items: &[Item], all: &[Series], options: &Options) {
    let trials = parallel::map(all, |_, s| backtest(s, options));
    let mut methods = METHODS.to_vec();
    methods.push(Method::Naive);
    let pool = Pool::learn(all, &trials, &methods);
    let origins =
        parallel::map(all, |_, s| project(s, s.values.len(), options.horizon, options, Effort::FULL));
    let normal = Shape::normal();
    heading();
    let calibrated = |i: usize, method: Method| {
        let months = &origins[i].as_ref()?.projections.iter().find(|p| p.method == method)?.months;
        let point: Vec<f64> = months.iter().map(|m| m.mean).collect();
        let (shape, scale) = pool.calibration(method, &all[i], &trials[i], all[i].values.len());
        Some(score(&items[i], &point, ends(months, &shape, scale)))
    };
    for method in METHODS {
        let (mut raw, mut checked) = (Vec::new(), Vec::new());
        for (i, item) in items.iter().enumerate() {
            let Some(origin) = &origins[i] else { continue };
            let Some(p) = origin.projections.iter().find(|p| p.method == method) else {
                continue;
            };
            let point: Vec<f64> = p.months.iter().map(|m| m.mean).collect();
            raw.push(score(item, &point, ends(&p.months, &normal, 1.0)));
            checked.extend(calibrated(i, method));
        }
        show(&format!("{} (raw, {} series)", method.label(), raw.len()), &raw);
        show(&format!("{} (conformal)", method.label()), &checked);
    }
    bands(items, all, &origins, &pool, &trials);
}

fn bands(
    items: &[Item],
    all: &[Series],
    origins: &[Option<caseflow::forecast::project::Origin>],
    pool: &Pool,
    trials: &[Vec<caseflow::forecast::backtest::Trial>],
) {
    let mut counts = [[0.0_f64; 3]; 4];
    for (i, item) in items.iter().enumerate() {
        let Some(p) = origins[i].as_ref().and_then(|o| o.projections.last()) else {
            continue;
        };
        let (shape, scale) = pool.calibration(Method::Combination, &all[i], &trials[i], all[i].values.len());
        let at = ends(&p.months, &shape, scale);
        for (h, &actual) in item.test.iter().enumerate() {
            let row = &mut counts[caseflow::stats::series::conformal::band(h + 1)];
            row[0] += 1.0;
            for (slot, level) in [(1, 0.8), (2, 0.95)] {
                let (low, high) = at(h, level);
                row[slot] += f64::from(u8::from(actual >= low && actual <= high));
            }
        }
    }
    for (row, name) in counts.iter().zip(caseflow::forecast::table::BANDS) {
        println!(
            "  combination, months {name:8}: 80 % holds {:.3}, 95 % holds {:.3}",
            row[1] / row[0],
            row[2] / row[0]
        );
    }
}

/// What a forecast gives: its own choice, its own intervals.
fn used(item: &Item, found: &Outcome) -> Score {
    let point: Vec<f64> = found.steps.iter().map(|s| s.forecast).collect();
    score(item, &point, |h, coverage| {
        let band = found.steps[h].intervals[if coverage > 0.9 { 2 } else { 1 }];
        (band.low, band.high)
    })
}

fn chosen(items: &[Item], outcomes: &[Outcome]) {
    let scores: Vec<Score> = items.iter().zip(outcomes).map(|(i, o)| used(i, o)).collect();
    show("as a forecast chooses", &scores);
    let mut methods = BTreeMap::new();
    for outcome in outcomes {
        *methods.entry(outcome.method).or_insert(0) += 1;
    }
    println!("  chosen: {methods:?}");
}

/// Each series on its own, with no batch to learn calibration from.
fn alone(items: &[Item], options: &Options) {
    let began = Instant::now();
    let before = cpu(began);
    let scores: Vec<Score> = items
        .iter()
        .filter_map(|item| {
            let found = forecast(std::slice::from_ref(&item.series), options).ok()?.pop()?;
            Some(used(item, &found))
        })
        .collect();
    show("as a forecast chooses, each series alone", &scores);
    let (wall, cpu) = (began.elapsed().as_secs_f64(), cpu(began) - before);
    let n = scores.len().max(1) as f64;
    println!("  one series alone: {:.0} ms wall, {:.0} ms CPU of its thread", 1e3 * wall / n, 1e3 * cpu / n);
}

fn references(items: &[Item]) {
    let folder = place(None, "CASEFLOW_M3_REFERENCE", "reference/forecast");
    println!("  references from {}", folder.display());
    let Ok(files) = std::fs::read_dir(&folder) else {
        return;
    };
    let mut paths: Vec<PathBuf> = files.flatten().map(|f| f.path()).collect();
    paths.sort();
    for path in paths
        .iter()
        .filter(|p| p.to_string_lossy().contains("m3_200_") && p.extension().is_some_and(|e| e == "csv"))
    {
        let Ok(text) = std::fs::read_to_string(path) else {
            continue;
        };
        let mut rows: BTreeMap<(String, String), Vec<f64>> = BTreeMap::new();
        for line in text.lines().skip(1) {
            let f: Vec<&str> = line.split(',').collect();
            if let [id, kind, values @ ..] = f.as_slice() {
                let values = values.iter().map(|v| v.parse().unwrap_or(f64::NAN)).collect();
                rows.insert(((*id).into(), (*kind).into()), values);
            }
        }
        let scores: Vec<Score> = items
            .iter()
            .filter_map(|item| {
                let get = |kind: &str| rows.get(&(item.series.name.clone(), kind.to_string()));
                let (l80, h80, l95, h95) = (get("lo80")?, get("hi80")?, get("lo95")?, get("hi95")?);
                // A reference with a missing value is scored on the others.
                [l80, h80, l95, h95].iter().all(|v| v.iter().all(|x| x.is_finite())).then_some(())?;
                Some(score(
                    item,
                    get("mean")?,
                    |h, c| {
                        if c > 0.9 { (l95[h], h95[h]) } else { (l80[h], h80[h]) }
                    },
                ))
            })
            .collect();
        if !scores.is_empty() {
            let name = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
            show(&format!("{name} ({} series)", scores.len()), &scores);
        }
    }
}

fn councils(text: &str) {
    let series = council_series(text);
    println!("  {} councils", series.len());
    for (name, shocks) in [
        ("Covid months set aside and not judged (the default)", covid(Treatment::Dip)),
        ("Covid months used and judged as any others", covid(Treatment::Ignored)),
    ] {
        println!("  {name}");
        rolling(&series, &Options { horizon: 12, paths: 1, shocks, ..Options::default() });
    }
}

fn council_series(text: &str) -> Vec<Series> {
    let mut found: BTreeMap<String, Vec<(Month, Option<f64>)>> = BTreeMap::new();
    for line in text.lines().skip(1) {
        let f: Vec<&str> = line.split(',').collect();
        let (Some(code), n) = (f.first(), f.len()) else {
            continue;
        };
        // Names may hold commas; the last three columns do not.
        if n < 6 || !["E06", "E08", "E09", "E10"].iter().any(|p| code.starts_with(p)) {
            continue;
        }
        let Some(month) = Month::parse(f[n - 3]) else {
            continue;
        };
        found.entry((*code).to_string()).or_default().push((month, f[n - 2].parse().ok()));
    }
    found
        .into_iter()
        .filter_map(|(code, mut rows)| {
            rows.sort_by_key(|r| r.0);
            let first = rows.iter().find(|r| r.1.is_some())?.0;
            let last = rows.last()?.0;
            let mut values = vec![None; usize::try_from(last.since(first)).ok()? + 1];
            for (month, value) in rows.iter().filter(|r| r.0 >= first) {
                values[usize::try_from(month.since(first)).ok()?] = *value;
            }
            Some(Series::new(code, first, values))
        })
        .collect()
}

#[derive(Default)]
struct Tally {
    months: f64,
    ours: f64,
    naive: f64,
    inside_80: f64,
    inside_95: f64,
}

fn rolling(series: &[Series], options: &Options) {
    let mut by_council: BTreeMap<String, (f64, f64, f64)> = BTreeMap::new();
    let mut total = Tally::default();
    println!(
        "    {:10} {:>6} {:>8} {:>8} {:>8} {:>8}",
        "origin", "months", "MASE", "naive", "cover80", "cover95"
    );
    for year in 2018..=2023 {
        let Some(origin) = Month::new(year, 4) else {
            continue;
        };
        let mut tally = Tally::default();
        let heads: Vec<(Series, &Series)> = series
            .iter()
            .filter_map(|s| {
                let known = usize::try_from(origin.since(s.start)).ok()?;
                let head = s.head(known);
                (head.observed() >= 24 && s.values.len() > known).then_some((head, s))
            })
            .collect();
        let batch: Vec<Series> = heads.iter().map(|h| h.0.clone()).collect();
        let outcomes = match forecast(&batch, options) {
            Ok(outcomes) => outcomes,
            Err(problems) => {
                println!("    {origin}: {} problem(s), first: {}", problems.len(), problems[0]);
                continue;
            }
        };
        for (outcome, (head, full)) in outcomes.iter().zip(&heads) {
            let known: Vec<f64> = head.values.iter().flatten().copied().collect();
            let history = caseflow::forecast::prepare::fill(&head.values);
            let scale = caseflow::stats::series::score::absolute_scale(&history, 12).unwrap_or(1.0);
            let naive = outcome.members.iter().find(|m| m.method == Method::SeasonalNaive);
            let Some(naive) = naive else { continue };
            let entry = by_council.entry(full.name.clone()).or_default();
            for (h, step) in outcome.steps.iter().enumerate() {
                let at = head.values.len() + h;
                let Some(actual) = caseflow::forecast::backtest::judged(full, at, options) else {
                    continue;
                };
                let ours = (actual - step.forecast).abs() / scale;
                let theirs = (actual - naive.forecast[h]).abs() / scale;
                tally.months += 1.0;
                tally.ours += ours;
                tally.naive += theirs;
                let inside = |i: usize| {
                    let band = step.intervals[i];
                    f64::from(u8::from(actual >= band.low && actual <= band.high))
                };
                tally.inside_80 += inside(1);
                tally.inside_95 += inside(2);
                entry.0 += ours;
                entry.1 += theirs;
                entry.2 += 1.0;
            }
            std::hint::black_box(known);
        }
        line(&origin.to_string(), &tally);
        total.months += tally.months;
        total.ours += tally.ours;
        total.naive += tally.naive;
        total.inside_80 += tally.inside_80;
        total.inside_95 += tally.inside_95;
    }
    line("all", &total);
    let better = by_council.values().filter(|c| c.0 < c.1).count();
    println!(
        "    better than last year's months in {better} of {} councils ({:.0} %)",
        by_council.len(),
        100.0 * better as f64 / by_council.len().max(1) as f64
    );
}

fn line(name: &str, t: &Tally) {
    let n = t.months.max(1.0);
    println!(
        "    {name:10} {:6.0} {:8.4} {:8.4} {:8.4} {:8.4}",
        t.months,
        t.ours / n,
        t.naive / n,
        t.inside_80 / n,
        t.inside_95 / n
    );
}
