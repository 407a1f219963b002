//! Times that are meant to be equal but differ in the last bits (61 + 1/12 and 60 + 13/12) made equal.

/// Times closer than this share of their mean size are one time, as in R's `timefix`.
pub const TIE_TOLERANCE: f64 = 1.5e-8;

/// A map from each time to the one that stands for it.
#[derive(Debug, Clone)]
pub struct Ties {
    /// First and last time of each run, in order; the first stands for all.
    runs: Vec<(f64, f64)>,
}

impl Ties {
    /// Finds runs of near-equal times. Times that are not finite are ignored.
    pub fn find(times: impl Iterator<Item = f64>) -> Self {
        let mut sorted: Vec<f64> = times.filter(|t| t.is_finite()).collect();
        sorted.sort_by(f64::total_cmp);
        sorted.dedup();
        let size = sorted.iter().map(|t| t.abs()).sum::<f64>() / sorted.len().max(1) as f64;
        let tolerance = TIE_TOLERANCE * size;
        let mut runs: Vec<(f64, f64)> = Vec::with_capacity(sorted.len());
        for t in sorted {
            match runs.last_mut() {
                Some(run) if t - run.1 <= tolerance => run.1 = t,
                _ => runs.push((t, t)),
            }
        }
        Self { runs }
    }

    /// The time that stands for `t`; `t` itself if it was not among those searched.
    pub fn snap(&self, t: f64) -> f64 {
        let after = self.runs.partition_point(|run| run.0 <= t);
        match after.checked_sub(1).and_then(|i| self.runs.get(i)) {
            Some(run) if t <= run.1 => run.0,
            _ => t,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn last_bits_do_not_part_equal_times() {
        let a = 61.0 + 1.0 / 12.0;
        let b = 60.0 + 13.0 / 12.0 + 1e-14;
        assert_ne!(a, b);
        let ties = Ties::find([a, b, 61.1, 0.0].into_iter());
        assert_eq!(ties.snap(a), ties.snap(b));
        assert_eq!(ties.snap(61.1), 61.1);
        assert_eq!(ties.snap(7.0), 7.0);
    }
}
