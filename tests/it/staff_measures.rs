//! Measures of staff and services by name: what adds up, what bounds what, and a case by hand.

use super::files::good;
use caseflow::engine::{Layout, Network};
use caseflow::experiment::measures::{Measured, measure_all};
use caseflow::experiment::run::{Plan, Rows, Unwatched, run};
use caseflow::model::Model;

const COUNCIL: &str = include_str!("../models/staff.toml");

fn simulated(text: &str, replications: u64) -> (Model, Network, Rows) {
    let model = good("measures.toml", text).model;
    let network = Network::compile(&model);
    let rows = run(&network, Plan { seed: 3, first: 0, replications }, &Unwatched).unwrap();
    (model, network, rows)
}

/// The rows of a measure by period, replication by replication.
fn named<'m>(model: &Model, measured: &'m [Measured], name: &str) -> &'m ndarray::Array2<f64> {
    let at = model.measures.iter().position(|m| m.name == name).unwrap_or_else(|| panic!("{name}"));
    &measured.iter().find(|m| m.measure == at).unwrap().periods
}

fn column(layout: &Layout, rows: &Rows, c: (&str, &str, &str, &str), period: usize) -> Vec<f64> {
    let at = layout.find(c.0, c.1, c.2, c.3, Some(period)).unwrap_or_else(|| panic!("{c:?}"));
    rows.values.column(at).to_vec()
}

/// In every month: ways out in time add up to stays in time, and none is more than the way out; percentiles of caseloads lie
/// about the middle of workers; shares lie within 0 and 1.
#[test]
fn parts_add_up_and_bound_one_another() {
    let text = format!(
        "{COUNCIL}
[measures.in_time]
count = {{ in_time = \"assessment\" }}
[measures.to_plan]
count = {{ moves = {{ from = [\"assessment\"], to = [\"plan\"] }} }}
[measures.to_plan_in_time]
count = {{ in_time_to = {{ from = [\"assessment\"], to = [\"plan\"] }} }}
[measures.elsewhere_in_time]
count = {{ in_time_to = {{ from = [\"assessment\"], to = [\"help\", \"out\"] }} }}
[measures.low]
count = {{ caseload_p10 = \"social_worker\" }}
[measures.high]
count = {{ caseload_p90 = \"social_worker\" }}
[measures.agency_part]
count = {{ agency_share = \"north/social_worker\" }}
[measures.visits]
count = {{ visits_on_time = \"social_worker\" }}
[measures.wait]
count = {{ allocation_wait = \"key_worker\" }}
"
    )
    .replace("runs = \"3 years\"", "runs = \"3 years\"\nperiods = \"months\"");
    let (model, network, rows) = simulated(&text, 20);
    let measured = measure_all(&model, network.layout(), &rows, 0.95);
    let of = |name: &str| named(&model, &measured, name);
    let (mut seen, mut apart, mut agency) = (0.0, 0.0, 0.0);
    for ((r, p), all) in of("in_time").indexed_iter() {
        let (plan, elsewhere) = (of("to_plan_in_time")[(r, p)], of("elsewhere_in_time")[(r, p)]);
        assert_eq!(*all, plan + elsewhere);
        assert!(plan <= of("to_plan")[(r, p)]);
        seen += plan;
        let (low, high) = (of("low")[(r, p)], of("high")[(r, p)]);
        assert!(low <= high);
        apart += high - low;
        let share = of("agency_part")[(r, p)];
        assert!((0.0..=1.0).contains(&share));
        agency += share;
        let visits = of("visits")[(r, p)];
        // nine in ten when nobody is overloaded, and less otherwise
        assert!(visits.is_nan() || (0.0..=0.9 + 1e-9).contains(&visits), "{visits}");
        let wait = of("wait")[(r, p)];
        assert!(wait.is_nan() || wait >= 0.0);
    }
    assert!(seen > 1_000.0 && apart > 100.0 && agency > 1.0, "{seen} {apart} {agency}");
}

/// By hand: a worker who never leaves is the one worker met, and of stays of a mean of one day 1 - e^-2 end within two.
/// Every stay is held, so the role, its two desks and the stage agree.
#[test]
fn a_case_by_hand() {
    let text = r#"
[model]
title = "One worker for ever"
starts = 2024-04-01
runs = "2 years"
periods = "months"
[arrivals.all]
to = "work"
rate = "20 per day"
[stages.work]
stay = { exponential = { mean = "1 day" } }
clock = "2 days"
to = "out"
staff = { role = "worker" }
[roles.worker]
caseload = 1000
recruitment = { exponential = { mean = "1 month" } }
turnover = "0 per year"
[teams.north]
share = 0.3
posts = { worker = 1 }
[teams.south]
share = 0.7
posts = { worker = 2 }
"#;
    let (_, network, rows) = simulated(text, 4);
    let layout = network.layout();
    let exact = 1.0 - libm::exp(-2.0);
    let mut sum = [0.0; 2];
    for period in 0..24 {
        let of = |kind: &str, measure: &str, of: &str, part: &str| {
            column(layout, &rows, (kind, measure, of, part), period)
        };
        let stage = of("stage", "in_time_share", "work", "");
        let role = of("role", "in_time_share", "worker", "work");
        assert_eq!(stage, role);
        for desk in ["north/worker", "south/worker"] {
            assert!(of("staff", "workers_met_mean", desk, "work").iter().all(|met| *met == 1.0));
        }
        for (total, desk) in sum.iter_mut().zip(["north/worker", "south/worker"]) {
            *total += of("staff", "in_time_share", desk, "work").iter().sum::<f64>() / 96.0;
        }
    }
    // 4 replications of about 4,400 and 10,200 stays: standard deviations of 0.0026 and 0.0017
    assert!((sum[0] - exact).abs() < 0.013 && (sum[1] - exact).abs() < 0.009, "{sum:?} {exact}");
}

/// Of a service without limits: nobody waits, so both waits are nought; every referral is accepted or turned away.
#[test]
fn a_service_without_limits_has_no_wait() {
    let text = r#"
[model]
title = "A service alone"
starts = 2024-04-01
runs = "1 year"
periods = "months"
[arrivals.all]
to = "door"
rate = "6 per day"
[stages.door]
stay = "1 hour"
to = "out"
[services.help]
places = 1000
length = { exponential = { mean = "1 day" } }
in_time = "12 hours"
accepted = 0.7
refer = [{ stage = "door" }]
[measures.wait]
count = { service_wait = "help" }
[measures.long_wait]
count = { service_wait_p90 = "help" }
[measures.accepted]
count = { service_accepted = "help" }
[measures.turned_away]
count = { service_turned_away = "help" }
[measures.referrals]
count = { service_referrals = "help" }
"#;
    let (model, network, rows) = simulated(text, 3);
    let measured = measure_all(&model, network.layout(), &rows, 0.95);
    let of = |name: &str| named(&model, &measured, name);
    assert!(of("wait").iter().chain(of("long_wait")).all(|w| *w == 0.0));
    let (mut accepted, mut referrals) = (0.0, 0.0);
    for (at, all) in of("referrals").indexed_iter() {
        assert_eq!(*all, of("accepted")[at] + of("turned_away")[at]);
        accepted += of("accepted")[at];
        referrals += all;
    }
    // about 6,570 referrals: a standard deviation of 0.0057
    assert!((accepted / referrals - 0.7).abs() < 0.028, "{accepted} of {referrals}");
}

/// Over months a wait is the mean of the months: fewer places, a longer one.
#[test]
fn fewer_places_make_a_longer_median_wait() {
    let text = |places: u32| {
        format!(
            r#"
[model]
title = "A service alone"
starts = 2024-04-01
runs = "1 year"
periods = "months"
[arrivals.all]
to = "door"
rate = "6 per day"
[stages.door]
stay = "1 hour"
to = "out"
[services.help]
places = {places}
length = {{ exponential = {{ mean = "1 day" }} }}
in_time = "12 hours"
refer = [{{ stage = "door" }}]
[measures.wait]
count = {{ service_wait = "help" }}
"#
        )
    };
    let whole = |places| {
        let (model, network, rows) = simulated(&text(places), 4);
        let measured = measure_all(&model, network.layout(), &rows, 0.95);
        let m = measured.iter().find(|m| m.measure == 0).unwrap();
        for (r, whole) in m.whole.iter().enumerate() {
            let months: Vec<f64> = m.periods.row(r).iter().copied().filter(|x| x.is_finite()).collect();
            let mean = months.iter().sum::<f64>() / months.len() as f64;
            assert!((whole - mean).abs() < 1e-9, "{whole} {mean}");
        }
        m.whole.mean().unwrap()
    };
    let (few, many) = (whole(6), whole(9));
    assert!(few > 2.0 * many && many >= 0.0, "{few} {many}");
}
