//! Exponential smoothing in state space form (Hyndman, Koehler, Ord & Snyder 2008).
//!
//! The fifteen models with additive or multiplicative errors, no, additive or damped trend, and
//! no, additive or multiplicative season that are stable to forecast with (no multiplicative
//! trend, no multiplicative season under additive errors), chosen by AICc.

mod fit;
mod form;
mod state;

pub use fit::{Ets, fit, fit_form};
pub use form::{Error, Form, Season, Trend, admissible};
