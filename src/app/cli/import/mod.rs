//! `caseflow import FILES... --out DIR`

mod files;
mod tables;

use super::run::{machine, now};
use super::{End, Failure, Format, say, tell};
use crate::app::files::Folder;
use crate::calibrate::records::fit::{Council, Settings, fit};
use crate::calibrate::records::fragment::{About, model_text};
use crate::calibrate::records::read::{Import, Input, Options, Refusal, import};
use crate::present::records;
use crate::present::table::Table;
use files::OnDisk;
use jiff::civil::Date;
use serde_json::{Value, json};
use std::hash::{BuildHasher, Hasher};
use std::path::PathBuf;

/// Options of `import`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Returns: Annex A (.xlsx or CSV), children in need census (XML or CSV), SSDA903 (CSV or XML), Standard Safeguarding
    /// Dataset (CSV), workforce census (XML), plain episodes (CSV); a folder stands for the files in it
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// The period that files cover which do not say so themselves, such as 2019-04-01..2024-03-31
    #[arg(long, value_name = "FIRST..LAST", value_parser = period)]
    observed: Option<(Date, Date)>,
    /// The council's name, for the model file
    #[arg(long, value_name = "NAME", default_value = "The council")]
    place: String,
    /// Years that a run of the model file is to last
    #[arg(long, value_name = "N", default_value = "5", value_parser = clap::value_parser!(u16).range(1..=30))]
    years: u16,
    /// Only read and check the records: no estimates, no model file
    #[arg(long)]
    check: bool,
    /// Rows named for one finding at most
    #[arg(long, value_name = "N", default_value = "10", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    rows: u32,
    /// Folder for the results [default: caseflow-import]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Replace an earlier import in that folder
    #[arg(long)]
    force: bool,
    /// How to print the results; with json and no --out, no folder is written
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// Print nothing but what is wrong
    #[arg(long, short)]
    quiet: bool,
}

/// Reads `FIRST..LAST`.
fn period(text: &str) -> Result<(Date, Date), String> {
    let wrong = || "must be two dates, such as 2019-04-01..2024-03-31".to_owned();
    let (first, last) = text.split_once("..").ok_or_else(wrong)?;
    let date = |t: &str| t.trim().parse::<Date>().map_err(|_| wrong());
    let (first, last) = (date(first)?, date(last)?);
    if first > last {
        return Err("the first date is after the last".to_owned());
    }
    Ok((first, last))
}

/// A key that nobody has: from the randomness with which the standard library guards its own tables.
fn key() -> [u64; 2] {
    [0, 1].map(|word| {
        let mut hasher = std::collections::hash_map::RandomState::new().build_hasher();
        hasher.write_u64(word);
        hasher.finish()
    })
}

pub(crate) fn run(args: Args) -> Result<End, Failure> {
    let asked = args.format == Format::Json;
    let place = match (&args.out, asked) {
        (Some(dir), _) => Some(dir.clone()),
        (None, false) => Some(PathBuf::from("caseflow-import")),
        (None, true) => None,
    };
    // refuse before the work what could not be written after it
    let folder = place.as_deref().map(|p| Folder::new(p, args.force)).transpose()?;
    let inputs = files::gather(&args.files)?;
    let list: Vec<&dyn Input> = inputs.iter().map(|i| i as &dyn Input).collect();
    let found = match import(&list, Options { key: key(), observed: args.observed, rows: args.rows as usize })
    {
        Ok(found) => found,
        Err(refused) => {
            refuse(&inputs, &refused, asked);
            return Ok(End::Problems);
        }
    };
    let all = Tables::of(&found);
    let whole = all.json(&args);
    let model = if args.check || folder.is_none() { None } else { model(&args, &found) };
    if let Some(folder) = folder {
        for table in all.list() {
            folder.write(&format!("{}.csv", table.id), table.csv()?.as_bytes())?;
        }
        folder.write("quality.json", &serde_json::to_vec_pretty(&all.quality.json())?)?;
        folder.write("import.json", &serde_json::to_vec_pretty(&whole)?)?;
        if let Some((council, model)) = &model {
            for (name, bytes) in pages(&args, &found, council, model)? {
                folder.write(&name, &bytes)?;
            }
        }
        folder.write("run.json", &serde_json::to_vec_pretty(&manifest(&args, &inputs))?)?;
        folder.finish()?;
    }
    if asked {
        say(&serde_json::to_string_pretty(&whole)?);
        return Ok(End::Done);
    }
    if !args.quiet {
        all.list().iter().for_each(|t| say(&t.text()));
    }
    if let Some(place) = place {
        say(&format!("Results are in {}", place.display()));
        if model.is_some() {
            say(&format!("Run the model with: caseflow run {}", place.join("model.toml").display()));
        }
    }
    Ok(End::Done)
}

/// The estimates as a model file; none where no stage was watched or nobody came.
fn model(args: &Args, found: &Import) -> Option<(Council, String)> {
    if found.table.episodes().is_empty() {
        return None;
    }
    let council = fit(&found.table, &Settings::default())?;
    let text = model_text(&council, &About { place: args.place.clone(), years: args.years });
    Some((council, text))
}

/// The pages, tables and pictures of the estimates, with the model file.
fn pages(
    args: &Args,
    found: &Import,
    council: &Council,
    model: &str,
) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let manifest = records::Manifest {
        kind: "import",
        place: args.place.clone(),
        version: env!("CARGO_PKG_VERSION").to_string(),
        command: "caseflow import".to_string(),
        finished: now(),
    };
    Ok(records::files(&records::Study { found, council, model, manifest: &manifest })?)
}

/// What is shown and written.
struct Tables {
    files: Table,
    quality: Table,
    counts: Table,
    workforce: Option<Table>,
}

impl Tables {
    fn of(found: &Import) -> Tables {
        Tables {
            files: tables::files(found),
            quality: tables::quality(found),
            counts: tables::counts(found),
            workforce: tables::workforce(found),
        }
    }

    fn list(&self) -> Vec<&Table> {
        [&self.files, &self.quality, &self.counts].into_iter().chain(&self.workforce).collect()
    }

    fn json(&self, args: &Args) -> Value {
        json!({
            "files": self.files.json(),
            "quality": self.quality.json(),
            "counts": self.counts.json(),
            "workforce": self.workforce.as_ref().map(Table::json),
            "observed": args.observed.map(|(a, b)| [a.to_string(), b.to_string()]),
        })
    }
}

fn manifest(args: &Args, inputs: &[OnDisk]) -> Value {
    json!({
        "kind": "import",
        "files": inputs.iter().map(Input::name).collect::<Vec<_>>(),
        "observed": args.observed.map(|(a, b)| [a.to_string(), b.to_string()]),
        "version": env!("CARGO_PKG_VERSION"),
        "finished": now(),
        "machine": machine(),
    })
}

/// Says which files cannot be used, and why.
fn refuse(inputs: &[OnDisk], refused: &[Refusal], asked: bool) {
    let name = |r: &Refusal| inputs.get(r.file).map_or("the list of files", |i| i.name());
    if asked {
        let list: Vec<Value> = refused
            .iter()
            .map(|r| json!({ "file": name(r), "sheet": r.sheet, "message": r.error.to_string() }))
            .collect();
        say(&serde_json::to_string_pretty(&json!({ "problems": list })).unwrap_or_default());
        return;
    }
    for one in refused {
        let sheet = one.sheet.map(|s| format!(", sheet {s}")).unwrap_or_default();
        tell(&format!("error: {}{sheet}: {}", crate::present::escape::terminal(name(one)), one.error));
    }
    tell("nothing was imported: mend these files or leave them out");
}
