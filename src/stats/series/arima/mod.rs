//! Seasonal ARIMA with automatic orders (Hyndman & Khandakar 2008).
//!
//! Differences are fixed first (seasonal strength, then KPSS tests), orders are searched stepwise
//! on the conditional sum of squares, and the leaders are refitted by exact maximum likelihood
//! and compared by AICc.

mod difference;
mod exact;
mod fit;
mod polynomial;
mod search;

pub use difference::{differences, kpss};
pub use fit::{Arima, Likelihood, Order, fit_order};
pub use search::fit;
