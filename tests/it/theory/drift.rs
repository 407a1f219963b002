//! Rates of flow that drift: odds of routes, lengths of stay and returns that step at dates.

use crate::support::{Judge, Log, Study, model};
use caseflow::engine::Network;
use std::sync::OnceLock;

/// All stages in one model, run once.
fn study() -> &'static Study {
    static STUDY: OnceLock<Study> = OnceLock::new();
    STUDY.get_or_init(|| Study::of("drift"))
}

/// p with its odds multiplied.
fn odds(p: f64, times: f64) -> f64 {
    times * p / (1.0 - p + times * p)
}

/// Days of the 300 of a period (from 0) that lie between two times.
fn days(period: usize, from: f64, to: f64) -> f64 {
    let begin = 300.0 * period as f64;
    (to.min(begin + 300.0) - from.max(begin)).max(0.0)
}

/// Cases that take a way out in each period are rate x the integral of the probability that holds when the route is
/// drawn: at the end of the stay, or at its beginning where the length hangs on it.
#[test]
fn odds_that_step_at_dates() {
    let s = study();
    let mut j = Judge::new("drift of odds", 0.005);
    // when the steps show at the end of the stay, and the probability of each under a factor
    let late = |times: f64| odds(0.3, times);
    let needs = |times: f64| 0.7 * odds(0.3, times) + 0.3 * odds(0.5, 3.0 * times);
    type Expected<'a> = &'a dyn Fn(f64) -> f64;
    let stages: [(&str, Expected<'_>, f64); 3] =
        [("late", &late, 0.0), ("needs", &needs, 0.0), ("early", &late, 120.0)];
    for (stage, p, shift) in stages {
        for period in 0..4 {
            let (a, b) = (300.0 + shift, 750.0 + shift);
            let sum =
                days(period, -1e9, a) * p(1.0) + days(period, a, b) * p(2.0) + days(period, b, 1e9) * p(0.5);
            let closed = s.values("stage", "to", stage, "closed", Some(period));
            j.check(&format!("{stage}: closed in period {period}"), &closed, 40.0 * sum);
        }
    }
    for period in 0..4 {
        // the other way out of `early` takes 20 days
        let (a, b) = (320.0, 770.0);
        let p = |times: f64| 1.0 - odds(0.3, times);
        let sum =
            days(period, -1e9, a) * p(1.0) + days(period, a, b) * p(2.0) + days(period, b, 1e9) * p(0.5);
        let moved = s.values("stage", "to", "early", "moved", Some(period));
        j.check(&format!("early: moved in period {period}"), &moved, 40.0 * sum);
    }
    j.verdict();
}

/// M/G/infinity with stays that depend on when they begin: the mean number present at t is the integral of
/// rate x P(a stay begun at u lasts longer than t - u) (Eick, Massey & Whitt 1993).
#[test]
fn stays_that_step_at_a_date() {
    let s = study();
    let mut j = Judge::new("drift of stays", 0.006);
    for period in 0..4 {
        let t = 300.0 * (period as f64 + 1.0);
        let since = t - 300.0;
        let old = 1000.0 * (-since / 100.0).exp();
        let new = 2000.0 * (1.0 - (-since / 200.0).exp());
        let here = s.values("stage", "children_end", "doubling", "", Some(period));
        j.check(&format!("exponential: number at day {t}"), &here, old + new);
        // stays of 100, 300 and 150 days, twice as long for three in ten
        let held = |times: f64| {
            let pieces = [(-1e9, 300.0, 100.0), (300.0, 900.0, 300.0), (900.0, 1e9, 150.0)];
            let part =
                |&(from, to, stay): &(f64, f64, f64)| (to.min(t) - from.max(t - times * stay)).max(0.0);
            10.0 * pieces.iter().map(part).sum::<f64>()
        };
        let here = s.values("stage", "children_end", "constant", "", Some(period));
        j.check(&format!("constant: number at day {t}"), &here, 0.7 * held(1.0) + 0.3 * held(2.0));
    }
    j.verdict();
}

/// The odds of ever coming back are those of when the case left: it does so at a uniform time in the ten days after.
#[test]
fn returns_that_step_at_a_date() {
    let s = study();
    let mut j = Judge::new("drift of returns", 0.006);
    for period in 0..4 {
        let (before, after) = (odds(0.2, 1.0), odds(0.2, 3.0));
        // those who left before day 300 and come back after it: five days' worth
        let sum = match period {
            0 => 300.0 * before,
            1 => 295.0 * after + 5.0 * before,
            _ => 300.0 * after,
        };
        let back = s.values("stage", "returned", "again", "", Some(period));
        j.check(&format!("came back in period {period}"), &back, 40.0 * sum);
    }
    j.verdict();
}

/// A case found at the start has the factor of the time at which its stay began. By hand: stays of 100 days, of 200 if
/// they begin from 50 days before the start on; found after 60 days (begun before: 40 left) and after 40 (160 left).
#[test]
fn a_case_found_has_the_factor_of_when_its_stay_began() {
    let text = "[model]\ntitle = \"T\"\nruns = \"300 days\"\nstarts = 2025-04-01\n\
        [arrivals.x]\nto = \"a\"\nat = [\"250 days\"]\n\
        [stages.a]\nstay = \"100 days\"\nto = \"out\"\n\
        [stages.a.stay_times]\nall = [{ from = 2025-02-10, times = 2 }, { from = \"250 days\", times = 0.1 }]\n\
        [start.stages.a]\ncases = 2\nelapsed = [\"60 days\", \"40 days\"]\n";
    let network = Network::compile(&model("found", text));
    let (log, _) = Log::of(&network, 1);
    let ends = |case: u32| log.days(case, |h| matches!(h, caseflow::engine::Happening::Ended(_)));
    assert_eq!([ends(0), ends(1), ends(2)], [vec![40.0], vec![160.0], vec![260.0]]);
}
