//! Loading files of the tests.

use caseflow::base::diag::{Diagnostic, SourceMap};
use caseflow::model::{Loaded, decode, load};
use std::path::{Path, PathBuf};

/// The folder of the tests.
pub fn tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

/// Files with this ending in a folder of the repository, by name.
pub fn toml_in(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<PathBuf> = entries
        .filter_map(|e| Some(e.ok()?.path()))
        .filter(|p| p.extension().is_some_and(|e| e == "toml"))
        .collect();
    files.sort();
    files
}

/// Loads a model from its text.
pub fn load_text(name: &str, text: &str) -> Result<Loaded, (SourceMap, Vec<Diagnostic>)> {
    let mut sources = SourceMap::default();
    let file = sources.add(name, text);
    load(&sources, file, &[]).map_err(|errors| (sources, errors))
}

/// Loads a model under a scenario.
pub fn load_with(model: &str, scenario: &str) -> Result<Loaded, (SourceMap, Vec<Diagnostic>)> {
    let mut sources = SourceMap::default();
    let file = sources.add("base.toml", model);
    let change = sources.add("scenario.toml", scenario);
    load(&sources, file, &[change]).map_err(|errors| (sources, errors))
}

/// The findings as lines: severity, place, message, hints.
pub fn lines(sources: &SourceMap, findings: &[Diagnostic], own: &str) -> Vec<String> {
    let mut out = Vec::new();
    for d in findings {
        let plain = sources.plain(d);
        let severity = if d.is_error() { "error" } else { "warning" };
        let file = if plain.file == own || d.place.is_none() { String::new() } else { plain.file + ":" };
        out.push(format!("{severity} {file}{}:{} {}", plain.line, plain.column, plain.message));
        for (place, label) in &d.also {
            let (line, column) = sources.line_column(place);
            out.push(format!("  also {line}:{column} {label}"));
        }
        if !plain.label.is_empty() {
            out.push(format!("  label {}", plain.label));
        }
        out.extend(plain.hints.iter().map(|h| format!("  hint {h}")));
    }
    out
}

/// A model that must load.
pub fn good(name: &str, text: &str) -> Loaded {
    load_text(name, text)
        .unwrap_or_else(|(sources, errors)| panic!("{name}:\n{}", lines(&sources, &errors, name).join("\n")))
}

/// The text of a file.
pub fn text_of(path: &Path) -> String {
    decode(&std::fs::read(path).unwrap()).unwrap()
}
