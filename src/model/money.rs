//! What stages and services cost, and how prices rise. What workers cost stands with their roles.

use crate::base::ids::StageId;
use crate::base::time::{DAY_MS, DAYS_PER_YEAR, SimTime};

/// Prices. Every amount is in pounds of one year, the price year.
#[derive(Clone, Debug, Default)]
pub struct Money {
    /// First moment of the price year.
    pub prices_of: SimTime,
    /// Rise of prices a year; 0.02 for two per cent.
    pub inflation: f64,
    /// Rise of what workers cost a year.
    pub pay: f64,
    /// What stages cost beside their workers.
    pub stages: Vec<(StageId, StageCost)>,
    /// What services cost, by index.
    pub services: Vec<(usize, ServiceCost)>,
}

/// Pounds of a stage.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct StageCost {
    /// A case and week, waiting or in its stay.
    pub per_week: f64,
    /// Each time a case comes to the stage.
    pub per_start: f64,
}

/// Pounds of a service.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct ServiceCost {
    /// A place and week, taken or not.
    pub per_place_week: f64,
    /// A family or child and week of receiving it.
    pub per_week: f64,
    /// Each start.
    pub per_start: f64,
    /// Each referral.
    pub per_referral: f64,
}

/// What makes an amount rise.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rise {
    /// Prices.
    Prices,
    /// Pay.
    Pay,
}

impl Money {
    /// What an amount of the price year is at a moment: it rises once a year, on the anniversary of
    /// the price year's first day.
    #[must_use]
    pub fn factor(&self, rise: Rise, at: SimTime) -> f64 {
        let yearly = match rise {
            Rise::Prices => self.inflation,
            Rise::Pay => self.pay,
        };
        let days = (at.0 - self.prices_of.0) as f64 / DAY_MS as f64;
        libm::pow(1.0 + yearly, (days / DAYS_PER_YEAR).floor())
    }

    /// What a stage costs; nothing if no price is given.
    #[must_use]
    pub fn stage(&self, stage: StageId) -> StageCost {
        self.stages.iter().find(|s| s.0 == stage).map(|s| s.1).unwrap_or_default()
    }

    /// What a service costs; nothing if no price is given.
    #[must_use]
    pub fn service(&self, service: usize) -> ServiceCost {
        self.services.iter().find(|s| s.0 == service).map(|s| s.1).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_rise_on_the_anniversary() {
        let money = Money { inflation: 0.1, pay: 0.5, ..Money::default() };
        let at = |years: f64| SimTime((years * DAYS_PER_YEAR * DAY_MS as f64) as i64);
        let of = |rise, years| money.factor(rise, at(years));
        assert_eq!([of(Rise::Prices, 0.0), of(Rise::Prices, 0.99)], [1.0, 1.0]);
        assert!((of(Rise::Prices, 2.5) - 1.21).abs() < 1e-12);
        assert!((of(Rise::Pay, 1.5) - 1.5).abs() < 1e-12);
        // before the price year amounts were smaller
        assert!((of(Rise::Prices, -0.5) - 1.0 / 1.1).abs() < 1e-12);
    }
}
