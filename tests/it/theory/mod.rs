//! The engine against closed forms, the interval fixed beforehand (see `support::Judge`): an
//! estimate must lie within 5.2 standard errors of the exact value, and the standard error must be
//! small enough that a wrong engine could not pass.

mod arrivals;
mod drift;
mod formulas;
mod loss;
mod networks;
mod queues;
mod starting;
mod stays;
