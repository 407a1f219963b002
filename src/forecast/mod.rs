//! Demand forecasts, always with their backtest.

pub mod adjust;
pub mod backtest;
pub mod calendar;
pub mod change;
pub mod choose;
pub mod design;
pub mod hierarchy;
pub mod lean;
pub mod marginal;
pub mod month;
mod odd;
pub mod parallel;
pub mod parts;
pub mod paths;
pub mod pool;
pub mod population;
pub mod prepare;
pub mod problem;
pub mod project;
pub mod read;
pub mod run;
pub mod sentence;
pub mod series;
pub mod table;
