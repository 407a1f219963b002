//! The children in need census as XML, 2017 to 2026.
//!
//! A record is known by the place of its child in the file, counted from 1: many files are one long line.
//! The year that it covers is that of its reference date.

use super::collect::Collector;
use super::dates::{Order, Resolved, resolve, text};
use super::error::ReadError;
use super::forms::{Form, form};
use super::row::Cell;
use super::spell;
use super::window::census_year;
use super::xml::{Met, Xml};
use crate::calibrate::records::episode::{
    Birth, End, Episode, Event, EventKind, Factors, Origin, Outcome, PersonIx, SourceKind, Stage, StageSet,
    Window,
};
use crate::calibrate::records::quality::{Column, FileWindow, Rule, rules};
use jiff::civil::Date;
use std::io::Read;

/// Episodes, assessments, plans of one child at most.
const MOST_EACH: usize = 2_000;

/// What the census watches.
pub const STAGES: [Stage; 7] = [
    Stage::Referral,
    Stage::InNeedEpisode,
    Stage::Assessment,
    Stage::Section47,
    Stage::Conference,
    Stage::ChildInNeed,
    Stage::ChildProtection,
];

/// A child as the file tells of it.
#[derive(Default)]
struct Child {
    id: String,
    born: Option<Date>,
    expected: Option<Date>,
    died: Option<Date>,
    sex: String,
    ethnicity: String,
    disabilities: Vec<String>,
    details: Vec<Details>,
}

/// An episode of need.
#[derive(Default)]
struct Details {
    referral: Option<Date>,
    source: String,
    need: String,
    closure: Option<Date>,
    reason: String,
    conference: Option<Date>,
    nfa: String,
    parts: Vec<Part>,
}

/// Something within an episode of need.
#[derive(Default)]
struct Part {
    name: String,
    start: Option<Date>,
    end: Option<Date>,
    review: Option<Date>,
    flag: String,
    category: String,
    latest: String,
    previous: String,
    factors: Vec<String>,
    reviews: Vec<Date>,
}

/// Reads a census; says how many children it has.
pub fn read<R: Read>(
    xml: &mut Xml<R>,
    file: u16,
    to: &mut Collector,
) -> Result<(u64, Option<(Date, Date)>), ReadError> {
    let mut reader = Reader { xml, to, at: Origin { file, sheet: 0, row: 0 }, year: None, reference: None };
    reader.root()?;
    let children = u64::from(reader.at.row);
    let (window, odd) = census_year(reader.year, reader.reference);
    let header = Origin { file, sheet: 0, row: 0 };
    if odd {
        to.findings.add(&rules::ODD_HEADER, header, Column::Named("ReferenceDate"));
    }
    if let Some((first, last)) = window {
        let window = Window { source: SourceKind::CinCensus, first, last, stages: StageSet::of(&STAGES) };
        to.windows.push(FileWindow { file, window });
    }
    Ok((children, window))
}

struct Reader<'x, R: Read> {
    xml: &'x mut Xml<R>,
    to: &'x mut Collector,
    at: Origin,
    year: Option<i16>,
    reference: Option<Date>,
}

impl<R: Read> Reader<'_, R> {
    fn note(&mut self, rule: &'static Rule, element: &'static str) {
        self.to.findings.add(rule, self.at, Column::Named(element));
    }

    /// Reads a date of an element that has just opened.
    fn date(&mut self, element: &'static str) -> Result<Option<Date>, ReadError> {
        let content = self.xml.content()?;
        let reading = text(&content);
        if reading.short_year {
            self.note(&rules::TWO_DIGIT_YEAR, element);
        }
        if form(Cell::Text(&content), reading.said).is_some_and(|f| f != Form::YearFirst) {
            self.note(&rules::MIXED_DATE_FORMS, element);
        }
        let rule: &'static Rule = match resolve(reading.said, Order::DayFirst) {
            Resolved::Date(d) | Resolved::MonthFirst(d) => return Ok(Some(d)),
            Resolved::Blank => return Ok(None),
            Resolved::Filler => &rules::PLACEHOLDER_DATE,
            Resolved::OutOfRange => &rules::DATE_OUT_OF_RANGE,
            Resolved::Ambiguous | Resolved::Nothing => &rules::UNREADABLE_DATE,
        };
        self.note(rule, element);
        Ok(None)
    }

    fn words(&mut self) -> Result<String, ReadError> {
        Ok(super::row::trim(&self.xml.content()?).to_owned())
    }

    fn root(&mut self) -> Result<(), ReadError> {
        loop {
            match self.xml.step()? {
                Met::Start => match self.xml.name() {
                    "Year" => self.year = self.words()?.parse().ok(),
                    "ReferenceDate" => self.reference = self.date("ReferenceDate")?,
                    "Child" => {
                        self.at.row = self.at.row.saturating_add(1);
                        let child = self.child()?;
                        self.emit(child)?;
                    }
                    _ => {}
                },
                Met::Eof => return Ok(()),
                _ => {}
            }
        }
    }

    fn child(&mut self) -> Result<Child, ReadError> {
        let depth = self.xml.depth();
        let mut child = Child::default();
        loop {
            match self.xml.step()? {
                Met::Start => match self.xml.name() {
                    "LAchildID" => child.id = self.words()?,
                    "PersonBirthDate" => child.born = self.date("PersonBirthDate")?,
                    "ExpectedPersonBirthDate" => child.expected = self.date("ExpectedPersonBirthDate")?,
                    "PersonDeathDate" => child.died = self.date("PersonDeathDate")?,
                    "Sex" | "GenderCurrent" | "Gender" => child.sex = self.words()?,
                    "Ethnicity" => child.ethnicity = self.words()?,
                    "Disability" => {
                        let code = self.words()?;
                        self.bound(child.disabilities.len())?;
                        child.disabilities.push(code);
                    }
                    "CINdetails" => {
                        self.bound(child.details.len())?;
                        let details = self.details()?;
                        child.details.push(details);
                    }
                    _ => {}
                },
                Met::End if self.xml.depth() < depth => return Ok(child),
                Met::Eof => return Ok(child),
                _ => {}
            }
        }
    }

    fn bound(&self, have: usize) -> Result<(), ReadError> {
        if have < MOST_EACH {
            return Ok(());
        }
        let what = "parts of one child";
        Err(ReadError::TooLarge { what, most: MOST_EACH as u64, row: self.at.row })
    }

    fn details(&mut self) -> Result<Details, ReadError> {
        let depth = self.xml.depth();
        let mut details = Details::default();
        loop {
            match self.xml.step()? {
                Met::Start => match self.xml.name() {
                    "CINreferralDate" => details.referral = self.date("CINreferralDate")?,
                    "ReferralSource" => details.source = self.words()?,
                    "PrimaryNeedCode" => details.need = self.words()?,
                    "CINclosureDate" => details.closure = self.date("CINclosureDate")?,
                    "ReasonForClosure" => details.reason = self.words()?,
                    "DateOfInitialCPC" => details.conference = self.date("DateOfInitialCPC")?,
                    "ReferralNFA" => details.nfa = self.words()?,
                    "Assessments" | "CINPlanDates" | "Section47" | "ChildProtectionPlans" => {
                        self.bound(details.parts.len())?;
                        let part = self.part()?;
                        details.parts.push(part);
                    }
                    _ => {}
                },
                Met::End if self.xml.depth() < depth => return Ok(details),
                Met::Eof => return Ok(details),
                _ => {}
            }
        }
    }

    fn part(&mut self) -> Result<Part, ReadError> {
        let depth = self.xml.depth();
        let mut part = Part { name: self.xml.name().to_owned(), ..Part::default() };
        loop {
            match self.xml.step()? {
                Met::Start => match self.xml.name() {
                    "AssessmentActualStartDate" => part.start = self.date("AssessmentActualStartDate")?,
                    "AssessmentInternalReviewDate" => {
                        part.review = self.date("AssessmentInternalReviewDate")?
                    }
                    "AssessmentAuthorisationDate" => part.end = self.date("AssessmentAuthorisationDate")?,
                    "AssessmentFactors" => {
                        let code = self.words()?;
                        self.bound(part.factors.len())?;
                        part.factors.push(code);
                    }
                    "CINPlanStartDate" => part.start = self.date("CINPlanStartDate")?,
                    "CINPlanEndDate" => part.end = self.date("CINPlanEndDate")?,
                    "S47ActualStartDate" => part.start = self.date("S47ActualStartDate")?,
                    "DateOfInitialCPC" => part.end = self.date("DateOfInitialCPC")?,
                    "ICPCnotRequired" => part.flag = self.words()?,
                    "CPPstartDate" => part.start = self.date("CPPstartDate")?,
                    "CPPendDate" => part.end = self.date("CPPendDate")?,
                    "InitialCategoryOfAbuse" => part.category = self.words()?,
                    "LatestCategoryOfAbuse" => part.latest = self.words()?,
                    "NumberOfPreviousCPP" => part.previous = self.words()?,
                    "CPPreviewDate" => {
                        let day = self.date("CPPreviewDate")?;
                        self.bound(part.reviews.len())?;
                        part.reviews.extend(day);
                    }
                    _ => {}
                },
                Met::End if self.xml.depth() < depth => return Ok(part),
                Met::Eof => return Ok(part),
                _ => {}
            }
        }
    }

    /// A code by its spelling; one that is not known is counted.
    fn code<T>(&mut self, said: &str, element: &'static str, read: impl Fn(&str) -> Option<T>) -> Option<T> {
        if said.is_empty() {
            return None;
        }
        let found = read(said);
        if found.is_none() {
            self.note(&rules::UNKNOWN_CODE, element);
        }
        found
    }

    fn emit(&mut self, child: Child) -> Result<(), ReadError> {
        let Some(person) = self.to.person(SourceKind::CinCensus, &child.id)? else {
            self.note(&rules::MISSING_IDENTIFIER, "LAchildID");
            return Ok(());
        };
        let birth = child.born.map(Birth::Born).or(child.expected.map(Birth::Expected));
        if let Some(birth) = birth {
            self.to.birth(person, birth, self.at, Column::Named("PersonBirthDate"));
        }
        if let Some(sex) = self.code(&child.sex, "Sex", spell::sex) {
            self.to.sex(person, sex, self.at, Column::Named("Sex"));
        }
        self.code(&child.ethnicity, "Ethnicity", spell::ethnicity);
        let mut disabled: Vec<bool> = Vec::new();
        for said in &child.disabilities {
            disabled.extend(self.code(said, "Disability", spell::disability).flatten());
        }
        self.to.tell(person, |p| {
            p.died = child.died.or(p.died);
            if !disabled.is_empty() {
                p.disabled = Some(p.disabled == Some(true) || disabled.contains(&true));
            }
        });
        for details in &child.details {
            let case = details.referral.map(|day| format!("{} {day}", child.id));
            let case = case.and_then(|c| self.to.case(SourceKind::CinCensus, &c));
            self.emit_details(person, details, case)?;
        }
        Ok(())
    }

    fn add(&mut self, episode: Episode) -> Result<(), ReadError> {
        self.to.episode(SourceKind::CinCensus, Episode { origin: self.at, ..episode }, false)
    }

    fn emit_details(
        &mut self,
        person: PersonIx,
        details: &Details,
        case: Option<u32>,
    ) -> Result<(), ReadError> {
        let referrer = self.code(&details.source, "ReferralSource", spell::referrer);
        let need = self.code(&details.need, "PrimaryNeedCode", spell::need);
        let mut reason = self.code(&details.reason, "ReasonForClosure", spell::closure);
        let nfa = self.code(&details.nfa, "ReferralNFA", spell::nfa) == Some(true);
        let undated = reason.is_some() && details.closure.is_none();
        if undated {
            self.note(&rules::REASON_WITHOUT_END, "ReasonForClosure");
            reason = None;
        }
        let with =
            |stage, start, end| Episode { referrer, need, case, ..Episode::new(person, stage, start, end) };
        match details.referral {
            None => self.note(&rules::MISSING_START, "CINreferralDate"),
            Some(day) => {
                let outcome = nfa.then_some(Outcome::NoFurtherAction);
                self.add(Episode { outcome, ..with(Stage::Referral, day, End::Known(day)) })?;
                // A referral that came to nothing and was never closed did not open an episode.
                if details.closure.is_some() || !nfa {
                    // A reason alone says that it ended, and not when.
                    let open = if undated { End::Censored(day) } else { End::StillOpen };
                    let end = details.closure.map_or(open, End::Known);
                    self.add(Episode { outcome: reason, ..with(Stage::InNeedEpisode, day, end) })?;
                }
            }
        }
        let of = |name: &'static str| details.parts.iter().filter(move |p| p.name == name);
        let plans = of("CINPlanDates").chain(of("ChildProtectionPlans")).count();
        let last = of("Assessments").filter_map(|p| p.end).max();
        for part in of("Assessments") {
            // The closure tells what came of the last assessment, where no plan followed.
            let told = matches!(reason, Some(Outcome::NoFurtherAction | Outcome::ToEarlySupport));
            let outcome = reason.filter(|_| told && plans == 0 && part.end.is_some() && part.end == last);
            self.assessment(&with, part, outcome)?;
        }
        for part in of("CINPlanDates") {
            let Some(start) = self.start(part, "CINPlanStartDate") else { continue };
            let outcome = reason.filter(|_| part.end.is_some() && part.end == details.closure);
            let end = part.end.map_or(End::StillOpen, End::Known);
            self.add(Episode { outcome, ..with(Stage::ChildInNeed, start, end) })?;
        }
        for part in of("ChildProtectionPlans") {
            self.plan(person, &with, part)?;
        }
        let mut conferences: Vec<Date> = details.conference.into_iter().collect();
        for part in of("Section47") {
            conferences.extend(part.end);
            self.enquiry(&with, part)?;
        }
        conferences.sort();
        conferences.dedup();
        for day in conferences {
            let led = |start: Date| start >= day && day.until(start).is_ok_and(|s| s.get_days() <= 7);
            let plan = of("ChildProtectionPlans").filter_map(|p| p.start).any(led);
            let outcome = if plan { Outcome::ToChildProtection } else { Outcome::NoFurtherAction };
            self.add(Episode { outcome: Some(outcome), ..with(Stage::Conference, day, End::Known(day)) })?;
        }
        Ok(())
    }

    fn start(&mut self, part: &Part, element: &'static str) -> Option<Date> {
        if part.start.is_none() {
            self.note(&rules::MISSING_START, element);
        }
        part.start
    }

    fn assessment(
        &mut self,
        with: &impl Fn(Stage, Date, End) -> Episode,
        part: &Part,
        outcome: Option<Outcome>,
    ) -> Result<(), ReadError> {
        let Some(start) = self.start(part, "AssessmentActualStartDate") else { return Ok(()) };
        let mut factors = Factors::NONE;
        for code in &part.factors {
            if let Some(one) = self.code(code, "AssessmentFactors", |c| Factors::of(&c.to_ascii_uppercase()))
            {
                factors = factors.with(one);
            }
        }
        let end = part.end.map_or(End::StillOpen, End::Known);
        let episode = Episode { factors, outcome, ..with(Stage::Assessment, start, end) };
        if let Some(date) = part.review {
            let kind = EventKind::AssessmentReview;
            self.to.event(Event { person: episode.person, stage: Stage::Assessment, date, kind })?;
        }
        self.add(episode)
    }

    fn plan(
        &mut self,
        person: PersonIx,
        with: &impl Fn(Stage, Date, End) -> Episode,
        part: &Part,
    ) -> Result<(), ReadError> {
        for &date in &part.reviews {
            self.to.event(Event { person, stage: Stage::ChildProtection, date, kind: EventKind::Review })?;
        }
        let Some(start) = self.start(part, "CPPstartDate") else { return Ok(()) };
        let abuse = self.code(&part.category, "InitialCategoryOfAbuse", spell::abuse);
        self.code(&part.latest, "LatestCategoryOfAbuse", spell::abuse);
        let end = part.end.map_or(End::StillOpen, End::Known);
        let previous = part.previous.parse().ok();
        self.add(Episode { abuse, previous, ..with(Stage::ChildProtection, start, end) })
    }

    fn enquiry(&mut self, with: &impl Fn(Stage, Date, End) -> Episode, part: &Part) -> Result<(), ReadError> {
        let Some(start) = self.start(part, "S47ActualStartDate") else { return Ok(()) };
        let unneeded = self.code(&part.flag, "ICPCnotRequired", spell::yes) == Some(true);
        // As of Annex A: an enquiry without a conference ended at a time that nobody records.
        let (end, outcome) = match part.end {
            Some(day) => (End::Known(day), Some(Outcome::ToConference)),
            None if unneeded => (End::Censored(start), Some(Outcome::ConferenceNotRequired)),
            None => (End::StillOpen, None),
        };
        self.add(Episode { outcome, ..with(Stage::Section47, start, end) })
    }
}
