//! `caseflow calibrate MODEL --to TARGETS.csv`

use super::load;
use super::run::{machine, now};
use super::{End, Failure, Format, say, tell};
use crate::app::files::{self, Folder};
use crate::app::{diagnostics, kept::Kept, progress};
use crate::base::diag::Diagnostic;
use crate::calibrate::totals::{
    BLOCKS, Fit, FitError, Met, Method, Plan, Simulator, Target, effort, fit, read,
};
use crate::experiment::run::Watch;
use crate::model::draws::{Prior, prior};
use crate::model::{Loaded, decode};
use crate::present::calibration::{self, Calibration, Manifest};
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
            wrong.iter().for_each(|e| tell(&format!("error: {}, {e}", args.to.display())));
            return Ok(End::Problems);
        }
    };
    let place = args.out.clone().unwrap_or_else(|| PathBuf::from("caseflow-calibrate"));
    let folder = Folder::new(&place, args.force)?;
    let prior = unknowns(&loaded, &args.only);
    let plan = plan(&args);
    progress::catch_interrupt();
    let began = Instant::now();
    let key = key(&loaded, &bytes, &args);
    let kept = Kept::open(&place, key)?;
    let work = Work { texts: &texts, prior: &prior, kept: &kept, args: &args, plan };
    let measures: Vec<String> = loaded.model.measures.iter().map(|m| m.name.clone()).collect();
    let bar = progress::Bar::new(work.points(&targets), args.quiet || json);
    let found = match work.all(&targets, &measures, &bar) {
        Ok(found) => found,
        Err(FitError::Stopped) => {
            drop(bar);
            tell(&format!("stopped: the same command goes on from there ({})", kept.place().display()));
            return Ok(End::Stopped);
        }
        Err(other) => return Err(other.into()),
    };
    drop(bar);
    let (fit, held) = found;
    let manifest = manifest(&args, &texts, &loaded, &bytes, plan, &prior, began.elapsed().as_secs_f64());
    let calibration =
        Calibration { model: &loaded.model, fit: &fit, held_out: held.as_deref(), manifest: &manifest };
    for (name, bytes) in calibration::files(&calibration)? {
        folder.write(&name, &bytes)?;
    }
    let own = texts.sources.file(texts.model).map_or("", |f| f.1);
    let model = if args.scenario.is_empty() { own } else { loaded.canonical.as_str() };
    folder.write("model.toml", model.as_bytes())?;
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

/// Numbers with a range, of those asked for.
fn unknowns(loaded: &Loaded, only: &[String]) -> Prior {
    let mut register = loaded.model.register.clone();
    for a in &mut register {
        if !only.is_empty() && !only.iter().any(|p| a.path.starts_with(p.as_str())) {
            (a.low, a.high) = (None, None);
        }
    }
    prior(&register)
}

fn plan(args: &Args) -> Plan {
    Plan {
        first: usize::from(args.points),
        wave: usize::from(args.wave_points),
        waves: usize::from(args.waves),
        discrepancy: args.discrepancy / 100.0,
        seed: args.seed,
        ..Plan::default()
    }
}

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
        (if twice { 2 * one + self.plan.checked } else { one }) as u64
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
        measures: &[String],
        watch: &impl Watch,
    ) -> Result<(Fit, Option<Vec<Met>>), FitError> {
        let method = self.method();
        let whole = fit(&self.simulator(targets), measures, self.plan, method, watch)?;
        let Some(earlier) = self.earlier(targets) else { return Ok((whole, None)) };
        let first = match fit(&self.simulator(&earlier), measures, self.plan, method, watch) {
            Ok(first) => first,
            Err(FitError::Stopped) => return Err(FitError::Stopped),
            // too little is left to learn from: there is no hold-out
            Err(_) => return Ok((whole, None)),
        };
        let last: Vec<Target> = targets.iter().filter(|t| !earlier.contains(t)).cloned().collect();
        let met = first.foresee(&self.simulator(&last), measures, self.plan, watch)?;
        Ok((whole, Some(met)))
    }
}

/// A digest of all that simulated numbers depend on, beside the numbers tried.
fn key(loaded: &Loaded, targets: &[u8], args: &Args) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in [
        env!("CARGO_PKG_VERSION").as_bytes(),
        &(BLOCKS as u64).to_le_bytes(),
        loaded.canonical.as_bytes(),
        targets,
        &args.seed.to_le_bytes(),
        &args.replications.to_le_bytes(),
        args.only.join("\n").as_bytes(),
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
    prior: &Prior,
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
        version: env!("CARGO_PKG_VERSION").to_string(),
        command: std::env::args().collect::<Vec<_>>().join(" "),
        finished: now(),
        seconds,
        machine: machine(),
    }
}
