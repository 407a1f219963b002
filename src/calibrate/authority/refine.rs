//! Closing the loop: the fitted model is simulated for its first year and its numbers moved until the year's totals
//! are those foreseen. The closed-form balance cannot see ages, delays and what is under way at the start.

use super::fit::Fitted;
use super::text::model_text;
use crate::base::diag::SourceMap;
use crate::base::time::Span;
use crate::calibrate::data::Statistics;
use crate::engine::Network;
use crate::experiment::measures::measure_all;
use crate::experiment::run::{Plan, Unwatched, run};
use std::collections::BTreeMap;

/// Rounds of moving numbers.
const ROUNDS: usize = 3;
/// Replications a round; the same random numbers each round.
const REPLICATIONS: u64 = 12;
/// Totals smaller than this are left to chance.
const SMALLEST: f64 = 20.0;

/// Means of every named measure over the first year of a model text; none if it does not load or run.
pub fn first_year(text: &str, replications: u64) -> Option<BTreeMap<String, f64>> {
    let mut sources = SourceMap::default();
    let file = sources.add("fitted model", text);
    let mut model = crate::model::load(&sources, file, &[]).ok()?.model;
    model.run.length = model.run.length.min(Span::from_days(365.0));
    model.run.by_age = false;
    let network = Network::compile(&model);
    let rows = run(&network, Plan { seed: 1, first: 0, replications }, &Unwatched).ok()?;
    let measured = measure_all(&model, network.layout(), &rows, 0.95);
    let mean = |m: &crate::experiment::measures::Measured| {
        let year = m.years.columns().into_iter().next()?;
        let present: Vec<f64> = year.iter().copied().filter(|x| x.is_finite()).collect();
        (!present.is_empty()).then(|| present.iter().sum::<f64>() / present.len() as f64)
    };
    Some(
        measured
            .iter()
            .filter_map(|m| Some((model.measures.get(m.measure)?.name.clone(), mean(m)?)))
            .collect(),
    )
}

/// Moves the fit's numbers until the first simulated year gives what is foreseen for it; says how near it came, as the
/// largest relative gap, or none if the model could not be run.
pub(super) fn refine(stats: &Statistics, f: &mut Fitted) -> Option<f64> {
    let mut gap = None;
    for _ in 0..ROUNDS {
        let got = first_year(&model_text(stats, f), REPLICATIONS)?;
        gap = Some(adjust(f, &got));
    }
    gap
}

/// Foreseen over simulated, within bounds; 1 for small totals.
fn off(f: &Fitted, got: &BTreeMap<String, f64>, measure: &str) -> f64 {
    let aim = f.aims.iter().find(|a| a.0 == measure).map_or(0.0, |a| a.1);
    match got.get(measure) {
        Some(&got) if aim >= SMALLEST && got > 0.0 => (aim / got).clamp(0.7, 1.4),
        _ => 1.0,
    }
}

fn adjust(f: &mut Fitted, got: &BTreeMap<String, f64>) -> f64 {
    let ratio = |measure: &str| off(f, got, measure);
    let (referrals, s47, conferences) = (ratio("referrals"), ratio("section_47"), ratio("conferences"));
    let (started, plans) = (ratio("plans_started"), ratio("plans"));
    let (cin_plans, care_starts) = (ratio("cin_plans"), ratio("care_starts"));
    let all =
        [referrals, s47, conferences, started, plans, cin_plans, care_starts, ratio("cin"), ratio("care")];
    let gap = all.iter().map(|r| (r - 1.0).abs()).fold(0.0, f64::max);
    f.arriving = (f.arriving * referrals).clamp(0.5, 2.0);
    let s47 = s47 / referrals;
    for flow in [&mut f.flows.referral_s47, &mut f.flows.assessment_s47, &mut f.flows.cin_s47] {
        *flow *= s47;
    }
    let conferences = conferences / (s47 * referrals);
    f.ratios.conference = f.ratios.conference.times(conferences).within(0.02, 0.93);
    let started = started / (conferences * s47 * referrals);
    f.ratios.plan = f.ratios.plan.times(started).within(0.05, 0.985);
    let care = care_starts / referrals;
    let x = &mut f.flows;
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
    // stocks answer only in part within a year, so their stays are moved a little further
    let stay = (plans / all[3]).powi(2).clamp(0.8, 1.25);
    f.plan.stretched_by(stay);
    f.cin_days = f.cin_days.times(cin_plans).within(15.0, 1_500.0);
    stocks(f, got);
    gap
}

/// What is open besides, by the wait for closure; children in care, by how readily they leave before 18.
fn stocks(f: &mut Fitted, got: &BTreeMap<String, f64>) {
    let missing = |f: &Fitted, measure: &str| {
        let aim = f.aims.iter().find(|a| a.0 == measure).map_or(0.0, |a| a.1);
        got.get(measure).filter(|_| aim >= SMALLEST).map_or(0.0, |got| aim - got)
    };
    let others = missing(f, "cin_plans") + missing(f, "plans") + missing(f, "care");
    let closings = f.flows.closings();
    if closings > 1.0 {
        let days = f.closing_days.value + 0.9 * 365.25 * (missing(f, "cin") - others) / closings;
        f.closing_days = f.closing_days.times(days / f.closing_days.value.max(1.0)).within(2.0, 500.0);
    }
    let short = missing(f, "care") - missing(f, "care_starts");
    let share = |k: usize| f.care.ages.share.get(k).copied().unwrap_or(0.0);
    let leaving: f64 = f
        .care
        .leave
        .iter()
        .enumerate()
        .map(|(k, l)| f.care.stock.value * share(k) * l.iter().sum::<f64>())
        .sum();
    if leaving > 1.0 {
        let factor = (1.0 - short / leaving).clamp(0.6, 1.5);
        f.care.leave.iter_mut().flatten().for_each(|rate| *rate = (*rate * factor).min(3.0));
    }
}
