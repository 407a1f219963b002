//! `caseflow calibrate`: numbers with ranges fitted to figures, by simulation.

use std::path::Path;
use std::process::{Command, Output};

/// Two numbers that the figures can tell, and one that they cannot.
const MODEL: &str = r#"
[model]
title = "Places that run short"
starts = 2024-04-01
runs = "1 year"
periods = "months"
[arrivals.a]
to = "s"
rate = { value = "3 per day", low = "2.4 per day", high = "3.75 per day", grade = "assumed" }
[pools.p]
places = 40
[stages.s]
stay = { exponential = { mean = { value = "12 days", low = "9 days", high = "16 days", grade = "assumed" } } }
pool = "p"
to = "t"
[stages.t]
stay = { exponential = { mean = { value = "400 days", low = "200 days", high = "800 days", grade = "assumed" } } }
to = "out"
[measures.came]
count = { starts = "s" }
[measures.here]
count = { children = "s" }
"#;

const TARGETS: &str = "measure,period,value,error\ncame,2024-04/2024-09,620,1%\nhere,2024-06-30,38,\nhere,2024-09-30,37,\ncame,2024-10/2025-03,615,1%\nhere,2025-03-31,39,\n";

fn caseflow(dir: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_caseflow")).current_dir(dir).args(args).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

const ARGS: [&str; 12] = [
    "calibrate",
    "m.toml",
    "--to",
    "t.csv",
    "--points",
    "60",
    "--wave-points",
    "40",
    "--replications",
    "4",
    "-q",
    "--out",
];

fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    ARGS.iter().copied().chain(more.iter().copied()).collect()
}

#[test]
fn figures_inform_what_they_can_and_no_more() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("m.toml"), MODEL).unwrap();
    std::fs::write(dir.path().join("t.csv"), TARGETS).unwrap();
    let done = caseflow(dir.path(), &with(&["fit"]));
    assert_eq!(done.status.code(), Some(0), "{}", said(&done));
    let json: serde_json::Value =
        serde_json::from_slice(&std::fs::read(dir.path().join("fit/calibration.json")).unwrap()).unwrap();
    let number = |path: &str| {
        json["numbers"]
            .as_array()
            .unwrap()
            .iter()
            .find(|n| n["path"].as_str().unwrap().starts_with(path))
            .unwrap()
            .clone()
    };
    // 1,235 came in a year: 3.38 a day, with a standard error of 0.1
    let rate = number("arrivals.a.rate");
    let [low, high] = [0, 2].map(|k| rate["posterior"][k].as_f64().unwrap());
    assert!(low < 3.45 && high > 3.3 && high - low < 0.5, "{rate}");
    assert!(rate["contraction"].as_f64().unwrap() > 0.6, "{rate}");
    // nothing was published about the second stage
    let second = number("stages.t.stay");
    assert!(second["contraction"].as_f64().unwrap() < 0.2, "{second}");
    assert!(json["held_out"].as_array().is_some_and(|h| h.len() == 2), "{}", json["held_out"]);
    // what was fitted is what later runs use
    let run = caseflow(dir.path(), &["run", "fit/model.toml", "--replications", "8", "--format", "json"]);
    let run: serde_json::Value =
        serde_json::from_slice(&run.stdout).unwrap_or_else(|_| panic!("{}", said(&run)));
    assert_eq!(run["manifest"]["ignorance"]["from"], "draws");
    assert!(!dir.path().join("fit.unfinished").exists());
    // again, whatever the number of threads: the same draws
    let again = Command::new(env!("CARGO_BIN_EXE_caseflow"))
        .current_dir(dir.path())
        .env("RAYON_NUM_THREADS", "1")
        .args(with(&["again"]))
        .output()
        .unwrap();
    assert_eq!(again.status.code(), Some(0), "{}", said(&again));
    let draws = |folder: &str| std::fs::read(dir.path().join(folder).join("model.draws.csv")).unwrap();
    assert_eq!(draws("fit"), draws("again"));
}

#[test]
fn targets_that_have_no_sense_are_named_by_line() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("m.toml"), MODEL).unwrap();
    std::fs::write(
        dir.path().join("t.csv"),
        "measure,period,value\nnothing,2024-04,3\ncame,lately,3\ncame,2024-04,many\ncame,2031-04,5\n",
    )
    .unwrap();
    let wrong = caseflow(dir.path(), &with(&["fit"]));
    assert_eq!(wrong.status.code(), Some(1), "{}", said(&wrong));
    for part in [
        "line 2: there is no measure",
        "line 3: \"lately\" is no period",
        "line 4: value",
        "line 5: 2031-04 does not lie",
    ] {
        assert!(said(&wrong).contains(part), "{part}: {}", said(&wrong));
    }
    assert!(!dir.path().join("fit").exists());
}
