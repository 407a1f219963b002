//! Why a picture could not be drawn, and the checks that say so.

/// Why a picture could not be drawn.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ChartError {
    /// There is nothing to draw.
    #[error("the chart has no data: {0}")]
    Empty(&'static str),
    /// Two lists that belong together differ in length.
    #[error("{what}: {found} values where {wanted} are needed")]
    Length {
        /// Which list.
        what: &'static str,
        /// Its length.
        found: usize,
        /// The length it should have.
        wanted: usize,
    },
    /// A value is infinite, not a number, or too large to draw.
    #[error("{0} holds a value that is not a number that can be drawn")]
    NotFinite(&'static str),
    /// More than a picture can show.
    #[error("{what}: {found} are too many, at most {most} can be shown")]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// How many there are.
        found: usize,
        /// How many there may be.
        most: usize,
    },
    /// A flow names a node or column that does not exist, or is negative.
    #[error("flow {0} is not possible: {1}")]
    Flow(usize, &'static str),
    /// The picture is too small or too large.
    #[error("a picture of {0} by {1} cannot be drawn")]
    Size(f64, f64),
    /// The drawing library failed.
    #[error("the drawing failed: {0}")]
    Drawing(String),
}

/// The most values a line may have.
pub(super) const MOST_VALUES: usize = 20_000;
/// The largest number that is drawn.
const LARGEST: f64 = 1e12;

pub(super) fn finite(values: impl IntoIterator<Item = f64>, what: &'static str) -> Result<(), ChartError> {
    let mut count = 0;
    for v in values {
        count += 1;
        if v.is_nan() || v.abs() > LARGEST {
            return Err(ChartError::NotFinite(what));
        }
    }
    at_most(what, count, MOST_VALUES)
}

pub(super) fn at_most(what: &'static str, found: usize, most: usize) -> Result<(), ChartError> {
    if found > most { Err(ChartError::TooMany { what, found, most }) } else { Ok(()) }
}

pub(super) fn same(what: &'static str, found: usize, wanted: usize) -> Result<(), ChartError> {
    if found == wanted { Ok(()) } else { Err(ChartError::Length { what, found, wanted }) }
}

/// Size of a picture in CSS pixels; text is 16 of them high, so show it at this size or larger.
/// A picture grows where its labels would leave no room for the data.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Size {
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

impl Default for Size {
    fn default() -> Self {
        Size { width: 860.0, height: 440.0 }
    }
}

impl Size {
    pub(super) fn check(self) -> Result<(), ChartError> {
        let fits = |v: f64, least: f64| v >= least && v <= 4000.0;
        if fits(self.width, 360.0) && fits(self.height, 220.0) {
            Ok(())
        } else {
            Err(ChartError::Size(self.width, self.height))
        }
    }
}
