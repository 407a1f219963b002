//! Closing the loop: the fitted model is simulated and its numbers moved until the first year's totals are those published or
//! foreseen, and factors by year until the later years' are. The closed-form balance cannot see ages, delays and what is under
//! way at the start.

use super::aim::Aim;
use super::care::AGES;
use super::drift::{moved, moved_far, odds_factor};
use super::fit::Fitted;
use super::flows::DISABLED_YEARS;
use super::number::{Grade, Number};
use super::text::model_text;
use super::unseen::{LEAST, MOST_OF_CLOSED};
use crate::base::diag::SourceMap;
use crate::base::time::Span;
use crate::calibrate::data::Statistics;
use crate::engine::Network;
use crate::experiment::measures::{Measured, measure_all};
use crate::experiment::run::{Plan, Unwatched, run};
use crate::model::arrivals::{Arrivals, Stream};
use std::collections::BTreeMap;

/// Rounds of moving numbers over the first year alone, then over all years.
const ROUNDS: [usize; 2] = [3, 4];
/// The same where the years of a series are fitted.
const HISTORY_ROUNDS: [usize; 2] = [3, 9];
/// Replications a round, at least; the same random numbers each round.
const REPLICATIONS: u64 = 4;
/// Small councils get more, until about so many referrals a year are simulated; at most [`MOST_REPLICATIONS`].
const REFERRALS: f64 = 33_000.0;
const MOST_REPLICATIONS: u64 = 150;
/// How far the share of unaccompanied children who move on may be moved.
const MOVING_OFF: f64 = 0.25;
/// Most years, on average, that an episode is kept open if nothing ends it before 18.
const MOST_KEPT: f64 = 30.0;
/// Rounds at the end with all replications; those before have half.
const EXACT: usize = 3;
/// Totals smaller than this are left to chance.
const SMALLEST: f64 = 5.0;

/// How near the fitted model's first year comes to its figures.
#[derive(Clone, PartialEq, Debug)]
pub struct Gap {
    /// Largest relative gap, and the measure with it.
    pub largest: f64,
    /// That measure.
    pub measure: &'static str,
    /// Figures within a tenth, of how many.
    pub near: usize,
    /// Figures compared: those of at least five.
    pub of: usize,
}

/// Means of every named measure by year of the run.
pub type ByYear = BTreeMap<String, Vec<f64>>;

/// Means of every named measure by year over at most `years` years of a model text; none if it does not load or run.
///
/// `steady` leaves out that months vary: the same means of flows from fewer replications.
pub fn by_year(text: &str, replications: u64, years: u32, steady: bool) -> Option<ByYear> {
    let mut sources = SourceMap::default();
    let file = sources.add("fitted model", text);
    let mut model = crate::model::load(&sources, file, &[]).ok()?.model;
    model.run.length = model.run.length.min(Span::from_days(365.25 * f64::from(years)));
    if steady {
        // months that vary about their mean change no mean of a flow, only what chance leaves of it
        model.streams.iter_mut().for_each(steadied);
    }
    let network = Network::compile(&model);
    let rows = run(&network, Plan { seed: 1, first: 0, replications }, &Unwatched).ok()?;
    let measured = measure_all(&model, network.layout(), &rows, 0.95);
    let means = |m: &Measured| -> Vec<f64> {
        let mean = |year: ndarray::ArrayView1<'_, f64>| {
            let (sum, n) =
                year.iter().filter(|x| x.is_finite()).fold((0.0, 0u32), |(s, n), x| (s + x, n + 1));
            if n == 0 { f64::NAN } else { sum / f64::from(n) }
        };
        m.years.columns().into_iter().map(mean).collect()
    };
    Some(
        measured
            .iter()
            .filter_map(|m| Some((model.measures.get(m.measure)?.name.clone(), means(m))))
            .collect(),
    )
}

fn steadied(stream: &mut Stream) {
    if let Arrivals::Rate(rate) = &mut stream.arrivals {
        rate.varies = 0.0;
    }
}

/// Moves the fit's numbers until the simulated years give their figures; says how near the first year comes in the end, or
/// none if the model could not be run.
pub(super) fn refine(stats: &Statistics, f: &mut Fitted) -> Option<Gap> {
    let text = |f: &Fitted| model_text(stats, f).ok();
    let referrals = f.aim("referrals", 0).unwrap_or(0.0).max(1.0);
    let replications = ((REFERRALS / referrals) as u64).clamp(REPLICATIONS, MOST_REPLICATIONS);
    let rounds = if f.history { HISTORY_ROUNDS } else { ROUNDS };
    for _ in 0..rounds[0] {
        let got = by_year(&text(f)?, replications, 1, true)?;
        first(f, &got);
    }
    for round in 0..rounds[1] {
        // the last rounds alone need all of them
        let n = if round + EXACT < rounds[1] { replications.div_ceil(2) } else { replications };
        let got = by_year(&text(f)?, n, f.years as u32, true)?;
        later(f, &got);
        held(f, &got);
        first(f, &got);
    }
    gap(f, &by_year(&text(f)?, replications, 1, true)?)
}

/// How far the first simulated year is from its figures.
fn gap(f: &Fitted, got: &ByYear) -> Option<Gap> {
    let one = |aim: &Aim| {
        let wanted = aim.by_year.first().map(|n| n.value).filter(|a| *a >= SMALLEST)?;
        let found = got.get(aim.measure)?.first().copied().filter(|x| x.is_finite())?;
        Some((aim.measure, (found / wanted - 1.0).abs()))
    };
    let all: Vec<(&'static str, f64)> = f.aims.iter().filter_map(one).collect();
    let &(measure, largest) = all.iter().max_by(|a, b| a.1.total_cmp(&b.1))?;
    Some(Gap { largest, measure, near: all.iter().filter(|g| g.1 <= 0.1).count(), of: all.len() })
}

/// The figure of a year over the simulated one, within bounds; 1 for small totals.
fn off(f: &Fitted, got: &ByYear, measure: &str, year: usize) -> f64 {
    match (f.aim(measure, year), got.get(measure).and_then(|years| years.get(year))) {
        (Some(aim), Some(&got)) if aim >= SMALLEST && got > 0.0 => (aim / got).clamp(0.7, 1.4),
        _ => 1.0,
    }
}

/// The same for a share that is to hold in every year: in the years of a series, over all of them.
fn share_off(f: &Fitted, got: &ByYear, measure: &str, share: f64) -> f64 {
    let years = got
        .get(measure)
        .map_or(&[][..], |years| if f.history { years } else { years.get(..1).unwrap_or(years) });
    let got = years.iter().sum::<f64>() / years.len().max(1) as f64;
    if got > 0.005 && share > 0.005 { (share / got).clamp(0.8, 1.25) } else { 1.0 }
}

/// The same for a share of the first year alone.
fn year_off(got: &ByYear, measure: &str, share: f64) -> f64 {
    match got.get(measure).and_then(|years| years.first()) {
        Some(&got) if got > LEAST_SHARE && share > LEAST_SHARE => (share / got).clamp(0.8, 1.25),
        _ => 1.0,
    }
}

fn first(f: &mut Fitted, got: &ByYear) {
    let ratio = |measure: &str| off(f, got, measure, 0);
    let (referrals, s47, conferences) = (ratio("referrals"), ratio("section_47"), ratio("conferences"));
    let (started, plans) = (ratio("plans_started"), ratio("plans"));
    let (cin_plans, care_starts) = (ratio("cin_plans"), ratio("care_starts"));
    let assessments = ratio("assessments");
    let again = share_off(f, got, "rereferrals", f.ratios.again.value);
    let second = share_off(f, got, "second_plans", f.ratios.second.value);
    if let Some(arriving) = f.drift.arriving.first_mut() {
        // about half of a year's referrals are of children who contacted in it for the first time
        moved(arriving, libm::pow(referrals, 1.6));
    }
    let x = &mut f.flows;
    let not_in_need = year_off(got, "not_in_need", f.ratios.not_in_need.value);
    x.assessment_nin = (x.assessment_nin * not_in_need).min(0.85 * x.referral_assessment);
    let closed = x.referral_nfa * year_off(got, "referrals_nfa", f.ratios.nfa.value);
    x.referral_assessment += x.referral_nfa - closed;
    x.referral_nfa = closed;
    // some who come back do so from early help, which is not moved
    let again = libm::pow(again, 1.4);
    f.returns.after_help = f.returns.after_help.times(again).within(0.0, 0.5);
    f.returns.after_no_need = f.returns.after_no_need.times(again).within(0.0, 0.6);
    moved(&mut f.earlier, second);
    let s47 = s47 / referrals;
    for flow in [&mut f.flows.referral_s47, &mut f.flows.assessment_s47, &mut f.flows.cin_s47] {
        *flow *= s47;
    }
    let conferences = conferences / (s47 * referrals);
    f.ratios.conference = f.ratios.conference.times(conferences).within(0.02, 0.93);
    let begun = started;
    let started = started / (conferences * s47 * referrals);
    f.ratios.plan = f.ratios.plan.times(started).within(0.05, 0.985);
    let care = care_starts / referrals;
    let x = &mut f.flows;
    // assessments beyond referrals are of open cases
    let wanted = (assessments / referrals - 1.0) * (x.referral_assessment + x.cin_again);
    x.cin_again = (x.cin_again + 0.8 * wanted).clamp(0.0, 0.75 * x.cin_inflow());
    let (early, review) = (x.early_care * (care - 1.0), x.review_care * (care - 1.0));
    if early < 0.8 * x.early_cin && review < 0.8 * x.review_cin {
        for flow in
            [&mut x.assessment_care, &mut x.s47_care, &mut x.cin_care, &mut x.early_care, &mut x.review_care]
        {
            *flow *= care;
        }
        x.early_cin -= early;
        x.review_cin -= review;
    }
    // in a council of a few children a flow may outgrow what it flows from
    let left = (0.9 - f.ratios.conference.value).max(0.02);
    x.s47_care = x.s47_care.min(0.5 * left * x.enquiries());
    x.assessment_care = x.assessment_care.min(0.2 * x.referral_assessment);
    x.cin_care = x.cin_care.min(0.2 * x.cin_inflow());
    lengths_of_episodes(f, got);
    ages(f, got);
    moving_on(f, got);
    if f.care.asylum.grade >= Grade::Borrowed {
        f.care.asylum = f.care.asylum.times(care_starts.clamp(0.8, 1.25)).within(0.0, 1_000.0);
    }
    // stocks answer only in part within a year, so their stays are moved a little further
    let stay = (plans / begun).powi(2).clamp(0.8, 1.25);
    f.plan.stretched_by(stay);
    f.cin_days = f.cin_days.times(cin_plans).within(15.0, 1_500.0);
    stocks(f, got);
    ended(f, got);
}

/// Lengths of episodes ended: the shortest by how many are closed after an assessment, the longest by how long episodes are
/// kept open.
fn lengths_of_episodes(f: &mut Fitted, got: &ByYear) {
    let years = |name: &str| -> Option<f64> {
        let years = got.get(name)?;
        let years = if f.history { &years[..] } else { years.get(..1)? };
        let sum: f64 = years.iter().filter(|x| x.is_finite()).sum();
        Some(sum / years.len().max(1) as f64)
    };
    let wanted = |band: usize| f.episodes.ended.share.get(band).copied();
    let ended = f.aim("cin_ended", 0).filter(|x| *x >= 10.0 * SMALLEST);
    let (Some(ended), Some(short), Some(long)) =
        (ended, years("cin_ended_band_0"), years("cin_ended_band_4"))
    else {
        return;
    };
    let (Some(want_short), Some(want_long)) = (wanted(0), wanted(4)) else { return };
    let x = &mut f.flows;
    let left = x.assessment_closing + x.assessment_cin;
    let closing = (x.assessment_closing + 0.8 * (want_short - short) * ended).clamp(0.03 * left, 0.85 * left);
    x.assessment_closing = closing;
    x.assessment_cin = left - closing;
    // both kinds of long episodes together, by one factor
    let (kept, disabled) = (f.open.kept / f.kept_years, f.open.disabled / f.disabled_years);
    let going = kept + disabled;
    if going > 0.5 {
        let by = (1.0 + 0.7 * (want_long - long) * ended / going).clamp(0.6, 1.6);
        f.kept_years = (f.kept_years / by).clamp(1.0, MOST_KEPT);
        let years = (f.disabled_years / by).clamp(0.5 * DISABLED_YEARS, 3.0 * DISABLED_YEARS);
        // as many come to the team as go
        let x = &mut f.flows;
        let coming = x.assessment_disabled * f.disabled_years / years;
        x.assessment_cin = (x.assessment_cin + x.assessment_disabled - coming).max(0.0);
        x.assessment_disabled = coming;
        f.disabled_years = years;
    }
}

/// Odds of coming into care by age, until those who start have the ages published.
fn ages(f: &mut Fitted, got: &ByYear) {
    let starts = f.aim("care_starts", 0).unwrap_or(0.0);
    for k in 0..AGES {
        let wanted = f.care.starts_ages.share.get(k).copied().unwrap_or(0.0);
        if wanted * starts >= SMALLEST {
            let by = share_off(f, got, &format!("care_started_age_{k}"), wanted);
            f.readier[k] = (f.readier[k] * by).clamp(0.05, 20.0);
        }
    }
}

/// The share of unaccompanied children who move on, until as many are looked after as published.
fn moving_on(f: &mut Fitted, got: &ByYear) {
    if let (true, Some(beyond)) = (f.moves_on(), asylum_beyond(f, got)) {
        let starting = f.asylum_in(0);
        let share = f.care.moving_on + 0.8 * beyond / starting.max(1.0);
        // never far from what the returns say without the model
        let told = f.care.moving_told;
        f.care.moving_on = share.clamp((told - MOVING_OFF).max(0.02), (told + MOVING_OFF).min(0.95));
    }
}

/// Unaccompanied children looked after at the end of the first year beyond those published.
fn asylum_beyond(f: &Fitted, got: &ByYear) -> Option<f64> {
    let found = got.get("care_asylum")?.first().copied().filter(|x| x.is_finite())?;
    f.care.asylum_next.map(|wanted| found - wanted)
}

/// Closures that no return counts, year by year, until as many ends are counted as published; in the years foreseen they are those
/// of the pooled law.
fn ended(f: &mut Fitted, got: &ByYear) {
    let Some(years) = got.get("cin_ended") else { return };
    let closings = f.flows.closings();
    if closings <= 1.0 {
        return;
    }
    let known = if f.history { years.len() } else { (f.year - f.starts).max(0) as usize };
    let odds = |p: f64| p / (1.0 - p);
    let share = |f: &Fitted, k: usize| {
        let of = odds(f.unseen.closures) * f.drift.unseen.get(k).copied().unwrap_or(1.0);
        of / (1.0 + of)
    };
    let mut shares: Vec<f64> = (0..f.drift.unseen.len()).map(|k| share(f, k)).collect();
    for (k, found) in years.iter().take(known).enumerate() {
        let published = f.aim("cin_ended", k).filter(|x| *x >= SMALLEST);
        if let (Some(aim), Some(own)) = (published, shares.get_mut(k)) {
            *own = (*own + 0.9 * (found - aim) / closings).clamp(LEAST, MOST_OF_CLOSED);
        }
    }
    if let Some(first) = shares.first() {
        f.unseen.closures = *first;
    }
    // what is not published has the pooled law
    let usual = f.unseen.usual.max(LEAST);
    for own in shares.iter_mut().skip(known.max(1)) {
        *own = usual;
    }
    let first = odds(f.unseen.closures);
    f.drift.unseen = shares.iter().map(|p| (odds(*p) / first).clamp(0.002, 500.0)).collect();
}

/// By how much a year's figure exceeds the simulated one; nought for small totals.
fn missing(f: &Fitted, got: &ByYear, measure: &str, year: usize) -> f64 {
    let aim = f.aim(measure, year).unwrap_or(0.0);
    let got = got.get(measure).and_then(|years| years.get(year));
    got.filter(|_| aim >= SMALLEST).map_or(0.0, |got| aim - got)
}

/// What is open besides, by the wait for closure; children in care, by how readily they leave before 18.
fn stocks(f: &mut Fitted, got: &ByYear) {
    let missing = |f: &Fitted, measure: &str, year: usize| missing(f, got, measure, year);
    let others = missing(f, "cin_plans", 0) + missing(f, "plans", 0) + missing(f, "care", 0);
    let closings = f.flows.closings();
    if closings > 1.0 {
        let days = f.closing_days.value + 0.9 * 365.25 * (missing(f, "cin", 0) - others) / closings;
        let days = days.clamp(2.0, 500.0);
        f.closing_days = Number { value: days, low: 0.5 * days, high: 1.6 * days, ..f.closing_days.clone() };
    }
    // those who move on are moved by their own share
    let asylum = if f.moves_on() { asylum_beyond(f, got).unwrap_or(0.0) } else { 0.0 };
    let short = missing(f, "care", 0) - missing(f, "care_starts", 0) + asylum;
    let leaving: f64 =
        f.care.leave.iter().zip(0..).map(|(l, age)| in_care(f, age) * l.iter().sum::<f64>()).sum();
    if leaving > 1.0 {
        let factor = (1.0 - 0.8 * short / leaving).clamp(0.6, 1.5);
        f.care.leave.iter_mut().flatten().for_each(|rate| *rate = (*rate * factor).min(3.0));
    }
}

/// Moves the share of children on case holders' lists until the caseload is that published for September after the last
/// return, half way between the model's two Marches. It is at most all of them: a higher caseload is left unmet.
fn held(f: &mut Fitted, got: &ByYear) {
    let after = (f.year - f.starts).max(0) as usize;
    let (Some(aim), Some(years)) = (f.staff.caseload, got.get("caseload")) else { return };
    let around = [after.checked_sub(1), Some(after)];
    let around: Vec<f64> = around.into_iter().flatten().filter_map(|k| years.get(k).copied()).collect();
    let mean = around.iter().sum::<f64>() / around.len().max(1) as f64;
    if mean > 0.5 {
        f.staff.held = (f.staff.held * aim / mean).clamp(0.6, 1.0);
    }
}

/// Children in care of an age band at the start.
fn in_care(f: &Fitted, age: usize) -> f64 {
    f.care.stock.value * f.care.ages.share.get(age).copied().unwrap_or(0.0)
}

/// Moves the factors by year; what the first year's numbers are about to be moved by is taken out.
fn later(f: &mut Fitted, got: &ByYear) {
    let years = f.drift.arriving.len();
    for k in 1..years {
        let of = |measure: &str, k: usize| off(f, got, measure, k);
        let referrals = of("referrals", k);
        // each ratio relative to the first year's, which is mended in the numbers themselves
        let beside = |top: &str, bottom: &str| of(top, k) / of(bottom, k) * of(bottom, 0) / of(top, 0);
        let s47 = beside("section_47", "referrals");
        let conference = beside("conferences", "section_47");
        let plan = beside("plans_started", "conferences");
        let care = beside("care_starts", "referrals");
        let assessed = beside("assessments", "referrals");
        moved(&mut f.drift.arriving[k], libm::pow(referrals, 1.3));
        moved(&mut f.drift.section_47[k], odds_factor(0.2, s47));
        moved(&mut f.drift.conference[k], odds_factor(f.ratios.conference.value, conference));
        moved(&mut f.drift.plan[k], odds_factor(f.ratios.plan.value, plan));
        moved(&mut f.drift.care[k], care);
        lengths(f, got, k, assessed);
        shares(f, got, k);
    }
}

/// Factors of a year on assessments of open cases and on stays on plans and in care.
#[allow(clippy::too_many_lines, reason = "one lever after the other")]
fn lengths(f: &mut Fitted, got: &ByYear, k: usize, assessed: f64) {
    let x = f.flows;
    if x.cin_again > 0.02 * x.cin_inflow() {
        // assessments of open cases take up all that the others leave
        let part = x.cin_again / (x.cin_again + x.referral_assessment);
        let times = (1.0 + 0.8 * (assessed - 1.0) / part).clamp(0.6, 1.7);
        moved_far(&mut f.drift.again[k], odds_factor(x.cin_again / x.cin_inflow(), times));
    }
    let of = |measure: &str, k: usize| off(f, got, measure, k);
    // no plan ends at a review before the ninth month but few: what begins in a year is open at its end and at the next
    let held = |k: usize| of("plans", k) / of("plans", 0) * (of("plans_started", 0) / of("plans_started", k));
    let next = if k + 1 < f.drift.plan_stay.len() { k + 1 } else { k };
    let plans = libm::pow(held(k), 0.4) * libm::pow(held(next), 0.6);
    // a stock in care answers slowly: each year's stays make up for what the year itself lost
    let care =
        of("care", k) / of("care", k - 1) * libm::pow(of("care_starts", k - 1) / of("care_starts", k), 0.2);
    let cin = of("cin_plans", k) / of("cin_plans", 0);
    let (known, all) = (f.aim("cin_plans", k).is_some_and(|a| a >= SMALLEST), of("cin", k) / of("cin", 0));
    let missing = |k: usize| {
        let one = |measure: &str| missing(f, got, measure, k);
        one("cin") - if known { one("cin_plans") } else { 0.0 } - one("plans") - one("care")
    };
    // what is open and in no other part of the return
    let waiting = f.flows.closings() * f.closing_days.value / 365.25;
    let wait = 1.0 + 0.8 * (missing(k) - missing(0)) / waiting.max(1.0);
    // a quarter to a third of children in need are on plans or wait for closure
    let both = libm::pow(all, 2.0);
    let (cin, wait) = if known { (libm::pow(cin, 1.2), wait) } else { (both, both) };
    moved(&mut f.drift.plan_stay[k], libm::pow(plans, PLAN_MOVES).clamp(0.7, 1.4));
    moved(&mut f.drift.care_stay[k], libm::pow(care, CARE_MOVES).clamp(0.75, 1.33));
    moved(&mut f.drift.cin_stay[k], cin.clamp(0.6, 1.7));
    moved(&mut f.drift.need[k], wait.clamp(0.6, 1.7));
}

/// Shares of referrals without action and not in need, where the years of a series are fitted.
fn shares(f: &mut Fitted, got: &ByYear, k: usize) {
    for (measure, figures) in &f.shares {
        let (Some(&wanted), Some(&found)) =
            (figures.get(k), got.get(*measure).and_then(|years| years.get(k)))
        else {
            continue;
        };
        // what the first year is off by is about to be mended in the numbers themselves
        let share = if *measure == "not_in_need" { f.ratios.not_in_need.value } else { f.ratios.nfa.value };
        let first = year_off(got, measure, share);
        if found <= LEAST_SHARE || wanted <= LEAST_SHARE {
            continue;
        }
        let times = (wanted / found / first).clamp(0.5, 2.0);
        let odds = odds_factor(found, times);
        let factors = if *measure == "not_in_need" { &mut f.drift.not_in_need } else { &mut f.drift.nfa };
        moved(&mut factors[k], odds);
    }
}

/// How much further stays must move than the stocks they keep, as powers: a factor holds for stays that begin in the year,
/// and where stays end at reviews it divides odds.
const PLAN_MOVES: f64 = 1.2;
const CARE_MOVES: f64 = 3.0;
/// Shares smaller than this are left to chance.
const LEAST_SHARE: f64 = 0.001;
