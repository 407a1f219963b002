//! The forecast of one series or a batch.

use super::backtest::{Trial, backtest, last_known};
use super::choose::choose;
use super::marginal::Marginal;
use super::month::Month;
use super::parallel;
use super::parts::{Parts, parts};
use super::paths::{Draw, Paths, draw_with};
use super::pool::Pool;
use super::prepare::Finding;
use super::problem::Problem;
use super::project::{Combined, Origin, project};
use super::sentence::sentence;
use super::series::{MOST_MONTHS, Options, Series};
use super::table::{Backtest, row, tabulate};
use crate::stats::series::conformal::{Shape, central};
use crate::stats::series::least_squares::Effort;
use crate::stats::series::member::{Method, fit};
use crate::stats::series::path::Path;
use crate::stats::series::random::normals;
use serde::Serialize;

/// A central interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Interval {
    /// The share of outcomes it should hold.
    pub level: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// One future month.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Step {
    /// The month.
    pub month: Month,
    /// The point forecast.
    pub forecast: f64,
    /// Intervals at 50, 80 and 95 %; whole numbers, rounded outwards, for counts.
    pub intervals: [Interval; 3],
}

/// What a member said, for the table of members.
#[derive(Clone, Debug, Serialize)]
pub struct MemberView {
    /// The method.
    pub method: Method,
    /// Form, orders or parameters.
    pub detail: String,
    /// Its point forecasts.
    pub forecast: Vec<f64>,
}

/// The forecast of one series with everything that stands behind it.
#[derive(Clone, Debug, Serialize)]
pub struct Outcome {
    /// The series as given.
    pub series: Series,
    /// The method used.
    pub method: Method,
    /// Why.
    pub reason: String,
    /// The future months.
    pub steps: Vec<Step>,
    /// What every method said.
    pub members: Vec<MemberView>,
    /// How they did before.
    pub backtest: Backtest,
    /// What was changed in the data.
    pub findings: Vec<Finding>,
    /// What each part adds.
    pub parts: Parts,
    /// A sentence for a councillor.
    pub sentence: String,
    /// Whole futures for a simulation.
    #[serde(skip)]
    pub paths: Paths,
}

/// Methods whose errors calibrate intervals.
const CALIBRATED: [Method; 8] = [
    Method::Naive,
    Method::SeasonalNaive,
    Method::ExponentialSmoothing,
    Method::Theta,
    Method::ComplexSmoothing,
    Method::Arima,
    Method::CountRegression,
    Method::Combination,
];

/// Forecasts a batch. Series share their experience of errors, so intervals of a batch are better
/// judged than those of its members alone.
///
/// # Errors
/// Every series that cannot be forecast and every option out of range, all at once.
pub fn forecast(series: &[Series], options: &Options) -> Result<Vec<Outcome>, Vec<Problem>> {
    let ready = make_ready(series, options)?;
    Ok(parallel::map(&ready, |i, one| {
        let paths = one.draw(Draw {
            seed: options.seed,
            series: i as u64,
            paths: options.paths,
            counts: one.series.is_counts(),
            lead: one.lead,
        });
        one.outcome(one.steps(), paths)
    }))
}

/// Backtests, calibrates and fits a batch; what is left is to draw paths.
pub(super) fn make_ready<'a>(
    series: &'a [Series],
    options: &Options,
) -> Result<Vec<Ready<'a>>, Vec<Problem>> {
    let mut problems = check(series, options);
    if !problems.is_empty() {
        return Err(problems);
    }
    let trials = parallel::map(series, |_, s| backtest(s, options));
    let pool = Pool::learn(series, &trials, &CALIBRATED);
    let paired: Vec<(&Series, Vec<Trial>)> = series.iter().zip(trials).collect();
    let made = parallel::map(&paired, |_, (s, t)| Ready::make(s, t, &pool, options));
    let mut found = Vec::with_capacity(made.len());
    for (ready, one) in made.into_iter().zip(series) {
        match ready {
            Some(ready) => found.push(ready),
            None => problems.push(too_short(one)),
        }
    }
    if problems.is_empty() { Ok(found) } else { Err(problems) }
}

fn too_short(series: &Series) -> Problem {
    Problem::at(
        0,
        0,
        format!("\"{}\" has {} month(s) with a value outside shocks", series.name, series.observed()),
        "a forecast needs at least six",
    )
}

/// What is wrong with the options or the sizes.
#[must_use]
pub fn check(series: &[Series], options: &Options) -> Vec<Problem> {
    let mut problems = Vec::new();
    if !(1..=120).contains(&options.horizon) {
        problems.push(Problem::at(
            0,
            0,
            format!("horizon {} months", options.horizon),
            "choose 1 to 120 months",
        ));
    }
    if !(1..=100_000).contains(&options.paths) {
        problems.push(Problem::at(0, 0, format!("{} paths", options.paths), "choose 1 to 100,000"));
    }
    if options.origins > 24 {
        problems.push(Problem::at(0, 0, format!("{} origins", options.origins), "choose at most 24"));
    }
    if options.incomplete > 12 {
        problems.push(Problem::at(
            0,
            0,
            format!("{} incomplete months", options.incomplete),
            "choose at most 12",
        ));
    }
    if series.len().saturating_mul(options.paths.saturating_mul(options.horizon)) > 100_000_000 {
        problems.push(Problem::at(
            0,
            0,
            "series x paths x months is over 100 million values",
            "ask for fewer paths",
        ));
    }
    if options.shocks.len() > 200 {
        let message = format!("{} shocks", options.shocks.len());
        problems.push(Problem::at(0, 0, message, "name at most 200"));
    }
    for shock in options.shocks.iter().filter(|s| s.to < s.from) {
        problems.push(Problem::at(
            0,
            0,
            format!("\"{}\" ends ({}) before it starts ({})", shock.name, shock.to, shock.from),
            "swap the months",
        ));
    }
    for one in series {
        if one.values.len() > MOST_MONTHS {
            problems.push(Problem::at(
                0,
                0,
                format!("\"{}\" has {} months", one.name, one.values.len()),
                "at most 1,200 are read",
            ));
        }
        if one.values.iter().flatten().any(|v| !v.is_finite() || v.abs() > 1e12) {
            problems.push(Problem::at(
                0,
                0,
                format!("\"{}\" has a value beyond all counts", one.name),
                "values lie within a million million",
            ));
        }
        if one.observed() < 6 {
            problems.push(too_short(one));
        }
    }
    problems
}

/// A series with its method chosen, fitted and calibrated.
pub(super) struct Ready<'a> {
    pub series: &'a Series,
    pub trials: Vec<Trial>,
    pub method: Method,
    pub months: Vec<Marginal>,
    /// Months at the end that are missing or not fully reported.
    pub lead: usize,
    reason: String,
    backtest: Backtest,
    origin: Origin,
    calibration: (Shape, f64),
}

impl<'a> Ready<'a> {
    fn make(series: &'a Series, trials: &[Trial], pool: &Pool, options: &Options) -> Option<Self> {
        let mut trials = trials.to_vec();
        let mut backtest = tabulate(series, &trials, pool);
        let choice = choose(&backtest, |lean| row(series, &lean.trials(&trials), pool, Method::Leaning));
        if let Some(lean) = choice.lean {
            trials.extend(lean.trials(&trials));
            backtest.rows.extend(row(series, &trials, pool, Method::Leaning));
        }
        let end = series.values.len();
        let known = last_known(series, end, options);
        let lead = end - known;
        let mut origin = project(series, known, lead + options.horizon, options, Effort::FULL)?;
        for projection in &mut origin.projections {
            projection.months.drain(..lead.min(projection.months.len()));
        }
        if lead > 0 {
            let month = series.start.plus(known as i32);
            let message = format!(
                "the last {lead} month(s) are missing or not yet fully reported: the forecast starts from the month before them and is the wider for it"
            );
            origin.prepared.findings.push(Finding { month, message });
        }
        let lean = choice.lean.and_then(|lean| lean.projection(&origin.projections));
        origin.projections.extend(lean);
        let find = |m: Method| origin.projections.iter().find(|p| p.method == m);
        let projection = find(choice.method).or_else(|| find(Method::Combination))?;
        let (method, months) = (projection.method, projection.months.clone());
        Some(Self {
            series,
            calibration: trusted(method, pool.calibration(method, series, &trials, end)),
            trials,
            method,
            months,
            lead,
            reason: choice.reason,
            backtest,
            origin,
        })
    }

    /// Calibrated paths under the series' own shocks.
    fn draw(&self, how: Draw) -> Paths {
        self.draw_with(how, |path, z| normals(how.seed, how.series, path, z))
    }

    /// Calibrated paths under given shocks.
    pub fn draw_with(&self, how: Draw, shocks: impl Fn(u64, &mut [f64])) -> Paths {
        let calibration = (&self.calibration.0, self.calibration.1);
        match model(self.method, &self.origin) {
            Some(model) => draw_with(&*model, &self.months, calibration, how, shocks),
            None => {
                let combined = Combined(&self.origin.members);
                draw_with(&combined, &self.months, calibration, how, shocks)
            }
        }
    }

    fn steps(&self) -> Vec<Step> {
        let (shape, scale) = &self.calibration;
        steps(self.series.end(), &self.months, shape, *scale, self.series.is_counts())
    }

    /// Puts everything together around given steps and paths.
    pub fn outcome(&self, steps: Vec<Step>, paths: Paths) -> Outcome {
        let members = self
            .origin
            .projections
            .iter()
            .map(|p| MemberView {
                method: p.method,
                detail: p.detail.clone(),
                forecast: p.months.iter().map(|m| m.mean).collect(),
            })
            .collect();
        let points: Vec<f64> = steps.iter().map(|s| s.forecast).collect();
        Outcome {
            series: self.series.clone(),
            method: self.method,
            reason: self.reason.clone(),
            members,
            backtest: self.backtest.clone(),
            findings: self.origin.prepared.findings.clone(),
            parts: parts(self.series, &self.origin.prepared, &points, self.lead),
            sentence: sentence(self.series, &steps, self.method),
            steps,
            paths,
        }
    }
}

/// A method picked because its errors were small shows them smaller than they will be: they may widen
/// its intervals, not narrow them. The mean was not picked.
fn trusted(method: Method, (shape, scale): (Shape, f64)) -> (Shape, f64) {
    (shape, if method == Method::Combination { scale } else { scale.max(1.0) })
}

/// The fitted model of a single method; nothing for the combination.
fn model(method: Method, origin: &Origin) -> Option<Box<dyn Path>> {
    match method {
        // What leans moves as the mean does: only the order of its paths comes from here.
        Method::Combination | Method::Leaning => None,
        Method::Naive | Method::SeasonalNaive => {
            let naive = fit(method, &origin.prepared.per_head(), 12, Effort::FULL)?;
            Some(Box::new(naive))
        }
        _ => {
            let member = origin.members.iter().find(|m| m.0 == method)?;
            Some(Box::new(member.1.clone()))
        }
    }
}

/// Future months with calibrated intervals.
#[must_use]
pub fn steps(first: Month, months: &[Marginal], shape: &Shape, scale: f64, counts: bool) -> Vec<Step> {
    months
        .iter()
        .enumerate()
        .map(|(h, month)| {
            let interval = |level: f64| {
                let (low, high) = central(level);
                let at = |z| month.quantile(z, h + 1, shape, scale);
                let (low, high) = (at(low), at(high));
                Interval {
                    level,
                    low: if counts { low.floor() } else { low },
                    high: if counts { high.ceil() } else { high },
                }
            };
            Step {
                month: first.plus(h as i32),
                forecast: month.mean,
                intervals: [interval(0.5), interval(0.8), interval(0.95)],
            }
        })
        .collect()
}
