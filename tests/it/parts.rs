//! Measures of one part of the cases, ways out that are in no band, and spells that began before the start.

use super::support::{Study, try_load};
use caseflow::experiment::measures::measure_all;

/// Named measures over the whole run, replication by replication.
fn whole(study: &Study, name: &str) -> Vec<f64> {
    let model = study.network.model();
    let measured = measure_all(model, study.network.layout(), &study.rows, 0.95);
    let m = measured.iter().find(|m| model.measures[m.measure].name == name).unwrap();
    m.whole.to_vec()
}

const SOURCES: &str = r#"
[model]
title = "Who refers"
starts = 2024-04-01
runs = "4 years"
periods = "months"
replications = 30
by = ["ages"]
by_at = { source = "triage" }
[ages]
young = [0, 10]
old = [10, 18]
[cases]
ages = { young = 0.25, old = 0.75 }
[attributes.source]
values = ["police", "school"]
shares = { police = 0.3, school = "rest" }
[arrivals.contacts]
to = "triage"
rate = "1000 per year"
[stages.triage]
stay = { constant = "5 days" }
to = { help = 0.5, advised = "rest" }
[stages.help]
stay = { exponential = { mean = "100 days" } }
to = "closed"
[exits.advised]
[exits.closed]
[measures.all]
count = { starts = "triage" }
[measures.police]
count = { starts_of = { stages = "triage", part = "source=police" } }
[measures.both]
count = { starts_of = { stages = "triage", part = ["source=police", "source=school"] } }
[measures.young_help]
count = { children_of = { stages = ["triage", "help"], part = "young" } }
[measures.old_help]
count = { children_of = { stages = ["triage", "help"], part = "old" } }
[measures.help]
count = { children = ["triage", "help"] }
"#;

/// Parts add up to the whole, and each has its share: 30 % of some 4,000 arrivals in each of 30 replications. One standard
/// error of the mean share is below 0.0015.
#[test]
fn parts_add_up_to_the_whole() {
    let study = Study::of_text("sources", SOURCES);
    let (all, police, both) = (whole(&study, "all"), whole(&study, "police"), whole(&study, "both"));
    assert_eq!(all, both);
    let share = police.iter().sum::<f64>() / all.iter().sum::<f64>();
    assert!((share - 0.3).abs() < 5.0 * 0.0015, "{share}");
    let (help, young, old) = (whole(&study, "help"), whole(&study, "young_help"), whole(&study, "old_help"));
    for ((h, y), o) in help.iter().zip(&young).zip(&old) {
        // children of 18 are in neither band
        assert!(y + o <= h + 1e-9 && y + o >= 0.9 * h && *y > 0.0, "{y} {o} {h}");
    }
}

/// An attribute that is reported at one stage alone has columns there and nowhere else.
#[test]
fn an_attribute_is_reported_where_it_is_asked_for() {
    let study = Study::of_text("sources", SOURCES);
    let columns = study.network.layout().columns();
    let at = |stage: &str| columns.iter().filter(|c| c.of == stage && c.part == "source=police").count();
    assert!(at("triage") > 0);
    assert_eq!(at("help"), 0);
    assert!(columns.iter().any(|c| c.of == "help" && c.part == "young"));
}

/// By hand: five cases have been in a spell for 200 days when they are found, ten days before their stay ends; three more leave
/// by a way that is in no band, after 40 days.
#[test]
fn spells_that_began_before_the_start_and_ways_without_band() {
    let text = r#"
[model]
title = "Found"
runs = "100 days"
replications = 1
[arrivals.later]
to = "plan"
at = ["99 days"]
[exits.closed]
[exits.late]
[stages.plan]
stay = { constant = "30 days" }
to = "closed"
[stages.wait]
stay = { constant = "40 days" }
to = "late"
[groups.need]
stages = ["plan", "wait"]
bands = ["90 days", "180 days", "365 days"]
bands_without = ["late"]
[start.stages.plan]
cases = 5
elapsed = ["20 days", "20 days", "20 days", "20 days", "20 days"]
spells = { need = [{ from = "200 days", to = "201 days", share = 1 }] }
[start.stages.wait]
elapsed = ["0 days", "0 days", "0 days"]
[measures.short]
count = { ended = { group = "need", band = 0 } }
[measures.long]
count = { ended = { group = "need", band = 2 } }
[measures.ends]
count = { group_ends = "need" }
"#;
    let study = Study::of_text("found", text);
    // 200 days and 10 more: between 180 and 365
    assert_eq!(whole(&study, "long"), [5.0]);
    assert_eq!(whole(&study, "short"), [0.0], "those who leave late are in no band");
    assert_eq!(whole(&study, "ends"), [8.0]);
}

/// A spell is never shorter than the time in the stage.
#[test]
fn a_spell_is_no_shorter_than_the_stay() {
    let text = r#"
[model]
title = "Found"
runs = "100 days"
replications = 1
[arrivals.later]
to = "plan"
at = ["99 days"]
[exits.closed]
[stages.plan]
stay = { constant = "300 days" }
to = "closed"
[groups.need]
stages = ["plan"]
bands = ["90 days", "180 days", "365 days"]
[start.stages.plan]
elapsed = ["250 days", "250 days"]
spells = { need = [{ to = "10 days", share = 1 }] }
[measures.long]
count = { ended = { group = "need", band = 2 } }
"#;
    assert_eq!(whole(&Study::of_text("found", text), "long"), [2.0]);
}

/// What is not reported cannot be counted, and parts that overlap cannot be added: each says what to write.
#[test]
fn parts_that_cannot_be_counted_are_refused() {
    let refused =
        |from: &str, to: &str| try_load("sources", &SOURCES.replacen(from, to, 1), &[]).unwrap_err();
    let found = refused("by_at = { source = \"triage\" }", "");
    assert!(found.iter().any(|e| e.contains("by_at = { source")), "{found:?}");
    let found = refused("by = [\"ages\"]", "");
    assert!(found.iter().any(|e| e.contains("by = [")), "{found:?}");
    let found =
        refused("part = [\"source=police\", \"source=school\"]", "part = [\"source=police\", \"young\"]");
    assert!(found.iter().any(|e| e.contains("overlaps")), "{found:?}");
    let found = refused(
        "stages = \"triage\", part = \"source=police\"",
        "stages = [\"triage\", \"help\"], part = \"source=police\"",
    );
    assert!(found.iter().any(|e| e.contains("one stage")), "{found:?}");
}

/// A stage that says itself of which group it is counts there, also in measures that name the group; one that the group lists
/// already is refused.
#[test]
fn a_stage_may_join_a_group_itself() {
    let text = r#"
[model]
title = "Joins"
runs = "100 days"
replications = 1
[arrivals.cases]
to = "first"
at = ["1 day", "2 days", "3 days"]
[exits.closed]
[stages.first]
stay = { constant = "10 days" }
to = "second"
[stages.second]
groups = ["need"]
stay = { constant = "20 days" }
to = "closed"
[groups.need]
stages = ["first"]
[measures.ends]
count = { group_ends = "need" }
[measures.moves]
count = { moves = { from = ["need"], to = ["closed"] } }
[measures.starts]
count = { group_starts = "need" }
"#;
    let study = Study::of_text("joins", text);
    for measure in ["ends", "moves", "starts"] {
        assert_eq!(whole(&study, measure), [3.0], "{measure}");
    }
    let twice = text.replace("stages = [\"first\"]", "stages = [\"first\", \"second\"]");
    let found = try_load("joins", &twice, &[]).unwrap_err();
    assert!(found.iter().any(|e| e.contains("lists the stage itself")), "{found:?}");
}
