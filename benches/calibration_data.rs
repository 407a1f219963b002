//! Makes the embedded statistics: `cargo bench --bench calibration_data -- TABLES OUT`.
//!
//! TABLES is a folder with the tidy tables of a release (default `../shared/data/tidy`), OUT the file to write
//! (default `src/calibrate/data/authorities.bin`). Without `--write` it only says whether the file is what these
//! tables make, and exits 1 if not.

#![allow(clippy::print_stdout, clippy::print_stderr)]

use caseflow::calibrate::data::Statistics;
use std::process::ExitCode;

const TABLES: [&str; 8] = [
    "authorities.csv",
    "indicators.csv",
    "authority_year.csv.gz",
    "authority_year_detail.csv.gz",
    "authority_month.csv.gz",
    "population_age.csv",
    "statistical_neighbours.csv",
    "population_projection.csv",
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let write = arguments.iter().any(|a| a == "--write");
    let mut named = arguments.iter().filter(|a| !a.starts_with('-'));
    let folder = named.next().map_or("../shared/data/tidy", |s| s);
    let out = named.next().map_or("src/calibrate/data/authorities.bin", |s| s);
    let mut files = Vec::new();
    for name in TABLES {
        match std::fs::read(format!("{folder}/{name}")) {
            Ok(bytes) => files.push((name, bytes)),
            Err(e) => println!("{folder}/{name}: {e}"),
        }
    }
    if files.is_empty() {
        eprintln!("No tables in {folder}.");
        return ExitCode::from(2);
    }
    let tables: Vec<(&str, &[u8])> = files.iter().map(|(n, b)| (*n, b.as_slice())).collect();
    let release = "DfE children's social care statistics to March 2025 (2025 for eleven councils), ONS mid-year estimates";
    let made = match Statistics::build(release, &tables) {
        Ok(made) => made,
        Err(e) => {
            eprintln!("{e}");
            return ExitCode::from(1);
        }
    };
    let bytes = made.encode();
    println!(
        "{} areas, {} indicators, {} councils today, {} bytes",
        made.areas.len(),
        made.indicators.len(),
        made.councils().len(),
        bytes.len()
    );
    if write {
        if let Err(e) = std::fs::write(out, &bytes) {
            eprintln!("{out}: {e}");
            return ExitCode::from(2);
        }
        return ExitCode::SUCCESS;
    }
    let same = std::fs::read(out).is_ok_and(|old| {
        Statistics::decode(&old).is_ok_and(|old| old == Statistics::decode(&bytes).unwrap_or_default())
    });
    println!("{out} is {}what these tables make", if same { "" } else { "NOT " });
    ExitCode::from(u8::from(!same))
}
