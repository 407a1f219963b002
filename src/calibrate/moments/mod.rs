//! Exact moments of an uncapacitated network, and estimation by them.
//!
//! Where no capacity binds, cases flow through an open network with time-varying Poisson arrivals
//! and unlimited servers (Massey & Whitt 1993). [`Network`] gives exact means and covariances of
//! stocks and flows without simulation, with gradients ([`Dual`]); [`posterior`] fits parameters
//! to observed figures by them. [`grid`] does the same for stays of any law on a grid of durations.

pub mod flows;
pub mod gaussian;
pub mod grid;
pub mod matrix;
pub mod network;
pub mod pathway;
pub mod posterior;
#[cfg(test)]
mod proof;
pub mod rate;
pub mod real;
pub mod step;
pub mod stocks;

pub use flows::FlowMoments;
pub use gaussian::gaussian_log_likelihood;
pub use grid::GridNetwork;
pub use matrix::Matrix;
pub use network::{Arrivals, MomentsError, Network, Opening, Stage};
pub use posterior::{Bounds, Posterior, Target};
pub use rate::Rate;
pub use real::{Dual, Real};
pub use stocks::Stocks;
