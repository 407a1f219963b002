//! What next year's figures will be: learnt from how all councils' figures changed before.
//!
//! The forecast leans on the last figure. It moves towards the council's own recent mean and its
//! statistical neighbours' rate, and follows the last quarter's referrals (care: starts against ends), as far as such moves
//! helped over all councils up to the origin; nothing later is used. National shocks cannot be
//! foreseen: coefficients are learnt from changes relative to the same year's median. Intervals
//! come from the sizes of past misses (empirical, weighted towards recent years), scaled by the
//! council's own size, so they hold what actually happened, not only chance.

mod change;
mod features;
mod robust;

pub use change::{Change, Outlook, Prediction};
pub use features::{MEASURES, neighbour_rate};
