//! Between the mean of the methods and a naive forecast.

use super::backtest::Trial;
use super::project::Projection;
use crate::stats::series::member::Method;

/// A forecast part of the way from the mean to a naive one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lean {
    /// The naive forecast.
    pub naive: Method,
    /// How far, in quarters: 1 to 3.
    pub quarters: u8,
}

impl Lean {
    /// How far.
    fn share(self) -> f64 {
        f64::from(self.quarters) / 4.0
    }

    /// How far in words.
    #[must_use]
    pub fn words(self) -> String {
        let far = match self.quarters {
            1 => "a quarter of the way",
            2 => "half-way",
            _ => "three quarters of the way",
        };
        format!("{far} from the mean to \"{}\"", self.naive.label())
    }

    /// What it would have said at each origin.
    #[must_use]
    pub fn trials(self, trials: &[Trial]) -> Vec<Trial> {
        let naive: Vec<&Trial> = trials.iter().filter(|t| t.method == self.naive).collect();
        let of = |mean: &Trial| naive.iter().find(|t| (t.origin, t.ahead) == (mean.origin, mean.ahead));
        let means = trials.iter().filter(|t| t.method == Method::Combination);
        means
            .filter_map(|mean| {
                let forecast = mean.forecast.towards(&of(mean)?.forecast, self.share());
                Some(Trial { method: Method::Leaning, forecast, ..*mean })
            })
            .collect()
    }

    /// What it says now.
    #[must_use]
    pub fn projection(self, all: &[Projection]) -> Option<Projection> {
        let find = |m: Method| all.iter().find(|p| p.method == m);
        let (mean, naive) = (find(Method::Combination)?, find(self.naive)?);
        let months = mean.months.iter().zip(&naive.months);
        Some(Projection {
            method: Method::Leaning,
            months: months.map(|(a, b)| a.towards(b, self.share())).collect(),
            detail: self.words(),
        })
    }
}
