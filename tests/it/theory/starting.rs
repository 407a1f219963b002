//! Starting with children already there: the time they have been there is length-biased, the rest
//! of their stay conditional on it, so that a steady flow stays as it is.

use crate::support::{Judge, Power, Study};
use caseflow::model::stage::Law;

/// Survival functions that the model file does not hold as one law.
fn survival(stage: &str, law: &Law) -> Box<dyn Fn(f64) -> f64> {
    match (stage, law) {
        ("hazards", _) => {
            Box::new(|t| if t < 90.0 { (-0.006 * t).exp() } else { 0.8 * (-0.54 - 0.009 * (t - 90.0)).exp() })
        }
        ("reviews", _) => {
            Box::new(|t| if t < 90.0 { 1.0 } else { 0.75 * 0.5f64.powf(((t - 90.0) / 180.0).floor()) })
        }
        ("cut", _) => Box::new(|t| if t < 200.0 { (-0.004 * t).exp() } else { 0.0 }),
        ("ways", _) => {
            let gamma = caseflow::stats::dist::Dist::gamma(1.0 / 0.49, 60.0 * 0.49).unwrap();
            let long = caseflow::stats::dist::Dist::lognormal_mean_cv(210.0, 0.5).unwrap();
            Box::new(move |t| 0.6 * gamma.sf(t) + 0.4 * long.sf(t))
        }
        (_, Law::Length { dist, .. }) => {
            let dist = dist.clone();
            Box::new(move |t| dist.sf(t))
        }
        _ => panic!("{stage}"),
    }
}

/// Integral by the midpoint rule in steps of a fiftieth of a day.
fn integral(f: &dyn Fn(f64) -> f64, from: f64, to: f64) -> f64 {
    let n = ((to - from) * 50.0).round() as usize;
    (0..n).map(|i| f(from + (i as f64 + 0.5) / 50.0)).sum::<f64>() / 50.0
}

#[test]
fn a_steady_state_stays_steady() {
    let s = Study::of("starting");
    let mut j = Judge::new("starting", 0.01);
    let edges = [0.0, 30.0, 100.0, 200.0, 400.0];
    for (i, stage) in s.network.model().stages.iter().enumerate() {
        let name = stage.name.as_str();
        let start = s.network.model().start.stages.iter().find(|x| usize::from(x.stage.0) == i).unwrap();
        let n = f64::from(start.cases);
        let sf = survival(name, &stage.stay.law);
        let mean = integral(&*sf, 0.0, 6_000.0);
        let rate = n / mean;
        for period in [0, 1, 3, 6, 11] {
            let here = s.values("stage", "children_end", name, "", Some(period));
            j.check(&format!("{name}: number after period {period}"), &here, n);
            let out = s.values("stage", "ended", name, "", Some(period));
            j.check_with(
                &format!("{name}: ended in period {period}"),
                &out,
                60.0 * rate,
                Power::Within(0.015),
            );
        }
        for band in 0..4 {
            let (from, to) = (edges[band], edges[band + 1]);
            for period in [0, 6] {
                let part = band.to_string();
                let ended = s.values("stage", "ended_in_band", name, &part, Some(period));
                // an edge belongs to the band above it, also where the law has an atom
                let exact = 60.0 * rate * (sf(from - 1e-9) - sf(to - 1e-9));
                if exact < 1e-6 {
                    assert!(ended.iter().all(|n| *n == 0.0), "{name}: ended in band {band}");
                    continue;
                }
                j.check_with(
                    &format!("{name}: ended in band {band}, period {period}"),
                    &ended,
                    exact,
                    Power::Of(0.5),
                );
                let open = s.values("stage", "open_in_band", name, &part, Some(period));
                let exact = n * integral(&*sf, from, to) / mean;
                j.check_with(
                    &format!("{name}: open in band {band}, period {period}"),
                    &open,
                    exact,
                    Power::Of(0.6),
                );
            }
        }
    }
    j.verdict();
}
