//! The law of a count of which mean and variance are known: how likely a whole number is, and where it lies.
//!
//! A gamma law that is moved and cut into whole numbers. Its skewness follows from mean and variance as it does for the Poisson,
//! the negative binomial and the binomial law alike (Panjer 1981): third cumulant over variance = twice the variance over the
//! mean, less 1. It is none where the variance is half the mean; where it is less still (counts that places hold down) the law
//! is normal, as nothing is known of its skewness.

use crate::stats::special::{gamma_pq, ln_gamma, normal_cdf, normal_quantile};

/// A count under its law.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Placed {
    /// Log of the chance of this very count.
    pub log_chance: f64,
    /// The normal quantile of the chance of less and half that of this count: where a copula takes a whole number to lie
    /// (Kazianka & Pilz 2010).
    pub score: f64,
}

/// Above this shape a gamma law is taken by its cube root (Wilson & Hilferty 1931), which is then within 1e-5.
const SMOOTH: f64 = 100.0;
/// Least skewness that is reckoned with.
const STRAIGHT: f64 = 1e-4;
/// Below this chance differences of chances are nothing but rounding, and the density stands for them.
const FAR: f64 = 1e-250;
const HALF_LN_TWO_PI: f64 = 0.918_938_533_204_672_8;

/// Places a count under the law with this mean and so many times the mean as variance.
pub(super) fn count(figure: f64, mean: f64, ratio: f64) -> Placed {
    let sd = (mean * ratio).sqrt();
    let law = Law::of((2.0 * ratio - 1.0) / sd);
    let standard = |x: f64| (x - mean) / sd;
    // nought stands for all below a half
    let less = if figure < 0.5 { (0.0, 1.0) } else { law.tails(standard(figure - 0.5)) };
    let most = law.tails(standard(figure + 0.5));
    let chance = if most.0 < less.1 { most.0 - less.0 } else { less.1 - most.1 };
    let log_chance =
        if chance > FAR { libm::log(chance) } else { law.log_density(standard(figure)) - libm::log(sd) };
    let (below, above) = (0.5 * (less.0 + most.0), 0.5 * (less.1 + most.1));
    let score =
        if below < above { normal_quantile(below.max(FAR)) } else { -normal_quantile(above.max(FAR)) };
    Placed { log_chance, score }
}

/// A law with mean 0 and variance 1.
enum Law {
    Normal,
    /// Gamma with this shape.
    Gamma(f64),
}

impl Law {
    /// With this skewness, none if it would be below nought.
    fn of(skewness: f64) -> Law {
        if skewness > STRAIGHT { Law::Gamma(4.0 / (skewness * skewness)) } else { Law::Normal }
    }

    /// Chances of less and of more.
    fn tails(&self, x: f64) -> (f64, f64) {
        match self {
            Law::Gamma(shape) if *shape <= SMOOTH => gamma_pq(*shape, shape + x * shape.sqrt()),
            _ => {
                let score = self.score(x);
                (normal_cdf(score), normal_cdf(-score))
            }
        }
    }

    /// Nearly the normal score.
    fn score(&self, x: f64) -> f64 {
        match self {
            Law::Normal => x,
            Law::Gamma(shape) => {
                3.0 * shape.sqrt() * (libm::cbrt(1.0 + x / shape.sqrt()) - 1.0 + 1.0 / (9.0 * shape))
            }
        }
    }

    fn log_density(&self, x: f64) -> f64 {
        match self {
            Law::Gamma(shape) if *shape <= SMOOTH => {
                let at = (shape + x * shape.sqrt()).max(1e-300);
                (shape - 1.0) * libm::log(at) - at - ln_gamma(*shape) + 0.5 * libm::log(*shape)
            }
            _ => -0.5 * self.score(x) * self.score(x) - HALF_LN_TWO_PI,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn poisson(k: f64, mean: f64) -> f64 {
        libm::exp(k * libm::log(mean) - mean - ln_gamma(k + 1.0))
    }

    fn negative_binomial(k: f64, mean: f64, ratio: f64) -> f64 {
        let size = mean / (ratio - 1.0);
        let kernel = ln_gamma(k + size) - ln_gamma(size) - ln_gamma(k + 1.0);
        libm::exp(kernel - size * libm::log(ratio) + k * libm::log((ratio - 1.0) / ratio))
    }

    /// Chances add to 1, and half the sum of differences from the law it stands for stays below 3 in 100.
    #[test]
    fn whole_numbers_come_about_as_often_as_they_should() {
        for (mean, ratio) in [
            (0.05, 1.0),
            (0.5, 1.0),
            (3.0, 1.0),
            (40.0, 1.0),
            (0.3, 2.0),
            (5.0, 4.0),
            (40.0, 8.0),
            (300.0, 2.0),
        ] {
            let law = |k: f64| if ratio > 1.0 { negative_binomial(k, mean, ratio) } else { poisson(k, mean) };
            let (mut sum, mut off) = (0.0, 0.0);
            for k in 0..2_000 {
                let chance = libm::exp(count(f64::from(k), mean, ratio).log_chance);
                sum += chance;
                off += 0.5 * (chance - law(f64::from(k))).abs();
            }
            assert!((sum - 1.0).abs() < 1e-9 && off < 0.03, "{mean} {ratio}: {sum} {off}");
        }
    }

    /// Of many, each by itself, chances are those of a normal law and scores are standard distances; none where none are expected
    /// is all but certain, and no more than that.
    #[test]
    fn many_are_normal_and_none_is_certain() {
        let found = count(10_150.0, 10_000.0, 0.5);
        let score = 150.0 / 5_000.0f64.sqrt();
        let density = -0.5 * score * score - HALF_LN_TWO_PI - 0.5 * libm::log(5_000.0);
        assert!((found.score - score).abs() < 1e-3 && (found.log_chance - density).abs() < 1e-3, "{found:?}");
        for mean in [0.1, 0.01, 0.001] {
            let none = libm::exp(count(0.0, mean, 1.0).log_chance);
            assert!(none < 1.0 && (none - 1.0 + mean).abs() < 0.3 * mean, "{none}");
        }
    }

    /// Far out it stays finite and falls, on both sides, so that a search finds its way back.
    #[test]
    fn far_out_it_falls() {
        for (mean, ratio) in [(0.001, 1.0), (0.02, 3.0), (30.0, 6.0), (3_000.0, 1.2), (50.0, 0.1)] {
            let mut last = f64::INFINITY;
            for k in 0..200 {
                let found = count(mean + f64::from(k * k) + 1.0, mean, ratio);
                assert!(found.log_chance < last && found.score.is_finite(), "{mean} {ratio} {k}: {found:?}");
                last = found.log_chance;
            }
        }
        let mut last = f64::INFINITY;
        for mean in [5.0, 50.0, 500.0, 5_000.0, 50_000.0] {
            let found = count(0.0, mean, 1.5);
            assert!(found.log_chance < last && found.log_chance.is_finite(), "{mean}: {found:?}");
            last = found.log_chance;
        }
    }
}
