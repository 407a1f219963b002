//! One council, fitted.

use super::aim::{Aim, aims};
use super::borrow::{Reader, Shares};
use super::care::{self, Care};
use super::demand::{self, Season};
use super::draws::draw;
use super::drift::Drift;
use super::episodes::Episodes;
use super::flows::{DISABLED_YEARS, Flows, Returns, Year, returns};
use super::front::Front;
use super::local::Local;
use super::number::{Grade, Number};
use super::plan::{self, PlanLaw};
use super::referrers;
use super::refine::{Gap, refine};
use super::staffing::{self, Staffing};
use super::unseen::{MIDDLE, Unseen, WORKING_DAYS};
use crate::calibrate::data::Statistics;
use crate::calibrate::outlook::{MEASURES, Outlook};
use crate::model::draws::Draws;

/// Years that a fitted model foresees.
pub const YEARS: i32 = 5;

/// How a council is fitted.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Start on 1 April after the last return and foresee from there; otherwise a check year comes first: the model starts
    /// a year earlier, and its first year is fitted to the last return.
    pub from_now: bool,
    /// What the council knows itself, laid over what is published.
    pub local: Option<Local>,
    /// Start on 1 April of this year and end with the last return: the years of the series, without staff or local file.
    pub since: Option<i32>,
    /// Years foreseen, if not [`YEARS`].
    pub ahead: Option<i32>,
}

/// Mean years that an episode kept open stays so, before it is set to episodes ended: judgement.
const KEPT_YEARS: f64 = 4.0;
/// Fewest days from the end of work to closure, on average.
const LEAST_CLOSING: f64 = 20.0;

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
    /// The last year used.
    pub year: i32,
    /// The model starts on 1 April of this year: the year before the last year used, if a check year comes first.
    pub starts: i32,
    /// Years the model runs.
    pub years: i32,
    /// Counts as published or borrowed: (indicator, number).
    pub counts: Vec<(&'static str, Number)>,
    /// Section 47 enquiries a referral, conferences an enquiry, plans a conference; shares no further action, not in
    /// need, re-referred, and plans that are second or later.
    pub ratios: Ratios,
    /// The first year's flows, balanced.
    pub flows: Flows,
    /// Contacts and early help that bring the first year's referrals.
    pub front: Front,
    /// What no return counts.
    pub unseen: Unseen,
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
    /// Shares of referrals by who refers.
    pub referrers: Shares,
    /// Lengths of episodes of need.
    pub episodes: Episodes,
    /// Mean years that an episode kept open without a plan stays so.
    pub kept_years: f64,
    /// Mean years with the disabled children's team.
    pub disabled_years: f64,
    /// How much readier for care children of each age band of care's returns are, beside the usual.
    pub readier: [f64; care::AGES],
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
    /// Social workers who hold cases.
    pub staff: Staffing,
    /// What each year should come to: published where it is, otherwise foreseen.
    pub aims: Vec<Aim>,
    /// Factors by year, found by simulating the model.
    pub drift: Drift,
    /// Factor on the share of new children who had a plan before.
    pub earlier: f64,
    /// The years of the series and no others: flows alone, without staff.
    pub history: bool,
    /// Unaccompanied children by year, where the years of a series are fitted.
    pub asylum: Vec<f64>,
    /// The share of them who move on within weeks, by year, where the years of a series are fitted.
    pub moving_on: Vec<f64>,
    /// Shares of referrals by year, where the years of a series are fitted: measure and figures.
    pub shares: Vec<(&'static str, Vec<f64>)>,
    /// Teams of the localities, of equal size.
    pub localities: u32,
    /// What the council knows itself.
    pub local: Option<Local>,
    /// How near the first simulated year comes to its figures; none if it was not simulated.
    pub gap: Option<Gap>,
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
    pub kept: f64,
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
    fit_with(stats, area, year, &outlook, &Settings::default())
}

/// The same with what was learnt from all councils up to `year`, which is slow to learn and the same for all.
pub fn fit_with(
    stats: &Statistics,
    area: usize,
    year: i32,
    outlook: &Outlook,
    settings: &Settings,
) -> Fitted {
    let mut fitted = fit_by_balance(stats, area, year, outlook, settings);
    fitted.gap = refine(stats, &mut fitted);
    fitted.draws = draw(stats, outlook, &fitted);
    fitted
}

/// The fit by stock and flow alone, without simulating: quick, and some 5 % off in places.
pub fn fit_by_balance(
    stats: &Statistics,
    area: usize,
    year: i32,
    outlook: &Outlook,
    settings: &Settings,
) -> Fitted {
    let starts = if settings.from_now { year } else { year - 1 };
    let starts = settings.since.unwrap_or(starts);
    let years = if settings.since.is_some() {
        year - starts
    } else {
        settings.ahead.unwrap_or(YEARS) + year - starts
    };
    let reader = Reader::new(stats, area, year);
    // the state at the start may lie a year before the last return
    let before = Reader::new(stats, area, starts);
    // flows of the first year are its own, and so are those of the year before where the last return is the start
    let opening = Reader::new(stats, area, (starts + 1).min(year));
    let aims = aims(stats, area, starts, year, years, outlook);
    let first = |indicator: &str| {
        aims.iter().find(|a| a.indicator == indicator).and_then(|a| a.by_year.first().cloned())
    };
    let first = |indicator: &str| first(indicator).unwrap_or_else(|| reader.count(indicator));
    let counts = counts(&reader);
    let now = |name: &str| {
        counts.iter().find(|c| c.0 == name).map(|c| c.1.clone()).unwrap_or_else(|| reader.count(name))
    };
    let at_start = |name: &str| carried_back(&before, &reader, name);
    let ratios = ratios(&reader, &opening, &first, &now);
    let referrals = first("referrals").value;
    let care = care::fit(&reader, &opening, &before, &first("cla_starts"), first("cla_at_31_march").value);
    let plans = (referrals * ratios.section_47.value * ratios.conference.value * ratios.plan.value).max(0.0);
    let next_plans = first("cpp_at_31_march").value;
    let plan = plan::fit(&reader, &before, if plans > 0.0 { next_plans / plans } else { 0.8 });
    let assessments = reader.pooled(&ASSESSED.map(|a| a.0));
    let carried = Unseen::fit(&reader, &assessments, 0.0).carried;
    let asylum = care.asylum.value.min(0.5 * referrals);
    let first_year = Year {
        referrals,
        nfa: ratios.nfa.value,
        not_in_need: ratios.not_in_need.value,
        carried,
        asylum,
        assessments: first("assessments_completed").value,
        section_47: referrals * ratios.section_47.value,
        conferences: referrals * ratios.section_47.value * ratios.conference.value,
        plans,
        care: care.starts.value,
        short: short_share(&reader),
        disabled: at_start("b3.N2_Childs_disability_or_illness").value,
        cin_plans: at_start("cin_plan_at_31_march").value,
        early: plan.early,
        left_care: left_care(&care),
    };
    let flows = Flows::balance(&first_year);
    let back = returns(&flows, &ratios.again);
    let unseen = Unseen::fit(&reader, &assessments, flows.closings());
    let front = Front::balance(&flows, (referrals - back.flow - asylum).max(0.1 * referrals));
    let episodes = Episodes::fit(&reader, &before);
    let open = open(&first_year, &flows, &assessments, &care, &episodes, &at_start, next_plans);
    let season = demand::season(&reader);
    let new_share = if referrals > 0.0 { (0.225 * front.contacts / referrals).clamp(0.1, 1.0) } else { 1.0 };
    let (cin_days, closing_days) = stays(&open, &flows, &at_start("cin_plan_at_31_march"));
    let localities = settings.local.as_ref().map_or(1, |l| l.localities);
    let mut fitted = Fitted {
        area,
        name: stats.areas.get(area).map(|a| a.name.clone()).unwrap_or_default(),
        code: stats.areas.get(area).map(|a| a.code.clone()).unwrap_or_default(),
        release: stats.release.clone(),
        year,
        starts,
        years,
        varies: demand::varies(&reader, &season, new_share),
        ages: demand::ages(&reader),
        conferences: reader.pooled(&CONFERRED),
        referrers: referrers::fit(&reader),
        episodes,
        kept_years: KEPT_YEARS,
        disabled_years: DISABLED_YEARS,
        readier: [1.0; care::AGES],
        staff: staffing::fit(&reader, &open),
        counts,
        ratios,
        flows,
        front,
        unseen,
        returns: back,
        plan,
        care,
        season,
        assessments,
        open,
        cin_days,
        closing_days,
        drift: Drift::level(years as usize),
        earlier: 1.0,
        history: settings.since.is_some(),
        asylum: Vec::new(),
        moving_on: Vec::new(),
        shares: Vec::new(),
        localities,
        local: settings.local.clone(),
        aims,
        gap: None,
        draws: Draws::default(),
    };
    fitted.draws = draw(stats, outlook, &fitted);
    fitted
}

impl Fitted {
    /// Whether unaccompanied children come in any year.
    pub(super) fn has_asylum(&self) -> bool {
        self.care.asylum.value >= 0.05 || self.asylum.iter().any(|x| *x >= 0.05)
    }

    /// Of those who turn 18 in care, the share who stay open as care leavers: as many as children in need leave room for.
    pub(super) fn staying_leavers(&self) -> f64 {
        let all = 3.0 * self.care.turn_18;
        let share = if all >= 1.0 { self.open.leavers / all } else { 1.0 };
        if share < 0.97 { share.max(0.01) } else { 1.0 }
    }

    /// Whether some episodes are kept open without a plan.
    pub(super) fn keeps_open(&self) -> bool {
        self.open.kept >= 1.0
    }

    /// Of those whose work ends, the share whose episode is kept open: as many come as are closed. Those who turn 18
    /// are not replaced, so that the stock runs down.
    pub(super) fn kept_share(&self) -> f64 {
        let coming = self.open.kept / self.kept_years.max(0.1);
        // some are closed and counted
        let most = (0.9 * (1.0 - self.unseen.closures)).clamp(1e-3, 0.4);
        if self.keeps_open() { (coming / self.flows.closings().max(1e-9)).clamp(1e-3, most) } else { 0.0 }
    }

    /// Unaccompanied children of a year of the run (0 is the first): the year's own in a series; in years foreseen as the same
    /// share of children starting to be looked after.
    pub(super) fn asylum_in(&self, year: usize) -> f64 {
        let first = self.aim("care_starts", 0).filter(|x| *x > 0.0);
        let foreseen = || {
            let by = first.zip(self.aim("care_starts", year)).map_or(1.0, |(first, now)| now / first);
            self.care.asylum.value * by
        };
        self.asylum.get(year).copied().unwrap_or_else(foreseen)
    }

    /// Whether unaccompanied children move on to other councils within weeks.
    pub(super) fn moves_on(&self) -> bool {
        self.has_asylum() && self.care.moving_on > 0.0
    }

    /// What a measure of the model file should come to in a year of the run (0 is the first); none if it is not aimed at.
    pub fn aim(&self, measure: &str, year: usize) -> Option<f64> {
        let aim = self.aims.iter().find(|a| a.measure == measure)?;
        aim.by_year.get(year).map(|n| n.value)
    }
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

/// A count at the start; one that was not yet collected then has the share of its whole that it has in its first year.
fn carried_back(before: &Reader<'_>, last: &Reader<'_>, name: &str) -> Number {
    let own = before.count(name);
    if own.grade < Grade::Assumed || name != "cin_plan_at_31_march" {
        return own;
    }
    let at = |n: &str, y: i32| last.stats.value(n, last.area, y);
    let share = |y: i32| Some((at(name, y)? / at("cin_at_31_march", y).filter(|&x| x > 0.0)?, y));
    let found = (before.year + 1..=last.year).find_map(share);
    let (share, note) = match found {
        Some((share, y)) => (share, format!("not collected then: {y}'s share of children in need")),
        None => {
            let (part, all) = (last.count(name).value, last.count("cin_at_31_march").value.max(1.0));
            (part / all, "not collected then: the last year's share of children in need".to_string())
        }
    };
    let value = share.clamp(0.0, 0.9) * before.count("cin_at_31_march").value;
    Number {
        value,
        low: 0.75 * value,
        high: 1.3 * value,
        grade: Grade::Borrowed,
        source: last.count(name).source,
        note,
    }
}

fn ratios(
    reader: &Reader<'_>,
    opening: &Reader<'_>,
    first: &impl Fn(&str) -> Number,
    now: &impl Fn(&str) -> Number,
) -> Ratios {
    let next = |top: &str, bottom: &str| {
        let r = reader.ratio(&first(top), &first(bottom), (top, bottom));
        let note = format!(
            "{:.0} of {:.0} in the first year; {:.0} of {:.0} in the year to March {}",
            first(top).value,
            first(bottom).value,
            now(top).value,
            now(bottom).value,
            reader.year
        );
        Number { note, ..r }
    };
    let of_first =
        |top: &str, bottom: &str| reader.ratio(&opening.count(top), &opening.count(bottom), (top, bottom));
    let pool = |top: &str, bottom: &str| reader.pooled_ratio(&now(top), &now(bottom), (top, bottom));
    Ratios {
        section_47: next("s47", "referrals").within(0.005, 0.95),
        conference: next("icpc", "s47").within(0.05, 0.9),
        plan: next("cpp_starts", "icpc").within(0.3, 0.98),
        nfa: of_first("referrals_nfa", "referrals").within(0.0, 0.8),
        not_in_need: of_first("referrals_assessed_not_in_need", "referrals").within(0.0, 0.7),
        again: pool("re_referrals", "referrals").within(0.01, 0.45),
        second: pool("cpp_second_or_subsequent", "cpp_starts").within(0.02, 0.6),
    }
}

/// Share of ended episodes that lasted 3 months or less.
fn short_share(reader: &Reader<'_>) -> f64 {
    reader.pooled(&super::episodes::ENDED).share.first().copied().unwrap_or(0.4)
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
    episodes: &Episodes,
    now: &impl Fn(&str) -> Number,
    plans: f64,
) -> Open {
    let days: f64 = lengths.share.iter().zip(MIDDLE).map(|(s, d)| s * d).sum();
    // what is under way at the start came from the referrals of the year before it
    let then = now("referrals").value;
    let busier = if y.referrals > 0.0 && then > 0.0 { (then / y.referrals).clamp(0.5, 2.0) } else { 1.0 };
    let assessment = busier * f.referral_assessment * days / WORKING_DAYS;
    let reassessment = busier * f.cin_again * days / WORKING_DAYS;
    let section_47 = busier * f.enquiries() * 10.0 / WORKING_DAYS;
    let plans_now = now("cpp_at_31_march").value;
    let plans_now = if plans_now > 0.0 { plans_now } else { plans.max(0.0) };
    let all = now("cin_at_31_march").value;
    // parts may come from different years or from neighbours: those on plans are no more than the rest of the children
    let besides = plans_now + care.stock.value + assessment + reassessment + section_47;
    let on_plans = now("cin_plan_at_31_march");
    let most = if on_plans.grade >= Grade::Borrowed { (all - besides).max(0.1 * all) } else { f64::INFINITY };
    let held = on_plans.value.min(most);
    let disabled = (0.8 * y.disabled).min(0.5 * held).min(f.assessment_disabled * DISABLED_YEARS);
    let cin = (held - disabled).max(0.0);
    let known = assessment + reassessment + section_47 + held + plans_now + care.stock.value;
    let left = (all - known).max(0.0);
    let leavers = (3.0 * care.turn_18).min(0.6 * left);
    let besides = left - leavers;
    let (cin_known, care_known) = (cin, care.stock.value);
    let long = [
        ("child_in_need", cin_known),
        ("disabled", disabled),
        ("child_protection", plans_now),
        ("care", care_known),
        ("care_leaver", leavers),
    ];
    // the work of most children ends before their episode does: some weeks of that at least
    let weeks = f.closings() * LEAST_CLOSING / 365.25;
    let kept = episodes.kept(known + left, &long, besides).min((besides - weeks).max(0.0));
    let closing = besides - kept;
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
        kept,
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
