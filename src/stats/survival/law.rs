//! Parametric laws of a length of stay, on the scale they are fitted on.
//!
//! Names and numbers are those of R's `flexsurv`, so that estimates compare. Positive parameters are
//! fitted as logarithms, the others as they are.

use super::gamma_tail;
use super::jet::{Jet, Unary};
use super::special::{LOG_SQRT_2PI, log_normal_upper};

/// A family of laws.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// Constant hazard: `rate`.
    Exponential,
    /// `shape`, `scale`: S = exp(-(t/scale)^shape).
    Weibull,
    /// `shape`, `rate`.
    Gamma,
    /// `meanlog`, `sdlog`.
    LogNormal,
    /// `shape`, `scale`: S = 1/(1 + (t/scale)^shape).
    LogLogistic,
    /// `shape` (any sign), `rate`: hazard rate exp(shape t). With a negative shape some never leave.
    Gompertz,
    /// `mu`, `sigma`, `Q`, after Prentice (1974); Q may be of either sign.
    GeneralisedGamma,
}

/// One parameter of a family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parameter {
    /// Its usual name.
    pub name: &'static str,
    /// Whether it is positive, and so fitted as a logarithm.
    pub positive: bool,
}

const fn positive(name: &'static str) -> Parameter {
    Parameter { name, positive: true }
}

const fn real(name: &'static str) -> Parameter {
    Parameter { name, positive: false }
}

impl Family {
    /// Every family.
    pub const ALL: [Self; 7] = [
        Self::Exponential,
        Self::Weibull,
        Self::Gamma,
        Self::LogNormal,
        Self::LogLogistic,
        Self::Gompertz,
        Self::GeneralisedGamma,
    ];

    /// Its name in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Exponential => "exponential",
            Self::Weibull => "Weibull",
            Self::Gamma => "gamma",
            Self::LogNormal => "log-normal",
            Self::LogLogistic => "log-logistic",
            Self::Gompertz => "Gompertz",
            Self::GeneralisedGamma => "generalised gamma",
        }
    }

    /// Its parameters in order.
    pub fn parameters(self) -> &'static [Parameter] {
        match self {
            Self::Exponential => const { &[positive("rate")] },
            Self::Weibull | Self::LogLogistic => const { &[positive("shape"), positive("scale")] },
            Self::Gamma => const { &[positive("shape"), positive("rate")] },
            Self::LogNormal => const { &[real("meanlog"), positive("sdlog")] },
            Self::Gompertz => const { &[real("shape"), positive("rate")] },
            Self::GeneralisedGamma => const { &[real("mu"), positive("sigma"), real("Q")] },
        }
    }

    /// Parameters from the fitted scale to their own.
    pub fn natural(self, theta: &[f64]) -> Vec<f64> {
        let each = self.parameters().iter().zip(theta);
        each.map(|(p, &x)| if p.positive { libm::exp(x) } else { x }).collect()
    }

    /// Parameters from their own scale to the fitted one.
    pub fn fitted(self, natural: &[f64]) -> Vec<f64> {
        let each = self.parameters().iter().zip(natural);
        each.map(|(p, &x)| if p.positive { libm::log(x) } else { x }).collect()
    }

    /// The fitted parameters of the law of c T, given those of the law of T.
    pub fn rescaled(self, theta: &[f64], c: f64) -> Vec<f64> {
        let shift = libm::log(c);
        match (self, theta) {
            (Self::Exponential, [rate]) => vec![rate - shift],
            (Self::Gamma, [shape, rate]) => vec![*shape, rate - shift],
            (Self::Gompertz, [shape, rate]) => vec![shape / c, rate - shift],
            (Self::Weibull | Self::LogLogistic, [shape, scale]) => vec![*shape, scale + shift],
            (Self::LogNormal, [mean, sd]) => vec![mean + shift, *sd],
            (Self::GeneralisedGamma, [mu, sigma, q]) => vec![mu + shift, *sigma, *q],
            _ => Vec::new(),
        }
    }

    /// How each fitted parameter's unit changes when time is multiplied by `c`: only Gompertz's shape,
    /// which is per unit of time, does.
    pub fn unit(self, parameter: usize, c: f64) -> f64 {
        if self == Self::Gompertz && parameter == 0 { 1.0 / c } else { 1.0 }
    }

    /// Log density, log P(T > t) and log P(T <= t) at t > 0; not a number for the wrong count of
    /// parameters.
    pub fn logs<const N: usize>(self, theta: &[Jet<N>], t: f64) -> Logs<N> {
        let log_t = libm::log(t);
        match (self, theta) {
            (Self::Exponential, &[rate]) => from_hazard((rate + log_t).exp(), rate),
            (Self::Weibull, &[shape, scale]) => {
                let z = (-scale + log_t) * shape.exp();
                from_hazard(z.exp(), shape + z + -log_t)
            }
            (Self::Gompertz, &[shape, rate]) => {
                let steep = shape * t;
                let hazard = (rate + log_t).exp() * steep.chain(growth(steep.v));
                from_hazard(hazard, rate + steep)
            }
            (Self::LogLogistic, &[shape, scale]) => {
                let z = (-scale + log_t) * shape.exp();
                let (upper, lower) = (-z.softplus(), -(-z).softplus());
                Logs { density: shape + upper + lower + -log_t, upper, lower }
            }
            (Self::LogNormal, &[mean, log_sd]) => {
                let z = (-mean + log_t) * (-log_sd).exp();
                Logs {
                    density: z * z * -0.5 - log_sd + (-log_t - LOG_SQRT_2PI),
                    upper: z.chain(log_normal_upper(z.v)),
                    lower: (-z).chain(log_normal_upper(-z.v)),
                }
            }
            (Self::Gamma, &[shape, rate]) => {
                let q = (shape * -0.5).exp();
                prentice(shape - rate, shape * -0.5, q, log_t)
            }
            (Self::GeneralisedGamma, &[mu, log_sigma, q]) => prentice(mu, log_sigma, q, log_t),
            _ => {
                let nan = Jet::constant(f64::NAN);
                Logs { density: nan, upper: nan, lower: nan }
            }
        }
    }
}

/// The three logarithms a likelihood is made of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Logs<const N: usize> {
    /// Log density.
    pub density: Jet<N>,
    /// log P(T > t).
    pub upper: Jet<N>,
    /// log P(T <= t).
    pub lower: Jet<N>,
}

fn from_hazard<const N: usize>(cumulative: Jet<N>, log_hazard: Jet<N>) -> Logs<N> {
    Logs { density: log_hazard - cumulative, upper: -cumulative, lower: cumulative.log_one_less_exp_neg() }
}

fn prentice<const N: usize>(mu: Jet<N>, log_sigma: Jet<N>, q: Jet<N>, log_t: f64) -> Logs<N> {
    let w = (-mu + log_t) * (-log_sigma).exp();
    let (upper, lower) = gamma_tail::log_tails(q, w);
    Logs { density: gamma_tail::log_density(q, w) - log_sigma + -log_t, upper, lower }
}

/// (e^x - 1)/x with its derivatives, smooth at 0.
fn growth(x: f64) -> Unary {
    if x.abs() < 0.5 {
        let (mut f, mut d, mut dd, mut c) = (0.0, 0.0, 0.0, 1.0);
        let mut power = [1.0, 0.0, 0.0];
        // Sum of x^k/(k+1)! and its derivatives.
        for k in 0..18 {
            let n = f64::from(k);
            c /= n + 1.0;
            f += c * power[0];
            d += c * n * power[1];
            dd += c * n * (n - 1.0) * power[2];
            power = [power[0] * x, power[0], power[1]];
        }
        return Unary { f, d, dd };
    }
    let e = libm::exp(x);
    let f = libm::expm1(x) / x;
    let d = (e - f) / x;
    Unary { f, d, dd: (e - 2.0 * d) / x }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at<const N: usize>(family: Family, theta: [f64; N], t: f64) -> Logs<N> {
        family.logs(&Jet::variables(&theta), t)
    }

    #[test]
    fn growth_is_smooth_across_its_two_forms() {
        let (a, b) = (growth(0.5 - 1e-12), growth(0.5));
        assert!((a.f - b.f).abs() < 1e-11 && (a.d - b.d).abs() < 1e-11);
        assert!((a.dd - b.dd).abs() < 1e-11, "{a:?} {b:?}");
        let zero = growth(0.0);
        assert_eq!((zero.f, zero.d), (1.0, 0.5));
        assert!((zero.dd - 1.0 / 3.0).abs() < 1e-16);
    }

    #[test]
    fn families_meet_where_they_should() {
        let same = |a: f64, b: f64| assert!((a - b).abs() < 2e-13 * (1.0 + b.abs()), "{a} {b}");
        for t in [0.01, 0.5, 2.0, 30.0] {
            // Weibull of shape 1.5, scale 3 is generalised gamma with mu = log 3, sigma = 1/1.5, Q = 1.
            let (shape, scale) = (libm::log(1.5), libm::log(3.0));
            let weibull = at(Family::Weibull, [shape, scale], t);
            let general = at(Family::GeneralisedGamma, [scale, -shape, 1.0], t);
            // Gamma of shape 1 and Gompertz of shape 0 are exponential.
            let constant = at(Family::Exponential, [-1.0], t);
            let gamma = at(Family::Gamma, [0.0, -1.0], t);
            let gompertz = at(Family::Gompertz, [0.0, -1.0], t);
            // Log-normal is generalised gamma with Q = 0.
            let normal = at(Family::LogNormal, [0.5, 0.2], t);
            let flat = at(Family::GeneralisedGamma, [0.5, 0.2, 0.0], t);
            same(general.density.v, weibull.density.v);
            same(gamma.density.v, constant.density.v);
            same(gompertz.density.v, constant.density.v);
            same(flat.density.v, normal.density.v);
            same(general.upper.v, weibull.upper.v);
            same(general.lower.v, weibull.lower.v);
            same(gamma.upper.v, constant.upper.v);
            same(gamma.lower.v, constant.lower.v);
            same(gompertz.upper.v, constant.upper.v);
            same(flat.upper.v, normal.upper.v);
            same(flat.lower.v, normal.lower.v);
        }
    }

    fn check_derivatives<const N: usize>(family: Family, theta: [f64; N]) {
        let step = 1e-5;
        let parts = |l: Logs<N>| [l.density, l.upper, l.lower];
        for t in [0.2, 1.0, 3.0] {
            let middle = parts(at(family, theta, t));
            for i in 0..N {
                let (mut more, mut less) = (theta, theta);
                more[i] += step;
                less[i] -= step;
                let (more, less) = (parts(at(family, more, t)), parts(at(family, less, t)));
                for k in 0..3 {
                    let slope = (more[k].v - less[k].v) / (2.0 * step);
                    let miss = (slope - middle[k].g[i]).abs();
                    assert!(miss < 1e-8 * (1.0 + slope.abs()), "{family:?} {t} {k} {i}");
                    for j in 0..N {
                        let slope = (more[k].g[j] - less[k].g[j]) / (2.0 * step);
                        let miss = (slope - middle[k].h[i][j]).abs();
                        assert!(miss < 1e-7 * (1.0 + slope.abs()), "{family:?} {t} {k} {i}{j}");
                    }
                }
            }
        }
    }

    #[test]
    fn derivatives_agree_with_differences() {
        check_derivatives(Family::Exponential, [-0.3]);
        check_derivatives(Family::Weibull, [0.4, 0.2]);
        check_derivatives(Family::Gamma, [0.7, 0.2]);
        check_derivatives(Family::Gamma, [4.0, 4.0]);
        check_derivatives(Family::LogNormal, [0.1, -0.5]);
        check_derivatives(Family::LogLogistic, [0.5, 0.1]);
        check_derivatives(Family::Gompertz, [0.3, -1.0]);
        check_derivatives(Family::Gompertz, [-0.01, -1.0]);
        check_derivatives(Family::GeneralisedGamma, [0.2, -0.3, 0.6]);
        check_derivatives(Family::GeneralisedGamma, [0.2, -0.3, -0.05]);
    }

    #[test]
    fn density_is_the_slope_of_the_lower_tail() {
        let cases: [(Family, &[f64]); 7] = [
            (Family::Exponential, &[0.2]),
            (Family::Weibull, &[0.4, 0.2]),
            (Family::Gamma, &[0.7, 0.2]),
            (Family::LogNormal, &[0.1, -0.5]),
            (Family::LogLogistic, &[0.5, 0.1]),
            (Family::Gompertz, &[0.3, -1.0]),
            (Family::GeneralisedGamma, &[0.2, -0.3, -0.6]),
        ];
        for (family, theta) in cases {
            let theta: Vec<Jet<0>> = theta.iter().map(|&x| Jet::constant(x)).collect();
            let lower = |t: f64| libm::exp(family.logs(&theta, t).lower.v);
            let logs = family.logs(&theta, 1.3);
            let slope = (lower(1.3 + 1e-5) - lower(1.3 - 1e-5)) / 2e-5;
            assert!((slope / libm::exp(logs.density.v) - 1.0).abs() < 1e-8, "{family:?}");
            let whole = libm::exp(logs.upper.v) + libm::exp(logs.lower.v);
            assert!((whole - 1.0).abs() < 1e-14, "{family:?}");
        }
    }
}
