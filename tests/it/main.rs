//! The one integration test program; a module per behaviour.

mod forecast;
