//! `caseflow run [MODEL]`

use super::ignorance::{self, Asked, Source};
use super::load::{self, Texts};
use super::trace::Trace;
use super::{End, Failure, Format, say, tell};
use crate::app::files::{self, Folder};
use crate::app::{diagnostics, progress};
use crate::engine::{Network, World};
use crate::experiment::measures::measure_all;
use crate::experiment::run::{Plan, Rows, run as simulate, run_drawn};
use crate::model::Loaded;
use crate::present::report::{self, Manifest, Study};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Options of `run`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The model file; the bundled Wiltshire model if left out
    model: Option<PathBuf>,
    /// A scenario file whose changes apply; may be given more than once, later ones win
    #[arg(long, value_name = "FILE")]
    scenario: Vec<PathBuf>,
    /// How many replications (the model file's number if left out)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=100_000))]
    replications: Option<u64>,
    /// Run only the replication with this number, as it is in the whole run
    #[arg(long, value_name = "N", conflicts_with = "replications",
          value_parser = clap::value_parser!(u64).range(1..=100_000))]
    replication: Option<u64>,
    /// Seed of the random numbers (the model file's if left out)
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Threads (all cores if left out); the results do not depend on it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Folder for the results [default: caseflow-out]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Replace an earlier run in that folder
    #[arg(long)]
    force: bool,
    /// How to print the results; with json and no --out, no folder is written
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// Whether the model's numbers are drawn, so that bands show what is not known about them as well as chance
    /// [default: draws if MODEL.draws.csv lies beside the model, else none]
    #[arg(long, value_enum)]
    ignorance: Option<Source>,
    /// The file of draws to use [default: MODEL.draws.csv beside the model]
    #[arg(long, value_name = "FILE")]
    draws: Option<PathBuf>,
    /// Write every event of one replication (the first, or --replication) to this CSV file
    #[arg(long, value_name = "FILE")]
    trace: Option<PathBuf>,
    /// No progress bar
    #[arg(long, short)]
    quiet: bool,
}

#[expect(clippy::disallowed_methods, reason = "the command line may ask the clock")]
pub(crate) fn run(args: Args) -> Result<End, Failure> {
    let json = args.format == Format::Json;
    let mut texts = load::load(args.model.as_deref(), &args.scenario)?;
    let loaded = match texts.result {
        Ok(ref loaded) => loaded.clone(),
        Err(problems) => {
            diagnostics::show(&texts.sources, &problems, json);
            return Ok(End::Problems);
        }
    };
    let asked = Asked { from: args.ignorance, file: args.draws.as_deref() };
    let drawn = match ignorance::drawn(&mut texts, &loaded, asked, plan(&args, &loaded))? {
        Ok(drawn) => drawn,
        Err(problems) => {
            diagnostics::show(&texts.sources, &problems, json);
            return Ok(End::Problems);
        }
    };
    let Texts { sources, model_name, scenario_names, scenario_titles, .. } = texts;
    if !json {
        diagnostics::show(&sources, &loaded.warnings, false);
    }
    let place = match (&args.out, json) {
        (Some(dir), _) => Some(dir.clone()),
        (None, false) => Some(PathBuf::from("caseflow-out")),
        (None, true) => None,
    };
    // refuse before the work what could not be written after it
    let folder = place.as_deref().map(|p| Folder::new(p, args.force)).transpose()?;
    let own = Network::compile(&loaded.model);
    let network = drawn.as_ref().map_or(&own, |d| d.networks.base());
    let plan = plan(&args, &loaded);
    if let Some(path) = &args.trace {
        trace(drawn.as_ref().map_or(&own, |d| d.networks.network(plan.first)), plan, path, args.force)?;
    }
    let began = Instant::now();
    let rows = replicate(&own, drawn.as_ref(), plan, &args, json)?;
    if rows.numbers.is_empty() {
        tell("stopped before a single replication was done: nothing is written");
        return Ok(End::Stopped);
    }
    let seconds = began.elapsed().as_secs_f64();
    let mut manifest = manifest(&loaded, &model_name, plan, &rows, seconds);
    manifest.scenarios = scenario_names;
    manifest.scenario_titles = scenario_titles;
    manifest.ignorance = drawn.as_ref().map(|d| d.manifest.clone());
    let measured = measure_all(&loaded.model, network.layout(), &rows, loaded.model.run.level);
    let study = Study { network, rows: &rows, measured: &measured, manifest: &manifest };
    if let Some(folder) = folder {
        for (name, bytes) in report::files(&study)? {
            folder.write(&name, &bytes)?;
        }
        folder.write("model.toml", loaded.canonical.as_bytes())?;
        if let Some(drawn) = &drawn {
            folder.write("draws.csv", drawn.csv.as_bytes())?;
        }
        folder.finish()?;
    }
    if json {
        say(&serde_json::to_string_pretty(&report::json(&study))?);
    } else {
        say(&report::text(&study));
        if let Some(place) = place {
            say(&format!("Open {}", place.join("index.html").display()));
        }
    }
    Ok(if rows.stopped { End::Stopped } else { End::Done })
}

fn plan(args: &Args, loaded: &Loaded) -> Plan {
    let run = &loaded.model.run;
    let (first, replications) = match args.replication {
        Some(one) => (one, 1),
        None => (1, args.replications.unwrap_or(u64::from(run.replications))),
    };
    Plan { seed: args.seed.unwrap_or(run.seed), first, replications }
}

fn replicate(
    network: &Network,
    drawn: Option<&ignorance::Ready>,
    plan: Plan,
    args: &Args,
    json: bool,
) -> Result<Rows, Failure> {
    progress::catch_interrupt();
    let bar = progress::Bar::new(plan.replications, args.quiet || json);
    let work = || match drawn {
        Some(drawn) => run_drawn(&drawn.networks, plan, &bar),
        None => simulate(network, plan, &bar),
    };
    let rows = match args.threads {
        Some(n) => rayon::ThreadPoolBuilder::new().num_threads(usize::from(n)).build()?.install(work),
        None => work(),
    };
    drop(bar);
    let rows = rows?;
    if rows.stopped {
        let (done, all) = (rows.numbers.len(), plan.replications);
        tell(&format!("stopped: {done} of {all} replications were done, and the results rest on those"));
    }
    Ok(rows)
}

fn trace(network: &Network, plan: Plan, path: &Path, force: bool) -> Result<(), Failure> {
    let mut outcome = Ok(());
    files::write_whole(path, force, |out| {
        let mut trace = Trace::new(network, out);
        outcome = World::new(network).run(plan.seed, plan.first, &mut trace).map(|_| ());
        match trace.failed {
            Some(error) => Err(error),
            None => Ok(()),
        }
    })?;
    outcome.map_err(Into::into)
}

fn manifest(loaded: &Loaded, model: &str, plan: Plan, rows: &Rows, seconds: f64) -> Manifest {
    use sha2::Digest;
    let digest = sha2::Sha256::digest(loaded.canonical.as_bytes());
    Manifest {
        title: loaded.model.title.clone(),
        model: model.to_string(),
        model_sha256: digest.iter().map(|b| format!("{b:02x}")).collect(),
        scenarios: Vec::new(),
        scenario_titles: Vec::new(),
        seed: plan.seed,
        first: plan.first,
        replications: rows.numbers.len() as u64,
        planned: plan.replications,
        stopped: rows.stopped,
        version: env!("CARGO_PKG_VERSION").to_string(),
        command: std::env::args().collect::<Vec<_>>().join(" "),
        finished: now(),
        seconds,
        events: rows.events.iter().sum(),
        most_cases: rows.most_cases,
        digest: format!("{:016x}", rows.digest()),
        machine: machine(),
        ignorance: None,
    }
}

#[expect(clippy::disallowed_methods, reason = "the command line may ask the clock")]
pub(super) fn now() -> String {
    let now = std::time::SystemTime::now();
    jiff::Timestamp::try_from(now).map_or_else(|_| String::new(), |t| format!("{t:.0}"))
}

pub(super) fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    format!("{} {}, {cores} cores", std::env::consts::OS, std::env::consts::ARCH)
}
