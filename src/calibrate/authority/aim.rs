//! What each simulated year should come to: the published figure where there is one, otherwise what is foreseen.

use super::borrow::Reader;
use super::number::{Grade, Number};
use crate::calibrate::data::Statistics;
use crate::calibrate::outlook::Outlook;

/// A measure of the model file with the figures of its years.
#[derive(Clone, PartialEq, Debug)]
pub struct Aim {
    /// Measure of the model file.
    pub measure: &'static str,
    /// Published indicator.
    pub indicator: &'static str,
    /// By year of the run.
    pub by_year: Vec<Number>,
}

/// Measures whose simulated years are moved to their figures, with the indicators.
const AIMED: [(&str, &str); 11] = [
    ("referrals", "referrals"),
    ("assessments", "assessments_completed"),
    ("section_47", "s47"),
    ("conferences", "icpc"),
    ("plans_started", "cpp_starts"),
    ("plans", "cpp_at_31_march"),
    ("cin", "cin_at_31_march"),
    ("cin_plans", "cin_plan_at_31_march"),
    ("cin_ended", "cin_ended_episodes"),
    ("care_starts", "cla_starts"),
    ("care", "cla_at_31_march"),
];

/// The aims of a run of so many years from 1 April of `starts`, with returns up to `year`.
pub(super) fn aims(
    stats: &Statistics,
    area: usize,
    starts: i32,
    year: i32,
    years: i32,
    outlook: &Outlook,
) -> Vec<Aim> {
    let last = Reader::new(stats, area, year);
    let one = |indicator: &'static str, ends: i32| {
        if ends <= year {
            known(&Reader::new(stats, area, ends), indicator)
        } else {
            foresee(&last, outlook, indicator, ends - year)
        }
    };
    let by_year = |indicator| (1..=years).map(|k| one(indicator, starts + k)).collect();
    let mut aims: Vec<Aim> = AIMED
        .iter()
        .map(|&(measure, indicator)| Aim { measure, indicator, by_year: by_year(indicator) })
        .collect();
    for (part, whole) in [("assessments", "referrals"), ("cin_plans", "cin")] {
        follow(&mut aims, (part, whole), (year - starts).max(0) as usize);
    }
    for year in 0..years.max(0) as usize {
        let of = |measure: &str| aims.iter().find(|a| a.measure == measure)?.by_year.get(year).cloned();
        let (Some(all), Some(plans), Some(care)) = (of("cin"), of("plans"), of("care")) else { continue };
        let most = (all.value - plans.value - care.value).max(0.1 * all.value);
        let held = aims.iter_mut().find(|a| a.measure == "cin_plans").and_then(|a| a.by_year.get_mut(year));
        // a part that is carried or borrowed is no more than the rest of the whole
        if let Some(held) = held.filter(|h| h.grade >= Grade::Borrowed && h.value > most) {
            *held = held.times(most / held.value);
            held.note.push_str("; no more than the other children in need");
        }
    }
    aims
}

/// A part whose last figure is not published is foreseen as the same share of its whole; `known` years have been.
fn follow(aims: &mut [Aim], (part, whole): (&str, &str), known: usize) {
    let years = |measure: &str| aims.iter().find(|a| a.measure == measure).map(|a| a.by_year.clone());
    let (Some(mine), Some(all)) = (years(part), years(whole)) else { return };
    let Some((last, of)) = known.checked_sub(1).and_then(|k| Some((mine.get(k)?, all.get(k)?))) else {
        return;
    };
    if last.grade < Grade::Borrowed || of.value <= 0.0 {
        return;
    }
    let share = last.value / of.value;
    for aim in aims.iter_mut().filter(|a| a.measure == part) {
        for (n, all) in aim.by_year.iter_mut().zip(&all).skip(known) {
            let note = format!("{share:.2} of {:.0}, as in the last year; {}", all.value, last.note);
            *n = Number { grade: Grade::Borrowed, source: last.source.clone(), note, ..all.times(share) };
        }
    }
}

/// The figure of a year that has been; assessments that are not yet published follow that year's referrals.
fn known(reader: &Reader<'_>, indicator: &str) -> Number {
    let own = reader.count(indicator);
    if own.grade == Grade::Measured || indicator != "assessments_completed" {
        return own;
    }
    let mut before = reader.clone();
    before.year -= 1;
    let (then, now) = (before.count("referrals"), reader.count("referrals"));
    let assessed = before.count(indicator);
    if then.value <= 0.0 || assessed.value <= 0.0 {
        return own;
    }
    let r = now.value / then.value;
    let note = format!(
        "{}'s figure, {:.2} a referral: none is published for {}",
        before.year,
        assessed.value / then.value,
        reader.year
    );
    Number { grade: Grade::Borrowed, note, ..assessed.times(r) }
}

/// A figure `horizon` years ahead: as the outlook has it, or the borrowed level where the council's own is missing.
fn foresee(reader: &Reader<'_>, outlook: &Outlook, measure: &str, horizon: i32) -> Number {
    let level = known(reader, measure);
    let Some((change, p)) =
        outlook.change(measure, horizon).zip(outlook.predict(reader.stats, measure, reader.area, horizon))
    else {
        let spread = libm::exp(0.15 * f64::from(horizon).sqrt());
        return Number { low: level.low / spread, high: level.high * spread, ..level };
    };
    let (low, high) = change.interval(&p, 0.8);
    let note = format!(
        "foreseen from {:.0} in the year to March {} and how {} such figures changed over {} year(s)",
        level.value, reader.year, change.learnt_from, change.horizon
    );
    Number { value: p.point, low, high, grade: Grade::Derived, source: level.source, note }
}
