//! Costs and weeks, worked out by hand.

use crate::support::{model, try_load};
use caseflow::engine::Network;
use caseflow::experiment::measures::measure_all;
use caseflow::experiment::run::{Plan, Rows, Unwatched, run};
use caseflow::model::measure::Unit;

/// Two children come on the first day, spend 365 days in `plan` and 73 in `care`; a service has 5
/// places, which one family takes for 28 days; a role has 3 posts, all filled for ever.
const TWO_CHILDREN: &str = r#"
[model]
title = "Two children"
starts = 2024-04-01
runs = "2 years"
[arrivals.all]
to = "plan"
at = [{ at = 2024-04-01, children = 2 }]
[stages.plan]
stay = "365 days"
to = "care"
staff = "worker"
[stages.care]
stay = "73 days"
to = "out"
[services.help]
places = 5
length = "28 days"
in_time = "1 week"
refer = [{ stage = "plan" }]
[roles.worker]
caseload = 10
cost = 1000
[teams.all]
posts = { worker = 3 }
[groups.both]
stages = ["plan", "care"]
[measures]
plan = { count = { cost = { stages = "plan" } } }
care = { count = { cost = { stages = ["care"] } } }
both = { count = { cost = { stages = "both" } } }
help = { count = { cost = { services = "help" } } }
staff = { count = { cost = { staff = "worker" } } }
alike = { count = { staff_cost = "worker" } }
team = { count = { staff_cost = "all/worker" } }
everything = { count = { cost = { stages = "all", services = "all", staff = "all" } } }
weeks = { count = { weeks = "both" } }
a_week = { count = { cost = { stages = "both" } }, of = { weeks = "both" } }
"#;

const MONEY: &str = r#"
[money]
prices_of = PRICES
inflation = 0.1
pay = 0.2
[money.stages]
plan = { per_week = 70, per_start = 100 }
care = { per_week = 700 }
[money.services]
help = { per_place_week = 7, per_week = 14, per_start = 30, per_referral = 3 }
"#;

fn with_money(prices: &str) -> (Network, Rows) {
    ran(&format!("{TWO_CHILDREN}{}", MONEY.replace("PRICES", prices)))
}

fn ran(text: &str) -> (Network, Rows) {
    let network = Network::compile(&model("two children", text));
    let rows = run(&network, Plan { seed: 1, first: 1, replications: 1 }, &Unwatched).unwrap();
    (network, rows)
}

/// A measure by year, then over the run.
fn by_year((network, rows): &(Network, Rows), name: &str) -> [f64; 3] {
    let model = network.model();
    let all = measure_all(model, network.layout(), rows, 0.95);
    let at = model.measures.iter().position(|m| m.name == name).unwrap();
    [all[at].years[[0, 0]], all[at].years[[0, 1]], all[at].whole[0]]
}

fn near(found: [f64; 3], expected: [f64; 3], what: &str) {
    for (f, e) in found.iter().zip(expected) {
        assert!((f - e).abs() < 1e-6 * e.abs().max(1.0), "{what}: {found:?}, by hand {expected:?}");
    }
}

#[test]
fn costs_by_hand() {
    let ran = with_money("2024-04-01");
    // 2 children x 365 days x 10 a day, and 2 starts x 100
    let plan = 2.0 * 365.0 * 10.0 + 200.0;
    // 2 children x 73 days x 100 a day, a tenth dearer in the second year
    let care = 2.0 * 73.0 * 100.0 * 1.1;
    near(by_year(&ran, "plan"), [plan, 0.0, plan], "plan");
    near(by_year(&ran, "care"), [0.0, care, care], "care");
    near(by_year(&ran, "both"), [plan, care, plan + care], "both");
    // 5 places x 1 a day; one family for 28 days x 2 a day, one start and one referral
    let (first, second) = (5.0 * 365.0 + 28.0 * 2.0 + 30.0 + 3.0, 5.0 * 365.0 * 1.1);
    near(by_year(&ran, "help"), [first, second, first + second], "help");
    // 3 workers x 1,000 a year of 365.25 days, a fifth more in the second year
    let (one, two) = (3000.0 * 365.0 / 365.25, 3600.0 * 365.0 / 365.25);
    for name in ["staff", "alike", "team"] {
        near(by_year(&ran, name), [one, two, one + two], name);
    }
    let all = [plan + first + one, care + second + two];
    near(by_year(&ran, "everything"), [all[0], all[1], all[0] + all[1]], "everything");
}

#[test]
fn weeks_and_pounds_a_week_by_hand() {
    let ran = with_money("2024-04-01");
    let (plan, care) = (2.0 * 365.0 / 7.0, 2.0 * 73.0 / 7.0);
    near(by_year(&ran, "weeks"), [plan, care, plan + care], "weeks");
    // 70 a week and 200 for the starts; then 770 a week
    let first = 70.0 + 200.0 / plan;
    near(by_year(&ran, "a_week"), [first, 770.0, (first * plan + 770.0 * care) / (plan + care)], "a week");
    let units: Vec<Unit> = ran.0.model().measures.iter().map(|m| m.unit()).collect();
    assert_eq!(units.iter().filter(|u| **u == Unit::Pounds).count(), 9);
    assert_eq!(units[8], Unit::Count);
}

/// Amounts of the year before are a tenth dearer in the first year of the run.
#[test]
fn the_price_year_may_lie_before_the_run() {
    let (now, before) = (with_money("2024-04-01"), with_money("2023-04-01"));
    for name in ["plan", "care", "help"] {
        near(by_year(&before, name), by_year(&now, name).map(|x| x * 1.1), name);
    }
}

#[test]
fn prices_change_no_bit_of_a_run_and_without_them_nothing_rises() {
    let (with, without) = (with_money("2024-04-01"), ran(TWO_CHILDREN));
    assert_eq!(with.1.digest(), without.1.digest());
    near(by_year(&without, "plan"), [0.0; 3], "no price");
    let year = 3000.0 * 365.0 / 365.25;
    near(by_year(&without, "staff"), [year, year, 2.0 * year], "pay does not rise");
}

#[test]
fn what_has_no_place_in_prices_is_refused() {
    let refused = |text: &str, part: &str| {
        let found = try_load("refused", &format!("{TWO_CHILDREN}{text}"), &[]).unwrap_err();
        assert!(found.iter().any(|e| e.contains(part)), "{found:?}");
    };
    refused("[money.stages.plans]\nper_week = 1\n", "plans");
    refused("[money.services.halp]\nper_week = 1\n", "halp");
    refused("[money.stages.plan]\nper_month = 1\n", "per_month");
    refused("[money]\ninflation = 2.5\n", "inflation");
    refused("[measures.x]\ncount = { cost = {} }\n", "names nothing");
    refused("[measures.x]\ncount = { cost = { staff = \"cook\" } }\n", "cook");
}
