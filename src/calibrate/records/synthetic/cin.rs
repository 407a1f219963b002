//! Fake children in need census, one XML file a year.

use super::case::{Case, Record};
use super::council::{Child, Council, Year};
use super::dirt::{Dirt, Fault};
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

impl Writer<'_> {
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
            let here: Vec<&Case> =
                (child.cases.open.iter()).filter(|c| self.year.touches(c.span.from, c.span.to)).collect();
            if here.is_empty() {
                continue;
            }
            // a late record: this year's return does not have the child yet, the next one has
            let new = here.iter().all(|c| c.span.from >= self.year.from);
            let stays = here.iter().any(|c| c.span.to.is_none_or(|to| to > self.year.to));
            if !last && new && stays && here.len() == 1 && self.dirt.strikes() {
                let file = format!("cin/CIN_{}.xml", y + 1);
                self.dirt.note(Fault::LateRecord, &file, "CINdetails", 0, "CINreferralDate");
                continue;
            }
            self.child(child, &here);
        }
        self.out.push_str("</Children>\n</Message>\n");
    }

    fn child(&mut self, child: &Child, cases: &[&Case]) {
        self.place += 1;
        let p = &child.person;
        let start = self.out.len();
        let born_by_then = self.council.day(p.born) <= self.year.to;
        let birth = if born_by_then { "PersonBirthDate" } else { "ExpectedPersonBirthDate" };
        let _ = write!(
            self.out,
            "<Child><ChildIdentifiers><LAchildID>{}</LAchildID><UPN>{}</UPN><{birth}>{}</{birth}>",
            p.id,
            p.upn,
            Dates::Iso.write(p.born)
        );
        let sex = if self.year.year >= 2024 { "Sex" } else { "GenderCurrent" };
        let code = match (self.year.year >= 2024, p.sex) {
            (true, s) => s,
            (false, 'M') => '1',
            (false, _) => '2',
        };
        let _ = write!(
            self.out,
            "<{sex}>{code}</{sex}></ChildIdentifiers><ChildCharacteristics><Ethnicity>{}</Ethnicity><Disabilities>\
             <Disability>{}</Disability></Disabilities></ChildCharacteristics>",
            p.ethnic, p.disability
        );
        for case in cases {
            self.case(child, case);
        }
        self.out.push_str("</Child>\n");
        if self.dirt.strikes() {
            let again = self.out.get(start..).unwrap_or("").to_string();
            self.out.push_str(&again);
            self.place += 1;
            self.dirt.note(Fault::Duplicate, &self.file, "Child", self.place, "");
        }
    }

    fn case(&mut self, child: &Child, case: &Case) {
        let p = &child.person;
        let close = self.year.known(case.span.to);
        self.out.push_str("<CINdetails>");
        let start = self.council.date(case.span.from);
        if self.dirt.strikes() {
            self.tag("CINreferralDate", &Dates::Short.write(start));
            self.dirt.note(Fault::DateForm, &self.file, "CINdetails", self.place, "CINreferralDate");
        } else {
            self.tag("CINreferralDate", &Dates::Iso.write(start));
        }
        self.tag("ReferralSource", p.source);
        if self.dirt.strikes() {
            self.tag("PrimaryNeedCode", "ZZ9");
            self.dirt.note(Fault::BadCode, &self.file, "CINdetails", self.place, "PrimaryNeedCode");
        } else if !case.nfa {
            self.tag("PrimaryNeedCode", p.need);
        }
        if let Some(close) = close.filter(|_| !case.nfa) {
            if close > case.span.from && self.dirt.strikes() {
                self.dirt.note(Fault::MissingClosure, &self.file, "CINdetails", self.place, "CINclosureDate");
            } else if close > case.span.from && self.dirt.strikes() {
                let before = self.council.date(case.span.from - 30);
                self.tag("CINclosureDate", &Dates::Iso.write(before));
                self.dirt.note(Fault::EndBeforeStart, &self.file, "CINdetails", self.place, "CINclosureDate");
            } else {
                self.tag("CINclosureDate", &Dates::Iso.write(self.council.date(close)));
            }
            self.tag("ReasonForClosure", reason(case));
        }
        let seen = |r: &&Record| r.span.from <= self.year.to;
        let records: Vec<Record> = case.records.iter().filter(seen).copied().collect();
        let conference = (records.iter()).find(|r| r.role == Role::Conference).map(|r| r.span.from);
        if let Some(day) = conference {
            self.date("DateOfInitialCPC", day);
        }
        self.assessments(child, &records);
        self.plans(&records);
        self.enquiries(&records);
        let _ = write!(self.out, "<ReferralNFA>{}</ReferralNFA>", u8::from(case.nfa));
        self.protection(child, &records);
        self.out.push_str("</CINdetails>");
    }

    fn assessments(&mut self, child: &Child, records: &[Record]) {
        for r in records.iter().filter(|r| r.role == Role::Assessment) {
            self.out.push_str("<Assessments>");
            self.date("AssessmentActualStartDate", r.span.from);
            if let Some(to) = self.year.known(r.span.to) {
                self.date("AssessmentAuthorisationDate", to);
                self.out.push_str("<FactorsIdentifiedAtAssessment>");
                for factor in &child.factors {
                    self.tag("AssessmentFactors", factor);
                }
                self.out.push_str("</FactorsIdentifiedAtAssessment>");
            }
            self.out.push_str("</Assessments>");
        }
    }

    fn plans(&mut self, records: &[Record]) {
        for r in records.iter().filter(|r| r.role == Role::ChildInNeed) {
            self.out.push_str("<CINPlanDates>");
            self.date("CINPlanStartDate", r.span.from);
            if let Some(to) = self.year.known(r.span.to) {
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
            let _ = write!(
                self.out,
                "<ICPCnotRequired>{}</ICPCnotRequired></Section47>",
                u8::from(over && held.is_none())
            );
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
            let to = self.year.known(r.span.to);
            if let Some(to) = to {
                self.date("CPPendDate", to);
            }
            self.tag("InitialCategoryOfAbuse", category);
            self.tag("LatestCategoryOfAbuse", category);
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

    fn date(&mut self, name: &str, day: i64) {
        let date: Date = self.council.date(day);
        self.tag(name, &Dates::Iso.write(date));
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
