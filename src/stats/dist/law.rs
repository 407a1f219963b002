//! The closed list of laws and the functions all of them have.

use super::{
    Bands, Constant, Erlang, Exponential, Gamma, HyperExponential, LogNormal, Mixture, ParamError,
    Triangular, Uniform, Values, Weibull, error, solve,
};

/// What every law must give. Private: the list of laws is closed.
pub(super) trait Law {
    /// Name as in the catalogue.
    fn name(&self) -> &'static str;
    /// Expected value.
    fn mean(&self) -> f64;
    /// Variance.
    fn variance(&self) -> f64;
    /// Least and greatest possible value; the greatest may be infinite.
    fn support(&self) -> (f64, f64);
    /// Probability of at most `x`.
    fn cdf(&self, x: f64) -> f64;
    /// Probability of more than `x`, exact in the tail.
    fn sf(&self, x: f64) -> f64;
    /// Density of the continuous part.
    fn pdf(&self, x: f64) -> f64;
    /// Derivative of the density, where it has one.
    fn pdf_slope(&self, x: f64) -> f64;
    /// Least `x` with `cdf(x) >= u`.
    fn quantile(&self, u: f64) -> f64;
    /// Quantile of the upper-tail probability `s`, exact for tiny `s`.
    fn quantile_upper(&self, s: f64) -> f64;
    /// `E[X; X <= x]`: the part of the mean that lies at or below `x`.
    fn partial_mean(&self, x: f64) -> f64;
    /// The law of `factor * X`, by plain arithmetic.
    fn scaled(&self, factor: f64) -> Dist;
    /// Values with a probability of their own, ascending, and that probability.
    fn atoms(&self) -> Vec<(f64, f64)> {
        Vec::new()
    }
    /// The quantile of a tail probability, for a smooth law and with a good guess: faster where it has
    /// no closed form.
    fn quantile_near(&self, p: f64, upper: bool, _guess: f64) -> f64 {
        if upper { self.quantile_upper(p) } else { self.quantile(p) }
    }
    /// Density and tail probability together.
    fn tail_and_pdf(&self, x: f64, upper: bool) -> (f64, f64) {
        (if upper { self.sf(x) } else { self.cdf(x) }, self.pdf(x))
    }
    /// Whether the density is smooth on the whole half line above 0.
    fn smooth(&self) -> bool {
        false
    }
    /// How deep mixtures are nested in it.
    fn depth(&self) -> usize {
        0
    }
}

/// A distribution of a non-negative quantity, with checked parameters.
#[derive(Debug, Clone, PartialEq)]
pub enum Dist {
    /// Always the same value.
    Constant(Constant),
    /// Constant hazard.
    Exponential(Exponential),
    /// Gamma.
    Gamma(Gamma),
    /// Log-normal.
    LogNormal(LogNormal),
    /// Weibull.
    Weibull(Weibull),
    /// Sum of equal exponential phases.
    Erlang(Erlang),
    /// Probabilistic choice of exponentials.
    HyperExponential(HyperExponential),
    /// Uniform on an interval.
    Uniform(Uniform),
    /// Triangular.
    Triangular(Triangular),
    /// Listed values with probabilities.
    Values(Values),
    /// Bands with probabilities, uniform within a band.
    Bands(Bands),
    /// Weighted choice of other laws.
    Mixture(Mixture),
}

macro_rules! each {
    ($self:expr, $d:ident => $body:expr) => {
        match $self {
            Dist::Constant($d) => $body,
            Dist::Exponential($d) => $body,
            Dist::Gamma($d) => $body,
            Dist::LogNormal($d) => $body,
            Dist::Weibull($d) => $body,
            Dist::Erlang($d) => $body,
            Dist::HyperExponential($d) => $body,
            Dist::Uniform($d) => $body,
            Dist::Triangular($d) => $body,
            Dist::Values($d) => $body,
            Dist::Bands($d) => $body,
            Dist::Mixture($d) => $body,
        }
    };
}

impl Dist {
    /// Name of the law, as in the catalogue.
    pub fn name(&self) -> &'static str {
        each!(self, d => d.name())
    }

    /// Expected value.
    pub fn mean(&self) -> f64 {
        each!(self, d => d.mean())
    }

    /// Variance, in squared units.
    pub fn variance(&self) -> f64 {
        each!(self, d => d.variance())
    }

    /// Least and greatest possible value; the greatest may be infinite.
    pub fn support(&self) -> (f64, f64) {
        each!(self, d => d.support())
    }

    /// Probability of at most `x`.
    pub fn cdf(&self, x: f64) -> f64 {
        each!(self, d => d.cdf(x))
    }

    /// Probability of more than `x`; keeps its relative precision in the upper tail.
    pub fn sf(&self, x: f64) -> f64 {
        each!(self, d => d.sf(x))
    }

    /// Density at `x`, per unit, of the continuous part of the law. Values with a probability of
    /// their own are in [`Dist::atoms`].
    pub fn pdf(&self, x: f64) -> f64 {
        each!(self, d => d.pdf(x))
    }

    /// Derivative of the density at `x`, where it exists.
    pub fn pdf_slope(&self, x: f64) -> f64 {
        each!(self, d => d.pdf_slope(x))
    }

    /// Least `x` with `cdf(x) >= u`. `u` is held to [0, 1]; 0 gives the least possible value, 1 the
    /// greatest, which may be infinite.
    pub fn quantile(&self, u: f64) -> f64 {
        let (low, high) = self.support();
        if u >= 1.0 {
            high
        } else if u > 0.0 {
            each!(self, d => d.quantile(u)).clamp_to(low, high)
        } else {
            low
        }
    }

    /// The value exceeded with probability `s`: `quantile(1 - s)` without the loss of `1 - s`.
    pub fn quantile_upper(&self, s: f64) -> f64 {
        let (low, high) = self.support();
        if s >= 1.0 {
            low
        } else if s > 0.0 {
            each!(self, d => d.quantile_upper(s)).clamp_to(low, high)
        } else {
            high
        }
    }

    /// Values with a probability of their own, ascending, each with that probability.
    pub fn atoms(&self) -> Vec<(f64, f64)> {
        each!(self, d => d.atoms())
    }

    /// `E[X; X <= x]`: the part of the mean that lies at or below `x`.
    pub fn partial_mean(&self, x: f64) -> f64 {
        if x <= 0.0 { 0.0 } else { each!(self, d => d.partial_mean(x)) }
    }

    /// `E[min(X, x)]`: the mean time spent before age `x`.
    pub fn limited_mean(&self, x: f64) -> f64 {
        if x == f64::INFINITY {
            return self.mean();
        }
        self.partial_mean(x) + x.max(0.0) * self.sf(x)
    }

    /// The law of `factor * X`, by plain arithmetic on the parameters. The factor must be finite
    /// and above 0, or the result is as meaningless as the factor; [`Dist::try_scaled`] checks.
    pub fn scaled(&self, factor: f64) -> Dist {
        each!(self, d => d.scaled(factor))
    }

    /// The law of `factor * X`, refused when the factor is not a finite number above 0 or takes the
    /// mean or variance out of range.
    ///
    /// # Errors
    /// [`ParamError`] naming the factor or the moment.
    pub fn try_scaled(&self, factor: f64) -> Result<Dist, ParamError> {
        error::positive(self.name(), "factor", factor)?;
        let scaled = self.scaled(factor);
        if self.mean() > 0.0 {
            error::moments(self.name(), scaled.mean(), scaled.variance())?;
        }
        Ok(scaled)
    }

    /// Quantile `u` of `X - elapsed` given `X > elapsed`; monotone in `u`. Gives 0 when no probability
    /// is left beyond `elapsed`. A negative `elapsed` counts as 0.
    pub fn remaining(&self, elapsed: f64, u: f64) -> f64 {
        let elapsed = if elapsed > 0.0 { elapsed } else { 0.0 };
        let left = self.sf(elapsed);
        if left.is_nan() || left <= 0.0 {
            return 0.0;
        }
        if let Dist::Exponential(d) = self {
            // Memoryless: no cancellation.
            return Law::quantile(d, u.clamp(0.0, 1.0)).max(0.0);
        }
        let u = if u > 0.0 { u.min(1.0) } else { 0.0 };
        let below = self.cdf(elapsed) + left * u;
        let total = if below < 0.5 { self.quantile(below) } else { self.quantile_upper(left * (1.0 - u)) };
        (total - elapsed).max(0.0)
    }

    /// Quantile `u` of the time already spent by someone found present at a random moment of a steady
    /// stream: density `sf(a) / mean` (Cox 1962, Renewal Theory). Relative error about 1e-12.
    pub fn length_biased_elapsed(&self, u: f64) -> f64 {
        let mean = self.mean();
        let (_, high) = self.support();
        if mean.is_nan() || mean <= 0.0 || u.is_nan() || u <= 0.0 {
            return 0.0;
        }
        if u >= 1.0 {
            return high;
        }
        solve::increasing(u * mean, (0.0, high), u * mean, |a| (self.limited_mean(a), self.sf(a))).max(0.0)
    }

    /// The quantile of a tail probability between 0 and 1, from a guess that may be wide of the mark.
    pub(super) fn quantile_near(&self, p: f64, upper: bool, guess: f64) -> f64 {
        if guess > 0.0 && guess < f64::INFINITY {
            each!(self, d => d.quantile_near(p, upper, guess))
        } else if upper {
            self.quantile_upper(p)
        } else {
            self.quantile(p)
        }
    }

    /// Tail probability and density together.
    pub(super) fn tail_and_pdf(&self, x: f64, upper: bool) -> (f64, f64) {
        each!(self, d => d.tail_and_pdf(x, upper))
    }

    /// Whether the density is smooth above 0.
    pub(super) fn smooth(&self) -> bool {
        each!(self, d => d.smooth())
    }

    /// How deep mixtures are nested in it.
    pub(super) fn depth(&self) -> usize {
        each!(self, d => d.depth())
    }
}

/// `f64::clamp` panics on a NaN bound; this does not.
trait ClampTo {
    fn clamp_to(self, low: f64, high: f64) -> f64;
}

impl ClampTo for f64 {
    fn clamp_to(self, low: f64, high: f64) -> f64 {
        self.max(low).min(high)
    }
}
