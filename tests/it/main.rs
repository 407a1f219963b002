//! The one integration test program; a module per behaviour.

mod compare;
mod good_files;
mod scenarios;
