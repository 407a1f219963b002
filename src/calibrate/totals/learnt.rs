//! What figures say about numbers: how well they can be met together, and which of them moved which number.

use crate::calibrate::moments::matrix::Matrix;
use crate::stats::special::gamma_pq;
use serde::Serialize;

/// Chance with which a model that is right misses its figures by as much as this is said to be too much.
const TOO_FAR: f64 = 0.001;

/// How far the figures are from what the model gives at the likeliest numbers.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct Misfit {
    /// Sum of squares of what is left, each in its standard deviations and apart from the others, with the discrepancy asked for.
    pub chi2: f64,
    /// Figures, less the numbers they determine.
    pub freedom: f64,
    /// Chance that a model that is right is off by as much.
    pub chance: f64,
    /// The discrepancy that was asked for, as a share of a figure.
    pub asked: f64,
    /// The discrepancy that was used.
    pub used: f64,
    /// The same sum with that.
    pub chi2_used: f64,
}

impl Misfit {
    pub(super) fn new(chi2: f64, freedom: f64, asked: f64) -> Misfit {
        let freedom = freedom.max(1.0);
        let chance = gamma_pq(0.5 * freedom, 0.5 * chi2.max(0.0)).1;
        Misfit { chi2, freedom, chance, asked, used: asked, chi2_used: chi2 }
    }

    /// Whether the figures are further from the model than chance and the discrepancy asked for explain.
    pub fn too_far(&self) -> bool {
        self.chance < TOO_FAR
    }
}

/// The figures about the likeliest numbers, taken as linear in them.
pub(super) struct Linear {
    /// Slopes of the figures, by coordinate then figure.
    pub slopes: Vec<(usize, Vec<f64>)>,
    /// Covariance of the figures about their means.
    pub covariance: Matrix<f64>,
    /// Figures less what the model would give with all coordinates at nought.
    pub off: Vec<f64>,
}

impl Linear {
    /// By how many standard deviations each figure moves a number that is so much of each coordinate.
    pub fn moves(&self, loads: &[(usize, f64)]) -> Vec<f64> {
        let n = self.off.len();
        let mut total = self.covariance.clone();
        let mut own = vec![0.0; n];
        for (k, slope) in &self.slopes {
            for (a, x) in slope.iter().enumerate() {
                slope.iter().enumerate().for_each(|(b, y)| total.add(a, b, x * y));
            }
            if let Some((_, load)) = loads.iter().find(|l| l.0 == *k) {
                own.iter_mut().zip(slope).for_each(|(o, s)| *o += load * s);
            }
        }
        let Some(lower) = total.cholesky() else { return vec![0.0; n] };
        let gain = lower.solve_lower_transposed(&lower.solve_lower(&own));
        gain.iter().zip(&self.off).map(|(g, d)| g * d).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One number, two figures with slopes 1 and 2 and noise 1: the gain is slope / (1 + 1 + 4), by hand.
    #[test]
    fn each_figure_moves_its_part() {
        let linear = Linear {
            slopes: vec![(0, vec![1.0, 2.0])],
            covariance: Matrix::identity(2),
            off: vec![3.0, -3.0],
        };
        let found = linear.moves(&[(0, 1.0)]);
        assert!((found[0] - 0.5).abs() < 1e-12 && (found[1] + 1.0).abs() < 1e-12, "{found:?}");
    }

    #[test]
    fn what_chance_explains_is_not_too_far() {
        assert!(!Misfit::new(9.0, 4.0, 0.02).too_far());
        assert!(Misfit::new(19.0, 4.0, 0.02).too_far());
    }
}
