//! `caseflow survival FILE.csv`: the estimators behind `import`, on any file of spells.

mod read;
mod show;

use super::{End, Failure, Format, say};
use crate::app::diagnostics;
use crate::app::files;
use crate::forecast::problem::Problem;
use crate::forecast::read as text;
use crate::stats::survival::{
    ErrorKind, Family, Fit, IncidenceRow, KaplanMeier, RiskTable, Spell, Spells, ZeroLength, incidence,
};
use clap::ValueEnum;
use serde_json::json;
use std::path::PathBuf;

/// Options of `survival`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Spells as CSV with a header, a row each
    file: PathBuf,
    /// The column of the time at which each ended or was last seen
    #[arg(long, value_name = "COLUMN", default_value = "time")]
    time: String,
    /// The column that says how each ended: one value for every way, and 0, no, false, censored, open, NA or
    /// nothing for one still open (all ended if left out)
    #[arg(long, value_name = "COLUMN")]
    event: Option<String>,
    /// A value of that column that means still open, in place of those; may be given more than once
    #[arg(long, value_name = "VALUE", requires = "event")]
    open: Vec<String>,
    /// The column of the time from which each was watched (late entry)
    #[arg(long, value_name = "COLUMN")]
    entry: Option<String>,
    /// The column of the latest time at which each may have ended, where `--time` is the earliest; Inf, NA or
    /// nothing for one still open
    #[arg(long, value_name = "COLUMN")]
    until: Option<String>,
    /// The column that divides the rows into groups
    #[arg(long, value_name = "COLUMN")]
    by: Option<String>,
    /// The column of who each is: rows of one are not independent (for jackknife errors)
    #[arg(long, value_name = "COLUMN")]
    cluster: Option<String>,
    /// Only rows with this value; may be given more than once
    #[arg(long, value_name = "COLUMN=VALUE")]
    keep: Vec<String>,
    /// Divide all times by this
    #[arg(long, value_name = "N", default_value = "1", value_parser = positive)]
    unit: f64,
    /// Estimate curves given still open at this time
    #[arg(long, value_name = "TIME", default_value = "0", value_parser = time)]
    from: f64,
    /// What is done with spells of no length: refuse, drop, origin, extend=D or within=D
    #[arg(long, value_name = "POLICY", default_value = "refuse", value_parser = zero)]
    zero: ZeroLength,
    /// Standard errors of cumulative incidence
    #[arg(long, value_enum, default_value = "greenwood")]
    errors: Errors,
    /// How to print the results; json has every row and digit
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

/// Kinds of standard error.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum Errors {
    /// Greenwood's type, as R's etm
    Greenwood,
    /// Infinitesimal jackknife, as R's survfit
    Jackknife,
    /// Aalen's, as R's cmprsk
    Aalen,
}

/// The estimates of one group, or why there are none.
struct Estimates {
    name: Option<String>,
    spells: usize,
    exits: usize,
    dropped: usize,
    causes: Vec<String>,
    curve: Result<KaplanMeier, String>,
    errors: ErrorKind,
    incidence: Option<Result<Vec<IncidenceRow>, String>>,
    laws: Vec<(Option<String>, Family, Result<Fit, String>)>,
}

fn positive(text: &str) -> Result<f64, String> {
    time(text).and_then(|x| if x > 0.0 { Ok(x) } else { Err("must be above 0".into()) })
}

fn time(text: &str) -> Result<f64, String> {
    let x: f64 = text.parse().map_err(|_| "must be a number".to_string())?;
    if x >= 0.0 && x.is_finite() { Ok(x) } else { Err("must be 0 or more".into()) }
}

fn zero(text: &str) -> Result<ZeroLength, String> {
    let (word, by) = text.split_once('=').map_or((text, None), |(w, b)| (w, Some(positive(b))));
    match (word, by) {
        ("refuse", None) => Ok(ZeroLength::Refuse),
        ("drop", None) => Ok(ZeroLength::Drop),
        ("origin", None) => Ok(ZeroLength::AtOrigin),
        ("extend", Some(by)) => by.map(ZeroLength::Extend),
        ("within", Some(by)) => by.map(ZeroLength::Within),
        _ => Err("must be refuse, drop, origin, extend=D or within=D".into()),
    }
}

pub(crate) fn run(args: Args) -> Result<End, Failure> {
    let as_json = args.format == Format::Json;
    let bytes = files::read_up_to(&args.file, text::MOST_BYTES as u64, "a file of spells")?;
    let problems = match text::table(&bytes).and_then(|rows| read::read(&args, &rows)) {
        Ok(found) => match found.groups.iter().map(|g| estimate(&args, &found.causes, g)).collect() {
            Ok(all) => {
                show_all(&args, &all, as_json)?;
                return Ok(End::Done);
            }
            Err(problem) => vec![problem],
        },
        Err(problems) => problems,
    };
    let plain = text::decode(&bytes, &mut Vec::new()).unwrap_or_default();
    diagnostics::show_table(&args.file.display().to_string(), &plain, &problems, as_json);
    Ok(End::Problems)
}

fn show_all(args: &Args, all: &Vec<Estimates>, as_json: bool) -> Result<(), Failure> {
    if as_json {
        let groups: Vec<_> = all.iter().map(show::json).collect();
        let whole = json!({
            "what": "survival estimates", "version": env!("CARGO_PKG_VERSION"),
            "file": args.file.display().to_string(), "unit": args.unit, "from": args.from, "groups": groups,
        });
        say(&serde_json::to_string_pretty(&whole)?);
        return Ok(());
    }
    for e in all {
        let group = e.name.as_ref().map_or(String::new(), |n| format!("{n}: "));
        let open = e.spells - e.exits;
        let dropped =
            if e.dropped > 0 { format!("; {} of no length left out", e.dropped) } else { String::new() };
        say(&format!("{group}{} spells, {} ended, {open} still open{dropped}\n", e.spells, e.exits));
        show::tables(e).iter().for_each(|t| say(&t.text()));
    }
    Ok(())
}

fn estimate(args: &Args, causes: &[String], group: &read::Group) -> Result<Estimates, Problem> {
    let failed = |e: &dyn std::fmt::Display| {
        let hint = "--zero says what is done with spells of no length, such as --zero drop";
        Problem::at(0, 0, e.to_string(), hint)
    };
    let spells = Spells::new(&group.spells, args.zero).map_err(|e| {
        let none = group.spells.iter().filter(|s| s.entry == s.end()).count();
        if none > 0 {
            failed(&format!("{none} spells end at the time at which they begin"))
        } else {
            failed(&e)
        }
    })?;
    let tied = spells.merge_ties();
    let curve = RiskTable::new(&tied, args.from).map(|t| KaplanMeier::new(&t)).map_err(|e| e.to_string());
    let errors = match args.errors {
        Errors::Greenwood => ErrorKind::Greenwood,
        Errors::Jackknife => ErrorKind::Jackknife,
        Errors::Aalen => ErrorKind::Aalen,
    };
    let several = causes.len() > 1;
    let all: &[Spell] = spells.as_slice();
    let mut laws = Vec::new();
    let mut add = |cause: Option<String>, spells: &Spells| {
        let fits = Family::ALL.into_iter();
        laws.extend(fits.map(|f| (cause.clone(), f, Fit::new(f, spells).map_err(|e| e.to_string()))));
    };
    add(None, &spells);
    if several {
        for (i, cause) in causes.iter().enumerate() {
            add(Some(cause.clone()), &spells.for_cause(i));
        }
    }
    Ok(Estimates {
        name: group.name.clone(),
        spells: all.len(),
        exits: all.iter().filter(|s| s.cause().is_some()).count(),
        dropped: spells.zero_length().dropped,
        causes: causes.to_vec(),
        curve,
        errors,
        incidence: several.then(|| incidence(&tied, args.from, errors).map_err(|e| e.to_string())),
        laws,
    })
}
