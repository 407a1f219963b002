//! The one integration test program; a module per behaviour.
#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::neg_cmp_op_on_partial_ord,
    reason = "tests show what they measured, compare with formulas, and must fail on NaN"
)]

mod architecture;
mod bad_files;
mod calibration;
mod calibration_exact;
mod calibration_ignorance;
mod calibration_new;
mod calibration_totals;
mod catalogue;
mod cli;
mod common_random_numbers;
mod compare;
mod data_update;
mod digest;
mod drift;
mod files;
mod forecast;
mod forecast_arrivals;
#[cfg(feature = "cli")]
mod forecast_cli;
mod good_files;
mod hostile_files;
mod import;
mod laws;
mod models;
mod money;
mod parts;
mod records_synthetic;
mod scenario;
mod scenarios;
mod schema;
mod services;
mod staff;
mod staff_measures;
mod staff_terms;
mod staff_wiltshire;
mod support;
#[cfg(feature = "cli")]
mod survival_cli;
mod theory;
mod traces;
mod validation;
