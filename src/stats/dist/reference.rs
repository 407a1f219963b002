//! Laws against `statrs`, parameters that must be refused, and the first values of every sampler.

use statrs::distribution::{Continuous, ContinuousCDF};

use super::{Dist, ParamError, Sampler, proof::SplitMix, proof::examples};

fn agree(label: &str, ours: &Dist, theirs: &(impl ContinuousCDF<f64, f64> + Continuous<f64, f64>)) {
    agree_within(1e-12, label, ours, theirs);
}

fn agree_within(
    tol: f64,
    label: &str,
    ours: &Dist,
    theirs: &(impl ContinuousCDF<f64, f64> + Continuous<f64, f64>),
) {
    for k in 1..200 {
        let x = ours.mean() * f64::from(k) / 40.0;
        let (f, s, d) = (theirs.cdf(x), theirs.sf(x), theirs.pdf(x));
        assert!((ours.cdf(x) - f).abs() < tol, "{label}: F({x}) {} {f}", ours.cdf(x));
        assert!((ours.sf(x) - s).abs() < tol, "{label}: S({x}) {} {s}", ours.sf(x));
        assert!((ours.pdf(x) - d).abs() <= 1e-11 * d + 1e-300, "{label}: f({x}) {} {d}", ours.pdf(x));
    }
}

#[test]
fn laws_agree_with_statrs() {
    use statrs::distribution as st;
    for (shape, scale) in [(0.4, 10.0), (1.0, 3.0), (4.9, 6.3), (60.0, 2.0)] {
        // statrs takes a rate.
        let theirs = st::Gamma::new(shape, 1.0 / scale).unwrap();
        agree("gamma", &Dist::gamma(shape, scale).unwrap(), &theirs);
    }
    for (mu, sigma) in [(0.0, 1.0), (4.56, 0.67), (3.0, 0.1)] {
        // The error function of statrs is good to some 1e-11 only: at (0, 1) and x = 0.1648721270700128
        // it gives ...9994167, mpmath 1.3.0 at 40 digits 0.0357266999433109777, as below.
        let theirs = st::LogNormal::new(mu, sigma).unwrap();
        agree_within(1e-10, "lognormal", &Dist::lognormal(mu, sigma).unwrap(), &theirs);
    }
    let d = Dist::lognormal(0.0, 1.0).unwrap();
    assert!((d.cdf(0.164_872_127_070_012_8) / 0.035_726_699_943_310_98 - 1.0).abs() < 1e-14);
    for (shape, scale) in [(0.7, 158.0), (1.0, 5.0), (2.5, 40.0)] {
        let theirs = st::Weibull::new(shape, scale).unwrap();
        agree("weibull", &Dist::weibull(shape, scale).unwrap(), &theirs);
    }
    agree("exponential", &Dist::exponential(31.0).unwrap(), &st::Exp::new(1.0 / 31.0).unwrap());
    agree("erlang", &Dist::erlang(3, 26.0).unwrap(), &st::Erlang::new(3, 3.0 / 26.0).unwrap());
    agree("uniform", &Dist::uniform(5.0, 25.0).unwrap(), &st::Uniform::new(5.0, 25.0).unwrap());
}

#[test]
fn statrs_normal_agrees_with_special() {
    let theirs = statrs::distribution::Normal::standard();
    for k in -300..=300 {
        let z = f64::from(k) / 40.0;
        assert!((crate::stats::special::normal_cdf(z) - theirs.cdf(z)).abs() < 1e-10);
    }
}

#[test]
fn unusable_parameters_are_refused() {
    type Make = fn(f64) -> Result<Dist, ParamError>;
    let makers: &[(&str, Make)] = &[
        ("exponential", Dist::exponential),
        ("exponential rate", Dist::exponential_rate),
        ("gamma shape", |x| Dist::gamma(x, 1.0)),
        ("gamma scale", |x| Dist::gamma(2.0, x)),
        ("gamma mean", |x| Dist::gamma_mean_sd(x, 1.0)),
        ("gamma sd", |x| Dist::gamma_mean_sd(1.0, x)),
        ("gamma mean, shape", |x| Dist::gamma_mean_shape(1.0, x)),
        ("lognormal sigma", |x| Dist::lognormal(0.0, x)),
        ("lognormal mean", |x| Dist::lognormal_mean_sd(x, 1.0)),
        ("lognormal sd", |x| Dist::lognormal_mean_sd(1.0, x)),
        ("lognormal cv", |x| Dist::lognormal_mean_cv(1.0, x)),
        ("lognormal median", |x| Dist::lognormal_median_sigma(x, 1.0)),
        ("weibull shape", |x| Dist::weibull(x, 1.0)),
        ("weibull scale", |x| Dist::weibull(1.0, x)),
        ("weibull mean", |x| Dist::weibull_mean_shape(x, 1.0)),
        ("erlang mean", |x| Dist::erlang(3, x)),
        ("hyperexponential mean", |x| Dist::hyperexponential(&[0.5, 0.5], &[1.0, x])),
        ("hyperexponential cv", |x| Dist::hyperexponential_mean_cv(1.0, x)),
        ("uniform high", |x| Dist::uniform(0.0, x)),
        ("triangular high", |x| Dist::triangular(0.0, 0.0, x)),
        ("values, all of it", |x| Dist::values(&[x], &[1.0])),
        ("bands edge", |x| Dist::bands(&[0.0, x], &[1.0])),
        ("constant, not 0", |x| if x == 0.0 { Dist::exponential(0.0) } else { Dist::constant(x) }),
    ];
    for (label, make) in makers {
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.0, -0.0, 0.0, 1e300, 1e-300] {
            assert!(make(bad).is_err(), "{label} of {bad:e}");
        }
    }
    let weibull = Dist::weibull(0.049, 1.0).unwrap_err().to_string();
    assert_eq!(weibull, "weibull: shape is 0.049, expected between 0.05 and 1000");
    let lognormal = Dist::lognormal_mean_sd(10.0, 1e200).unwrap_err().to_string();
    assert!(lognormal.starts_with("lognormal: sd is 1"), "{lognormal}");
    assert!(lognormal.ends_with("expected between 0.002 and 1e6 times the mean"), "{lognormal}");
}

#[test]
fn lists_that_do_not_fit_are_refused() {
    let one = || Dist::constant(1.0).unwrap();
    assert!(Dist::erlang(0, 1.0).is_err() && Dist::erlang(u32::MAX, 1.0).is_err());
    assert!(Dist::uniform(3.0, 3.0).is_err() && Dist::uniform(-1.0, 3.0).is_err());
    assert!(Dist::triangular(1.0, 0.5, 2.0).is_err() && Dist::triangular(1.0, 2.5, 2.0).is_err());
    assert!(Dist::values(&[], &[]).is_err() && Dist::observed(&[]).is_err());
    assert!(Dist::values(&[1.0, 2.0], &[1.0]).is_err());
    assert!(Dist::values(&[1.0, 2.0], &[0.6, 0.6]).is_err());
    assert!(Dist::values(&[1.0, 2.0], &[1.5, -0.5]).is_err());
    assert!(Dist::bands(&[0.0, 2.0, 1.0], &[0.5, 0.5]).is_err());
    assert!(Dist::bands(&[0.0, 2.0], &[0.5, 0.5]).is_err());
    assert!(Dist::mixture(&[0.5], vec![one()]).is_err());
    assert!(Dist::mixture(&[0.5, 0.5], vec![one()]).is_err());
    assert!(Dist::mixture(&[1.0], vec![Dist::constant(0.0).unwrap()]).is_err());
    let mut deep = one();
    for _ in 0..3 {
        deep = Dist::mixture(&[1.0], vec![deep]).unwrap();
    }
    assert!(Dist::mixture(&[1.0], vec![deep]).is_err());
    let text = Dist::bands(&[0.0, 7.0, 7.0], &[0.5, 0.5]).unwrap_err().to_string();
    assert_eq!(text, "bands: edges number 3 is 7, expected finite edges in ascending order from at least 0");
}

#[test]
fn laws_at_the_edge_of_the_range_work() {
    let edge = [
        Dist::gamma(0.01, 1.0),
        Dist::gamma(10_000.0, 1e-3),
        Dist::gamma_mean_sd(1.0, 0.01),
        Dist::gamma_mean_sd(1.0, 10.0),
        Dist::lognormal(0.0, 6.0),
        Dist::lognormal(0.0, 0.001),
        Dist::weibull(0.05, 1.0),
        Dist::weibull(1000.0, 1.0),
        Dist::hyperexponential_mean_cv(1.0, 100.0),
        Dist::hyperexponential(&[0.999_999, 0.000_001], &[1e-30, 1e30]),
    ];
    for law in edge {
        let d = law.unwrap();
        let sampler = Sampler::new(&d, 86_400.0);
        let mut rng = SplitMix(1);
        let mut words: Vec<u64> = (0..2000).map(|_| rng.bits()).collect();
        words.sort_unstable();
        let mut last = 0.0;
        for bits in words {
            let x = sampler.draw(bits);
            let exact = 86_400.0 * Sampler::exact(&d, bits);
            assert!((x - exact).abs() <= 1e-9 * exact + 86_400.0e-12 * d.mean(), "{d:?} {x} {exact}");
            assert!(x >= last * (1.0 - 1e-13), "{d:?}");
            last = x;
        }
        for u in [1e-12, 0.1, 0.5, 0.9] {
            let back = d.cdf(d.quantile(u));
            // Where the quantile underflows nothing is left to invert.
            assert!((back / u - 1.0).abs() < 1e-9 || d.quantile(u) < 1e-290, "{d:?} {u} {back}");
        }
    }
}

/// A number whose logarithm is uniform between two bounds.
fn spread(rng: &mut SplitMix, low: f64, high: f64) -> f64 {
    low * libm::pow(high / low, rng.uniform())
}

#[test]
fn laws_with_random_parameters_draw_their_quantiles() {
    let mut rng = SplitMix(99);
    let mut accepted = 0;
    for k in 0..160 {
        let r = &mut rng;
        let mean = spread(r, 1e-6, 1e6);
        let law = match k % 8 {
            0 => Dist::gamma(spread(r, 0.005, 2e3), mean),
            1 => Dist::lognormal_mean_cv(mean, spread(r, 1e-3, 1e3)),
            2 => Dist::weibull(spread(r, 0.03, 500.0), mean),
            3 => Dist::hyperexponential_mean_cv(mean, spread(r, 1.0, 100.0)),
            4 => Dist::hyperexponential(&[0.2, 0.3, 0.5], &[mean, spread(r, 1e-6, 1e6), 1.0]),
            5 => Dist::triangular(0.0, mean * r.uniform(), mean),
            _ => Dist::gamma(spread(r, 0.1, 50.0), mean).and_then(|gamma| {
                let other = if k % 8 == 6 {
                    Dist::weibull(spread(r, 0.2, 5.0), spread(r, 1e-3, 1e3))
                } else {
                    Dist::values(&[0.0, mean, 2.0 * mean], &[0.2, 0.3, 0.5])
                };
                let share = r.uniform();
                Dist::mixture(&[share, 1.0 - share], vec![gamma, other?])
            }),
        };
        let Ok(d) = law else { continue };
        accepted += 1;
        let sampler = Sampler::new(&d, 1.0);
        let mut words: Vec<u64> = (0..200).map(|_| rng.bits()).collect();
        words.sort_unstable();
        let mut last = 0.0;
        for bits in words {
            let (x, exact) = (sampler.draw(bits), Sampler::exact(&d, bits));
            assert!((x - exact).abs() <= 1e-9 * exact + 1e-12 * d.mean(), "{d:?} {x} {exact}");
            assert!(x >= last * (1.0 - 1e-12), "{d:?}");
            last = x;
            let elapsed = x * rng.uniform();
            let more = d.remaining(elapsed, rng.uniform());
            assert!((0.0..f64::INFINITY).contains(&more), "{d:?} {elapsed} {more}");
        }
        let u = rng.uniform();
        let a = d.length_biased_elapsed(u);
        assert!((d.limited_mean(a) / d.mean() - u).abs() < 1e-9, "{d:?} {u} {a}");
    }
    assert!(accepted > 120, "{accepted}");
}

#[test]
fn first_values_never_change() {
    let found: Vec<String> = examples()
        .iter()
        .map(|(label, d)| {
            let sampler = Sampler::new(d, 1.0);
            let mut rng = SplitMix(42);
            let draws: Vec<String> =
                (0..3).map(|_| format!("{:016x}", sampler.draw(rng.bits()).to_bits())).collect();
            format!("{label}: {}", draws.join(" "))
        })
        .collect();
    assert_eq!(found, GOLDEN, "{found:#?}");
}

/// Bits of the first three draws of each example.
const GOLDEN: &[&str] = &[
    "constant: 402e000000000000 402e000000000000 402e000000000000",
    "exponential: 4044f92492118f30 40159b49adac0fd3 40243f358baa44d7",
    "gamma: 40434428a9b7d561 4031897df2c8b50e 4035bc5e407d8d28",
    "gamma, below 1: 4013633bc53e776a 3fb384803691f0fe 3fd3e09c81bf471d",
    "gamma, shape 1: 40103cc17957ed1e 3fe0ba498eb6c51a 3fef599d3b5a40b3",
    "gamma, narrow: 407736d8ceeb387d 407630d52b794784 4076712291ebe752",
    "lognormal: 406280b4aca507c2 4048b1fa95660288 405036ec68a5c7b4",
    "lognormal, wide: 4045c45e32ffb697 40183edfa3cbe467 4023c6b207da75d6",
    "weibull: 406e6bff65cb02f6 402a0a2af107461e 403ff06fb65ff513",
    "weibull, rising: 40469257ad38138f 4033e290134a501c 403990a7cc83cb28",
    "erlang: 4040c0739521a384 4027ca804fc5b66d 402fcbbe750d1c00",
    "hyperexponential: 4032094466022e89 3ff40f4320808e32 400374d0802255ff",
    "hyperexponential, cv: 403c3573772d1729 400a5d2cbe36b267 4018e9e67f4656bc",
    "uniform: 4033d4cfeafbbe65 4020657b8013e016 402524e0259afa71",
    "triangular: 403c86ef2505e884 402e999094a0fda2 40317a544a88d9aa",
    "triangular, left: 400f76f209570a24 3fe55c0f6b2f0b28 3ff3486ec5987a38",
    "triangular, right: 401caadaa49d2876 401198e9668ab6ef 4014aaf7c569d32e",
    "values: 4046800000000000 402e000000000000 402e000000000000",
    "bands: 4060033c87979d77 401663304045904c 40249a3d1bc57454",
    "mixture: 406acca375c0c663 402e75c314ef9377 404a568e972f678a",
    "mixture, jumps: 404d189d5d943804 402bc500accea23d 4035414c4f059477",
];
