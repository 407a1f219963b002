//! Published statistics of every English council, embedded in the program.
//!
//! Contains public sector information licensed under the Open Government Licence v3.0. Crown
//! copyright: Department for Education, Office for National Statistics.
//!
//! [`Statistics::embedded`] is what travels in the program; [`Statistics::build`] makes such a
//! file from the tables of a release, [`Statistics::update`] lays a later release over an earlier
//! one, and [`Statistics::decode`] reads a file from disk that replaces the embedded one. Missing
//! and suppressed figures stay marked; nothing is filled in here.

mod build;
mod csv;
mod file;
mod lookup;
mod release;
mod statistics;

pub use build::is_wanted;
pub use lookup::{Unknown, plain_name};
pub use statistics::{
    Area, Cell, DataError, Differences, Indicator, Level, NOTICE, PopulationAge, Series, Statistics,
};
