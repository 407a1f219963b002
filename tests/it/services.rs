//! Services beside the stages: queues against theory, what effects change and what they must not.

use super::files::good;
use caseflow::engine::Network;
use caseflow::experiment::run::{Plan, Rows, Unwatched, run};

fn network(text: &str) -> Network {
    Network::compile(&good("services.toml", text).model)
}

fn rows(network: &Network, replications: u64) -> Rows {
    run(network, Plan { seed: 7, first: 0, replications }, &Unwatched).unwrap()
}

/// Numbers of one column over the window, replication by replication.
fn column(network: &Network, rows: &Rows, kind: &str, measure: &str, of: &str, part: &str) -> Vec<f64> {
    let at = network.layout().find(kind, measure, of, part, None);
    let at = at.unwrap_or_else(|| panic!("{kind} {measure} {of} {part}"));
    rows.values.column(at).to_vec()
}

fn mean_and_error(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let square = values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / (n - 1.0);
    (mean, (square / n).sqrt())
}

/// Bits of all numbers that are not of a service.
fn bits(network: &Network, rows: &Rows) -> Vec<u64> {
    let columns = network.layout().columns();
    let kept: Vec<usize> = (0..columns.len()).filter(|i| columns[*i].kind != "service").collect();
    rows.values.rows().into_iter().flat_map(|r| kept.iter().map(move |i| r[*i].to_bits())).collect()
}

/// Families that pass through a stage quickly and stay on the list of the service afterwards.
fn alone(places: u32, more: &str) -> String {
    format!(
        r#"
[model]
title = "A service alone"
runs = "500 days"
warm_up = "60 days"
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
{more}
"#
    )
}

/// M/M/c+M (Erlang A) by its birth and death rates: 6 a day come, each of 5 places serves 1 a day,
/// each who waits gives up at 0.5 a day. 40 replications of 500 days; each mean within 4.5 standard
/// errors.
#[test]
fn a_service_alone_is_a_queue_with_abandonment() {
    let (come, serve, give_up, places) = (6.0, 1.0, 0.5, 5usize);
    let mut p = vec![1.0f64];
    for n in 1..400 {
        let down = serve * n.min(places) as f64 + give_up * n.saturating_sub(places) as f64;
        p.push(p[n - 1] * come / down);
    }
    let total: f64 = p.iter().sum();
    let mean = |f: &dyn Fn(usize) -> f64| p.iter().enumerate().map(|(n, p)| f(n) * p / total).sum::<f64>();
    let waiting = mean(&|n| n.saturating_sub(places) as f64);
    let busy = mean(&|n| n.min(places) as f64);
    let at_once = mean(&|n| f64::from(n < places));
    let net = network(&alone(5, "patience = { exponential = { mean = \"2 days\" } }"));
    let rows = rows(&net, 40);
    let of = |measure: &str| column(&net, &rows, "service", measure, "help", "");
    let days = 500.0;
    let immediate: Vec<f64> = of("started")
        .iter()
        .zip(of("wait_share"))
        .zip(of("referrals"))
        .map(|((started, waited), come)| started * (1.0 - waited) / come)
        .collect();
    let checks = [
        ("waiting", of("waiting_mean"), waiting),
        ("receiving", of("receiving_mean"), busy),
        ("given up a day", of("gave_up").iter().map(|n| n / days).collect(), give_up * waiting),
        ("started a day", of("started").iter().map(|n| n / days).collect(), serve * busy),
        ("started at once", immediate, at_once),
    ];
    for (what, values, theory) in checks {
        let (mean, error) = mean_and_error(&values);
        assert!(error < 0.05 * theory, "{what}: error {error}");
        assert!((mean - theory).abs() < 4.5 * error, "{what}: {mean} +- {error}, theory {theory}");
    }
}

/// Every referral since the beginning ends somewhere, in every replication.
#[test]
fn referrals_are_conserved() {
    let more = "patience = { exponential = { mean = \"2 days\" } }\naccepted = 0.8\ntaken_up = 0.7\nwaiting_room = 6\non_leaving = \"withdraw\"";
    let text = alone(3, more).replace("1 hour", "1 day").replace("warm_up = \"60 days\"", "");
    let net = network(&text);
    let rows = rows(&net, 5);
    let of = |measure: &str| column(&net, &rows, "service", measure, "help", "");
    let ends = ["turned_away", "not_taken_up", "gave_up", "withdrew", "started", "waiting_end"];
    for r in 0..5 {
        let referred = of("referrals")[r];
        assert_eq!(referred, ends.iter().map(|m| of(m)[r]).sum::<f64>());
        assert!(referred > 2000.0 && ends.iter().all(|m| of(m)[r] > 0.0 || *m == "waiting_end"));
        assert_eq!(of("started")[r], of("finished")[r] + of("receiving_end")[r]);
        assert_eq!(of("accepted")[r], referred - of("turned_away")[r]);
    }
}

/// A model with every kind of law, families, a start, returns, and a service.
fn full(service: &str) -> String {
    format!(
        r#"
[model]
title = "Everything"
starts = 2024-04-01
runs = "3 years"
[ages]
young = [0, 8]
old = [8, 18]
[cases]
ages = {{ young = 0.5, old = 0.5 }}
families = {{ 1 = 0.5, 3 = 0.5 }}
leave = {{ age = 18, to = "out" }}
[needs]
abuse = 0.5
[arrivals.all]
to = "assessment"
rate = "60 per month"
[stages.assessment]
stay = {{ gamma = {{ mean = "31 working days", sd = "14 working days" }} }}
to = {{ plan = 0.5, help = 0.3, closed = 0.2 }}
odds = {{ plan = {{ abuse = 1.5 }} }}
[stages.help]
stay = {{ lognormal = {{ mean = "150 days", sd = "115 days" }} }}
stay_by = {{ plan = {{ lognormal = {{ mean = "90 days", sd = "60 days" }} }} }}
to = {{ closed = 0.7, plan = 0.3 }}
[stages.plan]
stay = {{ reviews = {{ first = "3 months", then = "6 months", within = "28 days", ends = [0.1, 0.6, 0.5] }} }}
interrupted = {{ care = "0.1 per year" }}
to = {{ help = 0.8, closed = 0.2 }}
[stages.care]
stay = {{ hazards = {{ closed = "0.5 per year", care = "0.5 per year" }} }}
[exits.closed]
returns = {{ to = "assessment", within = {{ "12 months" = 0.2 }} }}
[start.stages]
plan = 60
help = {{ cases = 80 }}
{service}
"#
    )
}

fn service(places: u32, effects: &str) -> String {
    format!(
        r#"
[services.work]
places = {places}
length = {{ gamma = {{ mean = "16 weeks", cv = 0.5 }} }}
patience = {{ exponential = {{ mean = "30 weeks" }} }}
accepted = 0.9
taken_up = 0.8
delivered = 0.9
in_time = "6 weeks"
start = {{ received = 0.3, received_late = 0.1, receiving = 0.2, waiting = 0.2 }}
refer = [
  {{ stage = "plan", if = "abuse", share = 0.9, priority = -1 }},
  {{ stage = "help", share = 0.5 }},
]
{effects}
"#
    )
}

fn effects(odds: f64, stay: f64, returns: f64) -> String {
    let mut text = String::new();
    for status in ["waiting", "received_in_time", "received_late", "not_received"] {
        for (at, what) in [
            ("plan", format!("odds = {{ help = {odds:?} }}\nstay = {stay:?}")),
            ("help", format!("odds = {{ plan = {odds:?} }}\nstay = {stay:?}")),
            ("care", format!("stay = {stay:?}")),
            ("closed", format!("returns = {returns:?}")),
        ] {
            text += &format!("[services.work.effects.{at}.{status}]\n{what}\n");
        }
    }
    text
}

#[test]
fn effects_of_one_change_no_bit() {
    let without = network(&full(""));
    let bare = rows(&without, 6);
    let expected = bits(&without, &bare);
    for (places, effects) in
        [(10, effects(1.0, 1.0, 1.0)), (10, String::new()), (1_000_000, effects(1.0, 1.0, 1.0))]
    {
        let with = network(&full(&service(places, &effects)));
        let rows = rows(&with, 6);
        assert!(bits(&with, &rows) == expected, "{places} places");
        let started = column(&with, &rows, "service", "started", "work", "");
        assert!(started.iter().all(|n| *n > 10.0), "{started:?}");
        let waits = column(&with, &rows, "service", "wait", "work", "q0.9");
        assert_eq!(waits.iter().all(|w| *w == 0.0), places > 10, "{waits:?}");
    }
    // and effects there are
    for effects in [effects(2.0, 1.0, 1.0), effects(1.0, 0.8, 1.0), effects(1.0, 1.0, 2.0)] {
        let with = network(&full(&service(10, &effects)));
        assert!(bits(&with, &rows(&with, 6)) != expected);
    }
}

/// With a place for everybody at once, whoever is referred receives it in time: however much worse it
/// is to wait, to be late or to go without, not a bit differs from the model without the service.
#[test]
fn a_service_without_limit_changes_nothing() {
    let without = network(&full(""));
    let expected = bits(&without, &rows(&without, 6));
    let worse = effects(3.0, 1.5, 2.0);
    let (others, _) = worse.split_once("[services.work.effects.plan.received_in_time]").unwrap();
    let later = worse.split_once("[services.work.effects.plan.received_late]").unwrap().1;
    let worse = format!("{others}[services.work.effects.plan.received_late]{later}");
    // nobody is turned away, stays away, is not reached, or has a history of waiting and lateness
    let open = |places: u32| {
        let text = service(places, &worse)
            .replace("accepted = 0.9\ntaken_up = 0.8\ndelivered = 0.9\n", "")
            .replace("start = { received = 0.3, received_late = 0.1, receiving = 0.2, waiting = 0.2 }\n", "");
        network(&full(&text))
    };
    let endless = open(1_000_000);
    assert!(bits(&endless, &rows(&endless, 6)) == expected);
    let short = open(10);
    assert!(bits(&short, &rows(&short, 6)) != expected);
}

/// An effect too small to move a review, or a route, goes through all the machinery and must come
/// out at the same moments: the decision is by the same uniforms.
#[test]
fn the_machinery_decides_by_the_same_uniforms() {
    let strip = |text: String| {
        text.replace("stay_by = { plan = { lognormal = { mean = \"90 days\", sd = \"60 days\" } } }", "")
    };
    let without = network(&strip(full("")));
    let expected = bits(&without, &rows(&without, 6));
    let tiny = 1.0 + 1e-13;
    let mut text = String::new();
    for status in ["waiting", "received_in_time", "received_late", "not_received"] {
        text += &format!(
            "[services.work.effects.plan.{status}]\nodds = {{ help = {tiny:?} }}\nstay = {tiny:?}\n"
        );
        text += &format!("[services.work.effects.help.{status}]\nodds = {{ plan = {tiny:?} }}\n");
    }
    let with = network(&strip(full(&service(10, &text))));
    assert!(bits(&with, &rows(&with, 6)) == expected);
}

/// Twice the places: nobody waits longer, in any month of any replication, with the same referrals
/// (first come, first served; nobody gives up).
#[test]
fn twice_the_places_never_lengthens_the_wait() {
    // a return or a failed delivery would lead to new referrals, sooner with more places
    let spec = |places| {
        let text = service(places, "").replace("patience = { exponential = { mean = \"30 weeks\" } }", "");
        let text = text.replace(", priority = -1", "").replace("delivered = 0.9", "");
        full(&text).replace("returns = { to = \"assessment\", within = { \"12 months\" = 0.2 } }", "")
    };
    let mut longer = 0;
    for (few, many) in [(6, 12), (10, 20), (16, 32)] {
        let nets = [network(&spec(few)), network(&spec(many))];
        let rows = nets.each_ref().map(|n| rows(n, 8));
        for (i, c) in nets[0].layout().columns().iter().enumerate() {
            let (a, b) = (rows[0].values.column(i), rows[1].values.column(i));
            match c.measure {
                "referrals" => assert_eq!(a, b),
                "waiting_end" | "waiting_mean" | "unmet_child_weeks" if c.kind == "service" => {
                    assert!(a.iter().zip(b).all(|(a, b)| b <= a), "{} {:?}", c.measure, c.period);
                    longer += a.iter().zip(b).filter(|(a, b)| **b < **a).count();
                }
                _ => {}
            }
        }
    }
    assert!(longer > 100);
}

/// By hand. Two children come at day 0; one place, four days each; the stay is ten days, halved by
/// receiving: the first stays 5 days; the second starts at day 4, has 6 left, and stays 4 + 3 = 7.
#[test]
fn what_is_left_of_a_stay_is_multiplied_when_the_status_changes() {
    let net = network(
        r#"
[model]
title = "Two children"
runs = "30 days"
[arrivals.all]
to = "help"
at = [{ at = "1 day", children = 1 }, { at = "1 day", children = 1 }]
[stages.help]
stay = "10 days"
to = "out"
[services.work]
places = 1
length = "4 days"
in_time = "1 day"
refer = [{ stage = "help" }]
[services.work.effects.help]
received_in_time = { stay = 0.5 }
received_late = { stay = 0.5 }
"#,
    );
    let rows = rows(&net, 1);
    let of = |kind, measure, of, part| column(&net, &rows, kind, measure, of, part)[0];
    assert_eq!(of("stage", "stay_mean", "help", ""), 6.0);
    assert_eq!(of("service", "wait_mean", "work", ""), 2.0);
    assert_eq!(of("service", "in_time_share", "work", ""), 0.5);
    // one child waits four days
    assert!((of("service", "unmet_child_weeks", "work", "") - 4.0 / 7.0).abs() < 1e-12);
    assert_eq!(of("service", "started_share", "work", "within 1 days"), 0.5);
}

/// Shares that must follow from odds: a route of 0.5 with its odds tripled is 0.75; a review that
/// ends a stay with 0.4 ends it with odds divided by 0.5, 0.8 / 1.4 = 4 / 7; of 0.2 that come back,
/// 0.5 / 1.5 = 1 / 3 with odds doubled. About 7,300 cases each; 4.5 standard errors of a share.
#[test]
fn odds_of_routes_reviews_and_returns() {
    let net = network(
        r#"
[model]
title = "Odds"
runs = "8 years"
periods = "whole"
[arrivals.all]
to = "help"
rate = "20 per day"
[stages.help]
stay = { reviews = { first = "30 days", then = "30 days", within = "5 days", ends = [0.4, 1] } }
bands = ["40 days"]
to = { one = 0.5, two = 0.5 }
[stages.again]
stay = "1 day"
to = "out"
[exits.one]
returns = { to = "again", within = { "10 days" = 0.2 } }
[exits.two]
[services.work]
places = 1_000_000
length = "4 days"
in_time = "1 day"
refer = [{ stage = "help" }]
[services.work.effects.help.received_in_time]
odds = { one = 3 }
stay = 0.5
[services.work.effects.one.received_in_time]
returns = 2
"#,
    );
    let rows = rows(&net, 1);
    let of = |kind, measure, of, part| column(&net, &rows, kind, measure, of, part)[0];
    let n = of("stage", "ended", "help", "");
    let one = of("stage", "to", "help", "one");
    let first = of("stage", "ended_in_band", "help", "0");
    let back = of("stage", "returned", "again", "");
    for (what, share, p, n) in [
        ("route", one / n, 0.75, n),
        ("review", first / n, 4.0 / 7.0, n),
        ("return", back / one, 1.0 / 3.0, one),
    ] {
        let error = (p * (1.0 - p) / n).sqrt();
        assert!(n > 7000.0 && (share - p).abs() < 4.5 * error, "{what}: {share}, expected {p} +- {error}");
    }
}

#[cfg(feature = "parallel")]
#[test]
fn any_number_of_threads_gives_the_same_bits() {
    let net = network(&full(&service(8, &effects(1.4, 0.9, 1.2))));
    let digest = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| rows(&net, 12).digest())
    };
    let one = digest(1);
    assert_eq!([digest(2), digest(8)], [one, one]);
}
