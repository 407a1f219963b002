//! Results to tables, charts and pages.
