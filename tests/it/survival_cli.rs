//! `caseflow survival`: published answers, hand-worked ones, and every mistake at once.

use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output};

/// Weeks in remission under 6-mercaptopurine (Freireich and others 1963): 1 for a relapse.
const REMISSION: &str = "weeks,relapse\n6,1\n6,1\n6,1\n6,0\n7,1\n9,0\n10,1\n10,0\n11,0\n13,1\n16,1\n17,0\n19,0\n\
    20,0\n22,1\n23,1\n25,0\n32,0\n32,0\n34,0\n35,0\n";

fn caseflow(at: &Path, file: &str, args: &[&str]) -> Output {
    std::fs::write(at.join("spells.csv"), file).unwrap();
    let all = ["survival", "spells.csv"].iter().chain(args);
    Command::new(env!("CARGO_BIN_EXE_caseflow")).args(all).current_dir(at).output().unwrap()
}

fn json(file: &str, args: &[&str]) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let all: Vec<&str> = args.iter().copied().chain(["--format", "json"]).collect();
    let out = caseflow(folder.path(), file, &all);
    assert_eq!(out.status.code(), Some(0), "{}", String::from_utf8_lossy(&out.stdout));
    serde_json::from_slice(&out.stdout).unwrap()
}

/// The curve and Greenwood's errors as printed in textbooks (Kalbfleisch & Prentice; Collett), to their digits.
#[test]
fn remission_as_published() {
    let found = json(REMISSION, &["--time", "weeks", "--event", "relapse"]);
    let rows = found["groups"][0]["kaplan_meier"]["rows"].as_array().unwrap();
    let published = [
        (6.0, 0.857, 0.0764),
        (7.0, 0.807, 0.0869),
        (10.0, 0.753, 0.0963),
        (13.0, 0.690, 0.1068),
        (16.0, 0.627, 0.1141),
        (22.0, 0.538, 0.1282),
        (23.0, 0.448, 0.1346),
    ];
    for (time, open, se) in published {
        let row = rows.iter().find(|r| r["time"] == time).unwrap();
        assert!((row["open"].as_f64().unwrap() - open).abs() < 5.1e-4, "{row}");
        assert!((row["se"].as_f64().unwrap() - se).abs() < 5.1e-5, "{row}");
    }
    // nine relapses in 359 weeks
    let laws = found["groups"][0]["laws"].as_array().unwrap();
    let exponential = laws.iter().find(|l| l["law"] == "exponential").unwrap();
    let rate = exponential["parameters"]["rate"].as_f64().unwrap();
    assert!((rate - 9.0 / 359.0).abs() < 1e-14, "{rate}");
    let height = 9.0 * libm::log(9.0f64 / 359.0) - 9.0;
    assert!((exponential["log_likelihood"].as_f64().unwrap() - height).abs() < 1e-10);
}

/// Two ways out with late entry, by hand. At risk: 4 at 2, 4 at 3 (one left, one entered at 2.5), 2 at 5.
#[test]
fn ways_out_with_late_entry_by_hand() {
    let file = "from,to,how\n0,2,home\n0,3,adopted\n1,5,home\n0,4,\n2.5,6,NA\n";
    let found = json(file, &["--time", "to", "--event", "how", "--entry", "from"]);
    let group = &found["groups"][0];
    assert_eq!(group["aalen_johansen"]["causes"], serde_json::json!(["adopted", "home"]));
    let rows = group["aalen_johansen"]["rows"].as_array().unwrap();
    let at = |t: f64| rows.iter().find(|r| r["time"] == t).unwrap();
    let near = |v: &Value, x: f64| assert!((v.as_f64().unwrap() - x).abs() < 1e-14, "{v} {x}");
    near(&at(2.0)["incidence"][1], 0.25);
    near(&at(3.0)["incidence"][0], 0.75 / 4.0);
    near(&at(5.0)["open"], 0.75 * 0.75 * 0.5);
    near(&at(5.0)["incidence"][1], 0.25 + 0.75 * 0.75 * 0.5);
    // one law for all ways, and one for each
    assert_eq!(group["laws"].as_array().unwrap().len(), 21);
}

#[test]
fn every_mistake_is_told_with_its_line_and_spells_of_no_length_need_a_policy() {
    let folder = tempfile::tempdir().unwrap();
    let out = caseflow(folder.path(), "time,in\n5,x\n-1,0\n2,3\n", &["--entry", "in"]);
    assert_eq!(out.status.code(), Some(1));
    let told = String::from_utf8_lossy(&out.stderr).into_owned();
    for part in ["spells.csv:2", "\"x\" is no time", "spells.csv:3", "spells.csv:4", "before it comes"] {
        assert!(told.contains(part), "{part}: {told}");
    }
    let out = caseflow(folder.path(), "time\n5\n", &["--event", "gone", "--by", "none"]);
    let told = String::from_utf8_lossy(&out.stderr).into_owned();
    assert!(told.contains("no column \"gone\"") && told.contains("no column \"none\""), "{told}");
    let out = caseflow(folder.path(), "time\n5\n0\n", &[]);
    let told = String::from_utf8_lossy(&out.stderr).into_owned();
    assert!(out.status.code() == Some(1) && told.contains("--zero"), "{told}");
    let out = caseflow(folder.path(), "time\n5\n0\n3\n4\n", &["--zero", "drop"]);
    let told = String::from_utf8_lossy(&out.stdout).into_owned();
    assert!(told.contains("3 spells, 3 ended, 0 still open; 1 of no length left out"), "{told}");
}
