//! Demand forecasts, always with their backtest.
