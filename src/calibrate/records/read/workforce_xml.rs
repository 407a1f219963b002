//! The children's social work workforce census as XML: numbers by role, and nothing of any worker.

use super::collect::Collector;
use super::dates::{Order, Resolved, resolve, text};
use super::error::ReadError;
use super::xml::{Met, Xml};
use crate::calibrate::records::episode::Origin;
use crate::calibrate::records::quality::{Column, rules};
use jiff::civil::Date;
use std::io::Read;

/// What a census says of the workers of a council.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Workforce {
    /// Day to which it refers.
    pub on: Option<Date>,
    /// Vacancies, in full-time equivalents.
    pub vacancies_fte: Option<f64>,
    /// Agency workers, in full-time equivalents.
    pub agency_fte: Option<f64>,
    /// Agency workers, heads.
    pub agency_heads: Option<f64>,
    /// Workers by role, in order of role.
    pub roles: Vec<Role>,
}

/// Workers of one role.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Role {
    /// Role as numbered in the census: 1 senior manager, 2 middle manager, 3 first line manager, 4 senior
    /// practitioner, 5 case holder, 6 qualified without cases; 0 not said.
    pub role: u8,
    /// Whether agency workers.
    pub agency: bool,
    /// In post on the day.
    pub heads: u64,
    /// In post on the day, in full-time equivalents.
    pub fte: f64,
    /// Full-time equivalents of those who hold cases.
    pub holders_fte: f64,
    /// Cases held on the day.
    pub cases: f64,
    /// Workers who hold cases.
    pub holders: u64,
    /// Started in the year to the day.
    pub starters: u64,
    /// Left in the year to the day.
    pub leavers: u64,
    /// Absent on the day.
    pub absent: u64,
    /// Working days lost to sickness in the year.
    pub days_lost: f64,
}

/// One worker, forgotten as soon as counted.
#[derive(Default)]
struct Worker {
    agency: String,
    role: String,
    fte: Option<f64>,
    fte_on: Option<f64>,
    cases: Option<f64>,
    start: Option<Date>,
    end: Option<Date>,
    absent: String,
    lost: Option<f64>,
}

/// Reads a census; says how many workers it has.
pub fn read<R: Read>(xml: &mut Xml<R>, file: u16, to: &mut Collector) -> Result<(u64, Workforce), ReadError> {
    let mut out = Workforce::default();
    let mut at = Origin { file, sheet: 0, row: 0 };
    loop {
        match xml.step()? {
            Met::Start => match xml.name() {
                "ReferenceDate" => out.on = date(xml, to, at, "ReferenceDate")?,
                "NumberOfVacancies" => out.vacancies_fte = figure(xml, to, at, "NumberOfVacancies")?,
                "NoAgencyFTE" => out.agency_fte = figure(xml, to, at, "NoAgencyFTE")?,
                "NoAgencyHeadcount" => out.agency_heads = figure(xml, to, at, "NoAgencyHeadcount")?,
                "CSWWWorker" => {
                    at.row = at.row.saturating_add(1);
                    let one = worker(xml, to, at)?;
                    count(&mut out, &one);
                }
                _ => {}
            },
            Met::Eof => break,
            _ => {}
        }
    }
    out.roles.sort_by_key(|r| (r.role, r.agency));
    if out.on.is_none() {
        to.findings.add(&rules::ODD_HEADER, Origin { row: 0, ..at }, Column::Named("ReferenceDate"));
    }
    Ok((u64::from(at.row), out))
}

fn worker<R: Read>(xml: &mut Xml<R>, to: &mut Collector, at: Origin) -> Result<Worker, ReadError> {
    let depth = xml.depth();
    let mut w = Worker::default();
    loop {
        match xml.step()? {
            Met::Start => match xml.name() {
                "AgencyWorker" => w.agency = xml.content()?,
                "OrgRole" => w.role = xml.content()?,
                "FTE" => w.fte = figure(xml, to, at, "FTE")?,
                "FTE30" => w.fte_on = figure(xml, to, at, "FTE30")?,
                "Cases30" => w.cases = figure(xml, to, at, "Cases30")?,
                "RoleStartDate" => w.start = date(xml, to, at, "RoleStartDate")?,
                "RoleEndDate" => w.end = date(xml, to, at, "RoleEndDate")?,
                "Absat30Sept" => w.absent = xml.content()?,
                "WorkingDaysLost" => w.lost = figure(xml, to, at, "WorkingDaysLost")?,
                _ => {}
            },
            Met::End if xml.depth() < depth => return Ok(w),
            Met::Eof => return Ok(w),
            _ => {}
        }
    }
}

/// Adds a worker to the numbers of the role.
fn count(out: &mut Workforce, w: &Worker) {
    let role = w.role.trim().parse().ok().filter(|r| *r <= 9).unwrap_or(0);
    let agency = super::spell::yes(&w.agency) == Some(true);
    let place = out.roles.iter().position(|r| r.role == role && r.agency == agency).unwrap_or_else(|| {
        out.roles.push(Role { role, agency, ..Role::default() });
        out.roles.len() - 1
    });
    let on = out.on;
    let in_year = |d: Option<Date>| match (d, on) {
        (Some(d), Some(on)) => d <= on && on.since(d).is_ok_and(|s| s.get_days() < 365),
        _ => false,
    };
    let Some(r) = out.roles.get_mut(place) else { return };
    let gone = w.end.is_some_and(|end| on.is_none_or(|on| end <= on));
    r.starters += u64::from(in_year(w.start));
    r.leavers += u64::from(in_year(w.end));
    if gone {
        return;
    }
    let fte = w.fte_on.or(w.fte).unwrap_or(0.0);
    r.heads += 1;
    r.fte += fte;
    if let Some(cases) = w.cases.filter(|c| *c > 0.0) {
        r.cases += cases;
        r.holders += 1;
        r.holders_fte += fte;
    }
    r.absent += u64::from(super::spell::yes(&w.absent) == Some(true));
    r.days_lost += w.lost.unwrap_or(0.0);
}

/// A number from 0 to a million.
fn figure<R: Read>(
    xml: &mut Xml<R>,
    to: &mut Collector,
    at: Origin,
    element: &'static str,
) -> Result<Option<f64>, ReadError> {
    let said = xml.content()?;
    let said = said.trim();
    if said.is_empty() {
        return Ok(None);
    }
    let value = said.parse::<f64>().ok().filter(|x| (0.0..=1e6).contains(x));
    if value.is_none() {
        to.findings.add(&rules::UNKNOWN_CODE, at, Column::Named(element));
    }
    Ok(value)
}

fn date<R: Read>(
    xml: &mut Xml<R>,
    to: &mut Collector,
    at: Origin,
    element: &'static str,
) -> Result<Option<Date>, ReadError> {
    match resolve(text(&xml.content()?).said, Order::DayFirst) {
        Resolved::Date(d) | Resolved::MonthFirst(d) => return Ok(Some(d)),
        Resolved::Blank => {}
        _ => to.findings.add(&rules::UNREADABLE_DATE, at, Column::Named(element)),
    }
    Ok(None)
}
