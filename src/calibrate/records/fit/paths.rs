//! The episode table as paths: each stay with what follows it, ready for estimates.

use super::super::episode::{Birth, End, Episode, Factors, Outcome, PersonIx, Placement, Stage, Table};
use crate::stats::survival::{Ending, Spell};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// How far apart records of one path may be, and what is too small to stand alone.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Settings {
    /// Days before the end of a stay that the next may begin.
    pub before: i64,
    /// Days after it.
    pub after: i64,
    /// Days at the end of the records left unused, so that what follows an end has had time to be seen.
    pub wait: i64,
    /// Kinds of placement with fewer stays are taken together.
    pub least_placements: usize,
    /// Whether the law is also chosen on the first part of the records and held against the rest.
    pub check: bool,
    /// Counts below this are not shown and ways with fewer exits are not told apart.
    pub least: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { before: 14, after: 28, wait: 28, least_placements: 40, check: true, least: 6 }
    }
}

/// Where a stay leads.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum To {
    /// To a state, by place in [`Paths::states`].
    State(usize),
    /// Out, by place in [`EXITS`].
    Out(usize),
}

/// Ways out: name, title, and whether children come back through it.
pub const EXITS: [(&str, &str, bool); 8] = [
    ("advised", "Advice and signposting", true),
    ("help_ended", "Early help or support ended", true),
    ("closed_nfa", "Referral closed, no further action", true),
    ("not_in_need", "Assessed, not in need", true),
    ("closed", "Closed", true),
    ("moved_away", "Moved to another council", false),
    ("adopted", "Adopted", false),
    ("turned_18", "Turned 18", false),
];
const ADVISED: usize = 0;
const HELPED: usize = 1;
const NFA: usize = 2;
const NOT_IN_NEED: usize = 3;
const CLOSED: usize = 4;
const MOVED: usize = 5;
const ADOPTED: usize = 6;
const GROWN: usize = 7;

/// A state of the paths.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct State {
    /// Name in files.
    pub name: &'static str,
    /// Name for readers.
    pub title: &'static str,
    /// The stage of the table, a placement told apart where there are enough; `None` for the time between
    /// the last plan and the closure of a case.
    pub stage: Option<Stage>,
}

impl State {
    /// Whether its stays have no length.
    pub fn instant(&self) -> bool {
        self.stage.is_some_and(Stage::is_instant)
    }

    /// Whether it is a placement in care.
    pub fn in_care(&self) -> bool {
        matches!(self.stage, Some(Stage::Care(_)))
    }
}

/// A stay and what is known of the child then.
#[derive(Clone, PartialEq, Debug)]
pub struct Stay {
    /// Whose.
    pub person: u32,
    /// Stays of one family share a number.
    pub cluster: u64,
    /// Where, by place in [`Paths::states`].
    pub state: usize,
    /// The day it began, counted from the first day of the records.
    pub start: i64,
    /// Days after its start from which it was watched.
    pub entry: f64,
    /// Days after its start until which it was watched.
    pub end: f64,
    /// Where it led; `None` while it is open, or left unknown.
    pub to: Option<To>,
    /// It ended by the child's age: it is censored then.
    pub by_age: bool,
    /// It is known to have ended, though perhaps not where it led.
    pub ended: bool,
    /// Age in years at its start.
    pub age: Option<f64>,
    /// Age in years at its end.
    pub age_at_end: Option<f64>,
    /// Factors ever found at assessment.
    pub factors: Factors,
    /// No stay led to it: the child came new, or came back.
    pub first: bool,
    /// It came back through this exit, so many days after leaving.
    pub back: Option<(usize, i64)>,
    /// Whether it began inside the watched time.
    pub begun_inside: bool,
    /// The child is an unaccompanied asylum seeker.
    pub asylum: bool,
}

impl Stay {
    /// As a spell, ways numbered by `cause`.
    pub fn spell(&self, cause: impl Fn(To) -> Option<usize>) -> Spell {
        let ending = match self.to.and_then(cause) {
            Some(cause) => Ending::Exit { at: self.end, cause },
            None => Ending::Censored { at: self.end },
        };
        Spell { entry: self.entry, ending, weight: 1.0, cluster: self.cluster }
    }
}

/// All paths.
#[derive(Clone, PartialEq, Debug)]
pub struct Paths {
    /// First day of the records.
    pub first: Date,
    /// Last day.
    pub last: Date,
    /// States met.
    pub states: Vec<State>,
    /// Stays that were watched, in order of person and start.
    pub stays: Vec<Stay>,
    /// Exits that can be followed: person, exit, day, watched until, age at the exit.
    pub left: Vec<Left>,
    /// Days that each state was watched, in order of states: first and last.
    pub watched: Vec<(i64, i64)>,
    /// Days at the end of the records that are left for what follows to be seen.
    pub wait: i64,
    /// Children in each family.
    pub family_sizes: BTreeMap<u64, u32>,
}

/// A child that left.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Left {
    /// Its cluster.
    pub cluster: u64,
    /// Which way, by place in [`EXITS`].
    pub exit: usize,
    /// The day.
    pub day: i64,
    /// Days to coming back, and the state it came back to.
    pub back: Option<(i64, usize)>,
    /// Days for which it was watched after leaving, at most to its eighteenth birthday.
    pub watched: i64,
}

fn days(from: Date, to: Date) -> i64 {
    to.since(from).map_or(0, |s| i64::from(s.get_days()))
}

/// A stay while paths are being put together.
#[derive(Clone)]
struct Raw {
    stage: Option<Stage>,
    start: Date,
    end: Option<Date>,
    /// Open at the end of what was watched, rather than lost.
    open: bool,
    lost: Option<Date>,
    outcome: Option<Outcome>,
    next: Option<usize>,
    led: bool,
}

impl Paths {
    /// Puts the table's episodes together.
    pub fn new(table: &Table, settings: &Settings) -> Option<Paths> {
        let first = table.windows().iter().map(|w| w.first).min()?;
        let last = table.windows().iter().map(|w| w.last).max()?;
        let places = placements(table, settings.least_placements);
        let mut paths = Paths {
            first,
            last,
            states: Vec::new(),
            stays: Vec::new(),
            left: Vec::new(),
            watched: Vec::new(),
            wait: settings.wait.max(0),
            family_sizes: BTreeMap::new(),
        };
        for p in 0..table.people().len() {
            let person = PersonIx(u32::try_from(p).ok()?);
            let raw = chain(table, person, &places, settings);
            paths.add(table, person, &raw);
        }
        paths.sort_states();
        Some(paths)
    }

    fn state(&mut self, stage: Option<Stage>, table: &Table) -> usize {
        if let Some(at) = self.states.iter().position(|s| s.stage == stage) {
            return at;
        }
        let (name, title) = named(stage);
        self.states.push(State { name, title, stage });
        let periods = table.periods(stage.unwrap_or(Stage::InNeedEpisode));
        let day = |d: Date| days(self.first, d);
        let from = periods.first().map_or(0, |p| day(p.first));
        // what follows an end must have had time to be seen
        let to = periods.last().map_or(-1, |p| day(p.last) - self.wait);
        self.watched.push((from, to));
        self.states.len() - 1
    }

    fn add(&mut self, table: &Table, person: PersonIx, raw: &[Raw]) {
        let who = table.person(person);
        let born = match who.birth {
            Birth::Born(d) | Birth::Expected(d) => Some(d),
            Birth::Unknown => None,
        };
        let adult = who.eighteenth();
        let factors = table.of(person).fold(Factors::NONE, |all, (_, e)| all.with(e.factors));
        let cluster = who.family.map_or(u64::from(person.0), |f| u64::from(f.0) | 1 << 32);
        if !raw.is_empty() {
            *self.family_sizes.entry(cluster).or_insert(0) += 1;
        }
        let age = |d: Date| born.map(|b| days(b, d) as f64 / 365.25);
        let mut gone: Option<(usize, Date)> = None;
        for r in raw {
            let state = self.state(r.stage, table);
            let known_next = r.next.and_then(|n| raw.get(n)).map(|n| n.stage);
            let next = known_next.map(|stage| To::State(self.state(stage, table)));
            let (from, until) = self.watched.get(state).copied().unwrap_or((0, -1));
            let start = days(self.first, r.start);
            let (entry, seen) = ((from - start - 1).max(0), until - start);
            let length = r.end.map(|e| days(r.start, e));
            let last = r.lost.map(|d| days(r.start, d)).or(length).unwrap_or(i64::MAX);
            let ended = length.is_some_and(|l| l <= seen);
            let at = last.min(seen);
            let to = if ended { next.or_else(|| self.out(r, adult)) } else { None };
            let by_age = ended && aged(r, adult, to, self);
            let back = gone.filter(|_| !r.led).map(|(exit, day)| (exit, days(day, r.start)));
            if let (Some((exit, day)), false) = (gone, r.led) {
                self.follow(cluster, exit, day, Some((r.start, state)), adult);
            }
            if !r.led {
                gone = None;
            }
            if let (Some(To::Out(exit)), Some(end)) = (to, r.end) {
                gone = Some((exit, end));
            }
            let watched = at > entry || (entry == 0 && ended && at == 0);
            if !watched || last < 0 {
                continue;
            }
            self.stays.push(Stay {
                person: person.0,
                cluster,
                state,
                start,
                entry: entry as f64,
                end: at as f64,
                to,
                by_age,
                ended,
                age: age(r.start),
                age_at_end: age(r.end.unwrap_or(self.last)),
                factors,
                first: !r.led,
                back,
                begun_inside: start >= from && start <= until,
                asylum: who.unaccompanied,
            });
        }
        if let Some((exit, day)) = gone {
            self.follow(cluster, exit, day, None, adult);
        }
    }

    fn follow(
        &mut self,
        cluster: u64,
        exit: usize,
        day: Date,
        back: Option<(Date, usize)>,
        adult: Option<Date>,
    ) {
        let until = adult.map_or(self.last, |a| a.min(self.last));
        let watched = days(day, until);
        let back = back.map(|(d, state)| (days(day, d), state)).filter(|(gap, _)| *gap <= watched);
        if watched >= 0 && days(self.first, day) >= 0 {
            self.left.push(Left { cluster, exit, day: days(self.first, day), back, watched });
        }
    }

    /// The way out after a stay that nothing followed.
    fn out(&self, r: &Raw, adult: Option<Date>) -> Option<To> {
        let end = r.end?;
        let exit = match r.outcome {
            Some(Outcome::Adopted) => ADOPTED,
            Some(Outcome::TransferredOut | Outcome::MovedAbroad) => MOVED,
            Some(Outcome::Eighteen | Outcome::ToAdultServices) => GROWN,
            _ if adult.is_some_and(|a| end >= a) => GROWN,
            _ => match r.stage {
                Some(Stage::Contact) => ADVISED,
                Some(Stage::EarlySupportAssessment | Stage::Support) => HELPED,
                Some(Stage::Referral) => NFA,
                Some(Stage::Assessment | Stage::Section47) => NOT_IN_NEED,
                _ => CLOSED,
            },
        };
        Some(To::Out(exit))
    }

    /// Puts states in the order of the pathway.
    fn sort_states(&mut self) {
        let mut order: Vec<usize> = (0..self.states.len()).collect();
        let key = |i: &usize| self.states.get(*i).map(|s| (s.stage.is_none(), s.stage));
        order.sort_by_key(key);
        let mut place = vec![0; order.len()];
        for (to, from) in order.iter().enumerate() {
            if let Some(slot) = place.get_mut(*from) {
                *slot = to;
            }
        }
        let moved = |i: usize| place.get(i).copied().unwrap_or(i);
        self.states = order.iter().filter_map(|i| self.states.get(*i).cloned()).collect();
        self.watched = order.iter().filter_map(|i| self.watched.get(*i).copied()).collect();
        for stay in &mut self.stays {
            stay.state = moved(stay.state);
            if let Some(To::State(s)) = stay.to {
                stay.to = Some(To::State(moved(s)));
            }
        }
        for left in &mut self.left {
            left.back = left.back.map(|(gap, s)| (gap, moved(s)));
        }
    }
}

/// Whether a stay ended because the child grew up: within two days of its eighteenth birthday, going out
/// or to be a care leaver.
fn aged(r: &Raw, adult: Option<Date>, to: Option<To>, paths: &Paths) -> bool {
    let (Some(end), Some(adult)) = (r.end, adult) else { return false };
    let leaver = |s: usize| paths.states.get(s).is_some_and(|s| s.stage == Some(Stage::CareLeaver));
    let grown = match to {
        Some(To::Out(exit)) => exit == GROWN || exit == CLOSED,
        Some(To::State(s)) => leaver(s),
        None => false,
    };
    if r.stage == Some(Stage::CareLeaver) {
        // leaving at 21
        return days(adult, end) >= 3 * 365 - 3;
    }
    grown && (-2..=2).contains(&days(adult, end))
}

/// Placements that are told apart.
fn placements(table: &Table, least: usize) -> Vec<Placement> {
    let mut counts: BTreeMap<Placement, usize> = BTreeMap::new();
    for e in table.episodes() {
        if let Stage::Care(p) = e.stage {
            *counts.entry(p).or_insert(0) += 1;
        }
    }
    counts.into_iter().filter(|(_, n)| *n >= least).map(|(p, _)| p).collect()
}

/// A person's stays in order, each with what follows it.
fn chain(table: &Table, person: PersonIx, places: &[Placement], settings: &Settings) -> Vec<Raw> {
    let stage = |e: &Episode| match e.stage {
        Stage::Care(p) if !places.contains(&p) => Stage::Care(Placement::Any),
        other => other,
    };
    let raw = |stage: Option<Stage>, e: &Episode| Raw {
        stage,
        start: e.start,
        end: e.end.date(),
        open: e.end == End::StillOpen,
        lost: match e.end {
            End::Censored(d) => Some(d),
            _ => None,
        },
        outcome: e.outcome,
        next: None,
        led: false,
    };
    let own: Vec<&Episode> = table.of(person).map(|(_, e)| e).collect();
    let mut out: Vec<Raw> =
        own.iter().filter(|e| !e.stage.is_alongside()).map(|e| raw(Some(stage(e)), e)).collect();
    for whole in own.iter().filter(|e| e.stage == Stage::InNeedEpisode) {
        out.extend(closing(whole, &out, raw(None, whole)));
    }
    out.sort_by_key(|r| (r.start, r.stage.is_none(), r.stage));
    let fits = |from: &Raw, to: &Raw| {
        leads(from.stage, to.stage)
            && from.end.is_some_and(|end| (-settings.before..=settings.after).contains(&days(end, to.start)))
    };
    for i in 0..out.len() {
        let Some(from) = out.get(i).cloned() else { continue };
        // the closure of a case follows the last of its plans at once
        let later = out.iter().enumerate().skip(i + 1).filter(|(_, r)| !r.led && fits(&from, r));
        let found = later
            .min_by_key(|(_, r)| (days(from.end.unwrap_or(from.start), r.start).abs(), r.start, r.stage));
        let Some(at) = found.map(|f| f.0) else { continue };
        if let Some(r) = out.get_mut(i) {
            r.next = Some(at);
        }
        if let Some(r) = out.get_mut(at) {
            r.led = true;
        }
    }
    out
}

/// Whether one stage can lead to another. Contacts come from outside; a referral follows a contact or early
/// help alone; an instant leads onwards. Whatever else comes soon after an end is a return.
fn leads(from: Option<Stage>, to: Option<Stage>) -> bool {
    let onwards = from.is_none_or(|f| !f.is_instant() || to.is_none_or(|t| t > f));
    onwards
        && match to {
            Some(Stage::Contact) => false,
            Some(Stage::Referral) => {
                matches!(from, Some(Stage::Contact | Stage::EarlySupportAssessment | Stage::Support))
            }
            _ => true,
        }
}

/// The time from the end of the last stay of a case to its closure, if it lasts a day or more.
fn closing(whole: &Episode, stays: &[Raw], blank: Raw) -> Option<Raw> {
    let end = whole.end.date();
    let inside = |r: &&Raw| {
        let social = !matches!(
            r.stage,
            Some(Stage::Contact | Stage::EarlySupportAssessment | Stage::Support | Stage::CareLeaver)
        );
        social && r.start >= whole.start && end.is_none_or(|e| r.start <= e)
    };
    let mut last = None;
    for r in stays.iter().filter(inside) {
        last = Some(r.end.filter(|_| !r.open)?.max(last.unwrap_or(r.start)));
    }
    let last = last?;
    (end.is_none_or(|e| days(last, e) >= 1)).then_some(Raw { start: last, ..blank })
}

fn named(stage: Option<Stage>) -> (&'static str, &'static str) {
    match stage {
        None => ("closing", "Open without a plan"),
        Some(Stage::Contact) => ("contact", "Contact"),
        Some(Stage::EarlySupportAssessment) => ("early_support", "Early support assessment"),
        Some(Stage::Support) => ("support", "Support"),
        Some(Stage::Referral) => ("referral", "Referral"),
        Some(Stage::Assessment) => ("assessment", "Assessment"),
        Some(Stage::Section47) => ("section_47", "Section 47 enquiry"),
        Some(Stage::Conference) => ("conference", "Initial child protection conference"),
        Some(Stage::ChildInNeed) => ("child_in_need", "Child in need plan"),
        Some(Stage::ChildProtection) => ("child_protection", "Child protection plan"),
        Some(Stage::CareLeaver) => ("care_leaver", "Care leaver"),
        Some(Stage::InNeedEpisode) => ("in_need_episode", "Children in need episode"),
        Some(Stage::Service(_)) => ("service", "Service"),
        Some(Stage::Care(p)) => match p {
            Placement::Kinship => ("care_kinship", "Foster care, relative or friend"),
            Placement::FosterOwn => ("care_foster_own", "Foster care, the council's own"),
            Placement::FosterAgency => ("care_foster_agency", "Foster care, agency"),
            Placement::Foster => ("care_foster", "Foster care"),
            Placement::Residential => ("care_residential", "Residential care"),
            Placement::Secure => ("care_secure", "Secure care"),
            Placement::Supported => ("care_supported", "Supported living"),
            Placement::WithParents => ("care_parents", "Placed with parents"),
            Placement::Adoption => ("care_adoption", "Placed for adoption"),
            Placement::Temporary => ("care_temporary", "Temporary placement"),
            Placement::Other => ("care_other", "Other placement"),
            Placement::Any => ("care", "Placement in care"),
        },
    }
}
