//! The catalogue of tables and keys: its page is current, its examples load, its schema is whole.

use super::files::{lines, load_text, tests, text_of};
use caseflow::model::catalogue::{Def, tables};
use caseflow::model::{reference, scenario_schema, schema};
use serde_json::Value;
use toml::Table;

#[test]
fn the_reference_page_is_current() {
    let path = tests().join("../docs/model-reference.md");
    if std::env::var_os("CASEFLOW_BLESS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, reference()).unwrap();
    }
    let page = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(page == reference(), "docs/model-reference.md is stale: CASEFLOW_BLESS=1 cargo test writes it");
}

fn base() -> Table {
    text_of(&tests().join("good/base.toml")).parse().unwrap()
}

/// The findings of a model that does not load.
fn errors(name: &str, file: &Table) -> Option<String> {
    let (sources, errors) = load_text(name, &toml::to_string(file).unwrap()).err()?;
    Some(format!("{name}: {}", lines(&sources, &errors, name).join("\n  ")))
}

/// Puts the tables of `over` in place of those of `base`, one level below the sections.
fn replace(base: &mut Table, over: Table) {
    for (section, value) in over {
        match (base.get_mut(&section), value) {
            (Some(toml::Value::Table(old)), toml::Value::Table(new)) => old.extend(new),
            (_, value) => {
                base.insert(section, value);
            }
        }
    }
}

#[test]
fn every_example_of_a_table_loads() {
    let mut tried = 0;
    let mut wrong = Vec::new();
    for def in tables().into_iter().filter(|d| !d.example.is_empty()) {
        let example: Table = def.example.parse().unwrap_or_else(|e| panic!("{}: {e}", def.id));
        let mut file = base();
        if def.id == "age_band" {
            // other bands than those of the base, and so another population
            file.remove("ages");
            file.remove("population");
        }
        replace(&mut file, example);
        wrong.extend(errors(def.id, &file));
        tried += 1;
    }
    assert!(tried > 10 && wrong.is_empty(), "{}", wrong.join("\n"));
    let scenario = &caseflow::model::catalogue::SCENARIO;
    let loaded = super::files::load_with(&text_of(&tests().join("good/base.toml")), scenario.example);
    assert!(loaded.is_ok());
}

/// Where a table of the catalogue stands in the base model.
fn spot(def: &Def) -> Option<&'static [&'static str]> {
    Some(match def.id {
        "run" => &["model"],
        "cases" => &["cases"],
        "need" => &["needs", "domestic_abuse"],
        "attribute" => &["attributes", "referrer"],
        "stream" => &["arrivals", "contacts"],
        "stage" => &["stages", "assessment"],
        "exit" => &["exits", "closed"],
        "returns" => &["exits", "closed", "returns"],
        "pool" => &["pools", "beds"],
        "service" => &["services", "family_work"],
        "start_stage" => &["start", "stages", "support"],
        "start_exit" => &["start", "exits", "closed"],
        "group" => &["groups", "help"],
        "role" => &["roles", "helper"],
        "team" => &["teams", "all"],
        "stage_staff" => &["stages", "support", "staff"],
        "measure" => &["measures", "referrals"],
        "law" => &["stages", "assessment", "stay"],
        "what" => &["measures", "referrals", "count"],
        _ => return None,
    })
}

/// Every key with an example, put in its place in the base model.
#[test]
fn every_example_of_a_key_loads() {
    let mut wrong = Vec::new();
    for def in tables() {
        let Some(path) = spot(def) else { continue };
        for key in def.keys.iter().filter(|k| !k.example.is_empty()) {
            let name = format!("{}.{}", def.id, key.name);
            let line: Table =
                format!("{} = {}", key.name, key.example).parse().unwrap_or_else(|e| panic!("{name}: {e}"));
            let mut file = base();
            let mut table = &mut file;
            for part in path {
                let next = table.entry(*part).or_insert_with(|| toml::Value::Table(Table::new()));
                if !next.is_table() {
                    *next = toml::Value::Table(Table::new());
                }
                table = next.as_table_mut().unwrap();
            }
            prepare(def.id, key.name, table);
            table.extend(line);
            if def.id == "law" && key.name == "hazards" {
                let stage = file["stages"]["assessment"].as_table_mut().unwrap();
                stage.remove("to");
                stage.remove("odds");
            }
            if name == "stage.groups" {
                let group = file["groups"]["help"].as_table_mut().unwrap();
                group.insert("stages".into(), toml::Value::Array(vec!["support".into()]));
            }
            if name == "pool.waiting_room" {
                let stage = file["stages"]["support"].as_table_mut().unwrap();
                stage.insert("refused".into(), "out".into());
            }
            wrong.extend(errors(&name, &file));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Makes room for a key: what excludes it goes, what it needs comes.
fn prepare(id: &str, key: &str, table: &mut Table) {
    match (id, key) {
        ("law" | "what", _) => table.clear(),
        ("stream", "rate" | "per_10000" | "gaps" | "at" | "forecast") => {
            table.remove("rate");
        }
        // what is reported everywhere is not reported at some stages
        ("run", "by_at") => {
            table.remove("by");
        }
        ("stream", "repeat") => {
            let steps = toml::Value::Array(vec![toml::Value::Table("rate = \"1 per day\"".parse().unwrap())]);
            table.insert("rate".into(), steps);
        }
        ("start_stage", _) => table.extend("cases = 3".parse::<Table>().unwrap()),
        ("need", _) => table.extend("share = 0.4".parse::<Table>().unwrap()),
        ("start_exit", _) => {
            table.extend("leaving = \"1 per day\"\nover = \"1 year\"".parse::<Table>().unwrap())
        }
        ("service", "sessions") => {
            table.remove("places");
        }
        ("service", "sessions_each") => {
            table.remove("places");
            table.extend("sessions = 60".parse::<Table>().unwrap());
        }
        ("stage", "to") => {
            table.remove("odds");
        }
        _ => {}
    }
}

/// Every reference in a schema leads somewhere.
#[test]
fn the_schemas_are_whole() {
    for schema in [schema(), scenario_schema()] {
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        let mut references = Vec::new();
        collect(&schema, &mut references);
        for reference in references {
            let name = reference.strip_prefix("#/$defs/").unwrap();
            assert!(schema["$defs"].get(name).is_some(), "{reference}");
        }
    }
    let stage = &schema()["$defs"]["stage"];
    assert_eq!(stage["additionalProperties"], false);
    assert_eq!(stage["required"][0], "stay");
}

fn collect(value: &Value, out: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                match (key.as_str(), value) {
                    ("$ref", Value::String(to)) => out.push(to.clone()),
                    _ => collect(value, out),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|v| collect(v, out)),
        _ => {}
    }
}

/// No table of the catalogue has two keys of one name or is there twice.
#[test]
fn names_in_the_catalogue_are_unique() {
    let mut ids: Vec<_> = tables().iter().map(|d| d.id).collect();
    ids.sort_unstable();
    let n = ids.len();
    ids.dedup();
    assert_eq!(ids.len(), n);
    for def in tables() {
        let mut names = def.names();
        names.sort_unstable();
        let n = names.len();
        names.dedup();
        assert_eq!(names.len(), n, "{}", def.id);
    }
}
