//! Distributions, intervals and other statistics that know nothing of models.

pub mod dist;
pub mod histogram;
pub mod interval;
pub mod moments;
pub mod series;
pub mod special;
pub mod survival;
