//! Terms of a team's own: turnover, absence, caseload and the rest, instead of its role's.

use crate::support::model;
use caseflow::engine::Network;
use caseflow::experiment::run::{Plan, Rows, Unwatched, run};

const TERMS: &str = r#"turnover = "0.5 per year"
away = 0.1
recruitment = { exponential = { mean = "6 months" } }
newly_qualified = { share = 0.4, caseload_start = 0.5, grows_over = "1 year" }
absence = { rate = "0.2 per year", length = { exponential = { mean = "6 months" } } }
agency = { share = 0.5, after = "1 month" }
cost = 40000
"#;

/// Two teams of one role, with what the south has of its own.
fn teams(own: &str) -> Network {
    let text = format!(
        r#"[model]
title = "Two teams"
starts = 2024-01-01
runs = "6 years"
[arrivals.cases]
to = "work"
rate = "10 per day"
[stages.work]
stay = {{ exponential = {{ mean = "90 days" }} }}
to = "out"
staff = "worker"
[roles.worker]
caseload = 12
{TERMS}[teams.north]
posts = {{ worker = {{ establishment = 40, vacancies = 8 }} }}
[teams.south.posts.worker]
establishment = 40
vacancies = 8
{own}"#
    );
    Network::compile(&model("terms", &text))
}

fn rows(network: &Network, replications: u64) -> Rows {
    run(network, Plan { seed: 11, first: 0, replications }, &Unwatched).unwrap()
}

/// Mean over replications and the months from `from` on, of a team.
fn mean(network: &Network, rows: &Rows, measure: &str, team: &str, from: usize) -> f64 {
    let of = |p| {
        let at = network.layout().find("staff", measure, &format!("{team}/worker"), "", Some(p)).unwrap();
        rows.values.column(at).mean().unwrap()
    };
    (from..72).map(of).sum::<f64>() / (72 - from) as f64
}

/// A team that says again what its role says has its role's bits.
#[test]
fn terms_said_again_change_no_bit() {
    let plain = rows(&teams(""), 4);
    let again = rows(&teams(&format!("caseload = 12\n{TERMS}")), 4);
    assert_eq!(plain.digest(), again.digest());
}

/// A post with rate of leaving r and mean vacancy m is vacant for a share r m / (1 + r m) of the time: 1/5 in the north (0.5 a
/// year, half a year) and 1/3 in the south (1 a year). Of workers in post a share a / (a + b + r) is absent, with a the rate of
/// absences, b that of coming back and r that of leaving, after which somebody comes who is at work: 0.2 / 2.7 and 1 / 4. The
/// bounds, set beforehand, are 0.03: five standard errors of 40 posts in 60 replications over four years.
#[test]
fn each_team_has_its_own_steady_state() {
    let own = "turnover = \"1 per year\"\nabsence = { rate = \"1 per year\", length = { exponential = { mean = \"6 months\" } } }\n";
    let network = teams(own);
    let rows = rows(&network, 60);
    let share = |measure: &str, team: &str| mean(&network, &rows, measure, team, 24) / 40.0;
    let absent = |team: &str| {
        mean(&network, &rows, "absent_mean", team, 24) / mean(&network, &rows, "in_post_mean", team, 24)
    };
    for (found, exact) in [
        (share("vacant_mean", "north"), 0.2),
        (share("vacant_mean", "south"), 1.0 / 3.0),
        (absent("north"), 0.2 / 2.7),
        (absent("south"), 1.0 / 4.0),
    ] {
        assert!((found - exact).abs() < 0.03, "{found} is not {exact}");
    }
}

/// A dearer team with twice the caseload: pounds follow full-time equivalents at work, and overload goes by the team's own
/// caseload, so that with the same cases a smaller share is over it. An agency worker carries and costs what the team's workers do.
#[test]
fn caseload_and_cost_are_the_teams() {
    let network = teams("caseload = 24\ncost = 80000\n");
    let rows = rows(&network, 8);
    let of = |measure: &str, team: &str| mean(&network, &rows, measure, team, 12);
    let at_work = |team: &str| of("in_post_mean", team) + of("agency_mean", team);
    // a mean month is a twelfth of a year
    for (team, pounds) in [("north", 40_000.0), ("south", 80_000.0)] {
        let found = of("cost", team) * 12.0 / at_work(team);
        assert!((found / pounds - 1.0).abs() < 0.01, "{team}: {found}");
    }
    assert!(of("over_caseload_share", "south") < 0.5 * of("over_caseload_share", "north"));
}
