//! A child's stays gathered into the cases that returns are about.

use super::history::{Life, Next, Stay};
use super::role::{Ending, Role, Roles};

/// A span of days; open if it has no end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Span {
    /// First day.
    pub from: i64,
    /// Last day.
    pub to: Option<i64>,
}

/// A record of one kind.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Record {
    /// What kind.
    pub role: Role,
    /// When.
    pub span: Span,
    /// The kind of record that follows at once, if one does.
    pub next: Option<Role>,
    /// How it ended, where it is the end of a case or of care.
    pub ending: Option<Ending>,
}

/// A case open to social care, from referral to closure.
#[derive(Clone, PartialEq, Debug)]
pub struct Case {
    /// From referral to closure.
    pub span: Span,
    /// How it closed.
    pub ending: Ending,
    /// The referral had no further action.
    pub nfa: bool,
    /// Its records, in order.
    pub records: Vec<Record>,
}

/// What the returns hold of one child.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Cases {
    /// Contacts, early help, support and care leavers.
    pub beside: Vec<Record>,
    /// Cases open to social care.
    pub open: Vec<Case>,
}

impl Cases {
    /// Gathers the stays of a child: stays that follow at once as the same kind of record are one.
    pub fn new(life: &Life, roles: &Roles) -> Cases {
        let records = records(life, roles);
        let mut cases = Cases::default();
        let mut open: Option<Case> = None;
        for record in records {
            let same_case = open.as_ref().is_some_and(|c| c.span.to == Some(record.span.from));
            if !record.role.in_need() {
                cases.open.extend(open.take());
                if record.role != Role::Other {
                    cases.beside.push(record);
                }
                continue;
            }
            let joins = same_case && open.as_ref().is_some_and(goes_on);
            if !joins {
                cases.open.extend(open.take());
            }
            let case = open.get_or_insert_with(|| Case {
                span: record.span,
                ending: Ending::Other,
                nfa: false,
                records: Vec::new(),
            });
            case.span.to = record.span.to;
            case.ending = record.ending.unwrap_or(Ending::Other);
            case.records.push(record);
        }
        cases.open.extend(open);
        for case in &mut cases.open {
            let only =
                case.records.len() == 1 && case.records.first().is_some_and(|r| r.role == Role::Referral);
            case.nfa = only && case.ending == Ending::NoFurtherAction;
        }
        cases
    }
}

/// Whether the last record of a case says that another follows at once.
fn goes_on(case: &Case) -> bool {
    case.records.last().is_some_and(|r| r.next.is_some_and(Role::in_need))
}

/// Stays as records: same kinds that follow at once joined, and care that only leads in or out dropped.
fn records(life: &Life, roles: &Roles) -> Vec<Record> {
    let mut out: Vec<Record> = Vec::new();
    for (i, stay) in life.stays.iter().enumerate() {
        let role = roles.of(stay.stage);
        let next = match stay.next {
            Some(Next::Stage(s)) => Some(roles.of(s)),
            _ => None,
        };
        let ending = ending(stay, roles);
        let through = role.in_care() && roles.lasts(stay.stage) == Some(false);
        if through {
            // it tells how the placement before ended
            if let Some(last) = out.last_mut().filter(|l| l.role.in_care() && l.span.to == Some(stay.from)) {
                last.next = next;
                let told = roles.into.get(usize::from(stay.stage)).copied().filter(|e| *e != Ending::Other);
                last.ending = told.or(ending);
            }
            continue;
        }
        let joins = i > 0
            && !role.in_care()
            && !matches!(role, Role::Assessment | Role::Contact | Role::Referral)
            && out
                .last()
                .is_some_and(|l| l.role == role && l.span.to == Some(stay.from) && l.next == Some(role));
        let record = Record { role, span: Span { from: stay.from, to: stay.to }, next, ending };
        match out.last_mut().filter(|_| joins) {
            Some(last) => *last = Record { span: Span { from: last.span.from, to: stay.to }, ..record },
            None => out.push(record),
        }
    }
    out
}

fn ending(stay: &Stay, roles: &Roles) -> Option<Ending> {
    match stay.next? {
        Next::Exit(exit) => roles.exits.get(usize::from(exit)).copied(),
        Next::Stage(stage) => roles.into.get(usize::from(stage)).copied().filter(|e| *e != Ending::Other),
    }
}
