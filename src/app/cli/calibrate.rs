//! `caseflow calibrate MODEL --to TARGETS.csv`

use super::load::{self, BUNDLED_DRAWS, BUNDLED_NAME, draws_beside};
use super::run::{machine, now};
use super::{End, Failure, Format, say, tell};
use crate::app::files::{self, Folder};
use crate::app::{diagnostics, kept::Kept, progress};
use crate::base::diag::{Diagnostic, SourceMap};
use crate::calibrate::totals::{
    BLOCKS, Curve, Fit, FitError, Informed, Met, Method, Plan, Simulator, Target, Written, effort, fit,
    periods, read, written,
};
use crate::experiment::run::Watch;
use crate::model::draws::{Draws, MOST_BYTES, Prior};
use crate::model::{Loaded, decode, suggest};
use crate::present::calibration::{self, Calibration, Manifest, PriorUsed};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Options of `calibrate`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The model file; the bundled Wiltshire model if left out
    model: Option<PathBuf>,
    /// What is to be met: CSV with the columns measure, period, value, and if wanted error and rounding
    #[arg(long, value_name = "TARGETS.csv")]
    to: PathBuf,
    /// Folder for the fitted model, its draws and the page [default: caseflow-calibrate]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// A scenario file whose changes apply; may be given more than once
    #[arg(long, value_name = "FILE")]
    scenario: Vec<PathBuf>,
    /// Fit only numbers whose path begins with this; may be given more than once
    #[arg(long, value_name = "PATH")]
    only: Vec<String>,
    /// How to work out what the model gives: by exact moments where there are any, else by simulation
    #[arg(long, value_enum, default_value = "chosen")]
    method: Way,
    /// Sets of numbers tried over their whole ranges
    #[arg(long, value_name = "N", default_value = "300", value_parser = clap::value_parser!(u16).range(40..=5_000))]
    points: u16,
    /// Sets of numbers tried in each later wave, where the figures are nearly met
    #[arg(long, value_name = "N", default_value = "120", value_parser = clap::value_parser!(u16).range(20..=2_000))]
    wave_points: u16,
    /// Later waves
    #[arg(long, value_name = "N", default_value = "2", value_parser = clap::value_parser!(u8).range(1..=10))]
    waves: u8,
    /// Replications of each set of numbers; sets share their random numbers in 32 blocks
    #[arg(long, value_name = "N", default_value = "8", value_parser = clap::value_parser!(u16).range(2..=1_000))]
    replications: u16,
    /// Per cent of a figure by which the model may be off whatever its numbers
    #[arg(long, value_name = "PERCENT", default_value = "2")]
    discrepancy: f64,
    /// Keep to that discrepancy also where the figures cannot be met together within it
    #[arg(long)]
    no_inflate: bool,
    /// What is taken as known before [default: the draws MODEL.draws.csv if they lie beside the model, else the ranges]
    #[arg(long, value_enum)]
    prior: Option<Known>,
    /// Seed of the random numbers
    #[arg(long, value_name = "N", default_value = "1")]
    seed: u64,
    /// Do not fit a second time without the last period
    #[arg(long)]
    no_hold_out: bool,
    /// Replace an earlier calibration in that folder
    #[arg(long)]
    force: bool,
    /// How to print the results
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// No progress bar
    #[arg(long, short)]
    quiet: bool,
}

/// What is taken as known before the figures are seen.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Known {
    /// Draws beside the model: what varies in them, as it hangs together there; ranges for all else
    Draws,
    /// The ranges in the model file, each number apart from the others
    Ranges,
}

/// How the model's figures are worked out.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Way {
    /// By exact moments where there are any, else by simulation
    Chosen,
    /// By exact moments; refused where there are none
    Exact,
    /// By simulation, also where there are exact moments
    Simulate,
}

#[expect(clippy::disallowed_methods, reason = "the command line may ask the clock")]
pub(crate) fn run(args: Args) -> Result<End, Failure> {
    let json = args.format == Format::Json;
    let texts = load::load(args.model.as_deref(), &args.scenario)?;
    let loaded = match &texts.result {
        Ok(loaded) => loaded.clone(),
        Err(problems) => {
            diagnostics::show(&texts.sources, problems, json);
            return Ok(End::Problems);
        }
    };
    if !(0.0..=50.0).contains(&args.discrepancy) {
        return Err(format!("--discrepancy must be between 0 and 50, found {}", args.discrepancy).into());
    }
    let bytes = files::read_up_to(&args.to, 4 << 20, "a file of targets")?;
    let text = decode(&bytes).map_err(|d: Diagnostic| format!("{}: {}", args.to.display(), d.message))?;
    let targets = match read(&text, &loaded.model) {
        Ok(targets) => targets,
        Err(wrong) => {
            let shown = wrong.iter().take(SHOWN);
            shown.for_each(|e| tell(&format!("error: {}, {e}", args.to.display())));
            if wrong.len() > SHOWN {
                tell(&format!("and {} errors more", wrong.len() - SHOWN));
            }
            return Ok(End::Problems);
        }
    };
    let place = args.out.clone().unwrap_or_else(|| PathBuf::from("caseflow-calibrate"));
    let folder = Folder::new(&place, args.force)?;
    let (prior, used) = known(&texts, &loaded, &args)?;
    let plan = plan(&args);
    progress::catch_interrupt();
    let began = Instant::now();
    let key = key(&loaded, &bytes, &args, &used);
    let kept = Kept::open(&place, key)?;
    let work = Work { texts: &texts, prior: &prior, kept: &kept, args: &args, plan };
    let measures: Vec<String> = loaded.model.measures.iter().map(|m| m.name.clone()).collect();
    let over = periods(&loaded.model, &targets);
    let bar = progress::Bar::new(work.points(&targets), args.quiet || json);
    let found = match work.all(&targets, &over, &measures, &bar) {
        Ok(found) => found,
        Err(FitError::Stopped) => {
            drop(bar);
            tell(&format!("stopped: the same command goes on from there ({})", kept.place().display()));
            return Ok(End::Stopped);
        }
        Err(other) => return Err(other.into()),
    };
    drop(bar);
    let (fit, held, curves) = found;
    let manifest =
        manifest(&args, &texts, &loaded, &bytes, plan, (&prior, used), began.elapsed().as_secs_f64());
    let own = texts.sources.file(texts.model).map_or("", |f| f.1);
    let text = if args.scenario.is_empty() { own } else { loaded.canonical.as_str() };
    let (model, fitted_model) = fitted_text(&texts, text, &fit, &manifest);
    let calibration = Calibration {
        model: &loaded.model,
        fitted_model: fitted_model.as_ref().map_or(&loaded.model, |l| &l.model),
        targets: &targets,
        curves: &curves,
        text,
        written: model.as_ref(),
        fit: &fit,
        held_out: held.as_deref(),
        manifest: &manifest,
    };
    for (name, bytes) in calibration::files(&calibration)? {
        folder.write(&name, &bytes)?;
    }
    folder.write("model.toml", model.as_ref().map_or(text, |w| w.text.as_str()).as_bytes())?;
    folder.write("model.draws.csv", fit.draws.csv().as_bytes())?;
    folder.finish()?;
    kept.done();
    if json {
        say(&serde_json::to_string_pretty(&calibration::json(&calibration))?);
    } else {
        say(&calibration::text(&calibration));
        say(&format!("Open {}", place.join("index.html").display()));
        say(&format!("Next: caseflow run {}", place.join("model.toml").display()));
    }
    Ok(End::Done)
}

/// Faults of a file of targets that are shown.
const SHOWN: usize = 20;

/// The draws that stand with the model, and what they are called.
fn beside(texts: &load::Texts) -> Result<Option<(Draws, String)>, Failure> {
    let Some(path) = &texts.path else {
        let name = format!("{} (bundled)", draws_beside(Path::new(BUNDLED_NAME)).display());
        return Ok(Some((Draws::read(BUNDLED_DRAWS).map_err(|e| format!("{name}, {e}"))?, name)));
    };
    let path = draws_beside(path);
    if !path.is_file() {
        return Ok(None);
    }
    let bytes = files::read_up_to(&path, MOST_BYTES as u64, "a file of draws")?;
    let text = decode(&bytes).map_err(|d| format!("{}: {}", path.display(), d.message))?;
    let draws = Draws::read(&text).map_err(|e| format!("{}, {e}", path.display()))?;
    Ok(Some((draws, path.display().to_string())))
}

/// What is taken as known of the numbers asked for.
fn known(texts: &load::Texts, loaded: &Loaded, args: &Args) -> Result<(Prior, PriorUsed), Failure> {
    let mut register = loaded.model.register.clone();
    let only = |path: &str| args.only.is_empty() || args.only.iter().any(|p| path.starts_with(p.as_str()));
    for a in register.iter_mut().filter(|a| !only(&a.path)) {
        (a.low, a.high) = (None, None);
    }
    let ranges = |why: Option<String>| PriorUsed {
        from: "ranges".into(),
        why,
        file: texts.model_name.clone(),
        sha256: String::new(),
        draws: 0,
        drawn: 0,
        coordinates: 0,
    };
    let found = if args.prior == Some(Known::Ranges) { None } else { beside(texts)? };
    let (prior, used) = match found {
        None if args.prior == Some(Known::Draws) => {
            return Err("there is no file of draws beside the model: use --prior ranges".into());
        }
        None => (Prior::of(&register, None)?, ranges(None)),
        Some((draws, file)) => {
            // a column is kept if it is within what was asked for, or what was asked for is within it
            let kept = |p: &String| only(p) || args.only.iter().any(|o| o.starts_with(&format!("{p}.")));
            let columns: Vec<usize> = (0..draws.paths.len()).filter(|k| kept(&draws.paths[*k])).collect();
            let part = Draws {
                paths: columns.iter().map(|k| draws.paths[*k].clone()).collect(),
                values: draws
                    .values
                    .iter()
                    .map(|row| columns.iter().filter_map(|k| row.get(*k).cloned()).collect())
                    .collect(),
            };
            match Prior::of(&register, Some(&part)) {
                Ok(prior) => {
                    let (drawn, coordinates) = prior.drawn();
                    let sha256 = sha256(part.csv().as_bytes());
                    let draws = draws.len();
                    (
                        prior,
                        PriorUsed {
                            from: "draws".into(),
                            why: None,
                            file,
                            sha256,
                            draws,
                            drawn,
                            coordinates,
                        },
                    )
                }
                Err(why) if args.prior == Some(Known::Draws) => {
                    return Err(format!("{file} cannot be what is known before: {why}").into());
                }
                Err(why) => {
                    let why = format!("{file} cannot be used: {why}");
                    tell(&format!(
                        "warning: {why}. The ranges of the model file are used, each number apart."
                    ));
                    (Prior::of(&register, None)?, ranges(Some(why)))
                }
            }
        }
    };
    for wanted in &args.only {
        if !prior.unknowns.iter().any(|u| u.path.starts_with(wanted.as_str())) {
            let register = &loaded.model.register;
            if register.iter().any(|a| a.path.starts_with(wanted.as_str())) {
                return Err(format!("--only {wanted}: no number there has a range (low and high)").into());
            }
            let parts = wanted.split('.').count();
            let known: std::collections::BTreeSet<String> = register
                .iter()
                .map(|a| a.path.split('.').take(parts).collect::<Vec<_>>().join("."))
                .collect();
            let hint = suggest(wanted, known.iter().map(String::as_str));
            let hint = hint.map(|near| format!("; did you mean {near}?")).unwrap_or_default();
            return Err(format!(
                "--only {wanted}: no number's path begins so{hint} `caseflow assumptions MODEL` lists them all"
            )
            .into());
        }
    }
    Ok((prior, used))
}

/// The model's text with what was fitted in it, and that model; none if no such text gives a sound model.
fn fitted_text(
    texts: &load::Texts,
    text: &str,
    fit: &Fit,
    manifest: &Manifest,
) -> (Option<Written>, Option<Loaded>) {
    let numbers: Vec<(&Informed, f64)> = fit.middle.iter().map(|(i, x)| (&fit.informed[*i], *x)).collect();
    let file = Path::new(&manifest.targets).file_name().unwrap_or_default().to_string_lossy().into_owned();
    let sha = manifest.targets_sha256.get(..12).unwrap_or_default();
    let day = manifest.finished.get(..10).unwrap_or_default();
    let by = format!("fitted to {file} ({sha}) on {day}");
    for exact in [false, true] {
        let Some(found) = written(text, &numbers, &by, exact) else { continue };
        let mut sources: SourceMap = texts.sources.clone();
        let id = sources.add("model.toml", found.text.clone());
        if let Ok(loaded) = crate::model::load(&sources, id, &[]) {
            return (Some(found), Some(loaded));
        }
    }
    (None, None)
}

fn plan(args: &Args) -> Plan {
    Plan {
        first: usize::from(args.points),
        wave: usize::from(args.wave_points),
        waves: usize::from(args.waves),
        discrepancy: args.discrepancy / 100.0,
        seed: args.seed,
        inflate: !args.no_inflate,
        ..Plan::default()
    }
}

/// A fit, the last period held out if it was, and what the fit gives over time.
type Found = (Fit, Option<Vec<Met>>, Vec<Curve>);

struct Work<'a> {
    texts: &'a load::Texts,
    prior: &'a Prior,
    kept: &'a Kept,
    args: &'a Args,
    plan: Plan,
}

impl Work<'_> {
    /// The targets before the last period, if there are any and they are wanted.
    fn earlier(&self, targets: &[Target]) -> Option<Vec<Target>> {
        let last = targets.iter().map(|t| t.to).max().filter(|_| !self.args.no_hold_out)?;
        let earlier: Vec<Target> = targets.iter().filter(|t| t.to < last).cloned().collect();
        (!earlier.is_empty()).then_some(earlier)
    }

    fn method(&self) -> Method {
        match self.args.method {
            Way::Chosen => Method::Chosen,
            Way::Exact => Method::Exact,
            Way::Simulate => Method::Simulate,
        }
    }

    /// Sets of numbers to be tried, to show progress.
    fn points(&self, targets: &[Target]) -> u64 {
        let one = effort(&self.simulator(targets), self.plan, self.method());
        let twice = self.earlier(targets).is_some();
        (if twice { 2 * one + self.plan.checked } else { one } + 2 * self.plan.checked.min(40)) as u64
    }

    fn simulator<'s>(&'s self, targets: &'s [Target]) -> Simulator<'s> {
        Simulator {
            sources: &self.texts.sources,
            model: self.texts.model,
            scenarios: &self.texts.scenarios,
            prior: self.prior,
            targets,
            replications: u64::from(self.args.replications),
            seed: self.args.seed,
            cache: self.kept,
        }
    }

    fn all(
        &self,
        targets: &[Target],
        over: &[Target],
        measures: &[String],
        watch: &impl Watch,
    ) -> Result<Found, FitError> {
        let method = self.method();
        let whole = fit(&self.simulator(targets), measures, self.plan, method, watch)?;
        let curves = whole.curves(&self.simulator(over), self.plan, watch)?;
        let Some(earlier) = self.earlier(targets) else { return Ok((whole, None, curves)) };
        let first = match fit(&self.simulator(&earlier), measures, self.plan, method, watch) {
            Ok(first) => first,
            Err(FitError::Stopped) => return Err(FitError::Stopped),
            // too little is left to learn from: there is no hold-out
            Err(_) => return Ok((whole, None, curves)),
        };
        let last: Vec<Target> = targets.iter().filter(|t| !earlier.contains(t)).cloned().collect();
        let met = first.foresee(&self.simulator(&last), measures, self.plan, watch)?;
        Ok((whole, Some(met), curves))
    }
}

/// A digest of all that simulated numbers depend on, beside the numbers tried.
fn key(loaded: &Loaded, targets: &[u8], args: &Args, prior: &PriorUsed) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in [
        env!("CARGO_PKG_VERSION").as_bytes(),
        &(BLOCKS as u64).to_le_bytes(),
        loaded.canonical.as_bytes(),
        targets,
        &args.seed.to_le_bytes(),
        &args.replications.to_le_bytes(),
        args.only.join("\n").as_bytes(),
        prior.sha256.as_bytes(),
    ] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}

fn manifest(
    args: &Args,
    texts: &load::Texts,
    loaded: &Loaded,
    targets: &[u8],
    plan: Plan,
    (prior, used): (&Prior, PriorUsed),
    seconds: f64,
) -> Manifest {
    let shown = |p: &Path| p.display().to_string();
    Manifest {
        title: loaded.model.title.clone(),
        model: texts.model_name.clone(),
        model_sha256: sha256(loaded.canonical.as_bytes()),
        targets: shown(&args.to),
        targets_sha256: sha256(targets),
        scenarios: texts.scenario_names.clone(),
        plan,
        replications: u64::from(args.replications),
        unknowns: prior.unknowns.len(),
        prior: used,
        version: env!("CARGO_PKG_VERSION").to_string(),
        command: std::env::args().collect::<Vec<_>>().join(" "),
        finished: now(),
        seconds,
        machine: machine(),
    }
}
