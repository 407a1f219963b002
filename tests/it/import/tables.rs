//! The command: its files, its exit codes, and small numbers withheld.

use std::path::Path;
use std::process::Command;

/// Runs the program in a folder: exit code, standard output, standard error.
pub fn run(folder: &Path, args: &[&str]) -> (i32, String, String) {
    let out = Command::new(env!("CARGO_BIN_EXE_caseflow"))
        .current_dir(folder)
        .env("TMPDIR", folder.join("tmp"))
        .args(args)
        .output()
        .unwrap();
    let text = |b: &[u8]| String::from_utf8_lossy(b).into_owned();
    (out.status.code().unwrap_or(-1), text(&out.stdout), text(&out.stderr))
}

fn file(children: u32) -> String {
    let mut text = "# observed 2023-01-01 to 2024-12-31\nperson,stage,start,end,outcome\n".to_owned();
    for k in 0..children {
        text.push_str(&format!("{k},assessment,2023-02-01,2023-03-0{},completed\n", 1 + k % 9));
    }
    text.push_str(
        "901,child_protection,2023-02-01,,\n902,child_protection,2023-02-01,,\n903,purple,2023-02-01,,\n",
    );
    text
}

#[test]
fn the_folder_and_small_numbers() {
    let here = tempfile::tempdir().unwrap();
    std::fs::create_dir(here.path().join("returns")).unwrap();
    std::fs::write(here.path().join("returns/own.csv"), file(30)).unwrap();
    let (code, stdout, stderr) = run(here.path(), &["import", "returns", "--out", "done"]);
    assert_eq!((code, stderr.as_str()), (0, ""));
    assert!(stdout.contains("unknown_stage") && stdout.contains("plain episodes"), "{stdout}");
    let text = |name: &str| std::fs::read_to_string(here.path().join("done").join(name)).unwrap();
    let counts = text("counts.csv");
    let rows: Vec<&str> = counts.lines().collect();
    assert_eq!(rows[0], "stage,first,last,started,ended,open,children");
    assert_eq!(rows[1], "assessment,2023-01-01,2024-12-31,30,30,0,30");
    // two children: started, open and children withheld; none ended is no secret
    assert_eq!(rows[2], "child_protection,2023-01-01,2024-12-31,c,0,c,c");
    let quality = text("quality.csv");
    assert!(
        quality.lines().any(|l| l.starts_with("unknown_stage,left_out,returns/own.csv,z,stage,1,35,")),
        "{quality}"
    );
    let json: serde_json::Value = serde_json::from_str(&text("quality.json")).unwrap();
    assert_eq!(json["rows"][0]["rule"], "unknown_stage");
    assert!(text("run.json").contains("\"kind\": \"import\""));

    // a folder is not written over without being asked
    let (code, _, stderr) = run(here.path(), &["import", "returns", "--out", "done"]);
    assert!(code == 2 && stderr.contains("--force"), "{code} {stderr}");
    let (code, ..) = run(here.path(), &["import", "returns", "--out", "done", "--force", "--quiet"]);
    assert_eq!(code, 0);
}

#[test]
fn problems_are_told_and_nothing_is_written() {
    let here = tempfile::tempdir().unwrap();
    std::fs::write(here.path().join("a.csv"), "x,y\n1,2\n").unwrap();
    let (code, stdout, stderr) = run(here.path(), &["import", "a.csv", "--out", "done"]);
    assert_eq!(code, 1);
    assert!(stderr.contains("a.csv: no table of a known return") && stdout.is_empty(), "{stderr}{stdout}");
    assert!(!here.path().join("done").exists());
    let (code, stdout, _) = run(here.path(), &["import", "a.csv", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!((code, json["problems"][0]["file"].as_str()), (1, Some("a.csv")));
    let (code, _, stderr) = run(here.path(), &["import", "nowhere.csv"]);
    assert!(code == 2 && stderr.contains("nowhere.csv"), "{code} {stderr}");
    let (code, _, stderr) = run(here.path(), &["import", "a.csv", "--observed", "2024-01-01..2023-01-01"]);
    assert!(code == 2 && stderr.contains("after the last"), "{stderr}");
    assert!(!here.path().join("caseflow-import").exists());
}

/// Every rule, and every table that is used, is in the documentation.
#[test]
fn the_documentation_is_whole() {
    let docs = crate::support::file("docs/import.md");
    for rule in caseflow::calibrate::records::quality::RULES {
        let line = format!(
            "| `{}` | {} | {} | {} |",
            rule.id,
            rule.level.code().replace('_', " "),
            rule.found,
            rule.done
        );
        assert!(docs.contains(&line), "docs/import.md has no line {line}");
    }
}
