//! What an import shows: files, findings and counts, never anything of one child.

use crate::calibrate::records::episode::{End, Episode, Stage, Table as Records};
use crate::calibrate::records::quality::Finding;
use crate::calibrate::records::read::Import;
use crate::present::disclosure::{DisclosureProfile, Plan, Treatment};
use crate::present::table::{Cell, Column, Kind, Symbol, Table};
use std::collections::BTreeSet;

/// What each file holds.
pub(super) fn files(found: &Import) -> Table {
    let mut table = Table::new(
        "files",
        "What was read",
        vec![
            Column::new("file", "File", Kind::Text),
            Column::new("sheet", "Sheet", Kind::Text),
            Column::new("holds", "Holds", Kind::Text),
            Column::new("records", "Records", Kind::Count),
            Column::new("first", "From", Kind::Date),
            Column::new("last", "To", Kind::Date),
        ],
    );
    for file in &found.files {
        let date = |d: Option<jiff::civil::Date>| d.map_or(Cell::Symbol(Symbol::NotApplicable), Cell::Date);
        let (first, last) = (date(file.covers.map(|c| c.0)), date(file.covers.map(|c| c.1)));
        for sheet in &file.sheets {
            table.row(vec![
                Cell::text(&file.name),
                Cell::Text(sheet.number.to_string()),
                Cell::text(sheet.holds.unwrap_or("not used")),
                Cell::Number(sheet.records as f64),
                first.clone(),
                last.clone(),
            ]);
        }
    }
    table
}

/// Every finding.
pub(super) fn quality(found: &Import) -> Table {
    let mut table = Table::new(
        "quality",
        "What was found amiss in the records",
        vec![
            Column::new("rule", "Rule", Kind::Text),
            Column::new("level", "Level", Kind::Text),
            Column::new("file", "File", Kind::Text),
            Column::new("sheet", "Sheet", Kind::Text),
            Column::new("column", "Column", Kind::Text),
            Column::new("count", "Count", Kind::Count),
            Column::new("rows", "First rows", Kind::Text),
            Column::new("found", "What was found", Kind::Text),
            Column::new("done", "What was done", Kind::Text),
            Column::new("effect", "Effect on the estimates", Kind::Text),
        ],
    );
    for finding in &found.findings {
        table.row(row(found, finding));
    }
    table.note(
        "Rows are those of the file, as a spreadsheet numbers them; in XML, children or workers from 1. They are \
         for the council that holds the files.",
    );
    table
}

fn row(found: &Import, finding: &Finding) -> Vec<Cell> {
    let none = || Cell::Symbol(Symbol::NotApplicable);
    let file = found.files.get(usize::from(finding.file));
    let several = file.is_some_and(|f| f.sheets.len() > 1);
    let column = finding.column.shown();
    let rows: Vec<String> = finding.rows.iter().map(u32::to_string).collect();
    vec![
        Cell::text(finding.rule.id),
        Cell::text(finding.rule.level.code()),
        file.map_or_else(none, |f| Cell::text(&f.name)),
        if several { Cell::Text((finding.sheet.saturating_add(1)).to_string()) } else { none() },
        if column.is_empty() { none() } else { Cell::Text(column) },
        Cell::Number(finding.count as f64),
        if rows.is_empty() { none() } else { Cell::Text(rows.join(" ")) },
        Cell::text(finding.rule.found),
        Cell::text(finding.rule.done),
        Cell::text(finding.rule.effect),
    ]
}

/// Episodes by stage, small numbers withheld.
pub(super) fn counts(found: &Import) -> Table {
    let mut table = Table::new(
        "counts",
        "Episodes by stage in the period observed",
        vec![
            Column::new("stage", "Stage", Kind::Text),
            Column::new("first", "From", Kind::Date),
            Column::new("last", "To", Kind::Date),
            Column::new("started", "Started", Kind::Count),
            Column::new("ended", "Ended", Kind::Count),
            Column::new("open", "Open at the end", Kind::Count),
            Column::new("children", "Children", Kind::Count),
        ],
    );
    let records = &found.table;
    let periods = records.care_periods();
    let mut seen: Vec<(&'static str, Stage)> = Vec::new();
    for e in records.episodes() {
        if !seen.iter().any(|(code, _)| *code == e.stage.code()) {
            seen.push((e.stage.code(), e.stage));
        }
    }
    seen.sort_by_key(|(_, stage)| *stage);
    for (code, stage) in seen {
        let care = matches!(stage, Stage::Care(_));
        let of: Vec<&Episode> = if care {
            periods.iter().collect()
        } else {
            records.episodes().iter().filter(|e| e.stage.code() == code).collect()
        };
        table.row(counted(records, code, stage, &of));
    }
    let observed = vec![Treatment::Keep; 3].into_iter().chain(vec![Treatment::Observed; 4]).collect();
    let plan = Plan { columns: observed, total_row: None, total_column: None };
    let mut out = DisclosureProfile::default().apply(&table, &plan);
    out.note("In care, whole periods are counted and not placements.");
    out
}

fn counted(records: &Records, code: &str, stage: Stage, of: &[&Episode]) -> Vec<Cell> {
    let watched = records.periods(stage);
    let within = |d: jiff::civil::Date| watched.iter().any(|p| p.has(d));
    let started = of.iter().filter(|e| within(e.start)).count();
    let ended = of.iter().filter(|e| e.end.date().is_some_and(within)).count();
    let open = of.iter().filter(|e| e.end == End::StillOpen).count();
    let people: BTreeSet<_> = of.iter().map(|e| e.person).collect();
    let date = |d: Option<jiff::civil::Date>| d.map_or(Cell::Symbol(Symbol::NotAvailable), Cell::Date);
    let open =
        if stage.is_instant() { Cell::Symbol(Symbol::NotApplicable) } else { Cell::Number(open as f64) };
    vec![
        Cell::text(code),
        date(watched.first().map(|p| p.first)),
        date(watched.last().map(|p| p.last)),
        Cell::Number(started as f64),
        Cell::Number(ended as f64),
        open,
        Cell::Number(people.len() as f64),
    ]
}

/// Workers by role, small numbers withheld.
pub(super) fn workforce(found: &Import) -> Option<Table> {
    if found.workforce.is_empty() {
        return None;
    }
    let mut table = Table::new(
        "workforce",
        "Social workers by role",
        vec![
            Column::new("role", "Role", Kind::Text),
            Column::new("on", "On", Kind::Date),
            Column::new("agency", "Agency", Kind::Text),
            Column::new("heads", "In post", Kind::Count),
            Column::new("fte", "Full-time equivalents", Kind::Number(1)),
            Column::new("caseload", "Cases per full-time holder", Kind::Number(1)),
            Column::new("holders", "Holding cases", Kind::Count),
            Column::new("starters", "Started in the year", Kind::Count),
            Column::new("leavers", "Left in the year", Kind::Count),
        ],
    );
    for census in &found.workforce {
        for role in &census.roles {
            let caseload = (role.holders_fte > 0.0).then(|| role.cases / role.holders_fte);
            table.row(vec![
                Cell::Text(role.role.to_string()),
                census.on.map_or(Cell::Symbol(Symbol::NotAvailable), Cell::Date),
                Cell::text(if role.agency { "yes" } else { "no" }),
                Cell::Number(role.heads as f64),
                Cell::Number(role.fte),
                Cell::maybe(caseload),
                Cell::Number(role.holders as f64),
                Cell::Number(role.starters as f64),
                Cell::Number(role.leavers as f64),
            ]);
        }
    }
    let ratio = |denominator| Treatment::Ratio { numerator: None, denominator };
    let columns = vec![
        Treatment::Keep,
        Treatment::Keep,
        Treatment::Keep,
        Treatment::Observed,
        ratio(3),
        ratio(6),
        Treatment::Observed,
        Treatment::Observed,
        Treatment::Observed,
    ];
    let plan = Plan { columns, total_row: None, total_column: None };
    Some(DisclosureProfile::default().apply(&table, &plan))
}
