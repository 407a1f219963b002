//! The one integration test program; a module per behaviour.

mod calibration;
mod good_files;
