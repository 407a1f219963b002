//! caseflow simulates the flow of children through a council's services, event by event.
//!
//! Layers, each of which may use only those above it in this list:
//! [`base`], [`stats`], [`model`], [`engine`], [`experiment`], then [`forecast`] and
//! [`calibrate`] side by side, then `present`, then `app`.

pub mod base;
pub mod calibrate;
pub mod engine;
pub mod experiment;
pub mod forecast;
pub mod model;
#[cfg(feature = "report")]
pub mod present;
pub mod stats;

#[cfg(feature = "cli")]
pub mod app;
