//! The naive and seasonal naive forecasts: what every other method must beat.

use super::path::Path;

/// The last value again (a random walk), or the same month of last year again.
#[derive(Clone, Debug)]
pub struct Naive {
    last: Vec<f64>,
    sigma: f64,
}

impl Naive {
    /// Repeats the last `period` values (1 for the plain naive forecast). Needs more than
    /// `period` values.
    #[must_use]
    pub fn fit(y: &[f64], period: usize) -> Option<Self> {
        if period == 0 || y.len() <= period {
            return None;
        }
        let (mut sum, mut count) = (0.0, 0.0_f64);
        for (now, then) in y.iter().skip(period).zip(y) {
            sum += (now - then) * (now - then);
            count += 1.0;
        }
        Some(Self { last: y.iter().skip(y.len() - period).copied().collect(), sigma: (sum / count).sqrt() })
    }
}

impl Path for Naive {
    fn path(&self, z: &[f64], out: &mut [f64]) {
        for h in 0..out.len() {
            let before = match h.checked_sub(self.last.len()) {
                Some(back) => out[back],
                None => self.last[h],
            };
            out[h] = before + self.sigma * z.get(h).copied().unwrap_or(0.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::series::path::{mean, spread};

    #[test]
    fn repeats_the_year_and_widens_by_the_year() {
        let y: Vec<f64> = (0..24).map(|t| f64::from(t % 12) + f64::from(t / 12) * 3.0).collect();
        let fit = Naive::fit(&y, 12).unwrap();
        let forecast = mean(&fit, 18);
        assert_eq!(forecast[..12], y[12..]);
        assert_eq!(forecast[12..], y[12..18]);
        // Every seasonal difference is 3: one-year sd 3, two-year sd 3 sqrt 2.
        let sd = spread(&fit, 18);
        assert!((sd[0] - 3.0).abs() < 1e-12);
        assert!((sd[12] - 3.0 * 2.0_f64.sqrt()).abs() < 1e-12);
        assert!(Naive::fit(&y[..12], 12).is_none());
    }
}
