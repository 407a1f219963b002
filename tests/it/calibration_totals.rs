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
        "line 2: column measure: there is no measure",
        "line 3: column period: \"lately\" is no period",
        "line 4: column value",
        "line 5: column period: 2031-04 does not lie inside the model's run, 2024-04-01 to 2025-03-31",
    ] {
        assert!(said(&wrong).contains(part), "{part}: {}", said(&wrong));
    }
    assert!(!dir.path().join("fit").exists());
}

/// A model that is loaded, and what reading targets for it says.
fn faults(targets: &str) -> Result<Vec<caseflow::calibrate::totals::Target>, Vec<String>> {
    let mut sources = caseflow::base::diag::SourceMap::default();
    let model = MODEL.to_string() + "[measures.share]\ncount = { starts = \"t\" }\nof = { starts = \"s\" }\n";
    let file = sources.add("model", model);
    let loaded = caseflow::model::load(&sources, file, &[]).unwrap();
    caseflow::calibrate::totals::read(targets, &loaded.model)
        .map_err(|e| e.iter().map(ToString::to_string).collect())
}

#[test]
fn thousands_in_quotes_are_read_whole() {
    let found = faults("measure,period,value,error,rounding\ncame,2024-04,\"1,620\",2%,5\nhere,2024-04-30,\"1,234,567.5\",,\n").unwrap();
    assert_eq!(found[0].value, 1620.0);
    assert_eq!(found[1].value, 1_234_567.5);
    assert_eq!((found[0].own, found[0].rounding), (32.4, 5.0));
    assert!((found[0].error - (32.4f64 * 32.4 + 25.0 / 12.0).sqrt()).abs() < 1e-9);
}

#[test]
fn unsafe_targets_are_refused_with_line_and_column() {
    let head = "measure,period,value,error,rounding\n";
    for (row, part) in [
        ("came,2024-04,\"1,62\",,", "line 2: column value: found \"1,62\""),
        (
            "came,2024-04,-5,,",
            "line 2: column value: found -5, expected a number of at least 0; it cannot be negative",
        ),
        ("came,2024-04,5,-1,", "line 2: column error: found -1"),
        ("came,2024-04,5,-1%,", "line 2: column error: found -1"),
        ("came,2024-04,5,,-5", "line 2: column rounding: found -5"),
        ("share,2024-04,120,,", "line 2: column value: found 120, expected a share in per cent, 0 to 100"),
        ("came,2024-04,5,,\ncame,2024-04,6,,", "line 3: \"came\" in \"2024-04\" stands in line 2 already"),
        ("came,2024-04,\"5,,", "line 2: a quote is not closed"),
        ("came,2024-04,5", "line 2: expected 5 fields as in the heading"),
        ("came,2024-04,1,620,,", "thousands must be in quotes"),
        ("cane,2024-04,5,,", "did you mean \"came\"?"),
        ("came,2024-09/2024-04,5,,", "ends before it starts"),
    ] {
        let said = faults(&format!("{head}{row}\n")).unwrap_err().join("\n");
        assert!(said.contains(part), "{row}: {said}");
    }
    for (head, part) in [
        ("measure,period,value,eror", "the column \"eror\" is not known; did you mean \"error\"?"),
        ("measure,period,value,value", "the column \"value\" stands there twice"),
        ("measure;period;value", "parted by semicolons"),
        ("measure\tperiod\tvalue", "parted by tabs"),
        ("measure,period", "there is no value"),
    ] {
        let said = faults(&format!("{head}\ncame,2024-04,5,1\n")).unwrap_err().join("\n");
        assert!(said.contains(part), "{head}: {said}");
    }
    // all that is wrong with a line is said at once
    assert_eq!(faults(&format!("{head}cane,lately,many,-1,x\n")).unwrap_err().len(), 5);
}

#[test]
fn many_faults_are_counted_and_only_what_is_there_is_fitted() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("m.toml"), MODEL).unwrap();
    let rows: String = (0..33).map(|k| format!("came,lately{k},5\n")).collect();
    std::fs::write(dir.path().join("t.csv"), format!("measure,period,value\n{rows}")).unwrap();
    let wrong = caseflow(dir.path(), &with(&["fit"]));
    assert!(said(&wrong).contains("line 21:") && !said(&wrong).contains("line 22:"), "{}", said(&wrong));
    assert!(said(&wrong).contains("and 13 errors more"), "{}", said(&wrong));
    std::fs::write(dir.path().join("t.csv"), TARGETS).unwrap();
    let wrong = caseflow(dir.path(), &with(&["fit", "--only", "stage.s"]));
    assert!(said(&wrong).contains("no number's path begins so; did you mean stages.s?"), "{}", said(&wrong));
    let wrong = caseflow(dir.path(), &with(&["fit", "--only", "pools.p"]));
    assert!(said(&wrong).contains("has a range"), "{}", said(&wrong));
}

/// Two streams whose logarithms hang together with 0.8 in the draws, and a figure about one of them only.
const PAIR: &str = r#"
[model]
title = "Two streams"
starts = 2024-04-01
runs = "1 year"
[arrivals.a]
to = "s"
rate = { value = "10 per day", low = "5 per day", high = "20 per day", grade = "assumed" }
[arrivals.b]
to = "t"
rate = { value = "20 per day", low = "10 per day", high = "40 per day", grade = "assumed" }
[stages.s]
stay = "5 days"
to = "out"
[stages.t]
stay = "5 days"
to = "out"
[measures.a]
count = { starts = "s" }
[measures.b]
count = { starts = "t" }
"#;

/// Quantiles of a normal law at evenly spread places, whose order is mixed differently for each of two numbers.
fn pair_draws() -> String {
    let z = |k: usize, step: usize| {
        let place = ((k * step) % 200) as f64 + 0.5;
        caseflow::stats::special::normal_quantile(place / 200.0)
    };
    let mut out = String::from("draw,arrivals.a.rate,arrivals.b.rate\n");
    for k in 0..200 {
        let (one, other) = (z(k, 1), z(k, 77));
        let a = 10.0 * (0.2 * one).exp();
        let b = 20.0 * (0.2 * (0.8 * one + 0.6 * other)).exp();
        out += &format!("{},\"\"\"{a} per day\"\"\",\"\"\"{b} per day\"\"\"\n", k + 1);
    }
    out
}

/// A figure one standard deviation up for a: by regression, b goes up 0.8 of its own. By hand: the figure's variance on the log
/// scale is 1/4458 (chance), the prior's 0.04, so a is moved by 0.994 of the way; b's median becomes 20 exp(0.2 × 0.8 × 0.994) =
/// 23.4, with a spread of 0.6 × 0.2. Without the draws b stays where it was.
#[test]
fn draws_beside_the_model_are_what_is_known_before() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("m.toml"), PAIR).unwrap();
    std::fs::write(dir.path().join("m.draws.csv"), pair_draws()).unwrap();
    let figure = 3_650.0 * 0.2f64.exp();
    std::fs::write(dir.path().join("t.csv"), format!("measure,period,value\na,2024-04/2025-03,{figure}\n"))
        .unwrap();
    let fitted = |folder: &str, more: &[&str]| -> serde_json::Value {
        let all: Vec<&str> = [folder, "--discrepancy", "0"].iter().chain(more).copied().collect();
        let done = caseflow(dir.path(), &with(&all));
        assert_eq!(done.status.code(), Some(0), "{}", said(&done));
        let widest =
            String::from_utf8_lossy(&done.stdout).lines().map(|l| l.chars().count()).max().unwrap_or(0);
        assert!(widest <= 100, "{widest}: {}", said(&done));
        serde_json::from_slice(&std::fs::read(dir.path().join(folder).join("calibration.json")).unwrap())
            .unwrap()
    };
    let b = |json: &serde_json::Value| -> (f64, f64, f64) {
        let n = json["numbers"].as_array().unwrap();
        let b = n.iter().find(|n| n["path"] == "arrivals.b.rate").unwrap();
        let at = |k: usize| b["posterior"][k].as_f64().unwrap();
        (at(1), (at(2) / at(0)).ln() / 2.563, b["contraction"].as_f64().unwrap())
    };
    let json = fitted("draws", &["--method", "exact"]);
    assert_eq!(json["prior"]["from"], "draws");
    let (middle, spread, contraction) = b(&json);
    // four standard errors of a median of 200 draws: 1.25 × 0.12 / 14.1 = 1.06 % each
    assert!((middle / 23.45).ln().abs() < 0.043, "{middle}");
    assert!((spread / 0.12 - 1.0).abs() < 0.25, "{spread}");
    assert!((contraction - 0.64).abs() < 0.12, "{contraction}");
    let (simulated, ..) = b(&fitted("simulated", &["--method", "simulate"]));
    assert!((simulated / 23.45).ln().abs() < 0.06, "{simulated}");
    let json = fitted("ranges", &["--method", "exact", "--prior", "ranges"]);
    assert_eq!(json["prior"]["from"], "ranges");
    assert!(
        json["numbers"]
            .as_array()
            .unwrap()
            .iter()
            .any(|n| n["path"] == "arrivals.b.rate" && n["fitted"] == false)
    );

    // the fitted numbers stand in the model file: a run without the draws gives them
    let text = std::fs::read_to_string(dir.path().join("draws/model.toml")).unwrap();
    assert!(text.contains("fitted to t.csv (") && text.contains("; was 10 per day"), "{text}");
    std::fs::remove_file(dir.path().join("draws/model.draws.csv")).unwrap();
    let run = caseflow(dir.path(), &["run", "draws/model.toml", "--replications", "20", "--format", "json"]);
    let run: serde_json::Value =
        serde_json::from_slice(&run.stdout).unwrap_or_else(|_| panic!("{}", said(&run)));
    let rows = run["measures"]["rows"].as_array().unwrap();
    let year = |name: &str| {
        let of = rows.iter().filter(|r| r["measure"] == name);
        of.filter_map(|r| r["mean"].as_f64()).fold(0.0, f64::max)
    };
    // the year's figure; chance of 20 replications: 66 / sqrt(20) = 15, the median's own error 0.3 %
    assert!((year("a") - figure).abs() < 80.0, "{} {figure}", year("a"));
    assert!((year("b") / (23.45 * 365.0)).ln().abs() < 0.05, "{}", year("b"));
}

/// Two figures of one number that cannot both be: said first, allowed for, and not called informed beyond what is known.
#[test]
fn figures_that_contradict_each_other_are_said_first() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("m.toml"), PAIR).unwrap();
    std::fs::write(
        dir.path().join("t.csv"),
        "measure,period,value\na,2024-04/2024-09,1200\na,2024-10/2025-03,2600\nb,2024-04/2024-09,3600\nb,2024-10/2025-03,3600\n",
    )
    .unwrap();
    for method in ["exact", "simulate"] {
        let run = |folder: &str, more: &[&str]| {
            let all: Vec<&str> =
                [folder, "--no-hold-out", "--method", method].iter().chain(more).copied().collect();
            let done = caseflow(dir.path(), &with(&all));
            assert_eq!(done.status.code(), Some(0), "{}", said(&done));
            let text = std::fs::read(dir.path().join(folder).join("calibration.json")).unwrap();
            (said(&done), serde_json::from_slice::<serde_json::Value>(&text).unwrap())
        };
        let (told, json) = run(&format!("wide-{method}"), &[]);
        assert!(
            told.replace('\n', " ").starts_with("Warning: The model cannot meet these figures together."),
            "{told}"
        );
        let m = &json["misfit"];
        let of = |key: &str| m[key].as_f64().unwrap();
        // the gap is 1,400 of 1,900: half of it either way is 37 %
        assert!(of("chance") < 0.001 && of("used") > 0.1 && of("used") < 0.8, "{m}");
        assert!(of("chi2_used") <= of("freedom") * 1.3, "{m}");
        assert_eq!(json["trusted"], true, "{}", json["way"]);
        let (_, narrow) = run(&format!("narrow-{method}"), &["--no-inflate"]);
        assert_eq!(narrow["misfit"]["used"], 0.02);
        let width = |json: &serde_json::Value| {
            let n = &json["numbers"][0]["posterior"];
            n[2].as_f64().unwrap() - n[0].as_f64().unwrap()
        };
        assert!(width(&json) > 2.0 * width(&narrow), "{} {}", width(&json), width(&narrow));
    }
}
