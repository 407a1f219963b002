//! The event engine: one world a replication.
//!
//! A [`Model`](crate::model::Model) is compiled to a [`Network`], which never changes; a
//! [`World`] holds all that changes in one replication and yields one row of numbers.

mod agenda;
mod cases;
mod clock;
mod future;
mod handle;
mod law;
mod network;
mod probe;
mod queue;
mod rate;
mod record;
mod select;
mod service;
mod staff;
mod world;

pub use network::{Network, date_time, ways as ways_of};
pub use probe::{Deaf, Happening, Probe, Who};
pub use record::layout::{Column, Layout, dest_name, part_names};
pub use world::{Outcome, RunError, World};
