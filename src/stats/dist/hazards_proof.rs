//! Hazards against hand-worked cases and exact competing exponentials.

use libm::exp;

use super::{Atom, Hazards, proof::SplitMix};

fn two_exits() -> Hazards {
    // 0.1 + 0.3 per day for 5 days, then 0 and 0.2, a deadline at 10 where half leave by the
    // first cause and a tenth by the second, and an end at 20.
    let rates = [vec![0.1, 0.0], vec![0.3, 0.2]];
    let atoms = [Atom { at: 20.0, probs: vec![1.0, 0.0] }, Atom { at: 10.0, probs: vec![0.5, 0.1] }];
    Hazards::new(&[0.0, 5.0], &rates, &atoms).unwrap()
}

#[test]
fn by_hand() {
    let h = two_exits();
    let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-14 * b.abs().max(1.0), "{a} {b}");
    close(h.survival(0.0), 1.0);
    close(h.survival(5.0), exp(-2.0));
    close(h.survival(9.0), exp(-2.8));
    // At 10: e^-3 before the deadline, 0.4 of it after.
    close(h.survival(10.0), 0.4 * exp(-3.0));
    close(h.survival(20.0), 0.0);
    let e = exp(-2.0) * (1.0 - exp(-1.0));
    let after = 0.4 * exp(-3.0);
    close(h.cumulative_incidence(5.0, 0), 0.25 * (1.0 - exp(-2.0)));
    close(h.cumulative_incidence(5.0, 1), 0.75 * (1.0 - exp(-2.0)));
    close(h.cumulative_incidence(9.999_999_999_999, 0), 0.25 * (1.0 - exp(-2.0)));
    let first = 0.25 * (1.0 - exp(-2.0)) + 0.5 * exp(-3.0);
    close(h.cumulative_incidence(10.0, 0), first);
    close(h.cumulative_incidence(20.0, 0), first + after * exp(-2.0));
    let second = 0.75 * (1.0 - exp(-2.0)) + e + 0.1 * exp(-3.0) + after * (1.0 - exp(-2.0));
    close(h.cumulative_incidence(1e9, 1), second);
    close(h.cumulative_incidence(1e9, 0) + second, 1.0);
    let mean = (1.0 - exp(-2.0)) / 0.4 + e / 0.2 + after * (1.0 - exp(-2.0)) / 0.2;
    close(h.mean(), mean);
}

#[test]
fn draws_by_hand() {
    let h = two_exits();
    // S(2.5) = e^-1, and a quarter of exits there are of the first cause.
    let (t, cause) = h.draw(1.0 - exp(-1.0), 0.2);
    assert!((t - 2.5).abs() < 1e-12 && cause == 0);
    assert_eq!(h.draw(1.0 - exp(-1.0), 0.26).1, 1);
    // Between e^-3 and 0.4 e^-3 everyone leaves at 10; five sixths by the first cause.
    assert_eq!(h.draw(1.0 - 0.9 * exp(-3.0), 0.8), (10.0, 0));
    assert_eq!(h.draw(1.0 - 0.41 * exp(-3.0), 0.84), (10.0, 1));
    // Who is still there at 20 leaves then by the only cause, whatever the uniform.
    assert_eq!(h.draw(1.0 - 1e-9, 0.999_999), (20.0, 0));
    assert_eq!(h.draw(1.0, 1.0), (20.0, 0));
    // Given 10 days, the deadline is past: ln 2 / 0.2 more for the median of the rest.
    let (t, _) = h.draw_given(10.0, 0.5, 0.5);
    assert!((t - 10.0 - std::f64::consts::LN_2 / 0.2).abs() < 1e-12);
    // Given 4 days, hazard 0.4 to go at 5.
    let (t, _) = h.draw_given(4.0, 1.0 - exp(-0.4), 0.5);
    assert!((t - 5.0).abs() < 1e-12);
    assert_eq!(h.draw_given(25.0, 0.3, 0.3), (25.0, 0));
    // An atom at the start, written with either sign.
    for zero in [0.0, -0.0] {
        let atoms = [Atom { at: zero, probs: vec![0.5] }];
        let h = Hazards::new(&[0.0], &[vec![1.0]], &atoms).unwrap();
        assert_eq!(h.draw(0.4, 0.5), (0.0, 0));
        assert!((h.mean() - 0.5).abs() < 1e-15);
    }
    // Nobody can leave before 3, nor by the first cause.
    let late = Hazards::new(&[0.0, 3.0], &[vec![0.0, 0.0], vec![0.0, 0.5]], &[]).unwrap();
    assert_eq!(late.draw(0.0, 0.0), (3.0, 1));
}

#[test]
fn constant_hazards_are_competing_exponentials() {
    let h = Hazards::new(&[0.0], &[vec![0.02], vec![0.06]], &[]).unwrap();
    assert!((h.mean() - 12.5).abs() < 1e-13);
    for k in 1..100 {
        let u = f64::from(k) / 100.0;
        let (t, cause) = h.draw(u, u);
        assert!((t + libm::log(1.0 - u) / 0.08).abs() < 1e-12 * t);
        assert_eq!(cause, usize::from(u >= 0.25));
        // Memoryless.
        assert!((h.draw_given(7.0, u, u).0 - 7.0 - t).abs() < 1e-12 * (7.0 + t));
        assert!((h.length_biased_elapsed(u) - t).abs() < 1e-12 * t);
        let incidence = h.cumulative_incidence(t, 0);
        assert!((incidence - 0.25 * u).abs() < 1e-13);
    }
}

#[test]
fn draws_have_the_stated_survival_and_incidence() {
    const N: u32 = 100_000;
    let h = two_exits();
    let mut rng = SplitMix(3);
    let draws: Vec<(f64, usize)> = (0..N)
        .map(|k| {
            if k % 2 == 0 {
                h.draw(rng.uniform(), rng.uniform())
            } else {
                h.draw_bits(rng.bits(), rng.bits())
            }
        })
        .collect();
    for t in [0.5, 2.0, 5.0, 7.5, 9.99, 10.0, 13.0, 19.99, 20.0] {
        for cause in 0..2 {
            let seen = draws.iter().filter(|d| d.0 <= t && d.1 == cause).count() as f64;
            let p = h.cumulative_incidence(t, cause);
            let z = (seen - f64::from(N) * p) / (f64::from(N) * p * (1.0 - p)).sqrt();
            assert!(z.abs() < 5.0, "{t} {cause}: z = {z}");
        }
    }
}

#[test]
fn conditional_draws_follow_the_survival() {
    let h = two_exits();
    for elapsed in [0.0, 1.0, 5.0, 7.0, 9.9, 10.0, 15.0] {
        let mut last = 0.0;
        for k in 1..200 {
            let u = f64::from(k) / 200.0;
            let (t, _) = h.draw_given(elapsed, u, 0.5);
            assert!(t >= last && t >= elapsed);
            last = t;
            let want = h.survival(elapsed) * (1.0 - u);
            // Just before the time at least so many are present, at the time no more.
            assert!(h.survival(t) <= want + 1e-13, "{elapsed} {u}");
            assert!(h.survival(t - 1e-9) >= want - 1e-13, "{elapsed} {u}");
        }
    }
}

#[test]
fn elapsed_time_covers_its_share_of_the_mean() {
    let h = two_exits();
    for k in 0..100 {
        let u = f64::from(k) / 100.0;
        let a = h.length_biased_elapsed(u);
        // Midpoint rule on the survival function.
        let n = 20_000;
        let step = a / f64::from(n);
        let area: f64 = (0..n).map(|i| h.survival((f64::from(i) + 0.5) * step) * step).sum();
        assert!((area / h.mean() - u).abs() < 1e-4, "{u}: {a}");
    }
    assert!(h.length_biased_elapsed(1.0) <= 20.0 + 1e-9);
}

#[test]
fn refuses_what_never_ends_and_what_does_not_fit() {
    let atom = |at: f64, probs: Vec<f64>| vec![Atom { at, probs }];
    let refused = |breaks: &[f64], rates: &[Vec<f64>], atoms: &[Atom]| {
        Hazards::new(breaks, rates, atoms).unwrap_err().to_string()
    };
    let text = refused(&[0.0, 3.0], &[vec![1.0, 0.0]], &[]);
    assert_eq!(
        text,
        "hazards: total rate in the last interval is 0, expected above 0, \
         or an atom at which all who are left leave"
    );
    refused(&[0.0, 3.0], &[vec![1.0, 0.0]], &atom(4.0, vec![0.9]));
    assert!(Hazards::new(&[0.0, 3.0], &[vec![1.0, 0.0]], &atom(4.0, vec![1.0])).is_ok());
    refused(&[1.0], &[vec![1.0]], &[]);
    refused(&[0.0, 0.0], &[vec![1.0, 1.0]], &[]);
    refused(&[0.0, f64::NAN], &[vec![1.0, 1.0]], &[]);
    refused(&[0.0], &[vec![-1.0]], &[]);
    refused(&[0.0], &[vec![f64::NAN]], &[]);
    refused(&[0.0], &[vec![1.0, 1.0]], &[]);
    refused(&[], &[vec![]], &[]);
    refused(&[0.0], &[], &[]);
    refused(&[0.0], &[vec![1.0]], &atom(4.0, vec![0.9, 0.1]));
    refused(&[0.0], &[vec![1.0]], &atom(4.0, vec![1.1]));
    refused(&[0.0], &[vec![1.0]], &atom(-4.0, vec![0.1]));
    let twice = [atom(4.0, vec![0.5]), atom(4.0, vec![0.2])].concat();
    refused(&[0.0], &[vec![1.0]], &twice);
}
