//! Forecast paths as arrivals: each replication follows its path, and scenarios act on it.

use super::files::{good, lines, load_with, tests, text_of};
use caseflow::base::ids::{Id, StreamId};
use caseflow::engine::Network;
use caseflow::experiment::run::{Plan, Unwatched, run};
use caseflow::model::Loaded;
use caseflow::model::arrivals::Arrivals;

/// Mean and variance by month of the children who arrived.
fn by_month(model: &Loaded, replications: u64) -> Vec<(f64, f64)> {
    let network = Network::compile(&model.model);
    let rows = run(&network, Plan { seed: 11, first: 1, replications }, &Unwatched).unwrap();
    let columns = network.layout().columns().iter().enumerate();
    let wanted = columns.filter(|(_, c)| c.kind == "stage" && c.measure == "arrived" && c.period.is_some());
    wanted
        .map(|(i, _)| {
            let values: Vec<f64> = rows.values.column(i).to_vec();
            let n = values.len() as f64;
            let mean = values.iter().sum::<f64>() / n;
            let variance = values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / (n - 1.0);
            (mean, variance)
        })
        .collect()
}

fn text() -> String {
    text_of(&tests().join("good/forecast.toml"))
}

fn under(changes: &str) -> Loaded {
    load_with(&text(), &format!("title = \"T\"\n{changes}")).unwrap_or_else(|(sources, errors)| {
        panic!("{}", lines(&sources, &errors, "scenario.toml").join("\n"))
    })
}

const FIRST: [f64; 12] = [100., 110., 120., 100., 80., 60., 100., 110., 120., 100., 90., 80.];

/// The month's mean over the four paths, which lie at +0, +100, +50 and -50 of the first.
fn mean_of_paths(month: usize) -> f64 {
    FIRST[month % 12] + 25.0
}

/// Population variance of +0, +100, +50, -50.
const BETWEEN: f64 = 3_125.0;

/// 400 replications follow each of four paths 100 times, so chance is Poisson's alone: the mean
/// lies within 5 of its standard errors, sqrt(mean / 400). By the law of total variance the
/// variance is the paths' and the Poisson's together; within 30 %, over four times its error of
/// 7 %, and far from the Poisson's alone.
#[test]
fn arrivals_follow_the_paths() {
    let found = by_month(&good("forecast.toml", &text()), 400);
    assert_eq!(found.len(), 24);
    for (at, count) in [62.0, 56.0].into_iter().enumerate() {
        let (mean, variance) = found[at];
        assert!((mean - count).abs() < 5.0 * (count / 400.0f64).sqrt(), "{at}: {mean}");
        assert!((variance / count - 1.0).abs() < 0.36, "{at}: {variance}");
    }
    for (at, (mean, variance)) in found.iter().enumerate().skip(2) {
        let expected = mean_of_paths(at - 2);
        assert!((mean - expected).abs() < 5.0 * (expected / 400.0).sqrt(), "{at}: {mean} for {expected}");
        let whole = BETWEEN + expected;
        assert!((variance / whole - 1.0).abs() < 0.3, "{at}: {variance} for {whole}");
    }
}

/// Families come at a lower rate, so that children are as many as the path says.
#[test]
fn families_divide_the_rate() {
    let text =
        text().replace("to = \"s\"\n[arrivals", "to = \"s\"\nfamilies = { 1 = 0.5, 3 = 0.5 }\n[arrivals");
    let found = by_month(&good("families.toml", &text), 400);
    for (at, (mean, _)) in found.iter().enumerate().skip(2) {
        let expected = mean_of_paths(at - 2);
        // the variance of children is mean E[S^2] / E[S] = 2.5 mean
        let error = (2.5 * expected / 400.0).sqrt();
        assert!((mean - expected).abs() < 5.0 * error, "{at}: {mean} for {expected}");
    }
}

/// Replication r follows path (r - 1) mod n.
#[test]
fn each_replication_has_its_path() {
    let model = good("forecast.toml", &text()).model;
    let Arrivals::Forecast(forecast) = &model.streams[StreamId::new(0)].arrivals else { panic!() };
    let march = |r: u64| forecast.rates(r).iter().find(|s| s.0.days() == 59.0).unwrap().1 * 31.0;
    let found: Vec<f64> = (1..=5).map(|r| march(r).round()).collect();
    assert_eq!(found, [100.0, 200.0, 150.0, 50.0, 100.0]);
    // the warm-up has the mean of the first twelve months given: 62, 56 and ten of the mean path
    let ten: f64 = (0..10).map(mean_of_paths).sum();
    let warm_up = forecast.rates(1)[0].1 * 365.25 / 12.0;
    assert!((warm_up - (118.0 + ten) / 12.0).abs() < 1e-9, "{warm_up}");
}

/// A surge from a date leaves what was before it alone, to the bit.
#[test]
fn a_surge_acts_on_the_forecast() {
    let plain = under("");
    let surge = under("[change]\n\"arrivals.x.forecast.times\" = { times = 1.5, from = 2025-09-01 }");
    let (a, b) = (by_month(&plain, 100), by_month(&surge, 100));
    assert_eq!(a[..8], b[..8]);
    for at in 8..24 {
        let expected = 1.5 * mean_of_paths(at - 2);
        assert!((b[at].0 - expected).abs() < 5.0 * (expected / 100.0).sqrt(), "{at}: {}", b[at].0);
    }
    let times = |m: &Loaded| by_month(m, 4)[4].0;
    let zero = under("[change]\n\"arrivals.x.forecast.times\" = { times = 0 }");
    assert_eq!(times(&zero), 0.0);
    // a month in two parts
    let halfway =
        under("[change]\n\"arrivals.x.forecast.times\" = { times = 0, from = 2025-03-16T12:00:00 }");
    let expected = mean_of_paths(0) / 2.0;
    let found = by_month(&halfway, 400)[2].0;
    assert!((found - expected).abs() < 5.0 * (expected / 400.0).sqrt() + expected / 31.0, "{found}");
}

/// A forecast set by a scenario takes the place of the rate, its months and its variation.
#[test]
fn a_scenario_puts_a_forecast_in_place_of_a_rate() {
    let model = text_of(&tests().join("good/arrivals.toml"));
    let change = "title = \"T\"\n[change.\"arrivals.yearly.forecast\"]\nstarts = \"2025-01\"\ntimes = 2.0\nthen = \"repeat last year\"\npaths = [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]]\n";
    let loaded = load_with(&model, change).unwrap_or_else(|(sources, errors)| {
        panic!("{}", lines(&sources, &errors, "scenario.toml").join("\n"))
    });
    let stream = loaded.model.streams.iter().find(|s| s.name == "yearly").unwrap();
    let Arrivals::Forecast(forecast) = &stream.arrivals else { panic!() };
    let last = forecast.rates(7).last().unwrap().1;
    assert!((last - 24.0 / 31.0).abs() < 1e-12);
    assert!(loaded.model.register.iter().any(|a| a.path == "arrivals.yearly.forecast"));
}
