//! One pool with an endless queue.

use super::formulas::{Delay, pollaczek_khinchine};
use crate::support::{Judge, Power, Study};

/// Hours in the days that results are given in.
const HOURS: f64 = 24.0;

fn in_hours(values: Vec<f64>) -> Vec<f64> {
    values.into_iter().map(|v| v * HOURS).collect()
}

/// Gross & Harris, ch. 2; Burke 1956 for departures, Takács 1962 for busy periods, Wolff 1982 for
/// what an arriving case finds.
#[test]
fn one_server() {
    let (lambda, mu, rho) = (0.8, 1.0, 0.8);
    let s = Study::of("mm1");
    let pool = |measure: &str, part: &str| s.over("pool", measure, "server", part);
    let model = |measure: &str, part: &str| in_hours(s.over("model", measure, "", part));
    let mut j = Judge::new("M/M/1", 0.01);
    let rate = mu - lambda;
    j.check("utilisation", &pool("use", ""), rho);
    j.check("P(wait > 0)", &pool("wait_share", ""), rho);
    j.check("number present", &pool("present_mean", ""), rho / (1.0 - rho));
    j.check("number waiting", &pool("waiting_mean", ""), rho * rho / (1.0 - rho));
    j.check("sojourn", &model("sojourn_mean", ""), 1.0 / rate);
    j.check("wait", &in_hours(pool("wait_mean", "")), rho / rate);
    j.check("wait of those who wait", &in_hours(pool("wait_mean_of_waiting", "")), 1.0 / rate);
    j.check("sd of wait", &in_hours(pool("wait_sd", "")), (rho * (2.0 - rho)).sqrt() / rate);
    j.check_with(
        "variance of number",
        &pool("present_variance", ""),
        rho / (1.0 - rho).powi(2),
        Power::Within(0.02),
    );
    for q in [0.5, 0.9, 0.95, 0.99] {
        let exact = (rho / (1.0 - q)).ln() / rate;
        j.check(&format!("wait quantile {q}"), &in_hours(pool("wait", &format!("q{q}"))), exact);
        let exact = -(1.0 - q).ln() / rate;
        j.check(&format!("sojourn quantile {q}"), &model("sojourn", &format!("q{q}")), exact);
    }
    for k in [0, 1, 2, 5, 10] {
        let exact = (1.0 - rho) * rho.powi(k);
        let share = pool("present_share", &k.to_string());
        j.check_with(&format!("P(N = {k})"), &share, exact, Power::Of(0.002));
    }
    j.check("gap between departures", &in_hours(pool("departure_gap_mean", "")), 1.0 / lambda);
    j.check("its squared coefficient of variation", &pool("departure_gap_scv", ""), 1.0);
    j.check_with("its lag-1 correlation", &pool("departure_gap_lag1", ""), 0.0, Power::Of(0.002));
    j.check("busy period", &in_hours(pool("busy_period_mean", "")), 1.0 / rate);
    let variance: Vec<f64> = pool("busy_period_variance", "").iter().map(|v| v * HOURS * HOURS).collect();
    j.check_with(
        "its variance",
        &variance,
        (1.0 + rho) / (mu * mu * (1.0 - rho).powi(3)),
        Power::Within(0.03),
    );
    j.check("served in it", &pool("busy_period_served", ""), 1.0 / (1.0 - rho));
    j.check("found by an arrival", &pool("found_mean", ""), rho / (1.0 - rho));
    j.verdict();
}

/// The five sizes of validation case a02.
#[test]
fn several_servers() {
    let sizes: [(&str, f64, f64, u32, [f64; 3]); 5] = [
        ("mmc_a", 1.2, 0.5, 3, [0.2, 1.0, 2.0]),
        ("mmc_b", 2.7, 1.0, 3, [0.1, 0.5, 1.0]),
        ("mmc_c", 8.5, 1.0, 10, [0.1, 0.5, 1.0]),
        ("mmc_d", 4.0, 0.1, 45, [1.0, 5.0, 10.0]),
        ("mmc_e", 0.9, 0.01, 100, [10.0, 50.0, 100.0]),
    ];
    for (name, lambda, mu, c, times) in sizes {
        let s = Study::of(name);
        let exact = Delay::new(lambda, mu, c);
        let pool = |measure: &str, part: &str| s.over("pool", measure, "workers", part);
        let rho = lambda / mu / f64::from(c);
        let share = if rho > 0.85 { 0.02 } else { 0.01 };
        let mut j = Judge::new(name, share);
        j.check("utilisation", &pool("use", ""), rho);
        j.check_with("P(wait > 0)", &pool("wait_share", ""), exact.p, Power::Of(0.002));
        j.check("wait", &pool("wait_mean", ""), exact.mean_wait());
        j.check("wait of those who wait", &pool("wait_mean_of_waiting", ""), 1.0 / exact.rate);
        j.check("sd of wait", &pool("wait_sd", ""), exact.wait_sd());
        j.check("number waiting", &pool("waiting_mean", ""), lambda * exact.mean_wait());
        let present = s.over("model", "children_mean", "", "");
        j.check("number present", &present, lambda * (exact.mean_wait() + 1.0 / mu));
        let sojourn = s.over("model", "sojourn_mean", "", "");
        j.check("sojourn", &sojourn, exact.mean_wait() + 1.0 / mu);
        for q in [0.8, 0.9, 0.95, 0.99] {
            let power = if 1.0 - q > 0.9 * exact.p {
                // just above the share that does not wait at all the quantile moves a lot
                Power::Of(0.1)
            } else {
                Power::Within(share)
            };
            j.check_with(
                &format!("wait quantile {q}"),
                &pool("wait", &format!("q{q}")),
                exact.quantile(q),
                power,
            );
        }
        // beyond one case in ten thousand whole replications hold none: nothing could be judged
        for t in times.into_iter().filter(|t| exact.over(*t) > 1e-4) {
            let over = pool("wait_share", &format!("over {t} days"));
            j.check_with(&format!("P(wait > {t})"), &over, exact.over(t), Power::Of(0.002));
        }
        j.verdict();
    }
}

/// Pollaczek-Khinchine for five laws side by side, each with its own server at 70 %.
#[test]
fn one_server_with_any_law() {
    let s = Study::of("mg1");
    let mut j = Judge::new("M/G/1", 0.015);
    // squared coefficients of variation of the laws in the file
    let mixed = 2.0 * (0.9 * 0.25 + 0.1 * 30.25) - 1.0;
    for (law, scv) in
        [("constant", 0.0), ("erlang", 0.25), ("uniform", 1.0 / 3.0), ("lognormal", 1.44), ("mixed", mixed)]
    {
        let wait = pollaczek_khinchine(0.7, 1.0, scv);
        j.check(&format!("{law}: wait"), &s.over("pool", "wait_mean", law, ""), wait);
        j.check(&format!("{law}: number waiting"), &s.over("pool", "waiting_mean", law, ""), 0.7 * wait);
        j.check(&format!("{law}: P(wait > 0)"), &s.over("pool", "wait_share", law, ""), 0.7);
    }
    j.verdict();
}
