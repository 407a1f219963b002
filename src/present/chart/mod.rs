//! Pictures as SVG.
//!
//! Charts with axes are drawn by plotters through a backend of our own; flow diagrams lay
//! themselves out. Each chart is a struct of plain data with `svg()`, and `drawing()` for the
//! same with the places of its labels. All text is 16 CSS pixels high (12 points) when a
//! picture is shown at its own size.

mod backend;
mod bar;
mod dot;
mod error;
mod fan;
mod frame;
mod lines;
mod multiples;
mod pen;
mod place;
mod sankey;
mod scene;
mod shift;
mod ticks;

pub use bar::{BarChart, BarSeries, StayBands};
pub use dot::{DotInterval, DotRow};
pub use error::{ChartError, Size};
pub use fan::{Band, FanChart};
pub use lines::{LineChart, Places, Series, day_number};
pub use multiples::{panels, small_multiples};
pub use sankey::{Sankey, SankeyFlow, SankeyNode};
pub use scene::{Drawing, LabelBox, TEXT};
pub use shift::{Shift, ShiftRow};

#[cfg(test)]
mod laws;
#[cfg(test)]
pub(super) mod samples;
#[cfg(test)]
mod tests;
