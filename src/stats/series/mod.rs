//! Methods for monthly series: each a file, each fitted from plain values, none knowing what the
//! values count.

#[cfg(test)]
mod airline;
pub mod arima;
pub mod ces;
pub mod conformal;
pub mod decompose;
pub mod ets;
pub mod least_squares;
pub mod member;
pub mod naive;
pub mod path;
pub mod random;
pub mod reconcile;
pub mod regression;
pub mod score;
pub mod theta;
