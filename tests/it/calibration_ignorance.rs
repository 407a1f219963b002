//! Draws of a model's numbers in a run: chance apart from ignorance, the same bits however it is run.

use caseflow::model::draws::Draws;
use caseflow::stats::moments::Moments;
use std::path::Path;
use std::process::{Command, Output};

/// Arrivals at a rate that is not known, who stay.
const MODEL: &str = r#"
[model]
title = "Ignorance"
runs = "365 days"
periods = "whole"
replications = 400
[arrivals.a]
to = "s"
rate = { value = "1 per day", low = "0.8 per day", high = "1.25 per day", grade = "assumed" }
[stages.s]
stay = { exponential = { mean = "20 days" } }
to = "out"
[measures.starts]
count = { starts = "s" }
"#;

fn caseflow(dir: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_caseflow")).current_dir(dir).args(args).output().unwrap()
}

fn json(dir: &Path, args: &[&str]) -> serde_json::Value {
    let output = caseflow(dir, args);
    let fail = || panic!("{}", String::from_utf8_lossy(&output.stderr).into_owned());
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| fail())
}

/// Rates evenly spread from 0.6 to 1.4 a day, in an order that mixes them.
fn rates() -> Vec<f64> {
    (0..200).map(|k| 0.6 + 0.8 * f64::from(k * 77 % 200) / 199.0).collect()
}

fn folder() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("m.toml"), MODEL).unwrap();
    let values = rates().into_iter().map(|r| vec![format!("\"{r} per day\"")]).collect();
    let draws = Draws { paths: vec!["arrivals.a.rate".into()], values };
    std::fs::write(dir.path().join("m.draws.csv"), draws.csv()).unwrap();
    dir
}

fn starts(run: &serde_json::Value) -> serde_json::Value {
    let found =
        run["columns"].as_array().unwrap().iter().find(|c| {
            c["kind"] == "stage" && c["measure"] == "asked" && c["of"] == "s" && c["period"].is_null()
        });
    found.unwrap().clone()
}

/// Counts of a year are Poisson given the rate: chance has the variance of the mean count, ignorance that of the rates.
#[test]
fn both_parts_of_the_variance_are_those_of_theory() {
    let dir = folder();
    let run = json(dir.path(), &["run", "m.toml", "--format", "json"]);
    assert_eq!(run["manifest"]["ignorance"]["from"], "draws");
    assert_eq!(run["manifest"]["ignorance"]["used"], 200);
    let split = starts(&run)["split"].clone();
    let sd = |key: &str| split[key].as_f64().unwrap();
    let counts: Moments = rates().into_iter().map(|r| 365.0 * r).collect();
    let (chance, ignorance) = (counts.mean().unwrap(), counts.variance().unwrap());
    // five standard errors: chance has 200 degrees of freedom, ignorance that of 200 known rates plus their chance
    let within = 5.0 * (2.0 / 200.0f64).sqrt() * chance;
    assert!((sd("chance_sd").powi(2) - chance).abs() < within, "{split} {chance}");
    let noise = chance / 2.0;
    let between = 5.0 * (4.0 * ignorance * noise / 200.0 + 2.0 * noise * noise / 200.0).sqrt() + within / 2.0;
    assert!((sd("ignorance_sd").powi(2) - ignorance).abs() < between, "{split} {ignorance}");
    let share = ignorance / (ignorance + chance);
    assert!((sd("ignorance_share") - share).abs() < 0.05, "{split} {share}");
}

#[test]
fn a_replication_is_the_same_alone_and_on_any_number_of_threads() {
    let dir = folder();
    let digest = |args: &[&str]| {
        let all: Vec<&str> = ["run", "m.toml", "--format", "json"].iter().chain(args).copied().collect();
        json(dir.path(), &all)
    };
    let (one, two) = (
        digest(&["--threads", "1", "--replications", "37"]),
        digest(&["--threads", "4", "--replications", "37"]),
    );
    assert_eq!(one["manifest"]["digest"], two["manifest"]["digest"]);
    let out = dir.path().join("all");
    let whole = caseflow(dir.path(), &["run", "m.toml", "--replications", "37", "--out", "all", "-q"]);
    assert_eq!(whole.status.code(), Some(0), "{}", String::from_utf8_lossy(&whole.stderr));
    assert!(out.join("draws.csv").exists() && !out.join("ignorance.csv").exists());
    let rows = std::fs::read_to_string(out.join("replications.csv")).unwrap();
    for r in [1, 2, 3, 36, 37] {
        let alone = digest(&["--replication", &r.to_string()]);
        let value = starts(&alone)["point"].as_f64().unwrap();
        let line = rows.lines().find(|l| l.starts_with(&format!("{r},stage,s,asked,,"))).unwrap();
        assert_eq!(line.rsplit(',').next().unwrap().parse::<f64>().unwrap(), value, "{line}");
    }
}

/// Without ignorance the run is the one there always was, and draws by a file are what a scenario of theirs gives.
#[test]
fn none_is_none_and_a_draw_is_a_scenario() {
    let dir = folder();
    let none = json(dir.path(), &["run", "m.toml", "--ignorance", "none", "--format", "json"]);
    assert!(none["manifest"]["ignorance"].is_null() && starts(&none)["split"].is_null());
    std::fs::rename(dir.path().join("m.draws.csv"), dir.path().join("other.csv")).unwrap();
    let plain = json(dir.path(), &["run", "m.toml", "--format", "json"]);
    assert_eq!(none["manifest"]["digest"], plain["manifest"]["digest"]);
    let drawn = json(
        dir.path(),
        &["run", "m.toml", "--draws", "other.csv", "--replication", "5", "--format", "json"],
    );
    let rate = rates()[2];
    std::fs::write(
        dir.path().join("s.toml"),
        format!("title = \"third\"\n[change]\n\"arrivals.a.rate\" = \"{rate} per day\"\n"),
    )
    .unwrap();
    let scenario = json(
        dir.path(),
        &["run", "m.toml", "--scenario", "s.toml", "--replication", "5", "--format", "json"],
    );
    assert_eq!(starts(&drawn)["point"], starts(&scenario)["point"]);
}

/// Ranges in the file stand in where there are no draws: 0.8 to 1.25 a day as an 80 % range of a lognormal rate.
#[test]
fn ranges_give_draws_of_their_width() {
    let dir = folder();
    let run = json(dir.path(), &["run", "m.toml", "--ignorance", "ranges", "--format", "json"]);
    assert_eq!(run["manifest"]["ignorance"]["numbers"], 1);
    let sd = starts(&run)["split"]["ignorance_sd"].as_f64().unwrap();
    let width = 0.223_143_551_314_209_8_f64 / 1.281_551_565_544_600_4;
    let theory = 365.0 * (0.5 * width * width).exp() * ((width * width).exp() - 1.0).sqrt();
    // a standard deviation from 200 draws, five standard errors, with the chance in their means
    assert!((sd / theory - 1.0).abs() < 5.0 * (1.0 / 400.0f64).sqrt() * 1.1, "{sd} {theory}");
    let bad = caseflow(dir.path(), &["run", "m.toml", "--ignorance", "none", "--draws", "m.draws.csv"]);
    assert_eq!(bad.status.code(), Some(2));
    std::fs::write(dir.path().join("m.draws.csv"), "draw,stages.t.stay\n1,\"\"\"5 days\"\"\"\n").unwrap();
    let lost = caseflow(dir.path(), &["run", "m.toml", "--format", "json"]);
    assert_eq!(lost.status.code(), Some(1), "{}", String::from_utf8_lossy(&lost.stderr));
}
