//! What is not known about a model's numbers, as draws that take the place of those in the file.
//!
//! Draws come from a calibration ([`Draws::read`]) or, where there is none, from the ranges that the file gives
//! ([`prior`]). A draw is laid over the model as a scenario is, before scenarios and before the model is checked, so any
//! number that a scenario can change can be drawn, and a scenario's factor applies to what was drawn.

mod file;
mod joint;
mod laid;
mod prior;

pub(crate) use file::fields;
pub use file::{Draws, DrawsError, MOST_BYTES};
pub use laid::laid;
pub use prior::{Prior, Unknown, prior};
