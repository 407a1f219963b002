//! Staff: theory of queues, what may change no bit, and what is conserved.

use caseflow::base::diag::SourceMap;
use caseflow::engine::{Layout, Network};
use caseflow::experiment::run::{Plan, Rows, Unwatched, run};
use caseflow::model::load;

fn network(text: &str) -> Network {
    let mut sources = SourceMap::default();
    let file = sources.add("staff.toml", text);
    let loaded = load(&sources, file, &[]).unwrap_or_else(|errors| {
        let plain: Vec<_> = errors.iter().map(|d| sources.plain(d)).collect();
        panic!("{plain:#?}")
    });
    Network::compile(&loaded.model)
}

fn rows(network: &Network, replications: u64) -> Rows {
    run(network, Plan { seed: 5, first: 0, replications }, &Unwatched).unwrap()
}

fn values(
    layout: &Layout,
    rows: &Rows,
    kind: &str,
    measure: &str,
    of: &str,
    period: Option<usize>,
) -> Vec<f64> {
    part(layout, rows, (kind, measure, of, ""), period)
}

fn part(layout: &Layout, rows: &Rows, c: (&str, &str, &str, &str), period: Option<usize>) -> Vec<f64> {
    let at = layout.find(c.0, c.1, c.2, c.3, period).unwrap_or_else(|| panic!("{c:?}"));
    rows.values.column(at).to_vec()
}

/// Erlang's C: the mean wait in a queue with Poisson arrivals and exponential service.
fn erlang_c_wait(c: u32, offered: f64, service: f64) -> f64 {
    let (mut term, mut sum) = (1.0, 0.0);
    for k in 0..c {
        sum += term;
        term *= offered / f64::from(k + 1);
    }
    let rho = offered / f64::from(c);
    let queue = term / (1.0 - rho);
    queue / (sum + queue) * service / (f64::from(c) - offered)
}

const CAPPED: &str = r#"
[model]
title = "Workers who hold one case at a time"
runs = "12000 days"
warm_up = "200 days"
[arrivals.cases]
to = "work"
rate = "4 per day"
[stages.work]
stay = { exponential = { mean = "1 day" } }
to = "out"
staff = "worker"
[roles.worker]
regime = "cap"
caseload = 1
[teams.all]
posts = { worker = 5 }
"#;

/// The interval was set beforehand: Student's at level 1 - 1e-6 over 40 replications, which must
/// be shorter than 8 % of the value to either side.
#[test]
fn a_hard_cap_without_turnover_is_erlangs_queue() {
    let network = network(CAPPED);
    let waits = values(network.layout(), &rows(&network, 40), "role", "wait_mean", "worker", None);
    let n = waits.len() as f64;
    let mean = waits.iter().sum::<f64>() / n;
    let variance = waits.iter().map(|w| (w - mean) * (w - mean)).sum::<f64>() / (n - 1.0);
    // the 1 - 1e-6 / 2 quantile of Student's law with 39 degrees of freedom
    let half = (variance / n).sqrt() * 5.79;
    let exact = erlang_c_wait(5, 4.0, 1.0);
    assert!(half < 0.08 * exact, "{half} is too wide for {exact}");
    assert!((mean - exact).abs() < half, "{mean} +- {half}, exact {exact}");
}

/// A worker with a cap of three is three places.
#[test]
fn a_cap_of_three_is_three_places() {
    let text = CAPPED.replace("caseload = 1", "caseload = 3").replace("worker = 5", "worker = 2");
    let network = network(&text);
    let waits = values(network.layout(), &rows(&network, 40), "role", "wait_mean", "worker", None);
    let mean = waits.iter().sum::<f64>() / 40.0;
    let exact = erlang_c_wait(6, 4.0, 1.0);
    assert!((mean - exact).abs() < 0.1 * exact, "{mean}, exact {exact}");
}

const FULL: &str = include_str!("../models/staff.toml");

fn full(effects: &str) -> String {
    FULL.replace("[roles.key_worker]", &format!("{effects}\n[roles.key_worker]"))
}

#[test]
fn effects_of_zero_change_no_bit() {
    let none = network(&full(""));
    let zero = network(&full(
        "effects = { overrun = { assessment = 0 }, drift = { plan = 0 }, visits = 0, turnover = 0 }",
    ));
    let some = network(&full(
        "effects = { overrun = { assessment = 0.5 }, drift = { plan = 0.5 }, visits = 0.5, turnover = 1 }",
    ));
    let digest = |n: &Network| rows(n, 6).digest();
    assert_eq!(digest(&none), digest(&zero));
    assert_ne!(digest(&none), digest(&some));
}

/// Each effect moves what it is said to move, in the direction it is said to.
#[test]
fn each_effect_moves_what_it_should() {
    let few = full("").replace("social_worker = 8.4", "social_worker = 5");
    let mean = |effects: &str, kind: &str, measure: &str, of: &str| {
        let text = few.replace("agency = { share = 0.5", &format!("{effects}\nagency = {{ share = 0.5"));
        let network = network(&text);
        let found = values(network.layout(), &rows(&network, 20), kind, measure, of, None);
        found.iter().sum::<f64>() / 20.0
    };
    for (effects, kind, measure, of, up) in [
        ("effects = { overrun = { assessment = 1 } }", "stage", "stay_mean", "assessment", true),
        ("effects = { overrun = { assessment = 1 } }", "stage", "in_time_share", "assessment", false),
        ("effects = { drift = { plan = 1 } }", "stage", "stay_mean", "plan", true),
        ("effects = { visits = 1 }", "stage", "visits_on_time_share", "plan", false),
        ("effects = { turnover = 2 }", "role", "left", "social_worker", true),
    ] {
        let (without, with) = (mean("", kind, measure, of), mean(effects, kind, measure, of));
        assert!(
            if up { with > 1.02 * without } else { with < 0.98 * without },
            "{effects}: {without} -> {with}"
        );
    }
}

/// Full-time equivalents in post and vacant make up the establishment in every month, and agency
/// workers sit in vacant posts.
#[test]
fn workers_are_conserved() {
    let network = network(&full("effects = { turnover = 1 }"));
    let (layout, rows) = (network.layout(), rows(&network, 4));
    for (desk, establishment) in [
        ("north/social_worker", 5.6),
        ("south/social_worker", 8.4),
        ("north/key_worker", 3.5),
        ("south/key_worker", 5.0),
    ] {
        for period in 0..36 {
            let of = |measure| values(layout, &rows, "staff", measure, desk, Some(period));
            let (post, vacant, agency) = (of("in_post_end"), of("vacant_end"), of("agency_end"));
            let (mean_post, mean_vacant) = (of("in_post_mean"), of("vacant_mean"));
            for r in 0..4 {
                assert!((post[r] + vacant[r] - establishment).abs() < 1e-9);
                assert!((mean_post[r] + mean_vacant[r] - establishment).abs() < 1e-9);
                assert!(agency[r] <= vacant[r] + 1e-9 && agency[r] >= 0.0);
            }
        }
    }
}

const ABSENCE: &str =
    "absence = { rate = \"0.5 per year\", length = { exponential = { mean = \"13 weeks\" } } }";

fn waiting() -> String {
    ABSENCE.replace("} } }", "} }, cases = \"wait\" }")
}

/// Every case in a stage of a role is held by one worker or waits for one, whoever is absent.
#[test]
fn cases_are_held_or_wait() {
    for absence in ["", ABSENCE, &waiting()] {
        held_or_waiting(&network(&full(absence).replace(", with = { key_worker = 0.5 }", "")));
    }
}

/// Absences and returns are a process of two states: with rate r and mean length m, a share r m / (1 + r m) is absent at
/// any moment, from the beginning on. A worker's share over time T has the variance 2 p (1 - p) t / T with
/// t = 1 / (r + 1 / m); the bound, set beforehand, is five standard errors of 14 posts in 100 replications of three years.
#[test]
fn absences_have_their_share() {
    let network = network(&full(ABSENCE));
    let (layout, rows) = (network.layout(), rows(&network, 100));
    let (r, m, years) = (0.5f64, 91.0 / 365.25, 3.0);
    let p = r * m / (1.0 + r * m);
    for period in [None, Some(0)] {
        let sum =
            |measure| values(layout, &rows, "role", measure, "social_worker", period).iter().sum::<f64>();
        let found = sum("absent_mean") / sum("in_post_mean");
        let time = if period.is_none() { years } else { 1.0 / 12.0 };
        // a month is shorter than a spell: then a share varies as one look does
        let variance = (2.0 * p * (1.0 - p) / (r + 1.0 / m) / time).min(p * (1.0 - p));
        let error = (variance / (14.0 * 0.85 * 100.0)).sqrt();
        assert!((found - p).abs() < 5.0 * error, "{period:?}: {found}, exact {p} +- {error}");
    }
    let of = |measure, desk| values(layout, &rows, "role", measure, desk, None).iter().sum::<f64>();
    assert_eq!(of("absent_mean", "key_worker"), 0.0);
}

/// Cases of an absent worker go to others, or wait without visits.
#[test]
fn absent_workers_hand_over_or_are_waited_for() {
    let mean = |absence: &str, kind: &str, measure: &str, of: &str| {
        let network = network(&full(absence));
        values(network.layout(), &rows(&network, 20), kind, measure, of, None).iter().sum::<f64>() / 20.0
    };
    let reallocated = |absence: &str| mean(absence, "role", "reallocated", "social_worker");
    let (none, handed, kept) = (reallocated(""), reallocated(ABSENCE), reallocated(&waiting()));
    assert!(handed > 1.5 * none && kept < 1.2 * none, "{none} {handed} {kept}");
    let visits = |absence: &str| mean(absence, "stage", "visits_on_time_share", "plan");
    let (none, handed, kept) = (visits(""), visits(ABSENCE), visits(&waiting()));
    // 11 % are absent, but those absent are given no new cases
    assert!((handed - none).abs() < 0.02 && kept < none - 0.03, "{none} {handed} {kept}");
}

fn held_or_waiting(network: &Network) {
    let (layout, rows) = (network.layout(), rows(network, 4));
    for period in 0..36 {
        let of = |kind, measure, of| values(layout, &rows, kind, measure, of, Some(period));
        let (assessed, planned) =
            (of("stage", "children_end", "assessment"), of("stage", "children_end", "plan"));
        let (held, waiting) =
            (of("role", "cases_held", "social_worker"), of("role", "unallocated_end", "social_worker"));
        let (help, key, key_waiting) = (
            of("stage", "children_end", "help"),
            of("role", "cases_held", "key_worker"),
            of("role", "unallocated_end", "key_worker"),
        );
        for r in 0..4 {
            assert_eq!(assessed[r] + planned[r], held[r] + waiting[r]);
            assert_eq!(help[r], key[r] + key_waiting[r]);
        }
    }
}

#[test]
fn more_workers_never_lengthen_the_wait() {
    let mut last: Option<Vec<f64>> = None;
    for workers in [5, 6, 7, 9] {
        let network = network(&CAPPED.replace("worker = 5", &format!("worker = {workers}")));
        let waits = values(network.layout(), &rows(&network, 30), "role", "wait_mean", "worker", None);
        if let Some(before) = &last {
            assert!(waits.iter().zip(before).all(|(now, before)| now <= before), "{workers}");
        }
        last = Some(waits);
    }
}

#[test]
fn the_same_bits_on_any_number_of_threads() {
    let network = network(&full("effects = { overrun = { assessment = 0.5 }, turnover = 1 }"));
    let digests: Vec<u64> = [1, 2, 8]
        .into_iter()
        .map(|threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| rows(&network, 16).digest())
        })
        .collect();
    assert!(digests.windows(2).all(|d| d[0] == d[1]), "{digests:?}");
}

/// A worker who never leaves and is always kept is the only one a case meets; one who is never kept
/// is not.
#[test]
fn workers_met_follow_the_policy() {
    let steady = full("")
        .replace(
            "turnover = [{ upto = \"2 years\", rate = \"0.3 per year\" }, { rate = \"0.12 per year\" }]\n",
            "",
        )
        .replace("keep_worker = 0.7", "keep_worker = KEEP");
    let met = |keep: &str| {
        let network = network(&steady.replace("KEEP", keep));
        let rows = rows(&network, 4);
        let count = |n: &str| {
            part(network.layout(), &rows, ("stage", "workers_met", "plan", n), None).iter().sum::<f64>()
        };
        [count("1"), count("2"), count("3")]
    };
    // agency workers still leave when a post is filled, so a few meet two
    let [one, two, _] = met("true");
    assert!(one > 5.0 * two, "{one} {two}");
    let [one, two, _] = met("false");
    // who is on a plan at the start has met one
    assert!(two > 3.0 * one, "{one} {two}");
}

/// A stage of another team means a new worker.
#[test]
fn a_hand_over_is_a_change_of_team() {
    let text = full("").replace("keep_worker = 0.7", "keep_worker = true")
        + "[teams.assessment]\nstages = [\"assessment\"]\nposts = { social_worker = 6 }\n";
    let network = network(&text);
    let rows = rows(&network, 4);
    let allocated = values(network.layout(), &rows, "staff", "allocated", "assessment/social_worker", None);
    let asked = values(network.layout(), &rows, "stage", "asked", "assessment", None);
    assert_eq!(allocated, asked);
    let one = part(network.layout(), &rows, ("stage", "workers_met", "plan", "1"), None).iter().sum::<f64>();
    let two = part(network.layout(), &rows, ("stage", "workers_met", "plan", "2"), None).iter().sum::<f64>();
    assert!(two > 2.0 * one, "{one} {two}");
}

/// Three stages in a row of which the second and third never keep a worker: a case meets three, or two where it is handed
/// over once. Nobody leaves, and there are workers enough for another one to be found.
#[test]
fn handed_over_once() {
    let text = |once: &str| {
        format!(
            "[model]\ntitle = \"Three stages\"\nstarts = 2024-04-01\nruns = \"2 years\"\n\
             [arrivals.cases]\nto = \"a\"\nrate = \"1 per day\"\n\
             [stages.a]\nstay = \"5 days\"\nto = \"b\"\nstaff = \"worker\"\n\
             [stages.b]\nstay = \"5 days\"\nto = \"c\"\nstaff = {{ role = \"worker\", keep_worker = false{once} }}\n\
             [stages.c]\nstay = \"5 days\"\nto = \"out\"\nstaff = {{ role = \"worker\", keep_worker = false{once} }}\n\
             [roles.worker]\ncaseload = 10\n[teams.all]\nposts = {{ worker = 5 }}\n"
        )
    };
    for (once, workers) in [("", "3"), (", hand_over_once = true", "2")] {
        let network = network(&text(once));
        let rows = rows(&network, 2);
        let ended = values(network.layout(), &rows, "stage", "ended", "c", None);
        let met = part(network.layout(), &rows, ("stage", "workers_met", "c", workers), None);
        assert!(ended[0] > 600.0);
        assert_eq!(ended, met, "{once}");
    }
}

/// Who has come to a stage with `workers_met_here` is counted there, and not in the stage it goes on to.
#[test]
fn workers_met_are_counted_in_one_place() {
    let text = |here: &str| {
        format!(
            "[model]\ntitle = \"Two stages\"\nstarts = 2024-04-01\nruns = \"1 year\"\n\
             [arrivals.cases]\nto = \"a\"\nrate = \"1 per day\"\n\
             [stages.a]\nstay = \"5 days\"\nto = \"b\"\nstaff = {{ role = \"worker\"{here} }}\n\
             [stages.b]\nstay = \"5 days\"\nto = \"out\"\nstaff = \"worker\"\n\
             [roles.worker]\ncaseload = 10\n[teams.all]\nposts = {{ worker = 5 }}\n"
        )
    };
    for (here, counted) in [("", true), (", workers_met_here = true", false)] {
        let network = network(&text(here));
        let rows = rows(&network, 2);
        let of = |stage| part(network.layout(), &rows, ("stage", "workers_met", stage, "1"), None);
        assert_eq!(of("a"), values(network.layout(), &rows, "stage", "ended", "a", None));
        assert_eq!(of("b")[0] > 0.0, counted);
    }
}

/// Half the rate of leaving, and nobody recruited: the posts vacant under it are vacant without it too, in every month,
/// desk and replication, because each post goes by the same exponentials in the same four weeks.
#[test]
fn fewer_leavers_are_some_of_the_leavers() {
    let text = |rate: &str| {
        FULL.replace("[{ upto = \"2 years\", rate = \"0.3 per year\" }, { rate = \"0.12 per year\" }]", rate)
            .replace("recruitment = { exponential = { mean = \"9 months\" } }\n", "")
            .replace("agency = { share = 0.5, after = \"1 month\", cost = 90000 }\n", "")
    };
    let [whole, half] = ["\"0.4 per year\"", "\"0.2 per year\""].map(|rate| network(&text(rate)));
    let (all, some) = (rows(&whole, 20), rows(&half, 20));
    for desk in ["north/social_worker", "south/social_worker"] {
        for period in 0..36 {
            let vacant =
                |n: &Network, r: &Rows| values(n.layout(), r, "staff", "vacant_end", desk, Some(period));
            let (more, fewer) = (vacant(&whole, &all), vacant(&half, &some));
            assert!(fewer.iter().zip(&more).all(|(f, m)| f <= m), "{desk} {period}");
        }
    }
    let left = |n: &Network, r: &Rows| {
        values(n.layout(), r, "role", "left", "social_worker", None).iter().sum::<f64>()
    };
    // of those who would have left within three years, between a half and all of them
    let (more, fewer) = (left(&whole, &all), left(&half, &some));
    assert!(fewer < 0.75 * more && fewer > 0.5 * more, "{fewer} of {more}");
}

/// With recruitment, agency workers and absences too, and rates that go by length of service, halving what makes workers
/// leave keeps most of the luck of posts: the variance of the difference in posts filled is less than half of what fresh
/// luck gives (600 replications; the sum of variances is met by chance within a fifth).
#[test]
fn posts_keep_their_luck_when_turnover_changes() {
    let whole = network(&full(ABSENCE));
    let half =
        network(&full(ABSENCE).replace("0.3 per year", "0.15 per year").replace("0.12 per", "0.06 per"));
    let posts =
        |n: &Network| values(n.layout(), &rows(n, 600), "role", "in_post_end", "social_worker", Some(35));
    let (a, b) = (posts(&whole), posts(&half));
    let variance = |x: &[f64]| {
        let mean = x.iter().sum::<f64>() / x.len() as f64;
        x.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (x.len() - 1) as f64
    };
    let difference: Vec<f64> = b.iter().zip(&a).map(|(b, a)| b - a).collect();
    let ratio = (variance(&a) + variance(&b)) / variance(&difference);
    println!("posts filled, turnover halved: {ratio:.2}");
    assert!(ratio > 2.0, "{ratio}");
}

/// What changes for key workers, or for social workers of one team, leaves the posts of all others as they are, to the bit.
#[test]
fn a_change_elsewhere_moves_no_post() {
    let base = network(&full(ABSENCE));
    let before = rows(&base, 6);
    for (from, to, spared) in [
        (
            "turnover = \"0.2 per year\"",
            "turnover = \"0.8 per year\"",
            ["north/social_worker", "south/social_worker"],
        ),
        (
            "posts = { social_worker = 8.4",
            "posts = { social_worker = 10.4",
            ["north/social_worker", "north/key_worker"],
        ),
        ("rate = \"700 per year\"", "rate = \"900 per year\"", ["south/social_worker", "south/key_worker"]),
    ] {
        let changed = network(&full(ABSENCE).replace(from, to));
        let after = rows(&changed, 6);
        assert_ne!(before.digest(), after.digest(), "{to}");
        for desk in spared {
            for measure in ["in_post_mean", "vacant_mean", "agency_mean", "absent_mean", "left"] {
                for period in 0..36 {
                    let of =
                        |n: &Network, r: &Rows| values(n.layout(), r, "staff", measure, desk, Some(period));
                    assert_eq!(of(&base, &before), of(&changed, &after), "{to}: {desk} {measure} {period}");
                }
            }
        }
    }
}
