//! The models that come with the program: they check, run, and reproduce what is published.

use crate::support::{file, model, try_load};
use crate::validation::models_in;
use caseflow::engine::Network;
use caseflow::experiment::measures::measure_all;
use caseflow::experiment::run::{Plan, Unwatched, run};

#[test]
fn every_bundled_model_checks_and_runs() {
    let names = models_in("models");
    assert!(!names.is_empty());
    for name in names {
        let text = file(&format!("models/{name}"));
        let loaded = try_load(&name, &text, &[]).unwrap_or_else(|e| panic!("{name}: {e:#?}"));
        let network = Network::compile(&loaded.model);
        let rows = run(&network, Plan { seed: 1, first: 1, replications: 2 }, &Unwatched).unwrap();
        assert_eq!(rows.numbers, [1, 2], "{name}");
        assert!(rows.events.iter().all(|n| *n > 1_000), "{name}: hardly anything happened");
    }
}

/// The check table of the bundled model: wherever the file says how near the mean must lie to what is
/// published (10 % or 5 points), it does, over 40 replications. The targets are those of the year
/// to March 2025.
#[test]
fn wiltshire_reproduces_the_published_year() {
    // the check year is the first: two years hold it
    let text = file("models/wiltshire.toml").replacen("\"6 years\"", "\"2 years\"", 1);
    let model = model("wiltshire", &text);
    let network = Network::compile(&model);
    let rows = run(&network, Plan { seed: 1, first: 1, replications: 40 }, &Unwatched).unwrap();
    let measured = measure_all(&model, network.layout(), &rows, model.run.level);
    let (mut judged, mut wrong) = (0, Vec::new());
    for m in &measured {
        let measure = &model.measures[m.measure];
        for c in m.compared.iter().filter(|c| c.near.is_some()) {
            let point = c.model.point.unwrap_or(f64::NAN);
            println!(
                "{:32} {:18} published {:10.3} model {point:10.3} {:?}",
                measure.name, c.period, c.published, c.near
            );
            judged += 1;
            if c.near != Some(true) {
                wrong.push(format!("{} {}: {point} against {}", measure.name, c.period, c.published));
            }
        }
    }
    assert!(judged >= 20, "only {judged} published figures were judged");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
