//! The one integration test program; a module per behaviour.

mod bad_files;
mod catalogue;
mod files;
mod forecast;
mod forecast_arrivals;
#[cfg(feature = "cli")]
mod forecast_cli;
mod good_files;
mod hostile_files;
mod scenario;
mod schema;
