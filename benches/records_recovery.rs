//! Recovery: from invented councils with known laws, do 95 % intervals of estimates hold the truth?
//!
//! `cargo bench --bench records_recovery -- [councils] [first seed]` (100 councils from seed 1). The model is
//! `tests/models/records.toml`; the records are those of its five years, stays already open at their start
//! among them. Every parameter is one interval: rates of arrival, shares of ways out, the share of stays open
//! at the true quartiles under whatever law was chosen, parameters of the law where the chosen family is the
//! true one, reviews, shares with needs, shares that come back. Exits with 1 unless 93 to 97 % hold the truth.
#![allow(clippy::print_stdout, clippy::disallowed_methods, reason = "a command that prints what it measured")]

use caseflow::base::diag::SourceMap;
use caseflow::calibrate::records::fit::{Council as Fitted, Law, NEEDS, Settings, StateFit, To, fit};
use caseflow::calibrate::records::synthetic::{Council, History, Roles, table};
use caseflow::engine::Network;
use caseflow::stats::survival::Family;
use std::collections::BTreeMap;
use std::time::Instant;

const MODEL: &str = include_str!("../tests/models/records.toml");

/// The law of a state: share open at t days, its times at which that is 3/4, 1/2, 1/4, and parameters.
struct Truth {
    open: fn(f64) -> f64,
    at: [f64; 3],
    family: Option<(Family, [f64; 2])>,
    ways: &'static [(&'static str, f64)],
}

fn normal_upper(z: f64) -> f64 {
    0.5 * libm::erfc(z / core::f64::consts::SQRT_2)
}

fn truths() -> BTreeMap<&'static str, Truth> {
    let assessment =
        |t: f64| 1.0 - caseflow::stats::special::gamma_pq((31.0f64 / 14.0).powi(2), t * 31.0 / 196.0).0;
    let section = |t: f64| normal_upper(libm::log(t / 14.0) / 0.5);
    let plan = |t: f64| libm::exp(-libm::pow(t / 190.0, 1.3));
    let support = |t: f64| {
        let sigma = libm::log(1.0 + (110.0f64 / 150.0).powi(2)).sqrt();
        let median = 150.0 / libm::exp(0.5 * sigma * sigma);
        normal_upper(libm::log(t / median) / sigma)
    };
    let kin = |t: f64| libm::exp(-t / 500.0);
    let none = |_: f64| 1.0;
    let sigma = libm::log(1.0 + (110.0f64 / 150.0).powi(2)).sqrt();
    let shape = (31.0f64 / 14.0).powi(2);
    [
        (
            "referral",
            Truth {
                open: none,
                at: [0.0; 3],
                family: None,
                ways: &[("closed_nfa", 0.1), ("assessment", 0.9)],
            },
        ),
        (
            "assessment",
            Truth {
                open: assessment,
                at: [0.0; 3],
                family: Some((Family::Gamma, [shape, 31.0 / 196.0])),
                ways: &[("child_in_need", 0.35), ("section_47", 0.2), ("not_in_need", 0.45)],
            },
        ),
        (
            "section_47",
            Truth {
                open: section,
                at: [0.0; 3],
                family: Some((Family::LogNormal, [libm::log(14.0), 0.5])),
                ways: &[("child_protection", 0.5), ("child_in_need", 0.5)],
            },
        ),
        (
            "child_in_need",
            Truth {
                open: plan,
                at: [0.0; 3],
                family: Some((Family::Weibull, [1.3, 190.0])),
                ways: &[("closed", 0.62), ("support", 0.2), ("section_47", 0.18)],
            },
        ),
        (
            "support",
            Truth {
                open: support,
                at: [0.0; 3],
                family: Some((Family::LogNormal, [libm::log(150.0) - 0.5 * sigma * sigma, sigma])),
                ways: &[("help_ended", 0.8), ("referral", 0.2)],
            },
        ),
        (
            "care_kinship",
            Truth {
                open: kin,
                at: [0.0; 3],
                family: Some((Family::Exponential, [1.0 / 500.0, 0.0])),
                ways: &[("closed", 0.7), ("child_in_need", 0.3)],
            },
        ),
    ]
    .into_iter()
    .map(|(name, mut t)| {
        for (at, share) in t.at.iter_mut().zip([0.75, 0.5, 0.25]) {
            let (mut low, mut high) = (0.0, 5_000.0);
            for _ in 0..100 {
                let middle = 0.5 * (low + high);
                if (t.open)(middle) > share { low = middle } else { high = middle }
            }
            *at = low;
        }
        (name, t)
    })
    .collect()
}

/// Intervals by kind of parameter: how many, and how many hold the truth.
#[derive(Default)]
struct Score(BTreeMap<String, (u32, u32, u32)>);

impl Score {
    fn add(&mut self, kind: &str, value: f64, se: f64, truth: f64) {
        let cell = self.0.entry(kind.to_string()).or_default();
        cell.0 += 1;
        let z = (value - truth) / se;
        cell.1 += u32::from(z.abs() <= 1.959_964);
        cell.2 += u32::from(z > 0.0);
    }

    /// On the scale of log odds.
    fn share(&mut self, kind: &str, value: f64, se: f64, truth: f64) {
        let logit = |p: f64| libm::log(p / (1.0 - p));
        if value > 0.0 && value < 1.0 {
            self.add(kind, logit(value), se / (value * (1.0 - value)), logit(truth));
        }
    }
}

fn name(fitted: &Fitted, to: To) -> &'static str {
    match to {
        To::State(s) => fitted.states.get(s).map_or("", |s| s.name),
        To::Out(e) => caseflow::calibrate::records::fit::EXITS.get(e).map_or("", |e| e.0),
    }
}

fn state(score: &mut Score, fitted: &Fitted, f: &StateFit, truth: &Truth) {
    for (way, p) in truth.ways.iter().skip(1) {
        if let Some(w) = f.ways.iter().find(|w| name(fitted, w.to) == *way) {
            score.share(&format!("{}: share of ways", f.state.name), w.share, w.se, *p);
        }
    }
    if f.state.instant() {
        return;
    }
    for t in truth.at {
        let (open, se) = f.choice.law.survival(t);
        score.share(&format!("{}: share open", f.state.name), open, se, (truth.open)(t));
    }
    let Some((family, p)) = &truth.family else { return };
    if let Law::One(joint) = &f.choice.law
        && joint.law(0).0 == *family
    {
        for (i, value) in joint.law(0).1.iter().enumerate() {
            // log-normal meanlog is not positive by nature: its own scale
            let (v, t) = if *family == Family::LogNormal && i == 0 {
                (*value, p[0])
            } else {
                (libm::log(*value), libm::log(p[i]))
            };
            score.add(&format!("{}: parameters", f.state.name), v, joint.se(i), t);
        }
    }
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let councils: u64 = args.first().and_then(|a| a.parse().ok()).unwrap_or(100);
    let first: u64 = args.get(1).and_then(|a| a.parse().ok()).unwrap_or(1);
    let mut sources = SourceMap::default();
    let id = sources.add("records.toml", MODEL);
    let model = caseflow::model::load(&sources, id, &[]).unwrap().model;
    let network = Network::compile(&model);
    let roles = Roles::new(&model, "").unwrap();
    let truths = truths();
    let settings = Settings { before: 0, after: 0, wait: 0, check: false, ..Settings::default() };
    let began = Instant::now();
    let mut score = Score::default();
    let mut chosen: BTreeMap<String, u32> = BTreeMap::new();
    for seed in first..first + councils {
        let history = History::new(&network, seed, 1, None).unwrap();
        let council = Council::new(&network, &roles, history, seed);
        let fitted = fit(&table(&council), &settings).unwrap();
        for f in &fitted.fits {
            let law = f.choice.law.name();
            let law = law.split(" in ").next().unwrap_or("").to_string();
            *chosen.entry(format!("{}: {law}", f.state.name)).or_default() += 1;
            if let Some(truth) = truths.get(f.state.name) {
                state(&mut score, &fitted, f, truth);
            }
            if let Law::Reviews(r) = &f.choice.law {
                for (i, truth) in [0.1, 0.55, 0.5, 0.6].into_iter().enumerate() {
                    let logit = libm::log(truth / (1.0 - truth));
                    score.add("child_protection: reviews", r.x[i], r.se(i), logit);
                }
                score.add("child_protection: between reviews", r.x[4], r.se(4), libm::log(0.25 / 365.25));
            }
        }
        for (need, share, se) in &fitted.needs {
            let truth = match NEEDS[*need].0 {
                "domestic_abuse" => 0.4,
                "neglect" => 0.2,
                _ => continue,
            };
            score.share("needs", *share, *se, truth);
        }
        for s in fitted.streams.iter().filter(|s| fitted.states[s.state].name == "referral") {
            // those who left before the records begin and come back look new: they are not counted here
            let known = council_returns(&council);
            let new = s.children as f64 - known;
            let years = council.history.days as f64 / 365.25;
            let rate = new / years;
            score.add("arrivals", libm::log(rate), s.rate_se / s.rate, libm::log(700.0));
        }
        for r in
            fitted.returns.iter().filter(|r| caseflow::calibrate::records::fit::EXITS[r.exit].0 == "closed")
        {
            for (at, share, se) in &r.within {
                let truth = match *at as i64 {
                    91 => 0.08,
                    365 => 0.18,
                    1_095 => 0.25,
                    _ => continue,
                };
                score.share("coming back", *share, *se, truth);
            }
        }
        if seed % 10 == 0 {
            println!("council {seed}, {:.0?}", began.elapsed());
        }
    }
    println!();
    for (law, n) in &chosen {
        println!("{law:<60}{n:>5}");
    }
    println!("\n{:<46}{:>10}{:>10}{:>12}", "", "intervals", "hold", "too high");
    let (mut all, mut hold) = (0, 0);
    for (kind, (n, held, high)) in &score.0 {
        let share = |x: u32| 100.0 * f64::from(x) / f64::from(*n);
        println!("{kind:<46}{n:>10}{:>9.1}%{:>11.0}%", share(*held), share(*high));
        (all, hold) = (all + n, hold + held);
    }
    let share = 100.0 * f64::from(hold) / f64::from(all);
    println!("{:<46}{all:>10}{share:>9.2}%   in {:.0?}", "all", began.elapsed());
    std::process::exit(i32::from(!(93.0..=97.0).contains(&share)));
}

/// Children who came back in the records after leaving before them: the model knows who they are.
fn council_returns(council: &Council) -> f64 {
    let lives = &council.history.lives;
    lives.iter().filter(|l| l.stays.first().is_some_and(|s| s.back.is_some())).count() as f64
}
