//! `caseflow schema`

use super::{End, Failure, say};
use crate::model;

/// Options of `schema`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The schema of scenario files instead
    #[arg(long)]
    scenario: bool,
}

pub(crate) fn run(args: Args) -> Result<End, Failure> {
    let schema = if args.scenario { model::scenario_schema() } else { model::schema() };
    say(&serde_json::to_string_pretty(&schema)?);
    Ok(End::Done)
}
