//! Where to start a fit: laws with given mean and spread of log time, over a grid wide enough that late
//! entry, heavy censoring or falling hazards leave no maximum unvisited.

use super::law::Family;
use super::likelihood::{Known, Sample, Seen};
use super::special::{EULER, digamma, trigamma};

/// Means of log time tried, about the log of the median end (0 in the sample's units).
const CENTRES: [f64; 19] = [
    -8.0, -5.0, -3.0, -2.0, -1.4, -0.9, -0.5, -0.25, -0.1, 0.0, 0.1, 0.25, 0.5, 0.9, 1.4, 2.0, 3.0, 5.0, 8.0,
];

/// Standard deviations of log time tried.
const SPREADS: [f64; 11] = [0.03, 0.06, 0.1, 0.17, 0.3, 0.5, 0.8, 1.2, 1.8, 2.8, 4.5];

/// Gompertz shapes tried, in the sample's units.
const SLOPES: [f64; 17] =
    [-8.0, -4.0, -2.0, -1.0, -0.5, -0.2, -0.05, 0.0, 0.05, 0.2, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0];

/// Shapes of the generalised gamma tried.
const BENDS: [f64; 12] = [-4.0, -2.0, -1.0, -0.4, 0.0, 0.4, 0.7, 1.0, 1.5, 2.5, 4.0, 7.0];

/// The fitted parameters of the member of a two-parameter family, or of the generalised gamma with
/// shape `q`, whose log time has this mean and standard deviation.
pub(super) fn with_moments(family: Family, mean: f64, spread: f64, q: f64) -> Vec<f64> {
    let pi = core::f64::consts::PI;
    match family {
        Family::Exponential => vec![-(mean + EULER)],
        Family::Weibull => {
            let k = pi / (6.0_f64.sqrt() * spread);
            vec![libm::log(k), mean + EULER / k]
        }
        Family::LogLogistic => vec![libm::log(pi / (3.0_f64.sqrt() * spread)), mean],
        Family::LogNormal => vec![mean, libm::log(spread)],
        Family::Gamma => {
            let a = shape_with_spread(spread);
            vec![libm::log(a), digamma(a) - mean]
        }
        Family::GeneralisedGamma => {
            let (centre, sd) = prentice_moments(q);
            let sigma = spread / sd;
            vec![mean - sigma * centre, libm::log(sigma), q]
        }
        Family::Gompertz => Vec::new(),
    }
}

/// Mean and standard deviation of Prentice's w at shape `q`.
fn prentice_moments(q: f64) -> (f64, f64) {
    if q.abs() < 1e-3 {
        return (-0.5 * q, 1.0);
    }
    let a = 1.0 / (q * q);
    ((digamma(a) - libm::log(a)) / q, trigamma(a).sqrt() / q.abs())
}

/// The gamma shape at which log time has this standard deviation (trigamma inverted by Newton).
fn shape_with_spread(spread: f64) -> f64 {
    let target = spread * spread;
    let mut a = (1.0 + (1.0 + 2.0 * target).sqrt()) / (2.0 * target);
    for _ in 0..20 {
        // On the log scale trigamma is nearly straight; its slope there is between -2 and -1.
        let miss = libm::log(trigamma(a) / target);
        a *= libm::exp(miss / if a < 0.5 { 2.0 } else { 1.2 });
    }
    a
}

/// The best few starts for a family, spread apart, best first.
pub(super) fn candidates(family: Family, sample: &Sample, most: usize) -> Vec<Vec<f64>> {
    let thin = sample.thinned(200);
    match family {
        Family::Exponential => vec![vec![constant_rate(sample)]],
        Family::Gompertz => pick(gompertz(&thin), most, 1),
        Family::GeneralisedGamma => general(&thin, most),
        _ => {
            let mut grid = moment_grid(family, &thin, 0.0);
            if family == Family::Weibull {
                // Under late entry the best scale may lie far from any time seen: it has a closed form.
                grid.extend(profiled_weibull(&thin));
            }
            pick(grid, most, 1)
        }
    }
}

struct Candidate {
    theta: Vec<f64>,
    value: f64,
    /// Place in the grid: neighbours are not both worth a start.
    place: (usize, usize, usize),
}

fn moment_grid(family: Family, sample: &Sample, q: f64) -> Vec<Candidate> {
    let mut all = Vec::new();
    for (i, &centre) in CENTRES.iter().enumerate() {
        for (j, &spread) in SPREADS.iter().enumerate() {
            let theta = with_moments(family, centre, spread, q);
            let value = sample.value(family, &theta);
            let place = (0, i, j);
            all.push(Candidate { theta, value, place });
        }
    }
    all
}

/// The generalised gamma: at each bend, the best places of a coarser grid about the best log-normal and
/// Weibull places.
fn general(sample: &Sample, most: usize) -> Vec<Vec<f64>> {
    let mut near: Vec<(f64, f64)> = Vec::new();
    for family in [Family::LogNormal, Family::Weibull] {
        let mut grid = moment_grid(family, sample, 0.0);
        grid.sort_by(|a, b| b.value.total_cmp(&a.value));
        for one in grid.iter().filter(|c| c.value.is_finite()).take(6) {
            let at = (CENTRES[one.place.1], SPREADS[one.place.2]);
            if !near.contains(&at) {
                near.push(at);
            }
        }
    }
    let mut all = Vec::new();
    for (k, &q) in BENDS.iter().enumerate() {
        for (i, &(centre, spread)) in near.iter().enumerate() {
            for (j, stretch) in [0.6, 1.0, 1.7].into_iter().enumerate() {
                let theta = with_moments(Family::GeneralisedGamma, centre, spread * stretch, q);
                let value = sample.value(Family::GeneralisedGamma, &theta);
                let place = (k * 2, i, j);
                all.push(Candidate { theta, value, place });
            }
        }
    }
    // One start from each bend, the best first.
    let mut best: Vec<Candidate> = Vec::new();
    all.retain(|c| c.value.is_finite());
    all.sort_by(|a, b| b.value.total_cmp(&a.value));
    for one in all {
        if best.len() < most && best.iter().all(|b| b.place.0 != one.place.0) {
            best.push(one);
        }
    }
    best.into_iter().map(|c| c.theta).collect()
}

fn constant_rate(sample: &Sample) -> f64 {
    libm::log(sample.exits / total(sample, |t| t).max(f64::MIN_POSITIVE))
}

/// The sum over spells of g(end) - g(entry), with the middle of an interval as its end.
fn total(sample: &Sample, g: impl Fn(f64) -> f64) -> f64 {
    let end = |s: &Seen| match s.known {
        Known::Exactly(t) | Known::MoreThan(t) => t,
        Known::Between(l, r) => 0.5 * (l + r),
    };
    let each = sample.seen.iter();
    each.map(|s| s.weight * (g(end(s)) - g(s.entry))).sum()
}

/// Exits among the observations of a thinned sample.
fn exits(sample: &Sample) -> f64 {
    let ended = |s: &&Seen| !matches!(s.known, Known::MoreThan(_));
    sample.seen.iter().filter(ended).map(|s| s.weight).sum()
}

fn profiled_weibull(sample: &Sample) -> Vec<Candidate> {
    let mut all = Vec::new();
    for (j, &spread) in SPREADS.iter().enumerate() {
        let k = core::f64::consts::PI / (6.0_f64.sqrt() * spread);
        let power = total(sample, |t| if t > 0.0 { libm::pow(t, k) } else { 0.0 });
        let log_scale = libm::log(power / exits(sample).max(0.5)) / k;
        let theta = vec![libm::log(k), log_scale];
        let value = sample.value(Family::Weibull, &theta);
        all.push(Candidate { theta, value, place: (9, 0, j) });
    }
    all
}

fn gompertz(sample: &Sample) -> Vec<Candidate> {
    let mut all = Vec::new();
    for (j, &b) in SLOPES.iter().enumerate() {
        let area = total(sample, |t| if b == 0.0 { t } else { libm::expm1(b * t) / b });
        let theta = vec![b, libm::log(exits(sample).max(0.5) / area)];
        let value = sample.value(Family::Gompertz, &theta);
        all.push(Candidate { theta, value, place: (0, 0, j) });
    }
    all
}

/// The best of the grid, leaving out what is next to one already taken.
fn pick(mut grid: Vec<Candidate>, most: usize, apart: usize) -> Vec<Vec<f64>> {
    grid.retain(|c| c.value.is_finite());
    grid.sort_by(|a, b| b.value.total_cmp(&a.value));
    let mut taken: Vec<Candidate> = Vec::new();
    for one in grid {
        let beside = |t: &Candidate| {
            t.place.0 == one.place.0
                && t.place.1.abs_diff(one.place.1) <= apart
                && t.place.2.abs_diff(one.place.2) <= apart
        };
        if taken.len() >= most {
            break;
        }
        if !taken.iter().any(beside) {
            taken.push(one);
        }
    }
    taken.into_iter().map(|c| c.theta).collect()
}

#[cfg(test)]
mod tests {
    use super::super::jet::Jet;
    use super::*;

    #[test]
    fn moments_are_met() {
        // Mean and variance of log time, by summing the density over a fine grid of log time.
        for (family, q) in [
            (Family::Weibull, 0.0),
            (Family::Gamma, 0.0),
            (Family::LogNormal, 0.0),
            (Family::LogLogistic, 0.0),
            (Family::GeneralisedGamma, 0.6),
            (Family::GeneralisedGamma, -1.5),
        ] {
            let theta = with_moments(family, 0.4, 0.7, q);
            let theta: Vec<Jet<0>> = theta.iter().map(|&x| Jet::constant(x)).collect();
            let (mut whole, mut first, mut second) = (0.0, 0.0, 0.0);
            for i in -4000..4000 {
                let u = f64::from(i) * 0.005;
                let density = libm::exp(family.logs(&theta, libm::exp(u)).density.v + u) * 0.005;
                if density.is_finite() {
                    whole += density;
                    first += density * u;
                    second += density * u * u;
                }
            }
            let sd = (second - first * first).sqrt();
            assert!((whole - 1.0).abs() < 1e-6, "{family:?} {whole}");
            assert!((first - 0.4).abs() < 1e-5, "{family:?} {first}");
            assert!((sd - 0.7).abs() < 1e-4, "{family:?} {sd}");
        }
    }
}
