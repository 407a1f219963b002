//! Every model file of the tests checks without errors and can be written again: what stands in
//! `tests/models` is the published format, as a stranger would write it.

use crate::support::{file, try_load};
use std::path::Path;

/// Names of the model files in a folder of this package.
pub fn models_in(folder: &str) -> Vec<String> {
    let at = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut names: Vec<String> = std::fs::read_dir(at)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".toml"))
        .collect();
    names.sort();
    names
}

#[test]
fn every_model_of_the_tests_checks() {
    let names = models_in("tests/models");
    assert!(names.len() > 25, "{names:?}");
    for name in names {
        let loaded = try_load(&name, &file(&format!("tests/models/{name}")), &[]);
        let loaded = loaded.unwrap_or_else(|e| panic!("{name}: {e:#?}"));
        let again = try_load("again", &loaded.canonical, &[]);
        let again = again.unwrap_or_else(|e| panic!("{name}, written again: {e:#?}"));
        assert_eq!(again.canonical, loaded.canonical, "{name}");
    }
}

/// The worked example of `docs/validation.md` is a model that loads.
#[test]
fn the_worked_example_loads() {
    let page = file("docs/validation.md");
    let blocks: Vec<&str> = page.split("```toml\n").skip(1).filter_map(|b| b.split("```").next()).collect();
    assert!(!blocks.is_empty());
    for block in blocks {
        try_load("docs/validation.md", block, &[]).unwrap_or_else(|e| panic!("{e:#?}\n{block}"));
    }
}

/// `docs/measures.md` lists every measure that any model of the tests yields, and no other.
#[test]
fn the_page_of_measures_is_complete() {
    let page = file("docs/measures.md");
    let listed: std::collections::BTreeSet<(String, String)> = page
        .lines()
        .filter(|l| l.starts_with("| `"))
        .map(|l| {
            let mut cells = l.split('|').map(|c| c.trim().trim_matches('`').to_string()).skip(1);
            (cells.next().unwrap(), cells.next().unwrap())
        })
        .collect();
    let mut yielded = std::collections::BTreeSet::new();
    for name in models_in("tests/models") {
        let net = crate::support::network(name.trim_end_matches(".toml"));
        let columns = net.layout().columns().iter();
        yielded.extend(columns.map(|c| (c.kind.to_string(), c.measure.to_string())));
    }
    assert_eq!(
        yielded.difference(&listed).collect::<Vec<_>>(),
        Vec::<&(String, String)>::new(),
        "not listed"
    );
    assert_eq!(
        listed.difference(&yielded).collect::<Vec<_>>(),
        Vec::<&(String, String)>::new(),
        "not yielded"
    );
}
