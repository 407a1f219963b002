//! A picture with its message, its data and its files.

use maud::{Markup, PreEscaped, html};

use crate::present::chart::Drawing;
use crate::present::escape;
use crate::present::table::Table;

/// A file that lies beside the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Download {
    /// What it is, such as `Data as CSV`.
    pub label: String,
    /// Its name or relative path; anything else is not linked.
    pub path: String,
}

/// A picture in a page.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// The message, in at most ten words.
    pub headline: String,
    /// Measure, place and period.
    pub subtitle: String,
    /// The picture.
    pub drawing: Drawing,
    /// Its data, if the page is to show them.
    pub table: Option<Table>,
    /// Its files.
    pub downloads: Vec<Download>,
    /// Notes under the picture.
    pub notes: Vec<String>,
}

/// The most words a headline may have.
pub const HEADLINE_WORDS: usize = 10;

impl Figure {
    /// Whether the headline keeps to [`HEADLINE_WORDS`].
    pub fn headline_is_short(&self) -> bool {
        self.headline.split_whitespace().count() <= HEADLINE_WORDS
    }

    /// The figure for a page.
    pub(super) fn html(&self) -> Markup {
        let id = escape::slug(&self.drawing.id);
        html! {
            figure id=(format!("figure-{id}")) aria-labelledby=(format!("headline-{id}")) {
                figcaption {
                    h3 id=(format!("headline-{id}")) { (escape::plain(&self.headline)) }
                    p class="cf-subtitle" { (escape::plain(&self.subtitle)) }
                }
                div class="cf-scroll" role="region" tabindex="0" aria-label=(format!("Chart: {}", escape::plain(&self.headline))) {
                    // The picture escapes every text that it was given.
                    (PreEscaped(self.drawing.svg()))
                }
                @for note in &self.notes { p class="cf-small" { (escape::plain(note)) } }
                @if let Some(table) = &self.table {
                    details {
                        summary { "Data for this chart: " (escape::plain(&table.title)) }
                        // A table under two pictures still has an id of its own under each.
                        (Table { id: format!("{id}-data"), ..table.clone() }.html())
                    }
                }
                (links(&self.downloads, &self.headline))
            }
        }
    }
}

/// Links to files, each with the name of what it belongs to for those who hear links out of context.
pub(super) fn links(files: &[Download], about: &str) -> Markup {
    html! {
        @if files.iter().any(|d| relative(&d.path)) {
            ul class="cf-links" {
                @for d in files.iter().filter(|d| relative(&d.path)) {
                    li { a href=(d.path) download aria-label=(format!("{}: {}", escape::plain(&d.label), escape::plain(about))) {
                        (escape::plain(&d.label))
                    } }
                }
            }
        }
    }
}

/// Whether a path is a plain relative one: no scheme, no root, no way up.
pub(super) fn relative(path: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/');
    !path.is_empty() && !path.starts_with('/') && !path.contains("..") && path.chars().all(plain)
}
