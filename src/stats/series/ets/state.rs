//! The recursion shared by all fifteen models.
//!
//! Written for the observation, the updates are the same for additive and multiplicative errors;
//! only the likelihood differs.

use super::form::{Season, Trend};

/// The longest season kept in place.
pub const LONGEST: usize = 12;

/// Smoothing parameters.
#[derive(Clone, Copy, Debug)]
pub struct Smoothing {
    /// Level.
    pub alpha: f64,
    /// Slope.
    pub beta: f64,
    /// Season.
    pub gamma: f64,
    /// Damping.
    pub phi: f64,
}

/// Level, slope and the seasons, `at` being the month due next.
#[derive(Clone, Copy, Debug)]
pub struct State {
    /// Level.
    pub level: f64,
    /// Slope.
    pub slope: f64,
    /// Seasons by place in the year.
    pub season: [f64; LONGEST],
    /// The season due next.
    pub at: usize,
}

impl State {
    /// The part of the one-step forecast without the season.
    #[inline]
    pub fn trend_part(&self, trend: Trend, s: &Smoothing) -> f64 {
        match trend {
            Trend::None => self.level,
            Trend::Additive => self.level + self.slope,
            Trend::Damped => self.level + s.phi * self.slope,
        }
    }

    /// The one-step forecast.
    #[inline]
    pub fn forecast(&self, base: f64, season: Season) -> f64 {
        match season {
            Season::None => base,
            Season::Additive => base + self.season[self.at],
            Season::Multiplicative => base * self.season[self.at],
        }
    }

    /// Takes in an observation that missed the forecast by `error`. False if the state leaves the
    /// finite numbers.
    #[inline]
    pub fn update(
        &mut self,
        (trend, season): (Trend, Season),
        period: usize,
        s: &Smoothing,
        base: f64,
        error: f64,
    ) -> bool {
        let (level_error, season_error) = match season {
            Season::Multiplicative if error != 0.0 => (error / self.season[self.at], error / base),
            _ => (error, error),
        };
        match trend {
            Trend::None => {}
            Trend::Additive => self.slope += s.beta * level_error,
            Trend::Damped => self.slope = s.phi * self.slope + s.beta * level_error,
        }
        self.level = base + s.alpha * level_error;
        match season {
            Season::None => {}
            _ => self.season[self.at] += s.gamma * season_error,
        }
        if season != Season::None {
            self.at += 1;
            if self.at == period {
                self.at = 0;
            }
        }
        self.level.is_finite()
    }
}
