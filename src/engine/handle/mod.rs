//! What happens at each kind of event.

mod arrive;
mod finish;
mod open;
mod spells;
mod start;
mod wait;
