//! Several stages: queues with feedback, and ways through a routing matrix.

use super::formulas::{Delay, traffic};
use crate::support::{Judge, Study};

/// Jackson 1957: every station as if alone, with arrivals from the traffic equations.
#[test]
fn a_network_with_feedback() {
    let s = Study::of("jackson");
    let routes = [vec![0.0, 0.6, 0.3], vec![0.2, 0.0, 0.0], vec![0.0, 0.3, 0.2]];
    let flow = traffic(&routes, &[0.5, 0.2, 0.2]);
    let mut j = Judge::new("Jackson", 0.015);
    let a = Delay::new(flow[0], 1.0, 1);
    let b = Delay::new(flow[1], 1.0 / 1.5, 2);
    let present = |name: &str| s.over("stage", "children_mean", name, "");
    let expected = [a.lambda * (a.mean_wait() + 1.0), b.lambda * (b.mean_wait() + 1.5), flow[2] * 4.0];
    for (name, exact) in ["a", "b", "c"].iter().zip(expected) {
        j.check(&format!("number at {name}"), &present(name), exact);
    }
    j.check("wait at a", &s.over("stage", "wait_mean", "a", ""), a.mean_wait());
    j.check("wait at b", &s.over("stage", "wait_mean", "b", ""), b.mean_wait());
    j.check("in use at b", &s.over("pool", "use", "b", ""), b.lambda / (f64::from(b.c) * b.mu));
    let sojourn = expected.iter().sum::<f64>() / 0.9;
    j.check("time in the network", &s.over("model", "sojourn_mean", "", ""), sojourn);
    j.verdict();
}

/// Kemeny & Snell: visits from (I - P)^-1, ways out from visits times the last step.
#[test]
fn visits_and_ways_out_are_those_of_the_routing_matrix() {
    let s = Study::of("routes");
    let p = [
        vec![0.0, 0.4, 0.25, 0.0],
        vec![0.3, 0.0, 0.3, 0.1],
        vec![0.0, 0.5, 0.1, 0.2],
        vec![0.05, 0.0, 0.0, 0.0],
    ];
    let visits = traffic(&p, &[0.7, 0.3, 0.0, 0.0]);
    let mut j = Judge::new("routes", 0.005);
    let arrived = ("stream", "arrived", "cohort", "");
    let names = ["one", "two", "three", "four"];
    for (name, exact) in names.iter().zip(&visits) {
        j.check(&format!("visits to {name}"), &s.share(("stage", "asked", name, ""), arrived), *exact);
        let gone = s.over("stage", "children_end", name, "");
        assert!(gone.iter().all(|n| *n == 0.0), "somebody is still in {name}");
    }
    let ways =
        [("one", "closed", 0.35), ("two", "moved", 0.3), ("three", "closed", 0.2), ("four", "out", 0.95)];
    for (from, to, share) in ways {
        let i = names.iter().position(|n| *n == from).unwrap();
        let left = s.share(("stage", "to", from, to), arrived);
        j.check(&format!("leave from {from} by {to}"), &left, visits[i] * share);
    }
    // odds of 0.4 tripled are 2/3; three in ten have them
    let closed = s.share(("stage", "to", "choice", "closed"), ("stream", "arrived", "others", ""));
    j.check("odds times three for some", &closed, 0.7 * 0.4 + 0.3 * (2.0 / 3.0));
    j.verdict();
}
