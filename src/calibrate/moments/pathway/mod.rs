//! Exact moments of a checked model where no capacity binds.
//!
//! [`pathway`] turns a [`crate::model::Model`] into stages, ways and laws on a grid of steps, or says why it cannot: every
//! feature is either carried exactly (up to the grid) or named as a reason to simulate instead; none is passed over.
//! What is carried: Poisson arrivals whose rate steps, repeats, follows months and varies by month; families that move as
//! one or each for itself; stays of any law in calendar days, reviews, competing hazards, interruptions, stays by
//! destination; routes, odds and stays that depend on needs or attributes (by splitting cases into kinds); coming back;
//! cases found at the beginning with the time they have spent, and those who may come back. What is not: ages, places that
//! run short, staff and services that change what happens, working days, lists of arrivals, forecasts.
//!
//! On the grid, cases that come within a step come evenly over it; the error is of second order in the step.

mod build;
mod flow;
mod kinds;
mod labels;
mod length;
mod rates;
mod refuse;
mod stays;

pub use build::{Load, Pathway, pathway};
pub use labels::Asked;
