//! The one integration test program; a module per behaviour.

mod bad_files;
mod catalogue;
mod files;
mod good_files;
mod hostile_files;
mod scenario;
mod schema;
mod services;
