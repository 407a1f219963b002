//! The one integration test program; a module per behaviour.

mod bad_files;
mod files;
mod good_files;
