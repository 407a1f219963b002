//! Like effects drawn together by as much as they vary no more than chance, their spread not taken as known.
//!
//! Estimates y_i with errors s_i are of true effects from N(0, t²). The spread t has a flat prior on a grid
//! from 0 to [`WIDEST`], and is integrated out (Gelman 2006, Bayesian Analysis 1(3)): with few effects their
//! intervals then allow for how little is known of t.

/// Widest spread of logarithms thought possible: factors of 4.5 either way are common then.
const WIDEST: f64 = 1.5;
/// Steps of the grid.
const STEPS: usize = 150;

/// What is believed of effects after pooling.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Pooled {
    /// Mean of the spread.
    pub(super) spread: f64,
    /// Mean and variance of each effect.
    pub(super) effects: Vec<(f64, f64)>,
    /// The part of each variance that comes of not knowing the spread.
    pub(super) unsure: Vec<f64>,
}

/// Pools estimates given with their errors, which must be above 0.
pub(super) fn pool(estimates: &[(f64, f64)]) -> Pooled {
    let spreads: Vec<f64> = (0..=STEPS).map(|k| WIDEST * k as f64 / STEPS as f64).collect();
    let log_weight = |t: f64| -> f64 {
        let one = |(y, s): &(f64, f64)| {
            let v = s * s + t * t;
            -0.5 * (libm::log(v) + y * y / v)
        };
        estimates.iter().map(one).sum()
    };
    let logs: Vec<f64> = spreads.iter().map(|t| log_weight(*t)).collect();
    let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let weights: Vec<f64> = logs.iter().map(|l| libm::exp(l - most)).collect();
    let all: f64 = weights.iter().sum();
    let over = |f: &dyn Fn(f64) -> f64| -> f64 {
        spreads.iter().zip(&weights).map(|(t, w)| w * f(*t)).sum::<f64>() / all
    };
    let mut pooled = Pooled { spread: over(&|t| t), effects: Vec::new(), unsure: Vec::new() };
    for (y, s) in estimates {
        let kept = |t: f64| t * t / (t * t + s * s);
        let mean = over(&|t| kept(t) * y);
        let within = over(&|t| kept(t) * s * s);
        let between = over(&|t| (kept(t) * y - mean) * (kept(t) * y - mean));
        pooled.effects.push((mean, within + between));
        pooled.unsure.push(between);
    }
    pooled
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One effect far from 0 stays, effects of nothing but chance are drawn in, and variances never exceed
    /// that of the estimate alone by more than the spread's part.
    #[test]
    fn effects_are_drawn_in_by_their_own_weight() {
        let quiet = pool(&[(0.1, 0.2), (-0.15, 0.2), (0.05, 0.2), (-0.1, 0.2), (0.12, 0.2)]);
        assert!(quiet.effects.iter().zip([0.1, -0.15]).all(|(e, y)| e.0.abs() < 0.6 * f64::abs(y)));
        let loud = pool(&[(1.0, 0.1), (-0.8, 0.1), (0.6, 0.1), (-1.1, 0.1)]);
        assert!((loud.effects[0].0 - 1.0).abs() < 0.03, "{loud:?}");
        assert!((loud.effects[0].1.sqrt() - 0.1).abs() < 0.005);
    }

    /// Intervals hold the truth in 95 of 100, over truths drawn from the law that is assumed, also when only
    /// four effects are pooled: 4,000 sets, bound of 4.5 binomial errors of intervals within sets that are
    /// not independent (a set counts as one).
    #[test]
    fn intervals_hold_the_truth_on_average() {
        use crate::stats::series::random::normals;
        let (mut held, mut all) = (0.0, 0.0);
        for set in 0..4_000u64 {
            let mut z = [0.0; 8];
            normals(11, set, 0, &mut z);
            let spread = 0.3 * (set % 4) as f64 / 3.0;
            let truths: Vec<f64> = z.iter().take(4).map(|z| spread * z).collect();
            let seen: Vec<(f64, f64)> =
                truths.iter().zip(z.iter().skip(4)).map(|(t, z)| (t + 0.15 * z, 0.15)).collect();
            for (truth, (mean, variance)) in truths.iter().zip(pool(&seen).effects) {
                held += f64::from(u8::from((truth - mean).abs() <= 1.959_964 * variance.sqrt()));
                all += 1.0;
            }
        }
        let share: f64 = held / all;
        assert!(share > 0.95 - 4.5 * (0.05f64 * 0.95 / 4_000.0).sqrt(), "{share}");
    }
}
