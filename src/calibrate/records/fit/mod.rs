//! Estimates from the episode table: lengths of stay, ways out, effects, arrivals, returns, open cases.
//!
//! - [`Paths`]: each stay with what follows it; [`Settings`]: how records of one path are told;
//! - [`Law`], [`choose`]: the law of a state's stays; [`Joint`]: the likelihood behind most of them;
//! - [`StateFit`], [`Stream`], [`Return`], [`Caseload`]: the estimates; [`Council`]: all of them.

mod arrivals;
mod bands;
mod council;
mod effects;
mod joint;
mod laws;
mod open;
mod paths;
mod pool;
mod returns;
mod review;
mod season;
mod state;

pub use arrivals::{FamilySizes, Stream};
pub use bands::Banded;
pub use council::{Council, fit};
pub use effects::{AGES, Effect, Effects, NEEDS};
pub use joint::{Ended, Joint, Obs, Shape};
pub use laws::{Choice, FEW, LEVEL, Law, Tried, choose};
pub use open::Caseload;
pub use paths::{EXITS, Left, Paths, Settings, State, Stay, To};
pub use returns::Return;
pub use review::{Cycle, PLANS, REVIEWS, Reviews};
pub use state::{Curve, HeldOut, StateFit, Way};
