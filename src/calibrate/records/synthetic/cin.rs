//! Fake children in need census, one XML file a year.

use super::case::{Case, Record};
use super::council::{Child, Council, Year};
use super::dirt::{Dirt, Fault, Lost};
use super::person::pick;
use super::role::{Ending, Role};
use super::sheet::Dates;
use super::xlsx::escaped;
use crate::base::rng::Purpose;
use jiff::civil::Date;
use std::fmt::Write;

const ABUSE: Purpose = Purpose::named("category of abuse");
/// Category of abuse: share and code.
pub(super) const CATEGORIES: [(f64, &str); 5] =
    [(0.48, "NEG"), (0.35, "EMO"), (0.08, "PHY"), (0.04, "SAB"), (0.05, "MUL")];

/// Writes one year's return while planting mistakes.
struct Writer<'a> {
    council: &'a Council,
    year: Year,
    dirt: &'a mut Dirt,
    file: String,
    /// The child's place in the file, from 1.
    place: usize,
    out: String,
}

/// The returns of all years: names and contents.
pub fn files(council: &Council, dirt: &mut Dirt) -> Vec<(String, Vec<u8>)> {
    let years = council.years();
    years
        .iter()
        .enumerate()
        .map(|(k, &year)| {
            let file = format!("cin/CIN_{}.xml", year.year);
            let last = k + 1 == years.len();
            let mut w = Writer { council, year, dirt: &mut *dirt, file, place: 0, out: String::new() };
            w.whole(last);
            (w.file, w.out.into_bytes())
        })
        .collect()
}

/// The record of a whole case.
fn whole(child: &Child, case: &Case) -> u64 {
    child.record("case", case.span.from)
}

impl Writer<'_> {
    /// Whether the year's return has a case: it was open in the year, or nobody ever closed it.
    fn has(&self, child: &Child, case: &Case) -> bool {
        let (from, to) = (case.span.from, case.span.to);
        let forgotten =
            || to > Some(from) && !case.nfa && self.dirt.closure(whole(child, case)) == Some(Lost::ForGood);
        self.year.touches(from, to) || (from <= self.year.to && forgotten())
    }

    /// The end of a record as the year's return has it; notes where its closure is missing.
    fn end(&mut self, record: u64, from: i64, to: Option<i64>, element: &str) -> Option<i64> {
        let to = self.year.known(to)?;
        let lost = self.dirt.closure(record).filter(|_| to > from);
        if lost == Some(Lost::ForGood) || (lost == Some(Lost::Once) && to >= self.year.from) {
            self.dirt.note_of(Fault::MissingClosure, record, &self.file, self.place, element);
            return None;
        }
        Some(to)
    }

    fn whole(&mut self, last: bool) {
        let y = self.year.year;
        let end = Dates::Iso.write(self.council.date(self.year.to));
        let _ = write!(
            self.out,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Message>\n<Header><CollectionDetails><Collection>CIN</Collection>\
             <Year>{y}</Year><ReferenceDate>{end}</ReferenceDate></CollectionDetails><Source><SourceLevel>L</SourceLevel>\
             <LEA>999</LEA><SoftwareCode>caseflow synthesise: invented children</SoftwareCode><SerialNo>001</SerialNo>\
             <DateTime>{end}T12:00:00</DateTime></Source></Header>\n<Children>\n"
        );
        for child in &self.council.children {
            let here: Vec<&Case> = child.cases.open.iter().filter(|c| self.has(child, c)).collect();
            if here.is_empty() {
                continue;
            }
            // a late record: the first return that should have the case does not, the next one has
            let late = |c: &&&Case| {
                let stays = c.span.to.is_none_or(|to| to > self.year.to);
                !last && c.span.from >= self.year.from && stays && self.dirt.late(whole(child, c))
            };
            let told: Vec<&Case> = here.iter().filter(|c| !late(c)).copied().collect();
            if !told.is_empty() {
                self.child(child, &told);
            }
        }
        self.out.push_str("</Children>\n</Message>\n");
    }

    fn child(&mut self, child: &Child, cases: &[&Case]) {
        self.place += 1;
        let p = &child.person;
        let start = self.out.len();
        let planted = self.dirt.planted.len();
        let born_by_then = self.council.day(p.born) <= self.year.to;
        let birth = if born_by_then { "PersonBirthDate" } else { "ExpectedPersonBirthDate" };
        self.out.push_str("<Child><ChildIdentifiers>");
        self.tag("LAchildID", &p.id);
        self.tag("UPN", &p.upn);
        self.written(birth, p.born);
        let new = self.year.year >= 2024;
        let code = match (new, p.sex) {
            (true, 'M') => "M",
            (true, _) => "F",
            (false, 'M') => "1",
            (false, _) => "2",
        };
        self.code(if new { "Sex" } else { "GenderCurrent" }, code);
        self.out.push_str("</ChildIdentifiers><ChildCharacteristics>");
        self.code("Ethnicity", p.ethnic);
        self.out.push_str("<Disabilities>");
        self.code("Disability", p.disability);
        self.out.push_str("</Disabilities></ChildCharacteristics>");
        for case in cases {
            self.case(child, case);
        }
        self.out.push_str("</Child>\n");
        // a child without other mistakes, so that none stands twice
        if self.dirt.planted.len() == planted && self.dirt.strikes() {
            let again = self.out.get(start..).unwrap_or("").to_string();
            self.out.push_str(&again);
            self.place += 1;
            self.dirt.note(Fault::Duplicate, &self.file, "", self.place, "");
        }
    }

    fn case(&mut self, child: &Child, case: &Case) {
        let p = &child.person;
        let record = whole(child, case);
        self.out.push_str("<CINdetails>");
        if self.came_late(child, case) {
            self.dirt.note_of(Fault::LateRecord, record, &self.file, self.place, "CINreferralDate");
        }
        self.date("CINreferralDate", case.span.from);
        self.code("ReferralSource", p.source);
        if !case.nfa {
            self.code("PrimaryNeedCode", p.need);
        }
        if !case.nfa
            && let Some(close) = self.end(record, case.span.from, case.span.to, "CINclosureDate")
        {
            if close > case.span.from && self.dirt.strikes() {
                self.dirt.note(Fault::MissingEndDate, &self.file, "", self.place, "CINclosureDate");
            } else if close > case.span.from && self.dirt.strikes() {
                let before = self.council.date(case.span.from - 30);
                self.tag("CINclosureDate", &Dates::Iso.write(before));
                self.dirt.note(Fault::EndBeforeStart, &self.file, "", self.place, "CINclosureDate");
            } else {
                self.date("CINclosureDate", close);
            }
            self.code("ReasonForClosure", reason(case));
        }
        let seen = |r: &&Record| r.span.from <= self.year.to;
        let records: Vec<Record> = case.records.iter().filter(seen).copied().collect();
        let conference = (records.iter()).find(|r| r.role == Role::Conference).map(|r| r.span.from);
        if let Some(day) = conference {
            self.date("DateOfInitialCPC", day);
        }
        self.assessments(child, &records);
        self.plans(child, &records);
        self.enquiries(&records);
        self.code("ReferralNFA", if case.nfa { "1" } else { "0" });
        self.protection(child, &records);
        self.out.push_str("</CINdetails>");
    }

    fn assessments(&mut self, child: &Child, records: &[Record]) {
        for r in records.iter().filter(|r| r.role == Role::Assessment) {
            self.out.push_str("<Assessments>");
            self.date("AssessmentActualStartDate", r.span.from);
            let record = child.record("assessment", r.span.from);
            if let Some(to) = self.end(record, r.span.from, r.span.to, "AssessmentAuthorisationDate") {
                self.date("AssessmentAuthorisationDate", to);
                self.out.push_str("<FactorsIdentifiedAtAssessment>");
                for factor in &child.factors {
                    self.code("AssessmentFactors", factor);
                }
                self.out.push_str("</FactorsIdentifiedAtAssessment>");
            }
            self.out.push_str("</Assessments>");
        }
    }

    fn plans(&mut self, child: &Child, records: &[Record]) {
        for r in records.iter().filter(|r| r.role == Role::ChildInNeed) {
            self.out.push_str("<CINPlanDates>");
            self.date("CINPlanStartDate", r.span.from);
            let record = child.record("child in need plan", r.span.from);
            if let Some(to) = self.end(record, r.span.from, r.span.to, "CINPlanEndDate") {
                self.date("CINPlanEndDate", to);
            }
            self.out.push_str("</CINPlanDates>");
        }
    }

    fn enquiries(&mut self, records: &[Record]) {
        for (i, r) in records.iter().enumerate().filter(|(_, r)| r.role == Role::Section47) {
            self.out.push_str("<Section47>");
            self.date("S47ActualStartDate", r.span.from);
            let target = self.council.date(r.span.from).saturating_add(jiff::Span::new().days(21));
            self.tag("InitialCPCtarget", &Dates::Iso.write(target));
            let held = records.get(i + 1).filter(|n| n.role == Role::Conference);
            if let Some(held) = held {
                self.date("DateOfInitialCPC", held.span.from);
            }
            let over = self.year.known(r.span.to).is_some();
            self.code("ICPCnotRequired", if over && held.is_none() { "1" } else { "0" });
            self.out.push_str("</Section47>");
        }
    }

    fn protection(&mut self, child: &Child, records: &[Record]) {
        let mut before = 0;
        let own = |r: &&Record| r.role == Role::ChildProtection;
        let earlier = child.cases.open.iter().flat_map(|c| &c.records).filter(own);
        let firsts: Vec<i64> = earlier.map(|r| r.span.from).collect();
        for r in records.iter().filter(own) {
            before += firsts.iter().filter(|f| **f < r.span.from).count();
            let category = pick(&CATEGORIES, child.person.key.unit(ABUSE, r.span.from.unsigned_abs()), "NEG");
            self.out.push_str("<ChildProtectionPlans>");
            self.date("CPPstartDate", r.span.from);
            let record = child.record("child protection plan", r.span.from);
            if let Some(to) = self.end(record, r.span.from, r.span.to, "CPPendDate") {
                self.date("CPPendDate", to);
            }
            self.code("InitialCategoryOfAbuse", category);
            self.code("LatestCategoryOfAbuse", category);
            self.tag("NumberOfPreviousCPP", &before.to_string());
            before = 0;
            let reviews = reviews(r, self.year.to);
            if !reviews.is_empty() {
                self.out.push_str("<Reviews>");
                for day in reviews {
                    self.date("CPPreviewDate", day);
                }
                self.out.push_str("</Reviews>");
            }
            self.out.push_str("</ChildProtectionPlans>");
        }
    }

    /// Whether the return of the year in which a case began was to have it and did not.
    fn came_late(&self, child: &Child, case: &Case) -> bool {
        let first = self.council.day(self.council.history.starts);
        let began = self.council.date(case.span.from);
        let year = if (began.month(), began.day()) >= (4, 1) { began.year() + 1 } else { began.year() };
        let ends = Date::new(year, 3, 31).map_or(i64::MAX, |d| self.council.day(d));
        let stays = case.span.to.is_none_or(|to| to > ends);
        case.span.from >= first && stays && self.year.to > ends && self.dirt.late(whole(child, case))
    }

    /// A date, now and then in another form than the standard's.
    fn date(&mut self, name: &str, day: i64) {
        let date: Date = self.council.date(day);
        self.written(name, date);
    }

    fn written(&mut self, name: &str, date: Date) {
        if self.dirt.strikes() {
            let form = self.dirt.other_form(Dates::Iso);
            self.dirt.note(Fault::DateForm, &self.file, "", self.place, name);
            self.tag(name, &form.write(date));
        } else {
            self.tag(name, &Dates::Iso.write(date));
        }
    }

    /// A code, now and then one that is in no list.
    fn code(&mut self, name: &str, code: &str) {
        if self.dirt.strikes() {
            self.dirt.note(Fault::BadCode, &self.file, "", self.place, name);
            self.tag(name, "ZZ9");
        } else {
            self.tag(name, code);
        }
    }

    fn tag(&mut self, name: &str, text: &str) {
        let _ = write!(self.out, "<{name}>{}</{name}>", escaped(text));
    }
}

/// Days of review conferences: at three months, then every six, up to the plan's end or `last`.
pub(super) fn reviews(record: &Record, last: i64) -> Vec<i64> {
    let end = record.span.to.unwrap_or(last).min(last);
    let mut out: Vec<i64> =
        (0..40).map(|k| record.span.from + 84 + k * 182).take_while(|d| *d <= end).collect();
    // plans end at a review
    if let Some(to) = record.span.to.filter(|to| *to <= last && *to > record.span.from) {
        out.retain(|d| *d < to - 27);
        out.push(to);
    }
    out
}

fn reason(case: &Case) -> &'static str {
    match case.ending {
        Ending::Adopted => "RC1",
        Ending::Guardianship => "RC4",
        Ending::Moved => "RC5",
        Ending::Adult => "RC6",
        Ending::NotInNeed => "RC8",
        Ending::NoFurtherAction => "RC8",
        Ending::Home | Ending::Other => {
            let last = case.records.last();
            if last.is_some_and(|r| matches!(r.next, Some(Role::EarlyHelp | Role::Support))) {
                "RC9"
            } else {
                "RC7"
            }
        }
    }
}
