//! Plain data to tables, charts and pages: strings and bytes, never files.
//!
//! - [`format`], [`measure`]: numbers, dates and the values of measures as a reader sees them
//! - [`palette`], [`font`]: colours and letter widths
//! - [`table`]: a table and its forms (CSV, JSON, HTML, Markdown, text)
//! - [`disclosure`]: what may be published of counts of children
//! - [`chart`]: pictures as SVG; [`png`]: the same as bitmaps
//! - [`html`]: a page that needs nothing else

pub mod calibration;
pub mod chart;
pub mod comparison;
pub mod disclosure;
pub mod escape;
pub mod font;
pub mod forecast;
pub mod format;
pub mod html;
pub mod measure;
pub mod palette;
pub mod png;
#[cfg(feature = "records")]
pub mod records;
pub mod report;
pub mod table;
