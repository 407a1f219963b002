//! The commands as their user meets them: exit codes, folders, bad files, interruption.

#![cfg(feature = "cli")]

use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output};

const MODEL: &str = "[model]\ntitle = \"Queue\"\nruns = \"200 days\"\nreplications = 4\n\
    [arrivals.in]\nto = \"work\"\nrate = \"3 per day\"\n\
    [stages.work]\nstay = { exponential = { mean = \"1 day\" } }\npool = \"team\"\nto = \"out\"\n\
    [pools.team]\nplaces = 4\n";

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("queue.toml"), MODEL).unwrap();
    folder
}

fn caseflow(at: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_caseflow")).args(args).current_dir(at).output().unwrap()
}

fn code(out: &Output) -> i32 {
    out.status.code().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn names(at: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        std::fs::read_dir(at).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_run_leaves_a_whole_folder_and_never_replaces_one_silently() {
    let folder = folder();
    let at = folder.path();
    let first = caseflow(at, &["run", "queue.toml", "--out", "results"]);
    assert_eq!(code(&first), 0, "{}", text(&first.stderr));
    for name in ["index.html", "run.json", "model.toml"] {
        assert!(at.join("results").join(name).is_file(), "{name}");
    }
    let before = std::fs::read(at.join("results/run.json")).unwrap();

    let again = caseflow(at, &["run", "queue.toml", "--out", "results"]);
    assert_eq!(code(&again), 2);
    assert!(text(&again.stderr).contains("holds an earlier run"), "{}", text(&again.stderr));
    assert_eq!(std::fs::read(at.join("results/run.json")).unwrap(), before);

    let forced = caseflow(at, &["run", "queue.toml", "--out", "results", "--force", "--seed", "9"]);
    assert_eq!(code(&forced), 0, "{}", text(&forced.stderr));
    let manifest: Value =
        serde_json::from_slice(&std::fs::read(at.join("results/run.json")).unwrap()).unwrap();
    assert_eq!(manifest["seed"], 9);
    // nothing half done is left beside it
    assert_eq!(names(at), ["queue.toml", "results"]);
}

#[test]
fn a_folder_that_is_not_ours_is_left_alone_even_by_force() {
    let folder = folder();
    let at = folder.path();
    std::fs::create_dir(at.join("photos")).unwrap();
    std::fs::write(at.join("photos/one.jpg"), "x").unwrap();
    for args in
        [&["run", "queue.toml", "--out", "photos"][..], &["run", "queue.toml", "--out", "photos", "--force"]]
    {
        let out = caseflow(at, args);
        assert_eq!(code(&out), 2);
        assert!(text(&out.stderr).contains("left alone"), "{}", text(&out.stderr));
    }
    let out = caseflow(at, &["run", "queue.toml", "--out", "queue.toml", "--force"]);
    assert_eq!(code(&out), 2);
    assert_eq!(std::fs::read_to_string(at.join("queue.toml")).unwrap(), MODEL);
    assert_eq!(names(&at.join("photos")), ["one.jpg"]);
}

#[test]
fn every_mistake_is_told_and_nothing_is_written() {
    let folder = folder();
    let at = folder.path();
    let bad = MODEL.replace("3 per day", "-3 per day").replace("places = 4", "places = \"four\"\ncolour = 1");
    std::fs::write(at.join("bad.toml"), bad).unwrap();
    for command in ["run", "check"] {
        let out = caseflow(at, &[command, "bad.toml"]);
        assert_eq!(code(&out), 1);
        let said = text(&out.stderr) + &text(&out.stdout);
        for part in ["bad.toml:7:8", "bad.toml:13:10", "bad.toml:14:1", "colour"] {
            assert!(said.contains(part), "{command}: {part} not in {said}");
        }
        assert!(!said.contains("panicked"), "{said}");
    }
    assert_eq!(names(at), ["bad.toml", "queue.toml"]);
    // of several files, the good one is said to be good
    let both = caseflow(at, &["check", "queue.toml", "bad.toml"]);
    assert_eq!(code(&both), 1);
    assert_eq!(code(&caseflow(at, &["check", "queue.toml"])), 0);
}

#[test]
fn what_is_no_model_file_is_refused_at_once() {
    let folder = folder();
    let at = folder.path();
    std::fs::create_dir(at.join("folder.toml")).unwrap();
    std::fs::write(at.join("binary.toml"), [0u8, 159, 146, 150, 255]).unwrap();
    std::fs::write(at.join("empty.toml"), "").unwrap();
    let mut bad = vec![
        ("folder.toml", "it is a folder"),
        ("none.toml", "cannot read"),
        ("binary.toml", "UTF-8"),
        ("empty.toml", ""),
    ];
    if cfg!(unix) {
        assert!(Command::new("mkfifo").arg(at.join("pipe.toml")).status().unwrap().success());
        bad.extend([("pipe.toml", "a device or a pipe"), ("/dev/zero", "a device or a pipe")]);
    }
    for (name, says) in bad {
        let out = caseflow(at, &["run", name, "--out", "results"]);
        assert!([1, 2].contains(&code(&out)), "{name}: {}", code(&out));
        let said = text(&out.stderr);
        assert!(said.contains(says) && !said.contains("panicked"), "{name}: {said}");
    }
    assert!(!at.join("results").exists());
}

#[test]
fn one_replication_alone_and_any_number_of_threads_give_the_same_bits() {
    let folder = folder();
    let at = folder.path();
    let json = |args: &[&str]| -> Value {
        let all = [&["run", "queue.toml", "--format", "json"][..], args].concat();
        let out = caseflow(at, &all);
        assert_eq!(code(&out), 0, "{}", text(&out.stderr));
        serde_json::from_slice(&out.stdout).unwrap()
    };
    let digest = |v: &Value| v["manifest"]["digest"].as_str().unwrap().to_string();
    let (one, two) = (json(&["--threads", "1"]), json(&["--threads", "2"]));
    assert_eq!(digest(&one), digest(&two));
    assert_eq!(names(at), ["queue.toml"], "with json and no --out nothing is written");

    let rows = |out: &str, args: &[&str]| -> String {
        let all = [&["run", "queue.toml", "--out", out][..], args].concat();
        assert_eq!(code(&caseflow(at, &all)), 0);
        std::fs::read_to_string(at.join(out).join("replications.csv")).unwrap()
    };
    let all = rows("all", &[]);
    let third = rows("third", &["--replication", "3"]);
    let of_third = |text: &str| -> Vec<String> {
        let mut lines = text.lines();
        let head: Vec<&str> = lines.next().unwrap().split(',').collect();
        let at = head.iter().position(|h| *h == "replication").unwrap();
        lines.filter(|l| l.split(',').nth(at) == Some("3")).map(str::to_string).collect()
    };
    assert!(!of_third(&all).is_empty());
    assert_eq!(of_third(&all), of_third(&third));
}

/// Stopped by the user: what is done is kept, marked as partial, and the exit code says so.
#[cfg(unix)]
#[test]
fn an_interrupted_run_leaves_what_it_has() {
    let folder = folder();
    let at = folder.path();
    let long = MODEL.replace("200 days", "4000 days");
    std::fs::write(at.join("long.toml"), long).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_caseflow"))
        .args(["run", "long.toml", "--replications", "100000", "--out", "results", "--quiet"])
        .current_dir(at)
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    std::thread::sleep(std::time::Duration::from_secs(2));
    let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(kill.success() && child.try_wait().unwrap().is_none(), "it ended before it was stopped");
    let out = child.wait_with_output().unwrap();
    assert_eq!(code(&out), 130, "{}", text(&out.stderr));
    assert!(text(&out.stderr).contains("the results rest on those"), "{}", text(&out.stderr));
    let manifest: Value =
        serde_json::from_slice(&std::fs::read(at.join("results/run.json")).unwrap()).unwrap();
    assert_eq!(manifest["stopped"], true);
    let done = manifest["replications"].as_u64().unwrap();
    assert!(done > 0 && done < 100_000, "{done}");
    assert!(at.join("results/index.html").is_file());
}

#[test]
fn help_schema_and_completions_are_there() {
    let folder = folder();
    let at = folder.path();
    for command in ["run", "compare", "forecast", "check", "assumptions", "schema", "completions"] {
        let out = caseflow(at, &[command, "--help"]);
        assert_eq!(code(&out), 0);
        assert!(text(&out.stdout).len() > 150, "{command}");
    }
    let schema: Value = serde_json::from_slice(&caseflow(at, &["schema"]).stdout).unwrap();
    assert!(schema["properties"]["stages"].is_object(), "{schema}");
    assert!(text(&caseflow(at, &["completions", "bash"]).stdout).contains("caseflow"));
    let typo = caseflow(at, &["rum"]);
    assert_eq!(code(&typo), 2);
    assert!(text(&typo.stderr).contains("run"), "{}", text(&typo.stderr));
}
