//! Fake SSDA903 return: header, episodes, reviews and asylum files for each year.

use super::case::{Record, Span};
use super::council::{Child, Council, Year};
use super::dirt::{Dirt, Fault, Lost};
use super::role::{Ending, Placement, Role};
use super::sheet::{Cell, Dates, Kind, Mark, Sheet};
use crate::base::rng::Purpose;

const LEGAL: Purpose = Purpose::named("legal status");
const WHY: Purpose = Purpose::named("reason for change of placement");
const HOW: Purpose = Purpose::named("way of leaving care");

const EPISODES: [(&str, Kind); 13] = [
    ("CHILD", Kind::Child),
    ("DECOM", Kind::Start),
    ("RNE", Kind::Code),
    ("LS", Kind::Code),
    ("CIN", Kind::Code),
    ("PLACE", Kind::Code),
    ("PLACE_PROVIDER", Kind::Code),
    ("DEC", Kind::End),
    ("REC", Kind::Code),
    ("REASON_PLACE_CHANGE", Kind::Code),
    ("HOME_POST", Kind::Plain),
    ("PL_POST", Kind::Plain),
    ("URN", Kind::Plain),
];

/// Placements of one period of being looked after.
pub(super) fn periods(child: &Child) -> Vec<Vec<Record>> {
    let mut out: Vec<Vec<Record>> = Vec::new();
    for case in &child.cases.open {
        let mut last: Option<Span> = None;
        for r in case.records.iter().filter(|r| r.role.in_care()) {
            match out.last_mut().filter(|_| last.is_some_and(|l| l.to == Some(r.span.from))) {
                Some(period) => period.push(*r),
                None => out.push(vec![*r]),
            }
            last = Some(r.span);
        }
    }
    out
}

/// The files of all years: names and contents.
pub fn files(council: &Council, dirt: &mut Dirt) -> Vec<(String, Vec<u8>)> {
    let mut out = Vec::new();
    let years = council.years();
    let cared: Vec<(&Child, Vec<Vec<Record>>)> =
        council.children.iter().map(|c| (c, periods(c))).filter(|c| !c.1.is_empty()).collect();
    for (k, &year) in years.iter().enumerate() {
        let folder = format!("ssda903/{}", year.year);
        let file = |name: &str| format!("{folder}/{name}.csv");
        let mut header = Sheet::new(
            "header",
            &[
                ("CHILD", Kind::Child),
                ("SEX", Kind::Code),
                ("DOB", Kind::Plain),
                ("ETHNIC", Kind::Code),
                ("UPN", Kind::Plain),
                ("MOTHER", Kind::Plain),
                ("MC_DOB", Kind::Plain),
            ],
        );
        let mut episodes = Sheet::new("episodes", &EPISODES);
        let reviews = [
            ("CHILD", Kind::Child),
            ("DOB", Kind::Plain),
            ("REVIEW", Kind::Date),
            ("REVIEW_CODE", Kind::Code),
        ];
        let mut reviews = Sheet::new("reviews", &reviews);
        let asylum = [("CHILD", Kind::Child), ("SEX", Kind::Code), ("DOB", Kind::Plain), ("DUC", Kind::Date)];
        let mut asylum = Sheet::new("uasc", &asylum);
        for (child, periods) in &cared {
            let told: Vec<&Vec<Record>> = periods
                .iter()
                .filter(|p| {
                    tells(child, p, year, dirt) && !(k + 1 < years.len() && late(child, p, year, dirt))
                })
                .collect();
            if told.is_empty() {
                continue;
            }
            people(child, year, council, &mut header, &mut asylum);
            for period in told {
                placements(child, period, year, council, dirt, &mut episodes);
                care_reviews(child, period, year, council, &mut reviews);
            }
        }
        dirt.spoil(&mut episodes, &file("episodes"), Dates::British, true);
        for sheet in [header, episodes, reviews, asylum] {
            out.push((file(&sheet.name), sheet.csv(Dates::British)));
        }
    }
    out
}

/// The number of a placement's record.
fn record(child: &Child, r: &Record) -> u64 {
    child.record("placement", r.span.from)
}

/// Whether a year's return has a placement: it was there in the year, or nobody ever closed it.
fn has(child: &Child, r: &Record, year: Year, dirt: &Dirt) -> bool {
    let forgotten = || r.span.to > Some(r.span.from) && dirt.closure(record(child, r)) == Some(Lost::ForGood);
    year.touches(r.span.from, r.span.to) || (r.span.from <= year.to && forgotten())
}

/// Whether a year's return tells of a period of care.
fn tells(child: &Child, period: &[Record], year: Year, dirt: &Dirt) -> bool {
    period.iter().any(|r| has(child, r, year, dirt))
}

/// Whether a period of care begins in the year, goes on after it, and comes late.
fn late(child: &Child, period: &[Record], year: Year, dirt: &Dirt) -> bool {
    let Some((first, last)) = period.first().zip(period.last()) else { return false };
    let new = (year.from..=year.to).contains(&first.span.from);
    new && last.span.to.is_none_or(|t| t > year.to)
        && dirt.late(child.record("period of care", first.span.from))
}

fn sex(child: &Child) -> Cell {
    Cell::text(if child.person.sex == 'M' { "1" } else { "2" })
}

fn people(child: &Child, year: Year, council: &Council, header: &mut Sheet, asylum: &mut Sheet) {
    let p = &child.person;
    let (id, born) = (Cell::text(&p.id), Cell::Date(p.born));
    let upn = Cell::text(&p.upn);
    header.rows.push(vec![
        id.clone(),
        sex(child),
        born.clone(),
        Cell::text(p.ethnic),
        upn,
        Cell::Empty,
        Cell::Empty,
    ]);
    if p.asylum && council.day(p.born) <= year.to {
        let adult = p.born.saturating_add(jiff::Span::new().years(18));
        asylum.rows.push(vec![id, sex(child), born, Cell::Date(adult)]);
    }
}

fn placements(
    child: &Child,
    period: &[Record],
    year: Year,
    council: &Council,
    dirt: &Dirt,
    sheet: &mut Sheet,
) {
    let key = child.person.key;
    let Some(began) = period.first().map(|r| r.span.from) else { return };
    let legal = if child.person.asylum || key.unit(LEGAL, began.unsigned_abs()) < 0.22 { "V2" } else { "C2" };
    // the return of the year in which the period began, and which did not have it
    let missed = council.years().into_iter().find(|y| late(child, period, *y, dirt) && y.to < year.to);
    for (i, r) in period.iter().enumerate() {
        let Role::Care(placement) = r.role else { continue };
        if !has(child, r, year, dirt) {
            continue;
        }
        let mut mark = |fault, record, column| {
            sheet.marks.push(Mark { row: sheet.rows.len(), fault, record, column });
        };
        if missed.is_some_and(|y| r.span.from <= y.to) {
            mark(Fault::LateRecord, child.record("period of care", began), "DECOM");
        }
        let mut to = year.known(r.span.to);
        let lost = dirt.closure(record(child, r)).filter(|_| to > Some(r.span.from));
        if lost == Some(Lost::ForGood) || (lost == Some(Lost::Once) && to >= Some(year.from)) {
            mark(Fault::MissingClosure, record(child, r), "DEC");
            to = None;
        }
        let next = period.get(i + 1);
        let change = next.filter(|_| to.is_some()).map(|_| {
            let u = key.unit(WHY, r.span.from.unsigned_abs());
            if u < 0.4 {
                "PLACE"
            } else if u < 0.7 {
                "CARPL"
            } else {
                "CREQB"
            }
        });
        let rec = to.map(|_| if next.is_some() { "X1" } else { ceased(child, r) });
        let legal = if placement.place == "A5" { "E1" } else { legal };
        sheet.rows.push(vec![
            Cell::text(&child.person.id),
            Cell::Date(council.date(r.span.from)),
            Cell::text(if i == 0 { "S" } else { "P" }),
            Cell::text(legal),
            Cell::text(child.person.need),
            Cell::text(place(placement, council.date(r.span.from).year())),
            Cell::text(placement.provider),
            Cell::date(council.maybe(to)),
            rec.map_or(Cell::Empty, Cell::text),
            change.map_or(Cell::Empty, Cell::text),
            Cell::Empty,
            Cell::Empty,
            Cell::Empty,
        ]);
    }
}

/// Supported accommodation has its own code since 2025.
fn place(placement: Placement, year: i16) -> &'static str {
    if placement.place == "K3" && year < 2024 { "H5" } else { placement.place }
}

/// Reason for leaving care.
pub(super) fn ceased(child: &Child, last: &Record) -> &'static str {
    let u = child.person.key.unit(HOW, last.span.from.unsigned_abs());
    match last.ending {
        Some(Ending::Adopted) => {
            if u < 0.6 {
                "E11"
            } else {
                "E12"
            }
        }
        Some(Ending::Guardianship) => {
            if u < 0.3 {
                "E41"
            } else if u < 0.7 {
                "E45"
            } else {
                "E47"
            }
        }
        Some(Ending::Moved) => "E3",
        Some(Ending::Adult) => {
            if u < 0.4 {
                "E17"
            } else {
                "E5"
            }
        }
        Some(Ending::Home) => {
            if u < 0.75 {
                "E4A"
            } else {
                "E13"
            }
        }
        _ => "E8",
    }
}

/// Days of reviews of a period of care up to a day: at 4 weeks, 3 months after, then every six months.
pub(super) fn reviews_due(from: i64, end: i64) -> impl Iterator<Item = i64> {
    let due = [26, 112].into_iter().chain((1..60).map(|k| 112 + k * 180));
    due.map(move |d| from + d).take_while(move |d| *d <= end)
}

fn care_reviews(child: &Child, period: &[Record], year: Year, council: &Council, sheet: &mut Sheet) {
    let (Some(first), Some(last)) = (period.first(), period.last()) else { return };
    let end = last.span.to.unwrap_or(year.to).min(year.to);
    for day in reviews_due(first.span.from, end).filter(|d| *d >= year.from) {
        sheet.rows.push(vec![
            Cell::text(&child.person.id),
            Cell::Date(child.person.born),
            Cell::Date(council.date(day)),
            Cell::text("PN1"),
        ]);
    }
}
