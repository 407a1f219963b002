//! An invented council: complete fake returns from one replication of a model.
//!
//! - [`History`]: what happened to every child; [`Roles`]: which record each stage is written as;
//! - [`Council`]: the children with their cases; [`returns`]: all files;
//! - [`Dirt`]: mistakes planted, and the list of them.
//!
//! Nothing in it is of any real child: identifiers, birth dates and codes are drawn from the seed.

mod annex_a;
mod case;
mod cin;
mod council;
mod dirt;
mod episodes;
mod history;
mod person;
mod returns;
mod role;
mod sheet;
mod ssda903;
mod table;
mod xlsx;
mod zip;

pub use case::{Case, Cases, Record, Span};
pub use council::{Child, Council, Year};
pub use dirt::{Dirt, Fault, Lost, Planted};
pub use history::{History, HistoryError, Life, Next, Stay};
pub use person::Person;
pub use returns::{Returns, returns};
pub use role::{Ending, Placement, Role, RoleError, Roles};
pub use sheet::{Cell, Dates, Kind, Mark, Sheet};
pub use table::table;
pub use xlsx::workbook;
