//! Scenarios: what they change, and how.

use super::files::{good, lines, load_with, tests, text_of};
use caseflow::base::diag::SourceMap;
use caseflow::base::ids::{ExitId, PoolId, StageId};
use caseflow::base::time::{DAY_MS, SimTime, Span};
use caseflow::model::arrivals::Arrivals;
use caseflow::model::factor::Factor;
use caseflow::model::stage::{Dest, Law};
use caseflow::model::{Loaded, Model, is_scenario, scenario_head};
use caseflow::stats::dist::Dist;

fn base() -> String {
    text_of(&tests().join("good/base.toml"))
}

fn under(changes: &str) -> Loaded {
    let scenario = format!("title = \"T\"\n{changes}");
    load_with(&base(), &scenario).unwrap_or_else(|(sources, errors)| {
        panic!("{}", lines(&sources, &errors, "scenario.toml").join("\n"))
    })
}

fn day(n: i64) -> SimTime {
    SimTime(n * DAY_MS)
}

fn rate(model: &Model) -> Vec<(SimTime, f64)> {
    match &model.streams.iter().next().unwrap().arrivals {
        Arrivals::Rate(rate) => rate.steps.clone(),
        other => panic!("{other:?}"),
    }
}

const BEGIN: i64 = -365;

#[test]
fn a_scenario_that_changes_nothing_changes_nothing() {
    let plain = good("base.toml", &base());
    let same = under("[change]\n\"pools.beds.places\" = 200\n");
    assert_eq!(same.canonical, plain.canonical);
    assert_eq!(under("").canonical, plain.canonical);
}

#[test]
fn values_are_replaced() {
    let m = under(
        "[change]\n\"pools.beds.places\" = 12\n\"start.stages.support\" = 9\n\"model.runs\" = \"3 years\"",
    )
    .model;
    assert_eq!(m.pools[PoolId(0)].places, [(day(BEGIN - 1), 12)]);
    assert_eq!(m.start.stages[0].cases, 9);
    assert_eq!(m.run.length, Span::from_days(1095.0));
}

#[test]
fn numbers_are_multiplied_and_added_to() {
    let m = under(
        "[change]\n\"pools.beds.places\" = { times = 1.25 }\n\"arrivals.contacts.rate\" = { times = 1.1 }\n\"stages.support.stay.exponential.mean\" = { add = \"1 week\" }\n\"stages.assessment.to.closed\" = { add = -0.2 }",
    )
    .model;
    assert_eq!(m.pools[PoolId(0)].places[0].1, 250);
    assert!((rate(&m)[0].1 - 132.0 / 30.4375).abs() < 1e-9);
    // the range goes with the value
    let entry = m.register.iter().find(|a| a.path == "arrivals.contacts.rate").unwrap();
    assert_eq!(entry.value, "132 per month");
    assert!(entry.low.as_deref().unwrap().starts_with("110"));
    assert_eq!(entry.source.as_deref(), Some("dfe"));
    assert!(
        matches!(&m.stages[StageId(1)].stay.law, Law::Length { dist, .. } if *dist == Dist::exponential(97.0).unwrap())
    );
    // "rest" takes up what a route lost
    let base = &m.stages[StageId(0)].routes.base;
    assert!((base[0] - 0.5).abs() < 1e-12 && (base[1] - 0.5).abs() < 1e-12);
}

#[test]
fn places_and_rates_change_from_a_time_on() {
    let m = under(
        "[change]\n\"pools.beds.places\" = { times = 1.25, from = 2025-04-01 }\n\"arrivals.contacts.rate\" = { times = 2, from = \"100 days\" }",
    )
    .model;
    assert_eq!(m.pools[PoolId(0)].places, [(day(BEGIN - 1), 200), (day(365), 250)]);
    let steps = rate(&m);
    assert_eq!(steps.len(), 2);
    assert_eq!((steps[0].0, steps[1].0), (day(BEGIN - 1), day(100)));
    assert!((steps[1].1 / steps[0].1 - 2.0).abs() < 1e-12);
}

#[test]
fn steps_that_are_there_already_are_split_and_changed() {
    let m = under(
        "[change]\n\"pools.beds.places\" = [{ places = 200 }, { from = 2024-06-01, places = 300 }, { from = 2025-06-01, places = 400 }]\n",
    )
    .model;
    assert_eq!(m.pools[PoolId(0)].places.len(), 3);
    let steps = "\"pools.beds.places\" = [{ places = 200 }, { from = 2024-06-01, places = 300 }, { from = 2025-06-01, places = 400 }]";
    let text = base().replace("places = 200", &steps.replace("\"pools.beds.places\"", "places"));
    let change = "title = \"T\"\n[change]\n\"pools.beds.places\" = { add = 10, from = 2025-01-01 }";
    let m = load_with(&text, change).map_err(|(s, e)| lines(&s, &e, "")).unwrap().model;
    let places: Vec<u32> = m.pools[PoolId(0)].places.iter().map(|p| p.1).collect();
    assert_eq!(places, [200, 300, 310, 410]);
    assert_eq!(m.pools[PoolId(0)].places[2].0, day(275));
}

#[test]
fn counts_by_month_change_from_a_month_on() {
    let text = base().replace(
        "rate = { value = \"120 per month\", low = \"100 per month\", high = \"150 per month\", source = \"dfe\" }",
        "rate = { \"2024\" = 3660, \"2025\" = 3650, \"2026\" = 3650, source = \"dfe\" }",
    );
    let change = "title = \"T\"\n[change]\n\"arrivals.contacts.rate\" = { times = 2, from = 2025-01-01 }";
    let m = load_with(&text, change).map_err(|(s, e)| lines(&s, &e, "")).unwrap().model;
    let rates: Vec<f64> = rate(&m).iter().map(|s| s.1).collect();
    assert_eq!(rates, [10.0, 20.0, 20.0]);
}

#[test]
fn new_things_are_added_whole_and_old_ones_removed() {
    let m = under(
        "[remove]\npaths = [\"stages.assessment.odds.support\", \"measures.referrals\"]\n[change]\n\"stages.advice\" = { stay = \"5 days\", to = \"out\" }\n\"stages.assessment.to\" = { closed = 0.5, support = 0.3, advice = \"rest\" }\n\"stages.support.interrupted\" = { out = \"0.1 per year\" }\n\"stages.support.stay_times.domestic_abuse\" = 1.5\n",
    )
    .model;
    assert_eq!(m.stages.len(), 3);
    assert!(m.stages[StageId(0)].routes.odds.is_empty() && m.measures.is_empty());
    assert_eq!(
        m.stages[StageId(0)].routes.to,
        [Dest::Exit(ExitId(1)), Dest::Stage(StageId(1)), Dest::Stage(StageId(2))]
    );
    assert_eq!(m.stages[StageId(1)].stay.interrupted.len(), 1);
    assert_eq!(m.stages[StageId(1)].stay.times[0].1, Factor::always(1.5));
}

#[test]
fn items_of_lists_are_numbered_from_one() {
    let m =
        under("[change]\n\"groups.help.stages\" = [\"support\"]\n\"groups.help.stages.1\" = \"assessment\"")
            .model;
    assert_eq!(m.groups[0].stages, [StageId(0)]);
}

#[test]
fn several_scenarios_are_applied_in_order() {
    let mut sources = SourceMap::default();
    let model = sources.add("base.toml", base());
    let first = sources.add("a.toml", "title = \"A\"\n[change]\n\"pools.beds.places\" = 100");
    let second = sources.add("b.toml", "title = \"B\"\n[change]\n\"pools.beds.places\" = { times = 3 }");
    let loaded = caseflow::model::load(&sources, model, &[first, second]).unwrap();
    assert_eq!(loaded.model.pools[PoolId(0)].places[0].1, 300);
}

#[test]
fn the_head_says_what_the_scenario_asks() {
    let mut sources = SourceMap::default();
    let text = "title = \"A quarter more\"\nquestion = \"How many fewer?\"\nmodel = \"../models/m.toml\"\n[sources]\nx = \"A report\"\n";
    let file = sources.add("s.toml", text);
    let head = scenario_head(&sources, file).unwrap();
    assert_eq!((head.title.as_str(), head.question.as_str()), ("A quarter more", "How many fewer?"));
    assert_eq!(head.model.as_deref(), Some("../models/m.toml"));
    assert_eq!((head.sources[0].name.as_str(), head.sources[0].title.as_str()), ("x", "A report"));
    assert!(is_scenario(text));
    assert!(!is_scenario(&base()));
    let wrong = sources.add("w.toml", "question = 3");
    assert_eq!(scenario_head(&sources, wrong).unwrap_err().len(), 2);
}

#[test]
fn numbers_of_a_scenario_may_have_sources_of_their_own() {
    let loaded = under(
        "[sources]\nbid = \"The bid\"\n[change]\n\"pools.beds.places\" = { value = 250, low = 240, high = 260, source = \"bid\" }",
    );
    assert!(loaded.warnings.is_empty());
    let entry = loaded.model.register.iter().find(|a| a.path == "pools.beds.places").unwrap();
    assert_eq!((entry.source.as_deref(), entry.line), (Some("bid"), 5));
}
