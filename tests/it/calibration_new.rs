//! `caseflow new` and `caseflow data`: a model of any council, offline.

use std::path::Path;
use std::process::{Command, Output};

/// The command in a folder, with a data folder of its own.
fn caseflow(dir: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_caseflow"))
        .current_dir(dir)
        .env("CASEFLOW_DATA", dir.join("data"))
        .args(args)
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// Councils by name, by code of today and of before, large and tiny: the file checks, every number says what it rests
/// on, every number that is not a law or a remainder has a range, and the draws lie beside it.
#[test]
fn a_model_of_a_council_says_what_every_number_rests_on() {
    for asked in ["Wiltshire", "E06000057", "E06000048", "City of London", "E06000053"] {
        let dir = tempfile::tempdir().unwrap();
        let made = caseflow(dir.path(), &["new", "--authority", asked, "--out", "m.toml"]);
        assert_eq!(made.status.code(), Some(0), "{asked}: {}", said(&made));
        let checked = caseflow(dir.path(), &["check", "m.toml"]);
        assert_eq!(checked.status.code(), Some(0), "{asked}: {}", said(&checked));
        let list = caseflow(dir.path(), &["assumptions", "m.toml", "--format", "json"]);
        let list: serde_json::Value = serde_json::from_slice(&list.stdout).unwrap();
        let rows = list.as_array().or_else(|| list["rows"].as_array()).unwrap().clone();
        assert!(rows.len() > 150, "{asked}: {}", rows.len());
        for row in rows {
            let text = |key: &str| row[key].as_str().unwrap_or("").to_string();
            assert_ne!(text("grade"), "unstated", "{asked}: {row}");
            let law = text("value").starts_with('{');
            assert!(law || !text("low").is_empty() && !text("high").is_empty(), "{asked}: no range: {row}");
        }
        let draws = std::fs::read_to_string(dir.path().join("m.draws.csv")).unwrap();
        assert_eq!(draws.lines().count(), 201, "{asked}");
    }
}

#[test]
fn a_misspelt_name_gets_suggestions_and_nothing_is_overwritten() {
    let dir = tempfile::tempdir().unwrap();
    let wrong = caseflow(dir.path(), &["new", "--authority", "Wilshire", "--out", "m.toml"]);
    assert_eq!(wrong.status.code(), Some(1));
    assert!(said(&wrong).contains("did you mean Wiltshire"), "{}", said(&wrong));
    assert!(!dir.path().join("m.toml").exists());
    let part = caseflow(dir.path(), &["new", "--authority", "Yorkshire", "--out", "m.toml"]);
    assert!(
        said(&part).contains("did you mean East Riding of Yorkshire or North Yorkshire?"),
        "{}",
        said(&part)
    );
    let list = caseflow(dir.path(), &["data", "councils"]);
    assert_eq!(said(&list).lines().count(), 154, "153 councils and a heading");
    std::fs::write(dir.path().join("m.draws.csv"), "mine").unwrap();
    let taken = caseflow(dir.path(), &["new", "--authority", "Rutland", "--out", "m.toml"]);
    assert_eq!(taken.status.code(), Some(2), "{}", said(&taken));
    assert!(!dir.path().join("m.toml").exists());
    assert_eq!(std::fs::read_to_string(dir.path().join("m.draws.csv")).unwrap(), "mine");
}

/// The first month of a generated model loses no more children at 18 than the months after it: time in the placement
/// before the start must not make children older than they are.
#[test]
fn nobody_turns_18_in_a_rush_at_the_start() {
    let dir = tempfile::tempdir().unwrap();
    let made = caseflow(dir.path(), &["new", "--authority", "Leeds", "--out", "m.toml", "--quiet"]);
    assert_eq!(made.status.code(), Some(0), "{}", said(&made));
    let run = ["run", "m.toml", "--replications", "10", "--format", "json"];
    let run = caseflow(dir.path(), &run);
    let run: serde_json::Value =
        serde_json::from_slice(&run.stdout).unwrap_or_else(|_| panic!("{}", said(&run)));
    let mut months = [0.0; 24];
    for column in run["columns"].as_array().unwrap() {
        let to = |part: &str| column["measure"] == "to" && column["part"] == part;
        if let (true, Some(period)) = (to("turned_18") || to("care_leaver"), column["period"].as_u64())
            && let Some(month) = months.get_mut(period as usize)
        {
            *month += column["point"].as_f64().unwrap();
        }
    }
    let later = months[1..].iter().sum::<f64>() / 23.0;
    assert!(later > 5.0, "{months:?}");
    // five standard errors of ten months
    assert!(months[0] < later + 5.0 * (later / 10.0).sqrt(), "{months:?}");
}

#[test]
fn a_new_release_is_kept_and_the_old_one_is_not_lost() {
    let dir = tempfile::tempdir().unwrap();
    let table = |value: u32| {
        format!(
            "la_code,la_name,level,year,indicator,value,mark,source_file\nE06000054,Wiltshire,la,2026,referrals,{value},,c1\n\
             E06000054,Wiltshire,la,2026,cin_at_31_march,2400,,b1\n"
        )
    };
    std::fs::write(dir.path().join("c1.csv"), table(2900)).unwrap();
    let first = caseflow(dir.path(), &["data", "update", "c1.csv", "--release", "the 2026 release"]);
    assert_eq!(first.status.code(), Some(0), "{}", said(&first));
    assert!(said(&first).contains("2 figures are new") && said(&first).contains("2026"), "{}", said(&first));
    let shown = caseflow(dir.path(), &["data", "show"]);
    assert!(said(&shown).starts_with("the 2026 release"), "{}", said(&shown));
    let made = caseflow(dir.path(), &["new", "--authority", "Wiltshire", "--out", "m.toml"]);
    assert!(said(&made).contains("31 March 2026"), "{}", said(&made));
    // the same tables again bring nothing new
    let again = caseflow(dir.path(), &["data", "update", "c1.csv"]);
    assert_eq!(again.status.code(), Some(1), "{}", said(&again));
    std::fs::write(dir.path().join("c1.csv"), table(2950)).unwrap();
    let second = caseflow(dir.path(), &["data", "update", "c1.csv"]);
    assert_eq!(second.status.code(), Some(0), "{}", said(&second));
    assert!(dir.path().join("data/statistics.before-1").exists());
    let old = caseflow(dir.path(), &["data", "show", "--data", "data/statistics.before-1"]);
    assert!(said(&old).starts_with("the 2026 release"), "{}", said(&old));
    std::fs::write(
        dir.path().join("bad.csv"),
        "la_code,year,indicator,value,mark\nE06000054,2026,s47,many,\n",
    )
    .unwrap();
    let bad = caseflow(dir.path(), &["data", "update", "bad.csv"]);
    assert_eq!(bad.status.code(), Some(1), "{}", said(&bad));
    assert!(said(&bad).contains("bad.csv, line 2: many is not a number"), "{}", said(&bad));
    // every fault of every table at once
    let rows = "la_code,year,indicator,value,mark\nE06000054,2026,s47,many,\nE06000054,2026,icpc,few,\n";
    std::fs::write(dir.path().join("bad.csv"), rows).unwrap();
    std::fs::write(dir.path().join("strange.csv"), "x,y\n1,2\n").unwrap();
    let bad = caseflow(dir.path(), &["data", "update", "bad.csv", "strange.csv"]);
    assert_eq!(bad.status.code(), Some(1), "{}", said(&bad));
    for fault in
        ["line 2: many is not", "line 3: few is not", "strange.csv, line 1: the columns x, y", "3 faults"]
    {
        assert!(said(&bad).contains(fault), "{}", said(&bad));
    }
    let nothing = caseflow(dir.path(), &["data", "update", "missing.csv"]);
    assert_eq!(nothing.status.code(), Some(2), "{}", said(&nothing));
}
