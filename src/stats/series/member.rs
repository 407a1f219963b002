//! The catalogue of methods.

use super::arima::Arima;
use super::ces::Ces;
use super::ets::Ets;
use super::least_squares::Effort;
use super::naive::Naive;
use super::path::Path;
use super::regression::Counts;
use super::theta::Theta;
use super::{arima, ces, ets, theta};
use serde::{Deserialize, Serialize};

/// A forecasting method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// The last month again.
    Naive,
    /// The same month of last year again.
    SeasonalNaive,
    /// Exponential smoothing in state space form.
    ExponentialSmoothing,
    /// The dynamic optimised theta model.
    Theta,
    /// Complex exponential smoothing.
    ComplexSmoothing,
    /// Seasonal ARIMA.
    Arima,
    /// Negative-binomial regression on month, calendar and recent level.
    CountRegression,
    /// The simple mean of the members.
    Combination,
    /// Part of the way from the mean of the members to a naive forecast.
    Leaning,
}

impl Method {
    /// The members of the combination that need nothing but the values, fixed in advance
    /// (the four of Petropoulos & Svetunkov 2020).
    pub const MEMBERS: [Self; 4] =
        [Self::ExponentialSmoothing, Self::Theta, Self::ComplexSmoothing, Self::Arima];

    /// The name a reader sees.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Naive => "same as last month",
            Self::SeasonalNaive => "same as last year",
            Self::ExponentialSmoothing => "exponential smoothing",
            Self::Theta => "theta",
            Self::ComplexSmoothing => "complex smoothing",
            Self::Arima => "seasonal ARIMA",
            Self::CountRegression => "count regression",
            Self::Combination => "mean of the methods",
            Self::Leaning => "between the mean and naive",
        }
    }
}

/// A fitted method.
#[derive(Clone, Debug)]
pub enum Fitted {
    /// Naive or seasonal naive.
    Naive(Naive),
    /// Exponential smoothing.
    Ets(Box<Ets>),
    /// Theta.
    Theta(Box<Theta>),
    /// Complex smoothing.
    Ces(Box<Ces>),
    /// Seasonal ARIMA.
    Arima(Box<Arima>),
    /// Count regression.
    Counts(Box<Counts>),
}

impl Fitted {
    /// What exactly was fitted: the form or the orders.
    #[must_use]
    pub fn detail(&self) -> String {
        match self {
            Self::Naive(_) => String::new(),
            Self::Ets(m) => m.form.name(),
            Self::Theta(m) => format!("alpha {:.2}, theta {:.1}", m.alpha, m.theta),
            Self::Ces(m) => format!("{:?} season", m.kind).to_lowercase(),
            Self::Arima(m) => m.order.name(),
            Self::Counts(m) => format!("dispersion {:.4}", m.dispersion),
        }
    }
}

impl Path for Fitted {
    fn path(&self, z: &[f64], out: &mut [f64]) {
        match self {
            Self::Naive(m) => m.path(z, out),
            Self::Ets(m) => m.path(z, out),
            Self::Theta(m) => m.path(z, out),
            Self::Ces(m) => m.path(z, out),
            Self::Arima(m) => m.path(z, out),
            Self::Counts(m) => m.path(z, out),
        }
    }
}

/// Fits a method that needs nothing but the values. Nothing where the method cannot be fitted to
/// them, and for those that need more ([`Method::CountRegression`], [`Method::Combination`], [`Method::Leaning`]).
#[must_use]
pub fn fit(method: Method, y: &[f64], period: usize, effort: Effort) -> Option<Fitted> {
    match method {
        Method::Naive => Naive::fit(y, 1).map(Fitted::Naive),
        Method::SeasonalNaive => Naive::fit(y, period).map(Fitted::Naive),
        Method::ExponentialSmoothing => ets::fit(y, period, effort).map(|m| Fitted::Ets(m.into())),
        Method::Theta => theta::fit(y, period, effort).map(|m| Fitted::Theta(m.into())),
        Method::ComplexSmoothing => ces::fit(y, period, effort).map(|m| Fitted::Ces(m.into())),
        Method::Arima => arima::fit(y, period, effort).map(|m| Fitted::Arima(m.into())),
        Method::CountRegression | Method::Combination | Method::Leaning => None,
    }
}
