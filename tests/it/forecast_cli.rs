//! `caseflow forecast` from file to folder.

use serde_json::Value;
use std::fmt::Write;
use std::path::Path;
use std::process::{Command, Output};

fn caseflow(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_caseflow")).args(args).current_dir(folder).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Counts with a season, without chance but for a remainder.
fn counts(months: usize, names: &[&str]) -> String {
    let mut out = format!("month,{}\n", names.join(","));
    for t in 0..months {
        let _ = write!(out, "{}-{:02}", 2019 + t / 12, t % 12 + 1);
        for (i, _) in names.iter().enumerate() {
            let august = if t % 12 == 7 { 30 } else { 0 };
            let _ = write!(out, ",{}", 100 + 40 * i + (t * 17 + i * 5) % 23 - august);
        }
        out.push('\n');
    }
    out
}

fn folder(csv: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("contacts.csv"), csv).unwrap();
    folder
}

#[test]
fn a_folder_and_its_rules() {
    let folder = folder(&counts(72, &["n"]));
    let at = folder.path();
    let first = caseflow(at, &["forecast", "contacts.csv", "--paths", "50", "--write-paths"]);
    assert_eq!(first.status.code(), Some(0), "{}", text(&first.stderr));
    let said = text(&first.stdout);
    assert!(said.contains("Over the next 12 months") && said.contains("80% from"), "{said}");
    let out = at.join("caseflow-forecast");
    let read = |name: &str| std::fs::read_to_string(out.join(name)).unwrap();
    assert_eq!(read("forecast.csv").lines().count(), 25);
    assert!(read("forecast.csv").lines().nth(1).unwrap().contains("2025-01"));
    assert_eq!(read("paths.csv").lines().count(), 1 + 50 * 24);
    assert_eq!(read("parts.csv").lines().count(), 1 + 72 + 24);
    assert!(read("backtest.csv").contains("same as last year"));
    let page = read("index.html");
    for words in ["Read this first", "Covid-19", "What each part adds", "MASE", "arrivals.toml"] {
        assert!(page.contains(words), "{words}");
    }
    let manifest: Value = serde_json::from_str(&read("run.json")).unwrap();
    assert_eq!(manifest["kind"], "forecast");
    assert_eq!(manifest["options"]["horizon"], 24);
    for end in ["svg", "png", "csv"] {
        assert!(out.join(format!("charts/forecast-1-contacts.{end}")).is_file());
    }
    // never over an earlier one without --force, never over what is not caseflow's
    let again = caseflow(at, &["forecast", "contacts.csv"]);
    assert_eq!(again.status.code(), Some(2));
    assert!(text(&again.stderr).contains("--force"));
    let forced = caseflow(at, &["forecast", "contacts.csv", "--force", "--quiet", "--horizon", "3"]);
    assert_eq!(forced.status.code(), Some(0));
    assert_eq!(read("forecast.csv").lines().count(), 4);
    assert!(text(&forced.stdout).starts_with("Open "));
    assert!(!out.join("paths.csv").exists());
    std::fs::create_dir(at.join("mine")).unwrap();
    std::fs::write(at.join("mine/diary.txt"), "x").unwrap();
    let mine = caseflow(at, &["forecast", "contacts.csv", "--out", "mine", "--force"]);
    assert_eq!(mine.status.code(), Some(2));
    assert_eq!(std::fs::read_dir(at.join("mine")).unwrap().count(), 1);
}

#[test]
fn json_holds_everything_and_writes_nothing() {
    let folder = folder(&counts(72, &["n"]));
    let at = folder.path();
    let args = ["forecast", "contacts.csv", "--format", "json", "--horizon", "6", "--seed", "4"];
    let found = caseflow(at, &args);
    assert_eq!(found.status.code(), Some(0));
    let json: Value = serde_json::from_slice(&found.stdout).unwrap();
    let one = &json["series"][0];
    assert_eq!(one["steps"].as_array().unwrap().len(), 6);
    assert_eq!(one["steps"][0]["month"], "2025-01");
    assert!(one["reason"].as_str().unwrap().len() > 20);
    assert_eq!(json["other_covid_treatment"]["covid"], "ignored");
    assert_eq!(std::fs::read_dir(at).unwrap().count(), 1);
    let again: Value = serde_json::from_slice(&caseflow(at, &args).stdout).unwrap();
    assert_eq!(json["series"], again["series"]);
}

#[test]
fn every_problem_of_a_file_at_once() {
    let folder = folder("month,contacts\n2024-01,12\n02/03/2024,13\n2024-03,-4\n2024-01,9\n");
    let at = folder.path();
    let found = caseflow(at, &["forecast", "contacts.csv"]);
    assert_eq!(found.status.code(), Some(1));
    let said = text(&found.stderr);
    for words in [
        "contacts.csv:3:1",
        "could be day/month or month/day",
        "contacts.csv:4:9",
        "\"-4\" is negative",
        "column 2 (B)",
        "January 2024 is there twice; first on line 2",
        "help: ",
    ] {
        assert!(said.contains(words), "{words} is not in\n{said}");
    }
    assert!(!at.join("caseflow-forecast").exists());
    let json = caseflow(at, &["forecast", "contacts.csv", "--format", "json"]);
    assert_eq!(json.status.code(), Some(1));
    let list: Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(list[0]["line"], 3);
    assert_eq!(list[1]["column"], 2);
}

#[test]
fn too_short_missing_and_impossible() {
    let folder = folder(&counts(4, &["n"]));
    let at = folder.path();
    let short = caseflow(at, &["forecast", "contacts.csv"]);
    assert_eq!(short.status.code(), Some(1));
    assert!(text(&short.stderr).contains("at least six"), "{}", text(&short.stderr));
    assert_eq!(std::fs::read_dir(at).unwrap().count(), 1, "nothing is left behind");
    for args in [
        &["forecast", "nowhere.csv"][..],
        &["forecast", "."],
        &["forecast", "contacts.csv", "--horizon", "0"],
        &["forecast", "contacts.csv", "--total"],
        &["forecast", "contacts.csv", "--band", "0-4"],
        &["forecast", "contacts.csv", "--into", "arrivals.a b"],
    ] {
        assert_eq!(caseflow(at, args).status.code(), Some(2), "{args:?}");
    }
}

#[test]
fn parts_add_up_to_the_total_and_go_into_a_model() {
    let folder = folder(&counts(72, &["police", "school"]));
    let at = folder.path();
    let args = ["forecast", "contacts.csv", "--total", "--horizon", "12", "--paths", "40", "--out", "f"];
    let found = caseflow(at, &args);
    assert_eq!(found.status.code(), Some(0), "{}", text(&found.stderr));
    let json: Value = serde_json::from_slice(&std::fs::read(at.join("f/forecast.json")).unwrap()).unwrap();
    let value = |i: usize, h: usize| json["series"][i]["steps"][h]["forecast"].as_f64().unwrap();
    for h in 0..12 {
        assert!((value(0, h) - value(1, h) - value(2, h)).abs() < 1e-6);
    }
    let model = "[model]\ntitle = \"M\"\nstarts = 2024-04-01\nruns = \"3 years\"\nreplications = 3\n[arrivals.contacts]\nto = \"s\"\nrate = \"9 per day\"\nmonths = { august = 0.5 }\n[stages.s]\nstay = \"1 day\"\nto = \"out\"\n";
    std::fs::write(at.join("m.toml"), model).unwrap();
    let run = caseflow(at, &["run", "m.toml", "--scenario", "f/arrivals.toml", "--format", "json"]);
    assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
    assert!(serde_json::from_slice::<Value>(&run.stdout).is_ok());
    // one series of several has no place in a model without their total
    let many = caseflow(at, &["forecast", "contacts.csv", "--into", "arrivals.contacts", "--out", "g"]);
    assert_eq!(many.status.code(), Some(2));
    assert!(text(&many.stderr).contains("--total"));
}

#[test]
fn a_population_is_followed() {
    let folder = folder(&counts(72, &["n"]));
    let at = folder.path();
    let mut people = String::from("area,year,age,population\n");
    for year in 2018..2028 {
        for age in 0..2 {
            let grown = if year < 2026 { 1000 } else { 2000 };
            let _ = writeln!(people, "Here,{year},{age},{grown}\nThere,{year},{age},7");
        }
    }
    std::fs::write(at.join("people.csv"), people).unwrap();
    let json = |args: &[&str]| -> f64 {
        let all = [&["forecast", "contacts.csv", "--format", "json", "--horizon", "12"][..], args].concat();
        let found = caseflow(at, &all);
        assert_eq!(found.status.code(), Some(0), "{}", text(&found.stderr));
        let json: Value = serde_json::from_slice(&found.stdout).unwrap();
        json["series"][0]["steps"][11]["forecast"].as_f64().unwrap()
    };
    let with = json(&["--population", "people.csv", "--band", "0-1", "--keep", "area=Here"]);
    // December 2025 lies 5.5 of 12 months between the middles of 2025 and 2026, over which the population doubles
    let ratio = with / json(&[]);
    assert!((ratio - (1.0 + 5.5 / 12.0)).abs() < 0.01, "{ratio}");
    let twice = caseflow(at, &["forecast", "contacts.csv", "--population", "people.csv", "--band", "0-1"]);
    assert_eq!(twice.status.code(), Some(1));
    assert!(text(&twice.stderr).contains("people.csv"));
}

/// A changed definition, told and named: the forecast is the same as of the series that always had it.
#[test]
fn a_changed_definition_is_named() {
    let mut csv = String::from("month,n\n");
    for t in 0..72 {
        let n = 100 + (t * 17) % 23;
        let _ = writeln!(csv, "{}-{:02},{}", 2019 + t / 12, t % 12 + 1, if t < 48 { n } else { 3 * n });
    }
    let folder = folder(&csv);
    let at = folder.path();
    let json = |args: &[&str]| -> Value {
        let all =
            [&["forecast", "contacts.csv", "--format", "json", "--covid", "ignored"][..], args].concat();
        let found = caseflow(at, &all);
        assert_eq!(found.status.code(), Some(0), "{}", text(&found.stderr));
        serde_json::from_slice(&found.stdout).unwrap()
    };
    let findings = |v: &Value| v["series"][0]["findings"].to_string();
    let unnamed = json(&[]);
    assert!(findings(&unnamed).contains("--shock level=2023-01"), "{}", findings(&unnamed));
    let named = json(&["--shock", "level=2023-01:New front door"]);
    assert!(findings(&named).contains("New front door: earlier months moved to the new level"));
    assert!(!findings(&named).contains("seems to have changed"));
    let kinds: Vec<&Value> = named["manifest"]["options"]["shocks"].as_array().unwrap().iter().collect();
    assert_eq!(kinds.last().unwrap()["treatment"], "level_shift");
    let mean = |v: &Value| {
        let steps = v["series"][0]["steps"].as_array().unwrap();
        steps.iter().map(|s| s["forecast"].as_f64().unwrap()).sum::<f64>() / steps.len() as f64
    };
    assert!((mean(&named) / 333.0 - 1.0).abs() < 0.1, "{}", mean(&named));
    for (bad, said) in [
        ("level", "expected dip="),
        ("rise=2023-01", "expected dip="),
        ("level=2023-13", "not a month"),
        ("level=2023-01..2023-03", "changes in one month"),
        ("dip=2023-03..2023-01", "comes before"),
    ] {
        let found = caseflow(at, &["forecast", "contacts.csv", "--shock", bad]);
        assert_eq!(found.status.code(), Some(2), "{bad}");
        assert!(text(&found.stderr).contains(said), "{bad}: {}", text(&found.stderr));
    }
}

/// A named dip is set aside, and a huge month that is right can be kept.
#[test]
fn a_dip_and_a_huge_month_can_be_named() {
    let mut csv = String::from("month,n\n");
    for t in 0..60 {
        let n = match t {
            30 => 4_000,
            40 | 41 => 2,
            _ => 100 + (t * 17) % 23,
        };
        let _ = writeln!(csv, "{}-{:02},{n}", 2015 + t / 12, t % 12 + 1);
    }
    let folder = folder(&csv);
    let findings = |args: &[&str]| {
        let all = [&["forecast", "contacts.csv", "--format", "json"][..], args].concat();
        let found = caseflow(folder.path(), &all);
        assert_eq!(found.status.code(), Some(0), "{}", text(&found.stderr));
        let json: Value = serde_json::from_slice(&found.stdout).unwrap();
        json["series"][0]["findings"].to_string()
    };
    assert!(findings(&[]).contains("July 2017 is far outside its neighbours"));
    assert!(!findings(&["--shock", "ignored=2017-07"]).contains("far outside"));
    let named = findings(&["--shock", "dip=2018-05..2018-06:Outage"]);
    assert!(named.contains("2 month(s) of Outage set aside"), "{named}");
}

/// Each series into a stream of its own, on which scenarios act one by one: a school that refers more.
#[test]
fn sources_go_into_streams_of_their_own() {
    let mut csv = String::from("month,source,n\n");
    for t in 0..60 {
        for (i, source) in ["Police", "Schools & nurseries"].iter().enumerate() {
            let _ = writeln!(
                csv,
                "{}-{:02},{source},{}",
                2019 + t / 12,
                t % 12 + 1,
                50 + 40 * i + (t * 17 + i) % 23
            );
        }
    }
    let folder = folder(&csv);
    let at = folder.path();
    let args =
        ["forecast", "contacts.csv", "--total", "--each", "--paths", "6", "--horizon", "12", "--out", "f"];
    let found = caseflow(at, &args);
    assert_eq!(found.status.code(), Some(0), "{}", text(&found.stderr));
    let scenario = std::fs::read_to_string(at.join("f/arrivals.toml")).unwrap();
    assert!(scenario.contains("[change.\"arrivals.police.forecast\"]"));
    assert!(scenario.contains("[change.\"arrivals.schools-nurseries.forecast\"]"));
    let model = "[model]\ntitle = \"M\"\nstarts = 2024-01-01\nruns = \"12 months\"\nreplications = 6\n\
        [arrivals.police]\nto = \"s\"\nrate = \"1 per day\"\n\
        [arrivals.schools-nurseries]\nto = \"s\"\nrate = \"1 per day\"\n\
        [stages.s]\nstay = \"1 day\"\nto = \"out\"\n";
    std::fs::write(at.join("m.toml"), model).unwrap();
    let more = "title = \"More\"\n[change]\n\"arrivals.schools-nurseries.forecast.times\" = { times = 1.5, from = 2024-07-01 }\n";
    std::fs::write(at.join("more.toml"), more).unwrap();
    let mut args = vec!["run", "m.toml", "--scenario", "f/arrivals.toml", "--format", "json"];
    let run = caseflow(at, &args);
    assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
    args.extend(["--scenario", "more.toml"]);
    let run = caseflow(at, &args);
    assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
}

/// When nothing beat naive, the page, the table and the terminal say so.
#[test]
fn the_page_says_that_naive_is_used() {
    // the same numbers every year: nothing can beat last year's
    let mut csv = String::from("month,n\n");
    for t in 0..72 {
        let _ = writeln!(csv, "{}-{:02},{}", 2019 + t / 12, t % 12 + 1, 100 + (t % 12) * 17 % 23);
    }
    let folder = folder(&csv);
    let at = folder.path();
    let found = caseflow(at, &["forecast", "contacts.csv", "--paths", "20"]);
    let said = text(&found.stdout);
    assert!(
        said.contains("No method did better than repeating last year, so that is what this is."),
        "{said}"
    );
    assert!(said.contains("Method: same as last year. No method beat \"same as last year\""), "{said}");
    let page = std::fs::read_to_string(at.join("caseflow-forecast/index.html")).unwrap();
    assert!(page.contains("no method did better than repeating the past"));
    assert!(page.contains("No method did better than repeating last year"));
}

/// A model may name the file of counts itself: the same forecast as by the command, made when the model is
/// read, with scenarios acting on it; what is wrong with the file is told in the model.
#[test]
fn a_model_names_a_file_of_counts() {
    let folder = folder(&counts(72, &["Police", "Schools"]));
    let at = folder.path();
    let model = |forecast: &str| {
        format!(
            "[model]\ntitle = \"M\"\nstarts = 2025-01-01\nruns = \"12 months\"\nreplications = 4\nperiods = \"months\"\n\
             [arrivals.schools]\nto = \"s\"\n[arrivals.schools.forecast]\n{forecast}\n\
             [stages.s]\nstay = \"1 day\"\nto = \"out\"\n"
        )
    };
    let write = |text: &str| std::fs::write(at.join("m.toml"), text).unwrap();
    write(&model("series = \"contacts.csv\"\nname = \"Schools\"\nhorizon = 12"));
    let rows = |args: &[&str]| -> String {
        let found =
            caseflow(at, &[&["run", "m.toml", "--quiet", "--force", "--out", "r"][..], args].concat());
        assert_eq!(found.status.code(), Some(0), "{}", text(&found.stderr));
        let mut names: Vec<_> =
            std::fs::read_dir(at.join("r")).unwrap().flatten().map(|f| f.path()).collect();
        // all numbers; the register of assumptions names the file
        names.retain(|p| p.extension().is_some_and(|e| e == "csv") && !p.ends_with("assumptions.csv"));
        names.sort();
        names.iter().map(|p| std::fs::read_to_string(p).unwrap()).collect()
    };
    let named = rows(&[]);
    // the same by hand: forecast the one series, and put the paths into a model with a rate
    let mut one = String::from("month,Schools\n");
    for line in counts(72, &["Police", "Schools"]).lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let _ = writeln!(one, "{},{}", cells[0], cells[2]);
    }
    std::fs::write(at.join("one.csv"), one).unwrap();
    let args =
        ["forecast", "one.csv", "--horizon", "12", "--into", "arrivals.schools", "--out", "f", "--quiet"];
    assert_eq!(caseflow(at, &args).status.code(), Some(0));
    write(&model("x = 1").replace("[arrivals.schools.forecast]\nx = 1", "rate = \"1 per day\""));
    assert!(named == rows(&["--scenario", "f/arrivals.toml"]), "the same numbers");
    assert!(named.contains("arrived"));
    // a scenario acts on it
    write(&model("series = \"contacts.csv\"\nname = \"Schools\"\nhorizon = 12"));
    std::fs::write(
        at.join("more.toml"),
        "title = \"More\"\n[change]\n\"arrivals.schools.forecast.times\" = 2\n",
    )
    .unwrap();
    assert!(named != rows(&["--scenario", "more.toml"]));
    for (bad, said) in [
        ("series = \"nowhere.csv\"", "nowhere.csv"),
        ("series = \"contacts.csv\"", "several series: say which with `name`: \"Police\", \"Schools\""),
        ("series = \"contacts.csv\"\nname = \"Health\"", "no series \"Health\", but \"Police\""),
        (
            "series = \"contacts.csv\"\nname = \"Police\"\nhorizon = 3.5",
            "whole number of months from 1 to 120",
        ),
        (
            "series = \"contacts.csv\"\nname = \"Police\"\ncovid = \"gone\"",
            "\"dip\" or \"level\" or \"ignored\"",
        ),
        ("series = \"contacts.csv\"\npaths = [[1]]", "cannot stand beside `series`"),
        (
            "series = \"contacts.csv\"\nname = \"Police\"\nhorizon = 3",
            "ends with 2025-03, before the run ends",
        ),
    ] {
        write(&model(bad));
        let found = caseflow(at, &["check", "m.toml"]);
        assert_eq!(found.status.code(), Some(1), "{bad}");
        assert!(text(&found.stderr).contains(said), "{bad}: {}", text(&found.stderr));
    }
    std::fs::write(at.join("contacts.csv"), "month,n\n2024-01,5\n2024-01,6\n").unwrap();
    write(&model("series = \"contacts.csv\""));
    let found = text(&caseflow(at, &["check", "m.toml"]).stderr);
    assert!(found.contains("contacts.csv: line 3: ") && found.contains("there twice"), "{found}");
}
