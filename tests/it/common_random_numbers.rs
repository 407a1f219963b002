//! Scenarios share their luck: the difference between two varies far less than with fresh luck.

use crate::support::{column, file, model, try_load};
use caseflow::engine::Network;
use caseflow::experiment::run::{Plan, Unwatched, run};
use caseflow::stats::moments::Moments;
use statrs::distribution::{ContinuousCDF, FisherSnedecor};

fn variance(values: impl Iterator<Item = f64>) -> f64 {
    values.collect::<Moments>().variance().unwrap()
}

/// Variance of a difference with fresh luck over that with the same luck.
fn factor(text: &str, scenario: &str, what: (&str, &str, &str, &str), replications: u64) -> f64 {
    let base = Network::compile(&model("base", text));
    let changed = Network::compile(&try_load("changed", text, &[scenario]).unwrap().model);
    let values = |net: &Network, seed: u64| {
        let at = column(net.layout(), what.0, what.1, what.2, what.3, None);
        let plan = Plan { seed, first: 1, replications };
        run(net, plan, &Unwatched).unwrap().values.column(at).to_vec()
    };
    let (a, same, fresh) = (values(&base, 1), values(&changed, 1), values(&changed, 2));
    let difference = |b: &[f64]| variance(b.iter().zip(&a).map(|(b, a)| b - a));
    difference(&fresh) / difference(&same)
}

/// The ratio of two variances of `n` differences that chance alone exceeds once in a million times.
/// One sample is in both, which makes the ratio vary less, so the bound is on the safe side.
fn beyond_chance(n: u64) -> f64 {
    let f = FisherSnedecor::new((n - 1) as f64, (n - 1) as f64).unwrap();
    f.inverse_cdf(1.0 - 1e-6)
}

/// Required: a factor beyond chance. How large it is depends on the change: it is printed, and told for
/// every bundled scenario in `docs/scenarios.md`. One more place changes a busy queue so much that
/// little is left to share, so more replications are needed to show it.
#[test]
fn the_variance_of_a_difference_is_cut() {
    let queue = "[model]\ntitle = \"Queue\"\nruns = \"1000 days\"\nwarm_up = \"100 days\"\n\
        [arrivals.in]\nto = \"work\"\nrate = \"9 per day\"\n\
        [stages.work]\nstay = { gamma = { mean = \"1 day\", cv = 0.5 } }\npool = \"team\"\nto = \"out\"\n\
        [pools.team]\nplaces = 10\n";
    let shorter = "title = \"Shorter\"\n[change]\n\"stages.work.stay.gamma.mean\" = \"0.98 days\"\n";
    let more = "title = \"More\"\n[change]\n\"arrivals.in.rate\" = { times = 1.02 }\n";
    let waiting = ("pool", "wait_mean", "team", "");
    let place = factor(queue, "title = \"One more\"\n[change]\n\"pools.team.places\" = 11\n", waiting, 1_000);
    let (shorter, more) = (factor(queue, shorter, waiting, 200), factor(queue, more, waiting, 200));
    println!(
        "mean wait: one more place {place:.1}, stays 2 % shorter {shorter:.1}, arrivals 2 % more {more:.1}"
    );
    assert!(shorter > beyond_chance(200), "{shorter}");
    assert!(place > beyond_chance(1_000), "{place}");
    assert!(more > beyond_chance(200), "{more}");
}

/// The same for the bundled model.
#[test]
fn the_bundled_model_shares_its_luck() {
    let text = file("models/wiltshire.toml").replacen("\"6 years\"", "\"2 years\"", 1);
    let scenario = "title = \"Fewer\"\n[change]\n\"stages.assessment.stay\" = \"30 working days\"\n";
    let assessments = factor(&text, scenario, ("stage", "children_mean", "assessment", ""), 40);
    println!("children in assessment: {assessments:.1}");
    assert!(assessments > beyond_chance(40), "{assessments}");
}
