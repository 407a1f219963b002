//! Trials by simulation: intervals cover what they should, and no input makes an estimate panic.

use super::*;

/// Uniform numbers in (0, 1) for trials (Steele & Vigna's splitmix64).
pub(super) struct Uniform(pub u64);

impl Uniform {
    pub fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64 + 1e-17
    }
}

/// Weibull stays of scale 1 that enter late and are censored.
pub(super) fn late_weibull(shape: f64, size: usize, uniform: &mut Uniform) -> Spells {
    let mut raw = Vec::new();
    while raw.len() < size {
        let t = libm::pow(-libm::log(uniform.next()), 1.0 / shape);
        let entry = 0.3 * uniform.next();
        let censored = 0.3 + 2.0 * uniform.next();
        if t > entry {
            raw.push(if t < censored { Spell::exit(entry, t, 0) } else { Spell::censored(entry, censored) });
        }
    }
    Spells::new(&raw, ZeroLength::Refuse).unwrap()
}

const TRIALS: u32 = 400;

/// Of 400 trials at 95 %, 380 cover; outside 358 to 397 has probability below 1e-5 on each side.
fn covers(count: u32) -> bool {
    (358..=397).contains(&count)
}

#[test]
fn intervals_cover_under_late_entry_and_censoring() {
    let mut uniform = Uniform(7);
    let (mut shape, mut scale, mut km, mut median) = (0, 0, 0, 0);
    for _ in 0..TRIALS {
        let spells = late_weibull(0.8, 200, &mut uniform);
        let fit = Fit::new(Family::Weibull, &spells).unwrap();
        let se = fit.se();
        shape += u32::from((fit.theta[0] - libm::log(0.8)).abs() < 1.96 * se[0]);
        scale += u32::from(fit.theta[1].abs() < 1.96 * se[1]);
        let (s, error) = fit.survival(0.7);
        let truth = libm::exp(-libm::pow(0.7, 0.8));
        median += u32::from((s - truth).abs() < 1.96 * error);
        // The curve from 0.2 on, when the risk set is no longer tiny.
        let curve = KaplanMeier::new(&RiskTable::new(&spells, 0.2).unwrap());
        let truth = truth / libm::exp(-libm::pow(0.2, 0.8));
        let (low, high) = curve.at(0.7).unwrap().interval(1.96, Scale::LogLog).unwrap();
        km += u32::from(low < truth && truth < high);
    }
    assert!(covers(shape) && covers(scale) && covers(km) && covers(median), "{shape} {scale} {median} {km}");
}

#[test]
fn intervals_cover_under_interval_censoring() {
    let mut uniform = Uniform(11);
    let (mut mean, mut sd) = (0, 0);
    for _ in 0..TRIALS {
        let raw: Vec<Spell> = (0..150)
            .map(|_| {
                let z = special::normal_quantile(uniform.next());
                let t = libm::exp(1.0 + 0.6 * z);
                let before = t.floor();
                Spell::within(0.0, before, before + 1.0, 0)
            })
            .collect();
        let spells = Spells::new(&raw, ZeroLength::Refuse).unwrap();
        let fit = Fit::new(Family::LogNormal, &spells).unwrap();
        let se = fit.se();
        mean += u32::from((fit.theta[0] - 1.0).abs() < 1.96 * se[0]);
        sd += u32::from((fit.theta[1] - libm::log(0.6)).abs() < 1.96 * se[1]);
    }
    assert!(covers(mean) && covers(sd), "{mean} {sd}");
}

fn number() -> impl proptest::strategy::Strategy<Value = f64> {
    use proptest::prelude::*;
    prop_oneof![
        8 => 0.0..20.0_f64,
        4 => (0..6_u8).prop_map(f64::from),
        1 => Just(f64::NAN),
        1 => Just(f64::INFINITY),
        1 => Just(-1.0),
        1 => Just(1e300),
        1 => Just(1e-300),
    ]
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(60))]

    #[test]
    fn no_input_makes_an_estimate_panic(
        raw in proptest::collection::vec((number(), number(), 0..4_u8, number()), 0..12),
        start in number(),
    ) {
        let spells: Vec<Spell> = raw
            .iter()
            .zip(0..)
            .map(|(&(entry, end, kind, weight), id)| {
                let spell = match kind {
                    0 => Spell::censored(entry, end),
                    1 => Spell::within(0.0, entry, end, 1),
                    k => Spell::exit(entry, end, usize::from(k) - 2),
                };
                spell.in_cluster(id % 3).weighing(weight)
            })
            .collect();
        // One bad spell refuses all, so bad ones are also taken out one by one.
        let fine = |s: &&Spell| Spells::new(&[**s], ZeroLength::Drop).is_ok();
        let some: Vec<Spell> = spells.iter().filter(fine).copied().collect();
        for raw in [&spells, &some] {
            for policy in [ZeroLength::Drop, ZeroLength::AtOrigin, ZeroLength::Within(0.5)] {
                let Ok(spells) = Spells::new(raw, policy) else { continue };
                every_estimate(&spells, start);
                every_estimate(&spells.merge_ties().for_cause(0), 0.0);
            }
        }
    }
}

fn every_estimate(spells: &Spells, start: f64) {
    if let Ok(table) = RiskTable::new(spells, start) {
        let km = KaplanMeier::new(&table);
        assert!(km.rows.iter().all(|r| (0.0..=1.0).contains(&r.survival)));
        km.quantile(start);
        km.restricted_mean(start);
    }
    for kind in [ErrorKind::Greenwood, ErrorKind::Jackknife, ErrorKind::Aalen] {
        if let Ok(rows) = incidence(spells, start, kind) {
            for row in rows {
                let whole = row.open + row.incidence.iter().sum::<f64>();
                assert!((whole - 1.0).abs() < 1e-9, "{whole}");
            }
        }
    }
    for family in [Family::Weibull, Family::Gompertz, Family::Gamma] {
        if let Ok(fit) = Fit::new(family, spells) {
            assert!(fit.log_likelihood.is_finite());
            let _ = fit.goodness(spells, 3);
        }
    }
    let atom = Atom { time: 5.0, reach: 0.5 };
    let bands = Bands::new(&[1.0, 7.0], &[atom]).unwrap();
    if let Ok(exposure) = Exposure::new(spells, &bands, 3) {
        let cells: Vec<(f64, f64)> =
            (exposure.exits.iter().flatten().copied()).zip(exposure.time.iter().copied().cycle()).collect();
        let _ = shrink_rates(&cells);
        let _ = shrink_shares(&exposure.exits);
    }
}
