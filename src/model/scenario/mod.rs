//! Scenario files: changes of a model by dotted path, applied before the model is checked.

mod apply;
mod change;
mod head;
mod path;
mod steps;

pub(in crate::model) use apply::apply;
pub use head::{ScenarioHead, is_scenario, scenario_head};
