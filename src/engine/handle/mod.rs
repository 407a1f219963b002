//! What happens at each kind of event.

pub(super) mod arrive;
mod finish;
mod open;
mod spells;
mod start;
mod wait;
