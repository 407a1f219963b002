//! Exact event times, worked by hand (validation case d01), and what they say about ties:
//!
//! - at one instant stays end first, then places change by calendar, then cases give up, come
//!   back and arrive; within a kind, in the order in which they were scheduled;
//! - a place given back is offered to the queue before the case that gave it back may ask again,
//!   and that case joins the tail;
//! - a stay that ends at t frees its place for an arrival at t;
//! - when places fall, what is in hand is finished;
//! - siblings stand in the queue in the order of their numbers.

use crate::support::{Log, column, network};
use caseflow::engine::{Happening, Network};

/// Starts and ends of the stays of each case, in days.
fn stays(name: &str) -> Vec<Vec<(f64, f64)>> {
    let (log, _) = Log::of(&network(name), 1);
    let cases = log.0.iter().map(|e| e.1).max().unwrap() + 1;
    (0..cases).map(|case| log.stays(case)).collect()
}

fn once(list: &[(f64, f64)]) -> Vec<Vec<(f64, f64)>> {
    list.iter().map(|s| vec![*s]).collect()
}

#[test]
fn t1_one_place() {
    assert_eq!(stays("trace_t1"), once(&[(0., 5.), (5., 10.), (10., 15.), (15., 20.)]));
}

#[test]
fn t2_two_places() {
    assert_eq!(stays("trace_t2"), once(&[(0., 4.), (1., 7.), (4., 7.5), (7., 9.), (10., 11.)]));
}

/// The order of coming is A, B, C, D, E.
#[test]
fn t3_priorities() {
    assert_eq!(stays("trace_t3"), once(&[(0., 10.), (13., 15.), (10., 12.), (12., 13.), (15., 16.)]));
}

#[test]
fn t4_the_queue_goes_first() {
    assert_eq!(stays("trace_t4"), [vec![(0., 3.), (6., 8.)], vec![(3., 6.), (8., 10.)]]);
}

/// Convention A: the queue is served before the releasing case asks again, so X does not overtake.
#[test]
fn t5_the_queue_goes_first_even_before_the_more_urgent() {
    assert_eq!(stays("trace_t5"), [vec![(0., 3.), (6., 8.)], vec![(3., 6.), (8., 10.)]]);
}

#[test]
fn t6_places_by_calendar() {
    assert_eq!(stays("trace_t6"), once(&[(0., 6.), (6., 12.), (20., 26.), (20., 26.)]));
}

#[test]
fn t7_patience() {
    let (log, _) = Log::of(&network("trace_t7"), 1);
    assert_eq!(log.stays(0), [(0., 10.)]);
    assert_eq!(log.days(1, |h| matches!(h, Happening::GaveUp(_))), [6.0]);
    assert_eq!(log.days(1, |h| matches!(h, Happening::Started(_))), [0.0; 0]);
    assert_eq!(log.stays(2), [(10., 13.)]);
}

#[test]
fn t8_an_end_frees_the_place_for_an_arrival_at_the_same_moment() {
    assert_eq!(stays("trace_t8"), once(&[(0., 5.), (5., 6.)]));
    let (_, row) = Log::of(&network("trace_t8"), 1);
    let net = network("trace_t8");
    assert_eq!(row[column(net.layout(), "stage", "wait_mean", "stay", "", None)], 0.0);
}

/// C has waited since day 2, B comes at 5: C, then B, who waits 2 days.
#[test]
fn t8b_but_not_before_those_who_wait() {
    assert_eq!(stays("trace_t8b"), once(&[(0., 5.), (5., 7.), (7., 8.)]));
}

#[test]
fn t9_siblings_in_order() {
    assert_eq!(stays("trace_t9"), once(&[(1., 3.), (3., 5.), (5., 7.)]));
}

/// Over (4, 14] of T1: present 4, 3, 2 for 1, 5 and 4 days; waiting one fewer.
#[test]
fn t10_statistics_of_a_window() {
    let net: Network = network("trace_t1");
    let (_, row) = Log::of(&net, 1);
    let get = |kind: &str, measure: &str, of: &str| row[column(net.layout(), kind, measure, of, "", None)];
    let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-9, "{a} is not {b}");
    near(get("stage", "children_mean", "stay"), 2.7);
    near(get("pool", "waiting_mean", "place"), 1.7);
    near(get("pool", "use", "place"), 1.0);
    near(get("stage", "ended", "stay"), 2.0);
    near(get("stage", "wait_mean", "stay"), 6.0);
    near(get("model", "sojourn_mean", ""), 7.0);
    near(get("stage", "staying_end", "stay"), 1.0);
    near(get("stage", "waiting_end", "stay"), 1.0);
}

/// A window that closes with the run holds what happens at its last moment; a run without a stated
/// window holds what happens before its end.
#[test]
fn t10_a_window_that_closes_with_the_run() {
    let text = crate::support::file("tests/models/trace_t1.toml");
    let ended = |runs: &str, window: &str| {
        let text = text
            .replace("\"30 days\"", runs)
            .replace("window = { from = \"4 days\", to = \"14 days\" }", window);
        let net = Network::compile(&crate::support::model("t1", &text));
        Log::of(&net, 1).1[column(net.layout(), "stage", "ended", "stay", "", None)]
    };
    let window = "window = { from = \"5 days\", to = \"15 days\" }";
    assert_eq!(ended("\"15 days\"", window), 2.0);
    assert_eq!(ended("\"16 days\"", window), 2.0);
    assert_eq!(ended("\"15 days\"", ""), 2.0);
    assert_eq!(ended("\"20 days\"", ""), 3.0);
}
