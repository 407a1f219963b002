//! Factors that step at dates: what they leave alone, how scenarios and draws reach them.

use crate::support::{file, model, try_load};
use caseflow::base::time::SimTime;
use caseflow::engine::Network;
use caseflow::experiment::run::{Plan, Rows, Unwatched, run};
use caseflow::model::Model;
use caseflow::model::draws::Draws;
use caseflow::model::factor::Factor;

const DAY: i64 = 86_400_000;

fn rows(model: &Model) -> Rows {
    run(&Network::compile(model), Plan { seed: 3, first: 1, replications: 2 }, &Unwatched).unwrap()
}

/// The bundled model in short, without its own factors by year, changed.
fn wiltshire(changes: &str) -> Model {
    let by_year = ["all = [", "stay_times = { all = [", "[stages.conference.odds.child_protection]"];
    let text: String = file("models/wiltshire.toml")
        .replacen("\"6 years\"", "\"2 years\"", 1)
        .lines()
        .filter(|l| !by_year.iter().any(|start| l.starts_with(start)))
        .map(|l| format!("{l}\n"))
        .collect();
    let scenario = format!("title = \"T\"\n[change]\n{changes}");
    let scenarios: &[&str] = if changes.is_empty() { &[] } else { &[&scenario] };
    try_load("wiltshire", &text, scenarios).unwrap_or_else(|e| panic!("{e:#?}")).model
}

/// A factor of 1 changes no bit, and one that steps after the end neither, in stages with odds of needs and
/// without, with laws by destination and without, with returns.
#[test]
fn a_factor_of_1_changes_no_bit() {
    let plain = rows(&wiltshire("")).digest();
    let all = |steps: &str| {
        let paths = [
            "stages.contact.odds.referral.all",
            "stages.assessment.odds.section_47.all",
            "stages.child_in_need.odds.section_47.all",
            "stages.child_protection.odds.child_in_need.all",
            "stages.child_in_need.stay_times.all",
            "stages.assessment.stay_times.all",
            "stages.support.stay_times.all",
            "stages.in_house_foster.stay_times.all",
        ];
        paths.map(|p| format!("\"{p}\" = {steps}\n")).concat()
    };
    for steps in [
        "1",
        "[{ times = 1 }, { from = \"1 year\", times = 1.0 }]",
        "[{ from = \"1 year\", times = 1 }]",
        "[{ from = \"2 years\", times = 1.7 }]",
    ] {
        assert_eq!(rows(&wiltshire(&all(steps))).digest(), plain, "{steps}");
    }
    let stepped = rows(&wiltshire(&all("[{ from = \"1 year\", times = 1.2 }]")));
    assert_ne!(stepped.digest(), plain, "a step in the run must show");
}

/// Nothing before the date changes: the first year of each replication is the same to the last bit.
#[test]
fn before_its_date_a_step_changes_nothing() {
    let base = wiltshire("");
    let changed = wiltshire(
        "\"stages.assessment.odds.section_47.all\" = [{ from = \"1 year\", times = 1.5 }]\n\
         \"stages.child_in_need.stay_times.all\" = [{ from = \"1 year\", times = 1.5 }]\n",
    );
    let (before, after) = (rows(&base), rows(&changed));
    let layout = Network::compile(&base);
    let layout = layout.layout();
    let year = SimTime(365 * DAY);
    let early = layout.period_edges().iter().filter(|e| **e <= year).count() - 1;
    let count = |rows: &Rows, period: usize, measure: &str, of: &str| {
        let at = layout.find("stage", measure, of, "", Some(period)).unwrap();
        rows.values.column(at).to_vec()
    };
    let names: Vec<&str> = base.stages.iter().map(|s| s.name.as_str()).collect();
    let mut differ = 0;
    for period in 0..layout.period_edges().len() - 1 {
        for name in &names {
            for measure in ["asked", "started", "ended", "children_mean"] {
                let same = count(&before, period, measure, name) == count(&after, period, measure, name);
                assert!(same || period >= early, "{name} {measure} in period {period}");
                differ += usize::from(!same);
            }
        }
    }
    assert!(early >= 11 && differ > 100, "{early} periods before, {differ} numbers differ after");
}

const SMALL: &str = "[model]\ntitle = \"T\"\nruns = \"1000 days\"\nstarts = 2025-04-01\n\
    [arrivals.x]\nto = \"a\"\nrate = \"1 per day\"\n\
    [stages.a]\nstay = \"3 days\"\nto = { b = 0.5, out = 0.5 }\nodds = { b = { all = [{ from = 2026-04-01, times = 1.5 }] } }\n\
    [stages.b]\nstay = \"3 days\"\nto = { c = 0.5, out = 0.5 }\n\
    [stages.c]\nstay = \"3 days\"\nto = \"out\"\n\
    [exits.out.returns]\nto = \"c\"\nwithin = { \"9 days\" = 0.1 }\n";

fn small(changes: &str) -> Model {
    let scenario = format!("title = \"T\"\n[change]\n{changes}");
    try_load("small", SMALL, &[&scenario]).unwrap_or_else(|e| panic!("{e:#?}")).model
}

fn steps(first: f64, later: &[(i64, f64)]) -> Factor {
    Factor { first, steps: later.iter().map(|(d, x)| (SimTime(d * DAY), *x)).collect() }
}

/// By hand: `times` multiplies every step and the time before them, with `from` what holds from then on.
#[test]
fn scenarios_multiply_factors_from_a_date_on() {
    let odds = |stage: usize, changes: &str| {
        let m = small(changes);
        m.stages.iter().nth(stage).unwrap().routes.odds.iter().map(|o| o.2.clone()).collect::<Vec<_>>()
    };
    let path = "\"stages.a.odds.b.all\"";
    let of = |change: &str| odds(0, &format!("{path} = {change}\n")).remove(0);
    assert_eq!(of("{ times = 2 }"), steps(2.0, &[(365, 3.0)]));
    assert_eq!(of("{ times = 2, from = 2025-04-11 }"), steps(1.0, &[(10, 2.0), (365, 3.0)]));
    assert_eq!(of("{ times = 2, from = 2026-04-01 }"), steps(1.0, &[(365, 3.0)]));
    assert_eq!(of("{ times = 2, from = 2026-04-11 }"), steps(1.0, &[(365, 1.5), (375, 3.0)]));
    assert_eq!(of("{ add = 0.5, from = 2026-04-11 }"), steps(1.0, &[(365, 1.5), (375, 2.0)]));
    assert_eq!(of("[{ times = 1.1 }, { from = \"9 days\", times = 0.9 }]"), steps(1.1, &[(9, 0.9)]));
    assert_eq!(of("1.2"), steps(1.2, &[]));
    // one step of the list, and what the model leaves at 1
    let one = odds(0, "\"stages.a.odds.b.all.1.times\" = { value = 1.7, low = 1.6, high = 1.8 }\n");
    assert_eq!(one, [steps(1.0, &[(365, 1.7)])]);
    let new = odds(1, "\"stages.b.odds.c.all\" = { times = 2, from = 2026-04-01 }\n");
    assert_eq!(new, [steps(1.0, &[(365, 2.0)])]);
    let m = small("\"stages.b.stay_times.all\" = { times = 2, from = 2026-04-01 }\n");
    assert_eq!(m.stages.iter().nth(1).unwrap().stay.times[0].1, steps(1.0, &[(365, 2.0)]));
    let m = small("\"exits.out.returns.odds.all\" = { times = 2, from = 2026-04-01 }\n");
    assert_eq!(m.exits.iter().next().unwrap().returns.as_ref().unwrap().odds[0].1, steps(1.0, &[(365, 2.0)]));
}

/// A draw is laid over the model as a scenario is, whether the model has such odds or not.
#[test]
fn draws_reach_dated_factors() {
    let draws = Draws {
        paths: vec![
            "stages.a.odds.b.all".into(),
            "stages.b.odds.c.all".into(),
            "stages.c.stay_times.all".into(),
        ],
        values: vec![vec![
            "[{ from = 2026-04-01, times = 1.04 }, { from = 2027-04-01, times = 1.09 }]".into(),
            "[{ from = 2026-04-01, times = 0.9 }]".into(),
            "[{ from = 2026-04-01, times = 1.3 }]".into(),
        ]],
    };
    let draws = Draws::read(&draws.csv()).unwrap();
    let m = try_load("small", SMALL, &[&draws.scenario(0).unwrap()]).unwrap().model;
    let stage = |n: usize| m.stages.iter().nth(n).unwrap();
    assert_eq!(stage(0).routes.odds[0].2, steps(1.0, &[(365, 1.04), (730, 1.09)]));
    assert_eq!(stage(1).routes.odds[0].2, steps(1.0, &[(365, 0.9)]));
    assert_eq!(stage(2).stay.times[0].1, steps(1.0, &[(365, 1.3)]));
}

/// Each step is a number of its own in the register, with its range.
#[test]
fn steps_stand_in_the_register() {
    let text =
        SMALL.replace("times = 1.5", "times = { value = 1.5, low = 1.2, high = 1.9, grade = \"assumed\" }");
    let m = model("small", &text);
    let entry = m.register.iter().find(|a| a.path == "stages.a.odds.b.all.1.times").unwrap();
    assert_eq!(
        (entry.value.as_str(), entry.low.as_deref(), entry.high.as_deref()),
        ("1.5", Some("1.2"), Some("1.9"))
    );
}
