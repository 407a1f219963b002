//! The names of the models and their parameter counts.

use serde::Serialize;

/// How the error enters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Error {
    /// Added to the forecast.
    Additive,
    /// In proportion to the forecast.
    Multiplicative,
}

/// The trend.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Trend {
    /// None: a level alone.
    None,
    /// A straight line.
    Additive,
    /// A line that flattens.
    Damped,
}

/// The season.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Season {
    /// None.
    None,
    /// Added to the level.
    Additive,
    /// A factor of the level.
    Multiplicative,
}

/// One model of the family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Form {
    /// Error.
    pub error: Error,
    /// Trend.
    pub trend: Trend,
    /// Season.
    pub season: Season,
}

impl Form {
    /// The usual name, such as `M,Ad,M`.
    #[must_use]
    pub fn name(self) -> String {
        let error = match self.error {
            Error::Additive => "A",
            Error::Multiplicative => "M",
        };
        let trend = match self.trend {
            Trend::None => "N",
            Trend::Additive => "A",
            Trend::Damped => "Ad",
        };
        let season = match self.season {
            Season::None => "N",
            Season::Additive => "A",
            Season::Multiplicative => "M",
        };
        format!("{error},{trend},{season}")
    }

    /// Smoothing parameters, initial states (one season is fixed by the others), and the variance.
    #[must_use]
    pub fn parameters(self, period: usize) -> usize {
        let trend = match self.trend {
            Trend::None => 0,
            Trend::Additive => 2,
            Trend::Damped => 3,
        };
        let season = if self.season == Season::None { 0 } else { period };
        2 + trend + season + 1
    }
}

/// The models to try: fifteen with a season and positive data.
#[must_use]
pub fn admissible(seasonal: bool, positive: bool) -> Vec<Form> {
    let mut forms = Vec::with_capacity(15);
    for error in [Error::Additive, Error::Multiplicative] {
        if error == Error::Multiplicative && !positive {
            continue;
        }
        for trend in [Trend::None, Trend::Additive, Trend::Damped] {
            for season in [Season::None, Season::Additive, Season::Multiplicative] {
                let unstable = season == Season::Multiplicative && error == Error::Additive;
                if unstable || (season != Season::None && !seasonal) {
                    continue;
                }
                forms.push(Form { error, trend, season });
            }
        }
    }
    forms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_fifteen() {
        assert_eq!(admissible(true, true).len(), 15);
        assert_eq!(admissible(false, true).len(), 6);
        assert_eq!(admissible(true, false).len(), 6);
        let largest =
            Form { error: Error::Multiplicative, trend: Trend::Damped, season: Season::Multiplicative };
        // alpha, beta, gamma, phi, level, slope, eleven seasons and the variance.
        assert_eq!(largest.parameters(12), 18);
        assert_eq!(largest.name(), "M,Ad,M");
    }
}
