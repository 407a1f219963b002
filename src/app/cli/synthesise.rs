//! `caseflow synthesise MODEL`: fake returns of an invented council.

use super::load::{self, Texts};
use super::{End, Failure, say, tell};
use crate::app::diagnostics;
use crate::app::files::{self, Folder};
use crate::calibrate::records::synthetic::{Council, Dirt, Fault, History, Roles, returns};
use crate::engine::Network;
use std::path::PathBuf;

/// Options of `synthesise`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The model file; the bundled Wiltshire model if left out
    model: Option<PathBuf>,
    /// A scenario file whose changes apply; may be given more than once, later ones win
    #[arg(long, value_name = "FILE")]
    scenario: Vec<PathBuf>,
    /// Seed of the random numbers (the model file's if left out)
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Years of records, from the model's start (all of its run if left out)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=100))]
    years: Option<u16>,
    /// How many mistakes to plant, from 0 (none) to 1 (three in a hundred records of each kind)
    #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
    dirt: f64,
    /// A file of lines `stage,record` that says which record each stage of the model is written as
    #[arg(long, value_name = "FILE")]
    records: Option<PathBuf>,
    /// Folder for the returns
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Replace an earlier run in that folder
    #[arg(long)]
    force: bool,
}

pub(crate) fn run(args: Args) -> Result<End, Failure> {
    if !(0.0..=1.0).contains(&args.dirt) {
        return Err("--dirt takes a number from 0 to 1".into());
    }
    let Texts { sources, result, .. } = load::load(args.model.as_deref(), &args.scenario)?;
    let loaded = match result {
        Ok(loaded) => loaded,
        Err(problems) => {
            diagnostics::show(&sources, &problems, false);
            return Ok(End::Problems);
        }
    };
    let list = match &args.records {
        Some(path) => {
            String::from_utf8(files::read(path)?).map_err(|_| "the list of records is not UTF-8")?
        }
        None => String::new(),
    };
    let roles = match Roles::new(&loaded.model, &list) {
        Ok(roles) => roles,
        Err(problem) => {
            tell(&format!("error: {problem}"));
            return Ok(End::Problems);
        }
    };
    let folder = Folder::new(&args.out, args.force)?;
    let network = Network::compile(&loaded.model);
    let seed = args.seed.unwrap_or(loaded.model.run.seed);
    let history = History::new(&network, seed, 1, args.years)?;
    let council = Council::new(&network, &roles, history, seed);
    let mut dirt = Dirt::new(args.dirt, seed);
    let made = returns(&council, &mut dirt);
    for (name, bytes) in &made.files {
        folder.write(name, bytes)?;
    }
    let about = serde_json::json!({
        "what": "fake returns of invented children, written by caseflow synthesise",
        "model": loaded.model.title,
        "seed": seed,
        "dirt": args.dirt,
        "from": council.history.starts.to_string(),
        "to": council.history.last().to_string(),
        "version": env!("CARGO_PKG_VERSION"),
    });
    folder.write("synthetic.json", serde_json::to_string_pretty(&about)?.as_bytes())?;
    folder.finish()?;
    tell_what(&args, &council, &roles, &dirt, made.files.len());
    Ok(End::Done)
}

fn tell_what(args: &Args, council: &Council, roles: &Roles, dirt: &Dirt, files: usize) {
    let (first, last) = (council.history.starts, council.history.last());
    say(&format!(
        "{} invented children from {first} to {last} in {files} files in {}",
        council.children.len(),
        args.out.display()
    ));
    if !roles.unknown.is_empty() {
        tell(&format!(
            "stages in no return: {}; --records FILE can say what they are written as",
            roles.unknown.join(", ")
        ));
    }
    if !dirt.planted.is_empty() {
        let counts: Vec<String> = Fault::ALL
            .iter()
            .map(|f| format!("{} {}", dirt.planted.iter().filter(|p| p.fault == *f).count(), f.code()))
            .collect();
        say(&format!("planted, as planted.csv lists: {}", counts.join(", ")));
    }
}
