//! Maximum likelihood and the choice of a model.

use super::form::{Error, Form, Season, Trend, admissible};
use super::state::{LONGEST, Smoothing, State};
use crate::stats::series::decompose;
use crate::stats::series::least_squares::{Effort, minimise, squash, unsquash};
use crate::stats::series::path::{Path, estimation};

/// A fitted exponential smoothing model.
#[derive(Clone, Debug)]
pub struct Ets {
    /// Which of the fifteen.
    pub form: Form,
    /// Corrected Akaike criterion, comparable within one series only.
    pub aicc: f64,
    /// Smoothing parameters alpha, beta, gamma, phi (those not in the model are 0, phi 1).
    pub smoothing: [f64; 4],
    parameters: Vec<f64>,
    state: State,
    sigma: f64,
    period: usize,
}

/// Fits every admissible model and keeps the one with the least AICc.
///
/// `period` is 1 for no season and at most 12. Nothing if the series is too short for any.
#[must_use]
pub fn fit(y: &[f64], period: usize, effort: Effort) -> Option<Ets> {
    let positive = y.iter().all(|&v| v > 0.0);
    let seasonal = period > 1 && y.len() >= 2 * period + 2;
    let mut found: Vec<Ets> = admissible(seasonal, positive)
        .into_iter()
        .filter_map(|form| fit_from(y, period, form, SCREEN, None))
        .collect();
    found.sort_by(|a, b| a.aicc.total_cmp(&b.aicc));
    // Only the leaders of a quick screening are fitted to the end.
    found
        .iter()
        .take(FINALISTS)
        .filter_map(|f| fit_from(y, period, f.form, effort, Some(&f.parameters)))
        .min_by(|a, b| a.aicc.total_cmp(&b.aicc))
}

/// Enough to tell the leaders.
const SCREEN: Effort = Effort { iterations: 5, tolerance: 1e-3 };
/// Leaders fitted to the end.
const FINALISTS: usize = 3;

/// Fits one model. Nothing if there are too few values for its parameters, or `period` is over 12.
#[must_use]
pub fn fit_form(y: &[f64], period: usize, form: Form, effort: Effort) -> Option<Ets> {
    fit_from(y, period, form, effort, None)
}

fn fit_from(y: &[f64], period: usize, form: Form, effort: Effort, start: Option<&[f64]>) -> Option<Ets> {
    let n = y.len();
    let count = form.parameters(period);
    if n < count + 3 || period > LONGEST || y.iter().any(|v| !v.is_finite()) {
        return None;
    }
    let scale = y.iter().map(|v| v.abs()).sum::<f64>() / n as f64;
    if scale <= 0.0 {
        return None;
    }
    let scaled: Vec<f64> = y.iter().map(|v| v / scale).collect();
    let start = match start {
        Some(start) => start.to_vec(),
        None => first_guess(&scaled, period, form)?,
    };
    let (solution, mut errors) = search(&scaled, period, form, start, effort)?;
    let (state, log_factor) = residuals(&scaled, period, form, &solution, &mut errors)?;
    let squares: f64 = errors.iter().map(|e| e * e).sum();
    // The factor rescales residuals to carry the determinant; take it off again for the variance.
    let own = squares * libm::exp(-2.0 * log_factor);
    let degrees = (n + 1 - count).max(1) as f64;
    let sigma = (own / degrees).sqrt() * estimation(count - 1, n);
    let (k, nf) = (count as f64, n as f64);
    let prior: f64 = deviations(&solution, form).map(|d| d * d).sum();
    let aic = nf * libm::log(squares.max(1e-30)) + prior + 2.0 * k;
    let aicc = aic + 2.0 * k * (k + 1.0) / (nf - k - 1.0);
    let s = smoothing(&solution, form);
    let state = State {
        level: state.level * scale,
        slope: state.slope * scale,
        season: match form.season {
            Season::Additive => state.season.map(|v| v * scale),
            _ => state.season,
        },
        at: state.at,
    };
    Some(Ets {
        form,
        aicc,
        smoothing: [s.alpha, s.beta, s.gamma, s.phi],
        parameters: solution,
        state,
        sigma: match form.error {
            Error::Additive => sigma * scale,
            Error::Multiplicative => sigma,
        },
        period,
    })
}

/// Maximises the posterior: the prior enters as rows beside the residuals, in units of the
/// residual standard deviation, which is brought up to date between two runs.
fn search(
    y: &[f64],
    period: usize,
    form: Form,
    start: Vec<f64>,
    effort: Effort,
) -> Option<(Vec<f64>, Vec<f64>)> {
    let n = y.len();
    let mut errors = vec![0.0; n];
    let mut at = start;
    for round in 0..2 {
        residuals(y, period, form, &at, &mut errors)?;
        let unit = (errors.iter().map(|e| e * e).sum::<f64>() / n as f64).sqrt().max(1e-9);
        let run = |p: &[f64], out: &mut [f64]| {
            let (head, tail) = out.split_at_mut(n);
            for (slot, d) in tail.iter_mut().zip(deviations(p, form)) {
                *slot = unit * d;
            }
            residuals(y, period, form, p, head).is_some()
        };
        let first = Effort { iterations: effort.iterations.min(6), ..effort };
        let effort = if round == 0 { first } else { effort };
        at = minimise(&at, n + smoothing_count(form), effort, run)?.parameters;
    }
    Some((at, errors))
}

/// Unconstrained parameters to smoothing parameters inside the usual region
/// (beta < alpha, gamma < 1 - alpha, phi in 0.8 to 0.98).
fn smoothing(p: &[f64], form: Form) -> Smoothing {
    let mut rest = p.iter().copied();
    let mut next = |low, high| squash(rest.next().unwrap_or(0.0), low, high);
    let alpha = next(1e-4, 0.9999);
    let beta = if form.trend == Trend::None { 0.0 } else { next(1e-4, 1.0) * alpha };
    let phi = if form.trend == Trend::Damped { next(0.8, 0.98) } else { 1.0 };
    let gamma = if form.season == Season::None { 0.0 } else { next(1e-4, 1.0) * (1.0 - alpha) };
    Smoothing { alpha, beta, gamma, phi }
}

/// A weak prior on the smoothing parameters, as deviations of their logits from centres, each in
/// units of its spread of two (alpha from .02 to .98 within two deviations). It keeps short
/// series from the corners where a trend or season never adapts at all.
fn deviations(p: &[f64], form: Form) -> impl Iterator<Item = f64> {
    let damped = form.trend == Trend::Damped;
    let centres = [0.0, -2.2, if damped { 1.0 } else { -2.2 }, -2.2];
    let mut found = [0.0; 4];
    let count = smoothing_count(form);
    for ((slot, x), c) in found.iter_mut().zip(p).zip(centres).take(count) {
        *slot = (x - c) / 2.0;
    }
    found.into_iter().take(count)
}

fn smoothing_count(form: Form) -> usize {
    let trend = match form.trend {
        Trend::None => 0,
        Trend::Additive => 1,
        Trend::Damped => 2,
    };
    1 + trend + usize::from(form.season != Season::None)
}

fn initial_state(p: &[f64], period: usize, form: Form) -> State {
    let mut rest = p.iter().skip(smoothing_count(form)).copied();
    let mut next = || rest.next().unwrap_or(0.0);
    let level = next();
    let slope = if form.trend == Trend::None { 0.0 } else { next() };
    let mut season = [0.0; LONGEST];
    if form.season != Season::None {
        let total = if form.season == Season::Multiplicative { period as f64 } else { 0.0 };
        let mut sum = 0.0;
        for value in season.iter_mut().take(period - 1) {
            *value = next();
            sum += *value;
        }
        season[period - 1] = total - sum;
    }
    State { level, slope, season, at: 0 }
}

/// Residuals whose sum of squares is minimal where the likelihood is greatest, with the final
/// state and the logarithm of the factor they carry. Nothing where the model breaks down.
fn residuals(y: &[f64], period: usize, form: Form, p: &[f64], out: &mut [f64]) -> Option<(State, f64)> {
    let s = smoothing(p, form);
    let mut state = initial_state(p, period, form);
    let shape = (form.trend, form.season);
    let multiplicative = form.error == Error::Multiplicative;
    let (mut product, mut log_sum) = (1.0, 0.0);
    for (t, (&value, slot)) in y.iter().zip(out.iter_mut()).enumerate() {
        let base = state.trend_part(form.trend, &s);
        let forecast = state.forecast(base, form.season);
        if form.season == Season::Multiplicative && (base <= 1e-6 || state.season[state.at] <= 1e-6) {
            return None;
        }
        let error = value - forecast;
        *slot = if multiplicative {
            if forecast <= 1e-6 {
                return None;
            }
            product *= forecast;
            if t % 16 == 15 {
                log_sum += libm::log(product);
                product = 1.0;
            }
            error / forecast
        } else {
            error
        };
        if !state.update(shape, period, &s, base, error) {
            return None;
        }
    }
    let determinant = if multiplicative { log_sum + libm::log(product) } else { 0.0 };
    let log_factor = determinant / y.len() as f64;
    let factor = libm::exp(log_factor);
    if multiplicative {
        out.iter_mut().take(y.len()).for_each(|e| *e *= factor);
    }
    Some((state, log_factor))
}

/// Starting values: seasons from the ratio to a moving average, level and slope from a line
/// through the first ten adjusted values, modest smoothing.
fn first_guess(y: &[f64], period: usize, form: Form) -> Option<Vec<f64>> {
    let mut start = vec![unsquash(0.3, 1e-4, 0.9999)];
    if form.trend != Trend::None {
        start.push(unsquash(0.1, 1e-4, 1.0));
    }
    if form.trend == Trend::Damped {
        start.push(unsquash(0.95, 0.8, 0.98));
    }
    let seasons = match form.season {
        Season::None => Vec::new(),
        Season::Additive => decompose::month_effects(y, period, false)?,
        Season::Multiplicative => decompose::month_effects(y, period, true)?,
    };
    if form.season != Season::None {
        start.push(unsquash(0.1, 1e-4, 1.0));
    }
    let adjusted: Vec<f64> = y
        .iter()
        .take(10.max(period))
        .enumerate()
        .map(|(t, &v)| match form.season {
            Season::None => v,
            Season::Additive => v - seasons[t % period],
            Season::Multiplicative => v / seasons[t % period].max(0.05),
        })
        .collect();
    let (mut level, mut slope) = decompose::line(&adjusted);
    if form.trend == Trend::None {
        level = adjusted.iter().sum::<f64>() / adjusted.len().max(1) as f64;
    } else if form.trend == Trend::Damped {
        slope /= 0.95;
    }
    if (form.error == Error::Multiplicative || form.season == Season::Multiplicative) && level <= 0.05 {
        level = adjusted.iter().sum::<f64>() / adjusted.len().max(1) as f64;
        slope = 0.0;
    }
    start.push(level);
    if form.trend != Trend::None {
        start.push(slope);
    }
    if form.season != Season::None {
        let floor = if form.season == Season::Multiplicative { 0.05 } else { f64::MIN };
        start.extend(seasons.iter().take(period - 1).map(|s| s.max(floor)));
    }
    Some(start)
}

impl Path for Ets {
    fn path(&self, z: &[f64], out: &mut [f64]) {
        let [alpha, beta, gamma, phi] = self.smoothing;
        let s = Smoothing { alpha, beta, gamma, phi };
        let mut state = self.state;
        let shape = (self.form.trend, self.form.season);
        for (h, slot) in out.iter_mut().enumerate() {
            let base = state.trend_part(self.form.trend, &s);
            let forecast = state.forecast(base, self.form.season);
            let shock = self.sigma * z.get(h).copied().unwrap_or(0.0);
            let error = match self.form.error {
                Error::Additive => shock,
                // A month cannot fall below nothing.
                Error::Multiplicative => forecast * shock.max(-0.999),
            };
            *slot = forecast + error;
            // A multiplicative model that has run into zero stays where it is.
            if error != 0.0 && !(form_breaks(self.form, base, &state)) {
                state.update(shape, self.period, &s, base, error);
            } else {
                state.update(shape, self.period, &s, base, 0.0);
            }
        }
    }
}

fn form_breaks(form: Form, base: f64, state: &State) -> bool {
    form.season == Season::Multiplicative
        && (base.abs() < f64::MIN_POSITIVE || state.season[state.at].abs() < f64::MIN_POSITIVE)
}

impl Ets {
    /// The fitted parameters as the optimiser sees them: a warm start for a longer series.
    #[must_use]
    pub fn raw_parameters(&self) -> &[f64] {
        &self.parameters
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::series::airline::PASSENGERS;
    use crate::stats::series::path::{mean, spread};

    const LEVEL: Form = Form { error: Error::Additive, trend: Trend::None, season: Season::None };

    #[test]
    fn simple_smoothing_by_hand() {
        // alpha .5, level 10: errors 2, -1, 4 give levels 11, 10.5, 12.5.
        let p = [unsquash(0.5, 1e-4, 0.9999), 10.0];
        let mut errors = [0.0; 3];
        let (state, _) = residuals(&[12.0, 10.0, 14.5], 1, LEVEL, &p, &mut errors).unwrap();
        for (found, by_hand) in errors.iter().zip([2.0, -1.0, 4.0]) {
            assert!((found - by_hand).abs() < 1e-3, "{errors:?}");
        }
        assert!((state.level - 12.5).abs() < 1e-3);
    }

    #[test]
    fn the_spread_of_a_level_model_is_the_textbook_one() {
        let mut z = vec![0.0; 80];
        crate::stats::series::random::normals(2, 0, 0, &mut z);
        let y: Vec<f64> = z
            .iter()
            .scan(100.0, |level, e| {
                let value = *level + 5.0 * e;
                *level += 0.4 * 5.0 * e;
                Some(value)
            })
            .collect();
        let fit = fit_form(&y, 1, LEVEL, Effort::FULL).unwrap();
        let sd = spread(&fit, 6);
        let alpha = fit.smoothing[0];
        for (h, s) in sd.iter().enumerate() {
            let textbook = sd[0] * (1.0 + h as f64 * alpha * alpha).sqrt();
            assert!((s / textbook - 1.0).abs() < 1e-9);
        }
        // The asymptotic standard error of alpha is about sqrt(alpha (2 - alpha) / n) = .09.
        assert!((alpha - 0.4).abs() < 0.36, "{alpha}");
    }

    #[test]
    fn passengers_grow_and_swing_in_proportion() {
        let fit = fit(&PASSENGERS, 12, Effort::FULL).unwrap();
        assert_eq!(fit.form.season, Season::Multiplicative, "{}", fit.form.name());
        assert_eq!(fit.form.error, Error::Multiplicative);
        let next = mean(&fit, 12);
        // The summer peak stays in July, above every month yet seen.
        let peak = next.iter().copied().fold(0.0, f64::max);
        assert!((next[6] - peak).abs() < 1e-9 && peak > 622.0 && peak < 750.0, "{next:?}");
    }

    #[test]
    fn what_cannot_be_fitted_is_refused() {
        assert!(fit(&[1.0, 2.0, 3.0], 12, Effort::FULL).is_none());
        assert!(fit(&[0.0; 40], 12, Effort::FULL).is_none());
        assert!(fit(&[f64::NAN; 40], 12, Effort::FULL).is_none());
        assert!(fit_form(&PASSENGERS, 24, LEVEL, Effort::FULL).is_none());
    }
}
