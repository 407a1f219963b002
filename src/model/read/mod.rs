//! From the tree of a file to a [`Model`](crate::model::Model): names resolved, units converted.
//!
//! One file for each table of the grammar. What is wrong is noted and reading goes on with what
//! is left, so that all errors are told at once.

mod arrivals;
mod attributes;
mod calendar_rates;
mod case_rules;
mod exits;
mod factors;
mod forecast;
mod groups;
mod item;
mod law;
mod law_parts;
mod law_special;
mod measures;
mod model;
mod money;
mod names;
mod needs;
mod notes;
mod number;
mod pools;
mod population;
mod published;
mod rate;
mod reader;
mod routes;
mod run;
mod selector;
mod services;
mod shares;
mod staff;
mod stage;
mod start;
mod stays;
mod suggest;
mod time;

pub(in crate::model) use item::{Fields, Item};
pub(in crate::model) use model::read;
pub(in crate::model) use number::short;
pub use published::period;
pub(in crate::model) use reader::Reader;
pub(crate) use suggest::suggest;
