//! Returns read: bytes to records.
//!
//! - [`import`]: files to the table; [`Input`], [`Options`], [`Import`], [`Refusal`];
//! - one file for each return: [`annex_a`], [`cin_xml`], [`cin_csv`], [`ssda903`], [`ssda903_xml`], [`ssd`],
//!   [`workforce_xml`], [`episodes_csv`];
//! - what they stand on: [`text`] and [`delimited`] for CSV, [`zip`] and [`xlsx`] for workbooks, [`xml`];
//!   [`names`] of columns, [`dates`], [`spell`] and [`care_codes`] for codes;
//! - [`limits`]: how much of anything is read.
//!
//! Children are numbers from the moment their row is read: the identifier goes through a keyed hash
//! ([`siphash`]) that is forgotten with its key when all files are read.

pub mod annex_a;
pub mod care_codes;
pub mod cin_csv;
pub mod cin_xml;
pub mod collect;
pub mod dates;
pub mod delimited;
pub mod episodes_csv;
pub mod error;
mod finish;
pub mod forms;
mod import;
pub mod input;
pub mod kind;
pub mod limits;
pub mod line;
pub mod names;
pub mod outcome;
pub mod row;
pub mod sheet;
pub mod siphash;
pub mod spell;
pub mod ssd;
pub mod ssda903;
pub mod ssda903_xml;
pub mod table;
mod tabular;
pub mod text;
pub mod window;
pub mod workforce_xml;
pub mod xlsx;
pub mod xml;
pub mod zip;

pub use error::ReadError;
pub use import::{FileReport, Import, Options, Refusal, SheetReport, import};
pub use input::{Held, Input};
pub use workforce_xml::{Role, Workforce};
