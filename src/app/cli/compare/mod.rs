//! `caseflow compare MODEL SCENARIO...`

mod files;
mod work;

use super::ignorance::{self, Asked, Source};
use super::{End, Failure, Format, say, tell};
use crate::app::files::Folder;
use crate::app::store::Store;
use crate::app::{diagnostics, progress};
use crate::experiment::run::Plan;
use crate::present::comparison::{self, Comparison, Manifest};
use files::Texts;
use std::path::{Path, PathBuf};
use std::time::Instant;
use work::{Done, Drawing, Work};

/// Why the work failed; it may come from another thread.
type WorkError = Box<dyn std::error::Error + Send + Sync>;

/// Options of `compare`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The model, then the scenarios; without a model, the one that the first scenario names
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// How many replications of each (the model file's number if left out)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(2..=100_000))]
    replications: Option<u64>,
    /// Seed of the random numbers (the model file's if left out)
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Threads (all cores if left out); the results do not depend on it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Folder for the results [default: caseflow-compare]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Replace an earlier comparison in that folder
    #[arg(long)]
    force: bool,
    /// How to print the results; with json and no --out, no folder is written
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// Folder that keeps computed replications, to go on after a stop and to add scenarios
    /// [default: the results' folder with .store after its name]
    #[arg(long, value_name = "DIR")]
    store: Option<PathBuf>,
    /// Keep nothing and compute everything anew
    #[arg(long, conflicts_with = "store")]
    no_store: bool,
    /// Draw the model's numbers as `run` does, the same draw for all scenarios
    /// [default: draws if MODEL.draws.csv lies beside the model, else none]
    #[arg(long, value_enum)]
    ignorance: Option<Source>,
    /// The file of draws to use [default: MODEL.draws.csv beside the model]
    #[arg(long, value_name = "FILE")]
    draws: Option<PathBuf>,
    /// Work out causes and the ends of ranges over the first N replications
    #[arg(long, value_name = "N", default_value_t = 32, value_parser = clap::value_parser!(u64).range(2..=100_000))]
    explain: u64,
    /// Do not break differences down into causes, which takes more runs
    #[arg(long)]
    no_causes: bool,
    /// Do not run scenarios and assumed effects at the ends of their ranges, which takes more runs
    #[arg(long)]
    no_ends: bool,
    /// No progress bar
    #[arg(long, short)]
    quiet: bool,
}

impl Args {
    fn json(&self) -> bool {
        self.format == Format::Json
    }

    fn place(&self) -> Option<PathBuf> {
        match (&self.out, self.json()) {
            (Some(dir), _) => Some(dir.clone()),
            (None, false) => Some(PathBuf::from("caseflow-compare")),
            (None, true) => None,
        }
    }

    /// Where computed replications are kept, if anywhere.
    fn store(&self, place: Option<&Path>) -> Option<PathBuf> {
        if self.no_store {
            return None;
        }
        self.store.clone().or_else(|| {
            let place = place?;
            let mut name = place.file_name()?.to_os_string();
            name.push(".store");
            Some(place.with_file_name(name))
        })
    }
}

#[expect(clippy::disallowed_methods, reason = "the command line may ask the clock")]
pub(crate) fn run(args: Args) -> Result<End, Failure> {
    let json = args.json();
    let mut texts = files::read(&args.files)?;
    let checked = match texts.check() {
        Ok(checked) => checked,
        Err(problems) => {
            diagnostics::show(&texts.sources, &problems, json);
            return Ok(End::Problems);
        }
    };
    if !json {
        diagnostics::show(&texts.sources, &checked.warnings, false);
    }
    let place = args.place();
    // refuse before the work what could not be written after it
    let folder = place.as_deref().map(|p| Folder::new(p, args.force)).transpose()?;
    let store_place = args.store(place.as_deref());
    let store = store_place.as_deref().map(Store::open).transpose()?;
    let plan = &checked.base.model.run;
    let plan = Plan {
        seed: args.seed.unwrap_or(plan.seed),
        first: 1,
        replications: args.replications.unwrap_or(u64::from(plan.replications)).max(2),
    };
    let asked = Asked { from: args.ignorance, file: args.draws.as_deref() };
    let path = texts.path.clone();
    let chosen = ignorance::chosen(&checked.base, path.as_deref(), &texts.model_name, asked, plan)?;
    let drawing = chosen.map(|chosen| Drawing::new(chosen, &mut texts, plan));
    progress::catch_interrupt();
    let began = Instant::now();
    let explained = args.explain.min(plan.replications);
    let work = Work {
        texts: &texts,
        checked: &checked,
        plan,
        explained,
        drawing: drawing.as_ref(),
        causes: !args.no_causes,
        ends: !args.no_ends,
    };
    let bar = progress::Bar::new(work.replications(), args.quiet || json);
    let go = || work.all(store, &bar);
    let done = match args.threads {
        Some(n) => rayon::ThreadPoolBuilder::new().num_threads(usize::from(n)).build()?.install(go),
        None => go(),
    };
    drop(bar);
    let done = match done.map_err(|e| -> Failure { e })? {
        Done::All(done) => done,
        Done::Stopped(have) => {
            let where_ = store_place.map_or_else(
                || "nothing was kept".to_string(),
                |p| format!("the same command goes on from there: they are kept in {}", p.display()),
            );
            tell(&format!("stopped: {have} of {} replications were done; {where_}", work.replications()));
            return Ok(End::Stopped);
        }
    };
    say_store(&done, store_place.as_deref());
    let mut manifest =
        manifest(&texts, &checked, plan, &done, began.elapsed().as_secs_f64(), store_place.as_deref());
    manifest.explained = explained;
    manifest.ignorance = drawing.map(|d| d.chosen.manifest);
    let comparison = Comparison { base: &done.base, cases: &done.cases, manifest: &manifest };
    finish(&comparison, folder, place.as_deref(), json)
}

/// Writes the folder and prints the answer.
fn finish(
    comparison: &Comparison<'_>,
    folder: Option<Folder>,
    place: Option<&Path>,
    json: bool,
) -> Result<End, Failure> {
    let report = comparison::report(comparison)?;
    if let Some(folder) = folder {
        for (name, bytes) in &report.files {
            folder.write(name, bytes)?;
        }
        folder.finish()?;
    }
    if json {
        say(&serde_json::to_string_pretty(&report.json)?);
    } else {
        say(&report.text);
        if let Some(place) = place {
            say(&format!("Open {}", place.join("index.html").display()));
        }
    }
    Ok(End::Done)
}

fn say_store(done: &work::Results, place: Option<&Path>) {
    let Some(place) = place else { return };
    if done.damaged > 0 {
        tell(&format!(
            "{} files in {} were not as they were written: those replications were computed anew",
            done.damaged,
            place.display()
        ));
    }
    if done.stale > 0 {
        tell(&format!(
            "what {} kept of {} variants was not what this build computes: it was computed anew",
            place.display(),
            done.stale
        ));
    }
}

fn manifest(
    texts: &Texts,
    checked: &files::Checked,
    plan: Plan,
    done: &work::Results,
    seconds: f64,
    store: Option<&Path>,
) -> Manifest {
    let scenarios = texts.scenarios.iter().zip(&checked.scenarios).zip(&done.cases);
    Manifest {
        title: checked.base.model.title.clone(),
        model: texts.model_name.clone(),
        model_sha256: files::sha256(&checked.base.canonical),
        scenarios: scenarios
            .map(|((text, loaded), case)| comparison::Changed {
                file: text.name.clone(),
                title: case.head.title.clone(),
                model_sha256: files::sha256(&loaded.canonical),
                digest: format!("{:016x}", case.sheet.digest()),
            })
            .collect(),
        seed: plan.seed,
        replications: plan.replications,
        explained: plan.replications,
        ignorance: None,
        level: checked.base.model.run.level,
        version: env!("CARGO_PKG_VERSION").to_string(),
        command: std::env::args_os().map(|a| a.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" "),
        finished: super::run::now(),
        seconds,
        variants: done.variants,
        computed: done.computed,
        reused: done.reused,
        events: done.events,
        store: store.map(|p| p.display().to_string()),
        digest: format!("{:016x}", done.base.sheet.digest()),
        machine: super::run::machine(),
    }
}
