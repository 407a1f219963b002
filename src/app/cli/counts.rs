//! Files of counts that a model names: forecast when the model is read.

use crate::app::files;
use crate::base::diag::{Diagnostic, FileId, SourceMap};
use crate::forecast::read;
use crate::forecast::run::{Outcome, forecast};
use crate::forecast::series::{Options, Series, Treatment, covid};
use crate::model::{self, CountsAsked};
use crate::present::forecast::filling;
use sha2::Digest;
use std::path::Path;

/// Works out the paths of every stream of the model in `path` that names a file of counts, and supplies
/// them to the model.
pub(super) fn supply(sources: &mut SourceMap, model: FileId, path: &Path, problems: &mut Vec<Diagnostic>) {
    for asked in model::counts_asked(sources, model) {
        match work(&asked, path.parent().unwrap_or(Path::new(""))) {
            Ok(text) => {
                let id = sources.add(format!("{} as forecast", asked.series), text);
                sources.supply(model, id);
            }
            Err(found) => problems.extend(found),
        }
    }
}

/// The scenario that gives the stream its paths.
fn work(asked: &CountsAsked, folder: &Path) -> Result<String, Vec<Diagnostic>> {
    let error = |message: String| Diagnostic::error(asked.place.clone(), message);
    let path = folder.join(&asked.series);
    let bytes = files::read_up_to(&path, read::MOST_BYTES as u64, "a file of monthly counts")
        .map_err(|e| vec![error(e.to_string())])?;
    let told = |problems: Vec<crate::forecast::problem::Problem>| -> Vec<Diagnostic> {
        let one = |p: crate::forecast::problem::Problem| {
            let line = if p.line > 0 { format!(" line {}:", p.line) } else { String::new() };
            error(format!("{}:{line} {}", asked.series, p.message)).hint(p.hint)
        };
        problems.into_iter().map(one).collect()
    };
    let found = read::read(&bytes).map_err(told)?;
    let series = pick(asked, found.series).map_err(|message| vec![error(message)])?;
    let treatment = match asked.covid.as_str() {
        "level" => Treatment::LevelShift,
        "ignored" => Treatment::Ignored,
        _ => Treatment::Dip,
    };
    let options = Options {
        horizon: usize::from(asked.horizon),
        incomplete: usize::from(asked.incomplete),
        shocks: covid(treatment),
        ..Options::default()
    };
    let mut outcomes: Vec<Outcome> = forecast(std::slice::from_ref(&series), &options).map_err(told)?;
    let outcome = outcomes.pop().ok_or_else(|| vec![error("no forecast was made".into())])?;
    let digest: String = sha2::Sha256::digest(&bytes).iter().map(|b| format!("{b:02x}")).collect();
    let of = asked.name.as_ref().map(|name| format!(" of {name}")).unwrap_or_default();
    let version = env!("CARGO_PKG_VERSION");
    let origin = format!("Forecast{of} from {} (SHA-256 {digest}), caseflow {version}", asked.series);
    Ok(filling(&outcome, asked, &origin))
}

/// The series that is meant.
fn pick(asked: &CountsAsked, mut all: Vec<Series>) -> Result<Series, String> {
    let names = || all.iter().take(20).map(|s| format!("\"{}\"", s.name)).collect::<Vec<_>>().join(", ");
    let Some(name) = &asked.name else {
        let listed = names();
        let only = if all.len() == 1 { all.pop() } else { None };
        return only
            .ok_or_else(|| format!("{} has several series: say which with `name`: {listed}", asked.series));
    };
    let fits = |s: &Series| s.name == *name || s.source.as_deref() == Some(name);
    match all.iter().filter(|s| fits(s)).count() {
        1 => all.iter().position(fits).map(|i| all.swap_remove(i)).ok_or_else(String::new),
        0 => Err(format!("{} has no series \"{name}\", but {}", asked.series, names())),
        n => Err(format!("{} has {n} series \"{name}\"", asked.series)),
    }
}
