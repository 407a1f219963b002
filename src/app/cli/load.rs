//! Reading a model and its scenarios from files.

use super::Failure;
use crate::app::files;
use crate::base::diag::{Diagnostic, FileId, SourceMap};
use crate::model::{self, Loaded};
use std::path::{Path, PathBuf};

/// The bundled model, which runs when no other is named.
pub(crate) const BUNDLED: &str = include_str!("../../../models/wiltshire.toml");
/// Its draws.
pub(crate) const BUNDLED_DRAWS: &str = include_str!("../../../models/wiltshire.draws.csv");
pub(crate) const BUNDLED_NAME: &str = "models/wiltshire.toml";

/// The texts of a run, and the result of checking them.
pub(crate) struct Texts {
    pub sources: SourceMap,
    pub result: Result<Loaded, Vec<Diagnostic>>,
    /// Names as typed, for the manifest.
    pub model_name: String,
    pub scenario_names: Vec<String>,
    pub scenario_titles: Vec<String>,
    /// The model and its scenarios among the sources.
    pub model: FileId,
    pub scenarios: Vec<FileId>,
    /// Where the model was read from; `None` if it is the bundled one.
    pub path: Option<PathBuf>,
}

/// Reads and checks a model (the bundled one if `None`) under scenarios.
pub(crate) fn load(model: Option<&Path>, scenarios: &[PathBuf]) -> Result<Texts, Failure> {
    let mut sources = SourceMap::default();
    let mut problems = Vec::new();
    let scenario_ids: Vec<FileId> =
        scenarios.iter().map(|path| add(&mut sources, path, &mut problems)).collect::<Result<_, _>>()?;
    // a scenario may name its model; what is typed goes first
    let named = match (model, scenario_ids.first()) {
        (Some(path), _) => Some(path.to_path_buf()),
        (None, Some(&id)) => model::scenario_head(&sources, id)
            .ok()
            .and_then(|head| head.model)
            .map(|name| scenarios[0].parent().unwrap_or(Path::new(".")).join(name)),
        (None, None) => None,
    };
    let found = named.clone();
    let (model_id, model_name) = match named {
        Some(path) => (add(&mut sources, &path, &mut problems)?, path.display().to_string()),
        None => (sources.add(BUNDLED_NAME, BUNDLED), format!("{BUNDLED_NAME} (bundled)")),
    };
    let result =
        if problems.is_empty() { model::load(&sources, model_id, &scenario_ids) } else { Err(problems) };
    let scenario_names = scenarios.iter().map(|s| s.display().to_string()).collect();
    let heads = scenario_ids.iter().filter_map(|id| model::scenario_head(&sources, *id).ok());
    let scenario_titles = heads.map(|head| head.title).collect();
    Ok(Texts {
        sources,
        result,
        model_name,
        scenario_names,
        scenario_titles,
        model: model_id,
        scenarios: scenario_ids,
        path: found,
    })
}

/// The file of draws that stands beside a model: `NAME.draws.csv` beside `NAME.toml`.
pub(crate) fn draws_beside(model: &Path) -> PathBuf {
    model.with_extension("draws.csv")
}

/// Adds a file to the sources; a text that cannot be decoded is a problem of the file. Files of counts that it
/// names are forecast.
pub(crate) fn add(
    sources: &mut SourceMap,
    path: &Path,
    problems: &mut Vec<Diagnostic>,
) -> Result<FileId, Failure> {
    let bytes = files::read(path)?;
    let name = path.display().to_string();
    match model::decode(&bytes) {
        Ok(text) => {
            let id = sources.add(name, text);
            super::counts::supply(sources, id, path, problems);
            Ok(id)
        }
        Err(mut problem) => {
            let id = sources.add(name, String::new());
            if let Some(place) = &mut problem.place {
                place.file = id;
            } else {
                problem.place = Some(crate::base::diag::Place { file: id, span: 0..0 });
            }
            problems.push(problem);
            Ok(id)
        }
    }
}
