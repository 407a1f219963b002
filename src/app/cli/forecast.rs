//! `caseflow forecast SERIES.csv`

use super::run::{machine, now};
use super::{End, Failure, Format, say, tell};
use crate::app::diagnostics;
use crate::app::files::{self, Folder};
use crate::forecast::hierarchy::forecast_parts;
use crate::forecast::month::Month;
use crate::forecast::population::Population;
use crate::forecast::problem::Problem;
use crate::forecast::read::{self, Read, decode};
use crate::forecast::run::{Outcome, forecast};
use crate::forecast::series::{Calendar, Options, Series, Shock, Treatment, covid};
use crate::present::forecast::{self as report, Manifest, OtherWay, Study};
use clap::ValueEnum;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Options of `forecast`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Monthly counts as CSV: of one series or many, in rows or columns
    series: PathBuf,
    /// Months ahead
    #[arg(long, value_name = "MONTHS", default_value = "24", value_parser = clap::value_parser!(u16).range(1..=120))]
    horizon: u16,
    /// Months at the end that are not yet fully reported, and so are not used
    #[arg(long, value_name = "N", default_value = "0", value_parser = clap::value_parser!(u16).range(0..=12))]
    incomplete: u16,
    /// How months of school closures in 2020 and 2021 are treated
    #[arg(long, value_enum, default_value = "dip")]
    covid: Covid,
    /// A shock with its months: dip=2023-01..2023-02 (set aside), level=2023-04 (the definition or the level
    /// changed then), ignored=2023-06 (right as it is); a name may follow after a colon
    #[arg(long = "shock", value_name = "KIND=MONTHS[:NAME]", value_parser = shock)]
    shocks: Vec<Shock>,
    /// Leave English working days and school terms out of account
    #[arg(long)]
    no_calendar: bool,
    /// Sample paths
    #[arg(long, value_name = "N", default_value = "1000", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    paths: u32,
    /// Seed of the random numbers
    #[arg(long, value_name = "N", default_value = "1")]
    seed: u64,
    /// The series are parts: forecast their total too, and make all add up
    #[arg(long)]
    total: bool,
    /// Populations by year and age (CSV with columns year, age, population); the forecast follows them
    #[arg(long, value_name = "FILE")]
    population: Option<PathBuf>,
    /// The ages that the series are about, such as 0-4 or 16+ (each series' own age if left out)
    #[arg(long, value_name = "AGES", requires = "population")]
    band: Option<String>,
    /// Keep only rows of the population file with this value, such as area=Wiltshire
    #[arg(long, value_name = "COLUMN=VALUE", requires = "population")]
    keep: Vec<String>,
    /// The stream of a model for which arrivals.toml is written [default: arrivals.contacts]
    #[arg(long, value_name = "arrivals.NAME")]
    into: Option<String>,
    /// In arrivals.toml, put each series into a stream of its own, named by its source (or else its name)
    #[arg(long, conflicts_with = "into")]
    each: bool,
    /// Write every path too (paths.csv, and in the JSON)
    #[arg(long)]
    write_paths: bool,
    /// Folder for the results [default: caseflow-forecast]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Replace an earlier forecast in that folder
    #[arg(long)]
    force: bool,
    /// How to print the results; with json and no --out, no folder is written
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// Print nothing but what is wrong, and where the page is
    #[arg(long, short)]
    quiet: bool,
}

/// How Covid-19 months are treated.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum Covid {
    /// Out of the ordinary: set aside
    Dip,
    /// A lasting change of level from then on
    Level,
    /// Used like any other months
    Ignored,
}

impl Covid {
    const fn treatment(self) -> Treatment {
        match self {
            Covid::Dip => Treatment::Dip,
            Covid::Level => Treatment::LevelShift,
            Covid::Ignored => Treatment::Ignored,
        }
    }
}

/// Series at most for which Covid-19 months are shown both ways: it doubles the work.
const MOST_BOTH_WAYS: usize = 200;
/// Values at most that are written as paths.
const MOST_PATH_VALUES: usize = 20_000_000;
/// Largest population file.
const MOST_POPULATION: u64 = 256 << 20;

/// A file's problems, or why the work could not be done at all.
enum Stop {
    Problems(PathBuf, Vec<u8>, Vec<Problem>),
    Failure(Failure),
}

impl<E: Into<Failure>> From<E> for Stop {
    fn from(e: E) -> Stop {
        Stop::Failure(e.into())
    }
}

pub(crate) fn run(args: Args) -> Result<End, Failure> {
    let json = args.format == Format::Json;
    match work(&args, json) {
        Ok(()) => Ok(End::Done),
        Err(Stop::Failure(failure)) => Err(failure),
        Err(Stop::Problems(path, bytes, problems)) => {
            let text = decode(&bytes, &mut Vec::new()).unwrap_or_default();
            diagnostics::show_table(&path.display().to_string(), &text, &problems, json);
            Ok(End::Problems)
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the command line may ask the clock")]
fn work(args: &Args, json: bool) -> Result<(), Stop> {
    let stream = stream(args.into.as_deref())?;
    let bytes = files::read_up_to(&args.series, read::MOST_BYTES as u64, "a file of monthly counts")?;
    let stop = |problems| Stop::Problems(args.series.clone(), bytes.clone(), problems);
    let Read { mut series, notes } = read::read(&bytes).map_err(stop)?;
    name_the_nameless(&mut series, &args.series);
    expose(args, &mut series)?;
    let options = options(args);
    bound(args, &series)?;
    let place = match (&args.out, json) {
        (Some(dir), _) => Some(dir.clone()),
        (None, false) => Some(PathBuf::from("caseflow-forecast")),
        (None, true) => None,
    };
    // refuse before the work what could not be written after it
    let folder = place.as_deref().map(|p| Folder::new(p, args.force)).transpose()?;
    if series.len() > MOST_BOTH_WAYS && !args.quiet {
        tell(&format!("forecasting {} series", series.len()));
    }
    let began = Instant::now();
    let outcomes = outcomes(args, &series, &options).map_err(stop)?;
    let other = other_way(args, &series, &options).map_err(stop)?;
    let manifest = manifest(args, &bytes, options, began.elapsed().as_secs_f64());
    let single = args.total || outcomes.len() == 1;
    let origin = format!("Forecast from {}, caseflow {}", manifest.file, manifest.version);
    let scenario = if args.each {
        // the parts come last, after their total and sums
        let parts = outcomes.get(outcomes.len().saturating_sub(series.len())..).unwrap_or(&[]);
        let streams = report::streams(parts);
        let named: Vec<(&Outcome, &str)> = parts.iter().zip(streams.iter().map(String::as_str)).collect();
        Some((streams.join(", "), report::scenario(&named, &origin)))
    } else {
        let first = outcomes.first().filter(|_| single);
        first.map(|first| (stream.clone(), report::scenario(&[(first, &stream)], &origin)))
    };
    let study = Study { outcomes, other, notes, scenario, write_paths: args.write_paths, manifest };
    if let Some(folder) = folder {
        for (name, bytes) in report::files(&study)? {
            folder.write(&name, &bytes)?;
        }
        folder.finish()?;
    }
    if json {
        say(&serde_json::to_string_pretty(&report::json(&study))?);
        return Ok(());
    }
    if !args.quiet {
        say(&report::text(&study));
        if !single && !args.each {
            say("arrivals.toml is written for one series, with --total, or with --each");
        }
    }
    if let Some(place) = place {
        say(&format!("Open {}", place.join("index.html").display()));
    }
    Ok(())
}

/// A lone series without a name has its file's.
fn name_the_nameless(series: &mut [Series], file: &Path) {
    let stem = file.file_stem().map(|s| s.to_string_lossy().into_owned()).filter(|s| !s.is_empty());
    if let ([one], Some(stem)) = (series, stem)
        && one.name == "series"
    {
        one.name = stem;
    }
}

/// The name of the stream in `arrivals.NAME`.
fn stream(into: Option<&str>) -> Result<String, Failure> {
    let given = into.unwrap_or("arrivals.contacts");
    let name = given.strip_prefix("arrivals.").unwrap_or(given);
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    if name.is_empty() || name.len() > 200 || !name.chars().all(plain) {
        return Err(format!(
            "--into must be a stream of a model, such as arrivals.contacts, found {given:?}"
        )
        .into());
    }
    Ok(name.to_string())
}

fn options(args: &Args) -> Options {
    Options {
        horizon: usize::from(args.horizon),
        seed: args.seed,
        paths: args.paths as usize,
        calendar: if args.no_calendar { Calendar::None } else { Calendar::England },
        shocks: covid(args.covid.treatment()).into_iter().chain(args.shocks.iter().cloned()).collect(),
        incomplete: usize::from(args.incomplete),
        ..Options::default()
    }
}

/// A shock such as `level=2023-04:New front door`.
fn shock(text: &str) -> Result<Shock, String> {
    let expected = || "expected dip=2023-01..2023-02, level=2023-04 or ignored=2023-06".to_string();
    let (kind, rest) = text.split_once('=').ok_or_else(expected)?;
    let (months, name) = rest.split_once(':').map_or((rest, None), |(m, n)| (m, Some(n.trim())));
    let (from, to) = months.split_once("..").unwrap_or((months, months));
    let month =
        |t: &str| Month::parse(t.trim()).ok_or_else(|| format!("{t:?} is not a month such as 2023-04"));
    let (from, to) = (month(from)?, month(to)?);
    let (treatment, usual) = match kind.trim() {
        "dip" => (Treatment::Dip, "a dip"),
        "level" if from != to => return Err("a level changes in one month, such as level=2023-04".into()),
        "level" => (Treatment::LevelShift, "a change of level"),
        "ignored" => (Treatment::Ignored, "as it is"),
        _ => return Err(expected()),
    };
    if to < from {
        return Err(format!("{to} comes before {from}"));
    }
    let name = name.filter(|n| !n.is_empty()).unwrap_or(usual);
    Ok(Shock { name: name.chars().take(200).collect(), treatment, from, to })
}

/// What would be too much, or makes no sense for these series.
fn bound(args: &Args, series: &[Series]) -> Result<(), Failure> {
    if args.total && series.len() < 2 {
        return Err("--total needs two or more series".into());
    }
    if args.into.is_some() && !args.total && series.len() > 1 {
        return Err(format!(
            "--into puts one series into a model, and the file has {}: add --total, use --each, or leave one series in the file",
            series.len()
        )
        .into());
    }
    let values = series.len().saturating_mul(args.paths as usize).saturating_mul(usize::from(args.horizon));
    for (asked, option) in [(args.write_paths, "--write-paths"), (args.each, "--each")] {
        if asked && values > MOST_PATH_VALUES {
            return Err(format!("{option} would write {values} values: ask for fewer --paths").into());
        }
    }
    Ok(())
}

/// Gives each series the population behind it.
fn expose(args: &Args, series: &mut [Series]) -> Result<(), Stop> {
    let Some(path) = &args.population else { return Ok(()) };
    let bytes = files::read_up_to(path, MOST_POPULATION, "a file of populations")?;
    let mut keep = Vec::new();
    for pair in &args.keep {
        let split = pair.split_once('=').map(|(column, value)| (column.trim(), value.trim()));
        keep.push(split.ok_or_else(|| format!("--keep must be COLUMN=VALUE, found {pair:?}"))?);
    }
    let population = Population::read(&bytes, &keep)
        .map_err(|problems| Stop::Problems(path.clone(), bytes.clone(), problems))?;
    for one in series {
        let Some(band) = args.band.as_ref().or(one.age.as_ref()) else {
            return Err(format!("\"{}\" has no age: name the ages it is about with --band", one.name).into());
        };
        one.exposure = population.band(band);
        if one.exposure.is_none() {
            return Err(format!("{}: no year has all ages of the band \"{band}\"", path.display()).into());
        }
    }
    Ok(())
}

/// One outcome for each series; the total and sums first if they are to add up.
fn outcomes(args: &Args, series: &[Series], options: &Options) -> Result<Vec<Outcome>, Vec<Problem>> {
    if !args.total {
        return forecast(series, options);
    }
    let found = forecast_parts(series, options)?;
    let mut out = vec![found.total];
    out.extend(found.sums);
    out.extend(found.parts);
    Ok(out)
}

/// The forecast with Covid-19 months treated the other way, if there are any and it is not too much.
fn other_way(args: &Args, series: &[Series], options: &Options) -> Result<Option<OtherWay>, Vec<Problem>> {
    let way = if args.covid == Covid::Ignored { Treatment::Dip } else { Treatment::Ignored };
    let shocks = covid(way);
    let held = |s: &Series| shocks.iter().any(|shock| s.start <= shock.to && s.end() > shock.from);
    if series.len() > MOST_BOTH_WAYS || !series.iter().any(held) {
        return Ok(None);
    }
    let shocks = shocks.into_iter().chain(args.shocks.iter().cloned()).collect();
    let options = Options { shocks, ..options.clone() };
    // a history that is too short with these months set aside has only the one way
    Ok(outcomes(args, series, &options).ok().map(|outcomes| OtherWay { covid: way, outcomes }))
}

fn manifest(args: &Args, bytes: &[u8], options: Options, seconds: f64) -> Manifest {
    use sha2::Digest;
    let shown = |p: &Path| p.display().to_string();
    Manifest {
        kind: "forecast",
        file: shown(&args.series),
        file_sha256: sha2::Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect(),
        population: args.population.as_deref().map(shown),
        total: args.total,
        covid: args.covid.treatment(),
        options,
        version: env!("CARGO_PKG_VERSION").to_string(),
        command: std::env::args().collect::<Vec<_>>().join(" "),
        finished: now(),
        seconds,
        machine: machine(),
    }
}
