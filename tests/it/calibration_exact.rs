//! Exact moments of checked models against the engine, and fits by them against fits by simulation.

use caseflow::base::diag::SourceMap;
use caseflow::base::ids::StageId;
use caseflow::base::time::SimTime;
use caseflow::calibrate::moments::pathway::{Asked, pathway};
use caseflow::calibrate::totals::{Fit, FitError, Forgets, Method, Plan, Simulator, Target, Way, fit};
use caseflow::engine::Network;
use caseflow::experiment::measures::values_over;
use caseflow::experiment::run::{self, Unwatched};
use caseflow::model::draws::prior;
use caseflow::model::measure::{Measure, What};
use caseflow::model::stage::Dest;
use caseflow::model::{Loaded, Model, load};

fn loaded(text: &str) -> Loaded {
    let mut sources = SourceMap::default();
    let file = sources.add("model", text.to_string());
    load(&sources, file, &[])
        .unwrap_or_else(|e| panic!("{:?}", e.iter().map(|d| &d.message).collect::<Vec<_>>()))
}

fn of_tests(name: &str) -> Model {
    let path = format!("{}/tests/models/{name}.toml", env!("CARGO_MANIFEST_DIR"));
    loaded(&std::fs::read_to_string(path).unwrap()).model
}

/// Everything that moments can count of these stages: who is there at each of these days, who came, who went, and which way.
fn everything(model: &Model, stages: &[&str], days: &[i64]) -> Vec<(String, What, SimTime, SimTime)> {
    let day = |d: i64| SimTime(d * 86_400_000);
    let mut out = Vec::new();
    for (id, stage) in model.stages.pairs().filter(|s| stages.contains(&s.1.name.as_str())) {
        let mut from = 0;
        for &to in days {
            let name = |what: &str| format!("{} {what} {from}-{to}", stage.name);
            out.push((name("here"), What::Children(vec![id]), day(to), day(to)));
            out.push((name("came"), What::Starts(vec![id]), day(from), day(to)));
            out.push((name("went"), What::Ends(vec![id]), day(from), day(to)));
            for dest in stage.routes.to.iter().filter(|d| matches!(d, Dest::Stage(_))) {
                out.push((name("moved"), What::Moves(vec![id], vec![*dest]), day(from), day(to)));
            }
            from = to;
        }
    }
    let all: Vec<StageId> =
        model.stages.ids().filter(|s| stages.contains(&model.stages[*s].name.as_str())).collect();
    let last = *days.last().unwrap();
    out.push(("all here".into(), What::Children(all.clone()), day(last), day(last)));
    out.push(("all came".into(), What::Starts(all), day(0), day(last)));
    out
}

/// Means, variances and a few covariances against so many replications: |z| below 4 for means; variances and correlations
/// within five standard errors (as for normal counts). Returns the largest |z| of a mean.
fn hold(name: &str, mut model: Model, stages: &[&str], days: &[i64], replications: u64, steps: usize) -> f64 {
    let asked = everything(&model, stages, days);
    model.measures.clear();
    for (name, what, ..) in &asked {
        model.measures.push(Measure {
            name: name.clone(),
            title: name.clone(),
            what: what.clone(),
            of: None,
            published: Vec::new(),
            near: None,
            chart: false,
            better: None,
            target: None,
        });
    }
    let list: Vec<Asked> = asked.iter().map(|a| Asked { what: a.1.clone(), from: a.2, to: a.3 }).collect();
    let exact = pathway(&model, &list, steps).unwrap_or_else(|e| panic!("{name}: {e:?}"));
    let (means, covariance) = (exact.means(), exact.covariance());
    let network = Network::compile(&model);
    let plan = run::Plan { seed: 20, first: 1, replications };
    let rows = run::run(&network, plan, &Unwatched).unwrap();
    let spans: Vec<_> = asked.iter().enumerate().map(|(i, a)| (i, a.2, a.3)).collect();
    let values = values_over(&model, network.layout(), &rows, &spans).expect("spans are made of periods");
    let n = replications as f64;
    let found: Vec<f64> = (0..asked.len()).map(|i| values.column(i).sum() / n).collect();
    let cov = |i: usize, j: usize| {
        values
            .column(i)
            .iter()
            .zip(values.column(j))
            .map(|(a, b)| (a - found[i]) * (b - found[j]))
            .sum::<f64>()
            / (n - 1.0)
    };
    let mut worst = 0.0f64;
    for i in 0..asked.len() {
        let (exact, variance) = (means[i], covariance.at(i, i));
        let z = (found[i] - exact) / (cov(i, i) / n).sqrt().max(1e-6);
        assert!(z.abs() < 4.0, "{name}, {}: simulated {} exact {exact}, z {z}", asked[i].0, found[i]);
        worst = worst.max(z.abs());
        if exact < 5.0 {
            continue;
        }
        // the kurtosis of counts this large, families apart, adds little to 2 / n
        let off = (cov(i, i) / variance - 1.0) / (2.2 / n).sqrt();
        assert!(off.abs() < 5.0, "{name}, {}: variance {} exact {variance}, {off}", asked[i].0, cov(i, i));
        for j in 0..i {
            let scale = (covariance.at(i, i) * covariance.at(j, j)).sqrt();
            if means[j] < 5.0 || scale <= 0.0 {
                continue;
            }
            let off = (cov(i, j) - covariance.at(i, j)) / scale / (2.2 / n).sqrt();
            assert!(
                off.abs() < 5.0,
                "{name}, {} and {}: {} exact {}",
                asked[i].0,
                asked[j].0,
                cov(i, j),
                covariance.at(i, j)
            );
        }
    }
    println!("{name}: {} counts, {replications} replications, largest |z| of a mean {worst:.2}", asked.len());
    worst
}

const PATHWAY: &str = include_str!("../../benches/calibration_recovery/pathway.toml");

#[test]
fn a_pathway_with_returns_reviews_and_interruptions() {
    let stages = ["referral", "assessment", "section_47", "child_in_need", "child_protection", "care"];
    hold("pathway", loaded(PATHWAY).model, &stages, &[183, 366, 731], 2_000, 1_500);
}

#[test]
fn models_of_the_engine_s_own_tests() {
    let days: Vec<i64> = (1..=8).map(|k| 5 * k).collect();
    hold("mginf", of_tests("mginf"), &["exponential", "uniform", "exponential_too"], &days, 2_000, 1_500);
    let stages = [
        "gamma",
        "lognormal",
        "weibull",
        "uniform",
        "constant",
        "values",
        "bands",
        "mixture",
        "hazards",
        "reviews",
        "ways",
        "cut",
    ];
    hold("starting", of_tests("starting"), &stages, &[60, 240, 720], 2_000, 1_500);
    let mut routes = of_tests("routes");
    routes.run.periods = caseflow::model::run::Periods::Every(caseflow::base::time::Span::from_days(5.0));
    routes.run.length = caseflow::base::time::Span::from_days(40.0);
    hold("routes", routes, &["one", "two", "three", "four", "choice"], &[10, 20, 40], 40, 1_500);
}

#[test]
fn families_move_as_one_or_apart() {
    for stage in ["apart", "together"] {
        let mut model = of_tests("batches");
        model.run.length = caseflow::base::time::Span::from_days(40.0);
        hold(stage, model, &[stage], &[10, 20, 40], 2_000, 1_500);
    }
    let mixed = of_tests("batches");
    let both = everything(&mixed, &["apart", "together"], &[10]);
    let asked: Vec<Asked> = both.iter().map(|a| Asked { what: a.1.clone(), from: a.2, to: a.3 }).collect();
    let why = pathway(&mixed, &asked, 1_500).unwrap_err();
    assert!(why.iter().any(|w| w.contains("siblings move together")), "{why:?}");
}

/// Months, monthly variation, a warm-up, odds by need, hazards, listed times, a family that moves as one.
#[test]
fn everything_that_moments_carry() {
    let text = r#"
[model]
title = "All of it"
starts = 2024-01-15
runs = "300 days"
warm_up = "30 days"
periods = "30 days"
[needs]
hard = { share = 0.3, of = "child" }
[attributes.way]
values = ["a", "b"]
shares = { a = 0.7, b = 0.3 }
[arrivals.one]
to = { s = 0.6, t = "rest" }
rate = "4 per day"
months = { january = 1.2, february = 0.9, march = 1.1, april = 0.7, may = 1, june = 1, july = 1, august = 0.5, september = 1, october = 1, november = 1, december = 1 }
varies = 0.3
[arrivals.two]
to = "t"
rate = [{ rate = "1 per day" }, { from = "100 days", rate = "3 per day" }]
needs = { hard = 0.8 }
[stages.s]
stay = { gamma = { mean = "20 days", cv = 0.8 } }
interrupted = { u = "0.01 per day" }
to = { t = 0.5, u = 0.2, out = "rest" }
[stages.s.odds.t]
hard = 3
[stages.t]
stay = { weibull = { mean = "15 days", shape = 1.5 } }
to = { s = 0.3, left = "rest" }
[stages.u]
[stages.u.stay.hazards]
breaks = ["0 days", "30 days"]
atoms = [{ at = "30 days", s = 0.2 }]
[stages.u.stay.hazards.rates]
s = ["0.01 per day", "0.004 per day"]
left = ["0.02 per day", "0.03 per day"]
[exits.left.returns]
to = "t"
within = { "60 days" = 0.2, "200 days" = 0.4 }
odds = { hard = 2 }
[start.stages.s]
cases = 50
elapsed = "steady"
[start.stages.u]
cases = 6
elapsed = ["3 days", "40 days", "35 days", "3 days", "10 days", "29 days"]
[start.exits.left]
leaving = "2 per day"
over = "150 days"
"#;
    hold("all", loaded(text).model, &["s", "t", "u"], &[30, 120, 300], 3_000, 1_500);
}

#[test]
fn what_moments_cannot_carry_is_named() {
    let why = |extra: &str| {
        let text = format!(
            "[model]\ntitle = \"x\"\nruns = \"100 days\"\n[arrivals.a]\nto = \"s\"\nrate = \"1 per day\"\n{extra}\n[exits.end]\n"
        );
        let model = loaded(&text).model;
        let asked = Asked {
            what: What::Children(vec![model.stages.ids().next().unwrap()]),
            from: SimTime(0),
            to: SimTime(86_400_000 * 100),
        };
        pathway(&model, &[asked], 1_500).err().unwrap_or_default().join("; ")
    };
    let plain = "[stages.s]\nstay = \"3 days\"\nto = \"out\"";
    assert_eq!(why(plain), "");
    let aged = format!(
        "{plain}\n[ages]\nyoung = [0, 10]\nold = [10, 18]\n[cases]\nages = {{ young = 1 }}\nleave = {{ age = 18, to = \"end\" }}"
    );
    assert!(why(&aged).contains("leave s at an age"), "{}", why(&aged));
}

/// A small uncapacitated pathway with figures from its own simulation.
const SMALL: &str = r#"
[model]
title = "Two stages"
starts = 2024-04-01
runs = "1 year"
periods = "months"
[arrivals.a]
to = "s"
rate = { value = "5 per day", low = "4 per day", high = "6.2 per day", grade = "assumed" }
[stages.s]
stay = { gamma = { mean = { value = "25 days", low = "18 days", high = "35 days", grade = "assumed" }, cv = 0.6 } }
to = { t = { value = 0.4, low = 0.3, high = 0.5, grade = "assumed" }, out = "rest" }
[stages.t]
stay = { exponential = { mean = { value = "60 days", low = "40 days", high = "90 days", grade = "assumed" } } }
to = "out"
[measures.came]
count = { starts = "s" }
[measures.here]
count = { children = "s" }
[measures.later]
count = { starts = "t" }
[measures.there]
count = { children = "t" }
[measures.share]
count = { starts = "t" }
of = { starts = "s" }
"#;

fn fitted(text: &str, method: Method, targets: &[(&str, &str, f64)]) -> Result<Fit, FitError> {
    let mut sources = SourceMap::default();
    let file = sources.add("model", text.to_string());
    let loaded = load(&sources, file, &[]).unwrap();
    let prior = prior(&loaded.model.register);
    let names: Vec<String> = loaded.model.measures.iter().map(|m| m.name.clone()).collect();
    let csv: String = std::iter::once("measure,period,value\n".to_string())
        .chain(targets.iter().map(|(m, p, v)| format!("{m},{p},{v}\n")))
        .collect();
    let targets: Vec<Target> = caseflow::calibrate::totals::read(&csv, &loaded.model).unwrap();
    let cache = Forgets::default();
    let simulator = Simulator {
        sources: &sources,
        model: file,
        scenarios: &[],
        prior: &prior,
        targets: &targets,
        replications: 96,
        seed: 5,
        cache: &cache,
    };
    let plan = Plan {
        first: 60,
        wave: 60,
        waves: 1,
        discrepancy: 0.0,
        draws: 400,
        checked: 20,
        seed: 3,
        inflate: true,
    };
    fit(&simulator, &names, plan, method, &Unwatched)
}

const FIGURES: [(&str, &str, f64); 7] = [
    ("came", "2024-04/2024-09", 960.0),
    ("came", "2024-10/2025-03", 955.0),
    ("here", "2024-09-30", 140.0),
    ("here", "2025-03-31", 150.0),
    ("later", "2024-10/2025-03", 350.0),
    ("there", "2025-03-31", 120.0),
    ("share", "2024-04/2025-03", 36.0),
];

/// Both ways give one posterior: medians within 0.4 of its standard deviation, spreads within 30 %. The simulated surface is
/// off by the chance of its 96 replications, whose standard deviation is about 1/sqrt(96) = 0.1 of the posterior's.
#[test]
fn moments_and_simulation_agree() {
    let exact = fitted(SMALL, Method::Chosen, &FIGURES).unwrap();
    assert!(matches!(exact.way, Way::Exact { effective, .. } if effective > 300.0), "{:?}", exact.way);
    let simulated = fitted(SMALL, Method::Simulate, &FIGURES).unwrap();
    assert_eq!(simulated.way, Way::Simulated { why: Vec::new() });
    for (a, b) in exact.informed.iter().zip(&simulated.informed) {
        let width = a.posterior[2] - a.posterior[0];
        let sd = width / 2.563;
        assert!((a.posterior[1] - b.posterior[1]).abs() < 0.4 * sd, "{a:?} {b:?}");
        let ratio = (b.posterior[2] - b.posterior[0]) / width;
        assert!((0.7..1.3).contains(&ratio), "{ratio} {a:?} {b:?}");
    }
}

/// A stock alone tells only arrivals times stay: the ridge is named, and places that bind are refused by name.
#[test]
fn a_ridge_is_named_and_short_places_are_refused() {
    let stock = fitted(SMALL, Method::Exact, &[("here", "2025-03-31", 140.0)]).unwrap();
    let ridge = stock.ridges.first().expect("a ridge");
    assert!(ridge.correlation < -0.7 && (ridge.one.clone() + &ridge.other).contains("rate"), "{ridge:?}");
    let bound = SMALL.replace("[stages.s]\n", "[pools.desk]\nplaces = 150\n[stages.s]\npool = \"desk\"\n");
    match fitted(&bound, Method::Exact, &FIGURES) {
        Err(FitError::NotExact(why)) => assert!(why.contains("places of desk may run short"), "{why}"),
        other => panic!("{:?}", other.map(|f| f.way)),
    }
    let roomy = SMALL.replace("[stages.s]\n", "[pools.desk]\nplaces = 900\n[stages.s]\npool = \"desk\"\n");
    assert!(fitted(&roomy, Method::Exact, &FIGURES).is_ok());
}
