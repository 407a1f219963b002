//! JSON Schema 2020-12 of model and scenario files.

use super::{CHANGE, Def, Key, Kind, MODEL, NOTED, NOTES, SCENARIO, tables};
use serde_json::{Map, Value, json};

/// The schema of model files.
pub fn schema() -> Value {
    document(&MODEL, "caseflow model file", &tables())
}

/// The schema of scenario files.
pub fn scenario_schema() -> Value {
    let mut value = document(&SCENARIO, "caseflow scenario file", &[&super::REMOVE, &CHANGE]);
    if let Some(root) = value.as_object_mut() {
        root.insert(
            "description".to_string(),
            json!("A value under [change] is any value of the model's grammar, or $defs/change"),
        );
    }
    value
}

fn document(root: &'static Def, title: &str, defs: &[&'static Def]) -> Value {
    let mut out = Map::new();
    out.insert("$schema".to_string(), json!("https://json-schema.org/draft/2020-12/schema"));
    out.insert("title".to_string(), json!(title));
    if let Value::Object(body) = object(root) {
        out.extend(body);
    }
    let defs: Map<String, Value> =
        defs.iter().filter(|d| d.id != root.id).map(|d| (d.id.to_string(), object(d))).collect();
    out.insert("$defs".to_string(), Value::Object(defs));
    Value::Object(out)
}

fn object(def: &'static Def) -> Value {
    let mut properties = Map::new();
    let notes: &[Key] = if def.noted { NOTES } else { &[] };
    for key in def.keys.iter().chain(notes) {
        properties.insert(key.name.to_string(), property(key));
    }
    let required: Vec<&str> = def.keys.iter().filter(|k| k.required).map(|k| k.name).collect();
    let mut out = Map::new();
    out.insert("type".to_string(), json!("object"));
    out.insert("description".to_string(), json!(def.about));
    out.insert("properties".to_string(), Value::Object(properties));
    if !required.is_empty() {
        out.insert("required".to_string(), json!(required));
    }
    if def.one_of {
        let each: Vec<Value> = def.keys.iter().map(|k| json!({ "required": [k.name] })).collect();
        out.insert("oneOf".to_string(), json!(each));
    }
    // atoms and rates per population have names of the author's beside their own keys
    let rest = match def.id {
        "atom" => kind(&Kind::Noted(&Kind::Share)),
        "per_10000" => kind(&Kind::Noted(&Kind::Number)),
        _ => json!(false),
    };
    out.insert("additionalProperties".to_string(), rest);
    Value::Object(out)
}

fn property(key: &Key) -> Value {
    let mut value = kind(&key.kind);
    if let Some(map) = value.as_object_mut() {
        let mut meaning = key.meaning.to_string();
        if !key.default.is_empty() {
            meaning.push_str(&format!(" (default: {})", key.default));
        }
        map.insert("description".to_string(), json!(meaning));
    }
    value
}

fn kind(k: &Kind) -> Value {
    match k {
        Kind::Text => json!({ "type": "string" }),
        Kind::Name(what) => json!({ "type": "string", "title": what }),
        Kind::Bool => json!({ "type": "boolean" }),
        Kind::Whole(low, high) => json!({ "type": "integer", "minimum": low, "maximum": high }),
        Kind::Number => json!({ "type": "number" }),
        Kind::Share => json!({ "type": "number", "minimum": 0, "maximum": 1 }),
        Kind::Rest => json!({ "const": "rest" }),
        Kind::Duration => json!({ "type": "string", "pattern": duration_pattern() }),
        Kind::Rate => json!({ "type": "string", "pattern": rate_pattern() }),
        Kind::Date => json!({ "type": "string", "format": "date" }),
        Kind::Time => json!({ "type": "string", "title": "a date or a length of time" }),
        Kind::Selector => json!({ "type": "string", "title": "conditions joined by &" }),
        Kind::Word(words) => json!({ "enum": words }),
        Kind::List(item) => json!({ "type": "array", "items": kind(item) }),
        Kind::Map(of, item) => json!({
            "type": "object",
            "propertyNames": { "title": of },
            "additionalProperties": kind(item),
        }),
        Kind::NotedMap(of, item) => {
            let notes: Map<String, Value> = NOTES.iter().map(|k| (k.name.to_string(), property(k))).collect();
            json!({
                "type": "object",
                "propertyNames": { "title": of },
                "properties": notes,
                "additionalProperties": kind(item),
            })
        }
        Kind::Table(def) => json!({ "$ref": format!("#/$defs/{}", def.id) }),
        Kind::Noted(inner) => {
            json!({ "anyOf": [kind(inner), { "$ref": format!("#/$defs/{}", NOTED.id) }] })
        }
        Kind::Any(kinds) => json!({ "anyOf": kinds.iter().map(kind).collect::<Vec<_>>() }),
        Kind::Anything => json!({}),
    }
}

const NUMBER: &str = r"^\s*\+?[0-9_]+(\.[0-9_]+)?([eE][-+]?[0-9]+)?\s*";

fn duration_pattern() -> String {
    format!("{NUMBER}(seconds?|minutes?|hours?|days?|working days?|weeks?|months?|years?)\\s*$")
}

fn rate_pattern() -> String {
    format!("{NUMBER}(per|a) +(seconds?|minutes?|hours?|days?|weeks?|months?|years?)\\s*$")
}
