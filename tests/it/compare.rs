//! Comparisons: pairing, causes, what is kept between runs, and hostile names.

use caseflow::base::diag::SourceMap;
use caseflow::engine::Network;
use caseflow::experiment::compare::{
    Block, Causes, Keep, KeepError, Kept, Nothing, Numbers, Sheet, Span, collect, difference,
};
use caseflow::experiment::estimate::Summariser;
use caseflow::experiment::run::{Plan, Unwatched};
use caseflow::model::{Part, Strength, load, load_parts, scenario_head};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const MODEL: &str = r#"
[model]
title = "A small service"
starts = 2024-04-01
runs = "2 years"
warm_up = "1 year"
replications = 20
[arrivals.contacts]
to = "assessment"
rate = "40 per month"
[stages.assessment]
stay = { exponential = { mean = "30 days" } }
to = { support = 0.5, closed = "rest" }
[stages.support]
stay = { gamma = { mean = "50 days", sd = "30 days" } }
pool = "workers"
to = "closed"
[exits.closed.returns]
to = "assessment"
within = { "12 months" = 0.2 }
[pools.workers]
places = 36
[measures.support]
title = "Children in support"
count = { children = "support" }
chart = true
better = "lower"
target = { at_most = 34 }
[measures.closed]
title = "Assessments that end without support"
count = { moves = { from = "assessment", to = "closed" } }
of = { ends = "assessment" }
chart = true
better = "lower"
target = { at_most = 51 }
"#;

const SCENARIO: &str = r#"
title = "Fewer come, fewer return, and it is quicker"
question = "How many fewer would be in support?"
main = "support"
[change]
"arrivals.contacts.rate" = { times = 0.9, low = 0.8, high = 1.0, grade = "assumed", note = "a guess" }
"exits.closed.returns.within.12 months" = { times = 0.5 }
"stages.support.stay.gamma.mean" = "40 days"
"#;

fn rows(scenario: Option<(&str, Option<&[&str]>)>, replications: u64) -> Sheet {
    let mut sources = SourceMap::default();
    let model = sources.add("model.toml", MODEL);
    let parts: Vec<Part> = scenario
        .map(|(text, only)| Part {
            file: sources.add("scenario.toml", text),
            only: only.map(|paths| paths.iter().map(|p| p.to_string()).collect()),
            strength: Strength::Written,
        })
        .into_iter()
        .collect();
    let loaded = load_parts(&sources, model, &parts).unwrap();
    let plan = Plan { seed: 3, first: 1, replications };
    collect(&Network::compile(&loaded.model), Numbers::Own, plan, 16, &Unwatched, &mut Nothing).unwrap().sheet
}

/// The parts of a simulated difference add up to it in every replication, every measure and span.
#[test]
fn causes_add_up_to_the_difference() {
    let paths =
        ["arrivals.contacts.rate", "exits.closed.returns.within.12 months", "stages.support.stay.gamma.mean"];
    let causes = Causes::new(3).unwrap();
    let mut sheets = BTreeMap::from([(0, rows(None, 6)), (causes.all(), rows(Some((SCENARIO, None)), 6))]);
    for set in causes.sets() {
        let only: Vec<&str> =
            paths.iter().enumerate().filter(|(c, _)| set >> c & 1 == 1).map(|(_, p)| *p).collect();
        sheets.insert(set, rows(Some((SCENARIO, Some(&only))), 6));
    }
    let columns = sheets[&0].values.ncols();
    let mut moved = 0;
    for r in 0..6 {
        for i in 0..columns {
            let value = |set: u32| Some(sheets[&set].values[(r, i)]);
            let parts = causes.parts(value).unwrap();
            let whole = value(causes.all()).unwrap() - value(0).unwrap();
            assert!((parts.iter().sum::<f64>() - whole).abs() < 1e-9);
            moved += usize::from(parts.iter().all(|p| *p != 0.0));
        }
    }
    assert!(moved > columns, "the causes hardly do anything: {moved}");
}

/// Paired by replication, the difference is that of the means; the pairing takes out most of the
/// variance; fewer arrivals are never more arrivals.
#[test]
fn pairing_is_by_replication() {
    let (base, with) = (rows(None, 20), rows(Some((SCENARIO, None)), 20));
    let span = Span::Year(1);
    let (a, b) = (base.column(0, span).unwrap(), with.column(0, span).unwrap());
    let d = difference(a, b, &mut Summariser::new(0.95));
    let changes: Vec<f64> = a.iter().zip(b).map(|(a, b)| b - a).collect();
    let mean = changes.iter().sum::<f64>() / 20.0;
    let variance = changes.iter().map(|c| (c - mean) * (c - mean)).sum::<f64>() / 19.0;
    // Student's 0.975 quantile with 19 degrees of freedom: 2.0930240544
    let half = 2.093_024_054_4 * (variance / 20.0).sqrt();
    assert!((d.change.point.unwrap() - mean).abs() < 1e-12);
    assert!((d.change.high.unwrap() - mean - half).abs() < 1e-8);
    assert!(mean < 0.0);
    // a difference of 20 children in the same replications must vary less than two runs apart
    assert!(d.reduction.unwrap() > 1.0, "{:?}", d.reduction);
}

/// Keeps blocks in memory.
#[derive(Default)]
struct Memory {
    blocks: BTreeMap<u64, Block>,
    writes: u64,
}

impl Keep for Memory {
    fn read(&mut self, block: u64) -> Option<Block> {
        self.blocks.get(&block).cloned()
    }
    fn write(&mut self, block: u64, kept: &Block) -> Result<(), KeepError> {
        self.writes += 1;
        self.blocks.insert(block, kept.clone());
        Ok(())
    }
    fn clear(&mut self) {
        self.blocks.clear();
    }
}

/// However a run is cut up, and whatever is there from before, the bits are the same.
#[test]
fn kept_replications_change_no_bit() {
    let mut sources = SourceMap::default();
    let model = sources.add("model.toml", MODEL);
    let network = Network::compile(&load(&sources, model, &[]).unwrap().model);
    let plan = |replications| Plan { seed: 3, first: 1, replications };
    let fresh = collect(&network, Numbers::Own, plan(40), 64, &Unwatched, &mut Nothing).unwrap();
    let mut memory = Memory::default();
    let first = collect(&network, Numbers::Own, plan(10), 4, &Unwatched, &mut memory).unwrap();
    assert_eq!((first.reused, first.stopped, memory.blocks.len()), (0, false, 1));
    // a hole in the middle
    let mut middle =
        collect(&network, Numbers::Own, Plan { first: 20, ..plan(5) }, 4, &Unwatched, &mut memory).unwrap();
    assert_eq!(middle.sheet.numbers, vec![20, 21, 22, 23, 24]);
    middle = collect(&network, Numbers::Own, plan(40), 7, &Unwatched, &mut memory).unwrap();
    assert_eq!((middle.reused, middle.stale), (15, false));
    assert_eq!(middle.sheet.digest(), fresh.sheet.digest());
    assert_eq!(middle.sheet.events, fresh.sheet.events);
    let writes = memory.writes;
    let again = collect(&network, Numbers::Own, plan(40), 7, &Unwatched, &mut memory).unwrap();
    assert_eq!((again.reused, memory.writes, again.sheet.digest()), (40, writes, fresh.sheet.digest()));
    // what another build kept is not used, nor mixed in
    if let Some(row) = memory.blocks.get_mut(&0).and_then(|b| b.get_mut(&1)) {
        row.values[0] += 1.0;
    }
    let stale = collect(&network, Numbers::Own, plan(40), 7, &Unwatched, &mut memory).unwrap();
    assert_eq!((stale.reused, stale.stale, stale.sheet.digest()), (0, true, fresh.sheet.digest()));
    // numbers of another shape are not used
    let short = Kept { events: 1, values: vec![1.0] };
    memory.blocks.values_mut().for_each(|b| b.values_mut().for_each(|row| *row = short.clone()));
    let other = collect(&network, Numbers::Own, plan(40), 7, &Unwatched, &mut memory).unwrap();
    assert_eq!((other.reused, other.sheet.digest()), (0, fresh.sheet.digest()));
}

fn caseflow(dir: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_caseflow")).current_dir(dir).args(args).output().unwrap()
}

fn folder() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("model.toml"), MODEL).unwrap();
    fs::write(dir.path().join("a.toml"), SCENARIO).unwrap();
    fs::write(
        dir.path().join("b.toml"),
        "title = \"More places\"\nmain = \"support\"\n[change]\n\"pools.workers.places\" = { times = 1.5 }\n",
    )
    .unwrap();
    dir
}

fn read_json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

fn done(output: &Output) {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Adding a scenario computes only that scenario; the numbers are those of a run that keeps nothing.
#[test]
fn adding_a_scenario_reuses_what_is_there() {
    let dir = folder();
    let at = dir.path();
    done(&caseflow(at, &["compare", "model.toml", "a.toml", "--out", "one", "--store", "kept", "-q"]));
    let one = read_json(&at.join("one/compare.json"));
    // baseline, scenario, six sets of causes and two ends of a range, 20 replications each; the weak
    // end is no change of the rate, which is the set of the two other causes, computed once
    assert_eq!(
        (one["variants"].as_u64(), one["computed"].as_u64(), one["reused"].as_u64()),
        (Some(9), Some(180), Some(0))
    );
    done(&caseflow(
        at,
        &["compare", "model.toml", "a.toml", "b.toml", "--out", "two", "--store", "kept", "-q"],
    ));
    let two = read_json(&at.join("two/compare.json"));
    assert_eq!((two["computed"].as_u64(), two["reused"].as_u64()), (Some(20), Some(180)));
    done(&caseflow(
        at,
        &[
            "compare",
            "model.toml",
            "a.toml",
            "b.toml",
            "--out",
            "fresh",
            "--no-store",
            "-q",
            "--threads",
            "1",
        ],
    ));
    let tables = |name: &str| read_json(&at.join(name).join("results.json"))["tables"].clone();
    assert_eq!(tables("two"), tables("fresh"));
    assert!(!at.join("fresh.store").exists());
    assert_eq!(two["digest"], read_json(&at.join("fresh/compare.json"))["digest"]);
}

/// Draws that hold the model's own numbers change no bit; other draws are shared by both sides, told apart in the results
/// and in the store, and give the same bits on any number of threads.
#[test]
fn draws_of_the_numbers_are_common_to_both_sides() {
    let dir = folder();
    let at = dir.path();
    let run = |out: &str, more: &[&str]| {
        let common = ["compare", "model.toml", "b.toml", "--store", "kept", "-q", "--force", "--out", out];
        done(&caseflow(at, &[&common[..], more].concat()));
        (read_json(&at.join(out).join("compare.json")), read_json(&at.join(out).join("results.json")))
    };
    let (plain, _) = run("plain", &[]);
    assert!(plain["ignorance"].is_null());
    let draws = |rates: [&str; 2]| {
        let rows =
            format!("draw,arrivals.contacts.rate\n1,\"\"\"{}\"\"\"\n2,\"\"\"{}\"\"\"\n", rates[0], rates[1]);
        fs::write(at.join("model.draws.csv"), rows).unwrap();
    };
    draws(["40 per month", "40 per month"]);
    let (same, _) = run("same", &[]);
    assert_eq!((same["digest"].clone(), same["reused"].as_u64()), (plain["digest"].clone(), Some(0)));
    assert_eq!(same["scenarios"][0]["digest"], plain["scenarios"][0]["digest"]);
    // replications 1 and 2 use the first draw, 3 and 4 the second
    draws(["36 per month", "44 per month"]);
    let (two, results) = run("two", &["--threads", "1"]);
    assert_eq!((two["reused"].as_u64(), two["ignorance"]["used"].as_u64()), (Some(0), Some(2)));
    assert_ne!(two["digest"], plain["digest"]);
    let base = &results["scenarios"][0]["difference"]["base"];
    assert!(base["split"]["ignorance_share"].as_f64().unwrap() > 0.0, "{base}");
    assert!(results["scenarios"][0]["ignorance"].as_str().unwrap().contains("not known"));
    let page = fs::read_to_string(at.join("two/index.html")).unwrap();
    assert!(
        page.contains("how unsure we are of the model&#39;s numbers: 2 draws")
            || page.contains("2 draws of 1 numbers")
    );
    let (again, _) = run("again", &["--threads", "4", "--no-causes"]);
    assert_eq!((again["digest"].clone(), again["reused"].as_u64()), (two["digest"].clone(), Some(40)));
    let (none, _) = run("none", &["--ignorance", "none"]);
    assert_eq!((none["digest"].clone(), none["reused"].as_u64()), (plain["digest"].clone(), Some(40)));
    let refused =
        caseflow(at, &["compare", "model.toml", "b.toml", "--ignorance", "ranges", "--out", "r", "-q"]);
    assert!(!refused.status.success());
}

/// Causes and ends are worked out over the first replications, and the results say so; the difference is that of all.
#[test]
fn causes_over_fewer_replications() {
    let dir = folder();
    let at = dir.path();
    let run = |out: &str, more: &[&str]| {
        let common = ["compare", "model.toml", "a.toml", "--no-store", "-q", "--out", out];
        done(&caseflow(at, &[&common[..], more].concat()));
        read_json(&at.join(out).join("compare.json"))
    };
    let (all, few) = (run("all", &[]), run("few", &["--explain", "8"]));
    assert_eq!((all["explained"].as_u64(), few["explained"].as_u64()), (Some(20), Some(8)));
    // two sides of 20; six sets of causes and an end of a range of 8, the other end being one of the sets
    assert_eq!((all["computed"].as_u64(), few["computed"].as_u64()), (Some(180), Some(40 + 7 * 8)));
    assert_eq!(all["scenarios"], few["scenarios"]);
    let results = read_json(&at.join("few/results.json"));
    assert!(results["tables"]["causes"].to_string().contains("first 8 of 20"));
}

/// A damaged, cut or foreign file in the store is computed anew, never believed.
#[test]
fn a_damaged_store_is_not_believed() {
    let dir = folder();
    let at = dir.path();
    let run =
        |out: &str| caseflow(at, &["compare", "model.toml", "b.toml", "--out", out, "--store", "kept", "-q"]);
    done(&run("one"));
    let files: Vec<_> = fs::read_dir(at.join("kept"))
        .unwrap()
        .map(|f| f.unwrap().path())
        .filter(|p| p.is_dir())
        .flat_map(|p| fs::read_dir(p).unwrap().map(|f| f.unwrap().path()))
        .collect();
    // 20 replications are two blocks, of the baseline and of the scenario
    assert_eq!(files.len(), 4);
    let mut bytes = fs::read(&files[0]).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x40;
    fs::write(&files[0], bytes).unwrap();
    let cut = fs::read(&files[1]).unwrap();
    fs::write(&files[1], &cut[..cut.len() - 9]).unwrap();
    fs::copy(&files[2], &files[3]).unwrap();
    let again = run("two");
    done(&again);
    assert!(String::from_utf8_lossy(&again.stderr).contains("3 files"), "{again:?}");
    let tables = |name: &str| read_json(&at.join(name).join("results.json"))["tables"].clone();
    assert_eq!(tables("one"), tables("two"));
    let whole = run("three");
    let said = String::from_utf8_lossy(&whole.stderr);
    assert!(!said.contains("3 files"), "{said}");
}

/// Stopped by Ctrl-C, the same command goes on where it stopped and comes to the same numbers.
#[cfg(unix)]
#[test]
fn a_stopped_run_goes_on() {
    let dir = folder();
    let at = dir.path();
    let args =
        ["compare", "model.toml", "a.toml", "--out", "out", "-q", "--threads", "1", "--replications", "400"];
    let child = Command::new(env!("CARGO_BIN_EXE_caseflow"))
        .current_dir(at)
        .args(args)
        .stderr(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let kept = || -> usize {
        let folders = fs::read_dir(at.join("out.store")).into_iter().flatten().flatten();
        folders.filter_map(|f| fs::read_dir(f.path()).ok()).map(Iterator::count).sum()
    };
    for _ in 0..600 {
        if kept() >= 3 {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let stopped = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&stopped.stderr).into_owned();
    assert_eq!(stopped.status.code(), Some(130), "{said}");
    assert!(said.contains("goes on from there"), "{said}");
    assert!(!at.join("out").exists());
    done(&caseflow(at, &args));
    let went_on = read_json(&at.join("out/compare.json"));
    assert!(went_on["reused"].as_u64().unwrap() > 0, "{went_on}");
    let mut fresh = args.to_vec();
    fresh[4] = "fresh";
    fresh.push("--no-store");
    done(&caseflow(at, &fresh));
    let tables = |name: &str| read_json(&at.join(name).join("results.json"))["tables"].clone();
    assert_eq!(tables("out"), tables("fresh"));
}

/// Titles are shown as they are and run nothing, wherever they stand.
#[test]
fn hostile_names_do_no_harm() {
    let dir = folder();
    let at = dir.path();
    let title = "=cmd|' /c calc'!A0 <script>alert(1)</script> \\u202Egnp ../../etc/passwd";
    let text = format!(
        "title = \"{title}\"\nquestion = \"<img src=x onerror=alert(2)>\"\nmain = \"support\"\n\
         [causes]\n\"<script>a</script>\" = [\"pools.workers.places\"]\n\"=1+1\" = [\"arrivals.contacts.rate\"]\n\
         [change]\n\"pools.workers.places\" = {{ times = 1.5, note = \"<b>x</b>\" }}\n\"arrivals.contacts.rate\" = {{ times = 0.5 }}\n"
    );
    fs::write(at.join("a.toml"), &text).unwrap();
    fs::write(at.join("b.toml"), &text).unwrap();
    let output = caseflow(
        at,
        &["compare", "model.toml", "a.toml", "b.toml", "--out", "out", "-q", "--replications", "3"],
    );
    done(&output);
    assert!(!String::from_utf8_lossy(&output.stdout).contains('\u{1b}'));
    let page = fs::read_to_string(at.join("out/index.html")).unwrap();
    assert!(
        !page.contains("<script") && !page.contains("<img") && !page.contains("<b>"),
        "markup of a name in the page"
    );
    assert!(page.contains("&lt;script&gt;"));
    assert!(!page.contains('\u{202e}'));
    for name in ["overview.csv", "differences.csv", "causes.csv", "changes.csv"] {
        let csv = fs::read_to_string(at.join("out").join(name)).unwrap();
        let mut reader = csv.lines().skip(1);
        assert!(reader.all(|line| !line.starts_with('=') && !line.contains(",=")), "a formula in {name}");
    }
    // two scenarios of one title have files of their own, inside the folder
    let effective: Vec<_> = fs::read_dir(at.join("out/scenarios")).unwrap().collect();
    assert_eq!(effective.len(), 2);
    let names: Vec<_> =
        fs::read_dir(at).unwrap().map(|f| f.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(names.len(), 5, "{names:?}");
}

/// The scenario is judged by its own target, and says what was seen elsewhere; its measures are no cause.
#[test]
fn a_scenario_has_a_target_of_its_own() {
    let dir = folder();
    let at = dir.path();
    let text = "title = \"Own target\"\nobserved = \"Seen in Elsewhere; not known to transfer\"\nmain = \"support\"\n\
                [change]\n\"pools.workers.places\" = { times = 1.5, from = 2025-04-01, grade = \"borrowed\" }\n\
                \"arrivals.contacts.rate\" = { times = 0.9, from = 2025-04-01 }\n\
                \"measures.support.target\" = { at_most = 1 }\n\"measures.support.better\" = \"higher\"\n\
                \"measures.fresh\" = { title = \"Leaving support\", count = { ends = \"support\" }, chart = true }\n";
    fs::write(at.join("own.toml"), text).unwrap();
    let args =
        ["compare", "model.toml", "own.toml", "--out", "out", "-q", "--replications", "8", "--no-store"];
    let output = caseflow(at, &args);
    done(&output);
    let results = read_json(&at.join("out/results.json"));
    let one = &results["scenarios"][0];
    let target = one["target"].as_str().unwrap();
    assert!(target.contains("at most 1,") && target.contains("the model's is at most 34"), "{target}");
    assert!(target.contains("met in 0.0%"), "{target}");
    assert!(one["better"].as_str().unwrap().contains("(higher)"), "{one}");
    assert_eq!(one["observed"], "Seen in Elsewhere; not known to transfer");
    assert!(one["ground"].as_str().unwrap().contains("not known to transfer"));
    let page = fs::read_to_string(at.join("out/index.html")).unwrap();
    assert!(page.contains("Seen elsewhere: Seen in Elsewhere") && page.contains("Change begins Apr 2025"));
    let causes = results["tables"]["causes"].to_string();
    assert!(causes.contains("places") && !causes.contains("measures."), "{causes}");
    let picture = fs::read_to_string(at.join("out/charts/own-target-support.svg")).unwrap();
    for words in ["Own target", "A small service", "Dotted lines hold 95% of futures", "future by future"] {
        assert!(picture.contains(words), "{words}");
    }
    assert!(at.join("out/charts/own-target-fresh.svg").exists());
    let table = fs::read_to_string(at.join("out/charts/own-target-support.csv")).unwrap();
    assert!(table.lines().next().unwrap().contains("difference_low80"), "{table}");
}

/// A scenario that brings a stage gets no verdict on those that children leave for it, and what its numbers rest on is
/// found inside the stage.
#[test]
fn no_verdict_where_children_go_to_a_new_stage() {
    let dir = folder();
    let at = dir.path();
    let text = "title = \"A stage of its own\"\nmain = \"support\"\n[sources]\nelsewhere = \"Another council\"\n[change]\n\
                \"stages.other\" = { title = \"Other help\", stay = { exponential = { mean = \"20 days\" }, source = \"elsewhere\", \
                grade = \"borrowed\", note = \"seen elsewhere, and as much more as it takes to be longer than a line; not known to transfer\" }, to = \"closed\" }\n\
                \"stages.assessment.to\" = { support = 0.3, other = 0.2, closed = \"rest\" }\n";
    fs::write(at.join("own.toml"), text).unwrap();
    let args =
        ["compare", "model.toml", "own.toml", "--out", "out", "-q", "--replications", "4", "--no-store"];
    done(&caseflow(at, &args));
    let results = read_json(&at.join("out/results.json"));
    let one = &results["scenarios"][0];
    assert!(one["better"].as_str().unwrap().starts_with("No verdict"), "{one}");
    assert!(one["ground"].as_str().unwrap().contains("not known to transfer"), "{one}");
    let changes = results["tables"]["changes"].to_string();
    for words in ["Other help", "borrowed", "Another council", "longer than a line; not known to transfer"] {
        assert!(changes.contains(words), "{words}: {changes}");
    }
    assert!(results["tables"]["better"].is_null());
}

/// A head that cannot be read is told of; no other model is taken in its place.
#[test]
fn a_broken_head_takes_no_other_model() {
    let dir = folder();
    let at = dir.path();
    fs::write(
        at.join("x.toml"),
        "title = 3\nmodel = \"model.toml\"\n[change]\n\"pools.workers.places\" = 40\n",
    )
    .unwrap();
    let output = caseflow(at, &["compare", "x.toml", "--out", "out", "-q", "--replications", "2"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("title") && !said.contains("leads nowhere"), "{said}");
}

/// What cannot be compared is refused, with the place and what to do.
#[test]
fn refusals() {
    let dir = folder();
    let at = dir.path();
    let fails = |files: &[(&str, &str)], code: i32, words: &str| {
        for (name, text) in files {
            fs::write(at.join(name), text).unwrap();
        }
        let output =
            caseflow(at, &["compare", "model.toml", "x.toml", "--out", "out", "-q", "--replications", "2"]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{said}");
        assert!(said.contains(words), "{said}");
        assert!(!at.join("out").exists());
    };
    let change = "[change]\n\"pools.workers.places\" = 40\n";
    fails(&[("x.toml", &format!("title = \"x\"\nmain = \"suport\"\n{change}"))], 1, "did you mean `support`");
    fails(&[("x.toml", "title = \"x\"\n[change]\n\"model.runs\" = \"3 years\"\n")], 1, "same periods");
    fails(
        &[("x.toml", &format!("title = \"x\"\n{change}[causes]\n\"one\" = [\"pools.worker.places\"]\n"))],
        1,
        "did you mean",
    );
    fails(
        &[("x.toml", "title = \"x\"\n[change]\n\"pools.workers.places\" = { times = 1.2, low = 1.3 }\n")],
        1,
        "above the change",
    );
    fails(
        &[(
            "x.toml",
            "title = \"x\"\n[change]\n\"pools.workers.places\" = { times = 1.2, source = \"nobody\" }\n",
        )],
        1,
        "source",
    );
    let bare = MODEL.split("[measures.support]").next().unwrap();
    fails(&[("model.toml", bare), ("x.toml", &format!("title = \"x\"\n{change}"))], 1, "names no measures");
    fs::write(at.join("model.toml"), MODEL).unwrap();
    let alone = caseflow(at, &["compare", "model.toml"]);
    assert_eq!(alone.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&alone.stderr).contains("no scenario"));
    fs::create_dir(at.join("mine")).unwrap();
    fs::write(at.join("mine/letter.txt"), "dear").unwrap();
    for args in [["--out", "mine"], ["--store", "mine"]] {
        let output =
            caseflow(at, &[&["compare", "model.toml", "b.toml", "-q", "--force"], &args[..]].concat());
        assert_eq!(output.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&output.stderr).contains("left alone"));
    }
    assert_eq!(fs::read_to_string(at.join("mine/letter.txt")).unwrap(), "dear");
}

/// Targets and directions are read, in per cent for shares; the head names the rest.
#[test]
fn grammar_of_targets_and_heads() {
    let mut sources = SourceMap::default();
    let file = sources.add("model.toml", MODEL);
    let model = load(&sources, file, &[]).unwrap().model;
    let target =
        |i: usize| model.measures[i].target.and_then(|t: caseflow::model::measure::Target| t.at_most);
    assert_eq!(target(0), Some(34.0));
    assert!((target(1).unwrap() - 0.51).abs() < 1e-12);
    let file = sources.add("s.toml", SCENARIO);
    let head = scenario_head(&sources, file).unwrap();
    assert_eq!((head.main.as_deref(), head.changes.len(), head.causes.len()), (Some("support"), 3, 0));
    assert!(head.changes[0].ranged && !head.changes[1].ranged);
    assert_eq!(head.changes[0].words, "times 0.9");
    for (bad, words) in [
        ("target = {}", "neither"),
        ("target = { at_most = 1, at_least = 2 }", "nothing can meet"),
        ("better = \"less\"", "lower"),
    ] {
        let text = format!("{MODEL}\n[measures.more]\ncount = {{ children = \"support\" }}\n{bad}\n");
        let file = sources.add("bad.toml", text);
        let found = load(&sources, file, &[]).unwrap_err();
        assert!(found.iter().any(|d| d.message.contains(words)), "{bad}: {found:?}");
    }
}
