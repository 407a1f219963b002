//! Fake Annex A workbook, lists 1 to 8: the last six months for lists 1 to 5, open and recently closed
//! cases for the rest.

use super::case::Record;
use super::cin::{CATEGORIES, reviews};
use super::council::{Child, Council};
use super::person::{age, pick};
use super::role::{Ending, Role};
use super::sheet::{Cell, Kind, Sheet};
use super::ssda903::{periods, reviews_due};
use crate::base::rng::Purpose;

/// Days that lists 1 to 5 look back.
const BACK: i64 = 183;

/// Days between visits at the most, as the return's date of the last one shows.
const VISITS: f64 = 42.0;

const ABUSE: Purpose = Purpose::named("category of abuse");
const TEAM: Purpose = Purpose::named("team");
const SEEN: Purpose = Purpose::named("last seen");

const ID: [(&str, Kind); 5] = [
    ("Child Unique ID", Kind::Child),
    ("Gender", Kind::Code),
    ("Ethnicity", Kind::Code),
    ("Date of Birth", Kind::Plain),
    ("Age of Child (Years)", Kind::Plain),
];
const DISABLED: (&str, Kind) = ("Does the Child have a Disability", Kind::Code);
const WORKER: [(&str, Kind); 2] = [("Allocated Team", Kind::Plain), ("Allocated Worker", Kind::Plain)];

fn sheet(name: &str, columns: &[(&'static str, Kind)], disabled: bool, worker: bool) -> Sheet {
    let mut all = ID.to_vec();
    all.extend(disabled.then_some(DISABLED));
    all.extend_from_slice(columns);
    all.extend(WORKER.into_iter().filter(|_| worker));
    Sheet::new(name, &all)
}

/// Adds a row about a child.
struct Rows<'a> {
    council: &'a Council,
    child: &'a Child,
}

impl Rows<'_> {
    /// The day on which the child was last visited in a record: some days before its end.
    fn seen(&self, from: i64, to: Option<i64>) -> Cell {
        let last = to.unwrap_or(self.council.history.days - 1);
        let ago = (VISITS * self.child.person.key.unit(SEEN, from.unsigned_abs())) as i64;
        Cell::Date(self.council.date((last - ago).max(from)))
    }

    fn add(&self, sheet: &mut Sheet, disabled: bool, cells: Vec<Cell>, worker: bool) {
        let p = &self.child.person;
        let last = self.council.history.last();
        let years = age(p.born, last).map_or(Cell::text("Unborn"), |a| Cell::Number(i64::from(a)));
        let mut row = vec![
            Cell::text(&p.id),
            Cell::text(if p.sex == 'M' { "b) Male" } else { "a) Female" }),
            Cell::text(p.ethnic_annex),
            Cell::Date(p.born),
            years,
        ];
        row.extend(disabled.then(|| Cell::text(if p.disability == "NONE" { "b) No" } else { "a) Yes" })));
        row.extend(cells);
        if worker {
            let team = 1 + (5.0 * p.key.unit(TEAM, 0)) as u32;
            row.push(Cell::text(format!("Team {team}")));
            row.push(Cell::text(format!("Worker {}", 1 + (20.0 * p.key.unit(TEAM, 1)) as u32)));
        }
        sheet.rows.push(row);
    }
}

/// The sheets of the workbook.
pub fn sheets(council: &Council) -> Vec<Sheet> {
    let mut lists = vec![
        sheet("List 1", &[("Date of Contact", Kind::Start), ("Contact Source", Kind::Code)], false, false),
        sheet(
            "List 2",
            &[
                ("Assessment start date", Kind::Start),
                ("Assessment completion date", Kind::End),
                ("Organisation completing assessment", Kind::Plain),
            ],
            false,
            false,
        ),
        sheet(
            "List 3",
            &[
                ("Date of referral", Kind::Start),
                ("Referral Source", Kind::Code),
                ("Referral NFA?", Kind::Code),
                ("Number of Referrals in Last 12 Months", Kind::Plain),
            ],
            false,
            true,
        ),
        sheet(
            "List 4",
            &[
                ("Continuous Assessment Start Date", Kind::Start),
                ("Child Seen During Continuous Assessment", Kind::Code),
                ("Continuous Assessment Date of Authorisation", Kind::End),
                ("Was the child assessed as requiring LA children's social care support?", Kind::Code),
            ],
            true,
            true,
        ),
        sheet(
            "List 5",
            &[
                ("Strategy discussion initiating Section 47 Enquiry Start Date", Kind::Start),
                ("Was an Initial Child Protection Conference deemed unnecessary?", Kind::Code),
                ("Date of Initial Child Protection Conference", Kind::Date),
                ("Did the Initial Child Protection Conference Result in a Child Protection Plan", Kind::Code),
                ("Number of Section 47 Enquiries in the last 12 months", Kind::Plain),
                ("Number of ICPCs in the last 12 months", Kind::Plain),
            ],
            true,
            true,
        ),
        sheet(
            "List 6",
            &[
                ("CIN Start Date", Kind::Start),
                ("Primary Need Code", Kind::Code),
                ("Date Child Was Last Seen", Kind::Date),
                ("CIN Closure Date", Kind::End),
                ("Reason for Closure", Kind::Code),
                ("Case Status", Kind::Code),
            ],
            true,
            true,
        ),
        sheet(
            "List 7",
            &[
                ("Child Protection Plan Start Date", Kind::Start),
                ("Initial Category of Abuse", Kind::Code),
                ("Latest Category of Abuse", Kind::Code),
                ("Date of the Last Statutory Visit", Kind::Date),
                ("Was the Child Seen Alone?", Kind::Code),
                ("Date of latest review conference", Kind::Date),
                ("Child Protection Plan End Date", Kind::End),
                (
                    "Subject to Emergency Protection Order or Protected Under Police Powers in Last Six Months (Y/N)",
                    Kind::Code,
                ),
                ("Number of Previous Child Protection Plans", Kind::Plain),
            ],
            true,
            true,
        ),
        list_8(),
    ];
    let last = council.history.days - 1;
    for child in &council.children {
        let rows = Rows { council, child };
        beside(&rows, &mut lists, last);
        for case in &child.cases.open {
            social_care(&rows, &mut lists, case, last);
        }
        in_care(&rows, &mut lists, last);
    }
    lists
}

fn list_8() -> Sheet {
    sheet(
        "List 8",
        &[
            ("Unaccompanied Asylum Seeking Child (UASC) within the Last 12 Months (Y/N)", Kind::Code),
            ("Does the Child have a Disability", Kind::Code),
            ("Date Started to be Looked After", Kind::Start),
            ("Child's Category of Need", Kind::Code),
            (
                "Is this a second or subsequent period of being a Looked After Child within the last 12 months (Y/N)",
                Kind::Code,
            ),
            ("Start date of current legal status", Kind::Date),
            ("Child's Legal Status", Kind::Code),
            ("Date of Latest Statutory Review", Kind::Date),
            ("Date of Last Social Work Visit", Kind::Date),
            ("Number of Placements in the Last 12 months", Kind::Plain),
            ("Date Ceased to be Looked After", Kind::End),
            ("Reason Ceased to be Looked After", Kind::Code),
            ("Start Date of Most Recent Placement", Kind::Date),
            ("Placement Type", Kind::Code),
            ("Placement Provider", Kind::Code),
        ],
        false,
        true,
    )
}

fn put(lists: &mut [Sheet], number: usize, rows: &Rows<'_>, disabled: bool, cells: Vec<Cell>, worker: bool) {
    if let Some(sheet) = lists.get_mut(number - 1) {
        rows.add(sheet, disabled, cells, worker);
    }
}

fn source(code: &str) -> &'static str {
    match code.chars().next() {
        Some('6') => "g) Police",
        Some('2') => "b) Schools",
        Some('3') => "d) Health Services",
        Some('5') => "f) LA Services",
        Some('8') => "i) Other",
        _ if code == "10" => "k) Unknown",
        _ => "a) Individual",
    }
}

fn beside(rows: &Rows<'_>, lists: &mut [Sheet], last: i64) {
    let c = rows.council;
    let from = Cell::text(source(rows.child.person.source));
    for r in &rows.child.cases.beside {
        let recent = r.span.from > last - BACK;
        match r.role {
            Role::Contact if recent => {
                put(lists, 1, rows, false, vec![Cell::Date(c.date(r.span.from)), from.clone()], false);
            }
            Role::EarlyHelp if recent || r.span.to.is_none_or(|to| to > last - BACK) => {
                let cells = vec![
                    Cell::Date(c.date(r.span.from)),
                    Cell::date(c.maybe(r.span.to)),
                    Cell::text("School"),
                ];
                put(lists, 2, rows, false, cells, false);
            }
            _ => {}
        }
    }
}

fn social_care(rows: &Rows<'_>, lists: &mut [Sheet], case: &super::case::Case, last: i64) {
    let c = rows.council;
    let p = &rows.child.person;
    let year = |role: Role, from: i64| {
        let all = rows.child.cases.open.iter().flat_map(|c| &c.records);
        all.filter(|r| r.role == role && r.span.from <= from && r.span.from > from - 365).count() as i64
    };
    for (i, r) in case.records.iter().enumerate() {
        let start = Cell::Date(c.date(r.span.from));
        let recent = r.span.from > last - BACK;
        let next = case.records.get(i + 1);
        match r.role {
            Role::Referral if recent => {
                let again = Cell::Number(year(Role::Referral, r.span.from));
                let cells = vec![start, Cell::text(source(p.source)), Cell::yes(case.nfa), again];
                put(lists, 3, rows, false, cells, true);
            }
            Role::Assessment if recent || r.span.to.is_none_or(|t| t > last - BACK) => {
                let over = r.span.to.is_some();
                let needed = r.next.is_some_and(Role::in_need);
                let cells = vec![
                    start,
                    Cell::yes(true),
                    Cell::date(c.maybe(r.span.to)),
                    if over { Cell::yes(needed) } else { Cell::Empty },
                ];
                put(lists, 4, rows, true, cells, true);
            }
            Role::Section47 if recent => {
                let held = next.filter(|n| n.role == Role::Conference);
                let plan = held.and_then(|h| h.next).map(|n| n == Role::ChildProtection);
                let cells = vec![
                    start,
                    r.span.to.map_or(Cell::Empty, |_| Cell::yes(held.is_none())),
                    Cell::date(held.map(|h| c.date(h.span.from))),
                    plan.map_or(Cell::Empty, Cell::yes),
                    Cell::Number(year(Role::Section47, r.span.from)),
                    Cell::Number(year(Role::Conference, r.span.from)),
                ];
                put(lists, 5, rows, true, cells, true);
            }
            Role::ChildProtection if r.span.to.is_none_or(|t| t > last - BACK) => {
                plan(rows, lists, r, last);
            }
            _ => {}
        }
    }
    if !case.nfa && case.span.to.is_none_or(|to| to > last - BACK) {
        let cells = vec![
            Cell::Date(c.date(case.span.from)),
            Cell::text(need(p.need)),
            rows.seen(case.span.from, case.span.to),
            Cell::date(c.maybe(case.span.to)),
            case.span.to.map_or(Cell::Empty, |_| Cell::text(closure(case.ending))),
            Cell::text(status(case)),
        ];
        put(lists, 6, rows, true, cells, true);
    }
}

fn plan(rows: &Rows<'_>, lists: &mut [Sheet], r: &Record, last: i64) {
    let c = rows.council;
    let code = pick(&CATEGORIES, rows.child.person.key.unit(ABUSE, r.span.from.unsigned_abs()), "NEG");
    let category = match code {
        "PHY" => "b) Physical Abuse",
        "SAB" => "c) Sexual Abuse",
        "EMO" => "d) Emotional Abuse",
        "MUL" => "e) Multiple",
        _ => "a) Neglect",
    };
    let plans = rows.child.cases.open.iter().flat_map(|c| &c.records);
    let before = plans.filter(|o| o.role == Role::ChildProtection && o.span.from < r.span.from).count();
    let cells = vec![
        Cell::Date(c.date(r.span.from)),
        Cell::text(category),
        Cell::text(category),
        rows.seen(r.span.from, r.span.to),
        Cell::yes(true),
        Cell::date(reviews(r, last).last().map(|d| c.date(*d))),
        Cell::date(c.maybe(r.span.to)),
        Cell::yes(false),
        Cell::Number(before as i64),
    ];
    put(lists, 7, rows, true, cells, true);
}

fn in_care(rows: &Rows<'_>, lists: &mut [Sheet], last: i64) {
    let c = rows.council;
    let p = &rows.child.person;
    let all = periods(rows.child);
    for (i, period) in all.iter().enumerate() {
        let (Some(first), Some(now)) = (period.first(), period.last()) else { continue };
        let Role::Care(placement) = now.role else { continue };
        if now.span.to.is_some_and(|to| to <= last - BACK) {
            continue;
        }
        let again = i > 0
            && all
                .get(i - 1)
                .and_then(|b| b.last())
                .and_then(|r| r.span.to)
                .is_some_and(|to| to > first.span.from - 365);
        let legal = match (p.asylum, placement.place) {
            (_, "A5") => "d) Placement order granted",
            (true, _) => "e) Accommodated under S20",
            _ => "b) Full care orders",
        };
        let provider = match placement.provider {
            "PR1" => "a) Own LA",
            "PR4" => "b) Private",
            _ => "c) Other",
        };
        let reviewed = reviews_due(first.span.from, now.span.to.unwrap_or(last)).last();
        let moves = period.iter().filter(|r| r.span.from > last - 365).count().max(1) as i64;
        let cells = vec![
            Cell::yes(p.asylum),
            Cell::text(if p.disability == "NONE" { "b) No" } else { "a) Yes" }),
            Cell::Date(c.date(first.span.from)),
            Cell::text(need(p.need)),
            Cell::yes(again),
            Cell::Date(c.date(first.span.from)),
            Cell::text(legal),
            Cell::date(reviewed.map(|d| c.date(d))),
            rows.seen(first.span.from, now.span.to),
            Cell::Number(moves),
            Cell::date(c.maybe(now.span.to)),
            now.span.to.map_or(Cell::Empty, |_| Cell::text(ceased(now.ending))),
            Cell::Date(c.date(now.span.from)),
            Cell::text(placement.annex),
            Cell::text(provider),
        ];
        put(lists, 8, rows, false, cells, true);
    }
}

fn need(code: &str) -> &'static str {
    match code {
        "N2" => "b) Child's disability",
        "N3" => "c) Parents illness or disability",
        "N4" => "d) Family in acute stress",
        "N5" => "e) Family dysfunction",
        "N6" => "f) Socially unacceptable behaviour",
        _ => "a) Abuse or neglect",
    }
}

fn closure(ending: Ending) -> &'static str {
    match ending {
        Ending::Adopted => "a) Adopted",
        Ending::Guardianship => "d) Special Guardianship Order",
        Ending::Moved => "e) Transfer to another LA",
        Ending::Adult => "f) Transfer to Adult Social Services",
        Ending::NotInNeed => "h) Child not in need after assessment",
        _ => "g) 'Other' incl. Child no longer in need",
    }
}

fn ceased(ending: Option<Ending>) -> &'static str {
    match ending {
        Some(Ending::Adopted) => "a) Adopted",
        Some(Ending::Guardianship) => "g) Special Guardianship Orders",
        Some(Ending::Moved) => "c) Care taken by another LA",
        Some(Ending::Adult) => "h) Moved into independent living",
        Some(Ending::Home) => "d) Returned home to live with parents or relatives",
        _ => "n) Care ceased for any other reason",
    }
}

fn status(case: &super::case::Case) -> &'static str {
    if case.span.to.is_some() {
        return "e) Closed episode";
    }
    match case.records.last().map(|r| r.role) {
        Some(Role::Care(_)) => "a) Looked after child",
        Some(Role::ChildProtection) => "b) Child Protection plan",
        Some(Role::ChildInNeed | Role::Closing) => "c) Child in need plan",
        _ => "d) Open assessment",
    }
}
