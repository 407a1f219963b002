//! Estimates as a model file that `caseflow run` takes: every number with its source and range.
//!
//! Nothing of any one child is in it: counts of one to five are written as 3 with that range, ways out that
//! fewer took are not told apart, and open cases are given in bands that hold enough.

mod head;
mod laws;
mod stages;
mod start;
mod value;

use super::fit::Council;

/// What the file says about itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct About {
    /// The council's name.
    pub place: String,
    /// Years the run is to last.
    pub years: u16,
}

/// Writes the file.
pub(super) struct Writer<'a> {
    pub(super) council: &'a Council,
    pub(super) about: &'a About,
    pub(super) out: String,
}

/// The name of the source that every number gives.
pub(super) const SOURCE: &str = "records";

/// The estimates as a whole model file.
pub fn model_text(council: &Council, about: &About) -> String {
    let mut w = Writer { council, about, out: String::new() };
    w.head();
    w.streams();
    w.stages();
    w.exits();
    w.start();
    w.groups();
    w.sources();
    w.out
}
