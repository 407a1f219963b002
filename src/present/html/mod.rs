//! A page that needs nothing else: its style, pictures and tables are in it, it runs no script,
//! and it works from the keyboard and on a screen 320 pixels wide (WCAG 2.2 AA).
//!
//! Components and their behaviour are those of the GOV.UK Design System; the crown, the header
//! and the typeface of GOV.UK are not used.

mod figure;
mod page;

pub use figure::{Download, Figure};
pub use page::{Block, Card, Page, Provenance, Section};

#[cfg(test)]
mod tests;
