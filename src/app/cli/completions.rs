//! `caseflow completions SHELL`

use super::{Cli, End, Failure};
use clap::CommandFactory;

/// Options of `completions`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Which shell
    shell: clap_complete::Shell,
}

pub(crate) fn run(args: Args) -> Result<End, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "caseflow", &mut script);
    super::say(&String::from_utf8_lossy(&script));
    Ok(End::Done)
}
