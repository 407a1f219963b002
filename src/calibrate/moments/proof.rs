//! Moments against answers worked by hand.

use super::grid::GridStage;
use super::network::{Arrivals, Network, Opening, Stage};
use super::*;

fn close(a: f64, b: f64, within: f64) {
    assert!((a - b).abs() <= within, "{a} against {b}");
}

/// M/M/inf from empty: N(t) is Poisson with mean λ/μ (1 - exp(-μt)), and
/// Cov(N(s), N(t)) = m(s) exp(-μ(t - s)).
#[test]
fn one_exponential_stage() {
    let (lambda, mean) = (7.0, 2.5);
    let mut net = Network::new(&[Stage::erlang(1, mean, vec![])]).unwrap();
    net.arrivals.push(Arrivals::single(0, Rate::constant(lambda)));
    let s = net.stocks(&[1.0, 4.0, 30.0]).unwrap();
    let m = |t: f64| lambda * mean * (1.0 - libm::exp(-t / mean));
    close(s.mean[0], m(1.0), 1e-12);
    close(s.mean[2], m(30.0), 1e-11);
    close(s.covariance.at(1, 1), m(4.0), 1e-11);
    close(s.covariance.at(0, 1), m(1.0) * libm::exp(-3.0 / mean), 1e-12);
    // departures in (0, t] are arrivals less those still here, and Poisson
    let out = net.flow(&[0], &[None], 0.0, 4.0).unwrap();
    close(out.mean, lambda * 4.0 - m(4.0), 1e-11);
    close(out.variance, out.mean, 1e-11);
}

/// Two stages in a row from empty, rates a and b:
/// m2(t) = λ [ (1 - e^{-bt})/b - (e^{-at} - e^{-bt})/(b - a) ].
#[test]
fn two_stages_in_a_row() {
    let (lambda, a, b) = (3.0, 0.8, 0.3);
    let first = Stage::erlang(1, 1.0 / a, vec![(1, 1.0)]);
    let mut net = Network::new(&[first, Stage::erlang(1, 1.0 / b, vec![])]).unwrap();
    net.arrivals.push(Arrivals::single(0, Rate::constant(lambda)));
    let t = 3.7;
    let s = net.stocks(&[t]).unwrap();
    let (ea, eb) = (libm::exp(-a * t), libm::exp(-b * t));
    close(s.mean[1], lambda * ((1.0 - eb) / b - (ea - eb) / (b - a)), 1e-12);
    close(s.covariance.at(0, 1), 0.0, 1e-15);
}

/// A sinusoidal rate: m' = λ(t) - μ m solved by hand.
#[test]
fn a_season_by_hand() {
    let (base, amplitude, period, mu) = (10.0, 0.4, 12.0, 0.6);
    let mut net = Network::new(&[Stage::erlang(1, 1.0 / mu, vec![])]).unwrap();
    let rate = Rate::Seasonal { base, amplitude, period, shift: 0.0, growth: 0.0 };
    net.arrivals.push(Arrivals::single(0, rate));
    let t = 17.3;
    let w = 2.0 * std::f64::consts::PI / period;
    let wave = |t: f64| (mu * libm::sin(w * t) - w * libm::cos(w * t)) / (mu * mu + w * w);
    let exact = base * (1.0 - libm::exp(-mu * t)) / mu
        + base * amplitude * (wave(t) - wave(0.0) * libm::exp(-mu * t));
    close(net.stocks(&[t]).unwrap().mean[0], exact, 1e-11);
}

/// A known opening caseload survives as Bernoulli trials: variance n p (1 - p); an Erlang stay of
/// elapsed e has P(phase 1) = 1 / (1 + rate e).
#[test]
fn known_opening_cases_are_survivors() {
    let mut net = Network::new(&[Stage::erlang(2, 4.0, vec![])]).unwrap();
    let open = net.opening(0, 50.0, 3.0).unwrap();
    close(open.phases[0], 1.0 / (1.0 + 0.5 * 3.0), 1e-13);
    net.opening.push(open);
    let (s, t): (f64, f64) = (1.0, 2.5);
    let x = net.stocks(&[s, t]).unwrap();
    let alive = |u: f64| libm::exp(-0.5 * u) * (1.0 + 0.5 * (3.0 + u)) / (1.0 + 0.5 * 3.0);
    close(x.mean[1], 50.0 * alive(t), 1e-11);
    close(x.covariance.at(0, 0), 50.0 * alive(s) * (1.0 - alive(s)), 1e-11);
    // alive at t implies alive at s
    close(x.covariance.at(0, 1), 50.0 * alive(t) * (1.0 - alive(s)), 1e-11);
    let out = net.flow(&[0], &[None], s, t).unwrap();
    let p = alive(s) - alive(t);
    close(out.mean, 50.0 * p, 1e-11);
    close(out.variance, 50.0 * p * (1.0 - p), 1e-11);
}

/// Families of B: siblings together multiply variance by E[B^2]/E[B]; each for itself add
/// E[B(B-1)]/E[B] λ (1 - e^{-2μt})/(2μ).
#[test]
fn families_by_hand() {
    let (lambda, mu, t, family) = (6.0, 0.5, 3.0, 0.9);
    for together in [true, false] {
        let mut net = Network::new(&[Stage::erlang(1, 1.0 / mu, vec![])]).unwrap();
        let mut a = Arrivals::single(0, Rate::constant(lambda));
        (a.family, a.together) = (family, together);
        net.arrivals.push(a);
        let s = net.stocks(&[t]).unwrap();
        let m = lambda / mu * (1.0 - libm::exp(-mu * t));
        let extra = if together { m } else { lambda * (1.0 - libm::exp(-2.0 * mu * t)) / (2.0 * mu) };
        close(s.mean[0], m, 1e-12);
        close(s.covariance.at(0, 0), m + family * extra, 1e-11);
    }
}

/// A multiplier of the rate in blocks of one unit: the variance gains sd^2 times the sum over blocks
/// of the squared mean contribution of each.
#[test]
fn months_that_vary_by_hand() {
    let (lambda, mu, sd) = (20.0, 0.7, 0.3);
    let mut net = Network::new(&[Stage::erlang(1, 1.0 / mu, vec![])]).unwrap();
    let mut a = Arrivals::single(0, Rate::constant(lambda));
    a.varies = sd;
    net.arrivals.push(a);
    let s = net.stocks(&[1.5, 3.0]).unwrap();
    let from = |b: f64, e: f64, t: f64| lambda / mu * (libm::exp(-mu * (t - e)) - libm::exp(-mu * (t - b)));
    let extra: f64 = (0..3).map(f64::from).map(|k| from(k, k + 1.0, 3.0).powi(2)).sum();
    close(s.covariance.at(1, 1), s.mean[1] + sd * sd * extra, 1e-10);
    let cross = from(0.0, 1.0, 1.5) * from(0.0, 1.0, 3.0) + from(1.0, 1.5, 1.5) * from(1.0, 2.0, 3.0);
    close(s.covariance.at(0, 1), s.mean[0] * libm::exp(-1.5 * mu) + sd * sd * cross, 1e-10);
}

/// A move a case can make again: a stage that returns to itself with probability 1/2 by way of
/// nothing is a thinned Poisson process of moves while it stays; its moves over a long span are
/// geometric, with variance above the mean. One case: E[K] = 1, Var = 2, so a Poisson stream of n
/// finished cases has mean n and variance n E[K^2] = 3 n.
#[test]
fn repeated_moves_add_variance() {
    let again = Stage::erlang(1, 1.0, vec![(0, 0.5)]);
    let mut net = Network::new(&[again]).unwrap();
    let rate = Rate::Steps(vec![(0.0, 40.0), (1.0, 0.0)]);
    net.arrivals.push(Arrivals::single(0, rate));
    let f = net.flow(&[0], &[Some(0)], 0.0, 80.0).unwrap();
    close(f.mean, 40.0, 1e-9);
    close(f.variance, 120.0, 1e-8);
}

/// Duals carry the derivative of the M/M/inf mean by its mean stay.
#[test]
fn gradients_of_moments() {
    let mean = Dual::<1>::variable(2.5, 0);
    let mut net = Network::new(&[Stage::erlang(1, mean, vec![])]).unwrap();
    net.arrivals.push(Arrivals::single(0, Rate::constant(Dual::of(7.0))));
    let m = net.stocks(&[4.0]).unwrap().mean[0];
    let e = libm::exp(-4.0 / 2.5);
    close(m.d[0], 7.0 * (1.0 - e) - 7.0 * 4.0 / 2.5 * e, 1e-12);
}

/// M/G/inf on the grid, uniform stays on (0, 4): m(t) = λ (t - t^2/8) up to 4, then 2 λ.
#[test]
fn grid_of_durations_by_hand() {
    let (step, lambda) = (0.02, 5.0);
    let stage = GridStage::from_survival(|d| (1.0 - d / 4.0).max(0.0), step, 1_000, vec![]);
    let net = GridNetwork::new(vec![stage]).unwrap();
    let arrivals = vec![vec![lambda * step]; 400];
    let m = net.means(&arrivals, &[]);
    close(m[150][0], lambda * (3.0 - 9.0 / 8.0), 2e-3);
    close(m[400][0], 2.0 * lambda, 2e-3);
    // Cov(N(2), N(3)) = λ * integral over ages a in (0, 2) of S(a + 1) = λ * (3/4 + 1/4)
    let cov = net.covariance(&arrivals, 0, 100, 0, 150);
    close(cov, lambda, 2e-3);
}

#[test]
fn nonsense_is_refused_without_panic() {
    assert!(Network::new(&[Stage::erlang(1, -1.0, vec![])]).is_err());
    assert!(Network::new(&[Stage::erlang(1, f64::NAN, vec![])]).is_err());
    assert!(Network::new(&[Stage::erlang(1, 1.0, vec![(5, 0.5)])]).is_err());
    assert!(Network::new(&[Stage::erlang(1, 1.0, vec![(0, 1.5)])]).is_err());
    let mut net = Network::new(&[Stage::erlang(1, 1.0, vec![])]).unwrap();
    assert!(net.stocks(&[2.0, 1.0]).is_err());
    assert!(net.stocks(&[f64::NAN]).is_err());
    assert!(net.stocks(&[1e12]).is_err());
    net.opening.push(Opening { cases: 1.0, phases: vec![] });
    assert!(net.stocks(&[1.0]).is_err());
    assert!(net.opening(3, 1.0, 1.0).is_none());
    assert!(net.opening(0, 1.0, 1e9).is_none());
}

/// The posterior of a Poisson-like rate seen once: y = 100 from N(θ, θ), flat prior. Mode solves
/// θ² + θ - y² = 0; the mean is found by quadrature here.
#[test]
fn a_posterior_by_quadrature() {
    struct One;
    impl Target for One {
        fn bounds(&self) -> Vec<Bounds> {
            vec![Bounds { low: 1.0, high: 400.0 }]
        }
        fn log_density<R: Real>(&self, theta: &[R]) -> R {
            let t = theta[0];
            let gap = R::of(100.0) - t;
            -(gap * gap / t).scale(0.5) - t.ln().scale(0.5)
        }
    }
    let p = posterior::explore(&One, &[50.0], 20_000, 1).unwrap();
    close(p.mode[0], 0.5 * (libm::sqrt(1.0 + 4.0e4) - 1.0), 1e-5);
    let (mut z, mut m) = (0.0, 0.0);
    for k in 0..200_000 {
        let t = 1.0 + 399.0 * (f64::from(k) + 0.5) / 200_000.0;
        let d = libm::exp(One.log_density(&[t]) - p.log_density);
        z += d;
        m += d * t;
    }
    close(p.mean[0], m / z, 0.02 * p.sd[0]);
    assert!(p.effective > 10_000.0, "{}", p.effective);
    let plain: f64 = p.draws.iter().map(|d| d[0]).sum::<f64>() / p.draws.len() as f64;
    close(plain, m / z, 0.03 * p.sd[0]);
}
