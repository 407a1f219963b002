//! One council, fitted.

use super::borrow::{Reader, Shares};
use super::care::{self, Care};
use super::demand::{self, Season};
use super::draws::draw;
use super::flows::{DISABLED_YEARS, Flows, Returns, Year, returns};
use super::number::{Grade, Number};
use super::plan::{self, PlanLaw};
use super::refine::refine;
use crate::calibrate::data::Statistics;
use crate::calibrate::outlook::{MEASURES, Outlook};
use crate::model::draws::Draws;

/// Years a fitted model runs.
pub const YEARS: i32 = 5;

/// Measures of the model file whose first year is moved to what is foreseen, with their indicators.
const AIMS: [(&str, &str); 9] = [
    ("referrals", "referrals"),
    ("section_47", "s47"),
    ("conferences", "icpc"),
    ("plans_started", "cpp_starts"),
    ("plans", "cpp_at_31_march"),
    ("cin", "cin_at_31_march"),
    ("cin_plans", "cin_plan_at_31_march"),
    ("care_starts", "cla_starts"),
    ("care", "cla_at_31_march"),
];

/// Bands of assessments by length in working days.
pub const ASSESSED: [(&str, &str); 9] = [
    ("assess_same_day", "1 working day"),
    ("assess_1_10wd", "10 working days"),
    ("assess_11_20wd", "20 working days"),
    ("assess_21_30wd", "30 working days"),
    ("assess_31_40wd", "40 working days"),
    ("assess_41_45wd", "45 working days"),
    ("assess_46_50wd", "50 working days"),
    ("assess_51_60wd", "60 working days"),
    ("assess_61plus_wd", "90 working days"),
];
/// Bands of conferences by working days from the strategy discussion.
pub const CONFERRED: [&str; 4] =
    ["s47_to_icpc_0_10wd", "s47_to_icpc_11_15wd", "s47_to_icpc_16_20wd", "s47_to_icpc_21plus_wd"];

/// What was fitted to one council's published figures up to a year.
#[derive(Clone, Debug)]
pub struct Fitted {
    /// Index of the council.
    pub area: usize,
    /// Its name.
    pub name: String,
    /// Its code.
    pub code: String,
    /// The release of the statistics.
    pub release: String,
    /// The last year used; the model starts on 1 April of it.
    pub year: i32,
    /// Referrals foreseen in each of the coming years.
    pub referrals: Vec<Number>,
    /// Counts as published or borrowed: (indicator, number).
    pub counts: Vec<(&'static str, Number)>,
    /// Section 47 enquiries a referral, conferences an enquiry, plans a conference; shares no further action, not in
    /// need, re-referred, and plans that are second or later.
    pub ratios: Ratios,
    /// The coming year's flows, balanced.
    pub flows: Flows,
    /// Coming back.
    pub returns: Returns,
    /// How long plans last.
    pub plan: PlanLaw,
    /// Care.
    pub care: Care,
    /// Months.
    pub season: Season,
    /// Month-to-month variation.
    pub varies: Number,
    /// Shares of arrivals by age and their note.
    pub ages: ([f64; 7], String),
    /// Lengths of assessments.
    pub assessments: Shares,
    /// Lengths from strategy discussion to conference.
    pub conferences: Shares,
    /// 31 March, in children.
    pub open: Open,
    /// Mean stay on a child in need plan (locality teams), in days.
    pub cin_days: Number,
    /// Mean days from the end of work to closure.
    pub closing_days: Number,
    /// What is foreseen for the first year: (measure of the model file, figure).
    pub aims: Vec<(&'static str, f64)>,
    /// Factor on new arrivals, found by simulating the first year.
    pub arriving: f64,
    /// Largest relative gap between the first simulated year and what is foreseen, before the last round of moving
    /// numbers; none if it was not simulated.
    pub gap: Option<f64>,
    /// Posterior draws, as values that replace those of the model file.
    pub draws: Draws,
}

/// Shares that carry children from one stage to the next.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Ratios {
    pub section_47: Number,
    pub conference: Number,
    pub plan: Number,
    pub nfa: Number,
    pub not_in_need: Number,
    pub again: Number,
    pub second: Number,
}

/// Children open on 31 March, by stage.
#[derive(Clone, Copy, PartialEq, Debug)]
#[allow(missing_docs)]
pub struct Open {
    pub all: f64,
    pub assessment: f64,
    pub reassessment: f64,
    pub section_47: f64,
    pub cin: f64,
    pub disabled: f64,
    pub plans: f64,
    pub closing: f64,
    pub care: f64,
    pub leavers: f64,
}

/// The last year, not after `upto`, for which a council's own children in need are published; if they are not published
/// in the four years to the newest, the last year in which most councils' are.
pub fn latest_year(stats: &Statistics, area: usize, upto: i32) -> i32 {
    let councils = stats.councils();
    let published = |a: usize, y: i32| stats.value("cin_at_31_march", a, y).is_some();
    let last_of =
        |a: &usize| stats.series("cin_at_31_march", *a)?.values().map(|v| v.0).filter(|&y| y <= upto).last();
    let Some(last) = councils.iter().filter_map(last_of).max() else { return upto.min(stats.last_year()) };
    let most = |y: &i32| 2 * councils.iter().filter(|a| published(**a, *y)).count() >= councils.len();
    let own = (last - 3..=last).rev().find(|y| published(area, *y));
    own.or_else(|| (last - 3..=last).rev().find(most)).unwrap_or(last)
}

/// Fits one council to its published figures up to `upto` and no later.
pub fn fit(stats: &Statistics, area: usize, upto: i32) -> Fitted {
    let year = latest_year(stats, area, upto);
    let outlook = Outlook::learn(stats, &MEASURES, year, YEARS);
    fit_with(stats, area, year, &outlook)
}

/// The same with what was learnt from all councils up to `year`, which is slow to learn and the same for all.
pub fn fit_with(stats: &Statistics, area: usize, year: i32, outlook: &Outlook) -> Fitted {
    let mut fitted = fit_by_balance(stats, area, year, outlook);
    fitted.gap = refine(stats, &mut fitted);
    fitted.draws = draw(stats, outlook, &fitted);
    fitted
}

/// The fit by stock and flow alone, without simulating the first year: quick, and some 5 % off in places.
pub fn fit_by_balance(stats: &Statistics, area: usize, year: i32, outlook: &Outlook) -> Fitted {
    let reader = Reader::new(stats, area, year);
    let ahead = |measure: &str, horizon: i32| foresee(&reader, outlook, measure, horizon);
    let referrals: Vec<Number> = (1..=YEARS).map(|h| ahead("referrals", h)).collect();
    let counts = counts(&reader);
    let now = |name: &str| {
        counts.iter().find(|c| c.0 == name).map(|c| c.1.clone()).unwrap_or_else(|| reader.count(name))
    };
    let ratios = ratios(&reader, &ahead, &now);
    let first = referrals.first().map_or(0.0, |n| n.value);
    let care = care::fit(&reader, &ahead("cla_starts", 1), ahead("cla_at_31_march", 1).value);
    let plans = (first * ratios.section_47.value * ratios.conference.value * ratios.plan.value).max(0.0);
    let next_plans = ahead("cpp_at_31_march", 1).value;
    let plan = plan::fit(&reader, if plans > 0.0 { next_plans / plans } else { 0.8 });
    let year_ahead = Year {
        referrals: first,
        nfa: ratios.nfa.value,
        not_in_need: ratios.not_in_need.value,
        assessments: ahead("assessments_completed", 1).value,
        section_47: first * ratios.section_47.value,
        conferences: first * ratios.section_47.value * ratios.conference.value,
        plans,
        care: care.starts.value,
        short: short_share(&reader),
        disabled: now("b3.N2_Childs_disability_or_illness").value,
        cin_plans: now("cin_plan_at_31_march").value,
        early: plan.early,
        left_care: left_care(&care),
    };
    let flows = Flows::balance(&year_ahead);
    let back = returns(&flows, &ratios.again);
    let assessments = reader.shares(&ASSESSED.map(|a| a.0));
    let open = open(&year_ahead, &flows, &assessments, &care, &now, ahead("cpp_at_31_march", 1).value);
    let season = demand::season(&reader);
    let new_share = if first > 0.0 { (1.0 - back.flow / first).clamp(0.1, 1.0) } else { 1.0 };
    let (cin_days, closing_days) = stays(&open, &flows, &now("cin_plan_at_31_march"));
    let mut fitted = Fitted {
        area,
        name: stats.areas.get(area).map(|a| a.name.clone()).unwrap_or_default(),
        code: stats.areas.get(area).map(|a| a.code.clone()).unwrap_or_default(),
        release: stats.release.clone(),
        year,
        varies: demand::varies(&reader, &season, new_share),
        ages: demand::ages(&reader),
        conferences: reader.shares(&CONFERRED),
        referrals,
        counts,
        ratios,
        flows,
        returns: back,
        plan,
        care,
        season,
        assessments,
        open,
        cin_days,
        closing_days,
        aims: AIMS.iter().map(|&(measure, indicator)| (measure, ahead(indicator, 1).value)).collect(),
        arriving: 1.0,
        gap: None,
        draws: Draws::default(),
    };
    fitted.draws = draw(stats, outlook, &fitted);
    fitted
}

/// A figure `horizon` years ahead: as the outlook has it, or the borrowed level where the council's own is missing.
fn foresee(reader: &Reader<'_>, outlook: &Outlook, measure: &str, horizon: i32) -> Number {
    let level = reader.count(measure);
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

fn counts(reader: &Reader<'_>) -> Vec<(&'static str, Number)> {
    const COUNTS: [&str; 18] = [
        "referrals",
        "referrals_nfa",
        "referrals_assessed_not_in_need",
        "re_referrals",
        "assessments_completed",
        "s47",
        "icpc",
        "cpp_starts",
        "cpp_second_or_subsequent",
        "cpp_at_31_march",
        "cin_at_31_march",
        "cin_plan_at_31_march",
        "cin_plan_starts",
        "cin_ended_episodes",
        "cla_starts",
        "cla_ends",
        "cla_at_31_march",
        "b3.N2_Childs_disability_or_illness",
    ];
    COUNTS.iter().map(|&name| (name, reader.count(name))).collect()
}

fn ratios(
    reader: &Reader<'_>,
    ahead: &impl Fn(&str, i32) -> Number,
    now: &impl Fn(&str) -> Number,
) -> Ratios {
    let next = |top: &str, bottom: &str| {
        let r = reader.ratio(&ahead(top, 1), &ahead(bottom, 1), (top, bottom));
        let note = format!(
            "{:.0} of {:.0} foreseen; {:.0} of {:.0} last year",
            ahead(top, 1).value,
            ahead(bottom, 1).value,
            now(top).value,
            now(bottom).value
        );
        Number { note, ..r }
    };
    let last = |top: &str, bottom: &str| reader.ratio(&now(top), &now(bottom), (top, bottom));
    Ratios {
        section_47: next("s47", "referrals").within(0.005, 0.95),
        conference: next("icpc", "s47").within(0.05, 0.9),
        plan: next("cpp_starts", "icpc").within(0.3, 0.98),
        nfa: last("referrals_nfa", "referrals").within(0.0, 0.8),
        not_in_need: last("referrals_assessed_not_in_need", "referrals").within(0.0, 0.7),
        again: last("re_referrals", "referrals").within(0.01, 0.45),
        second: last("cpp_second_or_subsequent", "cpp_starts").within(0.02, 0.6),
    }
}

/// Share of ended episodes that lasted 3 months or less.
fn short_share(reader: &Reader<'_>) -> f64 {
    const ENDED: [&str; 5] = [
        "b5.3_months_or_less",
        "b5.more_than_3_months_6_months",
        "b5.more_than_6_months_less_than_1_year",
        "b5.1_year_less_than_2_years",
        "b5.2years+",
    ];
    reader.shares(&ENDED).share.first().copied().unwrap_or(0.4)
}

fn left_care(care: &Care) -> f64 {
    let rate = |k: usize| care.leave.get(k).map_or(0.0, |l| l[1] + l[2]);
    (0..care::AGES).map(|k| care.stock.value * care.ages.share.get(k).copied().unwrap_or(0.0) * rate(k)).sum()
}

/// Takes the official children in need apart.
fn open(
    y: &Year,
    f: &Flows,
    lengths: &Shares,
    care: &Care,
    now: &impl Fn(&str) -> Number,
    plans: f64,
) -> Open {
    const MIDDLE: [f64; 9] = [0.5, 5.5, 15.0, 25.0, 35.0, 42.5, 47.5, 55.0, 75.0];
    let days: f64 = lengths.share.iter().zip(MIDDLE).map(|(s, d)| s * d).sum();
    let assessment = f.referral_assessment * days / 253.0;
    let reassessment = f.cin_again * days / 253.0;
    let section_47 = f.enquiries() * 10.0 / 253.0;
    let held = now("cin_plan_at_31_march").value;
    let disabled = (0.8 * y.disabled).min(0.5 * held).min(f.assessment_disabled * DISABLED_YEARS);
    let cin = (held - disabled).max(0.0);
    let plans_now = now("cpp_at_31_march").value;
    let plans_now = if plans_now > 0.0 { plans_now } else { plans.max(0.0) };
    let all = now("cin_at_31_march").value;
    let known = assessment + reassessment + section_47 + held + plans_now + care.stock.value;
    let left = (all - known).max(0.0);
    let leavers = (3.0 * care.turn_18).min(0.6 * left);
    let closing = left - leavers;
    let all = known + left;
    Open {
        all,
        assessment,
        reassessment,
        section_47,
        cin,
        disabled,
        plans: plans_now,
        closing,
        care: care.stock.value,
        leavers,
    }
}

/// Mean days on a child in need plan and from the end of work to closure, from stock and flow.
fn stays(open: &Open, f: &Flows, plans: &Number) -> (Number, Number) {
    let days = |stock: f64, flow: f64, usual: f64| if flow > 0.5 { 365.25 * stock / flow } else { usual };
    let cin = days(open.cin, f.cin_inflow(), 180.0).clamp(20.0, 900.0);
    let cin = Number {
        value: cin,
        low: 0.8 * cin,
        high: 1.25 * cin,
        grade: Grade::Derived,
        source: plans.source.clone(),
        note: format!("{:.0} open over {:.0} a year coming in; {}", open.cin, f.cin_inflow(), plans.note),
    };
    let closing = days(open.closing, f.closings(), 30.0).clamp(5.0, 365.0);
    let note = format!(
        "{:.0} of {:.0} children in need are in no other part of the return, over {:.0} closing a year",
        open.closing,
        open.all,
        f.closings()
    );
    (cin, Number { note, ..Number::assumed(closing, 0.5 * closing, 1.6 * closing, "") })
}
