//! Any bytes as a scenario of a small model: a model or messages, never a panic.
#![no_main]

use caseflow::base::diag::SourceMap;
use caseflow::model::{decode, is_scenario, load, scenario_head};
use libfuzzer_sys::fuzz_target;

const MODEL: &str = include_str!("../../tests/good/base.toml");

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = decode(bytes) else { return };
    is_scenario(&text);
    let mut sources = SourceMap::default();
    let model = sources.add("base.toml", MODEL);
    let scenario = sources.add("scenario.toml", text);
    let _ = scenario_head(&sources, scenario);
    if let Err(found) = load(&sources, model, &[scenario]) {
        assert!(found.iter().any(|d| d.is_error()));
    }
});
