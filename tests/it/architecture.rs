//! The layers: each folder of `src` uses only those before it. And who may touch the world.

use std::fs;
use std::path::{Path, PathBuf};

/// Layers in order; those in one entry do not see each other.
const LAYERS: [&[&str]; 8] = [
    &["base"],
    &["stats"],
    &["model"],
    &["engine"],
    &["experiment"],
    &["forecast", "calibrate"],
    &["present"],
    &["app"],
];

/// Only `app` may say these; the rest takes bytes or text and returns values.
const WORLD: [&str; 9] = [
    "std::fs",
    "std::env",
    "std::net",
    "std::process",
    "std::io::stdin",
    "println!",
    "eprintln!",
    "Instant::now",
    "SystemTime",
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

fn rank(layer: &str) -> Option<usize> {
    LAYERS.iter().position(|l| l.contains(&layer))
}

/// Code without comments, and without the tests at the end.
fn code(text: &str) -> String {
    let body = text.split("#[cfg(test)]\nmod ").next().unwrap_or(text);
    body.lines().map(|l| l.split("//").next().unwrap_or("")).collect::<Vec<_>>().join("\n")
}

/// First names of paths that begin with `crate::`, those in braces too.
fn uses(code: &str) -> Vec<String> {
    let mut names = Vec::new();
    for rest in code.split("crate::").skip(1) {
        let list = match rest.strip_prefix('{') {
            Some(inner) => inner.split('}').next().unwrap_or("").split(',').map(str::trim).collect(),
            None => vec![rest],
        };
        for item in list {
            let name: String = item.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
            if !name.is_empty() {
                names.push(name);
            }
        }
    }
    names
}

/// Problems in one file of a layer.
fn problems(layer: &str, text: &str) -> Vec<String> {
    let code = code(text);
    let mut found = Vec::new();
    for used in uses(&code) {
        let Some(of) = rank(&used) else { continue };
        let own = rank(layer).unwrap();
        if used != layer && of >= own {
            found.push(format!("uses crate::{used}"));
        }
    }
    if layer != "app" {
        found.extend(WORLD.iter().filter(|w| code.contains(**w)).map(|w| format!("says {w}")));
    }
    found
}

#[test]
fn layers_use_only_those_before_them() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    let mut files = 0;
    for entry in fs::read_dir(&src).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if !path.is_dir() {
            assert!(["lib.rs", "main.rs"].contains(&name.as_str()), "{name} belongs into a layer");
            continue;
        }
        assert!(rank(&name).is_some(), "{name} is not a layer");
        let mut list = Vec::new();
        sources(&path, &mut list);
        files += list.len();
        for file in list {
            let text = fs::read_to_string(&file).unwrap();
            let at = file.strip_prefix(&src).unwrap().display().to_string();
            // modules of tests in files of their own
            if ["tests.rs", "proof.rs"].iter().any(|end| at.ends_with(end)) {
                continue;
            }
            wrong.extend(problems(&name, &text).into_iter().map(|p| format!("{at} {p}")));
        }
    }
    assert!(files > 50, "only {files} files were looked at");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The check itself sees what it should.
#[test]
fn forbidden_edges_are_seen() {
    assert_eq!(problems("stats", "use crate::engine::World;"), ["uses crate::engine"]);
    assert_eq!(problems("model", "use crate::{base::time, present::html};"), ["uses crate::present"]);
    assert_eq!(problems("forecast", "let x = crate::calibrate::f();"), ["uses crate::calibrate"]);
    assert_eq!(problems("engine", "fn f() { println!(\"\"); }"), ["says println!"]);
    assert_eq!(problems("engine", "use crate::model::Model;\nuse crate::engine::x;"), [""; 0]);
    assert_eq!(problems("app", "use std::fs;"), [""; 0]);
}

/// Files are kept small: over 600 lines a file does more than one thing, tables and generated lists apart.
#[test]
fn files_are_small() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut list = Vec::new();
    sources(&src, &mut list);
    for file in list {
        let lines = fs::read_to_string(&file).unwrap().lines().count();
        assert!(lines <= 800, "{} has {lines} lines", file.display());
    }
}
