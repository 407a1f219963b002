//! The invented council: its children with all their cases, ready to be written as returns.

use super::case::Cases;
use super::history::{History, Life};
use super::person::Person;
use super::role::{Role, Roles};
use crate::base::rng::{hash_name, mix};
use crate::engine::Network;
use crate::model::Model;
use jiff::civil::Date;

/// A child with its cases.
#[derive(Clone, PartialEq, Debug)]
pub struct Child {
    /// Who.
    pub person: Person,
    /// What happened.
    pub cases: Cases,
    /// Codes of assessment factors.
    pub factors: Vec<&'static str>,
}

impl Child {
    /// A number for one of the child's records, by what it is and the day it begins, the same in every return.
    pub fn record(&self, what: &str, from: i64) -> u64 {
        mix(self.person.key.0 ^ mix(from.cast_unsigned()) ^ hash_name(what))
    }
}

/// All children of the council.
#[derive(Clone, PartialEq, Debug)]
pub struct Council {
    /// What happened to each.
    pub history: History,
    /// The children.
    pub children: Vec<Child>,
}

/// Assessment factors by the names of needs.
const FACTORS: [(&str, &str); 10] = [
    ("domestic_abuse", "3B"),
    ("substance_misuse", "2B"),
    ("alcohol", "1B"),
    ("parent_mental_health", "4B"),
    ("child_mental_health", "4A"),
    ("learning_disability", "5A"),
    ("neglect", "16A"),
    ("exploitation", "24A"),
    ("gangs", "13A"),
    ("self_harm", "15A"),
];

impl Council {
    /// Gathers a history under the roles of the model's stages.
    pub fn new(network: &Network, roles: &Roles, history: History, seed: u64) -> Council {
        let model = network.model();
        let asylum = asylum(model);
        let children = history
            .lives
            .iter()
            .map(|life| {
                let seeks = asylum.is_some_and(|(a, v)| life.attributes.get(a) == Some(&v));
                let cared = life.stays.iter().filter(|s| roles.of(s.stage).in_care());
                let cared_from = cared.map(|s| s.from).min();
                Child {
                    person: Person::new(&history, life, cared_from, seeks, seed),
                    cases: Cases::new(life, roles),
                    factors: factors(model, life),
                }
            })
            .collect();
        Council { history, children }
    }

    /// A day as a date.
    pub fn date(&self, day: i64) -> Date {
        self.history.date(day)
    }

    /// A day as a date, if there is one.
    pub fn maybe(&self, day: Option<i64>) -> Option<Date> {
        day.map(|d| self.date(d))
    }

    /// Years to 31 March that the records cover, each with its first and last day; the first and last may
    /// be parts of years.
    pub fn years(&self) -> Vec<Year> {
        let (first, last) = (self.history.starts, self.history.last());
        let mut out = Vec::new();
        let of = |d: Date| if (d.month(), d.day()) >= (4, 1) { d.year() + 1 } else { d.year() };
        for year in of(first)..=of(last) {
            let (Ok(from), Ok(to)) = (Date::new(year - 1, 4, 1), Date::new(year, 3, 31)) else { continue };
            let (from, to) = (from.max(first), to.min(last));
            out.push(Year { year, from: self.day(from), to: self.day(to) });
        }
        out
    }

    /// The day of a date.
    pub fn day(&self, date: Date) -> i64 {
        date.since(self.history.starts).map_or(0, |s| i64::from(s.get_days()))
    }
}

/// A year to 31 March, with its days.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Year {
    /// The calendar year in which it ends.
    pub year: i16,
    /// First day.
    pub from: i64,
    /// Last day.
    pub to: i64,
}

impl Year {
    /// Whether something from one day to another touches the year.
    pub fn touches(&self, from: i64, to: Option<i64>) -> bool {
        from <= self.to && to.is_none_or(|to| to >= self.from)
    }

    /// An end as the return of this year knows it.
    pub fn known(&self, to: Option<i64>) -> Option<i64> {
        to.filter(|to| *to <= self.to)
    }
}

/// The attribute, and its value, of unaccompanied asylum-seeking children.
fn asylum(model: &Model) -> Option<(usize, u8)> {
    let (at, attribute) = model.attributes.iter().enumerate().find(|(_, a)| a.name == "asylum")?;
    let value = attribute.values.iter().position(|v| v == "yes")?;
    Some((at, u8::try_from(value).ok()?))
}

fn factors(model: &Model, life: &Life) -> Vec<&'static str> {
    let has = |i: usize| i < 64 && life.needs >> i & 1 == 1;
    let found = model
        .needs
        .iter()
        .enumerate()
        .filter(|(i, _)| has(*i))
        .map(|(_, need)| FACTORS.iter().find(|f| f.0 == need.name).map_or("20", |f| f.1));
    let mut out: Vec<&'static str> = found.collect();
    out.sort_unstable();
    out.dedup();
    if out.is_empty() { vec!["21"] } else { out }
}

/// The record of a role within a case, in words of outcomes; none where nothing followed.
pub(super) fn outcome(next: Role) -> Option<&'static str> {
    Some(match next {
        Role::EarlyHelp | Role::Support => "to_early_support",
        Role::Referral => "to_referral",
        Role::Assessment => "to_assessment",
        Role::Section47 => "to_section_47",
        Role::Conference => "to_conference",
        Role::ChildInNeed => "to_child_in_need",
        Role::ChildProtection => "to_child_protection",
        Role::Care(_) => "to_care",
        Role::Contact | Role::CareLeaver | Role::Closing | Role::Other => return None,
    })
}
