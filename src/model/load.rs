//! From texts to a checked model.

use super::file::{Node, Value, canonical, clip, parse};
use super::read::{Reader, read, suggest};
use super::scenario::Part;
use super::{Model, check, scenario};
use crate::base::calendar::time_of;
use crate::base::diag::{Diagnostic, FileId, SourceMap};
use crate::base::quantity::duration;
use crate::base::time::{SimTime, Span};

/// A model that can be run.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The checked model.
    pub model: Model,
    /// What is suspicious.
    pub warnings: Vec<Diagnostic>,
    /// The model's file with the scenarios applied, always the same text for the same content:
    /// TOML that loads as the same model.
    pub canonical: String,
}

/// Reads a model file, applies scenarios in order, and checks the result.
///
/// # Errors
/// Every error and warning in the files, in their order, if any is an error.
pub fn load(sources: &SourceMap, model: FileId, scenarios: &[FileId]) -> Result<Loaded, Vec<Diagnostic>> {
    let parts: Vec<Part> = scenarios.iter().map(|file| Part::whole(*file)).collect();
    load_parts(sources, model, &parts)
}

/// Reads a model file and applies parts of scenarios, as [`load`] does.
///
/// # Errors
/// Every error and warning in the files, in their order, if any is an error.
pub fn load_parts(sources: &SourceMap, model: FileId, parts: &[Part]) -> Result<Loaded, Vec<Diagnostic>> {
    let files: Vec<FileId> = parts.iter().map(|part| part.file).collect();
    let (mut root, changes) = parse_all(sources, model, &files)?;
    let supplied: Vec<FileId> = sources.supplied(model).collect();
    let supplies: Vec<Node> = supplied.iter().map(|file| parse(sources, *file)).collect::<Result<_, _>>()?;
    let mut reader = Reader::new(sources);
    for (tree, file) in supplies.iter().zip(supplied) {
        scenario::apply(&mut reader, &mut root, tree, &Part::whole(file));
    }
    for (tree, part) in changes.iter().zip(parts) {
        scenario::apply(&mut reader, &mut root, tree, part);
    }
    // a change that went nowhere leaves the model as it was: reading on finds other mistakes
    let model = read(&mut reader, &root);
    for tree in &changes {
        check_named(&mut reader, &model, tree);
        check_begun(&mut reader, &model, tree);
    }
    check::check(&mut reader, &model, &root);
    let errors = reader.errors();
    let findings = reader.into_findings();
    if errors > 0 {
        return Err(findings);
    }
    Ok(Loaded { model, warnings: findings, canonical: canonical(&root) })
}

/// The measures that a scenario names must be the model's.
fn check_named(reader: &mut Reader<'_>, model: &Model, tree: &Node) {
    let known = || model.measures.iter().map(|m| m.name.as_str());
    for (name, place) in scenario::named_measures(tree) {
        if known().any(|m| m == name) {
            continue;
        }
        let error = Diagnostic::error(place.clone(), format!("there is no measure `{}`", clip(name)));
        reader.push(match suggest(name, known()) {
            Some(near) => error.hint(format!("did you mean `{near}`?")),
            None => error.hint("a scenario is judged on measures that stand under [measures]"),
        });
    }
}

/// A change from a time that the run never reaches changes nothing.
fn check_begun(reader: &mut Reader<'_>, model: &Model, tree: &Node) {
    let end = SimTime(model.run.length.0);
    for (path, node) in scenario::beginnings(tree) {
        let at = match &node.value {
            Value::Date { at, .. } => model.run.starts.map(|starts| time_of(starts, at.date())),
            _ => node.text().and_then(|t| duration(t).ok()).map(|d| SimTime(Span::from_days(d.days).0)),
        };
        if at.is_some_and(|at| at >= end) {
            let message = format!("`{}` changes after the end of the run: nothing comes of it", clip(path));
            reader.push(Diagnostic::warning(node.place.clone(), message));
        }
    }
}

type Trees = (Node, Vec<Node>);

/// The trees of all files; syntax errors of all of them if there are any.
fn parse_all(sources: &SourceMap, model: FileId, scenarios: &[FileId]) -> Result<Trees, Vec<Diagnostic>> {
    let root = parse(sources, model);
    let mut trees = Vec::new();
    let mut errors = Vec::new();
    for &file in scenarios {
        match parse(sources, file) {
            Ok(tree) => trees.push(tree),
            Err(found) => errors.extend(found),
        }
    }
    match root {
        Ok(root) if errors.is_empty() => Ok((root, trees)),
        Ok(_) => Err(errors),
        Err(mut found) => {
            found.extend(errors);
            Err(found)
        }
    }
}
