//! Distributions, intervals and other statistics that know nothing of models.

pub mod dist;
pub mod series;
pub mod survival;
