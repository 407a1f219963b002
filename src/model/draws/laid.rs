//! A model with a draw laid over it.

use super::Draws;
use crate::base::diag::{Diagnostic, FileId, SourceMap};
use crate::model::{Loaded, load};

/// Loads the model with each of these draws (from 0) under the scenarios; `name` is what the draws are called in messages.
///
/// # Errors
/// What is wrong with the first draw that gives no sound model; the texts of all draws tried are in `sources`.
pub fn laid(
    sources: &mut SourceMap,
    model: FileId,
    scenarios: &[FileId],
    draws: &Draws,
    name: &str,
    which: impl Iterator<Item = usize>,
) -> Result<Vec<(usize, Loaded)>, Vec<Diagnostic>> {
    let mut out = Vec::new();
    for k in which {
        let Some(text) = draws.scenario(k) else { continue };
        let file = sources.add(format!("draw {} of {name}", k + 1), text);
        let changes: Vec<FileId> = std::iter::once(file).chain(scenarios.iter().copied()).collect();
        out.push((k, load(sources, model, &changes)?));
    }
    Ok(out)
}
