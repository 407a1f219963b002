//! Returns read: every kind by hand, years merged, hostile files refused, and nothing of any child let out.

mod books;
mod closures;
mod hostile;
mod hostile_books;
mod hostile_more;
mod large;
mod privacy;
mod readers;
mod tables;
mod years;

use caseflow::calibrate::records::episode::{End, PersonIx, Stage, Table};
use caseflow::calibrate::records::read::{Held, Import, Input, Options, Refusal, import};
use jiff::civil::{Date, date};

/// Imports files held in memory.
pub fn try_read(files: &[(&str, &[u8])], observed: Option<(Date, Date)>) -> Result<Import, Vec<Refusal>> {
    let held: Vec<Held> = files.iter().map(|(name, bytes)| Held { name, bytes }).collect();
    let inputs: Vec<&dyn Input> = held.iter().map(|h| h as &dyn Input).collect();
    import(&inputs, Options { key: [7, 11], observed, rows: 10 })
}

/// Imports files that must be right, observed over the years 2023 and 2024 where they do not say.
pub fn read(files: &[(&str, &[u8])]) -> Import {
    try_read(files, Some((date(2023, 1, 1), date(2024, 12, 31)))).unwrap_or_else(|e| panic!("{e:?}"))
}

/// A child's episodes, one line each: stage, start, end, outcome.
pub fn lines(table: &Table, person: u32) -> Vec<String> {
    let of = table.of(PersonIx(person));
    of.map(|(_, e)| {
        let stage = match e.stage {
            Stage::Care(kind) => format!("care {}", kind.code()),
            Stage::Service(k) => format!("service {}", table.services()[usize::from(k.0)]),
            other => other.code().to_owned(),
        };
        let end = match e.end {
            End::Known(d) => d.to_string(),
            End::StillOpen => "open".to_owned(),
            End::Censored(d) => format!("lost {d}"),
        };
        let outcome = e.outcome.map(|o| format!(" {}", o.code())).unwrap_or_default();
        format!("{stage} {} {end}{outcome}", e.start)
    })
    .collect()
}

/// Findings as rule, column, count and rows, without the notes that every such file has.
pub fn findings(found: &Import) -> Vec<String> {
    let usual = ["implied_window", "same_day", "end_without_reason", "unknown_column", "missing_column"];
    let list = found.findings.iter().filter(|f| !usual.contains(&f.rule.id));
    list.map(|f| {
        let rows: Vec<String> = f.rows.iter().map(u32::to_string).collect();
        let text = format!("{} {} x{} at {}", f.rule.id, f.column.shown(), f.count, rows.join(","));
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    })
    .collect()
}
