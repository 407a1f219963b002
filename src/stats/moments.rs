//! Mean and variance in one pass.

use serde::Serialize;

/// Count, mean, variance, least and greatest of a stream of numbers, by the updating formulas of
/// Welford (1962) and Chan, Golub and LeVeque (1983), which do not cancel.
///
/// The result depends on the order of [`Moments::add`] and [`Moments::merge`] in the last bits and on
/// nothing else, so the same order gives the same bits.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Moments {
    count: u64,
    mean: f64,
    squares: f64,
    min: f64,
    max: f64,
}

impl Default for Moments {
    fn default() -> Self {
        Moments { count: 0, mean: 0.0, squares: 0.0, min: f64::INFINITY, max: f64::NEG_INFINITY }
    }
}

impl Moments {
    /// Nothing seen yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in one number. A NaN makes mean and variance NaN.
    pub fn add(&mut self, x: f64) {
        self.count += 1;
        let before = x - self.mean;
        self.mean += before / self.count as f64;
        self.squares += before * (x - self.mean);
        self.min = self.min.min(x);
        self.max = self.max.max(x);
    }

    /// Takes in all that another has seen.
    pub fn merge(&mut self, other: &Moments) {
        if other.count == 0 {
            return;
        }
        if self.count == 0 {
            *self = *other;
            return;
        }
        let (n, m) = (self.count as f64, other.count as f64);
        let gap = other.mean - self.mean;
        self.count += other.count;
        self.mean += gap * (m / (n + m));
        self.squares += other.squares + gap * gap * (n * (m / (n + m)));
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
    }

    /// How many numbers were seen.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Their mean; none when nothing was seen.
    pub fn mean(&self) -> Option<f64> {
        (self.count > 0).then_some(self.mean)
    }

    /// Their variance with divisor `n - 1`; none below two numbers.
    pub fn variance(&self) -> Option<f64> {
        (self.count > 1).then(|| self.squares / (self.count - 1) as f64)
    }

    /// Their standard deviation; none below two numbers.
    pub fn sd(&self) -> Option<f64> {
        self.variance().map(f64::sqrt)
    }

    /// The least; none when nothing was seen.
    pub fn min(&self) -> Option<f64> {
        (self.count > 0).then_some(self.min)
    }

    /// The greatest; none when nothing was seen.
    pub fn max(&self) -> Option<f64> {
        (self.count > 0).then_some(self.max)
    }
}

impl FromIterator<f64> for Moments {
    fn from_iter<I: IntoIterator<Item = f64>>(numbers: I) -> Self {
        let mut all = Moments::new();
        numbers.into_iter().for_each(|x| all.add(x));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        let m: Moments = [2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0].into_iter().collect();
        assert_eq!((m.count(), m.mean(), m.min(), m.max()), (8, Some(5.0), Some(2.0), Some(9.0)));
        assert!((m.variance().unwrap() - 32.0 / 7.0).abs() < 1e-15);
    }

    #[test]
    fn nothing_and_one() {
        let mut m = Moments::new();
        assert_eq!((m.mean(), m.variance(), m.min()), (None, None, None));
        m.merge(&Moments::new());
        m.add(3.0);
        assert_eq!((m.mean(), m.sd(), m.max()), (Some(3.0), None, Some(3.0)));
    }

    #[test]
    fn far_from_zero_nothing_cancels() {
        let m: Moments = (0..1000).map(|k| 1e9 + f64::from(k % 2)).collect();
        assert!((m.variance().unwrap() - 0.25 * 1000.0 / 999.0).abs() < 1e-9);
    }

    #[test]
    fn merging_equals_one_pass() {
        let x: Vec<f64> = (0..500).map(|k| f64::from(k * k % 97) + 0.25).collect();
        let whole: Moments = x.iter().copied().collect();
        for cut in [0, 1, 7, 250, 499, 500] {
            let mut parts: Moments = x[..cut].iter().copied().collect();
            parts.merge(&x[cut..].iter().copied().collect());
            assert_eq!(parts.count(), whole.count());
            assert_eq!((parts.min(), parts.max()), (whole.min(), whole.max()));
            assert!((parts.mean().unwrap() - whole.mean().unwrap()).abs() < 1e-12);
            assert!((parts.variance().unwrap() / whole.variance().unwrap() - 1.0).abs() < 1e-13);
        }
    }
}
