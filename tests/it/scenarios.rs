//! The bundled scenarios: each is sound, changes something, and says what it rests on.

use caseflow::base::diag::{FileId, SourceMap};
use caseflow::engine::Network;
use caseflow::experiment::compare::{Causes, Nothing, Shape, Sheet, collect};
use caseflow::experiment::run::{Plan, Unwatched, run};
use caseflow::model::{Loaded, Part, Strength, load, load_parts, scenario_head};
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn scenarios() -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(root().join("scenarios"))
        .unwrap()
        .map(|f| f.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "toml"))
        .collect();
    found.sort();
    found
}

fn add(sources: &mut SourceMap, path: &Path) -> FileId {
    let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    sources.add(path.display().to_string(), text)
}

/// The sources, the model that a scenario names, and the scenario.
fn read(path: &Path) -> (SourceMap, FileId, FileId) {
    let mut sources = SourceMap::default();
    let scenario = add(&mut sources, path);
    let head = scenario_head(&sources, scenario).unwrap();
    let model = path.parent().unwrap().join(head.model.expect("a bundled scenario names its model"));
    let model = add(&mut sources, &model);
    (sources, model, scenario)
}

fn sound(sources: &SourceMap, result: Result<Loaded, Vec<caseflow::base::diag::Diagnostic>>) -> Loaded {
    result.unwrap_or_else(|found| {
        let plain: Vec<_> = found.iter().map(|d| sources.plain(d)).collect();
        panic!("{plain:#?}")
    })
}

fn sheet(loaded: &Loaded, replications: u64) -> Sheet {
    let plan = Plan { seed: 1, first: 1, replications };
    collect(&Network::compile(&loaded.model), plan, 16, &Unwatched, &mut Nothing).unwrap().sheet
}

#[test]
fn there_are_scenarios() {
    assert!(scenarios().len() >= 10);
}

#[test]
fn each_says_what_it_asks_and_what_it_rests_on() {
    for path in scenarios() {
        let name = path.display();
        let (sources, model, scenario) = read(&path);
        let head = scenario_head(&sources, scenario).unwrap();
        assert!(!head.title.is_empty() && head.question.ends_with('?'), "{name}");
        assert!(!head.sources.is_empty(), "{name} has no source");
        assert!(head.main.is_some(), "{name} has no main measure");
        for change in head.changes.iter().filter(|c| c.grade.is_some()) {
            assert!(change.note.is_some(), "{name}: {} has a grade but not why", change.path);
        }
        let loaded = sound(&sources, load(&sources, model, &[scenario]));
        let own: Vec<String> = loaded
            .warnings
            .iter()
            .filter(|w| w.place.as_ref().is_some_and(|p| p.file == scenario))
            .map(|w| w.message.clone())
            .collect();
        assert!(own.is_empty(), "{name}: {own:?}");
    }
}

/// One replication under each scenario differs from the baseline's in a measure both have.
#[test]
fn each_changes_something() {
    let mut base: Option<(String, Sheet)> = None;
    for path in scenarios() {
        let (sources, model, scenario) = read(&path);
        let alone = sound(&sources, load(&sources, model, &[]));
        if base.as_ref().is_none_or(|(canonical, _)| *canonical != alone.canonical) {
            base = Some((alone.canonical.clone(), sheet(&alone, 1)));
        }
        let (_, base) = base.as_ref().unwrap();
        let with = sound(&sources, load(&sources, model, &[scenario]));
        let with = sheet(&with, 1);
        let span = base.shape.last();
        let differs = base.shape.measures.iter().enumerate().any(|(i, measure)| {
            let (a, b) = (base.column(i, span), with.measure(measure).and_then(|j| with.column(j, span)));
            a.unwrap()[0].to_bits() != b.unwrap()[0].to_bits()
        });
        assert!(differs, "{} changes nothing", path.display());
    }
}

/// Every set of causes makes a valid model, and so do the ends of the ranges.
#[test]
fn each_can_be_broken_down() {
    for path in scenarios() {
        let (sources, model, file) = read(&path);
        let head = scenario_head(&sources, file).unwrap();
        for strength in [Strength::Weak, Strength::Strong] {
            sound(&sources, load_parts(&sources, model, &[Part { file, only: None, strength }]));
        }
        let Some(causes) = Causes::new(head.causes.len()) else { continue };
        for set in causes.sets() {
            let chosen = head.causes.iter().enumerate().filter(|(c, _)| set >> c & 1 == 1);
            let only = Some(chosen.flat_map(|(_, c)| c.paths.iter().cloned()).collect());
            sound(&sources, load_parts(&sources, model, &[Part { file, only, strength: Strength::Written }]));
        }
    }
}

/// A scenario without changes leaves every bit of every number as it was.
#[test]
fn an_empty_scenario_changes_no_bit() {
    let mut sources = SourceMap::default();
    let model = add(&mut sources, &root().join("models/wiltshire.toml"));
    let empty = sources.add("empty.toml", "title = \"Nothing\"\nquestion = \"And then?\"\n[change]\n");
    let digest = |scenarios: &[FileId]| {
        let loaded = sound(&sources, load(&sources, model, scenarios));
        let network = Network::compile(&loaded.model);
        let rows = run(&network, Plan { seed: 7, first: 1, replications: 2 }, &Unwatched).unwrap();
        (rows.digest(), rows.values.ncols())
    };
    let alone = digest(&[]);
    assert_eq!(alone, digest(&[empty]));
    assert!(alone.1 > 1000);
}

/// A weak end at no change is no change: every bit is the baseline's.
#[test]
fn the_weak_end_of_edge_of_care_is_no_change() {
    let (sources, model, file) = read(&root().join("scenarios/edge_of_care.toml"));
    let base = sheet(&sound(&sources, load(&sources, model, &[])), 2);
    let weak = load_parts(&sources, model, &[Part { file, only: None, strength: Strength::Weak }]);
    let weak = sheet(&sound(&sources, weak), 2);
    let column = |s: &Sheet| s.column(s.measure("care_starts").unwrap(), s.shape.last()).unwrap().to_vec();
    assert_eq!(column(&base), column(&weak));
    assert_eq!(Shape::of(&Network::compile(&sound(&sources, load(&sources, model, &[])).model)), base.shape);
}
