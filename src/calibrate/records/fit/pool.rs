//! Like effects drawn together by as much as they vary no more than chance.
//!
//! Estimates y_i with errors s_i are of true effects from N(0, t²). The spread t has a flat prior on a grid
//! from 0 to [`WIDEST`] (Gelman 2006, Bayesian Analysis 1(3)): with few effects it is not thought to be known.
//! What comes back are values with the least expected error. They are not in the middle of an interval that
//! holds the truth in 95 of 100: that is the estimate's own.

/// Widest spread of logarithms thought possible: factors of 4.5 either way are common then.
const WIDEST: f64 = 1.5;
/// Steps of the grid.
const STEPS: usize = 150;

/// What is believed of effects after pooling.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Pooled {
    /// Mean of the spread.
    pub(super) spread: f64,
    /// Mean of each effect.
    pub(super) means: Vec<f64>,
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
    let mean = |(y, s): &(f64, f64)| y * over(&|t| t * t / (t * t + s * s));
    Pooled { spread: over(&|t| t), means: estimates.iter().map(mean).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::series::random::normals;

    /// One effect far from 0 stays, effects of nothing but chance are drawn in.
    #[test]
    fn effects_are_drawn_in_by_their_own_weight() {
        let quiet = pool(&[(0.1, 0.2), (-0.15, 0.2), (0.05, 0.2), (-0.1, 0.2), (0.12, 0.2)]);
        assert!(quiet.means.iter().zip([0.1, -0.15]).all(|(e, y)| e.abs() < 0.6 * f64::abs(y)));
        let loud = pool(&[(1.0, 0.1), (-0.8, 0.1), (0.6, 0.1), (-1.1, 0.1)]);
        assert!((loud.means[0] - 1.0).abs() < 0.03, "{loud:?}");
    }

    /// Over truths of a spread like their errors, the values miss by less than the estimates do: by theory the
    /// mean square falls to t²/(t² + s²) = .5 of theirs were the spread known; .8 is asked of eight effects.
    #[test]
    fn values_miss_by_less() {
        let (mut pooled, mut alone) = (0.0, 0.0);
        for set in 0..400u64 {
            let mut z = [0.0; 16];
            normals(11, set, 0, &mut z);
            let truths: Vec<f64> = z.iter().take(8).map(|z| 0.15 * z).collect();
            let seen: Vec<(f64, f64)> =
                truths.iter().zip(z.iter().skip(8)).map(|(t, z)| (t + 0.15 * z, 0.15)).collect();
            for ((truth, mean), (y, _)) in truths.iter().zip(pool(&seen).means).zip(&seen) {
                pooled += (truth - mean) * (truth - mean);
                alone += (truth - y) * (truth - y);
            }
        }
        assert!(pooled < 0.8 * alone, "{pooled} {alone}");
    }
}
