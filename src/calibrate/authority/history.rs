//! The years of a council's series as a model: the same pathway, started at the first of them, fitted to each.
//!
//! What the model of the years to come takes as the same law year after year (returns, second plans, lengths of assessments
//! and of plans, ages, closures that no return counts) is pooled over the series; here it is held against every year. Rates
//! of arrivals, odds and stays have a factor for each year, found by simulating.

use super::borrow::Reader;
use super::care::{self, UASC};
use super::draws::draw;
use super::fit::{Fitted, Settings, fit_by_balance, fit_with};
use super::futures::{Curve, futures};
use super::refine::refine;
use crate::calibrate::data::Statistics;
use crate::calibrate::outlook::Outlook;

/// Years of a series at most.
const LONGEST: i32 = 7;
/// No series starts before this 31 March: breakdowns of care and what counts as an episode settled by then.
const FIRST: i32 = 2017;

/// 31 March from which a council's series up to `year` is fitted: children in need are published for it, and referrals for
/// most of the years that follow. The year before the last if there is no earlier one.
pub fn series_from(stats: &Statistics, area: usize, year: i32) -> i32 {
    let known = |name: &str, y: i32| stats.value(name, area, y).is_some();
    let usable = |&start: &i32| {
        let years = year - start;
        let referred = (start + 1..=year).filter(|&y| known("referrals", y)).count() as i32;
        known("cin_at_31_march", start) && 4 * referred >= 3 * years
    };
    ((year - LONGEST).max(FIRST)..year - 1).find(usable).unwrap_or(year - 1)
}

/// The years of a council's series, fitted; `outlook` must have been learnt up to `year`.
pub fn fit_history(stats: &Statistics, area: usize, year: i32, outlook: &Outlook) -> Fitted {
    let since = series_from(stats, area, year);
    let settings = Settings { since: Some(since), ..Settings::default() };
    let mut f = fit_by_balance(stats, area, year, outlook, &settings);
    let ends = || since + 1..=year;
    f.asylum = ends()
        .zip(starts_in_care(&f))
        .map(|(y, all)| Reader::new(stats, area, y).count(UASC).value.min(0.9 * all))
        .collect();
    let usual = f.care.moving_on;
    f.moving_on = ends().map(|y| care::moving_on_in(&Reader::new(stats, area, y), usual)).collect();
    let share = |name: &str| -> Vec<f64> {
        let one = |y: i32| {
            let reader = Reader::new(stats, area, y);
            let all = reader.count("referrals").value;
            if all > 0.0 { reader.count(name).value / all } else { 0.0 }
        };
        ends().map(one).collect()
    };
    f.shares = vec![
        ("referrals_nfa", share("referrals_nfa")),
        ("not_in_need", share("referrals_assessed_not_in_need")),
    ];
    f.gap = refine(stats, &mut f);
    f.draws = draw(stats, outlook, &f);
    f
}

fn starts_in_care(f: &Fitted) -> Vec<f64> {
    let aim = f.aims.iter().find(|a| a.measure == "care_starts");
    aim.map_or(Vec::new(), |a| a.by_year.iter().map(|n| n.value).collect())
}

/// A fitted model held against the years that have been.
#[derive(Clone, Debug)]
pub struct LookBack {
    /// The model before it was simulated: by stock and flow alone.
    pub guess: Fitted,
    /// The years of the series, fitted.
    pub history: Fitted,
    /// What they give, simulated.
    pub past: Vec<Curve>,
    /// What the model gives, simulated: the check year and the years foreseen.
    pub ahead: Vec<Curve>,
    /// The last year as a model fitted without it gives it.
    pub held: Option<Vec<Curve>>,
}

/// Looks back from a fitted model; `before` is what was learnt up to the year before its last. None if a model does not run.
pub fn look_back(stats: &Statistics, f: &Fitted, outlook: &Outlook, before: &Outlook) -> Option<LookBack> {
    let settings = Settings { from_now: f.starts >= f.year, local: f.local.clone(), ..Settings::default() };
    let history = fit_history(stats, f.area, f.year, outlook);
    let one = Settings { ahead: Some(1), ..Settings::default() };
    let earlier = stats.value("cin_at_31_march", f.area, f.year - 1);
    let held = earlier.map(|_| fit_with(stats, f.area, f.year - 1, before, &one));
    Some(LookBack {
        guess: fit_by_balance(stats, f.area, f.year, outlook, &settings),
        past: futures(stats, &history)?,
        ahead: futures(stats, f)?,
        held: held.and_then(|h| futures(stats, &h)),
        history,
    })
}
