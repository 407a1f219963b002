//! Exact moments, posterior and simulation against reference networks.
//!
//! Looks for `*.json` in `../shared/data/reference/calibration` (or the folders and files given as
//! arguments): networks with phase-type stays whose means, covariances, maximum-likelihood estimates
//! and posterior are known. Prints the comparison; exits 1 if any bar is missed, 2 if nothing was found.
//! Bars: moments and log likelihood agree to 1e-8 (relative above 1), maximum likelihood and
//! posterior means within 0.1 of a posterior sd, posterior sd within 5 %, simulated means within
//! |z| < 4 of the exact ones.

#![allow(clippy::print_stdout, clippy::print_stderr)]

use caseflow::base::diag::SourceMap;
use caseflow::calibrate::moments::{
    Arrivals, Bounds, Network, Rate, Real, Stage, Target, gaussian_log_likelihood, posterior,
};
use caseflow::engine::Network as Engine;
use caseflow::experiment::run::{Plan, Unwatched, run};
use serde_json::Value;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

const REPLICATIONS: u64 = 400;

fn main() -> ExitCode {
    let given: Vec<PathBuf> =
        std::env::args().skip(1).filter(|a| !a.starts_with('-')).map(PathBuf::from).collect();
    let places =
        if given.is_empty() { vec![PathBuf::from("../shared/data/reference/calibration")] } else { given };
    let mut files = Vec::new();
    for place in places {
        match std::fs::read_dir(&place) {
            Ok(entries) => files.extend(entries.flatten().map(|e| e.path())),
            Err(_) => files.push(place),
        }
    }
    files.retain(|f| f.extension().is_some_and(|e| e == "json") && f.is_file());
    files.sort();
    if files.is_empty() {
        eprintln!("No reference network (*.json) in ../shared/data/reference/calibration.");
        return ExitCode::from(2);
    }
    let mut bad = 0;
    for file in &files {
        println!("{}", file.display());
        let text = std::fs::read_to_string(file).unwrap_or_default();
        match serde_json::from_str::<Value>(&text).ok().and_then(|v| Case::read(&v)) {
            Some(case) => bad += case.compare(),
            None => {
                println!("  not a network this program can read");
                bad += 1;
            }
        }
    }
    println!("{} networks, {bad} bars missed", files.len());
    if bad == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) }
}

/// Shares of the first phase; (rate, next phase).
type Phases = (Vec<f64>, Vec<(f64, Option<usize>)>);

/// One reference network.
struct Case {
    names: Vec<String>,
    phases: Vec<Phases>,
    /// (stage or none, probability).
    routes: Vec<Vec<(Option<usize>, f64)>>,
    /// lam0, seas, growth, step_up, cla_long_mean.
    truth: [f64; 5],
    file: Value,
}

const NAMES: [&str; 5] = ["lam0", "seas", "growth", "step_up", "cla_long_mean"];

fn numbers(v: &Value) -> Option<Vec<f64>> {
    v.as_array()?.iter().map(Value::as_f64).collect()
}

impl Case {
    fn read(file: &Value) -> Option<Case> {
        let names: Vec<String> = file
            .get("states")?
            .as_array()?
            .iter()
            .map(|s| s.as_str().map(String::from))
            .collect::<Option<_>>()?;
        let index = |name: &str| names.iter().position(|n| n == name);
        let mut phases = Vec::new();
        let mut routes = Vec::new();
        for name in &names {
            let p = file.get("phases")?.get(name)?;
            let rates = p
                .get("ph")?
                .as_array()?
                .iter()
                .map(|x| Some((x.get(0)?.as_f64()?, x.get(1)?.as_u64().map(|q| q as usize))))
                .collect::<Option<Vec<_>>>()?;
            let mut start = vec![0.0; rates.len()];
            for x in p.get("p")?.as_array()? {
                *start.get_mut(x.get(1)?.as_u64()? as usize)? += x.get(0)?.as_f64()?;
            }
            phases.push((start, rates));
            let to = file.get("routing")?.get(name)?.as_object()?;
            routes.push(to.iter().map(|(k, v)| Some((index(k), v.as_f64()?))).collect::<Option<Vec<_>>>()?);
        }
        let theta = file.get("theta_true")?;
        let mut truth = [0.0; 5];
        for (slot, name) in truth.iter_mut().zip(NAMES) {
            *slot = theta.get(name)?.as_f64()?;
        }
        Some(Case { names, phases, routes, truth, file: file.clone() })
    }

    /// The network at these five parameters: `step_up` is CIN to CPP, taken from leaving; `cla_long_mean`
    /// the mean of the slowest phase of CLA.
    fn network<R: Real>(&self, theta: &[R; 5]) -> Option<Network<R>> {
        let at = |name: &str| self.names.iter().position(|n| n == name);
        let (cin, cpp, cla) = (at("CIN")?, at("CPP")?, at("CLA")?);
        let mut stages = Vec::new();
        for (i, ((start, rates), routes)) in self.phases.iter().zip(&self.routes).enumerate() {
            let slowest = rates.iter().map(|r| r.0).fold(f64::INFINITY, f64::min);
            let rate = |r: f64| if i == cla && r == slowest { R::one() / theta[4] } else { R::of(r) };
            stages.push(Stage {
                start: start.iter().map(|&p| R::of(p)).collect(),
                phases: rates.iter().map(|&(r, next)| (rate(r), next)).collect(),
                routes: routes
                    .iter()
                    .filter_map(|&(to, p)| {
                        Some((to?, if i == cin && to == Some(cpp) { theta[3] } else { R::of(p) }))
                    })
                    .collect(),
            });
        }
        let mut net = Network::new(&stages).ok()?;
        let rate = Rate::Seasonal {
            base: theta[0],
            amplitude: theta[1],
            period: 12.0,
            shift: 0.0,
            growth: theta[2],
        };
        net.arrivals.push(Arrivals::single(at("ASSESS")?, rate));
        Some(net)
    }

    fn compare(&self) -> u32 {
        let bars = [self.moments(), self.fit(), self.simulate()];
        let mut bad = 0;
        for bar in bars {
            match bar {
                Some(missed) => bad += missed,
                None => {
                    println!("  MISSED: something needed is not in the file, or has no sense");
                    bad += 1;
                }
            }
        }
        bad
    }

    fn moments(&self) -> Option<u32> {
        let net = self.network(&self.truth)?;
        let times = numbers(self.file.get("obs_t")?)?;
        let stocks = net.stocks(&times).ok()?;
        let mean = numbers(self.file.get("mean_vector")?)?;
        let worst_mean = worst(&stocks.mean, &mean);
        let mut worst_cov = 0.0f64;
        for (i, row) in self.file.get("covariance")?.as_array()?.iter().enumerate() {
            worst_cov = worst_cov.max(worst(stocks.covariance.row(i), &numbers(row)?));
        }
        let months = numbers(self.file.get("month")?)?;
        let means = net.means(&months).ok()?;
        let mut worst_month = 0.0f64;
        for (s, name) in self.names.iter().enumerate() {
            let published = numbers(self.file.get("mean_stock")?.get(name)?)?;
            let ours: Vec<f64> = means.iter().filter_map(|m| m.get(s).copied()).collect();
            worst_month = worst_month.max(worst(&ours, &published));
        }
        let y = numbers(self.file.get("dataset_y")?)?;
        let l = gaussian_log_likelihood(&y, &stocks.mean, &stocks.covariance)?;
        let gap = (l - self.file.get("loglik_at_truth")?.as_f64()?).abs();
        Some(
            bar("means by month", worst_month, 1e-8)
                + bar("means at the observed times", worst_mean, 1e-8)
                + bar("covariances", worst_cov, 1e-8)
                + bar("log likelihood at the truth", gap, 1e-8),
        )
    }

    fn fit(&self) -> Option<u32> {
        let unknown: Vec<usize> = self
            .file
            .get("unknown")?
            .as_array()?
            .iter()
            .map(|u| NAMES.iter().position(|n| Some(*n) == u.as_str()))
            .collect::<Option<_>>()?;
        let target = Unknown {
            case: self,
            times: numbers(self.file.get("obs_t")?)?,
            y: numbers(self.file.get("dataset_y")?)?,
            unknown: unknown.clone(),
        };
        // start away from the truth
        let start: Vec<f64> = unknown.iter().map(|&k| self.truth[k] * 0.8).collect();
        let p = match posterior::explore(&target, &start, 8_000, 1) {
            Ok(p) => p,
            Err(e) => {
                println!("  MISSED: {e}");
                return Some(1);
            }
        };
        println!("  effective draws {:.0}, largest derivative at the mode {:.1e}", p.effective, p.gradient);
        let get = |name: &str| numbers(self.file.get(name)?);
        let (mle, mean, sd) = (get("mle")?, get("grid_posterior_mean")?, get("grid_posterior_sd")?);
        let mut bad = bar(
            "log likelihood at the mode, short of the reference",
            (self.file.get("max_loglik")?.as_f64()? - p.log_density).max(0.0),
            1e-6,
        );
        for (i, &k) in unknown.iter().enumerate() {
            println!(
                "  {:<14} mode {:.4} (reference {:.4})  mean {:.4} ({:.4})  sd {:.4} ({:.4})",
                NAMES[k], p.mode[i], mle[i], p.mean[i], mean[i], p.sd[i], sd[i]
            );
            bad += bar("  mode, in sd", ((p.mode[i] - mle[i]) / sd[i]).abs(), 0.1);
            bad += bar("  posterior mean, in sd", ((p.mean[i] - mean[i]) / sd[i]).abs(), 0.1);
            bad += bar("  posterior sd, relative", (p.sd[i] / sd[i] - 1.0).abs(), 0.05);
        }
        Some(bad)
    }

    /// The same network in the engine: months of 30 days, the rate in steps of a day.
    fn simulate(&self) -> Option<u32> {
        let months = numbers(self.file.get("obs_t")?)?.last().copied()?.round() as usize;
        let text = self.text(months)?;
        let mut sources = SourceMap::default();
        let file = sources.add("reference network", text);
        let loaded = match caseflow::model::load(&sources, file, &[]) {
            Ok(loaded) => loaded,
            Err(found) => {
                println!("  MISSED: the model text is refused: {:?}", found.first().map(|d| &d.message));
                return Some(1);
            }
        };
        let engine = Engine::compile(&loaded.model);
        let rows = run(&engine, Plan { seed: 1, first: 0, replications: REPLICATIONS }, &Unwatched).ok()?;
        let layout = engine.layout();
        let stride = layout.period_stride();
        let (mut worst_z, mut at) = (0.0f64, String::new());
        let mut compared = 0;
        for (s, name) in self.names.iter().enumerate() {
            let column = layout.find("stage", "children_end", &name.to_lowercase(), "", Some(0))?;
            let published = numbers(self.file.get("mean_stock")?.get(name)?)?;
            for month in (6..=months).step_by(6) {
                let x: Vec<f64> = rows
                    .values
                    .rows()
                    .into_iter()
                    .filter_map(|r| r.get(column + (month - 1) * stride).copied())
                    .collect();
                let n = x.len() as f64;
                let m = x.iter().sum::<f64>() / n;
                let v = x.iter().map(|x| (x - m) * (x - m)).sum::<f64>() / (n - 1.0);
                let z = (m - published.get(month).copied()?) / (v / n).sqrt();
                compared += 1;
                if z.abs() > worst_z {
                    (worst_z, at) = (z.abs(), format!("{name} month {month}, stage {s}"));
                }
            }
        }
        println!("  simulated: {REPLICATIONS} replications, {compared} means, worst at {at}");
        Some(bar("simulated means, |z|", worst_z, 4.0))
    }

    fn text(&self, months: usize) -> Option<String> {
        let [lam0, seas, growth, ..] = self.truth;
        let mut t = String::new();
        let _ = writeln!(
            t,
            "[model]\ntitle = \"Reference network\"\nruns = \"{} days\"\nperiods = \"30 days\"\n",
            months * 30
        );
        let exact = Rate::Seasonal { base: lam0, amplitude: seas, period: 12.0, shift: 0.0, growth };
        let steps: Vec<String> = (0..months * 30)
            .map(|d| {
                format!(
                    "{{ from = \"{d} days\", rate = \"{:.9} per day\" }}",
                    exact.at((d as f64 + 0.5) / 30.0) / 30.0
                )
            })
            .collect();
        let _ = writeln!(t, "[arrivals.referrals]\nto = \"assess\"\nrate = [{}]\n", steps.join(", "));
        for ((name, (start, rates)), routes) in self.names.iter().zip(&self.phases).zip(&self.routes) {
            let name = name.to_lowercase();
            let chain = rates.iter().filter(|r| r.1.is_some()).count();
            let stay = if chain == 0 {
                let parts: Vec<String> = start
                    .iter()
                    .zip(rates)
                    .map(|(p, r)| format!("{{ share = {p}, mean = \"{:.12} days\" }}", 30.0 / r.0))
                    .collect();
                format!("{{ hyperexponential = [{}] }}", parts.join(", "))
            } else if chain + 1 == rates.len() && rates.windows(2).all(|w| w[0].0 == w[1].0) {
                format!(
                    "{{ erlang = {{ mean = \"{:.12} days\", stages = {} }} }}",
                    30.0 * rates.len() as f64 / rates[0].0,
                    rates.len()
                )
            } else {
                return None;
            };
            let to: Vec<String> = routes
                .iter()
                .map(|(to, p)| {
                    format!("{} = {p}", to.map_or("out".to_string(), |i| self.names[i].to_lowercase()))
                })
                .collect();
            let _ = writeln!(t, "[stages.{name}]\nstay = {stay}\nto = {{ {} }}\n", to.join(", "));
        }
        Some(t)
    }
}

/// The likelihood of the data set as a function of the unknown parameters.
struct Unknown<'a> {
    case: &'a Case,
    times: Vec<f64>,
    y: Vec<f64>,
    unknown: Vec<usize>,
}

impl Target for Unknown<'_> {
    fn bounds(&self) -> Vec<Bounds> {
        let range = |k: usize| match k {
            1 => Bounds { low: 0.0, high: 0.9 },
            2 => Bounds { low: -0.05, high: 0.05 },
            3 => Bounds { low: 0.001, high: 0.9 },
            _ => Bounds { low: 0.05 * self.case.truth[k], high: 8.0 * self.case.truth[k] },
        };
        self.unknown.iter().map(|&k| range(k)).collect()
    }

    fn log_density<R: Real>(&self, theta: &[R]) -> R {
        let mut all = self.case.truth.map(R::of);
        for (&k, &x) in self.unknown.iter().zip(theta) {
            all[k] = x;
        }
        self.case
            .network(&all)
            .and_then(|net| net.stocks(&self.times).ok())
            .and_then(|s| gaussian_log_likelihood(&self.y, &s.mean, &s.covariance))
            .unwrap_or(R::of(f64::NEG_INFINITY))
    }
}

fn worst(ours: &[f64], theirs: &[f64]) -> f64 {
    if ours.len() != theirs.len() {
        return f64::INFINITY;
    }
    ours.iter().zip(theirs).map(|(a, b)| (a - b).abs() / b.abs().max(1.0)).fold(0.0, f64::max)
}

fn bar(what: &str, value: f64, most: f64) -> u32 {
    let kept = value <= most;
    println!("  {} {what}: {value:.3e} (bar {most:.0e})", if kept { "ok    " } else { "MISSED" });
    u32::from(!kept)
}
