//! Pools that lose cases: no room, no patience, or a lower place in the order.

use super::formulas::{erlang_a, erlang_b, erlang_c};
use crate::support::{Judge, Study};

/// Erlang's loss formula holds for any law of stay with the same mean (Sevastyanov 1957).
#[test]
fn loss_does_not_depend_on_the_law_of_stay() {
    let s = Study::of("erlang_loss");
    let lost = erlang_b(10, 8.0);
    let mut j = Judge::new("Erlang loss", 0.01);
    for law in ["exponential", "constant", "lognormal", "mixed"] {
        j.check(&format!("{law}: lost"), &s.over("pool", "lost_share", law, ""), lost);
        j.check(&format!("{law}: in use"), &s.over("pool", "use", law, ""), 0.8 * (1.0 - lost));
        assert!(s.over("pool", "wait_mean", law, "").iter().all(|w| *w == 0.0), "{law}: somebody waited");
    }
    j.verdict();
}

/// Cobham 1954 for one server; Kella & Yechiali 1985 for several with one exponential law.
#[test]
fn the_urgent_are_served_first() {
    let s = Study::of("priorities");
    let mut j = Judge::new("priorities", 0.015);
    // mean residual work: sum of rate x E S^2 / 2
    let (one, two) = ((0.3, 0.8, 0.25), (0.5, 1.1, 1.0));
    let work: f64 = [one, two].iter().map(|(rate, mean, scv)| rate * mean * mean * (1.0 + scv) / 2.0).sum();
    let (rho1, rho2) = (0.3 * 0.8, 0.5 * 1.1);
    let first = work / (1.0 - rho1);
    let second = work / ((1.0 - rho1) * (1.0 - rho1 - rho2));
    j.check("one server, urgent", &s.over("stage", "wait_mean", "urgent", ""), first);
    j.check("one server, ordinary", &s.over("stage", "wait_mean", "ordinary", ""), second);
    let (rate, c) = (2.5, 3.0);
    let base = erlang_c(3, rate) / c;
    let share = 0.4 * rate / c;
    let team = |kind: &str| s.over("stage", "wait_mean", "triage", kind);
    j.check("three servers, urgent", &team("kind=urgent"), base / (1.0 - share));
    j.check("three servers, ordinary", &team("kind=ordinary"), base / ((1.0 - share) * (1.0 - rate / c)));
    j.verdict();
}

/// Exponential patience (Palm 1957) and fixed patience with one server (Barrer 1957).
#[test]
fn those_who_wait_too_long_give_up() {
    let s = Study::of("abandonment");
    let mut j = Judge::new("abandonment", 0.01);
    let (gave_up, queue, wait) = erlang_a(12.0, 1.0, 10, 0.5);
    j.check("Erlang A: gave up", &s.over("pool", "gave_up_share", "desk", ""), gave_up);
    j.check("Erlang A: number waiting", &s.over("pool", "waiting_mean", "desk", ""), queue);
    j.check("Erlang A: in use", &s.over("pool", "use", "desk", ""), 12.0 * (1.0 - gave_up) / 10.0);
    // those who start at once, of all who ask
    let at_once: Vec<f64> = s
        .over("stage", "started", "answered", "")
        .iter()
        .zip(s.over("stage", "wait_share", "answered", ""))
        .zip(s.over("stage", "asked", "answered", ""))
        .map(|((started, waited), asked)| started * (1.0 - waited) / asked)
        .collect();
    j.check("Erlang A: at once", &at_once, 1.0 - wait);
    // one server, rate a, stays of mean 1, patience d: density of the work found is
    // a p0 exp(-(1 - a) x) up to d and falls like exp(-x) from there
    let (a, d) = (0.9f64, 3.0f64);
    let tail = (-(1.0 - a) * d).exp();
    let p0 = 1.0 / (1.0 + a * (1.0 - tail) / (1.0 - a) + a * tail);
    j.check("fixed patience: gave up", &s.over("pool", "gave_up_share", "room", ""), a * p0 * tail);
    j.check("fixed patience: in use", &s.over("pool", "use", "room", ""), 1.0 - p0);
    j.verdict();
}
