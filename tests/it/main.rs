//! The one integration test program; a module per behaviour.

mod architecture;
mod bad_files;
mod catalogue;
mod common_random_numbers;
mod digest;
mod files;
mod forecast;
mod good_files;
mod hostile_files;
mod laws;
mod models;
mod scenario;
mod schema;
mod staff;
mod staff_wiltshire;
mod support;
mod theory;
mod traces;
mod validation;
