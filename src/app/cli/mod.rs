//! The command line: what may be typed, and which command answers.
//!
//! Exit codes: 0 done, 1 problems in the user's files, 2 the tool could not do it, 130 stopped.

mod assumptions;
mod calibrate;
mod check;
mod compare;
mod completions;
mod counts;
mod data;
mod forecast;
mod ignorance;
mod import;
mod load;
mod new;
mod run;
mod schema;
mod statistics;
mod survival;
mod synthesise;
mod trace;

use clap::{Parser, Subcommand, ValueEnum};
use std::io::Write;
use std::process::ExitCode;

/// Demand forecasting and capacity modelling for children's services.
#[derive(Parser)]
#[command(name = "caseflow", version, about, long_about = LONG, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const LONG: &str = "caseflow simulates, child by child, the flow through a council's services: contact, early \
support, assessment, child in need, child protection and care. A model is a text file in which every number \
says where it comes from.\n\nEverything stays on this machine.";

const EXAMPLES: &str = "Examples:
  caseflow run                                      the bundled Wiltshire model, five years ahead
  caseflow run my-council.toml --out results        a model of your own
  caseflow new --authority Leeds --out leeds.toml   a model of any council, from published statistics
  caseflow run --scenario fewer.toml --out fewer    the same with a scenario's changes
  caseflow compare my-council.toml a.toml b.toml    what scenarios change, with the same luck
  caseflow calibrate leeds.toml --to figures.csv    fit its numbers to figures of your own
  caseflow forecast contacts.csv                    monthly counts, two years ahead
  caseflow import returns/ --out imported           the council's own records
  caseflow check my-council.toml                    every mistake in a file, with its line
  caseflow assumptions my-council.toml              what is sourced and what is assumed";

#[derive(Subcommand)]
enum Command {
    /// Simulate a model and leave a folder with a page, charts and tables
    Run(run::Args),
    /// Make a model of any English council from its published statistics
    New(new::Args),
    /// Fit a model's numbers to figures, with what stays unknown as draws for every later run
    Calibrate(calibrate::Args),
    /// Compare scenarios with carrying on as now, with the same luck for every child
    Compare(compare::Args),
    /// Forecast monthly counts, test the forecast on the past, and write it for a model
    Forecast(forecast::Args),
    /// Read a council's own returns, and report their faults
    Import(import::Args),
    /// Report every mistake in model or scenario files
    Check(check::Args),
    /// List every number of a model: what is sourced, what is assumed, how strong each is
    Assumptions(assumptions::Args),
    /// The published statistics that `new` works from: show them, or lay a new release over them
    Data(data::Args),
    /// Write fake returns of an invented council, for trying the import and for proof
    Synthesise(synthesise::Args),
    /// Lengths of spells in any file: Kaplan-Meier, Aalen-Johansen, laws by maximum likelihood
    Survival(survival::Args),
    /// Print the JSON schema of model files, for editors
    Schema(schema::Args),
    /// Print a completion script for a shell
    Completions(completions::Args),
}

/// How to print results.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Format {
    /// For reading
    Text,
    /// For programs
    Json,
}

/// What a command came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum End {
    Done,
    /// The user's files have problems, which have been shown.
    Problems,
    /// Stopped by the user with partial results.
    Stopped,
}

/// Why a command could not do its work.
pub(crate) type Failure = Box<dyn std::error::Error>;

/// Runs the command line and returns its exit code.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let end = match cli.command {
        Command::Run(args) => run::run(args),
        Command::New(args) => new::run(args),
        Command::Calibrate(args) => calibrate::run(args),
        Command::Compare(args) => compare::run(args),
        Command::Forecast(args) => forecast::run(args),
        Command::Import(args) => import::run(args),
        Command::Check(args) => check::run(args),
        Command::Assumptions(args) => assumptions::run(args),
        Command::Data(args) => data::run(args),
        Command::Synthesise(args) => synthesise::run(args),
        Command::Survival(args) => survival::run(args),
        Command::Schema(args) => schema::run(args),
        Command::Completions(args) => completions::run(args),
    };
    match end {
        Ok(End::Done) => ExitCode::SUCCESS,
        Ok(End::Problems) => ExitCode::from(1),
        Ok(End::Stopped) => ExitCode::from(130),
        Err(failure) => {
            tell(&format!("error: {failure}"));
            ExitCode::from(2)
        }
    }
}

/// Prints to standard output; a closed pipe is no failure.
pub(crate) fn say(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// Prints to standard error.
pub(crate) fn tell(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}
