//! `[population]`, and rates of arrival per 10,000 of it.

use super::item::Fields;
use super::shares::own_entries;
use super::{Item, Reader};
use crate::base::calendar::{Calendar, time_of};
use crate::base::time::{DAYS_PER_MONTH, DAYS_PER_YEAR, SimTime};
use crate::model::arrivals::Rate;
use crate::model::catalogue::PER_10000;
use crate::model::file::clip;
use jiff::civil::Date;

/// Persons by year and age band.
#[derive(Debug, Default)]
pub(super) struct Population {
    /// Middle of the year, and persons in each band that is given.
    years: Vec<(Date, Vec<Option<f64>>)>,
}

impl Reader<'_> {
    /// Persons by year.
    pub(super) fn population(&mut self, root: &Item<'_>) -> Population {
        let mut population = Population::default();
        let Some(node) = root.node.find(&["population"]) else {
            return population;
        };
        let item = root.child("population", node);
        for entry in self.entries(&item, "a table of years") {
            let year = entry.key.parse::<i16>().ok().filter(|y| (1800..2400).contains(y));
            let Some(middle) = year.and_then(|y| Date::new(y, 7, 1).ok()) else {
                self.push(item.key(entry).error(format_args!(
                    "has the key `{}`, expected a year such as \"2025\"",
                    clip(&entry.key)
                )));
                continue;
            };
            let child = item.entry(entry);
            let mut bands = vec![None; self.names.ages.len()];
            let around = self.around.take();
            let entries = self.entries(&child, "a table of age bands");
            self.around = child.node.table().map(|t| self.notes(&child, t));
            for band in own_entries(entries) {
                let age = self.find_age(&child.key(band), &band.key);
                let persons = self.noted(&child.entry(band), Reader::amount);
                if let Some(slot) = age.and_then(|a| bands.get_mut(a)) {
                    *slot = persons;
                }
            }
            self.around = around;
            population.years.push((middle, bands));
        }
        population.years.sort_by_key(|(date, _)| *date);
        population
    }

    /// Cases a day by age band in each month of the run.
    pub(super) fn rate_per_population(
        &mut self,
        f: &Fields<'_>,
        item: &Item<'_>,
        population: &Population,
    ) -> Option<Rate> {
        let (months, varies) = self.season(f);
        let per = self.open(item, &PER_10000)?;
        let words = [("year", DAYS_PER_YEAR), ("month", DAYS_PER_MONTH)];
        let days = self.need(&per, "per").and_then(|i| self.word(&i, &words));
        let around = self.around.take();
        self.around = Some(self.notes(item, per.table));
        let mut rates = vec![0.0; self.names.ages.len()];
        let mut sound = true;
        for entry in own_entries(&per.table.entries).filter(|e| e.key != "per") {
            let age = self.find_age(&item.key(entry), &entry.key);
            let rate = self.noted(&item.entry(entry), Reader::amount);
            match (age, rate) {
                (Some(age), Some(rate)) => {
                    if population.years.iter().any(|(_, b)| b.get(age).copied().flatten().is_none()) {
                        self.push(item.key(entry).error(format_args!(
                            "has a rate for `{}`, but [population] does not give it in every year",
                            entry.key
                        )));
                        sound = false;
                    }
                    if let Some(slot) = rates.get_mut(age) {
                        *slot = rate;
                    }
                }
                _ => sound = false,
            }
        }
        self.around = around;
        let Some(starts) = self.starts else {
            self.push(item.error("needs dates").hint("give the date of time 0 as model.starts"));
            return None;
        };
        if population.years.is_empty() {
            self.push(item.error("needs [population] with persons by year and age band"));
            return None;
        }
        let per_day: Vec<f64> = rates.iter().map(|r| r / 10_000.0 / days.unwrap_or(1.0)).collect();
        (sound && days.is_some()).then_some(())?;
        Some(Rate {
            steps: Vec::new(),
            repeat: None,
            by_age: self.by_month(starts, population, &per_day),
            months,
            varies,
        })
    }

    /// A step for each calendar month, with the population at its middle.
    fn by_month(&self, starts: Date, population: &Population, per_day: &[f64]) -> Vec<(SimTime, Vec<f64>)> {
        let (from, to) = (self.beginning(), SimTime::ZERO + self.length);
        let calendar = Calendar::new(starts, 1, 1);
        let edges = calendar.month_edges(from, to);
        edges
            .iter()
            .zip(edges.iter().skip(1))
            .map(|(&a, &b)| {
                let middle = SimTime((a.0 + b.0) / 2);
                let at = |age: usize| population.at(starts, middle, age);
                let rates = per_day.iter().enumerate().map(|(age, r)| r * at(age));
                (a, rates.collect())
            })
            .collect()
    }
}

impl Population {
    /// Persons in a band: straight lines between the middles of years, level outside.
    fn at(&self, starts: Date, time: SimTime, age: usize) -> f64 {
        let mut before: Option<(SimTime, f64)> = None;
        for (date, bands) in &self.years {
            let persons = bands.get(age).copied().flatten().unwrap_or(0.0);
            let middle = time_of(starts, *date);
            if middle >= time {
                let Some((t, n)) = before else { return persons };
                let width = (middle - t).days();
                let part = if width > 0.0 { (time - t).days() / width } else { 1.0 };
                return n + (persons - n) * part;
            }
            before = Some((middle, persons));
        }
        before.map_or(0.0, |(_, n)| n)
    }
}
