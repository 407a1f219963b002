//! Sources, ages and areas that add up to the total.
//!
//! Every part and every sum (the total, and each source, age and area where there are several) is
//! forecast on its own; the forecasts are then made to agree, and so is every sample path, so a
//! simulation that takes arrivals by source sees the total's distribution too. Errors that came
//! together in the backtest come together in the paths.

use super::parallel;
use super::paths::{Draw, Paths, round};
use super::problem::Problem;
use super::run::{Interval, Outcome, Ready, Step, make_ready};
use super::series::{Options, Series};
use crate::stats::series::random::normals;
use crate::stats::series::reconcile::{Tree, cholesky, projection, shrunk_correlation};
use serde::Serialize;

/// Most nodes reconciled together.
const MOST_NODES: usize = 400;

/// Forecasts that add up.
#[derive(Clone, Debug, Serialize)]
pub struct Hierarchy {
    /// The total.
    pub total: Outcome,
    /// Sums by source, age or area, where each is split further.
    pub sums: Vec<Outcome>,
    /// The parts, in the order given.
    pub parts: Vec<Outcome>,
    /// How far correlations were shrunk to none, 0 to 1.
    pub shrinkage: f64,
}

/// Forecasts parts and their sums so that they add up, path by path.
///
/// # Errors
/// As [`super::run::forecast`]; also fewer than two parts, or over 400 nodes.
pub fn forecast_parts(parts: &[Series], options: &Options) -> Result<Hierarchy, Vec<Problem>> {
    let (tree, nodes) = build(parts)?;
    let ready = make_ready(&nodes, options)?;
    let (r, shrinkage) = shrunk_correlation(&common_errors(&ready), ready.len());
    let counts = parts.iter().all(Series::is_counts);
    let drawn = draw_together(&ready, &r, options);
    let sd: Vec<f64> = ready
        .iter()
        .map(|n| (n.months.iter().map(|m| m.sd * m.sd).sum::<f64>() / n.months.len().max(1) as f64).sqrt())
        .collect();
    let g = projection(&tree, &sd, &r);
    let paths = reconcile_paths(&tree, g.as_deref(), &drawn, options, counts);
    let points = reconcile_points(&tree, g.as_deref(), &ready, options.horizon);
    let work: Vec<(&Ready<'_>, (Paths, Vec<f64>))> =
        ready.iter().zip(paths.into_iter().zip(points)).collect();
    let mut outcomes = parallel::map(&work, |_, (one, (paths, points))| {
        one.outcome(steps(one, points, paths), paths.clone())
    });
    let bottom = outcomes.split_off(tree.sums.len());
    let mut sums = outcomes.into_iter();
    let Some(total) = sums.next() else {
        return Err(Vec::new());
    };
    Ok(Hierarchy { total, sums: sums.collect(), parts: bottom, shrinkage })
}

/// The tree, and the series of all its nodes: total, sums, parts, all over the same months.
fn build(parts: &[Series]) -> Result<(Tree, Vec<Series>), Vec<Problem>> {
    if parts.len() < 2 {
        let hint = "give two or more series split by source, age or area";
        return Err(vec![Problem::at(0, 0, "nothing to add up", hint)]);
    }
    if let Some(total) = parts.iter().find(|one| is_sum_of_rest(one, parts)) {
        return Err(vec![Problem::at(
            0,
            0,
            format!("\"{}\" is the sum of the other series", total.name),
            "leave the total out: it is worked out from the parts",
        )]);
    }
    let mut sums: Vec<(String, Vec<usize>)> = vec![("total".into(), (0..parts.len()).collect())];
    let labels: [fn(&Series) -> Option<&String>; 3] =
        [|s| s.source.as_ref(), |s| s.age.as_ref(), |s| s.area.as_ref()];
    for label in labels {
        let mut groups: Vec<(String, Vec<usize>)> = Vec::new();
        for (i, series) in parts.iter().enumerate() {
            let Some(name) = label(series) else { continue };
            match groups.iter_mut().find(|g| g.0 == *name) {
                Some(group) => group.1.push(i),
                None => groups.push((name.clone(), vec![i])),
            }
        }
        // A group of one is that part; a group of all is the total.
        sums.extend(groups.into_iter().filter(|g| g.1.len() > 1 && g.1.len() < parts.len()));
    }
    let tree = Tree { parts: parts.len(), sums: sums.iter().map(|s| s.1.clone()).collect() };
    if tree.nodes() > MOST_NODES {
        let message = format!("{} series and sums", tree.nodes());
        return Err(vec![Problem::at(0, 0, message, "at most 400 are reconciled together")]);
    }
    let (Some(start), Some(end)) = (parts.iter().map(|s| s.start).min(), parts.iter().map(Series::end).max())
    else {
        return Err(Vec::new());
    };
    let months = usize::try_from(end.since(start)).unwrap_or(0);
    if months > super::series::MOST_MONTHS {
        return Err(vec![Problem::at(0, 0, format!("{months} months in all"), "at most 1,200 are read")]);
    }
    let aligned: Vec<Series> = parts
        .iter()
        .map(|s| {
            let lead = usize::try_from(s.start.since(start)).unwrap_or(0);
            let mut values = vec![None; lead];
            values.extend(s.values.iter().copied());
            values.resize(months, None);
            Series { start, values, ..s.clone() }
        })
        .collect();
    let mut nodes: Vec<Series> = sums
        .iter()
        .map(|(name, members)| {
            let sum = |t: usize| members.iter().map(|&i| aligned.get(i)?.values.get(t).copied()?).sum();
            Series::new(name.clone(), start, (0..months).map(sum).collect())
        })
        .collect();
    nodes.extend(aligned);
    Ok((tree, nodes))
}

/// Whether a series is the sum of all others in every month that all have.
fn is_sum_of_rest(one: &Series, parts: &[Series]) -> bool {
    let value = |s: &Series, month: super::month::Month| {
        let at = usize::try_from(month.since(s.start)).ok()?;
        s.values.get(at).copied().flatten()
    };
    let (mut months, mut equal) = (0, 0);
    for t in 0..one.values.len() {
        let month = one.start.plus(t as i32);
        let total: Option<f64> = parts.iter().map(|s| value(s, month)).sum();
        if let (Some(total), Some(v)) = (total, value(one, month)) {
            months += 1;
            equal += usize::from((total - 2.0 * v).abs() <= 1e-9 * total.abs() && v > 0.0);
        }
    }
    parts.len() > 2 && months >= 6 && equal == months
}

/// Backtest errors, in standard deviations, of months that every node was judged on.
fn common_errors(ready: &[Ready<'_>]) -> Vec<Vec<f64>> {
    let Some(first) = ready.first() else {
        return Vec::new();
    };
    let at = |one: &Ready<'_>, origin: usize, ahead: usize| {
        one.trials
            .iter()
            .find(|t| t.method == one.method && t.origin == origin && t.ahead == ahead)
            .map(|t| t.forecast.score(t.actual))
            .filter(|z| z.is_finite())
            .map(|z| z.clamp(-4.0, 4.0))
    };
    first
        .trials
        .iter()
        .filter(|t| t.method == first.method)
        .filter_map(|t| ready.iter().map(|one| at(one, t.origin, t.ahead)).collect())
        .collect()
}

/// Paths of every node under shocks correlated as the errors were.
fn draw_together(ready: &[Ready<'_>], r: &[f64], options: &Options) -> Vec<Paths> {
    let n = ready.len();
    let lower = cholesky(r, n);
    parallel::map(ready, |node, one| {
        let how = Draw {
            seed: options.seed,
            series: node as u64,
            paths: options.paths,
            counts: false,
            lead: one.lead,
        };
        one.draw_with(how, |path, z| {
            let Some(lower) = &lower else {
                normals(options.seed, node as u64, path, z);
                return;
            };
            z.fill(0.0);
            let mut fresh = vec![0.0; z.len()];
            for k in 0..=node {
                let weight = lower.get(node * n + k).copied().unwrap_or(0.0);
                if weight != 0.0 {
                    normals(options.seed, k as u64, path, &mut fresh);
                    z.iter_mut().zip(&fresh).for_each(|(a, b)| *a += weight * b);
                }
            }
        })
    })
}

/// Projects one vector of all nodes; without a projection the parts stand and the sums follow.
fn project(tree: &Tree, g: Option<&[f64]>, nodes: &mut [f64]) {
    let (sums, m) = (tree.sums.len(), tree.nodes());
    if let Some(g) = g {
        let parts: Vec<f64> = g
            .chunks(m)
            .map(|row| row.iter().zip(nodes.iter()).map(|(a, b)| a * b).sum::<f64>().max(0.0))
            .collect();
        nodes.iter_mut().skip(sums).zip(parts).for_each(|(slot, value)| *slot = value);
    }
    tree.add_up(nodes);
}

fn reconcile_paths(
    tree: &Tree,
    g: Option<&[f64]>,
    drawn: &[Paths],
    options: &Options,
    counts: bool,
) -> Vec<Paths> {
    let mut out = drawn.to_vec();
    let length = out.first().map_or(0, |p| p.values.len());
    let sums = tree.sums.len();
    let mut nodes = vec![0.0; tree.nodes()];
    for at in 0..length {
        for (slot, paths) in nodes.iter_mut().zip(&out) {
            *slot = paths.values.get(at).copied().unwrap_or(0.0);
        }
        project(tree, g, &mut nodes);
        for (value, paths) in nodes.iter().zip(&mut out) {
            if let Some(slot) = paths.values.get_mut(at) {
                *slot = *value;
            }
        }
    }
    if counts {
        // Parts become whole numbers first; sums are then added up again.
        for (node, paths) in out.iter_mut().enumerate().skip(sums) {
            let how =
                Draw { seed: options.seed, series: node as u64, paths: options.paths, counts: true, lead: 0 };
            round(&mut paths.values, how);
        }
        for at in 0..length {
            for (slot, paths) in nodes.iter_mut().zip(&out) {
                *slot = paths.values.get(at).copied().unwrap_or(0.0);
            }
            tree.add_up(&mut nodes);
            for (value, paths) in nodes.iter().zip(&mut out).take(sums) {
                if let Some(slot) = paths.values.get_mut(at) {
                    *slot = *value;
                }
            }
        }
    }
    out
}

fn reconcile_points(tree: &Tree, g: Option<&[f64]>, ready: &[Ready<'_>], horizon: usize) -> Vec<Vec<f64>> {
    let mut out = vec![Vec::with_capacity(horizon); ready.len()];
    for h in 0..horizon {
        let mut nodes: Vec<f64> = ready.iter().map(|one| one.months.get(h).map_or(0.0, |m| m.mean)).collect();
        project(tree, g, &mut nodes);
        for (value, series) in nodes.iter().zip(&mut out) {
            series.push(*value);
        }
    }
    out
}

/// Steps whose intervals are those of the reconciled paths.
fn steps(one: &Ready<'_>, points: &[f64], paths: &Paths) -> Vec<Step> {
    points
        .iter()
        .enumerate()
        .map(|(h, &forecast)| {
            let mut values: Vec<f64> = paths.month(h).collect();
            values.sort_by(f64::total_cmp);
            let interval = |level: f64| Interval {
                level,
                low: quantile(&values, 0.5 - level / 2.0),
                high: quantile(&values, 0.5 + level / 2.0),
            };
            Step {
                month: one.series.end().plus(h as i32),
                forecast,
                intervals: [interval(0.5), interval(0.8), interval(0.95)],
            }
        })
        .collect()
}

/// The order statistic at rank (n - 1) p, to the nearest.
fn quantile(sorted: &[f64], p: f64) -> f64 {
    let last = sorted.len().saturating_sub(1) as f64;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let rank = (last * p).round() as usize;
    sorted.get(rank).copied().unwrap_or(0.0)
}
