//! The canonical table of people, episodes and events, whatever return they came from.
//!
//! - [`Table`]: [`Window`]s of observation, [`Person`]s, [`Episode`]s, [`Event`]s;
//! - [`Stage`], [`StageSet`]: where a child is; [`Outcome`], [`Need`], [`Legal`] and the other codes;
//! - [`Table::spells`]: stays for [`crate::stats::survival`], entering late and censored as they were seen;
//! - [`Table::next`]: the stage that follows an episode; [`Table::open_on`]: who is where on a date;
//! - [`Table::care_periods`]: placements joined into periods of being looked after.
//!
//! # Days
//!
//! Records hold dates, not times. A stay lasts `end - start` days: one night is one day, and one that
//! starts and ends on a date lasts zero days. A window from `first` to `last` sees every start and end
//! dated on those days and both of them. So
//! - a stay already open when the window begins comes under observation at the end of the day before
//!   `first`: an end dated `first` is seen, one dated the day before is not;
//! - a stay not ended by `last` is censored at `last - start`;
//! - years that adjoin are one window; where a stage was not watched for some days between, a stay is
//!   two pieces, and nobody is at risk in the gap.
//!
//! # Stays of no length
//!
//! A contact, a referral and a conference are instants: their length means nothing and [`Table::spells`]
//! is not for them. Other stays that start and end on one date are kept at zero in what [`Table::spells`]
//! returns; [`SAME_DAY`] is the policy to hand to [`crate::stats::survival::Spells::new`]: they are taken
//! to last half a day, and the number is counted there. A stay that starts on the last day of the window
//! and is still open says nothing and is left out here.

mod care;
mod caseload;
mod codes;
mod factors;
mod next;
mod observed;
mod people;
mod spells;
mod stage;
mod table;

pub use caseload::OpenCase;
pub use codes::{Abuse, Legal, Need, Outcome, Placement, Referrer, Sex};
pub use factors::{FACTOR_CODES, Factors};
pub use next::{Next, NextPolicy};
pub use observed::{Period, SourceKind, Window};
pub use people::{Birth, FamilyIx, Person, PersonIx};
pub use spells::{SAME_DAY, StaySpell};
pub use stage::{ServiceIx, Stage, StageSet};
pub use table::{End, Episode, EpisodeIx, Event, EventKind, Origin, Table};
