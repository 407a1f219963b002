//! Maximum likelihood for parametric laws, with late entry, right and interval censoring.
//!
//! Several starts, BFGS, then damped Newton with exact derivatives; the best maximum is kept, and only if
//! it is one: the slope is nothing, the Hessian is positive definite, and no start found a higher place
//! (other than a ridge that runs off without bound, which is then told).

use super::SurvivalError;
use super::jet::Jet;
use super::law::Family;
use super::likelihood::Sample;
use super::linalg::{Matrix, cholesky, inverse};
use super::optimise::{Local, Stopped, bfgs, newton};
use super::spell::Spells;
use super::starts::candidates;

/// A fitted law.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// Its family.
    pub family: Family,
    /// Parameters on their own scale, in the order of [`Family::parameters`].
    pub parameters: Vec<f64>,
    /// Parameters on the fitted scale (positive ones as logarithms).
    pub theta: Vec<f64>,
    /// Covariance of `theta`: the inverse of minus the Hessian.
    pub covariance: Matrix,
    /// Log-likelihood at the maximum, conditional on the entries.
    pub log_likelihood: f64,
    /// Number of spells.
    pub spells: usize,
    /// Weight of the spells.
    pub weight: f64,
    /// Weight of those that ended.
    pub exits: f64,
    /// Largest slope left, in `theta` (with time in units of the median end).
    pub slope: f64,
    /// Distinct maxima the starts led to; more than one is worth a look.
    pub maxima: usize,
    /// The log-likelihood met where parameters run off without bound, if a start led there and it is higher
    /// than at this maximum: a law of another kind, say with a threshold, would fit better.
    pub ridge: Option<f64>,
}

/// Newton steps from each start.
const WALK: usize = 40;
/// Newton steps from the highest place.
const LONG_WALK: usize = 400;
/// Slopes below this for each spell are nothing.
const FLAT: f64 = 1e-6;
/// A next step of more than this many standard errors means the maximum is not reached.
const STILL: f64 = 1e-7;
/// A maximum less than this below a ridge is a place on it.
const SAME: f64 = 1e-4;
/// Fitted parameters beyond this (with time in median ends: factors of 400, or a bend of 6) have run off.
const FAR: f64 = 6.0;
/// A standard error of a log-scale parameter above this means the likelihood is flat.
const VAGUE: f64 = 1e3;

impl Fit {
    /// Fits a family to the spells, every cause counting as an exit (see [`Spells::for_cause`]).
    pub fn new(family: Family, spells: &Spells) -> Result<Self, SurvivalError> {
        let sample = Sample::new(spells)?;
        match family.parameters().len() {
            1 => climb::<1>(family, &sample),
            2 => climb::<2>(family, &sample),
            _ => climb::<3>(family, &sample),
        }
    }

    /// Fits every family and puts the best by AIC first; those that fail come back as errors.
    pub fn all(spells: &Spells) -> (Vec<Self>, Vec<SurvivalError>) {
        let (mut good, mut bad) = (Vec::new(), Vec::new());
        for family in Family::ALL {
            match Self::new(family, spells) {
                Ok(fit) => good.push(fit),
                Err(error) => bad.push(error),
            }
        }
        good.sort_by(|a, b| a.aic().total_cmp(&b.aic()));
        (good, bad)
    }

    /// Akaike's criterion: twice the parameters less twice the log-likelihood.
    pub fn aic(&self) -> f64 {
        2.0 * (self.theta.len() as f64 - self.log_likelihood)
    }

    /// Schwarz's criterion, with the number of spells as the size of the sample.
    pub fn bic(&self) -> f64 {
        self.theta.len() as f64 * libm::log(self.weight) - 2.0 * self.log_likelihood
    }

    /// Standard errors of `theta`.
    pub fn se(&self) -> Vec<f64> {
        let rows = self.covariance.iter().enumerate();
        rows.map(|(i, row)| row.get(i).copied().unwrap_or(f64::NAN).sqrt()).collect()
    }

    /// Parameters on their own scale drawn from N(theta, covariance), given a standard normal number for
    /// each: parameter uncertainty to carry into a simulation.
    pub fn draw(&self, normals: &[f64]) -> Vec<f64> {
        let Some(factor) = cholesky(&self.covariance) else {
            return self.parameters.clone();
        };
        let theta: Vec<f64> =
            (self.theta.iter().zip(&factor)).map(|(x, row)| x + super::linalg::dot(row, normals)).collect();
        self.family.natural(&theta)
    }

    /// Log-likelihood of other spells under this law, conditional on their entries: the held-out score by
    /// which laws are compared.
    pub fn score(&self, spells: &Spells) -> Result<f64, SurvivalError> {
        let sample = Sample::new(spells)?;
        let theta = self.family.rescaled(&self.theta, 1.0 / sample.unit);
        Ok(sample.value(self.family, &theta) + sample.unit_shift())
    }

    /// log P(T > t); 0 at and before time zero.
    pub fn log_survival(&self, t: f64) -> f64 {
        if t <= 0.0 {
            return 0.0;
        }
        let theta: Vec<Jet<0>> = self.theta.iter().map(|&x| Jet::constant(x)).collect();
        self.family.logs(&theta, t).upper.v
    }

    /// P(T > t) with its standard error (by the delta method on log S).
    pub fn survival(&self, t: f64) -> (f64, f64) {
        if t <= 0.0 {
            return (1.0, 0.0);
        }
        let (log, gradient) = self.cumulative(t);
        let mut variance = 0.0;
        for (row, a) in self.covariance.iter().zip(&gradient) {
            for (v, b) in row.iter().zip(&gradient) {
                variance += a * b * v;
            }
        }
        let s = libm::exp(-log);
        (s, s * variance.max(0.0).sqrt())
    }

    /// Cumulative hazard -log P(T > t) with its gradient in `theta`.
    pub(super) fn cumulative(&self, t: f64) -> (f64, Vec<f64>) {
        let k = self.theta.len();
        if t <= 0.0 {
            return (0.0, vec![0.0; k]);
        }
        let theta: Vec<Jet<3>> = (self.theta.iter().enumerate()).map(|(i, &x)| Jet::variable(x, i)).collect();
        let upper = self.family.logs(&theta, t).upper;
        (-upper.v, upper.g.iter().take(k).map(|g| -g).collect())
    }
}

fn objective<const N: usize>(family: Family, sample: &Sample, theta: &[f64]) -> Local {
    let mut at = [0.0; N];
    for (cell, x) in at.iter_mut().zip(theta) {
        *cell = *x;
    }
    let jet = sample.log_likelihood(family, &at);
    Local {
        value: -jet.v,
        gradient: jet.g.iter().map(|g| -g).collect(),
        hessian: (jet.h.iter()).map(|row| row.iter().map(|h| -h).collect()).collect(),
    }
}

/// Distinct places the starts lead to: first on a thinned sample, then on the whole.
fn visited<const N: usize>(family: Family, sample: &Sample) -> Vec<Stopped> {
    let thin = sample.thinned(300);
    let rough = |theta: &[f64]| objective::<N>(family, &thin, theta);
    let full = |theta: &[f64]| objective::<N>(family, sample, theta);
    let starts = candidates(family, sample, if N > 2 { 9 } else { 5 });
    let mut near: Vec<Stopped> = Vec::new();
    for start in &starts {
        if let Some(there) = bfgs(rough, start, 60, 1e-7)
            && !near.iter().any(|old| alike(old, &there))
        {
            near.push(there);
        }
    }
    // The best start is also followed on the whole sample alone, should thinning mislead.
    let mut from: Vec<Vec<f64>> = near.into_iter().map(|n| n.at).collect();
    if let Some(best) = starts.first().and_then(|s| bfgs(full, s, 60, 1e-7)) {
        from.push(best.at);
    }
    let mut found: Vec<Stopped> = Vec::new();
    for at in &from {
        if let Some(there) = newton(full, at, WALK)
            && !found.iter().any(|old| alike(old, &there))
        {
            found.push(there);
        }
    }
    found
}

fn climb<const N: usize>(family: Family, sample: &Sample) -> Result<Fit, SurvivalError> {
    let fail = |why: String, best: Option<&Stopped>| SurvivalError::NoMaximum {
        family: family.name(),
        why,
        reached: best.map_or(f64::NAN, |b| sample.unit_shift() - b.local.value),
        at: best.map_or(Vec::new(), |b| family.natural(&family.rescaled(&b.at, sample.unit))),
    };
    let mut found = visited::<N>(family, sample);
    let f = |theta: &[f64]| objective::<N>(family, sample, theta);
    // A narrow ridge takes many steps: whoever is highest walks on until it stays highest.
    for _ in 0..found.len().min(4) {
        found.sort_by(|a, b| a.local.value.total_cmp(&b.local.value));
        match found.first_mut() {
            Some(best) if proven(best, sample).is_err() => {
                if let Some(there) = newton(f, &best.at, LONG_WALK) {
                    *best = there;
                }
            }
            _ => break,
        }
    }
    found.sort_by(|a, b| a.local.value.total_cmp(&b.local.value));
    let proofs: Vec<Result<Matrix, String>> = found.iter().map(|s| proven(s, sample)).collect();
    let maxima = proofs.iter().filter(|p| p.is_ok()).count();
    let mut ridge = None;
    for (stop, proof) in found.iter().zip(proofs) {
        let height = sample.unit_shift() - stop.local.value;
        match proof {
            Ok(_) if ridge.is_some_and(|r: f64| r - height < SAME) => {
                return Err(fail("it lies on a ridge that only rises".into(), found.first()));
            }
            Ok(covariance) => {
                let own = in_own_units(family, sample, stop, covariance);
                return Ok(Fit { maxima, ridge, ..own });
            }
            // A law at infinity that fits better does not unmake a maximum, but it is told.
            Err(_) if stop.at.iter().any(|x| x.abs() > FAR) => {
                ridge = Some(ridge.unwrap_or(height));
            }
            Err(why) => return Err(fail(why, found.first())),
        }
    }
    let why = "the likelihood rises towards parameters without bound, and has no maximum short of them";
    let none = "no start lies where the likelihood is defined";
    let text = if found.is_empty() { none } else { why };
    Err(fail(text.into(), found.first()))
}

/// Whether two places are one up to what BFGS leaves.
fn alike(a: &Stopped, b: &Stopped) -> bool {
    let close = a.at.iter().zip(&b.at).all(|(x, y)| (x - y).abs() < 0.02 * (1.0 + x.abs()));
    close && (a.local.value - b.local.value).abs() < 1e-3 * (1.0 + 1e-3 * a.local.value.abs())
}

/// The covariance at a maximum, or why it is none.
fn proven(stop: &Stopped, sample: &Sample) -> Result<Matrix, String> {
    let (slope, allowed) = (stop.local.steepest(), FLAT * sample.weight);
    if slope.is_nan() || slope >= allowed {
        return Err(format!("the slope left is {slope:.1e}, more than the {allowed:.1e} allowed"));
    }
    let covariance = inverse(&stop.local.hessian)
        .ok_or("the Hessian there is not positive definite: the data do not fix every parameter")?;
    let left: f64 = (covariance.iter().zip(&stop.local.gradient))
        .map(|(row, g)| g * super::linalg::dot(row, &stop.local.gradient))
        .sum();
    if left.is_nan() || left.sqrt() > STILL {
        return Err(format!(
            "it is still {:.1e} standard errors from where it is heading: a ridge that only rises",
            left.sqrt()
        ));
    }
    let vague = (covariance.iter().enumerate())
        .any(|(i, row)| row.get(i).is_none_or(|v| v.sqrt() > VAGUE || v.is_nan()));
    if vague {
        return Err(format!("a standard error is above {VAGUE}: the likelihood is flat"));
    }
    Ok(covariance)
}

fn in_own_units(family: Family, sample: &Sample, best: &Stopped, covariance: Matrix) -> Fit {
    let unit = |i| family.unit(i, sample.unit);
    let rows = covariance.iter().enumerate();
    let covariance = rows
        .map(|(i, row)| {
            let cells = row.iter().enumerate();
            cells.map(|(j, v)| v * unit(i) * unit(j)).collect()
        })
        .collect();
    let theta = family.rescaled(&best.at, sample.unit);
    Fit {
        family,
        parameters: family.natural(&theta),
        theta,
        covariance,
        log_likelihood: -best.local.value + sample.unit_shift(),
        spells: sample.spells,
        weight: sample.weight,
        exits: sample.exits,
        slope: best.local.steepest(),
        maxima: 1,
        ridge: None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::spell::{Spell, ZeroLength};
    use super::*;

    fn spells(raw: &[Spell]) -> Spells {
        Spells::new(raw, ZeroLength::Refuse).unwrap()
    }

    #[test]
    fn an_exponential_is_exits_over_time() {
        let data = spells(&[Spell::exit(0.0, 2.0, 0), Spell::exit(1.0, 4.0, 0), Spell::censored(0.0, 3.0)]);
        let fit = Fit::new(Family::Exponential, &data).unwrap();
        // Two exits in 2 + 3 + 3 = 8: rate 1/4, log-likelihood 2 log(1/4) - 2, variance of log rate 1/2.
        assert!((fit.parameters[0] - 0.25).abs() < 1e-15);
        assert!((fit.log_likelihood - (2.0 * libm::log(0.25) - 2.0)).abs() < 1e-14);
        assert!((fit.covariance[0][0] - 0.5).abs() < 1e-14);
        assert!((fit.aic() - 2.0 * (1.0 - fit.log_likelihood)).abs() < 1e-14);
        assert!((fit.score(&data).unwrap() - fit.log_likelihood).abs() < 1e-13);
        // Elsewhere: one exit at 3 and one censored at 5: log(1/4) - 8/4.
        let other = spells(&[Spell::exit(0.0, 3.0, 0), Spell::censored(0.0, 5.0)]);
        let score = fit.score(&other).unwrap();
        assert!((score - (libm::log(0.25) - 2.0)).abs() < 1e-13);
        let (s, se) = fit.survival(4.0);
        // S = e^-1; its error is S * 1 * sqrt(1/2).
        assert!((s - libm::exp(-1.0)).abs() < 1e-15);
        assert!((se - s * 0.5_f64.sqrt()).abs() < 1e-14);
    }

    #[test]
    fn a_log_normal_is_mean_and_deviation_of_logs() {
        let times = [1.0, 2.0, 5.0, 9.0];
        let data: Vec<Spell> = times.iter().map(|&t| Spell::exit(0.0, t, 0)).collect();
        let fit = Fit::new(Family::LogNormal, &spells(&data)).unwrap();
        let logs: Vec<f64> = times.iter().map(|&t| libm::log(t)).collect();
        let mean = logs.iter().sum::<f64>() / 4.0;
        let var = logs.iter().map(|l| (l - mean) * (l - mean)).sum::<f64>() / 4.0;
        assert!((fit.parameters[0] - mean).abs() < 1e-13);
        assert!((fit.parameters[1] - var.sqrt()).abs() < 1e-13);
        // Variances: var/n and, for the log of the deviation, 1/(2n).
        assert!((fit.covariance[0][0] - var / 4.0).abs() < 1e-12);
        assert!((fit.covariance[1][1] - 1.0 / 8.0).abs() < 1e-12);
        assert!(fit.covariance[0][1].abs() < 1e-12);
    }

    #[test]
    fn a_weibull_meets_its_own_equations() {
        let times = [0.7, 1.1, 2.0, 3.5, 3.6, 8.0];
        let data: Vec<Spell> = times.iter().map(|&t| Spell::exit(0.0, t, 0)).collect();
        let fit = Fit::new(Family::Weibull, &spells(&data)).unwrap();
        let (k, scale) = (fit.parameters[0], fit.parameters[1]);
        // scale^k = mean of t^k; sum t^k log t / sum t^k - 1/k = mean of log t.
        let powers: Vec<f64> = times.iter().map(|&t| libm::pow(t, k)).collect();
        let sum: f64 = powers.iter().sum();
        assert!((libm::pow(scale, k) * 6.0 / sum - 1.0).abs() < 1e-12);
        let weighted: f64 = (powers.iter().zip(times)).map(|(p, t)| p * libm::log(t)).sum();
        let mean: f64 = times.iter().map(|&t| libm::log(t)).sum::<f64>() / 6.0;
        assert!((weighted / sum - 1.0 / k - mean).abs() < 1e-12);
    }

    #[test]
    fn the_unit_of_time_does_not_matter() {
        let times = [0.7, 1.1, 2.0, 3.5, 3.6, 8.0, 4.4, 2.2];
        let raw = |c: f64| -> Vec<Spell> {
            let one = |(i, &t): (usize, &f64)| match i % 4 {
                3 => Spell::censored(0.1 * c, t * c),
                _ => Spell::exit(0.1 * c, t * c, 0),
            };
            times.iter().enumerate().map(one).collect()
        };
        for family in Family::ALL {
            if family == Family::GeneralisedGamma {
                continue;
            }
            let (days, years) = (
                Fit::new(family, &spells(&raw(365.0))).unwrap(),
                Fit::new(family, &spells(&raw(1.0))).unwrap(),
            );
            let same = family.rescaled(&years.theta, 365.0);
            for (a, b) in days.theta.iter().zip(&same) {
                assert!((a - b).abs() < 1e-9 * (1.0 + b.abs()), "{family:?} {a} {b}");
            }
            let shift = days.exits * libm::log(365.0);
            assert!((days.log_likelihood + shift - years.log_likelihood).abs() < 1e-10);
            for (a, b) in
                days.se().iter().zip(years.se()).enumerate().map(|(i, (a, b))| (a / family.unit(i, 365.0), b))
            {
                assert!((a / b - 1.0).abs() < 1e-7, "{family:?} {a} {b}");
            }
        }
    }

    #[test]
    fn draws_have_the_covariance_of_the_fit() {
        let times = [0.7, 1.1, 2.0, 3.5, 3.6, 8.0];
        let data: Vec<Spell> = times.iter().map(|&t| Spell::exit(0.0, t, 0)).collect();
        let fit = Fit::new(Family::Weibull, &spells(&data)).unwrap();
        assert_eq!(fit.draw(&[0.0, 0.0]), fit.parameters);
        // One deviation along each axis of the factor: L L' is the covariance.
        let move_along = |z: [f64; 2]| -> Vec<f64> {
            let drawn = fit.family.fitted(&fit.draw(&z));
            drawn.iter().zip(&fit.theta).map(|(a, b)| a - b).collect()
        };
        let (a, b) = (move_along([1.0, 0.0]), move_along([0.0, 1.0]));
        for i in 0..2 {
            for j in 0..2 {
                let made = a[i] * a[j] + b[i] * b[j];
                assert!((made - fit.covariance[i][j]).abs() < 1e-14);
            }
        }
    }

    #[test]
    fn a_law_the_data_do_not_fix_is_refused() {
        // One time only: the spread of any two-parameter law goes to nothing.
        let data = spells(&[Spell::exit(0.0, 2.0, 0), Spell::exit(0.0, 2.0, 0)]);
        for family in [Family::Weibull, Family::LogNormal, Family::Gamma, Family::LogLogistic] {
            let error = Fit::new(family, &data).unwrap_err();
            assert!(error.to_string().contains("did not reach"), "{error}");
        }
        // All exits at the first time, the rest censored later: a log-normal flat in its scale.
        let good = Fit::new(Family::Exponential, &data).unwrap();
        assert!((good.parameters[0] - 0.5).abs() < 1e-15);
    }
}
