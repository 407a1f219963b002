//! The one integration test program; a module per behaviour.

mod good_files;
