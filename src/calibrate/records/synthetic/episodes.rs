//! The plain file of episodes: every stay of every child in one table.

use super::case::Record;
use super::council::{Child, Council, outcome};
use super::role::{Ending, Placement, Role};
use super::sheet::{Cell, Kind, Sheet};

const COLUMNS: [(&str, Kind); 13] = [
    ("child", Kind::Child),
    ("family", Kind::Plain),
    ("birth", Kind::Plain),
    ("sex", Kind::Code),
    ("stage", Kind::Code),
    ("placement", Kind::Code),
    ("start", Kind::Start),
    ("end", Kind::End),
    ("outcome", Kind::Code),
    ("referrer", Kind::Code),
    ("need", Kind::Code),
    ("factors", Kind::Code),
    ("disabled", Kind::Code),
];

/// The table.
pub fn sheet(council: &Council) -> Sheet {
    let mut sheet = Sheet::new("episodes", &COLUMNS);
    for child in &council.children {
        let mut rows: Vec<(i64, Vec<Cell>)> = Vec::new();
        for record in &child.cases.beside {
            rows.extend(row(council, child, record).map(|r| (record.span.from, r)));
        }
        for case in &child.cases.open {
            let whole = stay(council, child, "in_need_episode", "", case.span.from, case.span.to);
            rows.push((case.span.from, whole));
            for record in &case.records {
                rows.extend(row(council, child, record).map(|r| (record.span.from, r)));
            }
        }
        rows.sort_by_key(|r| r.0);
        sheet.rows.extend(rows.into_iter().map(|r| r.1));
    }
    sheet
}

fn row(council: &Council, child: &Child, record: &Record) -> Option<Vec<Cell>> {
    let (stage, placement) = code(record.role)?;
    // an instant has a date and no end
    let instant = matches!(record.role, Role::Contact | Role::Referral | Role::Conference);
    let to = record.span.to.filter(|_| !instant);
    let mut cells = stay(council, child, stage, placement, record.span.from, to);
    if let (Some(cell), Some(told)) = (cells.get_mut(8), told(record)) {
        *cell = Cell::text(told);
    }
    if let (Some(cell), Role::Assessment) = (cells.get_mut(11), record.role) {
        *cell = Cell::text(child.factors.join(" "));
    }
    Some(cells)
}

/// How a record ended, in the codes of outcomes.
pub(super) fn told(record: &Record) -> Option<&'static str> {
    record.span.to?;
    let way = record.ending.and_then(|e| match e {
        Ending::Adopted => Some("adopted"),
        Ending::Guardianship => Some("special_guardianship"),
        Ending::Home => Some("returned_home"),
        Ending::Moved => Some("transferred_out"),
        Ending::Adult => Some("eighteen"),
        Ending::NotInNeed | Ending::NoFurtherAction => Some("no_further_action"),
        Ending::Other => None,
    });
    record.next.and_then(outcome).or(way)
}

fn stay(c: &Council, child: &Child, stage: &str, placement: &str, from: i64, to: Option<i64>) -> Vec<Cell> {
    let p = &child.person;
    vec![
        Cell::text(&p.id),
        Cell::text(&p.family),
        Cell::Date(p.born),
        Cell::text(if p.sex == 'M' { "male" } else { "female" }),
        Cell::text(stage),
        Cell::text(placement),
        Cell::Date(c.date(from)),
        Cell::date(c.maybe(to)),
        Cell::Empty,
        if matches!(stage, "contact" | "referral") { Cell::text(p.source) } else { Cell::Empty },
        Cell::text(p.need),
        Cell::Empty,
        Cell::yes(p.disability != "NONE"),
    ]
}

/// The names of stage and placement in the file.
pub(super) fn code(role: Role) -> Option<(&'static str, &'static str)> {
    Some(match role {
        Role::Contact => ("contact", ""),
        Role::EarlyHelp => ("early_support_assessment", ""),
        Role::Support => ("early_support", ""),
        Role::Referral => ("referral", ""),
        Role::Assessment => ("assessment", ""),
        Role::Section47 => ("section_47", ""),
        Role::Conference => ("conference", ""),
        Role::ChildInNeed => ("child_in_need", ""),
        Role::ChildProtection => ("child_protection", ""),
        Role::Care(p) => ("care", placement(p)),
        Role::CareLeaver => ("care_leaver", ""),
        // the case stays open without a plan: the whole episode shows it
        Role::Closing | Role::Other => return None,
    })
}

fn placement(p: Placement) -> &'static str {
    match (p.place, p.provider) {
        ("U3", _) => "kinship",
        ("U6", "PR1") => "foster_own",
        ("U6", _) => "foster_agency",
        ("K2", _) => "residential",
        ("K3", _) => "supported",
        ("P1", _) => "with_parents",
        ("A5", _) => "adoption",
        _ => "other",
    }
}
