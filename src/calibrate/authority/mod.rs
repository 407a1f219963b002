//! Any English council on day one: a model fitted to its published statistics.
//!
//! [`fit`] uses a council's own returns up to a year and no later, borrows from its statistical neighbours and England
//! where figures are missing or suppressed, and says so; [`model_text`] writes the model file.

mod aim;
mod borrow;
mod care;
mod demand;
mod draws;
mod drift;
mod episodes;
mod fit;
mod flows;
mod front;
mod futures;
mod history;
mod local;
pub(in crate::calibrate) mod number;
mod plan;
mod pooled;
mod referrers;
mod refine;
mod staffing;
mod text;
mod unseen;

pub use crate::model::draws::Draws;
pub use aim::Aim;
pub use borrow::{Reader, Shares};
pub use care::Care;
pub use draws::DRAWS;
pub use drift::Drift;
pub use fit::{Fitted, Open, Ratios, Settings, YEARS, fit, fit_by_balance, fit_with, latest_year};
pub use flows::{Flows, Year};
pub use front::Front;
pub use futures::{Curve, Point, futures};
pub use history::{LookBack, fit_history, look_back, series_from};
pub use local::{Local, LocalError};
pub use number::{Grade, Number};
pub use plan::PlanLaw;
pub use refine::{Gap, by_year};
pub use staffing::Staffing;
pub use text::model_text;
pub use unseen::Unseen;
