//! Distributions of lengths of stay and of gaps between arrivals.
//!
//! [`Dist`] is a checked law with its exact functions; [`Sampler`] is the same law prepared for
//! millions of draws, one word of random bits each; [`Hazards`] is the law of competing exits whose
//! rates change with time spent. [`CATALOGUE`] describes every law for documentation and schema.
//!
//! Values are plain `f64`; their unit is the caller's (in practice days). To add a law: a file here
//! that implements `Law`, a variant in `law.rs`, a line in `catalogue.rs` and an example in
//! `proof.rs`.

mod bands;
mod catalogue;
mod constant;
mod erlang;
mod error;
mod exponential;
mod gamma;
mod hazards;
#[cfg(test)]
mod hazards_proof;
mod hyper;
mod law;
mod lognormal;
mod mixture;
mod parameters;
#[cfg(test)]
mod proof;
#[cfg(test)]
mod reference;
mod sampler;
mod solve;
mod table;
mod triangular;
mod uniform;
mod values;
mod weibull;

pub use bands::Bands;
pub use catalogue::CATALOGUE;
pub use constant::Constant;
pub use erlang::Erlang;
pub use error::ParamError;
pub use exponential::Exponential;
pub use gamma::Gamma;
pub use hazards::{Atom, Hazards};
pub use hyper::HyperExponential;
pub use law::Dist;
pub use lognormal::LogNormal;
pub use mixture::Mixture;
pub use parameters::{Entry, Form, Kind, Parameter, Value, entry};
pub use sampler::{Sampler, exp1};
pub use triangular::Triangular;
pub use uniform::Uniform;
pub use values::Values;
pub use weibull::Weibull;
