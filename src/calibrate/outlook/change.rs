//! How figures change over one to five years, learnt from all councils up to an origin.

use super::features::{FEATURES, features};
use super::robust::{Row, dot, median, regress, weighted_quantile};
use crate::calibrate::data::Statistics;
use std::collections::BTreeMap;

/// First origin year learnt from: the first year of returns was still settling in.
const FIRST: i32 = 2014;
/// How far the learnt moves are followed.
const FOLLOW: f64 = 0.7;
/// Weight of a year's misses against the year after it.
const FADE: f64 = 0.6;
/// Share of a year's national shock kept in its misses, with either sign: few, overlapping years
/// overstate it.
const NATIONAL: f64 = 0.65;
/// Ridge, in units of the weighted sums.
const RIDGE: f64 = 50.0;
/// Smallest figure learnt from.
const SMALLEST: f64 = 10.0;
/// Below this a figure's interval is even about its square root, as that of a count is: a factor either way would run from
/// next to nothing to many times a count of three.
const SMALL: f64 = 30.0;

/// What was learnt about one measure and horizon.
#[derive(Clone, Debug)]
pub struct Change {
    /// Coefficients: own mean, neighbours, momentum.
    pub coefficients: [f64; FEATURES],
    /// Median of each feature at the origin.
    pub centre: [f64; FEATURES],
    /// Variance of the log change: `spread + noise / figure`.
    pub spread: f64,
    /// See `spread`; 1 would be Poisson.
    pub noise: f64,
    /// Sizes of past misses in units of that standard deviation, with weights, sorted.
    misses: Vec<(f64, f64)>,
    /// Number of past changes learnt from.
    pub learnt_from: usize,
    /// What was learnt for a year sooner.
    sooner: Option<Box<Change>>,
    /// The horizon in years that was learnt; shorter than asked where history is too short.
    pub horizon: i32,
}

/// A figure foreseen.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Prediction {
    /// Median.
    pub point: f64,
    /// The last figure.
    pub figure: f64,
    /// Years ahead.
    pub horizon: i32,
}

/// All that was learnt up to one origin, by measure and horizon.
#[derive(Clone, Debug)]
pub struct Outlook {
    /// The last year used.
    pub upto: i32,
    changes: BTreeMap<(String, i32), Change>,
}

/// One past change.
struct Past {
    year: i32,
    figure: f64,
    x: [f64; FEATURES],
    /// Log change, and its median over councils.
    y: f64,
    national: f64,
}

impl Outlook {
    /// Learns these measures at horizons 1 to `horizon` years from figures up to the year `upto`.
    pub fn learn(stats: &Statistics, measures: &[&str], upto: i32, horizon: i32) -> Outlook {
        let mut changes = BTreeMap::new();
        for &measure in measures {
            let known = by_year(stats, measure, upto);
            let mut before: Option<Change> = None;
            for h in 1..=horizon.clamp(1, 10) {
                if let Some(mut change) = Change::learn(stats, measure, &known, upto, h) {
                    change.sooner = before.take().map(Box::new);
                    before = Some(change.clone());
                    changes.insert((measure.to_string(), h), change);
                }
            }
        }
        Outlook { upto, changes }
    }

    /// What was learnt for a measure at a horizon.
    pub fn change(&self, measure: &str, horizon: i32) -> Option<&Change> {
        self.changes.get(&(measure.to_string(), horizon))
    }

    /// Foresees a measure `horizon` years after the origin; none if its last figure is not published
    /// or is nought.
    pub fn predict(
        &self,
        stats: &Statistics,
        measure: &str,
        area: usize,
        horizon: i32,
    ) -> Option<Prediction> {
        let change = self.change(measure, horizon)?;
        let figure = stats.value(measure, area, self.upto).filter(|&x| x > 0.0)?;
        Some(change.predict(figure, &features(stats, measure, area, self.upto), horizon))
    }
}

/// Features and figures of every council in every year from [`FIRST`] on.
type Known = BTreeMap<i32, Vec<(usize, f64, [f64; FEATURES])>>;

fn by_year(stats: &Statistics, measure: &str, upto: i32) -> Known {
    let mut out = Known::new();
    for area in stats.all_councils() {
        for year in FIRST - 1..=upto {
            if let Some(figure) = stats.value(measure, area, year).filter(|&x| x >= SMALLEST) {
                out.entry(year).or_default().push((area, figure, features(stats, measure, area, year)));
            }
        }
    }
    out
}

fn medians(rows: &[(usize, f64, [f64; FEATURES])]) -> [f64; FEATURES] {
    std::array::from_fn(|k| median(&mut rows.iter().map(|r| r.2[k]).collect::<Vec<_>>()).unwrap_or(0.0))
}

impl Change {
    fn learn(stats: &Statistics, measure: &str, known: &Known, upto: i32, horizon: i32) -> Option<Change> {
        // where history is short, learn from the longest horizon that leaves two years of changes
        let first = known.keys().copied().find(|&y| y >= FIRST).unwrap_or(FIRST);
        let learnt = horizon.min((upto - first - 1).max(1));
        let mut past = Vec::new();
        for (&year, rows) in known.range(first.min(upto - learnt)..=upto - learnt) {
            past.extend(changes_from(stats, measure, rows, year, learnt));
        }
        if past.len() < 20 {
            return None;
        }
        let rows: Vec<Row<FEATURES>> = past
            .iter()
            .map(|p| Row { x: p.x, y: p.y - p.national, weight: 1.0 / (0.01 + 2.0 / p.figure) })
            .collect();
        let coefficients = regress(&rows, RIDGE);
        let miss = |p: &Past| p.y - p.national - FOLLOW * dot(&p.x, &coefficients);
        let own: Vec<(f64, f64)> = past.iter().map(|p| (p.figure, miss(p))).collect();
        let (spread, noise) = spread_and_noise(&own);
        let mut misses: Vec<(f64, f64)> = past
            .iter()
            .flat_map(|p| {
                let scale = (spread + noise / p.figure).sqrt();
                let weight = libm::pow(FADE, f64::from(upto - learnt - p.year));
                [1.0, -1.0].map(|sign| ((miss(p) + sign * NATIONAL * p.national).abs() / scale, weight))
            })
            .collect();
        misses.sort_by(|a, b| a.0.total_cmp(&b.0));
        let centre = known.get(&upto).map(|rows| medians(rows)).unwrap_or([0.0; FEATURES]);
        Some(Change {
            coefficients,
            centre,
            spread,
            noise,
            misses,
            learnt_from: past.len(),
            sooner: None,
            horizon: learnt,
        })
    }

    fn predict(&self, figure: f64, x: &[f64; FEATURES], horizon: i32) -> Prediction {
        let moved: [f64; FEATURES] = std::array::from_fn(|k| x[k] - self.centre[k]);
        let change = if figure >= SMALLEST { FOLLOW * dot(&moved, &self.coefficients) } else { 0.0 };
        Prediction { point: figure * libm::exp(change), figure, horizon }
    }

    /// How far a log change may be off at a level, in either direction: what is further ahead is not known better, so it is no
    /// less than what was learnt for a year sooner.
    fn size(&self, p: &Prediction, level: f64) -> f64 {
        let own = weighted_quantile(&self.misses, level).unwrap_or(2.0) * self.scale(p.figure, p.horizon);
        let sooner = Prediction { horizon: p.horizon - 1, ..*p };
        self.sooner.as_ref().map_or(own, |s| own.max(s.size(&sooner, level)))
    }

    /// Standard deviation of the log change of a figure.
    fn scale(&self, figure: f64, horizon: i32) -> f64 {
        let longer = f64::from(horizon) / f64::from(self.horizon);
        ((self.spread + self.noise / figure) * longer).sqrt()
    }

    /// The interval that holds this share of futures.
    pub fn interval(&self, p: &Prediction, level: f64) -> (f64, f64) {
        let size = self.size(p, level);
        (away(p.point, -size), away(p.point, size))
    }

    /// The future at probability `u`: a draw if `u` is uniform on (0, 1).
    pub fn quantile(&self, p: &Prediction, u: f64) -> f64 {
        let size = self.size(p, (2.0 * u - 1.0).abs());
        away(p.point, if u < 0.5 { -size } else { size })
    }
}

/// A figure moved by a log change; a small one by the same change of its square root, to first order.
fn away(point: f64, size: f64) -> f64 {
    if point >= SMALL {
        return point * libm::exp(size);
    }
    let root = (1.0 + 0.5 * size).max(0.05);
    point * root * root
}

fn changes_from(
    stats: &Statistics,
    measure: &str,
    rows: &[(usize, f64, [f64; FEATURES])],
    year: i32,
    horizon: i32,
) -> Vec<Past> {
    let then = |area: usize| stats.value(measure, area, year + horizon).filter(|&x| x > 0.0);
    let pairs: Vec<_> = rows.iter().filter_map(|r| Some((*r, libm::log(then(r.0)? / r.1)))).collect();
    if pairs.len() < 20 {
        return Vec::new();
    }
    let national = median(&mut pairs.iter().map(|p| p.1).collect::<Vec<_>>()).unwrap_or(0.0);
    let centre = medians(&pairs.iter().map(|p| p.0).collect::<Vec<_>>());
    pairs
        .iter()
        .map(|&((_, figure, x), y)| Past {
            year,
            figure,
            x: std::array::from_fn(|k| x[k] - centre[k]),
            y,
            national,
        })
        .collect()
}

/// The (spread, noise) that make the misses likeliest under Student's law with four degrees of freedom,
/// over a grid.
fn spread_and_noise(misses: &[(f64, f64)]) -> (f64, f64) {
    const SPREADS: [f64; 8] = [0.0005, 0.001, 0.002, 0.004, 0.008, 0.015, 0.03, 0.06];
    const NOISES: [f64; 6] = [0.5, 1.0, 2.0, 4.0, 8.0, 16.0];
    let mut best = (f64::NEG_INFINITY, 0.01, 2.0);
    for spread in SPREADS {
        for noise in NOISES {
            let one = |&(figure, miss): &(f64, f64)| {
                let v = spread + noise / figure;
                -0.5 * libm::log(v) - 2.5 * libm::log1p(miss * miss / (4.0 * v))
            };
            let l: f64 = misses.iter().map(one).sum();
            if l > best.0 {
                best = (l, spread, noise);
            }
        }
    }
    (best.1, best.2)
}
