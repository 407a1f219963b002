//! Sample paths: whole futures, with the months of each belonging together.
//!
//! The chosen model is run forward under keyed shocks, which settles which months of a path are
//! high together; each month's values are then replaced, rank by rank, with the calibrated
//! distribution's own quantiles. So the paths' spread at every month is the stated one exactly,
//! and their correlation in time is the model's (the "Schaake shuffle" of Clark et al. 2004).

use super::marginal::Marginal;
use crate::stats::series::conformal::Shape;
use crate::stats::series::path::Path;
use crate::stats::series::random::{fold, mix, normal_quantile, normals, uniform};
use serde::{Deserialize, Serialize};

/// Paths of one series, row by row.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Paths {
    /// Months in each path.
    pub horizon: usize,
    /// Paths end to end.
    pub values: Vec<f64>,
}

impl Paths {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len().checked_div(self.horizon).unwrap_or(0)
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// One path; replications beyond the last start again from the first.
    #[must_use]
    pub fn path(&self, index: usize) -> &[f64] {
        let Some(row) = index.checked_rem(self.len()) else {
            return &[];
        };
        self.values.get(row * self.horizon..(row + 1) * self.horizon).unwrap_or(&[])
    }

    /// The values of one month ahead (from 0), in the order of the paths.
    pub fn month(&self, ahead: usize) -> impl Iterator<Item = f64> + '_ {
        self.values.iter().skip(ahead).step_by(self.horizon.max(1)).copied()
    }
}

/// The key of a draw: seed, series and how many paths.
#[derive(Clone, Copy, Debug)]
pub struct Draw {
    /// Seed.
    pub seed: u64,
    /// Index of the series in its batch.
    pub series: u64,
    /// How many paths.
    pub paths: usize,
    /// Whole numbers only.
    pub counts: bool,
    /// Months between the last known one and the first wanted: run through, not kept.
    pub lead: usize,
}

/// Draws calibrated paths of `model` around `months`, each series with shocks of its own.
#[must_use]
pub fn draw<M: Path + ?Sized>(
    model: &M,
    months: &[Marginal],
    calibration: (&Shape, f64),
    how: Draw,
) -> Paths {
    draw_with(model, months, calibration, how, |path, z| {
        normals(how.seed, how.series, path, z);
    })
}

/// As [`draw`], with the standard normal shocks of each path given.
pub fn draw_with<M: Path + ?Sized>(
    model: &M,
    months: &[Marginal],
    (shape, scale): (&Shape, f64),
    draw: Draw,
    shocks_of: impl Fn(u64, &mut [f64]),
) -> Paths {
    let (horizon, count) = (months.len(), draw.paths);
    let mut raw = vec![0.0; horizon * count];
    let mut shocks = vec![0.0; horizon * count];
    if horizon == 0 {
        return Paths::default();
    }
    let (mut z, mut out) = (vec![0.0; draw.lead + horizon], vec![0.0; draw.lead + horizon]);
    for (path, (kept, kept_z)) in raw.chunks_mut(horizon).zip(shocks.chunks_mut(horizon)).enumerate() {
        shocks_of(path as u64, &mut z);
        model.path(&z, &mut out);
        let wanted = out.iter().zip(&z).skip(draw.lead);
        for ((slot, slot_z), (value, shock)) in kept.iter_mut().zip(kept_z).zip(wanted) {
            (*slot, *slot_z) = (*value, *shock);
        }
    }
    let mut values = vec![0.0; horizon * count];
    let mut order: Vec<usize> = (0..count).collect();
    let quantiles: Vec<f64> =
        (0..count).map(|rank| normal_quantile((rank as f64 + 0.5) / count as f64)).collect();
    for (h, month) in months.iter().enumerate() {
        // Where a model cannot move, the shocks themselves decide the ranks.
        let at = |i: usize| i * horizon + h;
        order.sort_by(|&a, &b| {
            raw[at(a)].total_cmp(&raw[at(b)]).then(shocks[at(a)].total_cmp(&shocks[at(b)]))
        });
        for (&path, &z) in order.iter().zip(&quantiles) {
            values[at(path)] = month.quantile(z, h + 1, shape, scale);
        }
    }
    if draw.counts {
        round(&mut values, draw);
    }
    Paths { horizon, values }
}

/// Rounds up or down at random by the fraction, which leaves the mean alone.
pub(super) fn round(values: &mut [f64], draw: Draw) {
    let key = fold(fold(mix(draw.seed), draw.series), 0x726f_756e_6473);
    for (i, value) in values.iter_mut().enumerate() {
        *value = (*value + uniform(fold(key, i as u64))).floor().max(0.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::series::naive::Naive;

    #[test]
    fn marginals_are_exact_and_months_move_together() {
        let y: Vec<f64> = (0..60).map(|t| 1_000.0 + f64::from(t * 37 % 23)).collect();
        let walk = Naive::fit(&y, 1).unwrap();
        let months = vec![Marginal { mean: 1_000.0, sd: 50.0, non_negative: false }; 6];
        let how = Draw { seed: 4, series: 0, paths: 999, counts: false, lead: 0 };
        let paths = draw(&walk, &months, (&Shape::default(), 1.0), how);
        assert_eq!(paths.len(), 999);
        let mut first: Vec<f64> = paths.month(0).collect();
        first.sort_by(f64::total_cmp);
        // Rank 974.5 of 999 is the 97.5 % point.
        assert!((first[974] - (1_000.0 + 1.959_964 * 50.0)).abs() < 1.5, "{}", first[974]);
        assert_eq!(first[499], 1_000.0);
        // Adjacent months of a random walk correlate as sqrt(h / (h + 1)): .913 for months 5, 6.
        let (a, b): (Vec<f64>, Vec<f64>) = (paths.month(4).collect(), paths.month(5).collect());
        let mean = |v: &[f64]| v.iter().sum::<f64>() / v.len() as f64;
        let (ma, mb) = (mean(&a), mean(&b));
        let cov = |x: &[f64], mx: f64, y: &[f64], my: f64| -> f64 {
            x.iter().zip(y).map(|(p, q)| (p - mx) * (q - my)).sum()
        };
        let r = cov(&a, ma, &b, mb) / (cov(&a, ma, &a, ma) * cov(&b, mb, &b, mb)).sqrt();
        // Four standard errors of a correlation of .913 from 999 pairs: 4 (1 - .833) / sqrt 999.
        assert!((r - 0.913).abs() < 0.022, "{r}");
        assert_eq!(paths.path(3), paths.path(3 + 999));
    }

    #[test]
    fn counts_are_whole_and_keep_their_mean() {
        let y = [1.0, 0.0, 2.0, 1.0, 0.0, 1.0, 0.0, 3.0];
        let walk = Naive::fit(&y, 1).unwrap();
        let months = vec![Marginal { mean: 0.8, sd: 0.3, non_negative: true }; 2];
        let how = Draw { seed: 4, series: 0, paths: 4_000, counts: true, lead: 0 };
        let paths = draw(&walk, &months, (&Shape::default(), 1.0), how);
        assert!(paths.values.iter().all(|v| *v >= 0.0 && v.fract() == 0.0));
        let mean = paths.month(0).sum::<f64>() / 4_000.0;
        // The lean adds sd^2 / (3 mean) = .04; standard error below .01.
        assert!((mean - 0.84).abs() < 0.04, "{mean}");
    }
}
