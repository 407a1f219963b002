//! Survival estimators against the answers of R's survival, etm, mstate, cmprsk and of polished maximum
//! likelihood. An explicit command:
//!
//! ```text
//! cargo bench --no-default-features --bench survival_reference [-- DIRECTORY]
//! ```
//!
//! DIRECTORY holds `survival/*.csv` and `reference/survival/*` (default `../shared/data`). Prints a line
//! for each comparison with its worst difference and the allowance, and exits with 1 if any fails.
//! `-- stress` sets `Fit` against a search from many starts on hard generated sets. Any other file of spells is
//! for `caseflow survival`.
#![allow(clippy::print_stdout)]

use std::path::PathBuf;
use std::process::ExitCode;

#[path = "survival_reference/curves.rs"]
mod curves;
#[path = "survival_reference/laws.rs"]
mod laws;
#[path = "survival_reference/stress.rs"]
mod stress;
#[path = "survival_reference/table.rs"]
mod table;
#[path = "survival_reference/tally.rs"]
mod tally;

fn main() -> ExitCode {
    let given: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    if given.first().is_some_and(|g| g == "stress") {
        let rest = given.get(1..).unwrap_or(&[]);
        return if stress::run(rest) { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    let root = PathBuf::from(given.first().map_or("../shared/data", String::as_str));
    let (data, reference) = (root.join("survival"), root.join("reference/survival"));
    if !data.is_dir() || !reference.is_dir() {
        println!("no {} and {}: nothing compared", data.display(), reference.display());
        return ExitCode::from(2);
    }
    let mut tally = tally::Tally::default();
    curves::all(&data, &reference, &mut tally);
    laws::all(&data, &reference, &mut tally);
    if tally.finish() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
