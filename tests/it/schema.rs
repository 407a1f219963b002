//! The published JSON schema accepts what the reader accepts. A small validator, for the words of
//! JSON Schema that the schema uses.

use super::files::{tests, text_of, toml_in};
use caseflow::model::{scenario_schema, schema};
use serde_json::{Value, json};

/// Why a value does not fit a schema; the first reason found.
fn misfit(root: &Value, schema: &Value, value: &Value, path: &str) -> Option<String> {
    if schema == &json!(true) {
        return None;
    }
    if schema == &json!(false) {
        return Some(format!("{path}: not allowed"));
    }
    if let Some(to) = schema.get("$ref").and_then(Value::as_str) {
        let name = to.strip_prefix("#/$defs/").unwrap();
        return misfit(root, &root["$defs"][name], value, path);
    }
    if let Some(kinds) = schema.get("anyOf").and_then(Value::as_array) {
        let all: Vec<String> = kinds.iter().filter_map(|k| misfit(root, k, value, path)).collect();
        if all.len() == kinds.len() {
            return Some(format!("{path}: none of [{}]", all.join("; ")));
        }
    }
    if let Some(ways) = schema.get("oneOf").and_then(Value::as_array) {
        let fits = ways.iter().filter(|w| misfit(root, w, value, path).is_none()).count();
        if fits != 1 {
            return Some(format!("{path}: {fits} of the ways"));
        }
    }
    if let Some(list) = schema.get("enum").and_then(Value::as_array)
        && !list.contains(value)
    {
        return Some(format!("{path}: {value} is not one of {list:?}"));
    }
    if schema.get("const").is_some_and(|c| c != value) {
        return Some(format!("{path}: {value} is not the constant"));
    }
    let fits = match schema.get("type").and_then(Value::as_str) {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("boolean") => value.is_boolean(),
        Some("integer") => value.is_i64() || value.is_u64(),
        Some("number") => value.is_number(),
        Some(other) => panic!("type {other}"),
        None => true,
    };
    if !fits {
        return Some(format!("{path}: {value} is not of type {}", schema["type"]));
    }
    let bound = |key: &str| schema.get(key).and_then(Value::as_f64);
    let outside = |x: f64| bound("minimum").is_some_and(|b| x < b) || bound("maximum").is_some_and(|b| x > b);
    if value.as_f64().is_some_and(outside) {
        return Some(format!("{path}: {value} is out of bounds"));
    }
    if let (Some(items), Some(list)) = (schema.get("items"), value.as_array()) {
        let mut found = list.iter().enumerate();
        return found.find_map(|(i, v)| misfit(root, items, v, &format!("{path}.{i}")));
    }
    value.as_object().and_then(|map| misfit_object(root, schema, map, path))
}

fn misfit_object(
    root: &Value,
    schema: &Value,
    map: &serde_json::Map<String, Value>,
    path: &str,
) -> Option<String> {
    for key in schema.get("required").and_then(Value::as_array).into_iter().flatten() {
        if !map.contains_key(key.as_str().unwrap()) {
            return Some(format!("{path}: no {key}"));
        }
    }
    for (key, value) in map {
        let own = schema.get("properties").and_then(|p| p.get(key));
        let found = match (own, schema.get("additionalProperties")) {
            (Some(own), _) => misfit(root, own, value, &format!("{path}.{key}")),
            (None, Some(other)) => misfit(root, other, value, &format!("{path}.{key}")),
            (None, None) => None,
        };
        if found.is_some() {
            return found;
        }
    }
    None
}

/// TOML as JSON, dates as text.
fn as_json(value: &toml::Value) -> Value {
    match value {
        toml::Value::Datetime(d) => json!(d.to_string()),
        toml::Value::Array(list) => list.iter().map(as_json).collect(),
        toml::Value::Table(table) => {
            Value::Object(table.iter().map(|(k, v)| (k.clone(), as_json(v))).collect())
        }
        other => serde_json::to_value(other).unwrap(),
    }
}

fn json_of(text: &str) -> Value {
    as_json(&toml::Value::Table(text.parse().unwrap()))
}

#[test]
fn the_schema_accepts_every_good_file() {
    let schema = schema();
    let mut files = toml_in(&tests().join("good"));
    files.extend(toml_in(&tests().join("../models")));
    let wrong: Vec<String> = files
        .iter()
        .filter_map(|path| {
            let found = misfit(&schema, &schema, &json_of(&text_of(path)), "")?;
            Some(format!("{}: {found}", path.display()))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_schema_refuses_unknown_keys_and_wrong_kinds() {
    let schema = schema();
    let good = text_of(&tests().join("good/base.toml"));
    for (old, new) in [
        ("places = 200", "places = -2"),
        ("places = 200", "capactiy = 200"),
        ("closed = 0.7", "closed = 70"),
        ("to = \"closed\"", "to = 3"),
        ("title = \"A small service\"", ""),
        ("stay = { exponential = { mean = \"90 days\" } }", "stay = { exponential = { mean = 90 } }"),
    ] {
        assert!(good.contains(old));
        let changed = json_of(&good.replacen(old, new, 1));
        assert!(misfit(&schema, &schema, &changed, "").is_some(), "{new}");
    }
}

#[test]
fn the_scenario_schema_accepts_its_example() {
    let schema = scenario_schema();
    let example = json_of(caseflow::model::catalogue::SCENARIO.example);
    assert_eq!(misfit(&schema, &schema, &example, ""), None);
    assert!(misfit(&schema, &schema, &json_of("question = \"?\""), "").is_some());
}
