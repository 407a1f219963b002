//! Methods for monthly series: each a file, each fitted from plain values, none knowing what the
//! values count.

pub mod arima;
pub mod ces;
pub mod decompose;
pub mod ets;
pub mod least_squares;
pub mod naive;
pub mod path;
pub mod random;
pub mod theta;
