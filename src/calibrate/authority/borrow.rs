//! A council's published figures, with strength borrowed where they are missing.

use super::number::{Grade, Number};
use super::pooled::{Observed, Variation, pooled};
use crate::calibrate::data::{Cell, Statistics};
use crate::calibrate::outlook::neighbour_rate;
use std::collections::BTreeMap;

/// Years back that a figure may be carried from.
const CARRY: i32 = 4;
/// What a suppressed small count is taken as: 1 to 5 are hidden.
const SUPPRESSED: f64 = 3.0;
/// Years that are pooled where a law holds from year to year.
const POOLED: i32 = 9;
/// Pseudo-count with which shares lean on England's.
const LEAN: f64 = 10.0;

/// Counts that are part of another: a figure of a year before is carried as a share of the whole, and is at most all of it.
const WHOLE: [(&str, &str); 8] = [
    ("cin_plan_at_31_march", "cin_at_31_march"),
    ("b3.N2_Childs_disability_or_illness", "cin_at_31_march"),
    ("cpp_second_or_subsequent", "cpp_starts"),
    ("re_referrals", "referrals"),
    ("referrals_nfa", "referrals"),
    ("referrals_assessed_not_in_need", "referrals"),
    ("assessments_completed", "referrals"),
    ("cin_plan_starts", "referrals"),
];
/// Of these, what may be more than the whole: not only those referred in the year are assessed.
const MAY_EXCEED: &str = "assessments_completed";

/// Bands published in per cent, and what they are per cent of.
const PER_CENT_OF: [(&str, &str); 2] =
    [("cin_ended_", "cin_ended_episodes"), ("cin_open_", "cin_at_31_march")];

fn whole_of(indicator: &str) -> Option<&'static str> {
    let factor = indicator.starts_with("c3.").then_some("c3.Episodes_with_assessment_factor");
    let whole = WHOLE.iter().find(|w| w.0 == indicator).map(|w| w.1).or(factor);
    whole.filter(|w| *w != indicator)
}

/// Reads a council's figures up to a year, and no later.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    /// The statistics.
    pub stats: &'a Statistics,
    /// Index of the council.
    pub area: usize,
    /// Last year used.
    pub year: i32,
    /// Children of 0 to 17 at the last mid-year.
    pub people: f64,
    england: Option<usize>,
}

/// Shares of bands that add to 1.
#[derive(Clone, PartialEq, Debug)]
pub struct Shares {
    /// Share of each band.
    pub share: Vec<f64>,
    /// Ground.
    pub grade: Grade,
    /// Table.
    pub source: String,
    /// How they were found.
    pub note: String,
}

impl<'a> Reader<'a> {
    /// A reader of one council's figures up to `year`.
    pub fn new(stats: &'a Statistics, area: usize, year: i32) -> Reader<'a> {
        let england = stats.area_by_code("E92000001");
        let people = (0..6).find_map(|k| stats.value("population_0_17_mye", area, year - 1 - k));
        let ages = || stats.population_by_age(area, year).map(|p| p.persons.iter().take(18).sum::<f64>());
        let people = people.or_else(ages).filter(|&p| p > 0.0).unwrap_or(1_000.0);
        Reader { stats, area, year, people, england }
    }

    /// The table an indicator comes from.
    pub fn table(&self, indicator: &str) -> String {
        let i = self.stats.indicator(indicator).and_then(|i| self.stats.indicators.get(i));
        i.map_or(String::new(), |i| i.table.clone())
    }

    /// The last published figure in the `CARRY` years up to the year.
    fn last(&self, indicator: &str, area: usize) -> Option<(i32, f64)> {
        (0..=CARRY).map(|k| self.year - k).find_map(|y| Some((y, self.stats.value(indicator, area, y)?)))
    }

    /// England's count per child, at the last published year.
    pub fn england_rate(&self, indicator: &str) -> Option<f64> {
        let e = self.england?;
        let (year, value) = self.last(indicator, e)?;
        let people = (0..6).find_map(|k| self.stats.value("population_0_17_mye", e, year - 1 - k))?;
        (people > 0.0).then(|| value / people)
    }

    /// England's own figure, at the last published year: a mean or a rate, not a count.
    pub fn england_mean(&self, indicator: &str) -> Option<f64> {
        self.last(indicator, self.england?).map(|x| x.1)
    }

    /// A count of this council: published, or carried from a year before, or its neighbours' or England's
    /// rate. The range is that of chance alone (80 %), wider where borrowed.
    pub fn count(&self, indicator: &str) -> Number {
        let number = |value: f64, spread: f64, grade, note: String| {
            let factor = libm::exp(1.28 * spread);
            let noise = 1.28 * value.max(0.0).sqrt();
            let low = (value / factor - noise).max(0.0);
            Number { value, low, high: value * factor + noise, grade, source: self.table(indicator), note }
        };
        let year = self.year;
        match self.stats.cell(indicator, self.area, year) {
            Cell::Value(v) => return number(v, 0.0, Grade::Measured, format!("year to March {year}")),
            Cell::Marked('k' | 'z') => {
                let note = format!("{year}: rounds to nought or does not apply");
                return number(0.0, 0.0, Grade::Measured, note);
            }
            _ => {}
        }
        let suppressed = self.stats.cell(indicator, self.area, year) == Cell::Marked('c');
        if let Some((y, v)) = self.last(indicator, self.area) {
            let (v, how) = self.carried(indicator, y, v);
            let spread = 0.1 * f64::from(year - y);
            // what is suppressed is not nought
            let (v, spread) = if suppressed && v < 1.0 { (SUPPRESSED, 0.5) } else { (v, spread) };
            let note = format!("{year} {}: {y}'s {how}", self.why(indicator));
            return number(v, spread, Grade::Borrowed, note);
        }
        let rates = [
            (
                neighbour_rate(self.stats, indicator, self.area, year),
                "median rate of its statistical neighbours",
            ),
            (
                neighbour_rate(self.stats, indicator, self.area, year - 1),
                "median rate of its neighbours the year before",
            ),
            (self.england_rate(indicator), "England's rate"),
        ];
        for (rate, whose) in rates {
            if let Some(rate) = rate {
                let most = if suppressed { self.suppressed_most(rate * self.people) } else { f64::INFINITY };
                let value = (rate * self.people).min(most);
                let note = format!("{year} {}: {whose} for {:.0} children", self.why(indicator), self.people);
                return number(value, 0.4, Grade::Borrowed, note);
            }
        }
        if suppressed {
            return number(
                SUPPRESSED,
                0.5,
                Grade::Borrowed,
                format!("{year} suppressed: 1 to 5, or a figure that would give one away"),
            );
        }
        number(0.0, 0.0, Grade::Assumed, "nothing is published".into())
    }

    /// A figure of year `y` as it may be in the present year: the same share of the whole that it is part of, if that is
    /// published in both, and the figure itself otherwise.
    fn carried(&self, indicator: &str, y: i32, v: f64) -> (f64, &'static str) {
        let Some(whole) = whole_of(indicator) else { return (v, "figure carried") };
        let now = self.stats.value(whole, self.area, self.year);
        match (now, self.stats.value(whole, self.area, y)) {
            (Some(now), Some(then)) if then > 0.0 => {
                let share = if indicator == MAY_EXCEED { v / then } else { (v / then).min(1.0) };
                (share * now, "share of the whole carried")
            }
            _ => (v, "figure carried"),
        }
    }

    /// A suppressed figure expected to be small is at most 5; a larger one protects another.
    fn suppressed_most(&self, expected: f64) -> f64 {
        if expected < 10.0 { 5.0 } else { f64::INFINITY }
    }

    fn why(&self, indicator: &str) -> &'static str {
        match self.stats.cell(indicator, self.area, self.year) {
            Cell::Marked('c') => "suppressed",
            Cell::Marked('u') => "judged unreliable",
            Cell::Marked('x') => "not available",
            _ => "not published",
        }
    }

    /// Shares of bands that make up a whole on one day, from the last year in which any is published: suppressed bands are
    /// filled from England's shares, and all lean on England's as by ten further cases.
    pub fn shares(&self, bands: &[&str]) -> Shares {
        let prior = self.england_shares(bands);
        let last = (0..=CARRY).find_map(|k| self.bands(self.area, bands, self.year - k, &prior));
        let Some((seen, filled)) = last else { return self.none_here(bands, prior) };
        let grade = if filled == 0 && seen.year == self.year { Grade::Measured } else { Grade::Derived };
        let note = format!("{:.0} in the year to March {}", seen.of, seen.year);
        self.leaning(bands, &seen.share, seen.of, prior, (grade, note), filled)
    }

    /// Shares of bands of a law that holds from year to year, from all years pooled with drift (see [`super::pooled`]).
    pub fn pooled(&self, bands: &[&str]) -> Shares {
        let prior = self.england_shares(bands);
        let of = |area: usize| -> (Vec<Observed>, usize) {
            let years = self.year - POOLED + 1..=self.year;
            let seen = years.filter_map(|y| self.bands(area, bands, y, &prior));
            let (all, filled): (Vec<Observed>, Vec<usize>) = seen.unzip();
            (all, filled.last().copied().unwrap_or(0))
        };
        let (own, filled) = of(self.area);
        if own.is_empty() {
            return self.none_here(bands, prior);
        }
        let all: Vec<Vec<Observed>> = self.stats.councils().into_iter().map(|a| of(a).0).collect();
        let Some(p) = pooled(&own, self.year, Variation::learn(&all)) else {
            return self.none_here(bands, prior);
        };
        let counted: f64 = own.iter().map(|o| o.of).sum();
        let largest = p.share.iter().copied().fold(0.0, f64::max);
        let note = format!("{counted:.0} in all: {}", p.words(largest.min(0.5), 1.0));
        self.leaning(bands, &p.share, p.worth().min(counted), prior, (Grade::Derived, note), filled)
    }

    fn england_shares(&self, bands: &[&str]) -> Vec<f64> {
        let england: Vec<f64> = bands
            .iter()
            .map(|b| self.england.and_then(|e| self.last(b, e)).map_or(0.0, |x| x.1.max(0.0)))
            .collect();
        let sum: f64 = england.iter().sum();
        let even = 1.0 / bands.len().max(1) as f64;
        england.iter().map(|x| if sum > 0.0 { x / sum } else { even }).collect()
    }

    /// One year's bands, if at least half are published, those that are not filled from England's; and how many were filled.
    fn bands(&self, area: usize, bands: &[&str], year: i32, prior: &[f64]) -> Option<(Observed, usize)> {
        let cells: Vec<Cell> = bands.iter().map(|b| self.band(b, area, year)).collect();
        let filled = cells.iter().filter(|c| c.value().is_none()).count();
        if filled * 2 > cells.len() {
            return None;
        }
        let (mut known, mut hidden) = (0.0, 0.0);
        for (c, p) in cells.iter().zip(prior) {
            match c.value() {
                Some(v) => known += v,
                None => hidden += p,
            }
        }
        let scale = if hidden < 1.0 { known / (1.0 - hidden) } else { 0.0 };
        let counts: Vec<f64> =
            cells.iter().zip(prior).map(|(c, p)| c.value().unwrap_or(p * scale).max(0.0)).collect();
        let of: f64 = counts.iter().sum();
        (of > 0.0).then(|| (Observed { year, share: counts.iter().map(|c| c / of).collect(), of }, filled))
    }

    /// A band's count; of one published in per cent of a whole, that share of the whole.
    fn band(&self, indicator: &str, area: usize, year: i32) -> Cell {
        let cell = self.stats.cell(indicator, area, year);
        let whole = PER_CENT_OF.iter().find(|w| indicator.starts_with(w.0) && indicator.ends_with("_pct"));
        match (cell, whole) {
            (Cell::Value(x), Some((_, whole))) => match self.stats.value(whole, area, year) {
                Some(all) => Cell::Value(0.01 * x * all),
                None => Cell::Marked('x'),
            },
            _ => cell,
        }
    }

    fn none_here(&self, bands: &[&str], share: Vec<f64>) -> Shares {
        let source = bands.first().map(|b| self.table(b)).unwrap_or_default();
        Shares { share, grade: Grade::Borrowed, source, note: "England's shares: none published here".into() }
    }

    /// Shares leaning on England's as by [`LEAN`] further cases.
    fn leaning(
        &self,
        bands: &[&str],
        share: &[f64],
        worth: f64,
        prior: Vec<f64>,
        (grade, mut note): (Grade, String),
        filled: usize,
    ) -> Shares {
        if filled > 0 {
            note.push_str(&format!(
                "; {filled} of {} bands not published, filled from England's shares",
                bands.len()
            ));
        }
        let all = worth + LEAN;
        let share = share.iter().zip(prior).map(|(s, p)| (s * worth + p * LEAN) / all).collect();
        Shares { share, grade, source: bands.first().map(|b| self.table(b)).unwrap_or_default(), note }
    }

    /// A share that holds from year to year, from all years pooled with drift, with an 80 % range of what it may be in the
    /// year to come; as of the last year alone where no two years are published.
    pub fn pooled_ratio(&self, top: &Number, bottom: &Number, indicators: (&str, &str)) -> Number {
        let of = |area: usize| -> Vec<Observed> {
            let year = |y: i32| {
                let at = |i: &str| self.stats.value(i, area, y);
                let (t, of) = (at(indicators.0)?, at(indicators.1).filter(|&x| x > 0.0)?);
                let share = (t / of).clamp(0.0, 1.0);
                Some(Observed { year: y, share: vec![share, 1.0 - share], of })
            };
            (self.year - POOLED + 1..=self.year).filter_map(year).collect()
        };
        let own = of(self.area);
        let all: Vec<Vec<Observed>> = self.stats.councils().into_iter().map(of).collect();
        let variation = Variation::learn(&all);
        match pooled(&own, self.year, variation).filter(|p| p.weights.len() > 1) {
            Some(p) => {
                let value = p.share.first().copied().unwrap_or(0.0);
                let next = p.unknown + variation.lasting + variation.passing;
                let half = 1.28 * (next * value * (1.0 - value)).sqrt();
                Number {
                    value,
                    low: (value - half).max(0.25 * value),
                    high: value + half,
                    grade: Grade::Derived,
                    source: top.source.clone(),
                    note: p.words(value, 1.0),
                }
            }
            None => self.ratio(top, bottom, indicators),
        }
    }

    /// The share that one count is of another, with an 80 % range from chance and from how much such shares change
    /// in a year over all councils.
    pub fn ratio(&self, top: &Number, bottom: &Number, indicators: (&str, &str)) -> Number {
        let value = if bottom.value > 0.0 { top.value / bottom.value } else { 0.0 };
        let chance = 1.0 / top.value.max(1.0);
        let yearly = self.yearly_change(indicators);
        let factor = libm::exp(1.28 * (chance + yearly * yearly).sqrt());
        let grade = match top.grade.max(bottom.grade) {
            Grade::Measured => Grade::Derived,
            other => other,
        };
        let note = format!("{:.0} of {:.0}, {}", top.value, bottom.value, top.note);
        Number { value, low: value / factor, high: value * factor, grade, source: top.source.clone(), note }
    }

    /// Robust standard deviation of the yearly change of a log ratio over all councils, up to the year.
    fn yearly_change(&self, indicators: (&str, &str)) -> f64 {
        let mut changes: Vec<f64> = self.changes(indicators).map(|c| c.2.abs()).collect();
        changes.sort_by(f64::total_cmp);
        changes.get(changes.len() / 2).map_or(0.2, |m| 1.48 * m).clamp(0.02, 1.0)
    }

    /// Yearly changes of a log ratio (of a log count, if `bottom` is empty) of all councils, up to the year: (council, year,
    /// change).
    fn changes<'s>(
        &'s self,
        (top, bottom): (&'s str, &'s str),
    ) -> impl Iterator<Item = (usize, i32, f64)> + 's {
        let ratio = move |a: usize, y: i32| {
            let t = self.stats.value(top, a, y).filter(|&x| x >= 30.0)?;
            let b =
                if bottom.is_empty() { 1.0 } else { self.stats.value(bottom, a, y).filter(|&x| x > 0.0)? };
            Some(libm::log(t / b))
        };
        let years = self.year - 3..=self.year;
        let pairs = self.stats.councils().into_iter().flat_map(move |a| years.clone().map(move |y| (a, y)));
        pairs.filter_map(move |(a, y)| Some((a, y, ratio(a, y)? - ratio(a, y - 1)?)))
    }

    /// How the yearly change of a ratio goes with that of referrals over all councils: a correlation from the share of
    /// changes that go the same way as referrals (the quadrant measure: sin(pi q / 2)), at most 0.8 either way.
    pub fn with_referrals(&self, indicators: (&str, &str)) -> f64 {
        let centred = |changes: Vec<(usize, i32, f64)>| {
            let mut sorted: Vec<f64> = changes.iter().map(|c| c.2).collect();
            sorted.sort_by(f64::total_cmp);
            let middle = sorted.get(sorted.len() / 2).copied().unwrap_or(0.0);
            changes.into_iter().map(move |(a, y, x)| ((a, y), x - middle)).collect::<BTreeMap<_, _>>()
        };
        let mine = centred(self.changes(indicators).collect());
        let theirs = centred(
            self.stats
                .councils()
                .into_iter()
                .flat_map(|a| (self.year - 3..=self.year).map(move |y| (a, y)))
                .filter_map(|(a, y)| {
                    let at = |y| self.stats.value("referrals", a, y).filter(|&x| x >= 30.0).map(libm::log);
                    Some((a, y, at(y)? - at(y - 1)?))
                })
                .collect(),
        );
        let signs: Vec<f64> = mine.iter().filter_map(|(k, x)| Some((x * theirs.get(k)?).signum())).collect();
        if signs.len() < 40 {
            return 0.0;
        }
        let q = signs.iter().sum::<f64>() / signs.len() as f64;
        libm::sin(std::f64::consts::FRAC_PI_2 * q).clamp(-0.8, 0.8)
    }
}
