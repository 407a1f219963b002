//! `caseflow assumptions MODEL`

use super::{End, Failure, Format, load, say};
use crate::app::diagnostics;
use crate::present::report;
use std::path::PathBuf;

/// Options of `assumptions`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The model file; the bundled Wiltshire model if left out
    model: Option<PathBuf>,
    /// A scenario file; may be given more than once
    #[arg(long, value_name = "FILE")]
    scenario: Vec<PathBuf>,
    /// How to print the list
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

pub(crate) fn run(args: Args) -> Result<End, Failure> {
    let texts = load::load(args.model.as_deref(), &args.scenario)?;
    let loaded = match texts.result {
        Ok(loaded) => loaded,
        Err(problems) => {
            diagnostics::show(&texts.sources, &problems, args.format == Format::Json);
            return Ok(End::Problems);
        }
    };
    let table = report::assumptions(&loaded.model);
    match args.format {
        Format::Text => {
            say(&table.text());
            say(&report::assumptions_in_words(&loaded.model));
        }
        Format::Json => say(&serde_json::to_string_pretty(&table.json())?),
    }
    Ok(End::Done)
}
