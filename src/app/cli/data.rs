//! `caseflow data`: the published statistics that `caseflow new` works from.

use super::{End, Failure, say, statistics, tell};
use crate::app::files;
use crate::calibrate::authority::latest_year;
use crate::calibrate::data::{DataError, NOTICE, Statistics};
use crate::present::format;
use std::path::{Path, PathBuf};

/// Largest table of a release.
const MOST_BYTES: u64 = 256 << 20;
/// Most tables of a release.
const MOST_FILES: usize = 64;

/// Options of `data`.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Lay the tables of a new release over the statistics, and keep the result for `caseflow new`
    Update(Update),
    /// Say which statistics are in use, and what they hold
    Show(Show),
    /// List the councils by name, with code, region, and the last year that `caseflow new` would use
    Councils(Show),
}

/// Options of `data update`.
#[derive(clap::Args)]
struct Update {
    /// Tables of the release (CSV, plain or gzip), told apart by their columns
    #[arg(required = true, value_name = "FILES")]
    files: Vec<PathBuf>,
    /// What the release is called, for readers [default: the names of the files]
    #[arg(long, value_name = "TEXT")]
    release: Option<String>,
    /// Statistics to lay it over [default: the newest kept, else those in the program]
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,
    /// Write here instead of the data folder; never over another file
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Options of `data show` and `data councils`.
#[derive(clap::Args)]
struct Show {
    /// Statistics to read [default: the newest kept, else those in the program]
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,
}

pub(crate) fn run(args: Args) -> Result<End, Failure> {
    match args.what {
        What::Update(args) => update(&args),
        What::Show(args) => {
            let found = statistics::read(args.data.as_deref())?;
            say(&described(found.statistics(), &found.place));
            Ok(End::Done)
        }
        What::Councils(args) => {
            say(&councils(statistics::read(args.data.as_deref())?.statistics()));
            Ok(End::Done)
        }
    }
}

fn update(args: &Update) -> Result<End, Failure> {
    if args.files.len() > MOST_FILES {
        return Err(format!("{} files are too many: at most {MOST_FILES}", args.files.len()).into());
    }
    let place = match &args.out {
        Some(out) => out.clone(),
        None => statistics::kept()
            .ok_or("there is no data folder: name one with CASEFLOW_DATA, or a file with --out")?,
    };
    if args.out.is_some() && place.exists() {
        return Err(files::FileError::Exists { path: place.display().to_string() }.into());
    }
    let found = statistics::read(args.data.as_deref())?;
    let old = found.statistics();
    let mut tables = Vec::new();
    for path in &args.files {
        tables
            .push((path.display().to_string(), files::read_up_to(path, MOST_BYTES, "a table of a release")?));
    }
    let named: Vec<(&str, &[u8])> = tables.iter().map(|(n, b)| (n.as_str(), b.as_slice())).collect();
    let mut new = old.clone();
    let release = args.release.clone().unwrap_or_else(|| release(old, &args.files));
    match new.update(&release, &named) {
        Ok(()) => {}
        Err(error @ DataError::Table { .. }) => {
            tell(&format!("error: {error}"));
            return Ok(End::Problems);
        }
        Err(DataError::Tables(faults)) => {
            for fault in &faults {
                tell(&format!("error: {fault}"));
            }
            tell(&format!("{} faults; nothing was kept", faults.len()));
            return Ok(End::Problems);
        }
        Err(other) => return Err(other.into()),
    }
    let changed = new.differences(old);
    if changed.added + changed.replaced == 0 {
        tell(
            "nothing in these tables is new: no indicator that calibration uses, or no other figure than before",
        );
        return Ok(End::Problems);
    }
    let aside = keep(&place, &new)?;
    say(&described(&new, &place.display().to_string()));
    say(&format!(
        "{} figures are new, {} replace others; the last year is {} (before: {}).",
        format::count(changed.added as f64),
        format::count(changed.replaced as f64),
        new.last_year(),
        old.last_year()
    ));
    if let Some(aside) = aside {
        say(&format!("The statistics kept before are now {}.", aside.display()));
    }
    if args.out.is_some() {
        say(&format!("Use them with --data {}", place.display()));
    }
    Ok(End::Done)
}

/// Today's councils, by name.
fn councils(stats: &Statistics) -> String {
    let mut rows: Vec<(&str, String)> = stats
        .councils()
        .into_iter()
        .filter_map(|i| Some((i, stats.areas.get(i)?)))
        .map(|(i, a)| {
            let row =
                format!("{:<40} {} {:<26} {}", a.name, a.code, a.region, latest_year(stats, i, i32::MAX));
            (a.name.as_str(), row)
        })
        .collect();
    rows.sort();
    let heading = format!("{:<40} {:<9} {:<26} {}", "Council", "Code", "Region", "Last return");
    std::iter::once(heading).chain(rows.into_iter().map(|r| r.1)).collect::<Vec<_>>().join("\n")
}

fn release(old: &Statistics, files: &[PathBuf]) -> String {
    let names: Vec<String> =
        files.iter().filter_map(|p| p.file_name()).map(|n| n.to_string_lossy().into_owned()).collect();
    let base = old.release.split("; then ").next().unwrap_or_default();
    format!("{base}; then {}", names.join(", ")).chars().take(400).collect()
}

/// Writes the statistics; those that were there are set aside under a number, not lost.
fn keep(place: &Path, new: &Statistics) -> Result<Option<PathBuf>, Failure> {
    if let Some(folder) = place.parent().filter(|p| !p.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(|e| format!("cannot write {}: {e}", folder.display()))?;
    }
    let mut aside = None;
    if place.exists() {
        let free = (1..10_000u32).map(|n| place.with_extension(format!("before-{n}"))).find(|p| !p.exists());
        let free = free.ok_or("too many earlier statistics are kept beside it: take some away")?;
        std::fs::copy(place, &free).map_err(|e| format!("cannot write {}: {e}", free.display()))?;
        aside = Some(free);
    }
    let bytes = new.encode();
    files::write_whole(place, true, |out| out.write_all(&bytes))?;
    Ok(aside)
}

fn described(stats: &Statistics, place: &str) -> String {
    format!(
        "{}\n{} councils of today, {} indicators, {} to {}; {place}\n{NOTICE}",
        stats.release,
        stats.councils().len(),
        stats.indicators.len(),
        stats.first_year(),
        stats.last_year(),
    )
}
