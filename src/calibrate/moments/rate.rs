//! Rates of arrival over time.

use super::real::Real;

/// Cases per unit of time.
#[derive(Clone, Debug)]
pub enum Rate<R> {
    /// From each time on; the first also before it.
    Steps(Vec<(f64, R)>),
    /// `base * (1 + amplitude * sin(2 pi (t - shift) / period)) * exp(growth * t)`.
    Seasonal {
        /// Level at time 0, without season.
        base: R,
        /// Size of the season, as a share.
        amplitude: R,
        /// Its length.
        period: f64,
        /// When it passes through its mean, rising.
        shift: f64,
        /// Growth per unit of time.
        growth: R,
    },
}

impl<R: Real> Rate<R> {
    /// The same for ever.
    pub fn constant(rate: R) -> Self {
        Rate::Steps(vec![(0.0, rate)])
    }

    /// The rate at `t`.
    pub fn at(&self, t: f64) -> R {
        match self {
            Rate::Steps(steps) => {
                let at = steps.partition_point(|s| s.0 <= t).saturating_sub(1);
                steps.get(at).map_or(R::zero(), |s| s.1)
            }
            Rate::Seasonal { base, amplitude, period, shift, growth } => {
                let wave = libm::sin(2.0 * std::f64::consts::PI * (t - shift) / period);
                *base * (R::one() + amplitude.scale(wave)) * growth.scale(t).exp()
            }
        }
    }

    /// Times inside `(from, to)` at which the rate jumps.
    pub(super) fn jumps(&self, from: f64, to: f64) -> impl Iterator<Item = f64> {
        let steps = match self {
            Rate::Steps(steps) => steps.as_slice(),
            Rate::Seasonal { .. } => &[],
        };
        steps.iter().map(|s| s.0).filter(move |&t| t > from && t < to)
    }

    /// The longest step over which ten-point quadrature sees the rate as smooth.
    pub(super) fn smooth_over(&self) -> f64 {
        match self {
            Rate::Steps(_) => f64::INFINITY,
            Rate::Seasonal { period, growth, .. } => {
                (period.abs() / 8.0).min(1.0 / growth.value().abs().max(1e-300))
            }
        }
    }
}
