//! One proof that every law goes through. A law enters by a line in [`examples`]; a law of the
//! catalogue that is missing there fails.

use super::{Dist, Sampler, exp1};

/// Fixed generator for the tests (Steele, Lea and Flood 2014).
pub(super) struct SplitMix(pub u64);

impl SplitMix {
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn uniform(&mut self) -> f64 {
        ((self.bits() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }
}

/// Every variant at least once, with easy and awkward parameters.
pub(super) fn examples() -> Vec<(&'static str, Dist)> {
    let mixed = vec![Dist::exponential(20.0).unwrap(), Dist::gamma_mean_sd(200.0, 60.0).unwrap()];
    let jumpy = vec![
        Dist::constant(0.0).unwrap(),
        Dist::constant(45.0).unwrap(),
        Dist::uniform(10.0, 30.0).unwrap(),
        Dist::lognormal_mean_cv(90.0, 0.7).unwrap(),
    ];
    vec![
        ("constant", Dist::constant(15.0)),
        ("exponential", Dist::exponential(31.0)),
        ("gamma", Dist::gamma_mean_sd(31.0, 14.0)),
        ("gamma, below 1", Dist::gamma(0.4, 10.0)),
        ("gamma, shape 1", Dist::gamma(1.0, 3.0)),
        ("gamma, narrow", Dist::gamma_mean_sd(365.0, 10.0)),
        ("lognormal", Dist::lognormal_mean_sd(120.0, 90.0)),
        ("lognormal, wide", Dist::lognormal_median_sigma(20.0, 1.2)),
        ("weibull", Dist::weibull_mean_shape(200.0, 0.7)),
        ("weibull, rising", Dist::weibull(2.5, 40.0)),
        ("erlang", Dist::erlang(3, 26.0)),
        ("hyperexponential", Dist::hyperexponential(&[0.7, 0.3], &[5.0, 80.0])),
        ("hyperexponential, cv", Dist::hyperexponential_mean_cv(30.0, 2.0)),
        ("uniform", Dist::uniform(5.0, 25.0)),
        ("triangular", Dist::triangular(10.0, 15.0, 45.0)),
        ("triangular, left", Dist::triangular(0.0, 0.0, 8.0)),
        ("triangular, right", Dist::triangular(2.0, 8.0, 8.0)),
        ("values", Dist::values(&[15.0, 0.0, 45.0, 15.0], &[0.25, 0.1, 0.4, 0.25])),
        ("bands", Dist::bands(&[0.0, 7.0, 28.0, 90.0, 365.0], &[0.2, 0.5, 0.0, 0.3])),
        ("mixture", Dist::mixture(&[0.3, 0.7], mixed)),
        ("mixture, jumps", Dist::mixture(&[0.1, 0.2, 0.3, 0.4], jumpy)),
    ]
    .into_iter()
    .map(|(label, law)| (label, law.unwrap()))
    .collect()
}

fn continuous(d: &Dist) -> bool {
    d.atoms().is_empty()
}

/// Tail probabilities from 1e-15 to a half.
fn tails() -> Vec<f64> {
    let mut p: Vec<f64> = (0..60).map(|k| 0.5 * libm::pow(0.56, f64::from(k))).collect();
    p.extend((1..50).map(|k| f64::from(k) / 100.0));
    p
}

#[test]
fn quantile_inverts_the_distribution_function() {
    for (label, d) in examples() {
        let mass = |x: f64| d.atoms().iter().find(|a| a.0 == x).map_or(0.0, |a| a.1);
        for p in tails() {
            let x = d.quantile(p);
            let y = d.quantile_upper(p);
            let (low, high) = (d.cdf(x), d.sf(y));
            // A last-bit error of x moves F by about eps x f / F of itself.
            let tol = |x: f64, f: f64| 1e-12 * (1.0 + x * d.pdf(x) / f);
            if continuous(&d) {
                assert!((low / p - 1.0).abs() < tol(x, p), "{label}: F({x}) = {low}, not {p}");
                // 1 - F is all that piecewise laws have in the upper tail.
                let floor = if d.smooth() { 0.0 } else { 1e-15 };
                assert!((high - p).abs() < p * tol(y, p) + floor, "{label}: S({y}) = {high}, not {p}");
            } else {
                assert!(low >= p * (1.0 - 1e-11), "{label}: F({x}) = {low} < {p}");
                assert!(low - mass(x) <= p * (1.0 + 1e-11), "{label}: {x} is not the least for {p}");
                assert!(high <= p * (1.0 + 1e-11) + 1e-15, "{label}: S({y}) = {high} > {p}");
                assert!(high + mass(y) >= p * (1.0 - 1e-11) - 1e-15, "{label}: upper {p}");
            }
        }
        let (low, high) = d.support();
        assert_eq!((d.quantile(0.0), d.quantile(1.0)), (low, high), "{label}");
        assert_eq!((d.quantile_upper(1.0), d.quantile_upper(0.0)), (low, high), "{label}");
    }
}

#[test]
fn cdf_and_sf_add_to_one_and_never_fall() {
    for (label, d) in examples() {
        let mut last = 0.0;
        for k in 0..2000 {
            let x = f64::from(k) * d.mean() / 200.0;
            let (f, s) = (d.cdf(x), d.sf(x));
            assert!((f + s - 1.0).abs() < 1e-13, "{label}: F + S = {} at {x}", f + s);
            assert!(f >= last - 1e-15, "{label}: F falls at {x}");
            last = f;
        }
        assert_eq!((d.cdf(-1.0), d.sf(-1.0)), (0.0, 1.0), "{label}");
    }
}

#[test]
fn density_is_the_slope_of_the_distribution_function() {
    for (label, d) in examples() {
        for k in 1..40 {
            let x = d.quantile(f64::from(k) / 40.0) + 1e-3 * d.mean();
            let h = 1e-4 * x;
            if d.atoms().iter().any(|a| (a.0 - x).abs() <= 2.0 * h) || x > d.support().1 - 2.0 * h {
                continue;
            }
            let central = |f: &dyn Fn(f64) -> f64| (f(x + h) - f(x - h)) / (2.0 * h);
            let (slope, curve) = (central(&|x| d.cdf(x)), central(&|x| d.pdf(x)));
            let size = d.pdf(x).max(1e-3 / d.mean());
            assert!((slope - d.pdf(x)).abs() < 2e-5 * size, "{label}: density at {x}");
            // A kink of the density has no slope.
            let kink = !d.smooth() && (d.pdf_slope(x - h) - d.pdf_slope(x + h)).abs() * h > 1e-7 * size;
            let jump = !d.smooth() && (d.pdf(x - h) - d.pdf(x + h)).abs() > 0.1 * size;
            if !kink && !jump {
                let tol = 1e-4 * (size / x + d.pdf_slope(x).abs());
                assert!((curve - d.pdf_slope(x)).abs() < tol, "{label}: slope at {x}");
            }
        }
    }
}

/// Integrals of `S` and `2 x S` from 0 to `top`, by Gauss and Legendre between many quantiles.
fn integrate(d: &Dist, top: f64) -> (f64, f64) {
    const NODES: [(f64, f64); 4] = [
        (0.183_434_642_495_649_8, 0.362_683_783_378_362),
        (0.525_532_409_916_329, 0.313_706_645_877_887_3),
        (0.796_666_477_413_626_7, 0.222_381_034_453_374_5),
        (0.960_289_856_497_536_2, 0.101_228_536_290_376_26),
    ];
    let mut ends = vec![0.0];
    for octave in 1..200 {
        for cell in 0..16 {
            let p = libm::ldexp(1.0 + f64::from(cell) / 16.0, -octave - 1);
            ends.extend([d.quantile(p), d.quantile_upper(p)]);
        }
    }
    ends.extend(d.atoms().iter().map(|a| a.0));
    ends.extend([d.support().0, d.support().1]);
    // Kinks of the examples.
    ends.extend([2.0, 5.0, 7.0, 8.0, 10.0, 15.0, 25.0, 28.0, 30.0, 45.0, 90.0]);
    ends.push(top);
    ends.retain(|&x| x <= top && x.is_finite());
    ends.sort_by(f64::total_cmp);
    let mut sums = (0.0, 0.0);
    for pair in ends.windows(2) {
        let (middle, half) = (0.5 * (pair[0] + pair[1]), 0.5 * (pair[1] - pair[0]));
        for (node, weight) in NODES {
            for x in [middle - half * node, middle + half * node] {
                sums.0 += half * weight * d.sf(x);
                sums.1 += half * weight * d.sf(x) * 2.0 * x;
            }
        }
    }
    sums
}

#[test]
fn mean_and_variance_by_integration() {
    for (label, d) in examples() {
        let (first, second) = integrate(&d, f64::INFINITY);
        let tol = if d.smooth() { 1e-10 } else { 1e-9 };
        assert!((first / d.mean() - 1.0).abs() < tol, "{label}: mean {} {first}", d.mean());
        let variance = second - first * first;
        assert!(
            (variance - d.variance()).abs() < tol * second,
            "{label}: variance {} {variance}",
            d.variance()
        );
        for k in 1..10 {
            let x = d.quantile(f64::from(k) / 10.0) * 1.01;
            let part = integrate(&d, x).0;
            assert!((d.limited_mean(x) - part).abs() <= tol * part, "{label}: limited mean at {x}");
        }
    }
}

#[test]
fn remaining_follows_the_conditional_law() {
    for (label, d) in examples() {
        for k in 0..12 {
            let elapsed = f64::from(k) * 0.37 * d.mean();
            let left = d.sf(elapsed);
            let mut last = 0.0;
            for j in 1..40 {
                let u = f64::from(j) / 40.0;
                let more = d.remaining(elapsed, u);
                assert!(more >= last, "{label}: remaining falls at {elapsed} {u}");
                last = more;
                if left == 0.0 {
                    assert_eq!(more, 0.0, "{label}");
                } else if continuous(&d) {
                    let s = d.sf(elapsed + more);
                    let want = left * (1.0 - u);
                    let tol = 1e-11 * want * (1.0 + (elapsed + more) * d.pdf(elapsed + more) / want);
                    assert!((s - want).abs() < tol + 1e-15, "{label}: {elapsed} {u}: {s} {want}");
                } else {
                    assert!(d.sf(elapsed + more) <= left * (1.0 - u) + 1e-12, "{label}");
                    // Half the way there must not be enough, unless it is the next value.
                    assert!(d.sf(elapsed + more * (1.0 - 1e-9)) >= left * (1.0 - u) - 1e-9, "{label}");
                }
            }
        }
        assert_eq!(d.remaining(d.support().1, 0.5), 0.0, "{label}");
    }
}

#[test]
fn elapsed_time_is_length_biased() {
    for (label, d) in examples() {
        for k in 0..=40 {
            let u = f64::from(k) / 40.0;
            let a = d.length_biased_elapsed(u);
            if k == 40 {
                assert_eq!(a, d.support().1, "{label}");
            } else {
                let share = integrate(&d, a).0 / d.mean();
                let tol = if d.smooth() { 1e-10 } else { 1e-9 };
                assert!((share - u).abs() < tol, "{label}: {share} of the time before {a}, not {u}");
            }
        }
    }
    // By hand: the age of a constant is uniform, of an exponential itself.
    assert!((Dist::constant(10.0).unwrap().length_biased_elapsed(0.3) - 3.0).abs() < 1e-14);
    let age = Dist::exponential(10.0).unwrap().length_biased_elapsed(0.3);
    assert!((age + 10.0 * libm::log(0.7)).abs() < 1e-12);
}

#[test]
fn scaled_is_the_law_of_the_multiple() {
    for (label, d) in examples() {
        let e = d.try_scaled(86_400.0).unwrap();
        assert_eq!(e.name(), d.name());
        assert!((e.mean() / (d.mean() * 86_400.0) - 1.0).abs() < 1e-13, "{label}");
        for p in tails() {
            let (x, y) = (d.quantile(p) * 86_400.0, e.quantile(p));
            assert!((x - y).abs() <= 1e-11 * x, "{label}: {x} {y}");
        }
        for bad in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e-300, 1e300] {
            assert!(d.try_scaled(bad).is_err(), "{label} times {bad}");
        }
    }
}

#[test]
fn table_meets_its_error_bound_and_is_monotone() {
    for (label, d) in examples() {
        let sampler = Sampler::new(&d, 1.0);
        let mut rng = SplitMix(11);
        let mut words: Vec<u64> = (0..6000)
            .map(|k| {
                let word = rng.bits() >> (k % 40);
                if k % 2 == 0 { word } else { !word }
            })
            .collect();
        words.extend([0, 1, u64::MAX, u64::MAX - 1, 1 << 63, (1 << 63) - 1]);
        words.sort_unstable();
        let mut last = 0.0;
        for &bits in &words {
            let (drawn, exact) = (sampler.draw(bits), Sampler::exact(&d, bits));
            let tol = 1e-9 * exact + 1e-12 * d.mean();
            assert!((drawn - exact).abs() <= tol, "{label}: {bits:#x} gives {drawn}, not {exact}");
            assert!(drawn >= last * (1.0 - 1e-14), "{label}: falls at {bits:#x}");
            last = drawn;
        }
        assert!(sampler.slow_share() < 0.08, "{label}: {}", sampler.slow_share());
        if d.smooth() && d.name() != "mixture" {
            assert!(sampler.slow_share() < 2e-6, "{label}: {}", sampler.slow_share());
        }
    }
}

#[test]
fn sampler_moments_are_exact_within_five_standard_errors() {
    const N: u32 = 200_000;
    for (label, d) in examples() {
        let sampler = Sampler::new(&d, 1.0);
        let mut rng = SplitMix(2024);
        let mean = d.mean();
        // Means of (x - mean) and its square; the spread of the square from the quantile function.
        let (mut one, mut two) = (0.0, 0.0);
        for _ in 0..N {
            let x = sampler.draw(rng.bits()) - mean;
            one += x;
            two += x * x;
        }
        let n = f64::from(N);
        let mut fourth = 0.0;
        for k in 0..20_000 {
            let x = d.quantile((f64::from(k) + 0.5) / 20_000.0) - mean;
            fourth += x * x * x * x / 20_000.0;
        }
        let var = d.variance();
        let tiny = 1e-9 * mean;
        assert!((one / n).abs() <= 5.0 * (var / n).sqrt() + tiny, "{label}: mean off by {}", one / n);
        let spread = ((fourth - var * var).max(0.0) / n).sqrt();
        // A wide log-normal's square has no useful normal limit at this n.
        if label != "lognormal, wide" {
            assert!((two / n - var).abs() <= 5.0 * spread + tiny * mean, "{label}: variance {}", two / n);
        }
    }
}

#[test]
fn sampler_passes_kolmogorov_and_smirnov() {
    const N: usize = 20_000;
    // 2 exp(-2 * 2.7^2) is 9.3e-7, an upper bound for laws with atoms.
    let limit = 2.7 / (N as f64).sqrt();
    for (label, d) in examples() {
        let sampler = Sampler::new(&d, 1.0);
        let mut rng = SplitMix(77);
        let mut x: Vec<f64> = (0..N).map(|_| sampler.draw(rng.bits())).collect();
        x.sort_by(f64::total_cmp);
        let atoms = d.atoms();
        for (i, &value) in x.iter().enumerate() {
            let at = d.cdf(value);
            let below = at - atoms.iter().find(|a| a.0 == value).map_or(0.0, |a| a.1);
            if x.get(i + 1) != Some(&value) {
                let seen = (i + 1) as f64 / N as f64;
                assert!((seen - at).abs() < limit, "{label}: {seen} at most {value}, not {at}");
            }
            if i == 0 || x[i - 1] != value {
                let seen = i as f64 / N as f64;
                assert!((seen - below).abs() < limit, "{label}: {seen} below {value}, not {below}");
            }
        }
    }
}

#[test]
fn standard_exponential_table() {
    let mut rng = SplitMix(5);
    for k in 0..20_000 {
        let bits = rng.bits() >> (k % 30);
        let exact = -libm::log1p(-(bits as f64 + 0.5) / 18_446_744_073_709_551_616.0);
        assert!((exp1(bits) / exact - 1.0).abs() < 1e-9);
    }
}

#[test]
fn hostile_arguments_never_panic_or_give_nan_draws() {
    let odd = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.0, 0.0, 1e-320, 1e308, 0.5, 1.0, 2.0];
    for (label, d) in examples() {
        for a in odd {
            let _ = (d.cdf(a), d.sf(a), d.pdf(a), d.pdf_slope(a), d.partial_mean(a), d.limited_mean(a));
            let _ = (d.quantile(a), d.quantile_upper(a), d.length_biased_elapsed(a), d.scaled(a));
            for b in odd {
                assert!(d.remaining(a, b) >= 0.0, "{label}: remaining {a} {b}");
            }
            let sampler = Sampler::new(&d, a);
            let broken = Sampler::new(&d.scaled(a), 1.0);
            for bits in [0, 1, 1 << 40, 1 << 62, 1 << 63, u64::MAX] {
                assert!(sampler.draw(bits) >= 0.0, "{label}: scale {a}");
                assert!(broken.draw(bits) >= 0.0, "{label}: scaled {a}");
            }
        }
    }
}
