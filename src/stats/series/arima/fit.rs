//! One model: its orders, its fit, its paths.

use super::difference::difference;
use super::exact::innovations;
use super::polynomial::{differencing, from_partials, multiply};
use crate::stats::series::least_squares::{Effort, minimise};
use crate::stats::series::path::{Path, estimation};
use serde::Serialize;

/// The orders (p,d,q)(P,D,Q) and whether the differenced series has a mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Order {
    /// Autoregressive.
    pub p: usize,
    /// Differences.
    pub d: usize,
    /// Moving average.
    pub q: usize,
    /// Seasonal autoregressive.
    pub seasonal_p: usize,
    /// Seasonal differences.
    pub seasonal_d: usize,
    /// Seasonal moving average.
    pub seasonal_q: usize,
    /// Mean of the differenced series (a drift if it was differenced once).
    pub constant: bool,
}

impl Order {
    /// Free coefficients, the variance left out.
    #[must_use]
    pub const fn coefficients(&self) -> usize {
        self.p + self.q + self.seasonal_p + self.seasonal_q + self.constant as usize
    }

    /// The usual name, such as `(0,1,1)(0,1,1)`.
    #[must_use]
    pub fn name(&self) -> String {
        format!(
            "({},{},{})({},{},{}){}",
            self.p,
            self.d,
            self.q,
            self.seasonal_p,
            self.seasonal_d,
            self.seasonal_q,
            if self.constant { " with constant" } else { "" }
        )
    }
}

/// How the residuals are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Likelihood {
    /// Zeros before the first value: quick, for searching.
    Conditional,
    /// Exact.
    Exact,
}

/// A fitted model.
#[derive(Clone, Debug)]
pub struct Arima {
    /// The orders.
    pub order: Order,
    /// Corrected Akaike criterion, comparable at equal differences and likelihood only.
    pub aicc: f64,
    /// Full autoregressive coefficients of the differenced series.
    pub phi: Vec<f64>,
    /// Full moving-average coefficients, signed as in e + theta e.
    pub theta: Vec<f64>,
    /// Standard deviation of the innovations.
    pub sigma: f64,
    /// Mean of the differenced series.
    pub mean: f64,
    pub(super) raw: Vec<f64>,
    history: Vec<f64>,
    differenced: Vec<f64>,
    errors: Vec<f64>,
    period: usize,
}

/// Polynomials and mean of raw parameters.
fn unpack(raw: &[f64], order: &Order, period: usize) -> (Vec<f64>, Vec<f64>, f64) {
    let mut rest = raw.iter().copied();
    let mut take = |count: usize| -> Vec<f64> {
        let partials: Vec<f64> = rest.by_ref().take(count).map(libm::tanh).collect();
        from_partials(&partials)
    };
    let (ar, ma) = (take(order.p), take(order.q));
    let (seasonal_ar, seasonal_ma) = (take(order.seasonal_p), take(order.seasonal_q));
    let phi = multiply(&ar, &seasonal_ar, period);
    let mut theta = multiply(&ma, &seasonal_ma, period);
    theta.iter_mut().for_each(|t| *t = -*t);
    (phi, theta, rest.next().unwrap_or(0.0))
}

/// Residuals with zeros before the first value. Seasonal polynomials are mostly zeros, so only
/// the lags that count are visited.
fn conditional(w: &[f64], phi: &[f64], theta: &[f64], out: &mut [f64]) {
    let lags = |c: &[f64]| -> Vec<(usize, f64)> {
        c.iter().enumerate().filter(|x| *x.1 != 0.0).map(|(i, &x)| (i + 1, x)).collect()
    };
    let (ar, ma) = (lags(phi), lags(theta));
    for t in 0..w.len() {
        let mut e = w[t];
        for &(lag, a) in ar.iter().take_while(|x| x.0 <= t) {
            e -= a * w[t - lag];
        }
        for &(lag, b) in ma.iter().take_while(|x| x.0 <= t) {
            e -= b * out[t - lag];
        }
        out[t] = e;
    }
}

/// Fits one set of orders, from zero coefficients or a start with the same layout.
#[must_use]
pub fn fit_order(
    y: &[f64],
    period: usize,
    order: Order,
    likelihood: Likelihood,
    effort: Effort,
    start: Option<&[f64]>,
) -> Option<Arima> {
    let mut w = y.to_vec();
    for _ in 0..order.seasonal_d {
        w = difference(&w, period);
    }
    for _ in 0..order.d {
        w = difference(&w, 1);
    }
    let n = w.len();
    let k = order.coefficients();
    if n < k + 5 || w.iter().any(|v| !v.is_finite()) {
        return None;
    }
    let scale = (w.iter().map(|v| v * v).sum::<f64>() / n as f64).sqrt();
    if scale <= 0.0 {
        return None;
    }
    w.iter_mut().for_each(|v| *v /= scale);
    let average = w.iter().sum::<f64>() / n as f64;
    let mut first = match start {
        Some(raw) if raw.len() == k => raw.to_vec(),
        _ => vec![0.1; k],
    };
    if order.constant && start.is_none() {
        first[k - 1] = average;
    }
    let mut centred = vec![0.0; n];
    let run = |raw: &[f64], out: &mut [f64]| {
        evaluate(&w, raw, &order, period, likelihood, &mut centred, out).is_some()
    };
    let solution = minimise(&first, n, effort, run)?;
    let raw = solution.parameters;
    let (phi, theta, mean) = unpack(&raw, &order, period);
    let mut errors = vec![0.0; n];
    let factor = evaluate(&w, &raw, &order, period, likelihood, &mut centred, &mut errors)?;
    let nf = n as f64;
    let params = k as f64 + 1.0;
    let aicc = nf * libm::log(solution.sum_of_squares.max(1e-30))
        + 2.0 * params
        + 2.0 * params * (params + 1.0) / (nf - params - 1.0);
    errors.iter_mut().for_each(|e| *e /= factor);
    let own: f64 = errors.iter().map(|e| e * e).sum();
    Some(Arima {
        order,
        aicc,
        phi,
        theta,
        sigma: (own / (nf - k as f64).max(1.0)).sqrt() * scale * estimation(k, n),
        mean: mean * scale,
        raw,
        history: y.to_vec(),
        differenced: w.iter().map(|v| v * scale).collect(),
        errors: errors.iter().map(|v| v * scale).collect(),
        period,
    })
}

/// Residuals carrying the determinant's factor, which is returned.
fn evaluate(
    w: &[f64],
    raw: &[f64],
    order: &Order,
    period: usize,
    likelihood: Likelihood,
    centred: &mut [f64],
    out: &mut [f64],
) -> Option<f64> {
    let (phi, theta, mean) = unpack(raw, order, period);
    for (c, v) in centred.iter_mut().zip(w) {
        *c = v - mean;
    }
    match likelihood {
        Likelihood::Conditional => {
            conditional(centred, &phi, &theta, out);
            Some(1.0)
        }
        Likelihood::Exact => {
            let (log_mean, _) = innovations(centred, &phi, &theta, out)?;
            let factor = libm::exp(log_mean);
            out.iter_mut().for_each(|e| *e *= factor);
            Some(factor)
        }
    }
}

impl Arima {
    /// Whether a root lies so near the unit circle that forecasts would be unstable.
    #[must_use]
    pub fn near_unit_root(&self) -> bool {
        let coefficients = self.raw.len() - usize::from(self.order.constant);
        self.raw.iter().take(coefficients).any(|&r| libm::tanh(r).abs() > 0.985)
    }
}

impl Path for Arima {
    fn path(&self, z: &[f64], out: &mut [f64]) {
        let undo = differencing(self.order.d, self.order.seasonal_d, self.period);
        let tail = |x: &[f64], keep: usize| x[x.len().saturating_sub(keep)..].to_vec();
        let mut w = tail(&self.differenced, self.phi.len());
        let mut e = tail(&self.errors, self.theta.len());
        let mut y = tail(&self.history, undo.len());
        for (h, slot) in out.iter_mut().enumerate() {
            let shock = self.sigma * z.get(h).copied().unwrap_or(0.0);
            let mut next = self.mean + shock;
            next += w.iter().rev().zip(&self.phi).map(|(x, a)| a * (x - self.mean)).sum::<f64>();
            next += e.iter().rev().zip(&self.theta).map(|(x, b)| b * x).sum::<f64>();
            let level: f64 = y.iter().rev().zip(&undo).map(|(x, c)| c * x).sum();
            *slot = next + level;
            w.push(next);
            e.push(shock);
            y.push(*slot);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::series::airline::PASSENGERS;
    use crate::stats::series::path::{mean, spread};

    fn order(p: usize, d: usize, q: usize) -> Order {
        Order { p, d, q, seasonal_p: 0, seasonal_d: 0, seasonal_q: 0, constant: false }
    }

    #[test]
    fn a_random_walk_spreads_as_the_root_of_time() {
        let y: Vec<f64> = (0..40)
            .scan(0.0, |s, t| {
                *s += f64::from((t * 37) % 11) - 5.0;
                Some(*s)
            })
            .collect();
        let fit = fit_order(&y, 12, order(0, 1, 0), Likelihood::Exact, Effort::FULL, None).unwrap();
        let next = mean(&fit, 4);
        assert!(next.iter().all(|v| (v - y[39]).abs() < 1e-9));
        let sd = spread(&fit, 4);
        assert!((sd[3] / sd[0] - 2.0).abs() < 1e-9);
    }

    #[test]
    fn recovers_an_autoregression() {
        let mut z = vec![0.0; 600];
        crate::stats::series::random::normals(5, 0, 0, &mut z);
        let y: Vec<f64> = z
            .iter()
            .scan(0.0, |s, e| {
                *s = 0.7 * *s + e;
                Some(*s)
            })
            .collect();
        let fit = fit_order(&y, 1, order(1, 0, 0), Likelihood::Exact, Effort::FULL, None).unwrap();
        // Standard error sqrt((1 - .49) / 600) = .029; four of them.
        assert!((fit.phi[0] - 0.7).abs() < 0.117, "{:?}", fit.phi);
        let sd = spread(&fit, 2);
        assert!((sd[1] / sd[0] - (1.0 + fit.phi[0] * fit.phi[0]).sqrt()).abs() < 1e-9);
    }

    #[test]
    fn the_airline_model_as_published() {
        // R's arima(log(AirPassengers), c(0,1,1), c(0,1,1)): ma1 -0.4018, sma1 -0.5569,
        // sigma^2 0.001348, all to the digits shown.
        let y: Vec<f64> = PASSENGERS.iter().map(|&v| libm::log(v)).collect();
        let order = Order { seasonal_d: 1, seasonal_q: 1, ..order(0, 1, 1) };
        let fit = fit_order(&y, 12, order, Likelihood::Exact, Effort::FULL, None).unwrap();
        assert!((fit.theta[0] + 0.4018).abs() < 3e-4, "{}", fit.theta[0]);
        assert!((fit.theta[11] + 0.5569).abs() < 3e-4, "{}", fit.theta[11]);
        // The published variance divides by n, and knows nothing of estimation.
        let n = 131.0;
        let published = fit.sigma * fit.sigma / (1.0 + 2.0 / n) * (n - 2.0) / n;
        assert!((published - 0.001_348).abs() < 2e-6, "{published}");
    }
}
