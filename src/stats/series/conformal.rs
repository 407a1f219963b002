//! Intervals that have been checked: conformal scaling from rolling-origin errors.
//!
//! A score is a past forecast error in units of its predicted standard deviation. The pool of
//! scores of all series, by horizon band, gives the multiples that hold 50, 80 and 95 % of them;
//! each series then has one scale of its own, shrunk towards the pool's. Scores enter the pool
//! divided by their own series' scale from its *other* origins, so the scale is never judged by
//! the errors that set it. Only errors already seen at the origin are used.

use super::random::normal_quantile;

/// One past error.
#[derive(Clone, Copy, Debug)]
pub struct Score {
    /// Which origin (any label, equal for the errors of one forecast).
    pub origin: usize,
    /// Months ahead, from 1.
    pub ahead: usize,
    /// Error over predicted standard deviation.
    pub z: f64,
}

/// The levels calibrated.
pub const LEVELS: [f64; 3] = [0.5, 0.8, 0.95];
/// Normal multiples of the levels.
const NORMAL: [f64; 3] = [0.674_489_750_196_081_7, 1.281_551_565_544_600_4, 1.959_963_984_540_054];
/// Bands of months ahead, by their last month.
const BANDS: [usize; 4] = [3, 6, 12, usize::MAX];
/// Scores of one series are strongly dependent: the own scale weighs `origins / (origins + this)`.
const SHRINK_ORIGINS: f64 = 6.0;
/// The pool weighs `origins / (origins + this)` against the prior shape. Series of one batch live
/// through the same times, so what the pool knows grows with the origins a series has, not with
/// the number of scores.
const PRIOR_ORIGINS: f64 = 6.0;
/// A band's own shape weighs `series / (series + this)` against the shape of all horizons.
const PRIOR_SERIES: f64 = 10.0;

/// The index of the horizon band that holds a month ahead.
#[must_use]
pub fn band(ahead: usize) -> usize {
    BANDS.iter().position(|&last| ahead <= last).unwrap_or(BANDS.len() - 1)
}

/// Multiples of the predicted standard deviation, by band and level, for a series of scale one.
#[derive(Clone, Debug, PartialEq)]
pub struct Shape {
    multiples: [[f64; 3]; 4],
}

impl Default for Shape {
    /// Where nothing else is known: the normal multiples.
    fn default() -> Self {
        Self::normal()
    }
}

impl Shape {
    /// Normal multiples at every horizon: what the methods themselves claim.
    #[must_use]
    pub const fn normal() -> Self {
        Self { multiples: [NORMAL; 4] }
    }

    /// Learns the shape from the scores of many series (one slice each).
    #[must_use]
    pub fn pooled(series: &[&[Score]]) -> Self {
        let mut pools: [Vec<f64>; 4] = Default::default();
        let mut origins = 0.0_f64;
        for scores in series {
            let mut scales: Vec<(usize, f64)> = Vec::new();
            for score in *scores {
                let known = scales.iter().find(|s| s.0 == score.origin).map(|s| s.1);
                let scale = known.unwrap_or_else(|| {
                    let scale = own_scale(scores, Some(score.origin));
                    scales.push((score.origin, scale));
                    scale
                });
                if score.z.is_finite() {
                    pools[band(score.ahead)].push(score.z.abs() / scale);
                }
            }
            origins = origins.max(scales.len() as f64);
        }
        // One shape for all horizons, then each band's own as far as the batch supports it, then
        // all of it against the normal as far as the origins support it.
        let whole = learn(&pools.concat(), NORMAL, 1.0);
        let n = series.len() as f64;
        let trust = origins / (origins + PRIOR_ORIGINS);
        let multiples = pools.map(|pool| {
            let mut row = learn(&pool, whole, n / (n + PRIOR_SERIES));
            for (slot, normal) in row.iter_mut().zip(NORMAL) {
                *slot = normal * libm::exp(trust * libm::log(*slot / normal));
            }
            row
        });
        Self { multiples }
    }

    /// The multiple of the predicted standard deviation at a standard normal quantile `z`, for
    /// `ahead` months and a series of the given scale: piecewise linear through the calibrated
    /// levels, so one curve serves every level and every path.
    #[must_use]
    pub fn stretch(&self, z: f64, ahead: usize, scale: f64) -> f64 {
        let row = &self.multiples[band(ahead)];
        let size = z.abs();
        let (mut from, mut to) = ((0.0, 0.0), (NORMAL[0], row[0]));
        for i in 1..NORMAL.len() {
            if size > NORMAL[i - 1] {
                from = (NORMAL[i - 1], row[i - 1]);
                to = (NORMAL[i], row[i]);
            }
        }
        let value = from.1 + (size - from.0) * (to.1 - from.1) / (to.0 - from.0);
        (value * scale).copysign(z)
    }
}

/// Multiples at the three levels: the pool's, weighed (on the log scale) against given ones.
fn learn(pool: &[f64], prior: [f64; 3], weight: f64) -> [f64; 3] {
    let mut sorted = pool.to_vec();
    sorted.sort_by(f64::total_cmp);
    // A level beyond the reach of so few scores widens as the level below it did.
    let mut widening = 1.0;
    let mut row = prior;
    for (slot, level) in row.iter_mut().zip(LEVELS) {
        if let Some(found) = conservative_quantile(&sorted, level) {
            widening = libm::exp(weight * libm::log(found.max(0.05) / *slot));
        }
        *slot *= widening;
    }
    for i in 1..row.len() {
        row[i] = row[i].max(row[i - 1] * 1.01);
    }
    row
}

/// The order statistic of rank ceil((n + 1) level); nothing for too few values to have one.
fn conservative_quantile(sorted: &[f64], level: f64) -> Option<f64> {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let rank = ((sorted.len() as f64 + 1.0) * level).ceil() as usize;
    sorted.get(rank.checked_sub(1)?).copied()
}

/// The scale of one series: its mean absolute score over the normal's, averaged over origins and
/// shrunk to one; `without` leaves one origin out.
#[must_use]
pub fn own_scale(scores: &[Score], without: Option<usize>) -> f64 {
    let mut origins: Vec<(usize, f64, f64)> = Vec::new();
    for s in scores.iter().filter(|s| Some(s.origin) != without && s.z.is_finite()) {
        // One wild month must not set the scale of everything.
        let size = s.z.abs().min(4.0);
        match origins.iter_mut().find(|o| o.0 == s.origin) {
            Some(o) => {
                o.1 += size;
                o.2 += 1.0;
            }
            None => origins.push((s.origin, size, 1.0)),
        }
    }
    if origins.is_empty() {
        return 1.0;
    }
    let n = origins.len() as f64;
    let expected = 0.797_884_560_802_865_4;
    let mean = origins.iter().map(|o| o.1 / o.2).sum::<f64>() / n / expected;
    let weight = n / (n + SHRINK_ORIGINS);
    libm::exp(weight * libm::log(mean.clamp(0.2, 5.0)))
}

/// The standard normal quantiles (low, high) of a central interval.
#[must_use]
pub fn central(coverage: f64) -> (f64, f64) {
    let high = normal_quantile(0.5 + coverage / 2.0);
    (-high, high)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::series::random::normals;

    #[test]
    fn normal_scores_give_normal_multiples_and_doubled_scores_double_them() {
        let make = |factor: f64| -> Vec<Vec<Score>> {
            (0..300)
                .map(|series| {
                    let mut z = vec![0.0; 24];
                    normals(3, series, 0, &mut z);
                    z.iter()
                        .enumerate()
                        .map(|(i, z)| Score { origin: i / 2, ahead: i % 2 + 1, z: z * factor })
                        .collect()
                })
                .collect()
        };
        for factor in [1.0, 2.0] {
            let scores = make(factor);
            let slices: Vec<&[Score]> = scores.iter().map(Vec::as_slice).collect();
            let shape = Shape::pooled(&slices);
            let scale: f64 = scores.iter().map(|s| own_scale(s, None)).sum::<f64>() / scores.len() as f64;
            let reached = shape.stretch(NORMAL[2], 2, scale) / NORMAL[2];
            // Twelve origins weigh 2/3 twice over: the scale, then what the scale left.
            let expected = libm::pow(factor, 1.0 - 1.0 / 9.0);
            assert!((reached / expected - 1.0).abs() < 0.08, "{factor} {reached}");
        }
    }

    #[test]
    fn the_stretch_is_odd_and_increasing() {
        let shape = Shape::default();
        let mut before = -100.0;
        for i in -40..=40 {
            let z = f64::from(i) / 10.0;
            let value = shape.stretch(z, 7, 1.3);
            assert!(value > before);
            assert!((value + shape.stretch(-z, 7, 1.3)).abs() < 1e-12);
            before = value;
        }
        assert_eq!(own_scale(&[], None), 1.0);
    }
}
