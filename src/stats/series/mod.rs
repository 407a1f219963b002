//! Forecasting methods for one series of counts.
