//! Laws of lengths of time.

use super::item::Fields;
use super::notes::Notes;
use super::notes::is_note;
use super::{Item, Reader, short};
use crate::base::diag::Place;
use crate::base::quantity::TimeUnit;
use crate::base::time::{DAY_MS, DAYS_PER_YEAR, LONGEST_MS};
use crate::model::catalogue::LAW;
use crate::model::file::Node;
use crate::model::file::Value;
use crate::model::stage::Law;
use crate::stats::dist::{Dist, ParamError};

/// The unit in which all lengths of one law are given.
#[derive(Debug, Default)]
pub(super) struct Unit(Option<(TimeUnit, Place)>);

impl Unit {
    pub fn get(&self) -> TimeUnit {
        self.0.as_ref().map_or(TimeUnit::Natural, |(unit, _)| *unit)
    }
}

impl Reader<'_> {
    /// A law of a length of stay.
    pub fn law(&mut self, item: &Item<'_>) -> Option<Law> {
        if item.node.text() == Some("open") {
            return Some(Law::Open);
        }
        let (around, quiet) = (self.around.take(), self.quiet);
        self.quiet = true;
        let mut unit = Unit::default();
        let law = self.law_body(item, &mut unit);
        (self.around, self.quiet) = (around, quiet);
        if law.is_some() && !quiet {
            self.enter_law(item);
        }
        law
    }

    /// One entry in the register for a law as a whole.
    fn enter_law(&mut self, item: &Item<'_>) {
        let mut node = item.node.clone();
        let mut notes = Notes::default();
        if let Some(table) = node.table_mut() {
            if table.get("value").is_some() {
                // a constant with notes has entered itself
                return;
            }
            // a source that is not known has been reported with the law
            let before = self.errors();
            notes = item.node.table().map(|t| self.notes(item, t)).unwrap_or_default();
            if self.errors() > before {
                return;
            }
            table.entries.retain(|e| !is_note(&e.key));
        }
        self.enter(&item.path, &node, notes);
    }

    fn law_body(&mut self, item: &Item<'_>, unit: &mut Unit) -> Option<Law> {
        let special = item
            .node
            .table()
            .and_then(|t| t.entries.iter().find(|e| e.key == "hazards" || e.key == "reviews"));
        let Some(entry) = special else {
            let dist = self.dist_in(item, unit, 0)?;
            return Some(Law::Length { dist, unit: unit.get() });
        };
        self.law_fields(item)?;
        let child = item.entry(entry);
        match entry.key.as_str() {
            "hazards" => self.hazards(&child),
            _ => self.reviews(&child).map(Law::Reviews),
        }
    }

    /// A law that is a distribution of calendar time: a gap, a patience.
    pub fn plain_law(&mut self, item: &Item<'_>) -> Option<Dist> {
        match self.law(item)? {
            Law::Length { dist, unit: TimeUnit::Natural } => Some(dist),
            Law::Length { .. } => {
                self.push(item.error("must be in calendar time, found working days"));
                None
            }
            _ => {
                self.push(item.error("must be a law of a length of time (not open, hazards or reviews)"));
                None
            }
        }
    }

    /// The table of a law, with exactly one law in it.
    fn law_fields<'t>(&mut self, item: &Item<'t>) -> Option<Fields<'t>> {
        let before = self.errors();
        let f = self.fields(item, &LAW)?;
        let given = f.given();
        if given.len() == 1 {
            return Some(f);
        }
        if given.is_empty() && self.errors() == before {
            self.push(
                item.error("has no law")
                    .hint("write for example { exponential = { mean = \"30 days\" } } or \"30 days\""),
            );
        } else if given.len() > 1 {
            self.push(item.error(format_args!(
                "has {} laws ({}), expected one",
                given.len(),
                given.join(", ")
            )));
        }
        None
    }

    /// A distribution, in the unit that the first length in it sets.
    pub(super) fn dist_in(&mut self, item: &Item<'_>, unit: &mut Unit, depth: usize) -> Option<Dist> {
        if matches!(item.node.value, Value::Text(_)) || item.node.find(&["value"]).is_some() {
            let days = self.length(item, unit)?;
            return self.checked(item, Dist::constant(days));
        }
        if item.node.table().is_none() {
            self.push(
                item.expected("a law")
                    .hint("write for example { exponential = { mean = \"30 days\" } } or \"30 days\""),
            );
            return None;
        }
        let f = self.law_fields(item)?;
        let law = *f.given().first()?;
        let i = f.opt(law)?;
        let dist = match law {
            "constant" => {
                let days = self.length(&i, unit)?;
                return self.checked(&i, Dist::constant(days));
            }
            "exponential" => self.exponential(&i, unit),
            "gamma" => self.gamma(&i, unit),
            "lognormal" => self.lognormal(&i, unit),
            "weibull" => self.weibull(&i, unit),
            "erlang" => self.erlang(&i, unit),
            "hyperexponential" => self.hyperexponential(&i, unit),
            "uniform" => self.uniform(&i, unit),
            "triangular" => self.triangular(&i, unit),
            "values" => self.values(&i, unit),
            "bands" => self.bands(&i, unit),
            "mixture" => self.mixture(&i, unit, depth),
            _ => {
                self.push(i.error("cannot stand inside another law"));
                None
            }
        }?;
        self.sensible(&i, dist)
    }

    /// Refuses a mean so short that time would stand still, or beyond all time.
    fn sensible(&mut self, item: &Item<'_>, dist: Dist) -> Option<Dist> {
        let mean = dist.mean();
        if mean > 0.0 && mean < 1.0 / DAY_MS as f64 {
            self.push(item.error(format_args!(
                "has a mean of {} seconds, the least is a millisecond",
                short(mean * 86_400.0)
            )));
            return None;
        }
        if mean > LONGEST_MS as f64 / DAY_MS as f64 {
            self.push(item.error(format_args!(
                "has a mean of {} years, the most is 300",
                short((mean / DAYS_PER_YEAR).round())
            )));
            return None;
        }
        Some(dist)
    }

    /// A length in the law's unit.
    pub(super) fn length(&mut self, item: &Item<'_>, unit: &mut Unit) -> Option<f64> {
        let d = self.noted(item, Reader::duration)?;
        match &unit.0 {
            None => unit.0 = Some((d.unit, item.place())),
            Some((first, place)) if *first != d.unit => {
                let place = place.clone();
                self.push(
                    item.error("mixes working days with calendar time in one law")
                        .also(place, "the other kind here"),
                );
                return None;
            }
            Some(_) => {}
        }
        Some(d.days)
    }

    /// A distribution whose parameters were accepted, or the error at the parameter.
    pub(super) fn checked<T>(&mut self, item: &Item<'_>, made: Result<T, ParamError>) -> Option<T> {
        match made {
            Ok(made) => Some(made),
            Err(e) => {
                let error = match &e {
                    ParamError::Range { parameter, found, expected, .. } => {
                        match item.node.find(&[parameter]) {
                            Some(node) => self.parameter(item, parameter, node, expected),
                            None => item.error(format_args!(
                                "must have a {parameter} of {expected}, found {}",
                                short(*found)
                            )),
                        }
                    }
                    ParamError::Moment { moment, found, expected, .. } => item.error(format_args!(
                        "has parameters that give a {moment} of {}, expected {expected}",
                        short(*found)
                    )),
                    other => item.error(format_args!("is not possible: {other}")),
                };
                self.push(error);
                None
            }
        }
    }

    fn parameter(
        &self,
        item: &Item<'_>,
        name: &str,
        node: &Node,
        expected: &str,
    ) -> crate::base::diag::Diagnostic {
        let node = node.find(&["value"]).unwrap_or(node);
        item.child(name, node).error(format_args!("must be {expected}, found {}", super::notes::shown(node)))
    }
}
