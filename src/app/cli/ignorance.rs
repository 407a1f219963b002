//! Draws of a model's numbers for a run: from a file beside the model, or from the ranges in it.

use super::Failure;
use super::load::{BUNDLED_DRAWS, BUNDLED_NAME, Texts, draws_beside};
use crate::app::files;
use crate::base::diag::Diagnostic;
use crate::engine::Network;
use crate::experiment::ignorance::{Drawn, Nesting, PER_DRAW};
use crate::experiment::run::Plan;
use crate::model::draws::{Draws, MOST_BYTES, laid, prior};
use crate::model::{Loaded, decode};
use crate::present::report::Ignorance;
use std::path::Path;

/// Where draws come from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub(super) enum Source {
    /// The model's own numbers throughout: the bands show chance alone
    None,
    /// Each number that has a range in the file is drawn from it, apart from the others
    Ranges,
    /// The draws of a calibration
    Draws,
}

/// What was asked for.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub from: Option<Source>,
    pub file: Option<&'a Path>,
}

/// Draws ready to run.
pub(super) struct Ready {
    pub networks: Drawn,
    pub manifest: Ignorance,
    /// As written beside the results.
    pub csv: String,
}

/// Draws made where there are only ranges.
const FROM_RANGES: usize = 200;

type Found = Result<Option<Ready>, Vec<Diagnostic>>;

/// Draws chosen, with where they come from.
pub(super) struct Chosen {
    pub draws: Draws,
    pub nesting: Nesting,
    pub manifest: Ignorance,
}

/// The draws of a model read from `path` that replications of a plan use; `None` if its numbers are not drawn.
pub(super) fn chosen(
    loaded: &Loaded,
    path: Option<&Path>,
    model_name: &str,
    asked: Asked<'_>,
    plan: Plan,
) -> Result<Option<Chosen>, Failure> {
    let beside = path.map(draws_beside).filter(|p| p.is_file());
    let file = asked.file.map(Path::to_path_buf).or(beside);
    // the bundled model is not read from a path, and has its draws with it
    let bundled = path.is_none() && file.is_none();
    let from = asked.from.unwrap_or(if file.is_some() || bundled { Source::Draws } else { Source::None });
    let (draws, name, word) = match from {
        Source::None if asked.file.is_some() => {
            return Err("--draws and --ignorance none contradict each other".into());
        }
        Source::None => return Ok(None),
        Source::Ranges => {
            let prior = prior(&loaded.model.register);
            if prior.unknowns.is_empty() {
                return Err(
                    "no number of the model has a range (low and high), so nothing can be drawn".into()
                );
            }
            (prior.draws(plan.seed, FROM_RANGES), model_name.to_string(), "ranges")
        }
        Source::Draws if bundled => {
            let name = format!("{} (bundled)", draws_beside(Path::new(BUNDLED_NAME)).display());
            (Draws::read(BUNDLED_DRAWS).map_err(|e| format!("{name}, {e}"))?, name, "draws")
        }
        Source::Draws => {
            let path = file.ok_or("there is no file of draws beside the model: name one with --draws, or use --ignorance ranges")?;
            let bytes = files::read_up_to(&path, MOST_BYTES as u64, "a file of draws")?;
            let text = decode(&bytes).map_err(|d| format!("{}: {}", path.display(), d.message))?;
            let draws = Draws::read(&text).map_err(|e| format!("{}, {e}", path.display()))?;
            (draws, path.display().to_string(), "draws")
        }
    };
    let nesting = Nesting { draws: draws.len() as u64, per_draw: PER_DRAW };
    let manifest = Ignorance {
        from: word.into(),
        file: name,
        sha256: sha256(&draws.csv()),
        draws: draws.len() as u64,
        used: nesting.needed(plan).len() as u64,
        per_draw: PER_DRAW,
        numbers: draws.paths.len(),
    };
    Ok(Some(Chosen { draws, nesting, manifest }))
}

/// The draws that a run uses; `None` if its numbers are not drawn.
pub(super) fn drawn(
    texts: &mut Texts,
    loaded: &Loaded,
    asked: Asked<'_>,
    plan: Plan,
) -> Result<Found, Failure> {
    let path = texts.path.clone();
    let found = chosen(loaded, path.as_deref(), &texts.model_name, asked, plan)?;
    let Some(Chosen { draws, nesting, manifest }) = found else { return Ok(Ok(None)) };
    let needed = nesting.needed(plan);
    let which = needed.iter().map(|k| *k as usize);
    let models = match laid(&mut texts.sources, texts.model, &texts.scenarios, &draws, &manifest.file, which)
    {
        Ok(models) => models,
        Err(found) => return Ok(Err(found)),
    };
    let networks = models.into_iter().map(|(k, l)| (k as u64, Network::compile(&l.model))).collect();
    let networks = Drawn::new(Network::compile(&loaded.model), nesting, networks)?;
    let csv = draws.csv();
    Ok(Ok(Some(Ready { networks, manifest, csv })))
}

fn sha256(text: &str) -> String {
    use sha2::Digest;
    sha2::Sha256::digest(text.as_bytes()).iter().map(|b| format!("{b:02x}")).collect()
}
