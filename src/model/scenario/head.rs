//! What a scenario says of itself.

use crate::base::diag::{Diagnostic, FileId, SourceMap};
use crate::model::catalogue::SCENARIO;
use crate::model::file::{Node, parse};
use crate::model::provenance::Source;
use crate::model::read::{Item, Reader};

/// What a scenario file says of itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ScenarioHead {
    /// Its title.
    pub title: String,
    /// The question it answers; may be empty.
    pub question: String,
    /// The model it changes, as a path relative to the scenario file.
    pub model: Option<String>,
    /// Sources it adds.
    pub sources: Vec<Source>,
}

/// Reads title, question, model and sources of a scenario file.
///
/// # Errors
/// What is wrong with them, or with the file as a whole.
pub fn scenario_head(sources: &SourceMap, file: FileId) -> Result<ScenarioHead, Vec<Diagnostic>> {
    let tree = parse(sources, file)?;
    let mut reader = Reader::new(sources);
    let head = read_head(&mut reader, &tree);
    if reader.errors() > 0 {
        return Err(reader.into_findings());
    }
    Ok(head)
}

/// The head of a scenario's tree; unknown keys of the scenario are reported.
pub(super) fn read_head(r: &mut Reader<'_>, tree: &Node) -> ScenarioHead {
    let mut head = ScenarioHead::default();
    let Some(f) = r.fields(&Item::new(tree, ""), &SCENARIO) else {
        return head;
    };
    head.title = r
        .need(&f, "title")
        .and_then(|i| r.text(&i))
        .unwrap_or_default();
    head.question = f
        .opt("question")
        .and_then(|i| r.text(&i))
        .unwrap_or_default();
    head.model = f.opt("model").and_then(|i| r.text(&i));
    if let Some(i) = f.opt("sources") {
        for entry in r.entries(&i, "a table of sources") {
            if let Some(title) = r.text(&i.entry(entry)) {
                let name = entry.key.clone();
                head.sources.push(Source { name, title });
            }
        }
    }
    head
}

/// Whether a file is a scenario rather than a model: it has changes, or names its model.
pub fn is_scenario(sources: &SourceMap, file: FileId) -> bool {
    let Ok(tree) = parse(sources, file) else { return false };
    ["change", "remove", "question"].iter().any(|key| tree.find(&[key]).is_some())
        || tree.find(&["model"]).is_some_and(|model| model.text().is_some())
}
