//! Workers who hold cases: posts that are filled and fall vacant, allocation, and what overload
//! does.
//!
//! A *desk* is the posts of one role in one team; a *slot* is one post, numbered for ever, so that
//! scenarios share its luck. A model without staff has none of this in its world.

mod census;
mod effects;
mod hooks;
mod plan;
mod posts;
mod service;
mod state;
mod waiting;

pub(crate) use plan::StaffPlan;
pub(crate) use state::Staff;
