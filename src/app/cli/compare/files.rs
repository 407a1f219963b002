//! The model and scenarios of a comparison.

use super::super::ignorance::Chosen;
use super::super::{Failure, load};
use crate::base::diag::{Diagnostic, FileId, SourceMap};
use crate::model::{self, Effects, Loaded, Part, ScenarioHead, Strength};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Most scenarios of one comparison.
const MOST: usize = 100;

/// A scenario's text.
pub(super) struct Text {
    pub file: FileId,
    /// Name as typed.
    pub name: String,
}

/// All texts of a comparison.
pub(super) struct Texts {
    pub sources: SourceMap,
    pub model: FileId,
    pub model_name: String,
    /// Where the model was read from; `None` if it is the bundled one.
    pub path: Option<PathBuf>,
    pub scenarios: Vec<Text>,
    /// By kinds of effects: the scenarios that set them weak and strong.
    effects: BTreeMap<Vec<Effects>, [FileId; 2]>,
    /// What could not be decoded.
    problems: Vec<Diagnostic>,
}

/// What was found right.
pub(super) struct Checked {
    pub base: Loaded,
    pub scenarios: Vec<Loaded>,
    pub heads: Vec<ScenarioHead>,
    pub warnings: Vec<Diagnostic>,
}

/// The digest of a text, in hexadecimal.
pub(super) fn sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|b| format!("{b:02x}")).collect()
}

/// Reads the files: the model first, unless the first one is a scenario.
pub(super) fn read(files: &[PathBuf]) -> Result<Texts, Failure> {
    if files.len() > MOST + 1 {
        return Err(
            format!("{} files are too many: at most {MOST} scenarios are compared", files.len()).into()
        );
    }
    let mut sources = SourceMap::default();
    let mut problems = Vec::new();
    let mut texts = Vec::new();
    for path in files {
        let file = load::add(&mut sources, path, &mut problems)?;
        texts.push(Text { file, name: path.display().to_string() });
    }
    let first = texts.first().ok_or("no file was given")?;
    let (model, model_name, path) =
        if problems.is_empty() && model::is_scenario(sources.file(first.file).map_or("", |f| f.1)) {
            // without a head that can be read nobody knows which model is meant
            let named = match model::scenario_head(&sources, first.file) {
                Ok(head) => head.model,
                Err(found) => {
                    problems.extend(found);
                    None
                }
            };
            match (named, files.first()) {
                (Some(name), Some(path)) => {
                    let path = path.parent().unwrap_or(Path::new(".")).join(name);
                    let name = path.display().to_string();
                    (load::add(&mut sources, &path, &mut problems)?, name, Some(path))
                }
                _ => {
                    let name = load::BUNDLED_NAME;
                    (sources.add(name, load::BUNDLED), format!("{name} (bundled)"), None)
                }
            }
        } else {
            let first = texts.remove(0);
            (first.file, first.name, files.first().cloned())
        };
    if texts.is_empty() && problems.is_empty() {
        return Err("there is no scenario to compare the model with: name one or more after the model".into());
    }
    Ok(Texts { sources, model, model_name, path, scenarios: texts, effects: BTreeMap::new(), problems })
}

impl Texts {
    /// Checks the model alone and under each scenario; all problems at once.
    pub fn check(&mut self) -> Result<Checked, Vec<Diagnostic>> {
        if !self.problems.is_empty() {
            return Err(self.problems.clone());
        }
        // what is wrong with the model is said once
        let base = model::load(&self.sources, self.model, &[])?;
        let mut problems = Vec::new();
        let (mut scenarios, mut heads, mut warnings) = (Vec::new(), Vec::new(), base.warnings.clone());
        for text in &self.scenarios {
            let loaded = self.load(&[Part::whole(text.file)]);
            let head = model::scenario_head(&self.sources, text.file);
            match (loaded, head) {
                (Ok(loaded), Ok(head)) => {
                    problems.extend(self.comparable(&base, &loaded, text.file));
                    warnings.extend(loaded.warnings.iter().filter(|w| self.is_in(w, text.file)).cloned());
                    scenarios.push(loaded);
                    heads.push(head);
                }
                (Err(found), _) | (_, Err(found)) => problems.extend(found),
            }
        }
        if base.model.measures.is_empty() {
            let error = Diagnostic::whole("the model names no measures, so there is nothing to compare");
            problems.push(error.hint("add for example: [measures.NAME] count = { starts = \"STAGE\" }"));
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        for kinds in heads.iter().map(ScenarioHead::all_effects).filter(|kinds| !kinds.is_empty()) {
            let text = |strength| model::effects_at(&base.model.register, &kinds, strength);
            if let (Some(weak), Some(strong), false) =
                (text(Strength::Weak), text(Strength::Strong), self.effects.contains_key(&kinds))
            {
                let files = [("weak effects", weak), ("strong effects", strong)];
                let files = files.map(|(name, text)| self.sources.add(name, text));
                self.effects.insert(kinds, files);
            }
        }
        Ok(Checked { base, scenarios, heads, warnings })
    }

    /// The scenarios that set the effects on which another rests weak and strong.
    pub fn effects_of(&self, head: &ScenarioHead) -> Option<[FileId; 2]> {
        self.effects.get(&head.all_effects()).copied()
    }

    /// Adds the texts of draws, by their numbers from 0.
    pub fn add_draws(&mut self, chosen: &Chosen, which: &BTreeSet<u64>) -> BTreeMap<u64, FileId> {
        let mut out = BTreeMap::new();
        for k in which {
            let text = usize::try_from(*k).ok().and_then(|k| chosen.draws.scenario(k));
            if let Some(text) = text {
                out.insert(*k, self.sources.add(format!("draw {} of {}", k + 1, chosen.manifest.file), text));
            }
        }
        out
    }

    pub fn load(&self, parts: &[Part]) -> Result<Loaded, Vec<Diagnostic>> {
        model::load_parts(&self.sources, self.model, parts)
    }

    fn is_in(&self, finding: &Diagnostic, file: FileId) -> bool {
        finding.place.as_ref().is_some_and(|p| p.file == file)
    }

    /// A scenario must cover the same periods as the model.
    fn comparable(&self, base: &Loaded, with: &Loaded, file: FileId) -> Option<Diagnostic> {
        let (a, b) = (&base.model.run, &with.model.run);
        let same =
            a.length == b.length && a.warm_up == b.warm_up && a.starts == b.starts && a.periods == b.periods;
        let place = crate::base::diag::Place { file, span: 0..0 };
        (!same).then(|| {
            Diagnostic::error(place, "the scenario does not cover the same periods as the model")
                .hint("a scenario may not change model.starts, runs, warm_up or periods")
        })
    }
}
