//! A fit: which way it goes, what came out of it, and how it is put together from draws.

use super::climb;
use super::corrected::ENOUGH;
use super::emulate::dot;
use super::exact::Exact;
use super::learnt::Linear;
pub use super::learnt::Misfit;
use super::sample::spread;
use super::simulate::Simulator;
use super::surface::Surface;
use super::target;
use super::waves::{by_simulation, simulate};
use crate::base::rng::Key;
use crate::base::time::SimTime;
use crate::experiment::estimate::quantile;
use crate::experiment::run::Watch;
use crate::model::draws::{Draws, Unknown};
use serde::Serialize;

/// How much is done.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct Plan {
    /// Points over the whole prior.
    pub first: usize,
    /// Points of each later wave.
    pub wave: usize,
    /// Later waves.
    pub waves: usize,
    /// Share of a figure by which the model may be off whatever its numbers.
    pub discrepancy: f64,
    /// Draws to make.
    pub draws: usize,
    /// Draws simulated again to say how well they fit.
    pub checked: usize,
    /// Seed of the search.
    pub seed: u64,
    /// Whether the discrepancy grows where the figures cannot be met together without.
    pub inflate: bool,
}

impl Default for Plan {
    fn default() -> Plan {
        Plan {
            first: 200,
            wave: 100,
            waves: 2,
            discrepancy: 0.02,
            draws: 200,
            checked: 60,
            seed: 1,
            inflate: true,
        }
    }
}

/// A target this many standard deviations away is implausible, whatever the number of targets.
const IMPLAUSIBLE: f64 = 3.0;
/// Sets of numbers behind a curve over time.
const CURVES: usize = 40;
/// Chains that disagree by more are not to be trusted.
pub const AGREE: f64 = 1.1;
/// Share of a number's prior that the fitted coordinates must carry for it to be called fitted.
const CARRIED: f64 = 0.05;
/// Draws that hang together as closely as this are a ridge.
const RIDGE: f64 = 0.7;

/// Why there is no fit.
#[derive(Clone, PartialEq, Debug, thiserror::Error)]
pub enum FitError {
    /// Nothing to fit.
    #[error("no number of the model has a range (low and high): there is nothing to fit")]
    NoUnknown,
    /// Most numbers tried gave no run.
    #[error(
        "of {0} sets of numbers from the ranges only {1} could be simulated: the ranges are too wide for the model"
    )]
    Failing(usize, usize),
    /// No target depends on any number.
    #[error("no target depends noticeably on any number that has a range: they can say nothing")]
    NothingInformed,
    /// Exact moments were asked for and there are none.
    #[error("there are no exact moments for these figures: {0}")]
    NotExact(String),
    /// Stopped.
    #[error("stopped: the same command goes on from there")]
    Stopped,
}

/// What became of one number.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Informed {
    /// Dotted path.
    pub path: String,
    /// Unit.
    pub unit: String,
    /// 10th, 50th and 90th percentile before.
    pub prior: [f64; 3],
    /// The same after.
    pub posterior: [f64; 3],
    /// Share of the prior variance (on its own scale) that the targets took away; 0 if it was left at its prior.
    pub contraction: f64,
    /// Whether it was fitted.
    pub fitted: bool,
    /// How far the figures moved its middle, in standard deviations of its prior.
    pub moved: f64,
    /// Which figure moved it most, by its place among the targets.
    pub mainly_by: Option<usize>,
}

/// How a target is met.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Target {
    /// The measure's name.
    pub measure: String,
    /// Period.
    pub period: String,
    /// The figure.
    pub value: f64,
    /// 2.5th, 50th and 97.5th percentile of single futures before.
    pub prior: [f64; 3],
    /// The same after.
    pub posterior: [f64; 3],
    /// How many standard deviations (chance and ignorance after the fit) the figure lies from the middle.
    pub z: f64,
}

/// A wave of simulations.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Wave {
    /// Points simulated.
    pub points: usize,
    /// Points that gave no run.
    pub failed: usize,
    /// Share of the prior that is not implausible after it; below 1 in 4,000 it is given as 0.
    pub plausible: f64,
}

/// Which way a fit is to go.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Method {
    /// By exact moments where there are any, else by simulation.
    Chosen,
    /// By exact moments.
    Exact,
    /// By simulation.
    Simulate,
}

/// Which way a fit went.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// By exact moments, without simulation.
    Exact {
        /// Sets of numbers whose moments were worked out.
        tried: usize,
        /// Effective number of independent draws of the posterior.
        effective: f64,
        /// 1, or the power below 1 to which weights had to be taken for draws that can be used: these are then nearer to the
        /// response surface than to the posterior.
        tempered: f64,
        /// Days of a step of the grid.
        step: f64,
    },
    /// By simulation, for these reasons; none if it was asked for.
    Simulated {
        /// Why there are no exact moments.
        why: Vec<String>,
    },
}

/// What the model gives for a measure over a period.
#[derive(Clone, PartialEq, Debug)]
pub struct Curve {
    /// Index into the model's measures.
    pub measure: usize,
    /// When the period begins; equal to `to` for a moment.
    pub from: SimTime,
    /// When it ends.
    pub to: SimTime,
    /// Percentiles 2.5, 10, 50, 90 and 97.5 of single futures before the fit.
    pub before: [f64; 5],
    /// The same after.
    pub after: [f64; 5],
}

/// Two numbers of which the figures tell little more than one combination.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Ridge {
    /// Path of one.
    pub one: String,
    /// Path of the other.
    pub other: String,
    /// Correlation of their draws, each on the scale of its prior.
    pub correlation: f64,
}

/// A fit.
pub struct Fit {
    /// Which way it went.
    pub way: Way,
    /// Numbers that make up for one another, the closest first.
    pub ridges: Vec<Ridge>,
    /// Draws of all numbers.
    pub draws: Draws,
    /// The same on the scale of the prior.
    pub z: Vec<Vec<f64>>,
    /// Where each number is, on the scale of its own prior, by draw.
    pub scores: Vec<Vec<f64>>,
    /// Every number.
    pub informed: Vec<Informed>,
    /// Numbers to stand in the model file, by their place in `informed`: what was fitted, and what moves with it to keep a whole.
    pub middle: Vec<(usize, f64)>,
    /// Every target.
    pub targets: Vec<Target>,
    /// The waves; none for a fit by exact moments.
    pub waves: Vec<Wave>,
    /// How far chains disagree; 1 when they agree.
    pub disagreement: f64,
    /// Targets further than this are implausible.
    pub cutoff: f64,
    /// How far the figures are from the model at the likeliest numbers.
    pub misfit: Option<Misfit>,
    pub(super) surface: Option<Surface>,
}

impl Fit {
    /// The largest distance of a target, in standard deviations, with these numbers (of all unknowns, as the prior scales
    /// them): history matching's implausibility. None for a fit by exact moments.
    pub fn implausibility(&self, z: &[f64]) -> Option<f64> {
        let surface = self.surface.as_ref()?;
        let part: Vec<f64> = surface.active.iter().filter_map(|i| z.get(*i).copied()).collect();
        Some(surface.implausibility(&part))
    }

    /// What the fitted draws give for other targets, such as those of a period that was held out.
    ///
    /// # Errors
    /// If stopped.
    pub fn foresee(
        &self,
        s: &Simulator<'_>,
        measures: &[String],
        plan: Plan,
        watch: &impl Watch,
    ) -> Result<Vec<Target>, FitError> {
        let draws: Vec<Vec<f64>> = self.z.iter().take(plan.checked).cloned().collect();
        let exact = matches!(self.way, Way::Exact { .. }).then(|| Exact::new(s).ok()).flatten();
        let futures = match exact {
            Some(exact) => climb::futures(&exact, &draws, Key::root(plan.seed, 0x6865_6c64)),
            None => simulate(s, draws, watch)?.into_iter().flat_map(|p| p.futures).collect(),
        };
        let one = |(j, t): (usize, &target::Target)| {
            met(t, measures, [f64::NAN; 3], futures.iter().map(|f| f[j]).collect())
        };
        Ok(s.targets.iter().enumerate().map(one).collect())
    }

    /// Whether the draws can be trusted to say how much is known.
    pub fn trusted(&self) -> bool {
        match self.way {
            Way::Exact { effective, .. } => effective >= ENOUGH,
            Way::Simulated { .. } => self.disagreement <= AGREE,
        }
    }

    /// What the model gives for the targets of a simulator before and after the fit, by simulation.
    ///
    /// # Errors
    /// If stopped.
    pub fn curves(&self, s: &Simulator<'_>, plan: Plan, watch: &impl Watch) -> Result<Vec<Curve>, FitError> {
        let few = plan.checked.clamp(1, CURVES);
        let of = |points: Vec<Vec<f64>>| -> Result<Vec<Vec<f64>>, FitError> {
            Ok(simulate(s, points, watch)?.into_iter().flat_map(|p| p.futures).collect())
        };
        let before = of(spread(few, s.prior.dimensions(), Key::root(plan.seed, 0x6375_7276)))?;
        let after = of(self.z.iter().step_by((self.z.len() / few).max(1)).take(few).cloned().collect())?;
        let at = [0.025, 0.1, 0.5, 0.9, 0.975];
        let five = |futures: &[Vec<f64>], j: usize| {
            let mut x: Vec<f64> = futures.iter().map(|f| f[j]).collect();
            x.sort_by(f64::total_cmp);
            at.map(|p| quantile(&x, p).unwrap_or(f64::NAN))
        };
        let one = |(j, t): (usize, &target::Target)| Curve {
            measure: t.measure,
            from: t.from,
            to: t.to,
            before: five(&before, j),
            after: five(&after, j),
        };
        Ok(s.targets.iter().enumerate().map(one).collect())
    }
}

/// Fits the unknowns of a simulator to its targets.
///
/// # Errors
/// See [`FitError`].
pub fn fit(
    s: &Simulator<'_>,
    measures: &[String],
    plan: Plan,
    method: Method,
    watch: &impl Watch,
) -> Result<Fit, FitError> {
    if s.prior.unknowns.is_empty() {
        return Err(FitError::NoUnknown);
    }
    if method == Method::Simulate {
        return by_simulation(s, measures, plan, Vec::new(), watch);
    }
    match Exact::new(s) {
        Ok(exact) => climb::climb(s, &exact, measures, plan, watch),
        Err(why) if method == Method::Exact => Err(FitError::NotExact(why.join("; "))),
        Err(why) => by_simulation(s, measures, plan, why, watch),
    }
}

/// Sets of numbers that a fit tries, to show progress: about so many by exact moments, at most so many by simulation.
pub fn effort(s: &Simulator<'_>, plan: Plan, method: Method) -> usize {
    if method != Method::Simulate && Exact::new(s).is_ok() {
        return climb::effort(s.prior.dimensions(), plan);
    }
    plan.first + plan.waves * plan.wave + plan.checked
}

/// Futures before and after the fit.
pub(super) struct Futures {
    pub before: Vec<Vec<f64>>,
    pub after: Vec<Vec<f64>>,
}

/// Puts a fit together from its draws and what they give.
pub(super) fn finished(
    s: &Simulator<'_>,
    measures: &[String],
    active: &[usize],
    z: Vec<Vec<f64>>,
    futures: Futures,
    (way, linear): (Way, &Linear),
) -> Fit {
    let Futures { before, after } = futures;
    let of = |futures: &[Vec<f64>], j: usize| futures.iter().map(|f| f[j]).collect::<Vec<f64>>();
    let one = |(j, t): (usize, &target::Target)| {
        met(t, measures, percentiles(of(&before, j), [0.025, 0.5, 0.975]), of(&after, j))
    };
    let targets = s.targets.iter().enumerate().map(one).collect();
    let values: Vec<Vec<f64>> = z.iter().map(|z| s.prior.values(z)).collect();
    let draws = Draws { paths: s.prior.paths(), values: values.iter().map(|x| s.prior.cells(x)).collect() };
    let informed = informed(s, active, &z, &values, Some(linear));
    let middle = middle(s, active, &informed, &z);
    let ridges = ridges(s, &informed, &z);
    let cutoff = cutoff(s.targets.len());
    Fit {
        way,
        ridges,
        draws,
        scores: z.iter().map(|z| s.prior.scores(z)).collect(),
        z,
        informed,
        middle,
        targets,
        waves: Vec::new(),
        disagreement: 1.0,
        cutoff,
        misfit: None,
        surface: None,
    }
}

/// Values at the middle of the draws in each fitted coordinate, all others at their prior's: a set of numbers that keeps shares
/// to their whole.
fn middle(s: &Simulator<'_>, active: &[usize], informed: &[Informed], z: &[Vec<f64>]) -> Vec<(usize, f64)> {
    let mut at = vec![0.0; s.prior.dimensions()];
    let base = s.prior.values(&at);
    for i in active {
        at[*i] = percentiles(z.iter().map(|z| z[*i]).collect(), [0.1, 0.5, 0.9])[1];
    }
    let values = s.prior.values(&at).into_iter().zip(base).enumerate();
    let changed = |x: f64, b: f64| (x - b).abs() > 1e-9 * b.abs();
    values.filter(|(i, (x, b))| informed[*i].fitted || changed(*x, *b)).map(|(i, (x, _))| (i, x)).collect()
}

/// Pairs of fitted numbers whose draws hang together closely, and did not before.
fn ridges(s: &Simulator<'_>, informed: &[Informed], z: &[Vec<f64>]) -> Vec<Ridge> {
    let n = z.len().max(1) as f64;
    let scores: Vec<Vec<f64>> = z.iter().map(|z| s.prior.scores(z)).collect();
    let fitted: Vec<usize> = (0..informed.len()).filter(|i| informed[*i].fitted).collect();
    let centred: Vec<Vec<f64>> = fitted
        .iter()
        .map(|i| {
            let mean = scores.iter().map(|z| z[*i]).sum::<f64>() / n;
            scores.iter().map(|z| z[*i] - mean).collect()
        })
        .collect();
    let loads: Vec<Vec<(usize, f64)>> = fitted.iter().map(|i| s.prior.loads(*i)).collect();
    let before = |a: usize, b: usize| {
        let of = |k: usize| loads[b].iter().find(|l| l.0 == k).map_or(0.0, |l| l.1);
        loads[a].iter().map(|(k, x)| x * of(*k)).sum::<f64>()
    };
    let mut out = Vec::new();
    for (a, x) in centred.iter().enumerate() {
        for (b, y) in centred.iter().enumerate().skip(a + 1) {
            let correlation = dot(x, y) / (dot(x, x) * dot(y, y)).sqrt().max(1e-300);
            if correlation.abs() >= RIDGE && before(a, b).abs() < RIDGE {
                let path = |k: usize| informed[fitted[k]].path.clone();
                out.push(Ridge { one: path(a), other: path(b), correlation });
            }
        }
    }
    out.sort_by(|a, b| b.correlation.abs().total_cmp(&a.correlation.abs()));
    out
}

fn met(t: &target::Target, measures: &[String], prior: [f64; 3], futures: Vec<f64>) -> Target {
    let n = futures.len().max(2) as f64;
    let mean = futures.iter().sum::<f64>() / n;
    let spread =
        (futures.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0) + t.error * t.error).sqrt();
    Target {
        measure: measures.get(t.measure).cloned().unwrap_or_default(),
        period: t.period.clone(),
        value: t.value,
        prior,
        posterior: percentiles(futures, [0.025, 0.5, 0.975]),
        z: if spread > 0.0 { (t.value - mean) / spread } else { 0.0 },
    }
}

fn percentiles(mut x: Vec<f64>, at: [f64; 3]) -> [f64; 3] {
    x.sort_by(f64::total_cmp);
    at.map(|p| quantile(&x, p).unwrap_or(f64::NAN))
}

/// Variance of a standard normal cut at 2.5.
pub(super) const PRIOR: f64 = 0.911_254_7;

fn informed(
    s: &Simulator<'_>,
    active: &[usize],
    z: &[Vec<f64>],
    values: &[Vec<f64>],
    linear: Option<&Linear>,
) -> Vec<Informed> {
    const TENTHS: [f64; 3] = [0.1, 0.5, 0.9];
    let scores: Vec<Vec<f64>> = z.iter().map(|z| s.prior.scores(z)).collect();
    let one = |(i, u): (usize, &Unknown)| {
        let loads = s.prior.loads(i);
        let carried: f64 = loads.iter().filter(|l| active.contains(&l.0)).map(|l| l.1 * l.1).sum();
        let fitted = carried >= CARRIED;
        let of: Vec<f64> = scores.iter().map(|z| z[i]).collect();
        let mean = of.iter().sum::<f64>() / of.len().max(1) as f64;
        let variance = of.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / of.len().max(2) as f64;
        let moves = linear.filter(|_| fitted).map(|l| l.moves(&loads)).unwrap_or_default();
        let most = moves.iter().enumerate().max_by(|a, b| a.1.abs().total_cmp(&b.1.abs()));
        Informed {
            path: u.path.clone(),
            unit: u.unit.trim().to_string(),
            prior: [-1.281_55, 0.0, 1.281_55].map(|z| s.prior.at(i, z)),
            posterior: percentiles(values.iter().map(|v| v[i]).collect(), TENTHS),
            contraction: if fitted { (1.0 - variance / PRIOR).max(0.0) } else { 0.0 },
            fitted,
            moved: if fitted { mean } else { 0.0 },
            mainly_by: most.filter(|m| m.1.abs() > 0.0).map(|m| m.0),
        }
    };
    s.prior.unknowns.iter().enumerate().map(one).collect()
}

/// A distance that so many independent targets pass together with a chance of 99.5 %, at least [`IMPLAUSIBLE`].
pub(super) fn cutoff(targets: usize) -> f64 {
    let p = 0.0025 / targets.max(1) as f64;
    (-crate::stats::special::normal_quantile(p)).max(IMPLAUSIBLE)
}
