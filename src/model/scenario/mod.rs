//! Scenario files: changes of a model by dotted path, applied before the model is checked.

mod apply;
mod change;
mod effects;
mod head;
mod path;
mod range;
mod steps;

pub use apply::Part;
pub(in crate::model) use apply::apply;
pub use effects::{Effects, effects_at};
pub use head::{CauseHead, ChangeHead, ScenarioHead, is_scenario, scenario_head};
pub(in crate::model) use head::{beginnings, named_measures};
pub(in crate::model) use path::is_whole_number;
pub use range::Strength;
