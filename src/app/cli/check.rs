//! `caseflow check FILE...`

use super::{End, Failure, Format, load, say};
use crate::app::diagnostics;
use crate::base::diag::{Diagnostic, Severity, SourceMap};
use crate::model;
use std::path::{Path, PathBuf};

/// Options of `check`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Model or scenario files; a scenario is checked against the model it names
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// How to print the findings
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

pub(crate) fn run(args: Args) -> Result<End, Failure> {
    let json = args.format == Format::Json;
    let mut end = End::Done;
    let mut all = Vec::new();
    for path in &args.files {
        let (sources, findings, title) = check(path)?;
        let errors = findings.iter().filter(|f| f.severity == Severity::Error).count();
        if errors > 0 {
            end = End::Problems;
        }
        if json {
            all.extend(findings.iter().map(|f| sources.plain(f)));
            continue;
        }
        diagnostics::show(&sources, &findings, false);
        let name = path.display();
        match (errors, findings.len() - errors) {
            (0, 0) => say(&format!("{name}: fine. {title}")),
            (0, w) => say(&format!("{name}: can be run, with {w} warning{}. {title}", plural(w))),
            (e, _) => say(&format!("{name}: {e} error{}", plural(e))),
        }
    }
    if json {
        say(&serde_json::to_string_pretty(&all)?);
    }
    Ok(end)
}

fn plural(n: usize) -> &'static str {
    if n == 1 { "" } else { "s" }
}

/// Checks one file; what is a scenario shows by its `[change]`.
fn check(path: &Path) -> Result<(SourceMap, Vec<Diagnostic>, String), Failure> {
    let mut sources = SourceMap::default();
    let mut problems = Vec::new();
    let id = load::add(&mut sources, path, &mut problems)?;
    if !problems.is_empty() {
        return Ok((sources, problems, String::new()));
    }
    let text = sources.file(id).map_or("", |f| f.1);
    if model::is_scenario(text) {
        let texts = load::load(None, &[path.to_path_buf()])?;
        let title = model::scenario_head(&sources, id).map(|h| h.title).unwrap_or_default();
        return Ok(match texts.result {
            Ok(loaded) => (texts.sources, loaded.warnings, title),
            Err(problems) => (texts.sources, problems, title),
        });
    }
    Ok(match model::load(&sources, id, &[]) {
        Ok(loaded) => (sources, loaded.warnings, loaded.model.title),
        Err(problems) => (sources, problems, String::new()),
    })
}
