//! Lengths of stay and routes out of a state, estimated from spells that may enter late and be censored.
//!
//! - [`Spell`], [`Spells`], [`ZeroLength`]: what is observed, and the policy on spells of no length;
//! - [`RiskTable`], [`KaplanMeier`]: risk sets, Kaplan-Meier and Nelson-Aalen with delayed entry;
//! - [`Visits`], [`HazardTable`], [`Occupation`]: Aalen-Johansen for multi-state models, also
//!   reversible ones, and expected length of stay; [`jackknife`](jackknife::jackknife) for clustered
//!   standard errors; [`incidence`] for competing risks;
//! - [`Fit`], [`Family`]: maximum likelihood for seven laws, with [`Goodness`] of fit;
//! - [`Bands`], [`Exposure`], [`PiecewiseLaw`]: hazards in bands with atoms at fixed times;
//! - [`shrink_rates`], [`shrink_shares`]: sparse cells and branches drawn towards the pool.

pub mod aalen_johansen;
pub mod bands;
pub mod competing;
mod error;
pub mod fit;
pub mod gamma_tail;
pub mod goodness;
pub mod hazards;
pub mod jackknife;
pub mod jet;
pub mod kaplan_meier;
pub mod law;
mod likelihood;
pub mod linalg;
pub mod optimise;
pub mod piecewise;
pub mod piecewise_law;
pub mod quadrature;
pub mod risk;
pub mod shrink;
pub mod special;
pub mod spell;
mod starts;
pub mod ties;
#[cfg(test)]
mod trials;
pub mod visits;

pub use aalen_johansen::{Occupation, OccupationRow};
pub use bands::{Scale, band};
pub use competing::{ErrorKind, IncidenceRow, incidence};
pub use error::SurvivalError;
pub use fit::Fit;
pub use goodness::{Compared, Goodness, goodness};
pub use hazards::{HazardRow, HazardTable, Move};
pub use kaplan_meier::{KaplanMeier, KmRow};
pub use law::{Family, Parameter};
pub use piecewise::{Atom, Bands, Exposure};
pub use piecewise_law::PiecewiseLaw;
pub use risk::{RiskRow, RiskTable};
pub use shrink::{RateBelief, ShrunkRates, ShrunkShares, shrink_rates, shrink_shares};
pub use spell::{Ending, Spell, Spells, ZeroLength, ZeroLengthCount};
pub use visits::{Visit, Visits, ZeroVisit, ZeroVisitCount};
